"""Why a kernel or a file is not carried on: the closed sets of the synth lane, beside the shared ``ErrorCode``."""

from __future__ import annotations

from enum import StrEnum


class SynthReason(StrEnum):
    """Reasons of this lane. TIMEOUT, WORKER and UNSUPPORTED mean what they mean in the language's own set."""

    UNREADABLE = "UNREADABLE"
    """the file cannot be read as UTF-8 text"""
    IMPORT = "IMPORT"
    """the file raises while it is imported"""
    NO_KERNELS = "NO_KERNELS"
    """the file defines no kernel"""
    NOT_FOUND = "NOT_FOUND"
    """the file has kernels, but none of the name asked for"""
    GENERIC = "GENERIC"
    """a generic kernel of which the file makes no overload: it has no code"""
    REJECTED = "REJECTED"
    """Warp does not accept the kernel"""
    TIMEOUT = "TIMEOUT"
    """it ran past its wall clock and was killed"""
    WORKER = "WORKER"
    """the process that ran it died"""
    UNSUPPORTED = "UNSUPPORTED"
    """a kernel cannot express the program, or the program passes a limit of the lowering"""
    INEXACT = "INEXACT"
    """the float64 kernel's value is off the exact one because of rounding"""
    DISAGREE = "DISAGREE"
    """the kernel's value is not the program's"""
    VALUE = "VALUE"
    """a generated kernel's outputs differ from the float64 reference"""
    NON_FINITE = "NON_FINITE"
    """an output or a gradient is not a finite number"""
    NO_EFFECT = "NO_EFFECT"
    """the outputs do not depend on the inputs"""
    GRADIENT = "GRADIENT"
    """the adjoint differs from central differences"""
    CUDA = "CUDA"
    """NVRTC does not compile the CUDA text, or the device's value differs"""
    DUPLICATE = "DUPLICATE"
    """an earlier row has the same structure"""


class GradientStatus(StrEnum):
    """Whether an adjoint was compared with central differences."""

    CHECKED = "checked"
    NOT_APPLICABLE = "not_applicable"


class CudaStatus(StrEnum):
    """How far the CUDA text got: written, compiled by NVRTC, or run on a device with the right values."""

    GENERATED = "generated"
    COMPILED = "compiled"
    EXECUTED = "executed"


class SynthError(Exception):
    """A typed error of this lane.

    Attributes:
        reason: one of the closed set.
        message: one line for a person; it never carries the reason itself.
    """

    def __init__(self, reason: SynthReason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message


def one_line(text: str, limit: int = 300) -> str:
    """``text`` with all white space folded, cut to ``limit`` characters."""
    folded = " ".join(text.split())
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"
