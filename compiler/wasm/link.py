"""Linking: the functions and globals that instructions name by symbol, found and put into a module."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from irmill.compiler.wasm.builtins import builtin_helpers
from irmill.compiler.wasm.codebook import ImmediateKind
from irmill.compiler.wasm.fractions import fraction_helpers
from irmill.compiler.wasm.ir import Function, Instruction, Module
from irmill.compiler.wasm.remainders import remainder_helpers
from irmill.compiler.wasm.runtime import GLOBALS, Helper, basic_helpers, build_function
from irmill.compiler.wasm.runtime_arrays import FRACTION_BYTES, array_helpers, memory_pages


@functools.cache
def all_helpers() -> dict[str, Helper]:
    """Every function of the runtime, by name."""
    return {
        **basic_helpers(),
        **builtin_helpers(),
        **array_helpers(),
        **fraction_helpers(),
        **remainder_helpers(),
    }


@functools.cache
def find_function(name: str) -> Function:
    """The runtime function of that name. Raises KeyError when there is none."""
    return build_function(name, all_helpers()[name])


def symbols(body: Iterable[Instruction], kind: ImmediateKind) -> Iterable[str]:
    """The symbols of one kind in a body, in order of appearance."""
    return (str(item.immediate) for item in body if item.opcode.immediate is kind)


def link_module(functions: Sequence[Function]) -> Module:
    """A module of ``functions``, the runtime functions that they reach and the globals that all of them use."""
    found = {function.name: function for function in functions}
    waiting = list(functions)
    for function in waiting:
        for name in symbols(function.body, ImmediateKind.FUNCTION):
            if name not in found:
                found[name] = find_function(name)
                waiting.append(found[name])
    used = {name for function in found.values() for name in symbols(function.body, ImmediateKind.GLOBAL)}
    memory = None
    if "wide_allocate" in found:
        memory = (1, memory_pages(FRACTION_BYTES))
    elif any(item.opcode.immediate is ImmediateKind.ADDRESS for function in found.values() for item in function.body):
        memory = (1, memory_pages(8))
    return Module(tuple(found.values()), tuple(item for name, item in GLOBALS.items() if name in used), memory)
