"""``--optimize``: rewrites and shared values, over and over until nothing changes, verified after every step.

The value, the error and the fuel of every program stay what they are.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from irmill.compiler.wasm.codebook import ImmediateKind, ValueType
from irmill.compiler.wasm.ir import Function, Instruction, instruction
from irmill.compiler.wasm.link import all_helpers, find_function
from irmill.compiler.wasm.rewrite import rewrite_function
from irmill.compiler.wasm.runtime import GLOBALS
from irmill.compiler.wasm.share import share_values
from irmill.compiler.wasm.verify import verify_function

_ROUNDS: Final = 6


@functools.cache
def _helpers() -> dict[str, Function]:
    return {name: find_function(name) for name in all_helpers()}


def optimize_functions(functions: Sequence[Function]) -> tuple[list[Function], Counter[str]]:
    """The functions of a program, optimized, and how often each rewrite and pass changed something.

    Raises:
        InvalidModule: a rewrite left something that is not valid, which is a defect of it.
    """
    known = {**_helpers(), **{function.name: function for function in functions}}
    types: dict[str, ValueType] = {name: item.type for name, item in GLOBALS.items()}
    done: Counter[str] = Counter()

    def verify(function: Function) -> None:
        verify_function(function, known, types, memory=True)

    def optimized(function: Function) -> Function:
        for _ in range(_ROUNDS):
            rewritten, applied = rewrite_function(function, verify)
            shared = share_values(rewritten, known.__getitem__)
            verify(shared)
            done.update(applied)
            done["shared values"] += shared is not rewritten
            if shared is function:
                break
            function = shared
        packed = pack_locals(function)
        verify(packed)
        done["packed locals"] += packed is not function
        return packed

    return [optimized(function) for function in functions], +done


def pack_locals(function: Function) -> Function:
    """The function without locals that nothing uses, the others side by side with those of their type."""
    count = len(function.parameters)
    used = {int(str(item.immediate)) for item in function.body if item.opcode.immediate is ImmediateKind.LOCAL}
    kept = [local for local in range(count, count + len(function.locals)) if local in used]
    kept.sort(key=lambda local: function.locals[local - count])
    if kept == list(range(count, count + len(function.locals))):
        return function
    places = {local: place for place, local in enumerate([*range(count), *kept])}

    def moved(item: Instruction) -> Instruction:
        if item.opcode.immediate is not ImmediateKind.LOCAL:
            return item
        return instruction(item.opcode.name, places[int(str(item.immediate))])

    locals_ = tuple(function.locals[local - count] for local in kept)
    return replace(function, locals=locals_, body=tuple(map(moved, function.body)))
