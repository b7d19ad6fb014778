"""Exact fractions in WebAssembly: the functions of the emission that real numbers get when f64 was not exact enough.

A fraction is two i64 on the stack, numerator and denominator, in lowest terms, the denominator positive. What two i64
cannot hold stops the module (OVERFLOW or INEXACT); nothing is ever rounded. Common factors are taken out before
products are formed, so that results that fit are found. Source: Knuth, The Art of Computer Programming, volume 2,
section 4.5.1.
"""

from __future__ import annotations

from irmill.compiler.wasm.faults import Fault
from irmill.compiler.wasm.runtime import Helper, fail_if
from irmill.compiler.wasm.runtime_arrays import HEADER_BYTES

_PAIR = "i64 i64"
_TWO = "i64 i64 i64 i64"
_ALL = "local.get 0; local.get 1; local.get 2; local.get 3"

_REDUCE = """local.get 0; local.get 1; call $i64_gcd; local.set 2
local.get 0; local.get 2; i64.div_s; local.get 1; local.get 2; i64.div_s"""

_ADD = """local.get 1; local.get 3; call $i64_gcd; local.set 4
local.get 1; local.get 4; i64.div_s; local.set 5
local.get 0; local.get 3; local.get 4; i64.div_s; call $i64_multiply
local.get 2; local.get 5; call $i64_multiply; call $i64_add
local.get 5; local.get 3; call $i64_multiply; call $fraction_reduce"""

_MULTIPLY = """local.get 0; local.get 3; call $i64_gcd; local.set 4
local.get 2; local.get 1; call $i64_gcd; local.set 5
local.get 0; local.get 4; i64.div_s; local.get 2; local.get 5; i64.div_s; call $i64_multiply
local.get 1; local.get 5; i64.div_s; local.get 3; local.get 4; i64.div_s; call $i64_multiply; call $fraction_reduce"""

_DIVIDE = f"""local.get 2; i64.eqz; {fail_if(Fault.DIV_BY_ZERO)}
local.get 2; i64.const 0; i64.lt_s; if
local.get 2; call $i64_negate; local.set 2; local.get 3; call $i64_negate; local.set 3; end
local.get 0; local.get 1; local.get 3; local.get 2; call $fraction_multiply"""

_POWER = f"""local.get 2; i64.const 0; i64.lt_s; if
local.get 0; i64.eqz; {fail_if(Fault.DIV_BY_ZERO)}
i64.const 1; i64.const 1; local.get 0; local.get 1; call $fraction_divide; local.set 1; local.set 0
local.get 2; call $i64_negate; local.set 2; end
local.get 0; local.get 2; call $i64_power; local.get 1; local.get 2; call $i64_power"""

# The f64 root of an i64 is at most one below the whole root, where there is one.
_WHOLE_ROOT = f"""local.get 0; f64.convert_i64_s; f64.sqrt; i64.trunc_f64_s; local.tee 1; local.get 1; i64.mul
local.get 0; i64.ne; if; local.get 1; i64.const 1; i64.add; local.tee 1; local.get 1; i64.mul; local.get 0; i64.ne
{fail_if(Fault.INEXACT)}; end; local.get 1"""

_ROOT = f"""local.get 0; i64.const 0; i64.lt_s; {fail_if(Fault.DOMAIN)}
local.get 0; call $i64_root; local.get 1; call $i64_root"""


_EQUAL = "local.get 0; local.get 2; i64.eq; local.get 1; local.get 3; i64.eq; i32.and"


def _compare(name: str, opcode: str) -> tuple[str, Helper]:
    source = f"""local.get 0; local.get 3; call $i64_multiply; local.get 2; local.get 1; call $i64_multiply
    i64.{opcode}"""
    return f"fraction_{name}", Helper(_TWO, "i32", "", source)


def _extreme(name: str, test: str) -> tuple[str, Helper]:
    """The second fraction where it passes ``test`` against the first."""
    source = f"""local.get 2; local.get 3; local.get 0; local.get 1; call $fraction_{test}
    if i64 i64; local.get 2; local.get 3; else; local.get 0; local.get 1; end"""
    return f"fraction_{name}", Helper(_TWO, _PAIR, "", source)


def fraction_helpers() -> dict[str, Helper]:
    """Every function of fractions, by name."""
    whole = "local.get 1; i64.const 1; i64.ne; {}; local.get 0"
    return {
        "fraction_reduce": Helper(_PAIR, _PAIR, "i64", _REDUCE),
        "fraction_add": Helper(_TWO, _PAIR, "i64 i64", _ADD),
        "fraction_subtract": Helper(
            _TWO,
            _PAIR,
            "",
            "local.get 0; local.get 1; local.get 2; call $i64_negate; local.get 3; call $fraction_add",
        ),
        "fraction_multiply": Helper(_TWO, _PAIR, "i64 i64", _MULTIPLY),
        "fraction_divide": Helper(_TWO, _PAIR, "", _DIVIDE),
        "fraction_floor": Helper(_PAIR, _PAIR, "", "local.get 0; local.get 1; call $i64_floor_divide; i64.const 1"),
        "fraction_floor_divide": Helper(_TWO, _PAIR, "", f"{_ALL}; call $fraction_divide; call $fraction_floor"),
        "fraction_modulo": Helper(
            _TWO,
            _PAIR,
            "",
            f"""local.get 0; local.get 1; local.get 2; local.get 3; {_ALL}; call $fraction_floor_divide
            call $fraction_multiply; call $fraction_subtract""",
        ),
        "fraction_power": Helper("i64 i64 i64", _PAIR, "", _POWER),
        "i64_root": Helper("i64", "i64", "i64", _WHOLE_ROOT),
        "fraction_root": Helper(_PAIR, _PAIR, "", _ROOT),
        "fraction_negate": Helper(_PAIR, _PAIR, "", "local.get 0; call $i64_negate; local.get 1"),
        "fraction_absolute": Helper(_PAIR, _PAIR, "", "local.get 0; call $i64_absolute; local.get 1"),
        "fraction_whole": Helper(_PAIR, "i64", "", whole.format(fail_if(Fault.DOMAIN))),
        "fraction_whole_result": Helper(_PAIR, "i64", "", whole.format(fail_if(Fault.INEXACT))),
        "fraction_to_f64": Helper(
            _PAIR, "f64", "", "local.get 0; f64.convert_i64_s; local.get 1; f64.convert_i64_s; f64.div"
        ),
        "fraction_load": Helper(
            "i32", _PAIR, "", f"local.get 0; i64.load {HEADER_BYTES}; local.get 0; i64.load {HEADER_BYTES + 8}"
        ),
        "fraction_store": Helper(
            "i32 i64 i64",
            "",
            "",
            f"""local.get 0; local.get 1; i64.store {HEADER_BYTES}
            local.get 0; local.get 2; i64.store {HEADER_BYTES + 8}""",
        ),
        **dict(
            _compare(name, opcode)
            for name, opcode in (
                ("lt", "lt_s"),
                ("le", "le_s"),
                ("gt", "gt_s"),
                ("ge", "ge_s"),
            )
        ),
        "fraction_eq": Helper(_TWO, "i32", "", _EQUAL),
        "fraction_ne": Helper(_TWO, "i32", "", f"{_EQUAL}; i32.eqz"),
        **dict((_extreme("minimum", "lt"), _extreme("maximum", "gt"))),
    }
