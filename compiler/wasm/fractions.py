"""Exact fractions in WebAssembly: the functions of the emission that real numbers get when f64 was not exact enough.

A fraction is four i64 on the stack: a numerator of 128 bits with a sign, and a positive denominator of 128 bits, each
its lower half first, in lowest terms (:mod:`compiler.wasm.wide`). What these cannot hold stops the module (INEXACT), a
result outside the range of numbers does (OVERFLOW); nothing is ever rounded. Common factors are taken out before
products are formed, so that results that fit are found. Source: Knuth, The Art of Computer Programming, volume 2,
section 4.5.1. Fractions of 31 bits take the machine's own instructions.
"""

from __future__ import annotations

from irmill.compiler.wasm.runtime import Helper
from irmill.compiler.wasm.runtime_arrays import HEADER_BYTES
from irmill.compiler.wasm.wide import wide_helpers
from irmill.compiler.wasm.words import read_words

_BOTH = "n N d D m M e E"
_SMALL = (
    "n 2147483648 add m 2147483648 add or 32 shr_u d e or 31 shr_u or"
    " N n 63 shr_s xor or M m 63 shr_s xor or D or E or eqz"
)
"""Whether both fractions are of 31 bits: sums of products of their parts fit an i64."""

_FRACTIONS = f"""
fraction_of_whole: a -> 4
a a 63 shr_s 1 0

# 2^63 and a little more, more than the estimate can be off: what is nearer is left to the exact check.
fraction_bound: about:f64 ->
about f64.abs 9223372036863164416.0 f64.ge if fail:OVERFLOW end

fraction_to_f64: n N d D -> f64, about:f64
n N $i128_absolute $u128_to_f64 d D $u128_to_f64 f64.div >about
N 0 lt_s if:f64 about f64.neg else about end

# A numerator of 127 bits over a denominator of more than 64 is in range.
fraction_in_range: n N d D -> 4, t T
D eqz if
n N $i128_absolute >T >t
N 0 lt_s if:i32 d 63 shl d 1 shr_u t T $u128_below else t T d 63 shl d 1 shr_u $u128_below i32.eqz end
if fail:OVERFLOW end
end n N d D

fraction_small_sum: {_BOTH} -> 4, g t u
d e $u64_gcd >g d g div_u >u
n e g div_u mul m u mul add =t 63 shr_s t xor t 63 shr_s sub g $u64_gcd >g
t g div_s =t t 63 shr_s u e g div_u mul 0

fraction_wide_sum: {_BOTH} -> 4, g G t T u U
d D e E $u128_gcd >G >g
d D g G $u128_quotient >U >u
n N e E g G $u128_quotient $i128_product m M u U $i128_product $i128_sum >T >t
t T $i128_absolute g G $u128_gcd >G >g
t T $i128_absolute g G $u128_quotient T $i128_signed
u U e E g G $u128_quotient $u128_product

fraction_small_product: {_BOTH} -> 4, g h t
n 63 shr_s n xor n 63 shr_s sub e $u64_gcd >g m 63 shr_s m xor m 63 shr_s sub d $u64_gcd >h
n g div_s m h div_s mul =t t 63 shr_s d h div_u e g div_u mul 0

fraction_wide_product: {_BOTH} -> 4, g G h H
n N $i128_absolute e E $u128_gcd >G >g m M $i128_absolute d D $u128_gcd >H >h
n N $i128_absolute g G $u128_quotient m M $i128_absolute h H $u128_quotient $u128_product N M xor $i128_signed
d D h H $u128_quotient e E g G $u128_quotient $u128_product

fraction_add: {_BOTH} -> 4
{_SMALL} if {_BOTH} $fraction_small_sum return end
n N d D $fraction_to_f64 m M e E $fraction_to_f64 f64.add $fraction_bound
{_BOTH} $fraction_wide_sum $fraction_in_range

fraction_subtract: {_BOTH} -> 4
n N d D m M $i128_negate e E $fraction_add

fraction_multiply: {_BOTH} -> 4
{_SMALL} if {_BOTH} $fraction_small_product return end
n N d D $fraction_to_f64 m M e E $fraction_to_f64 f64.mul $fraction_bound
{_BOTH} $fraction_wide_product $fraction_in_range

fraction_inverse: n N d D -> 4
n N or eqz if fail:DIV_BY_ZERO end
d D N $i128_signed n N $i128_absolute

fraction_divide: {_BOTH} -> 4
n N d D m M e E $fraction_inverse $fraction_multiply

# The whole number below may be out of range: remainders need the quotient, but are in range themselves.
fraction_lower: n N d D -> 4, q Q r R
n N $i128_absolute d D $u128_divide >R >r >Q >q
N 0 lt_s r R or 0 ne i32.and if q 1 add =q eqz extend Q add >Q end
q Q N $i128_signed 1 0

fraction_floor: n N d D -> 4
n N d D $fraction_lower $fraction_in_range

fraction_floor_divide: {_BOTH} -> 4
m M or 0 ne if n N d D $fraction_to_f64 m M e E $fraction_to_f64 f64.div $fraction_bound end
n N d D m M e E $fraction_inverse $fraction_wide_product $fraction_floor

fraction_modulo: {_BOTH} -> 4, q Q
n N d D m M e E $fraction_inverse $fraction_wide_product $fraction_lower drop drop >Q >q
n N d D q Q $i128_negate 1 0 m M e E $fraction_wide_product $fraction_wide_sum

f64_raised: base:f64 by -> f64, result:f64
1.0 >result
block loop
by 1 and 0 ne if result base f64.mul >result end
by 1 shr_u =by eqz br_if:1
base base f64.mul >base br:0
end end result

# Powers of a fraction in lowest terms are in lowest terms.
fraction_power: n N d D by -> 4, p P q Q sign
by 0 lt_s if n N d D $fraction_inverse >D >d >N >n 0 by sub >by end
n N d D $fraction_to_f64 by $f64_raised f64.abs 9223380832947798016.0 f64.ge if fail:OVERFLOW end
by 1 and 0 ne N 0 lt_s i32.and if -1 >sign end
n N $i128_absolute >N >n 1 >p 1 >q
block loop
by eqz br_if:1
by 1 and 0 ne if p P n N $u128_product >P >p q Q d D $u128_product >Q >q end
by 1 shr_u =by eqz br_if:1
n N n N $u128_product >N >n d D d D $u128_product >D >d br:0
end end
p P sign $i128_signed q Q $fraction_in_range

fraction_root: n N d D -> 4, r s
N 0 lt_s if fail:DOMAIN end
n N $u128_near_root >r d D $u128_near_root >s
n N r $u128_is_square d D s $u128_is_square i32.and i32.eqz if fail:INEXACT end
r 0 s 0

# For a caller that compares the result with another: a root that is no fraction is the f64 one.
fraction_near_root: n N d D -> 4, r s
N 0 lt_s if fail:DOMAIN end
n N $u128_near_root >r d D $u128_near_root >s
n N r $u128_is_square d D s $u128_is_square i32.and if r 0 s 0 return end
n N d D $fraction_to_f64 f64.sqrt $fraction_of_f64

fraction_negate: n N d D -> 4
n N $i128_negate d D $fraction_in_range

fraction_absolute: n N d D -> 4
n N $i128_absolute d D $fraction_in_range

fraction_whole: n N d D -> 1
d 1 ne D 0 ne i32.or if fail:DOMAIN end n

fraction_whole_result: n N d D -> 1
d 1 ne D 0 ne i32.or if fail:INEXACT end n

fraction_load: at:i32 -> 4
at i64.load:{HEADER_BYTES} at i64.load:{HEADER_BYTES + 8}
at i64.load:{HEADER_BYTES + 16} at i64.load:{HEADER_BYTES + 24}

fraction_store: at:i32 n N d D ->
at n i64.store:{HEADER_BYTES} at N i64.store:{HEADER_BYTES + 8}
at d i64.store:{HEADER_BYTES + 16} at D i64.store:{HEADER_BYTES + 24}

# A binary number is doubled until it is whole.
fraction_of_f64: value:f64 -> 4, twos whole
block loop
value f64.floor value f64.eq br_if:1
value 2.0 f64.mul >value twos 1 add >twos br:0
end end
twos 126 gt_u if fail:INEXACT end
value i64.trunc_f64_s =whole whole 63 shr_s 1 0 twos $u128_shifted

fraction_of_f32: given:f32 -> 4
given f64.promote_f32 $fraction_of_f64

# Long division to 27 bits, and one more that stands for all that follow: rounded once, to nearest, ties to even.
fraction_to_f32: n N d D -> f32, q r R halves value:f64 result:f32
n N $i128_absolute d D $u128_divide >R >r drop >q
block loop
r R or eqz br_if:1
q 67108864 ge_u br_if:1
R 1 shl r 63 shr_u or >R r 1 shl >r q 1 shl >q halves 1 add >halves
r R d D $u128_below i32.eqz if R D sub r d lt_u extend sub >R r d sub >r q 1 or >q end
br:0
end end
r R or 0 ne if q 1 or >q end
halves eqz if:f32 q f32.convert_i64_u else
q f64.convert_i64_u >value
loop value 0.5 f64.mul >value halves 1 sub =halves 0 ne br_if:0 end
value f32.demote_f64
end >result
N 0 lt_s if:f32 result f32.neg else result end $f32_in_range

fraction_eq: {_BOTH} -> i32
n m eq N M eq i32.and d e eq i32.and D E eq i32.and

fraction_ne: {_BOTH} -> i32
{_BOTH} $fraction_eq i32.eqz

fraction_lt: {_BOTH} -> i32
{_SMALL} if n e mul m d mul lt_s return end
N 0 lt_s if
M 0 ge_s if i32.const:1 return end
m M $i128_absolute e E n N $i128_absolute d D $u128_ratio_below return
end
M 0 lt_s if i32.const:0 return end
{_BOTH} $u128_ratio_below

fraction_gt: {_BOTH} -> i32
m M e E n N d D $fraction_lt

fraction_le: {_BOTH} -> i32
m M e E n N d D $fraction_lt i32.eqz

fraction_ge: {_BOTH} -> i32
{_BOTH} $fraction_lt i32.eqz

# The second where it is less, or greater, than the first.
fraction_minimum: {_BOTH} -> 4
m M e E n N d D $fraction_lt if:4 m M e E else n N d D end

fraction_maximum: {_BOTH} -> 4
n N d D m M e E $fraction_lt if:4 m M e E else n N d D end
"""


def fraction_helpers() -> dict[str, Helper]:
    """Every function of fractions, by name, and those of the whole numbers that they are made of."""
    return {**wide_helpers(), **read_words(_FRACTIONS)}
