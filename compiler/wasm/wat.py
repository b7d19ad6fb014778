"""The text format: a module as WAT that any assembler turns back into the very bytes of the encoder.

Indices are printed as numbers, with the symbol in a comment, because named identifiers would add a name section.
"""

from __future__ import annotations

from irmill.compiler.wasm.codebook import ImmediateKind, ValueType
from irmill.compiler.wasm.ir import COMPUTE, Function, Instruction, Module

_DEEPEST_INDENT = 40
"""Deeper blocks are not indented further: a text 10,000 blocks deep would be all blanks."""


def _words(keyword: str, types: tuple[ValueType, ...]) -> str:
    return f" ({keyword} {' '.join(types)})" if types else ""


def _instruction(item: Instruction, indices: dict[ImmediateKind, dict[str, int]]) -> str:
    if isinstance(item.immediate, str):
        return f"{item.opcode.name} {indices[item.opcode.immediate][item.immediate]} (; {item.immediate} ;)"
    return item.text


def _function(function: Function, type_index: int, indices: dict[ImmediateKind, dict[str, int]]) -> list[str]:
    head = f"  (func (; {function.name} ;) (type {type_index})"
    lines = [head + _words("param", function.parameters) + _words("result", function.results)]
    if function.locals:
        lines.append(f"    (local {' '.join(function.locals)})")
    depth = 2
    for item in function.body:
        name = item.opcode.name
        if name in ("end", "else"):
            depth -= 1
        lines.append("  " * min(depth, _DEEPEST_INDENT) + _instruction(item, indices))
        if name in ("block", "loop", "if", "else"):
            depth += 1
    lines[-1] += ")"
    return lines


def print_wat(module: Module) -> str:
    """The module as text, one instruction a line, indented by nesting."""
    signatures = module.signatures
    indices = {
        ImmediateKind.FUNCTION: {function.name: at for at, function in enumerate(module.functions)},
        ImmediateKind.GLOBAL: {item.name: at for at, item in enumerate(module.globals)},
    }
    lines = ["(module"]
    lines += [f"  (type (func{_words('param', takes)}{_words('result', gives)}))" for takes, gives in signatures]
    if module.memory is not None:
        lines.append(f"  (memory {module.memory[0]} {module.memory[1]})")
    lines += [
        f"  (global (; {item.name} ;) (mut {item.type}) ({item.type}.const {item.initial}))" for item in module.globals
    ]
    lines.append(f'  (export "{COMPUTE}" (func {indices[ImmediateKind.FUNCTION][COMPUTE]}))')
    lines += [f'  (export "{item.name}" (global {at}))' for at, item in enumerate(module.globals) if item.exported]
    for function in module.functions:
        lines += _function(function, signatures.index(function.signature), indices)
    lines[-1] += ")"
    return "\n".join(lines) + "\n"
