"""The error codes that an emitted module reports in its exported ``error`` global before it traps."""

from __future__ import annotations

from enum import IntEnum

from irmill.compiler.lang.errors import ErrorCode

ERROR_GLOBAL = "error"
"""The exported global: 0, or a :class:`Fault` once the module has trapped on purpose."""


class Fault(IntEnum):
    """Why a module stopped on purpose. The numbers are part of the exported modules: they are never reused."""

    DIV_BY_ZERO = 1
    OVERFLOW = 2
    OUT_OF_BOUNDS = 3
    DOMAIN = 4
    STACK = 5
    MEMORY = 6
    FUEL = 7
    INEXACT = 8


CODES: dict[Fault, ErrorCode] = {fault: ErrorCode(fault.name) for fault in Fault}
"""The language's error for each fault. ``INEXACT`` says that the numbers of this emission cannot hold a result."""

MESSAGES: dict[Fault, str] = {
    Fault.DIV_BY_ZERO: "division by zero",
    Fault.OVERFLOW: "a number left the range from -2^63 to 2^63",
    Fault.OUT_OF_BOUNDS: "an index is outside its array",
    Fault.DOMAIN: "an operand is outside what its operation takes",
    Fault.STACK: "more than 1,000 calls are open",
    Fault.MEMORY: "more than 64 MiB of array elements were created",
    Fault.FUEL: "more than 100,000,000 loop iterations and calls ran",
    Fault.INEXACT: "a result cannot be held exactly by the machine type of this emission",
}
"""One line for a person."""
