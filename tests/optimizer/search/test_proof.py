"""The proof against the machine: every short line is executed on all edge words and compared with the proof's verdict.

Each table is an alphabet and the starts from which its lines are run. Lines with one summary must behave alike from
every start; how many of the lines that behave alike have one summary is what the proof is worth.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pytest
from enumerated import Found, Start, enumerate_lines, line, tops

from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.search.equivalence import block_program, run_case
from irmill.optimizer.search.symbolic import State, proves, run, summary
from irmill.optimizer.search.values import Values
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.straight import Code, Op, to_instruction
from irmill.optimizer.tasm.vm import Status

LAST = MODULUS - 1
RAM = {0: 5, 1: 7, 2: 9, LAST: 11}
LANES = tuple(range(3, 19))
DIGESTS = ((1, 2, 3, 4, 5), (6, 7, 8, 9, 10))
EXTENSION = [(1, 2, 3, 4, 5, 6, 7), (0, 0, 0, 0, 0, 0, 0), (5, 0, 0, 1, 0, 0, 2), (0, 1, 0, 0, 0, 1, 3)]


@dataclass(frozen=True, slots=True)
class Table:
    """An alphabet, the longest lines over it, where they start, and how much of what is equal is proved."""

    name: str
    alphabet: str
    length: int
    starts: Sequence[Start]
    proved: float


def on_top(words: Sequence[int], count: int, **rest: object) -> list[Start]:
    return [Start(top, **rest) for top in tops(words, count)]  # type: ignore[arg-type]


TABLES = (
    Table("field", "push 0 push 1 push -1 add mul addi 1 dup 0 dup 1 swap 1 pop 1", 4,
          on_top((0, 1, 2, 7, U32_LIMIT, LAST), 2), 0.99),
    Table("truth", "push 0 push 1 addi -1 addi 1 eq add mul dup 0 swap 1", 5,
          on_top((0, 1, LAST), 2), 0.65),
    Table("u32", "lt and xor pow div_mod split log_2_floor pop_count swap 1 dup 0 dup 1 pop 1 push 0 push 1", 3,
          on_top((0, 1, 2, 33, U32_LIMIT - 1, U32_LIMIT, 2**63, LAST), 2), 0.6),
    Table("checks", "invert assert eq push 0 push 1 dup 0 swap 1 pop 1 mul log_2_floor", 4,
          on_top((0, 1, 2, 33, U32_LIMIT, LAST), 2), 0.4),
    Table("loads", "pick 2 pick 3 place 2 swap 1 read_mem 1 write_mem 1", 6, on_top((0, 1), 3, ram=RAM), 0.8),
    Table("stores", "pick 2 pick 3 write_mem 1 pop 1", 6, on_top((0, 1), 4, ram=RAM), 0.8),
    Table("pointers", "dup 0 addi 1 addi -1 read_mem 1 read_mem 2 write_mem 1 write_mem 2 swap 1 pop 1 push 0", 4,
          on_top((0, 1, LAST), 3, ram=RAM), 0.85),
    Table("io", "read_io 1 read_io 2 divine 1 write_io 1 write_io 2 swap 1 pop 1 push 1 assert invert", 4,
          [Start(top, public, secret) for top in tops((0, 1, 2), 2) for public in ((), (1,), (0, 1, 2, 1))
           for secret in ((), (0, 1))], 0.4),
    Table("sponge", "sponge_init sponge_absorb sponge_squeeze sponge_absorb_mem pop 5 dup 0 push 0 swap 5", 4,
          on_top((0, 1), 1, ram=RAM) + on_top((0, 1), 1, ram=RAM, sponge=LANES), 0.8),
    Table("merkle", "merkle_step merkle_step_mem swap 5 swap 7 pop 5 pop 1 dup 5 pop_count", 4,
          [Start((top, 2, 3, 4, 5, index, 7, 8), digests=digests, ram=RAM) for top in (0, U32_LIMIT)
           for index in (0, 1, U32_LIMIT) for digests in ((), DIGESTS)], 0.3),
    Table("extension", "xx_add xx_mul xb_mul x_invert xb_dot_step xx_dot_step pop 1 dup 2 swap 3 push 0 push 1", 3,
          [Start(top, ram=RAM) for top in EXTENSION], 0.4),
    Table("vectors", "assert_vector hash pop 5 assert dup 4 swap 5 push 1", 4,
          [Start((*words, *other, last)) for words in ((1, 2, 3, 4, 5), (1, 1, 1, 1, 1))
           for other in ((1, 2, 3, 4, 5), (1, 1, 1, 1, 1), (1, 2, 3, 4, 6)) for last in (0, 1)], 0.2),
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_lines_called_equal_run_alike(table: Table) -> None:
    behaviours: dict[State, tuple[Hashable, Code]] = {}
    found = list(enumerate_lines(line(table.alphabet), table.length, table.starts))
    for one in found:
        behaviour, other = behaviours.setdefault(one.summary, (one.behaviour, one.code))
        assert behaviour == one.behaviour, f"{text(other)} and {text(one.code)} are called equal and are not"
    alike = len(found) - len({one.behaviour for one in found})
    share = (len(found) - len(behaviours)) / max(1, alike)
    assert share >= table.proved, share
    assert_the_proof_says_the_same(found)


def assert_the_proof_says_the_same(found: Sequence[Found]) -> None:
    """``proves`` in a table of its own, on lines with one final stack: equal summaries are proved, others are not."""
    stacks: defaultdict[Hashable, list[Found]] = defaultdict(list)
    for one in found:
        if len(stacks[one.summary.stack]) < 5:
            stacks[one.summary.stack].append(one)
    for group in itertools.islice((group for group in stacks.values() if len(group) > 1), 150):
        for first, second in itertools.combinations(group, 2):
            equal = proves(first.code, second.code, floor=60)
            assert equal == (first.summary == second.summary), (text(first.code), text(second.code))
            assert not equal or first.behaviour == second.behaviour, (text(first.code), text(second.code))


def text(code: Code) -> str:
    return " ".join(f"{op.name} {op.argument}" for op in code) or "nothing"


FOLDED = (
    "add", "mul", "eq", "split", "lt", "and", "xor", "pow", "log_2_floor", "pop_count", "div_mod", "invert", "xx_add",
    "xx_mul", "xb_mul", "x_invert",
)  # fmt: skip
FEW = (0, 1, 2, 3, 7, 33, U32_LIMIT - 1, U32_LIMIT, LAST)


@pytest.mark.parametrize("name", FOLDED)
def test_constants_are_folded_to_what_the_machine_computes(name: str) -> None:
    """Whatever the proof makes a constant of is that constant on the machine, where the machine does not trap."""
    generator = random.Random(name)
    folded = 0
    for _ in range(80):
        words = [generator.choice(FEW) for _ in range(6)]
        code = (*(Op("push", word) for word in words), Op(name))
        values = Values()
        state = run(values, code, 2)[-1]
        machine = run_case(assemble([*map(to_instruction, code), Instruction("halt")]), Case(), 20)
        if machine.status is not Status.OK:
            assert state.effects.conditions
            continue
        constants = [values.constant_value(identity) for identity in reversed(state.stack[2:])]
        for constant, word in zip(constants, machine.stack, strict=False):
            assert constant in (None, word), (name, words)
            folded += constant is not None
    assert folded > 80


SHALLOW = line("pop 1 push 0 swap 1 dup 0 write_io 1 add pop 2 assert")


def outcome(code: Code, depth: int) -> Hashable:
    """What a line does from a stack of this depth; what lies there is 1, and the digest below is not looked at."""
    done = run_case(block_program(code, depth - MINIMUM_DEPTH), Case(secret=(1,) * (depth - MINIMUM_DEPTH)), 100)
    return done.status, done.output, done.stack[:-9] if done.status is Status.OK else ()


def test_what_is_proved_runs_alike_from_the_least_depth_on() -> None:
    values = Values()
    groups: defaultdict[State, list[Code]] = defaultdict(list)
    for code in (code for length in range(4) for code in itertools.product(SHALLOW, repeat=length)):
        groups[summary(values, run(values, code, 12)[-1])].append(code)
    alike = [group[:6] for group in groups.values() if len(group) > 1]
    ends = {(code, depth): outcome(code, depth) for group in alike for code in group for depth in (16, 17, 18)}
    proved = 0
    for first, second in (pair for group in alike for pair in itertools.permutations(group, 2)):
        for floor in (16, 17, 18):
            if proves(first, second, floor):
                proved += 1
                for depth in range(floor, 19):
                    assert ends[first, depth] == ends[second, depth], (text(first), text(second), depth)
    assert proved > 100
