"""The functions that emitted code calls for arrays in linear memory."""

from __future__ import annotations

from collections.abc import Iterator

from irmill.compiler.wasm.faults import Fault
from irmill.compiler.wasm.runtime import Helper, fail_if

HEADER_BYTES = 8
"""An array starts with its length; elements follow at the next multiple of eight."""

ELEMENT_BYTES = {1: 8, 4: 32}
"""How much an element takes, by how many values it is: one number, or the four of a fraction."""

FRACTION_BYTES = ELEMENT_BYTES[4]

CELLS = (64 << 20) // 8
"""Array elements that a line may create in all."""

PAGE_BYTES = 1 << 16


def memory_pages(element_bytes: int) -> int:
    """The most pages a module needs: every element, and a header for each, as no array that takes memory is empty."""
    return (CELLS * (element_bytes + HEADER_BYTES)) // PAGE_BYTES + 2


def _allocate(element_bytes: int) -> Helper:
    source = f"""local.get 0; i32.eqz; if; i32.const 0; return; end
    global.get $cells; local.get 0; i32.add; local.tee 2; i32.const {CELLS}; i32.gt_u; {fail_if(Fault.MEMORY)}
    local.get 2; global.set $cells
    global.get $heap; local.tee 1; local.get 0; i32.const {element_bytes}; i32.mul; i32.add; i32.const {HEADER_BYTES}
    i32.add; local.tee 2; global.set $heap
    local.get 2; i32.const {PAGE_BYTES - 1}; i32.add; i32.const 16; i32.shr_u; memory.size; i32.sub; local.tee 2
    i32.const 0; i32.gt_s; if; local.get 2; memory.grow; i32.const -1; i32.eq; {fail_if(Fault.MEMORY)}; end
    local.get 1; local.get 0; i32.store; local.get 1"""
    return Helper("i32", "i32", "i32 i32", source)


def _element(element_bytes: int) -> Helper:
    source = f"""local.get 1; local.get 0; i64.load32; i64.ge_u; {fail_if(Fault.OUT_OF_BOUNDS)}
    local.get 0; local.get 1; i32.wrap_i64; i32.const {element_bytes}; i32.mul; i32.add"""
    return Helper("i32 i64", "i32", "", source.replace("i64.load32", "i32.load; i64.extend_i32_u"))


_INITIAL = {"sum": 0, "product": 1}


def _fold(name: str, result: str, locals_: str, load: str, step: str, first: str, size: int = 0) -> Helper:
    """A loop over an array: ``step`` takes the result so far and what ``load`` reads at the address in local 0.

    Local 1 counts what is left; the result is kept from local 2 on. Elements are as wide as it, or ``size`` bytes.
    """
    count = len(locals_.split())
    get = "; ".join(f"local.get {2 + at}" for at in range(count))
    put = "; ".join(f"local.set {2 + at}" for at in reversed(range(count)))
    empty = fail_if(Fault.DOMAIN) if name in ("minimum", "maximum") else "drop"
    source = f"""local.get 0; i32.load; local.tee 1; i32.eqz; {empty}
    {first}; {put}
    block; loop; local.get 1; i32.eqz; br_if 1
    {get}; {load}; {step}; {put}
    local.get 0; i32.const {{size}}; i32.add; local.set 0
    local.get 1; i32.const 1; i32.sub; local.set 1
    br 0; end; end; {get}"""
    size = size or ELEMENT_BYTES[count]
    return Helper("i32", result, f"i32 {locals_}", source.replace("{size}", str(size)))


def _steps(kind: str) -> Iterator[tuple[str, str]]:
    """The step of each fold over elements of ``kind``."""
    checked = kind == "i64"
    for name, opcode in (("sum", "add"), ("product", "mul")):
        if checked:
            yield name, f"call $i64_{'add' if name == 'sum' else 'multiply'}"
        elif kind == "i32":
            yield name, f"i32.{opcode}"
        else:
            yield name, f"{kind}.{opcode}; call ${kind}_in_range"
    for name, opcode in (("minimum", "min"), ("maximum", "max")):
        yield name, f"{kind}.{opcode}" if kind == "f64" else f"call ${kind}_{name}"


def array_helpers() -> dict[str, Helper]:
    """Every function of arrays, by name."""
    found = {
        "allocate": _allocate(8),
        "wide_allocate": _allocate(FRACTION_BYTES),
        "element": _element(8),
        "wide_element": _element(FRACTION_BYTES),
    }
    for kind in ("i32", "i64", "f64"):
        load = f"local.get 0; {kind}.load {HEADER_BYTES}"
        for name, step in _steps(kind):
            first = f"{kind}.const {_INITIAL[name]}" if name in _INITIAL else load
            found[f"{kind}_array_{name}"] = _fold(name, kind, kind, load, step, first)
        single = "f32.demote_f64; call $f32_in_range" if kind == "f64" else f"f32.convert_{kind}_s; call $f32_in_range"
        found |= _single_folds(kind, f"{load}; {single}")
    load, four = "local.get 0; call $fraction_load", "i64 i64 i64 i64"
    for name, step in (("sum", "add"), ("product", "multiply"), ("minimum", "minimum"), ("maximum", "maximum")):
        first = f"i64.const {_INITIAL[name]}; call $fraction_of_whole" if name in _INITIAL else load
        found[f"fraction_array_{name}"] = _fold(name, four, four, load, f"call $fraction_{step}", first)
    return found | _single_folds("fraction", f"{load}; call $fraction_to_f32")


def _single_folds(kind: str, load: str) -> dict[str, Helper]:
    """The folds in single precision over elements of ``kind``, which ``load`` reads and rounds."""
    found: dict[str, Helper] = {}
    for name, opcode in (("sum", "add"), ("product", "mul")):
        step = f"f32.{opcode}; call $f32_in_range"
        first = f"f32.const {_INITIAL[name]}"
        size = ELEMENT_BYTES[4 if kind == "fraction" else 1]
        found[f"f32_array_{name}_of_{kind}"] = _fold(name, "f32", "f32", load, step, first, size)
    return found
