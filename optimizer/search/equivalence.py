"""The acceptance check by execution: old and new code run on the machine, on random and edge inputs, traps included.

The symbolic proof decides for every input; this check decides for the machine itself, and would catch a wrong rule of
the proof. Both must agree before a rewrite is used.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.search.symbolic import reach
from irmill.optimizer.tasm.assemble import Assembly, assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.isa import DIGEST_WORDS, MINIMUM_DEPTH
from irmill.optimizer.tasm.price import price
from irmill.optimizer.tasm.program import Instruction, Statement
from irmill.optimizer.tasm.straight import Op, to_instruction
from irmill.optimizer.tasm.vm import Execution, RunLimits, Status, execute

EDGES: tuple[int, ...] = (
    0, 1, 2, 3, 5, 31, 32, 33, 255, 65536, 2**31, U32_LIMIT - 1, U32_LIMIT, U32_LIMIT + 1, 2**63, MODULUS // 2,
    MODULUS - U32_LIMIT, MODULUS - 2, MODULUS - 1,
)  # fmt: skip
"""Words on the edges: of small numbers, of u32 and of the field."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What running two programs on many cases showed.

    Attributes:
        same: no case told them apart.
        decided: how many cases ran to an end in both.
        witness: a case that tells them apart, or None.
        dearer: the first case that runs to its halt in both and costs more in the new one, or None.
    """

    same: bool
    decided: int
    witness: Case | None
    dearer: Case | None = None


def run_case(assembly: Assembly, case: Case, max_cycles: int) -> Execution:
    """Run a program on a case."""
    return execute(assembly, case.public, case.secret, case.digests, case.ram, RunLimits(max_cycles=max_cycles))


def same_result(first: Execution, second: Execution) -> bool | None:
    """Whether two runs cannot be told apart, but for the programs' own digests; None where a limit was hit.

    The digest lies in the lowest five words of the stack. After a trap the stack and RAM may be half-changed and do
    not count; the words written so far do, and so does the number of the assertion that failed.
    """
    if Status.CYCLE_LIMIT in (first.status, second.status):
        return None
    if first.status is not second.status or first.output != second.output:
        return False
    if first.status is Status.TRAP:
        return first.error_id == second.error_id
    if first.stack[:-DIGEST_WORDS] != second.stack[:-DIGEST_WORDS]:
        return False
    addresses = {*first.ram, *second.ram}
    return all(first.ram.get(address, 0) == second.ram.get(address, 0) for address in addresses)


def compare_programs(old: Assembly, new: Assembly, cases: Sequence[Case], max_cycles: int) -> Comparison:
    """Run both programs on every case. The new one may take as many cycles as the old one at most."""
    decided = 0
    dearer: Case | None = None
    for case in cases:
        first = run_case(old, case, max_cycles)
        second = run_case(new, case, max_cycles)
        same = same_result(first, second)
        if same is None:
            continue
        if not same:
            return Comparison(False, decided, case)
        decided += 1
        ended = first.status is Status.OK
        if ended and dearer is None and not price(new, second).no_worse(price(old, first)):
            dearer = case
    return Comparison(True, decided, None, dearer)


def random_word(generator: random.Random) -> int:
    """A word: an edge, a small number, a u32 or any field element."""
    kind = generator.randrange(5)
    if kind == 0:
        return generator.choice(EDGES)
    if kind == 1:
        return generator.randrange(16)
    if kind == 4:
        return generator.randrange(MODULUS)
    return generator.randrange(U32_LIMIT)


def mutated(case: Case, generator: random.Random) -> Case:
    """A case near the given one: some words changed, some input cut off or added."""

    def words(old: Sequence[int]) -> tuple[int, ...]:
        kind = generator.randrange(6)
        if kind == 0:
            return tuple(old)
        if kind == 1:
            return tuple(old[: generator.randrange(len(old) + 1)])
        if kind == 2:
            return (*old, *(random_word(generator) for _ in range(generator.randrange(1, 8))))
        limit = 16 if kind == 3 else 0
        return tuple(
            (generator.randrange(limit) if limit else random_word(generator)) if generator.random() < 0.6 else word
            for word in old
        )

    ram = {address: random_word(generator) if generator.random() < 0.5 else word for address, word in case.ram.items()}
    for _ in range(generator.randrange(4)):
        ram[generator.randrange(64)] = random_word(generator)
    digests = tuple(tuple(random_word(generator) for _ in range(5)) for _ in case.digests)
    return Case(words(case.public), words(case.secret), digests if generator.random() < 0.5 else case.digests, ram)


def cases_near(case: Case, count: int, seed: int) -> list[Case]:
    """The given case and ``count`` others near it, always the same ones for a seed."""
    generator = random.Random(seed)
    return [case, *(mutated(case, generator) for _ in range(count))]


def _block_words(generator: random.Random, count: int) -> list[int]:
    """The stack for one trial, of one character: so that u32 operations often pass and often do not."""
    kind = generator.randrange(4)
    if kind == 0:
        return [generator.randrange(8) for _ in range(count)]
    if kind == 1:
        return [generator.randrange(U32_LIMIT) for _ in range(count)]
    if kind == 2:
        return [generator.choice(EDGES) for _ in range(count)]
    return [random_word(generator) for _ in range(count)]


def block_program(code: Sequence[Op], pushed: int, *, sponge: bool = False) -> Assembly:
    """A whole program that fills the stack with ``pushed`` secret words, runs the line and halts.

    With ``sponge`` it starts the sponge before the line and squeezes it behind, so that its state can be seen.
    """
    line = [to_instruction(op) for op in code]
    if sponge:
        line = [Instruction("sponge_init"), *line, Instruction("sponge_squeeze")]
    secret = [Instruction("divine", min(5, pushed - done)) for done in range(0, pushed, 5)]
    statements: list[Statement] = [*secret, *line, Instruction("halt")]
    return assemble(statements)


def blocks_agree(
    old: Sequence[Op], new: Sequence[Op], floor: int = MINIMUM_DEPTH, trials: int = 16, seed: int = 0
) -> bool:
    """Whether two lines do the same on the machine in ``trials`` runs from stacks at least ``floor`` deep.

    Three quarters of the runs start deep enough for both lines to stay clear of the digest; the others start at the
    least depth allowed, where only traps and output count if the lines reach the digest.
    """
    generator = random.Random(seed)
    needed = max(reach(old), reach(new))
    deep, shallow = max(floor - MINIMUM_DEPTH, needed), floor - MINIMUM_DEPTH
    sponge = any(op.name.startswith("sponge") for op in (*old, *new))
    programs = {
        (pushed, seen): (block_program(old, pushed, sponge=seen), block_program(new, pushed, sponge=seen))
        for pushed in {deep, shallow}
        for seen in {sponge, False}
    }
    for trial in range(trials):
        pushed = shallow if trial % 4 == 3 else deep
        secret = _block_words(generator, pushed) + _block_words(generator, generator.randrange(12))
        case = Case(
            tuple(_block_words(generator, generator.choice((0, 2, 12)))),
            tuple(secret),
            tuple(tuple(_block_words(generator, 5)) for _ in range(generator.randrange(3))),
            {address: random_word(generator) for address in range(0, 40, 3)},
        )
        first, second = (run_case(program, case, 100_000) for program in programs[pushed, sponge and trial % 2 == 0])
        if pushed + MINIMUM_DEPTH - DIGEST_WORDS < needed:
            if first.status is not second.status or first.output != second.output:
                return False
        elif same_result(first, second) is not True:
            return False
    return True
