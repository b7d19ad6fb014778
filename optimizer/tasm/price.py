"""What a program costs: on every input, which its text alone decides, and on one input, which takes a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from irmill.optimizer.tasm.assemble import Assembly, program_hash
from irmill.optimizer.tasm.isa import BY_NAME, PERMUTATION_ROWS
from irmill.optimizer.tasm.tables import LOOKUP_ROWS, padded
from irmill.optimizer.tasm.vm import Execution

_PERMUTING = frozenset(name for name, row in BY_NAME.items() if row.hash_rows >= PERMUTATION_ROWS)


@dataclass(frozen=True, slots=True)
class StaticPrice:
    """What a program costs on every input, before the first cycle.

    Attributes:
        words: length of the program.
        program: rows of the Program table.
        hash: rows that hashing the program takes in the Hash table.
        cascade: rows that it takes in the Cascade table.
        padded_height: the power of two below which no run of the program can be.
        hashes: whether the program holds an instruction that hashes; without one the Cascade table has the rows above
            on every input.
    """

    words: int
    program: int
    hash: int
    cascade: int
    padded_height: int
    hashes: bool

    def never_dearer(self, other: StaticPrice) -> bool:
        """Whether no input is padded higher because of the program's text.

        Where the run hashes too, its limbs come on top, so there the program may not be longer at all.
        """
        return self.padded_height <= other.padded_height and (not self.hashes or self.words <= other.words)


def static_price(assembly: Assembly) -> StaticPrice:
    """The part of the price that does not depend on the input."""
    attested = program_hash(assembly.words)
    rows = (attested.program_rows, attested.hash_rows, attested.cascade_rows)
    hashes = any(placed.instruction.name in _PERMUTING for placed in assembly.code)
    return StaticPrice(len(assembly.words), *rows, padded((*rows, LOOKUP_ROWS)), hashes)


@dataclass(frozen=True, slots=True)
class Price:
    """What a program costs on one input.

    Attributes:
        status: how the run ended: ``ok``, ``trap`` or ``cycle_limit``.
        cycles: completed instructions.
        words: length of the program.
        heights: rows of the nine tables, for ``ok`` only.
        padded_height: the power of two that a prover pays for, for ``ok`` only.
    """

    status: str
    cycles: int
    words: int
    heights: Mapping[str, int] | None
    padded_height: int | None

    def as_dict(self) -> dict[str, object]:
        """The fields, ready for JSON."""
        return asdict(self)

    def key(self) -> tuple[int, ...]:
        """Prices are compared in this order: padded height, cycles, the sum of all rows, words."""
        rows = 0 if self.heights is None else sum(self.heights.values())
        return (self.padded_height or 0, self.cycles, rows, self.words)

    def no_worse(self, other: Price) -> bool:
        """Whether no figure that a prover or a person looks at first is higher. A run that traps has no proof."""
        return (
            (self.padded_height or 0) <= (other.padded_height or 0)
            and self.cycles <= other.cycles
            and (self.heights is not None or self.words <= other.words)
        )


def price(assembly: Assembly, run: Execution) -> Price:
    """The price of a program by one run."""
    heights = run.heights
    rows, height = (None, None) if heights is None else (heights.as_dict(), heights.padded)
    return Price(run.status.value, run.cycles, len(assembly.words), rows, height)
