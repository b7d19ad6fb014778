"""The closed set of error codes that every backend shares (language specification, "Errors")."""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a program has no value. The set is closed: backends add no codes of their own."""

    PARSE = "PARSE"
    TYPE = "TYPE"
    TOO_LARGE = "TOO_LARGE"
    DIV_BY_ZERO = "DIV_BY_ZERO"
    OVERFLOW = "OVERFLOW"
    OUT_OF_BOUNDS = "OUT_OF_BOUNDS"
    DOMAIN = "DOMAIN"
    STACK = "STACK"
    MEMORY = "MEMORY"
    FUEL = "FUEL"
    TIMEOUT = "TIMEOUT"
    INEXACT = "INEXACT"
    UNSUPPORTED = "UNSUPPORTED"
    WORKER = "WORKER"
    DISAGREE = "DISAGREE"
    ABSTAINED = "ABSTAINED"
    LENS_DISAGREES = "LENS_DISAGREES"


class LanguageError(Exception):
    """A typed error of the language.

    Attributes:
        code: one of the closed set.
        message: one line for a person; it never carries the code itself.
        offset: byte offset into the source text, or None where no place in the text is to blame.
    """

    def __init__(self, code: ErrorCode, message: str, offset: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.offset = offset


class InputError(Exception):
    """What a person gave is wrong: a file, a configuration, a path.

    The message is one line that names the key or file, says what is wrong and how to mend it; commands print it and
    exit with code 2. Nothing was written when it is raised.
    """
