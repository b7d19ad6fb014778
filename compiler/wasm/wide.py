"""Whole numbers of 128 bits in WebAssembly, as two i64 on the stack, the lower half first: what fractions are made of.

``u128`` numbers have no sign and lie below 2^127; ``i128`` numbers have one, and a magnitude below 2^127. What does
not fit stops the module (INEXACT). Long division is the one of school, bit by bit: a quotient takes as many rounds as
it has bits. Numbers that fit one i64 take the machine's own instructions.
"""

from __future__ import annotations

from irmill.compiler.wasm.runtime import Helper
from irmill.compiler.wasm.words import read_words

_LOW = (1 << 32) - 1

_WIDE = f"""
u64_gcd: a b -> 1, rest
block loop b eqz br_if:1 a b rem_u >rest b >a rest >b br:0 end end a

# Four products of halves.
u64_product: a b -> 2, x y middle
a {_LOW} and b 32 shr_u mul >x a 32 shr_u b {_LOW} and mul >y
a {_LOW} and b {_LOW} and mul 32 shr_u x {_LOW} and add y {_LOW} and add >middle
a b mul
a 32 shr_u b 32 shr_u mul x 32 shr_u add y 32 shr_u add middle 32 shr_u add

u128_below: a A b B -> i32
A B eq if:i32 a b lt_u else A B lt_u end

u128_leading_zeros: a A -> 1
A eqz if:1 a clz 64 add else A clz end

u128_shifted: a A by -> 2
by eqz if a A return end
by 64 ge_u if 0 a by 64 sub shl return end
a by shl A by shl a 64 by sub shr_u or

# Of two numbers with an upper half the product is too long; otherwise the first is made the one without.
u128_product: a A b B -> 2, x X
A 0 ne if B 0 ne if fail:INEXACT end a >x A >X b >a B >A x >b X >B end
a b $u64_product >X >x
B 0 ne if
a B $u64_product 0 ne if fail:INEXACT end
=B X add =X B lt_u if fail:INEXACT end
end
X 0 lt_s if fail:INEXACT end x X

# Quotient and rest. The divisor is not 0.
u128_divide: n N d D -> 4, q Q shift
N D or eqz if n d div_u 0 n d rem_u 0 return end
n N d D $u128_below if 0 0 n N return end
d D $u128_leading_zeros n N $u128_leading_zeros sub >shift
d D shift $u128_shifted >D >d
loop
Q 1 shl q 63 shr_u or >Q q 1 shl >q
n N d D $u128_below i32.eqz if N D sub n d lt_u extend sub >N n d sub >n q 1 or >q end
d 1 shr_u D 63 shl or >d D 1 shr_u >D
shift 1 sub =shift 0 ge_s br_if:0
end
q Q n N

u128_quotient: n N d D -> 2
n N d D $u128_divide drop drop

u128_gcd: a A b B -> 2, rest Rest
block loop
A B or eqz if a b $u64_gcd 0 return end
b B or eqz br_if:1
a A b B $u128_divide >Rest >rest drop drop b >a B >A rest >b Rest >B
br:0
end end a A

u128_to_f64: a A -> f64
A f64.convert_i64_u 18446744073709551616.0 f64.mul a f64.convert_i64_u f64.add

# The root where it is whole, else a number near it: one step of Newton from the f64 root finds every whole one.
u128_near_root: a A -> 1, root other
a A or eqz if 0 return end
a A $u128_to_f64 f64.sqrt i64.trunc_f64_u >root
a A root 0 $u128_quotient drop >other
root 1 shr_u other 1 shr_u add root other and 1 and add

u128_is_square: a A root -> i32
root root $u64_product A xor >root a xor root or eqz

# Whether a / b < c / d, of positive b and d: by the whole parts, then by what is left, turned upside down.
u128_ratio_below: a A b B c C d D -> i32, p P q Q r R s S
loop
a A b B $u128_divide >R >r >P >p
c C d D $u128_divide >S >s >Q >q
p q ne P Q ne i32.or if p P q Q $u128_below return end
s S or eqz if i32.const:0 return end
r R or eqz if i32.const:1 return end
d >p D >P b >q B >Q
p >a P >A s >b S >B q >c Q >C r >d R >D
br:0
end unreachable

i128_negate: a A -> 2
0 a sub 0 A sub a 0 ne extend sub

i128_absolute: a A -> 2
A 0 lt_s if:2 a A $i128_negate else a A end

# The number a with the sign of the number whose upper half is given.
i128_signed: a A like -> 2
like 0 lt_s if:2 a A $i128_negate else a A end

i128_product: n N u U -> 2
n N $i128_absolute u U $u128_product N $i128_signed

i128_sum: a A b B -> 2, s S
a b add =s a lt_u extend A add B add =S {-(1 << 63)} eq if fail:INEXACT end
A S xor B S xor and 0 lt_s if fail:INEXACT end s S
"""


def wide_helpers() -> dict[str, Helper]:
    """Every function of whole numbers of 128 bits, by name."""
    return read_words(_WIDE)
