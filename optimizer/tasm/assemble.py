"""From statements to program memory: words, addresses and the program's digest."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from irmill.optimizer.field.tip5 import Digest, hash_varlen
from irmill.optimizer.tasm.isa import PERMUTATION_ROWS, RATE, ArgumentKind
from irmill.optimizer.tasm.program import ErrorId, Instruction, Label, Statement


@dataclass(frozen=True, slots=True)
class Placed:
    """One instruction in program memory.

    Attributes:
        address: of its first word.
        instruction: as in the source.
        argument: its second word; 0 without one.
        error_id: of the ``error_id`` behind it, or None.
    """

    address: int
    instruction: Instruction
    argument: int
    error_id: int | None = None


@dataclass(frozen=True, slots=True)
class Assembly:
    """A program in memory.

    Attributes:
        words: canonical field elements, address 0 first.
        code: the instructions in order of address.
        labels: name to address; a label at the end has the address ``len(words)``.
    """

    words: tuple[int, ...]
    code: tuple[Placed, ...]
    labels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ProgramHash:
    """What hashing the program gives.

    Attributes:
        digest: Tip5 of the words; it lies at the bottom of the initial stack.
        limbs: the distinct 16-bit limbs looked up on the way, two bytes each, little end first.
        permutations: how many there were.
    """

    digest: Digest
    limbs: bytes
    permutations: int

    @property
    def program_rows(self) -> int:
        """Rows of the Program table: the words, padded as they are for hashing."""
        return RATE * self.permutations

    @property
    def hash_rows(self) -> int:
        """Rows that hashing the program takes in the Hash table."""
        return PERMUTATION_ROWS * self.permutations

    @property
    def cascade_rows(self) -> int:
        """Rows that it takes in the Cascade table."""
        return len(self.limbs) // 2


def assemble(statements: Sequence[Statement]) -> Assembly:
    """Lay out a program.

    Raises:
        KeyError: for an unknown instruction or a call to a missing label; a parsed program has neither.
    """
    labels: dict[str, int] = {}
    address = 0
    for statement in statements:
        if isinstance(statement, Label):
            labels[statement.name] = address
        elif isinstance(statement, Instruction):
            address += statement.opcode.words
    words: list[int] = []
    code: list[Placed] = []
    for statement in statements:
        if isinstance(statement, Instruction):
            opcode = statement.opcode
            argument = labels[statement.argument] if isinstance(statement.argument, str) else statement.argument or 0
            code.append(Placed(len(words), statement, argument))
            words.append(opcode.number)
            if opcode.argument is not ArgumentKind.NONE:
                words.append(argument)
        elif isinstance(statement, ErrorId) and code:
            last = code[-1]
            code[-1] = Placed(last.address, last.instruction, last.argument, statement.value)
    return Assembly(tuple(words), tuple(code), labels)


@functools.lru_cache(maxsize=256)
def program_hash(words: tuple[int, ...]) -> ProgramHash:
    """Hash a program's words as the machine attests them: variable length, no length prefix."""
    inputs = bytearray()
    digest = hash_varlen(words, inputs)
    limbs = {bytes(inputs[start : start + 2]) for start in range(0, len(inputs), 2)}
    return ProgramHash(digest, b"".join(sorted(limbs)), len(words) // RATE + 1)
