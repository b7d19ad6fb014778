"""The mutable state of one run of the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.field.tip5 import Digest
from irmill.optimizer.tasm.isa import DIGEST_WORDS, MINIMUM_DEPTH, U32Operation
from irmill.optimizer.tasm.tables import LimbSet, u32_entry_rows


class MachineState:
    """Everything that instructions read and write.

    Attributes:
        stack: the operational stack, the top last; never fewer than 16 words between instructions.
        jumps: the jump stack of (return address, call target), innermost last.
        ram: address to word, all canonical; an absent address holds 0.
        public: unread public input, the next word last.
        secret: unread secret input, the next word last.
        digests: unused secret digests, the next one last.
        output: words written, the first one first.
        sponge: the 16 lanes, or empty before the first ``sponge_init``.
        limbs: what the hash instructions looked up.
        u32: for each operation the distinct entries so far, as ``left << 32 | right``; ``right`` is below 2^32.
    """

    def __init__(
        self,
        program_digest: Digest,
        public_input: Sequence[int],
        secret_input: Sequence[int],
        digests: Sequence[Sequence[int]],
        ram: Mapping[int, int],
    ) -> None:
        self.stack: list[int] = [*reversed(program_digest), *([0] * (MINIMUM_DEPTH - DIGEST_WORDS))]
        self.jumps: list[tuple[int, int]] = []
        self.ram: dict[int, int] = dict(ram)
        self.public = list(reversed(public_input))
        self.secret = list(reversed(secret_input))
        self.digests = [tuple(digest) for digest in reversed(digests)]
        self.output: list[int] = []
        self.sponge: list[int] = []
        self.limbs = LimbSet()
        self.u32: dict[U32Operation, set[int]] = {operation: set() for operation in U32Operation}

    def load(self, address: int, count: int) -> list[int]:
        """Words of RAM from an address up."""
        get = self.ram.get
        return [get((address + offset) % MODULUS, 0) for offset in range(count)]

    def u32_rows(self) -> int:
        """Rows of all entries of the U32 table; each distinct entry counts once."""
        return sum(
            u32_entry_rows(operation, entry >> 32, entry % U32_LIMIT)
            for operation, entries in self.u32.items()
            for entry in entries
        )

    def size(self) -> int:
        """Words held, roughly in units of what a word on a stack takes; dictionary and set entries weigh more."""
        entries = len(self.ram) + sum(len(found) for found in self.u32.values())
        return len(self.stack) + len(self.jumps) + len(self.output) + 8 * entries
