"""All short lines over an alphabet, with what the proof says of each and what the machine does from every start.

A line is extended only where nothing shorter or earlier has its summary, since what follows would be the same again.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from irmill.optimizer.search.symbolic import State, entry, step, summary
from irmill.optimizer.search.values import Values
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.state import MachineState
from irmill.optimizer.tasm.straight import Code, Op, to_op
from irmill.optimizer.tasm.trap import TrapSignal
from irmill.optimizer.tasm.vm import STEPS

DEPTH = 40
"""Words on every stack at the start."""


def line(text: str) -> Code:
    return tuple(to_op(statement) for statement in parse_tasm(text) if isinstance(statement, Instruction))


@dataclass(frozen=True, slots=True)
class Start:
    """A state of the machine that lines are run from: the words on top, first the top, and all else it may read."""

    top: tuple[int, ...]
    public: tuple[int, ...] = ()
    secret: tuple[int, ...] = ()
    digests: tuple[tuple[int, ...], ...] = ()
    ram: Mapping[int, int] = field(default_factory=dict[int, int])
    sponge: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that can be observed of a machine, and what it still has to read."""

    stack: tuple[int, ...]
    ram: tuple[tuple[int, int], ...]
    public: tuple[int, ...]
    secret: tuple[int, ...]
    digests: tuple[tuple[int, ...], ...]
    output: tuple[int, ...]
    sponge: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trapped:
    """A run that trapped, with what it had written."""

    output: tuple[int, ...]


Outcome = Snapshot | Trapped


class Machine:
    """One machine that is put into a state, takes one step and is read."""

    def __init__(self, alphabet: Sequence[Op]) -> None:
        self.state = MachineState((0,) * 5, (), (), (), {})
        self.steps = {op: STEPS[op.name](self.state, op.argument) for op in alphabet}

    def after(self, before: Outcome, op: Op) -> Outcome:
        if isinstance(before, Trapped):
            return before
        state = self.state
        state.stack[:] = before.stack
        state.ram.clear()
        state.ram.update(before.ram)
        state.public[:], state.secret[:], state.digests[:] = before.public, before.secret, before.digests
        state.output[:], state.sponge[:] = before.output, before.sponge
        state.limbs.inputs.clear()
        try:
            self.steps[op]()
        except TrapSignal:
            return Trapped(before.output)
        ram = before.ram if op.name != "write_mem" else tuple(sorted((a, w) for a, w in state.ram.items() if w))
        return Snapshot(
            tuple(state.stack), ram, tuple(state.public), tuple(state.secret), tuple(state.digests),
            tuple(state.output), tuple(state.sponge),
        )  # fmt: skip


def begin(start: Start) -> Snapshot:
    below = tuple(1_000_003 * (place + 1) for place in range(DEPTH - len(start.top)))
    return Snapshot(
        (*below, *reversed(start.top)), tuple(sorted(start.ram.items())), start.public[::-1], start.secret[::-1],
        start.digests[::-1], (), start.sponge,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A line, what the proof sums it up to, and a number for what the machine does from every start."""

    code: Code
    summary: State
    behaviour: Hashable


def enumerate_lines(alphabet: Code, length: int, starts: Sequence[Start]) -> Iterator[Found]:
    """Every line of at most ``length`` operations, but for those that extend one whose summary was there before."""
    values, machine = Values(), Machine(alphabet)
    seen: set[State] = set()
    pending: list[tuple[Code, State, tuple[Outcome, ...]]] = [((), entry(values, DEPTH), tuple(map(begin, starts)))]
    for _ in range(length + 1):
        following: list[tuple[Code, State, tuple[Outcome, ...]]] = []
        for code, state, outcomes in pending:
            found = summary(values, state)
            yield Found(code, found, hash(outcomes))
            if found in seen or len(code) == length:
                continue
            seen.add(found)
            for op in alphabet:
                after = step(values, state, op)
                if after is not None:
                    results = tuple(machine.after(outcome, op) for outcome in outcomes)
                    following.append(((*code, op), after, results))
        pending = following


def tops(words: Sequence[int], count: int) -> list[tuple[int, ...]]:
    """Every way to put some words on top."""
    return list(itertools.product(words, repeat=count))
