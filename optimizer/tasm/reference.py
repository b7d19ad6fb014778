"""The instruction table as a page for people: ``INSTRUCTIONS.md`` beside this file.

``python -c "from irmill.optimizer.tasm import reference; reference.write_page()"`` makes its table again.
"""

from __future__ import annotations

from pathlib import Path

from irmill.optimizer.tasm.isa import OPCODES, ArgumentKind, Opcode

PAGE = Path(__file__).with_name("INSTRUCTIONS.md")

_BEGIN, _END = "<!-- made from isa.py: begin -->\n", "<!-- made from isa.py: end -->\n"
_HEADER = (
    "| instruction | number | words | effect | stack | OpStack | RAM | Hash | U32 | traps |",
    "|---|---|---|---|---|---|---|---|---|---|",
)
_ARGUMENTS = {
    ArgumentKind.NONE: "",
    ArgumentKind.FIELD: " a",
    ArgumentKind.INDEX: " i",
    ArgumentKind.COUNT: " n",
    ArgumentKind.LABEL: " label",
}


def instruction_reference() -> str:
    """A Markdown table of all instructions in order of their names: size, effect and rows that each adds.

    Rows for the U32 table are named by operation, since how many there are depends on the operands.
    """
    return "\n".join([*_HEADER, *(_row(opcode) for opcode in sorted(OPCODES, key=lambda opcode: opcode.name))]) + "\n"


def page_with_table(page: str) -> str:
    """The page with the table as the code has it between its two marks."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    return f"{before}{begin}{instruction_reference()}{end}{after}"


def write_page() -> None:
    """Make the page's table again."""
    PAGE.write_text(page_with_table(PAGE.read_text()))


def _row(opcode: Opcode) -> str:
    cells = (
        f"`{opcode.name}{_ARGUMENTS[opcode.argument]}`",
        str(opcode.number),
        str(opcode.words),
        opcode.effect.replace("|", "\\|"),
        _linear(opcode.delta, opcode.delta_by_count, signed=True),
        _linear(abs(opcode.delta), abs(opcode.delta_by_count)),
        _linear(opcode.ram, opcode.ram_by_count),
        str(opcode.hash_rows),
        ", ".join(opcode.u32),
        ", ".join(opcode.traps),
    )
    return f"| {' | '.join(cells)} |"


def _linear(constant: int, by_count: int, signed: bool = False) -> str:
    """``constant`` or a multiple of n; no instruction has both."""
    if not by_count:
        return f"{constant:+}" if signed and constant else str(constant)
    sign = "-" if by_count < 0 else "+" if signed else ""
    return f"{sign}n" if abs(by_count) == 1 else f"{sign}{abs(by_count)}n"
