"""The instruction table: complete, free of contradictions, and in keeping with how the opcodes are numbered."""

from __future__ import annotations

import pytest

from irmill.optimizer.tasm.control import JUMPS
from irmill.optimizer.tasm.isa import BY_NAME, OPCODES, ArgumentKind, Flow, Opcode
from irmill.optimizer.tasm.reference import PAGE, instruction_reference, page_with_table
from irmill.optimizer.tasm.trap import Trap
from irmill.optimizer.tasm.vm import STEPS


def test_names_and_numbers_are_unique() -> None:
    assert len(OPCODES) == len(BY_NAME) == len({opcode.number for opcode in OPCODES}) == 46


def test_every_instruction_has_one_meaning() -> None:
    assert set(STEPS) == {opcode.name for opcode in OPCODES if opcode.flow is Flow.NEXT}
    assert set(JUMPS) == set(Flow) - {Flow.NEXT}
    assert {opcode.flow for opcode in OPCODES} == set(Flow)


@pytest.mark.parametrize("opcode", OPCODES, ids=[opcode.name for opcode in OPCODES])
def test_the_bits_of_the_number_agree_with_the_row(opcode: Opcode) -> None:
    """Triton VM numbers its instructions so that bit 0 says whether there is an argument, bit 1 whether the stack
    may shrink, bit 2 whether the U32 table is used."""
    shrinks = opcode.delta < 0 or opcode.delta_by_count < 0
    assert opcode.number & 1 == (opcode.argument is not ArgumentKind.NONE)
    assert bool(opcode.number & 2) == shrinks
    assert bool(opcode.number & 4) == bool(opcode.u32)
    assert opcode.words == 1 + (opcode.number & 1)


def test_stack_rows_are_the_absolute_delta() -> None:
    assert BY_NAME["read_io"].stack_delta(5) == BY_NAME["read_io"].op_stack_rows(5) == 5
    assert BY_NAME["write_mem"].stack_delta(3) == -3
    assert BY_NAME["write_mem"].op_stack_rows(3) == BY_NAME["write_mem"].ram_rows(3) == 3
    assert BY_NAME["push"].stack_delta(9) == 1
    assert BY_NAME["swap"].op_stack_rows(9) == 0
    assert BY_NAME["merkle_step_mem"].ram_rows() == 5


def test_the_reference_holds_every_instruction() -> None:
    lines = instruction_reference().splitlines()
    assert len(lines) == 2 + len(OPCODES)
    assert len({line.count(" | ") for line in lines[2:]}) == 1
    assert "| `read_mem n` | 57 | 2 | _ p -> _ v0..v{n-1} p-n, vj = RAM[p-j] | +n | n | n | 0 |  |  |" in lines
    assert "| `lt` | 6 | 1 | _ b a -> _ a<b | -1 | 1 | 0 | 0 | lt | NOT_U32 |" in lines
    assert not any(opcode.delta and opcode.delta_by_count for opcode in OPCODES)


def test_the_page_holds_the_table() -> None:
    page = PAGE.read_text()
    command = 'python -c "from irmill.optimizer.tasm import reference; reference.write_page()"'
    assert page == page_with_table(page), f"INSTRUCTIONS.md is not what isa.py says; run: {command}"
    assert page.count(instruction_reference()) == 1


@pytest.mark.parametrize("trap", Trap)
def test_every_trap_is_one_of_an_instruction_or_of_all(trap: Trap) -> None:
    assert trap in PAGE.read_text()
    assert trap is Trap.STACK_TOO_SHALLOW or any(trap in opcode.traps for opcode in OPCODES)
