"""Printer of TASM: one statement a line, so that ``parse_tasm(print_tasm(program)) == program``."""

from __future__ import annotations

from collections.abc import Iterable

from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.tasm.isa import ArgumentKind
from irmill.optimizer.tasm.program import Break, Comment, ErrorId, Hint, Instruction, Label, Statement, TypeName


def print_tasm(statements: Iterable[Statement]) -> str:
    """Source text: labels at the margin, all else indented; ends in a newline unless there is no statement.

    A trailing comment goes behind what stands before it, where no other comment ends that line.
    """
    lines: list[str] = []
    for statement in statements:
        if isinstance(statement, Comment) and statement.trailing and lines and "//" not in lines[-1]:
            lines[-1] += f"  {statement.text}"
        else:
            lines.append(_line(statement))
    return "".join(f"{line}\n" for line in lines)


def print_instruction(instruction: Instruction) -> str:
    """One instruction as source, without indentation."""
    argument = instruction.argument
    if argument is None:
        return instruction.name
    is_field = instruction.opcode.argument is ArgumentKind.FIELD
    if is_field and isinstance(argument, int) and argument > MODULUS - U32_LIMIT:  # next below zero: with a minus sign
        argument -= MODULUS
    return f"{instruction.name} {argument}"


def _line(statement: Statement) -> str:
    match statement:
        case Label(name):
            return f"{name}:"
        case Instruction():
            return f"    {print_instruction(statement)}"
        case Break():
            return "    break"
        case Comment(text):
            return f"    {text}"
        case ErrorId(value):
            return f"    error_id {value}"
        case Hint(name, kind, start, end):
            place = str(start) if end == start + 1 else f"{start}..{end}"
            return f"    hint {name}{'' if kind is None else f': {_type(kind)}'} = stack[{place}]"


def _type(kind: TypeName) -> str:
    arguments = f"<{', '.join(_type(argument) for argument in kind.arguments)}>" if kind.arguments else ""
    return "*" * kind.pointers + kind.name + arguments
