"""The machine's driver: limits, blocks against single steps, memory, and the public entry."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.field.tip5 import hash_varlen
from irmill.optimizer.tasm import vm
from irmill.optimizer.tasm.assemble import assemble, program_hash
from irmill.optimizer.tasm.isa import OPCODES, ArgumentKind
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.program import Instruction, Label, Statement
from irmill.optimizer.tasm.run import STOPPED_STACK_WORDS, TasmRun, run_tasm
from irmill.optimizer.tasm.trap import Stop, Trap
from irmill.optimizer.tasm.vm import Execution, RunLimits, Status, execute

COUNTDOWN = "push 5 call l halt l: dup 0 push 0 eq skiz return addi -1 recurse"


def test_a_program_may_halt_with_its_last_cycle() -> None:
    cycles = run_tasm(COUNTDOWN).cycles
    assert run_tasm(COUNTDOWN, max_cycles=cycles).status == "ok"
    short = run_tasm(COUNTDOWN, max_cycles=cycles - 1)
    assert (short.status, short.cycles, short.heights) == ("cycle_limit", cycles - 1, None)
    assert short.error is not None
    assert short.error.code == Stop.CYCLE_LIMIT


@pytest.mark.parametrize("source", [COUNTDOWN, "a: call a", "call a a: push 1 recurse", "nop nop halt", ""])
def test_every_limit_stops_on_the_cycle(source: str) -> None:
    whole = run_tasm(source, max_cycles=60)
    for limit in range(whole.cycles):
        run = run_tasm(source, max_cycles=limit)
        assert (run.status, run.cycles) == ("cycle_limit", limit)


def test_the_limit_comes_before_a_trap_that_would_follow() -> None:
    assert run_tasm("push 0 assert", max_cycles=1).status == "cycle_limit"
    assert run_tasm("push 0", max_cycles=1).status == "cycle_limit"
    assert run_tasm("push 0", max_cycles=2).status == "trap"


@pytest.mark.parametrize(
    "source",
    [
        "a: call a",
        "call a a: push 1 push 1 push 1 push 1 recurse",
        "push 0 call a a: push 1 swap 1 write_mem 1 recurse",
        "push 0 call a a: addi 1 dup 0 split pop 2 recurse",
    ],
)
def test_memory_is_capped(source: str) -> None:
    execution = execute(assemble(parse_tasm(source)), limits=RunLimits(max_cycles=1_000_000, max_words=20_000))
    assert execution.status is Status.CYCLE_LIMIT
    assert execution.error is Stop.MEMORY_LIMIT
    assert execution.cycles < 200_000


def test_ten_million_cycles_are_the_default() -> None:
    assert RunLimits().max_cycles == 10_000_000


def test_long_straight_code_runs_in_pieces() -> None:
    source = "push 1 " * 3000 + "halt"
    run = run_tasm(source)
    assert (run.status, run.cycles, len(run.stack)) == ("ok", 3001, 3016)
    assert run.heights is not None
    assert run.heights["op_stack"] == 3000


def test_a_trap_deep_in_a_block_has_its_own_address() -> None:
    for before in range(12):
        run = run_tasm("push 1 push 1 push 1 push 0 " + "nop " * before + "invert " + "nop " * 5 + "halt")
        assert run.error is not None
        assert (run.error.code, run.error.address, run.cycles) == (Trap.INVERSE_OF_ZERO, 8 + before, 4 + before)


def test_the_stack_of_a_stopped_run_is_cut() -> None:
    endless = run_tasm("call a a: push 1 recurse", max_cycles=50_000)
    assert (endless.status, endless.stack) == ("cycle_limit", ("1",) * STOPPED_STACK_WORDS)
    deep = run_tasm("push 1 " * 6000 + "halt")
    assert (deep.status, len(deep.stack)) == ("ok", 6016)


def test_final_memory_is_reported() -> None:
    execution = execute(assemble(parse_tasm("push 7 push 3 write_mem 1 halt")), ram={3: 1, 9: 2})
    assert dict(execution.ram) == {3: 7, 9: 2}


def test_the_given_memory_is_not_changed() -> None:
    ram = {3: 1}
    execute(assemble(parse_tasm("push 7 push 3 write_mem 1 halt")), ram=ram)
    assert ram == {3: 1}


def test_a_parse_error_has_neither_words_nor_digest() -> None:
    run = run_tasm("push 1\nor")
    assert (run.status, run.words, run.program_digest, run.heights, run.stack) == ("parse_error", None, None, None, ())
    assert run.error is not None
    assert (run.error.code, run.error.address) == ("PARSE", None)
    assert "line 2, column 1" in run.error.message


@pytest.mark.parametrize(
    "inputs",
    [
        {"public_input": [MODULUS]},
        {"secret_input": [-1]},
        {"digests": [[1, 2, 3, 4]]},
        {"digests": [[1, 2, 3, 4, MODULUS]]},
        {"ram": {MODULUS: 0}},
        {"ram": {0: MODULUS}},
        {"max_cycles": -1},
    ],
)
def test_inputs_must_be_words(inputs: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"word|element|negative"):
        run_tasm("halt", **inputs)  # type: ignore[arg-type]


def test_the_fields_are_those_of_the_command() -> None:
    assert set(run_tasm("halt").as_dict()) == {
        "status", "stack", "output", "cycles", "words", "program_digest", "heights", "padded_height", "error",
    }  # fmt: skip
    assert list(run_tasm("halt").as_dict()["heights"]) == [  # type: ignore[call-overload]
        "program", "processor", "op_stack", "ram", "jump_stack", "hash", "cascade", "lookup", "u32",
    ]  # fmt: skip
    assert {field.name for field in dataclasses.fields(TasmRun)} == set(run_tasm("halt").as_dict())


def test_assembly_of_words_labels_and_error_ids() -> None:
    assembly = assemble(parse_tasm("a: call b hint x = stack[0] break push -1 b: assert error_id 7 c:"))
    assert assembly.words == (49, 4, 1, MODULUS - 1, 10)
    assert dict(assembly.labels) == {"a": 0, "b": 4, "c": 5}
    assert [placed.error_id for placed in assembly.code] == [None, None, 7]


@given(st.lists(st.integers(0, MODULUS - 1), max_size=40))
def test_the_program_digest_hashes_the_words(words: list[int]) -> None:
    hashed = program_hash(tuple(words))
    assert hashed.digest == hash_varlen(words)
    limbs = [hashed.limbs[start : start + 2] for start in range(0, len(hashed.limbs), 2)]
    assert len(set(limbs)) == len(limbs)
    assert hashed.permutations == len(words) // 10 + 1


def statement(opcode_index: int, number: int) -> Statement:
    opcode = OPCODES[opcode_index % len(OPCODES)]
    match opcode.argument:
        case ArgumentKind.NONE:
            return Instruction(opcode.name)
        case ArgumentKind.FIELD:
            return Instruction(opcode.name, (number - 3) % MODULUS)
        case ArgumentKind.INDEX:
            return Instruction(opcode.name, number % 16)
        case ArgumentKind.COUNT:
            return Instruction(opcode.name, 1 + number % 5)
        case ArgumentKind.LABEL:
            return Instruction(opcode.name, f"l{number % 3}")


@st.composite
def programs(draw: st.DrawFn) -> list[Statement]:
    pairs = draw(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 20)), min_size=1, max_size=30))
    statements: list[Statement] = [
        Instruction("push", number) for number in draw(st.lists(st.integers(0, 5), max_size=12))
    ]
    statements += [statement(*pair) for pair in pairs]
    for index in range(3):
        statements.insert(draw(st.integers(0, len(statements))), Label(f"l{index}"))
    return statements


def run_with(statements: list[Statement], longest: int, limit: int, monkeypatch: pytest.MonkeyPatch) -> Execution:
    monkeypatch.setattr(vm, "_LONGEST_BLOCK", longest)
    inputs = (list(range(8)), list(range(20, 28)), [[1, 2, 3, 4, 5]] * 3)
    return execute(assemble(statements), *inputs, ram={0: 5, 1: 6, 2: MODULUS - 1}, limits=RunLimits(max_cycles=limit))


@given(programs())
def test_blocks_do_what_single_steps_do(statements: list[Statement]) -> None:
    """With blocks of one instruction every check is made alone; longer blocks must end with the same answer."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        wanted = run_with(statements, 1, 300, monkeypatch)
        for longest in (2, 7, 512):
            assert run_with(statements, longest, 300, monkeypatch) == wanted
        if wanted.cycles:
            halfway = wanted.cycles // 2
            short = run_with(statements, 512, halfway, monkeypatch)
            assert (short.status, short.cycles) == (Status.CYCLE_LIMIT, halfway)
            assert short == run_with(statements, 1, halfway, monkeypatch)
