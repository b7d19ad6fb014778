"""Heights of the nine tables that a prover fills for one execution, before and after padding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np

from irmill.optimizer.tasm.isa import U32Operation

LOOKUP_ROWS = 256
"""The lookup table holds every byte, whatever runs."""

_FOLD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Heights:
    """Rows of each table, unpadded."""

    program: int
    processor: int
    op_stack: int
    ram: int
    jump_stack: int
    hash: int
    cascade: int
    lookup: int
    u32: int

    def as_dict(self) -> dict[str, int]:
        """Name to rows, in the order of the fields."""
        return asdict(self)

    @property
    def padded(self) -> int:
        """The power of two that the prover pays for: no table is higher."""
        return padded(self.as_dict().values())


def padded(rows: Iterable[int]) -> int:
    """The power of two to which tables of these rows are filled up."""
    return 1 << (max(rows) - 1).bit_length()


class LimbSet:
    """The distinct 16-bit limbs that the Cascade table holds.

    Attributes:
        inputs: where permutations append what they look up; ``fold`` empties it.
    """

    def __init__(self) -> None:
        self.inputs = bytearray()
        self._seen = np.zeros(1 << 16, dtype=np.bool_)

    def fold(self) -> None:
        """Take the inputs gathered so far into the set."""
        self.add(bytes(self.inputs))
        self.inputs.clear()

    def fold_if_long(self) -> None:
        """Fold once the inputs take a megabyte."""
        if len(self.inputs) >= _FOLD_BYTES:
            self.fold()

    def add(self, limbs: bytes) -> None:
        """Add limbs of two bytes each, little end first."""
        self._seen[np.frombuffer(limbs, dtype="<u2")] = True

    def __len__(self) -> int:
        return int(np.count_nonzero(self._seen))


def u32_entry_rows(operation: U32Operation, left: int, right: int) -> int:
    """Rows of one entry of the U32 table: one for each bit of the larger operand and one more.

    ``pow`` takes one bit of the exponent at a time, so there the base does not count.
    """
    return 1 + (right if operation is U32Operation.POW else max(left, right)).bit_length()
