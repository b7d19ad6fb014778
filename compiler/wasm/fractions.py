"""Exact fractions in WebAssembly: the functions of the emission that real numbers get when f64 was not exact enough.

A fraction is two i64 on the stack, numerator and denominator, in lowest terms, the denominator positive. What two i64
cannot hold stops the module (OVERFLOW or INEXACT); nothing is ever rounded. Common factors are taken out before
products are formed, so that results that fit are found. Source: Knuth, The Art of Computer Programming, volume 2,
section 4.5.1.
"""

from __future__ import annotations

from irmill.compiler.wasm.faults import Fault
from irmill.compiler.wasm.runtime import Helper, fail_if, read_helpers
from irmill.compiler.wasm.runtime_arrays import HEADER_BYTES

_FRACTIONS = f"""
fraction_reduce: i64 i64 -> i64 i64, i64
local.get 0; local.get 1; call $i64_gcd; local.set 2
local.get 0; local.get 2; i64.div_s; local.get 1; local.get 2; i64.div_s

fraction_add: i64 i64 i64 i64 -> i64 i64, i64 i64
local.get 1; local.get 3; call $i64_gcd; local.set 4
local.get 1; local.get 4; i64.div_s; local.set 5
local.get 0; local.get 3; local.get 4; i64.div_s; call $i64_multiply
local.get 2; local.get 5; call $i64_multiply; call $i64_add
local.get 5; local.get 3; call $i64_multiply; call $fraction_reduce

fraction_subtract: i64 i64 i64 i64 -> i64 i64
local.get 0; local.get 1; local.get 2; call $i64_negate; local.get 3; call $fraction_add

fraction_multiply: i64 i64 i64 i64 -> i64 i64, i64 i64
local.get 0; local.get 3; call $i64_gcd; local.set 4
local.get 2; local.get 1; call $i64_gcd; local.set 5
local.get 0; local.get 4; i64.div_s; local.get 2; local.get 5; i64.div_s; call $i64_multiply
local.get 1; local.get 5; i64.div_s; local.get 3; local.get 4; i64.div_s; call $i64_multiply; call $fraction_reduce

fraction_divide: i64 i64 i64 i64 -> i64 i64
local.get 2; i64.eqz; {fail_if(Fault.DIV_BY_ZERO)}
local.get 2; i64.const 0; i64.lt_s; if
local.get 2; call $i64_negate; local.set 2; local.get 3; call $i64_negate; local.set 3; end
local.get 0; local.get 1; local.get 3; local.get 2; call $fraction_multiply

fraction_floor: i64 i64 -> i64 i64
local.get 0; local.get 1; call $i64_floor_divide; i64.const 1

fraction_floor_divide: i64 i64 i64 i64 -> i64 i64
local.get 0; local.get 1; local.get 2; local.get 3; call $fraction_divide; call $fraction_floor

fraction_modulo: i64 i64 i64 i64 -> i64 i64
local.get 0; local.get 1; local.get 2; local.get 3
local.get 0; local.get 1; local.get 2; local.get 3; call $fraction_floor_divide
call $fraction_multiply; call $fraction_subtract

fraction_power: i64 i64 i64 -> i64 i64
local.get 2; i64.const 0; i64.lt_s; if
local.get 0; i64.eqz; {fail_if(Fault.DIV_BY_ZERO)}
i64.const 1; i64.const 1; local.get 0; local.get 1; call $fraction_divide; local.set 1; local.set 0
local.get 2; call $i64_negate; local.set 2; end
local.get 0; local.get 2; call $i64_power; local.get 1; local.get 2; call $i64_power

# The f64 root of an i64 is at most one below the whole root, where there is one.
i64_root: i64 -> i64, i64
local.get 0; f64.convert_i64_s; f64.sqrt; i64.trunc_f64_s; local.tee 1; local.get 1; i64.mul
local.get 0; i64.ne; if; local.get 1; i64.const 1; i64.add; local.tee 1; local.get 1; i64.mul; local.get 0; i64.ne
{fail_if(Fault.INEXACT)}; end; local.get 1

fraction_root: i64 i64 -> i64 i64
local.get 0; i64.const 0; i64.lt_s; {fail_if(Fault.DOMAIN)}; local.get 0; call $i64_root; local.get 1; call $i64_root

fraction_negate: i64 i64 -> i64 i64
local.get 0; call $i64_negate; local.get 1

fraction_absolute: i64 i64 -> i64 i64
local.get 0; call $i64_absolute; local.get 1

fraction_whole: i64 i64 -> i64
local.get 1; i64.const 1; i64.ne; {fail_if(Fault.DOMAIN)}; local.get 0

fraction_whole_result: i64 i64 -> i64
local.get 1; i64.const 1; i64.ne; {fail_if(Fault.INEXACT)}; local.get 0

fraction_to_f64: i64 i64 -> f64
local.get 0; f64.convert_i64_s; local.get 1; f64.convert_i64_s; f64.div

fraction_load: i32 -> i64 i64
local.get 0; i64.load {HEADER_BYTES}; local.get 0; i64.load {HEADER_BYTES + 8}

fraction_store: i32 i64 i64
local.get 0; local.get 1; i64.store {HEADER_BYTES}; local.get 0; local.get 2; i64.store {HEADER_BYTES + 8}

fraction_eq: i64 i64 i64 i64 -> i32
local.get 0; local.get 2; i64.eq; local.get 1; local.get 3; i64.eq; i32.and

fraction_ne: i64 i64 i64 i64 -> i32
local.get 0; local.get 2; i64.eq; local.get 1; local.get 3; i64.eq; i32.and; i32.eqz
"""


def _order(name: str) -> str:
    return f"""
fraction_{name}: i64 i64 i64 i64 -> i32
local.get 0; local.get 3; call $i64_multiply; local.get 2; local.get 1; call $i64_multiply; i64.{name}_s
"""


def _extreme(name: str, test: str) -> str:
    """The second fraction where it passes ``test`` against the first."""
    return f"""
fraction_{name}: i64 i64 i64 i64 -> i64 i64
local.get 2; local.get 3; local.get 0; local.get 1; call $fraction_{test}
if i64 i64; local.get 2; local.get 3; else; local.get 0; local.get 1; end
"""


def fraction_helpers() -> dict[str, Helper]:
    """Every function of fractions, by name."""
    orders = map(_order, ("lt", "le", "gt", "ge"))
    return read_helpers("".join((_FRACTIONS, *orders, _extreme("minimum", "lt"), _extreme("maximum", "gt"))))
