"""The closed sets of reasons for which a run of the machine ends other than by ``halt``."""

from __future__ import annotations

from enum import StrEnum


class Trap(StrEnum):
    """Why the machine itself stopped: an answer of the program, not a fault of the harness."""

    INSTRUCTION_POINTER = "INSTRUCTION_POINTER"  # execution ran past the last word
    STACK_TOO_SHALLOW = "STACK_TOO_SHALLOW"  # the instruction would leave fewer than 16 words
    JUMP_STACK_EMPTY = "JUMP_STACK_EMPTY"
    ASSERTION = "ASSERTION"
    VECTOR_ASSERTION = "VECTOR_ASSERTION"
    NOT_U32 = "NOT_U32"
    INVERSE_OF_ZERO = "INVERSE_OF_ZERO"
    DIVISION_BY_ZERO = "DIVISION_BY_ZERO"
    LOGARITHM_OF_ZERO = "LOGARITHM_OF_ZERO"
    SPONGE_UNINITIALIZED = "SPONGE_UNINITIALIZED"
    PUBLIC_INPUT_EMPTY = "PUBLIC_INPUT_EMPTY"
    SECRET_INPUT_EMPTY = "SECRET_INPUT_EMPTY"
    DIGESTS_EMPTY = "DIGESTS_EMPTY"


class Stop(StrEnum):
    """Why the harness, not the machine, ended a run or refused to start it."""

    PARSE = "PARSE"
    CYCLE_LIMIT = "CYCLE_LIMIT"
    MEMORY_LIMIT = "MEMORY_LIMIT"


class TrapSignal(Exception):
    """Raised by one instruction's own checks; the machine adds the address.

    Attributes:
        trap: which check failed.
        message: one line for a person.
    """

    def __init__(self, trap: Trap, message: str) -> None:
        super().__init__(message)
        self.trap = trap
        self.message = message
