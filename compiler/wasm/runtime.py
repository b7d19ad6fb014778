"""The functions that emitted code calls for what one instruction cannot say: checks, floors, powers, fuel.

Each is written in our own instruction text (:func:`read_helpers`) and named by the type it works on
(``i64_multiply``). The lowering asks for one by name and the linker adds it with everything that it calls; a program
that needs none has none.
"""

from __future__ import annotations

from dataclasses import dataclass

from irmill.compiler.base.limits import FUEL, OPEN_CALLS
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.faults import Fault
from irmill.compiler.wasm.ir import Function, Global, assemble

GLOBALS: dict[str, Global] = {
    "error": Global("error", ValueType.I32, 0, exported=True),
    "fuel": Global("fuel", ValueType.I32, FUEL),
    "depth": Global("depth", ValueType.I32, 0),
    "heap": Global("heap", ValueType.I32, 8),
    "cells": Global("cells", ValueType.I32, 0),
}
"""Every global an emitted module can have. ``heap`` is the next free address, ``cells`` the array elements made."""

_LOWEST = -(1 << 63)
_TWO_63 = "9223372036854775808.0"


def fail(fault: Fault) -> str:
    """Instruction text that reports ``fault`` and stops."""
    return f"i32.const {int(fault)}; global.set $error; unreachable"


def fail_if(fault: Fault) -> str:
    """Instruction text that takes a condition and stops with ``fault`` when it holds."""
    return f"if; {fail(fault)}; end"


@dataclass(frozen=True, slots=True)
class Helper:
    """A function in text: its types as words and its instructions."""

    parameters: str
    results: str
    locals: str
    source: str


def read_helpers(text: str) -> dict[str, Helper]:
    """Functions by name, from text: of each a line ``name: parameters -> results, locals``, then its instructions.

    Blank lines stand between functions; a line that starts with ``#`` says why.
    """
    found: dict[str, Helper] = {}
    for block in text.strip().split("\n\n"):
        head, *lines = (line for line in block.splitlines() if not line.startswith("#"))
        name, _, types = head.partition(":")
        parameters, _, given = types.partition("->")
        results, _, locals_ = given.partition(",")
        found[name] = Helper(parameters, results, locals_, "\n".join(lines))
    return found


_LIMITS = f"""
burn:
global.get $fuel; i32.eqz; {fail_if(Fault.FUEL)}; global.get $fuel; i32.const 1; i32.sub; global.set $fuel

burn_many: i32
global.get $fuel; local.get 0; i32.lt_u; {fail_if(Fault.FUEL)}
global.get $fuel; local.get 0; i32.sub; global.set $fuel

enter:
call $burn; global.get $depth; i32.const {OPEN_CALLS}; i32.ge_u; {fail_if(Fault.STACK)}
global.get $depth; i32.const 1; i32.add; global.set $depth

leave:
global.get $depth; i32.const 1; i32.sub; global.set $depth
"""

_WHOLE = f"""
i64_add: i64 i64 -> i64, i64
local.get 0; local.get 1; i64.add; local.tee 2; local.get 0; i64.xor
local.get 2; local.get 1; i64.xor; i64.and; i64.const 0; i64.lt_s; {fail_if(Fault.OVERFLOW)}; local.get 2

i64_subtract: i64 i64 -> i64, i64
local.get 0; local.get 1; i64.sub; local.tee 2; local.get 0; i64.xor
local.get 0; local.get 1; i64.xor; i64.and; i64.const 0; i64.lt_s; {fail_if(Fault.OVERFLOW)}; local.get 2

# Both operands within 32 bits need no division; otherwise the product divided by one operand must give the other.
i64_multiply: i64 i64 -> i64, i64
local.get 0; local.get 1; i64.mul; local.set 2
local.get 0; i64.const 2147483648; i64.add; local.get 1; i64.const 2147483648; i64.add; i64.or
i64.const 32; i64.shr_u; i64.eqz; if; local.get 2; return; end
local.get 0; i64.eqz; if; i64.const 0; return; end
local.get 0; i64.const -1; i64.eq; if
local.get 1; i64.const {_LOWEST}; i64.eq; {fail_if(Fault.OVERFLOW)}; local.get 2; return; end
local.get 2; local.get 0; i64.div_s; local.get 1; i64.ne; {fail_if(Fault.OVERFLOW)}; local.get 2

i64_negate: i64 -> i64
local.get 0; i64.const {_LOWEST}; i64.eq; {fail_if(Fault.OVERFLOW)}; i64.const 0; local.get 0; i64.sub

i64_absolute: i64 -> i64
local.get 0; i64.const 0; i64.lt_s; if i64; local.get 0; call $i64_negate; else; local.get 0; end

i32_absolute: i32 -> i32
i32.const 0; local.get 0; i32.sub; local.get 0; local.get 0; i32.const 0; i32.lt_s; select

# A negative exponent leaves the whole numbers unless the base is 1 or -1.
i64_power: i64 i64 -> i64, i64
local.get 1; i64.const 0; i64.lt_s; if
local.get 0; i64.eqz; {fail_if(Fault.DIV_BY_ZERO)}
local.get 0; i64.const 1; i64.add; i64.const 2; i64.gt_u; {fail_if(Fault.INEXACT)}; end
i64.const 1; local.set 2
block; loop
local.get 1; i64.eqz; br_if 1
local.get 1; i64.const 1; i64.and; i64.eqz; i32.eqz; if
local.get 2; local.get 0; call $i64_multiply; local.set 2; end
local.get 1; i64.const 1; i64.shr_u; local.tee 1; i64.eqz; br_if 1
local.get 0; local.get 0; call $i64_multiply; local.set 0
br 0; end; end; local.get 2
"""


def widened(name: str) -> Helper:
    """The i32 form of an i64 function of two operands, for lines whose every step is proven to fit."""
    source = f"local.get 0; i64.extend_i32_s; local.get 1; i64.extend_i32_s; call $i64_{name}; i32.wrap_i64"
    return Helper("i32 i32", "i32", "", source)


def _both_widths(t: str) -> str:
    """What i32 and i64 have in common."""
    return f"""
{t}_minimum: {t} {t} -> {t}
local.get 0; local.get 1; local.get 0; local.get 1; {t}.lt_s; select

{t}_maximum: {t} {t} -> {t}
local.get 0; local.get 1; local.get 0; local.get 1; {t}.gt_s; select

{t}_divide: {t} {t} -> {t}
local.get 0; local.get 1; {t}.rem_s; {t}.const 0; {t}.ne; {fail_if(Fault.INEXACT)}; local.get 0; local.get 1; {t}.div_s

{t}_floor_divide: {t} {t} -> {t}
local.get 0; local.get 1; {t}.div_s; local.get 0; local.get 1; {t}.rem_s; {t}.const 0; {t}.ne
if {t}; local.get 0; local.get 1; {t}.xor; {t}.const 0; {t}.lt_s
if {t}; {t}.const 1; else; {t}.const 0; end; else; {t}.const 0; end; {t}.sub

{t}_modulo: {t} {t} -> {t}, {t}
local.get 0; local.get 1; {t}.rem_s; local.tee 2; {t}.const 0; {t}.ne
if {t}; local.get 2; local.get 1; {t}.xor; {t}.const 0; {t}.lt_s
if {t}; local.get 2; local.get 1; {t}.add; else; local.get 2; end; else; {t}.const 0; end
"""


def _both_reals(t: str) -> str:
    """What f64 and f32 have in common: results in range, and no negative zero."""
    return f"""
{t}_in_range: {t} -> {t}
local.get 0; {t}.const -{_TWO_63}; {t}.ge; local.get 0; {t}.const {_TWO_63}; {t}.lt; i32.and; i32.eqz
{fail_if(Fault.OVERFLOW)}; local.get 0; {t}.const 0; {t}.add

{t}_divide: {t} {t} -> {t}
local.get 1; {t}.const 0; {t}.eq; {fail_if(Fault.DIV_BY_ZERO)}
local.get 0; local.get 1; {t}.div; call ${t}_in_range

{t}_square_root: {t} -> {t}
local.get 0; {t}.const 0; {t}.lt; {fail_if(Fault.DOMAIN)}; local.get 0; {t}.sqrt
"""


_REAL = f"""
f64_floor_divide: f64 f64 -> f64
local.get 0; local.get 1; call $f64_divide; f64.floor; call $f64_in_range

f64_modulo: f64 f64 -> f64
local.get 1; f64.const 0; f64.eq; {fail_if(Fault.DIV_BY_ZERO)}
local.get 0; local.get 1; local.get 0; local.get 1; f64.div; f64.floor; f64.mul; f64.sub; call $f64_in_range

f64_power: f64 i64 -> f64, f64 i64
f64.const 1; local.set 2
local.get 1; local.set 3
local.get 1; i64.const 0; i64.lt_s; if
local.get 0; f64.const 0; f64.eq; {fail_if(Fault.DIV_BY_ZERO)}
i64.const 0; local.get 1; i64.sub; local.set 3; end
block; loop
local.get 3; i64.eqz; br_if 1
local.get 3; i64.const 1; i64.and; i64.eqz; i32.eqz; if
local.get 2; local.get 0; f64.mul; local.set 2; end
local.get 3; i64.const 1; i64.shr_u; local.tee 3; i64.eqz; br_if 1
local.get 0; local.get 0; f64.mul; local.set 0
br 0; end; end
local.get 1; i64.const 0; i64.lt_s; if; f64.const 1; local.get 2; f64.div; local.set 2; end
local.get 2; call $f64_in_range

f64_whole: f64 -> i64
local.get 0; local.get 0; f64.floor; f64.ne; {fail_if(Fault.DOMAIN)}; local.get 0; i64.trunc_f64_s

# Operands are exact in f64, the result is rounded once.
f32_floor_divide: f32 f32 -> f32
local.get 0; f64.promote_f32; local.get 1; f64.promote_f32; call $f64_floor_divide; f32.demote_f64; call $f32_in_range

f32_power: f32 i64 -> f32
local.get 0; f64.promote_f32; local.get 1; call $f64_power; f32.demote_f64; call $f32_in_range

f32_whole: f32 -> i64
local.get 0; f64.promote_f32; call $f64_whole
"""


def basic_helpers() -> dict[str, Helper]:
    """Every function of numbers and limits, by name."""
    shared = (_both_widths("i32"), _both_widths("i64"), _both_reals("f64"), _both_reals("f32"))
    return {**read_helpers("".join((_LIMITS, _WHOLE, *shared, _REAL))), "i32_power": widened("power")}


def _types(words: str) -> tuple[ValueType, ...]:
    return tuple(ValueType(word) for word in words.split())


def build_function(name: str, helper: Helper) -> Function:
    """The helper as a function of a module."""
    return Function(
        name, _types(helper.parameters), _types(helper.results), _types(helper.locals), assemble(helper.source)
    )
