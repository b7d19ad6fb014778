"""The proof of equality: it accepts what is the same for every input and nothing else."""

from __future__ import annotations

import random

import pytest

from irmill.optimizer.search.equivalence import blocks_agree
from irmill.optimizer.search.symbolic import TOUCHES, Values, proves, reach, run, same_depth_checks
from irmill.optimizer.tasm.isa import BY_NAME, OPCODES, ArgumentKind, Flow
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.straight import Code, Op, cost_of, lowest, to_op


def line(text: str) -> Code:
    """A straight line from its text."""
    return tuple(to_op(statement) for statement in parse_tasm(text) if isinstance(statement, Instruction))


SAME = [
    ("push 3 add", "addi 3"),
    ("push 5 push 6 add", "push 11"),
    ("swap 1 add", "add"),
    ("dup 0 swap 1", "dup 0"),
    ("split swap 1 push 4294967296 mul add", ""),
    ("read_mem 2", "read_mem 1 read_mem 1"),
    ("write_mem 2", "write_mem 1 write_mem 1"),
    ("pow pop 1", "swap 1 push 0 xor pop 2"),
    ("push 1 swap 1 div_mod", "push 0 xor push 0"),
    ("push -1 mul push -1 mul", ""),
    ("push 3 push 2 pow", "push 8"),
    ("push 7 push 2 div_mod", "push 0 push 2"),
    ("push 1 write_io 1 push 2 write_io 1", "push 2 push 1 write_io 2"),
    ("push 9 push 3 write_mem 1 pop 1 push 3 read_mem 1 pop 1", "push 9 push 3 write_mem 1 pop 1 push 9"),
    ("push 0 eq push 0 eq push 0 eq", "push 0 eq"),
    ("dup 0 dup 0 lt pop 1", "dup 0 pop_count pop 1"),
    ("push 0 xor push 0 xor", "push 0 xor"),
    ("xx_mul", "xx_mul"),
    ("hash pop 5", "pop 5 pop 5"),
]

DIFFERENT = [
    ("push 3 add", "addi 4"),
    ("swap 1", ""),
    ("invert invert", ""),  # traps on 0
    ("invert pop 1", "pop 1"),
    ("split add", ""),
    ("lt pop 1", "pop 2"),  # u32 checks
    ("push 0 and", "pop 1 push 0"),
    ("push 0 xor", ""),
    ("assert", "pop 1"),
    ("read_io 1 pop 1", ""),
    ("divine 1 pop 1", ""),
    ("dup 0 write_io 1", ""),
    ("push 1 write_io 1 push 2 write_io 1", "push 2 write_io 1 push 1 write_io 1"),
    ("push 1 push 3 write_mem 1 pop 1", ""),
    ("dup 1 dup 1 write_mem 1 pop 1 read_mem 1 pop 1", "pop 1"),  # keeps the store
    ("sponge_init sponge_squeeze pop 5 pop 5", ""),
    ("sponge_squeeze pop 5 pop 5", ""),
    ("merkle_step", ""),
    ("eq", "pop 2 push 0"),  # random words are hardly ever equal
    ("lt", "swap 1 lt"),
    ("div_mod", "swap 1 div_mod"),
    ("write_io 1 push 0 div_mod", "push 0 div_mod"),
    ("assert_vector", "pop 5"),
    ("log_2_floor pop 1", "pop 1"),
    ("x_invert x_invert", ""),
    ("x_invert pop 3", "pop 3"),
    ("push 4294967296 and pop 1", "push 0 and pop 1"),
    ("pow push 0 and", "pow pop 1 push 0"),
    ("write_mem 1 swap 1 read_mem 1", "pick 2 read_mem 1 pick 3 pick 3 write_mem 1 place 2"),
    ("hash", "dup 9 addi 1 swap 10 pop 1 hash"),
    ("merkle_step_mem pop 5", "swap 5 merkle_step_mem swap 5 pop 5"),
]


RARE = {"eq", "x_invert pop 3", "invert pop 1", "invert invert", "log_2_floor pop 1", "x_invert x_invert"}
"""What only a word that is hardly ever drawn tells apart: execution is no proof."""


@pytest.mark.parametrize(("old", "new"), SAME)
def test_equal_lines_are_proved_and_agree_on_the_machine(old: str, new: str) -> None:
    assert proves(line(old), line(new), floor=40)
    assert blocks_agree(line(old), line(new), floor=40, trials=24)


@pytest.mark.parametrize(("old", "new"), DIFFERENT)
def test_different_lines_are_not_proved(old: str, new: str) -> None:
    assert not proves(line(old), line(new), floor=40)


@pytest.mark.parametrize(
    ("old", "new"),
    [pair for pair in DIFFERENT if pair[0] not in RARE],
)
def test_execution_alone_tells_most_of_them_apart(old: str, new: str) -> None:
    assert not blocks_agree(line(old), line(new), floor=40, trials=48)


def test_both_lines_trapping_for_different_reasons_is_not_equality() -> None:
    assert not proves(line("dup 0 invert pop 1"), line("dup 0 log_2_floor pop 1"), floor=40)


def test_a_check_may_not_move_past_output() -> None:
    assert not proves(line("dup 1 invert pop 1 dup 0 write_io 1"), line("dup 0 write_io 1 dup 1 invert pop 1"), 40)


def test_depth_checks_are_kept_where_the_stack_may_be_shallow() -> None:
    old, new = line("pop 1 push 0"), line("push 0 swap 1 pop 1")
    assert lowest(old) == -1
    assert lowest(new) == 0
    assert proves(old, new, floor=17)
    assert not proves(old, new, floor=16)
    assert not same_depth_checks(old, new, 16)
    assert not proves(line("pop 1 push 7 write_io 1"), line("pop 1 push 7 write_io 1"), floor=16)


def test_uninterpreted_results_are_not_guessed() -> None:
    """On random words ``eq`` gives 0 and ``split`` of a u32 gives 0: neither may be used."""
    assert not proves(line("eq"), line("pop 2 push 0"), floor=40)
    assert not proves(line("split pop 1"), line("pop 1 push 0"), floor=40)
    assert not proves(line("push 0 xor dup 0 lt"), line("push 0 xor push 0 mul push 1 add"), floor=40)


def test_the_difference_of_a_truth_value_and_a_constant_is_not_taken_for_one() -> None:
    """``b + 1`` is never 0 and ``b - 1`` is 0 exactly for b = 1; mixing them up once made ``eq`` wrong."""
    truth = "push 0 eq"
    assert proves(line(f"{truth} addi 1 push 0 eq"), line(f"{truth} addi 1 push 0 eq"), 40)
    assert blocks_agree(line(f"{truth} addi 1 push 0 eq"), line(f"{truth} pop 1 push 0"), 40)
    assert not proves(line(f"{truth} addi 1 push 0 eq"), line(truth), 40)
    assert proves(line(f"{truth} addi -1 push 0 eq"), line(truth), 40)
    assert blocks_agree(line(f"{truth} addi -1 push 0 eq"), line(truth), 40)


def test_touches_fit_the_instruction_table() -> None:
    for row in OPCODES:
        if row.flow is Flow.NEXT and row.argument in (ArgumentKind.NONE, ArgumentKind.FIELD):
            removed = -row.stack_delta(1)
            assert TOUCHES[row.name] >= removed, row.name


def random_line(generator: random.Random, length: int) -> Code:
    """Any straight line, most of it cheap operations, so that values meet again."""
    names = [row.name for row in OPCODES if row.flow is Flow.NEXT]
    cheap = ["dup", "swap", "push", "add", "mul", "addi", "eq", "pop", "split", "lt", "pick", "place", "read_mem"]
    code: list[Op] = []
    for _ in range(length):
        name = generator.choice(cheap if generator.random() < 0.8 else names)
        kind = BY_NAME[name].argument
        argument = 0
        if kind is ArgumentKind.INDEX:
            argument = generator.randrange(5)
        elif kind is ArgumentKind.COUNT:
            argument = generator.randrange(1, 3)
        elif kind is ArgumentKind.FIELD:
            argument = generator.choice((0, 1, 2, 7, 2**32 - 1, 2**32, 2**64 - 2**32))
        code.append(Op(name, argument))
    return tuple(code)


def test_proofs_agree_with_the_machine_on_random_neighbours() -> None:
    """Lines that differ in one place: whatever is proved equal behaves equally on the machine."""
    generator = random.Random(11)
    proved = 0
    for _ in range(1500):
        old = random_line(generator, generator.randrange(2, 7))
        new = list(old)
        at = generator.randrange(len(new))
        kind = generator.randrange(3)
        if kind == 0:
            del new[at]
        elif kind == 1:
            new[at] = random_line(generator, 1)[0]
        else:
            other = generator.randrange(len(new))
            new[at], new[other] = new[other], new[at]
        if tuple(new) != old and proves(old, new, 24):
            proved += 1
            assert blocks_agree(old, new, 24, trials=8, seed=proved), (old, new)
    assert proved > 40


def test_costs_are_those_of_the_table() -> None:
    cost = cost_of(line("push 1 hash read_mem 2 div_mod write_io 3"))
    assert (cost.cycles, cost.op_stack, cost.ram, cost.hash, cost.u32, cost.words) == (5, 11, 2, 6, 2, 8)


def test_reach_counts_the_words_below() -> None:
    assert reach(line("push 1 swap 3 pop 2 dup 4")) == 6
    with pytest.raises(ValueError, match="touches more"):
        run(Values(), line("swap 3"), 2)
