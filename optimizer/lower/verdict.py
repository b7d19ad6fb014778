"""What is known of a rewritten program: by which method each part was compared, and for which inputs that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from irmill.optimizer.tasm.straight import Op

EVERY_INPUT = "every input"
INPUTS_RUN = "the inputs that were run"


class Method(StrEnum):
    """How two pieces of code were found to do the same."""

    HASH = "hash"
    """the words are the same, and so is their digest"""
    POLYNOMIAL = "polynomial"
    """the final words are the same polynomials in the words at the start, and nothing else happens"""
    SYMBOLIC = "symbolic"
    """final stack, memory, sponge, output and checks are the same terms; what is no polynomial is uninterpreted"""
    PATHS = "bounded paths"
    """each path of the old program was followed in both, and ends alike; loops are followed so many times only"""
    DIFFERENTIAL = "differential"
    """both ran on the machine and could not be told apart"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison of old and new.

    Attributes:
        method: how.
        of: what was compared.
        count: how many there were: rewrites, paths or runs.
        covers: for which inputs it holds.
    """

    method: Method
    of: str
    count: int
    covers: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that is known.

    Attributes:
        evidence: the comparisons that the result passed.
        all_inputs: what is no higher than in the original on any input that runs to its halt.
        priced_inputs: what is no higher on the inputs that were run and that end well, and is not known of others.
    """

    evidence: tuple[Evidence, ...]
    all_inputs: tuple[str, ...] = ()
    priced_inputs: tuple[str, ...] = ()


FIGURES = ("padded_height", "cycles", "op_stack", "ram", "u32", "cascade")
"""What is promised of a result. Words may grow where no input is padded higher for it."""

SAME_TEXT = Verdict((Evidence(Method.HASH, "program", 1, EVERY_INPUT),), FIGURES)
"""Of the given text itself."""

_FIELD = frozenset(
    {"push", "pop", "dup", "swap", "pick", "place", "nop", "add", "addi", "mul", "xx_add", "xx_mul", "xb_mul"}
)


def block_method(old: Sequence[Op], new: Sequence[Op]) -> Method:
    """What the proof of two straight lines rests on."""
    field = all(op.name in _FIELD for op in (*old, *new))
    return Method.POLYNOMIAL if field else Method.SYMBOLIC


def promises(*, entries_kept: bool, hashes: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What holds for all inputs, and what for those that were run.

    Every rewrite keeps or lowers cycles and the rows of stack, memory and permutations on every path; the program's own
    rows are gated. What is left depends on words that only a run knows.

    Args:
        entries_kept: whether every new entry of the U32 table is an old one.
        hashes: whether the program hashes while it runs.
    """
    open_tables = {name for name, is_open in (("u32", not entries_kept), ("cascade", hashes)) if is_open}
    unknown = {*open_tables, "padded_height"} if open_tables else set[str]()
    sure = tuple(name for name in FIGURES if name not in unknown)
    return sure, tuple(name for name in FIGURES if name in unknown)
