"""The verdict: by which methods a result was compared, and for which inputs each holds."""

from __future__ import annotations

import pytest

from irmill.optimizer.lower.speculate import Effort
from irmill.optimizer.lower.verdict import (
    EVERY_INPUT,
    FIGURES,
    INPUTS_RUN,
    SAME_TEXT,
    Method,
    block_method,
    promises,
)
from irmill.optimizer.optimize import UNCHANGED, VERIFIED, optimize_tasm
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.straight import to_op

QUICK = Effort(500, 40, (4,), 10)


def line(text: str):
    return tuple(to_op(statement) for statement in parse_tasm(text) if isinstance(statement, Instruction))


@pytest.mark.parametrize(
    ("old", "new", "method"),
    [
        ("push 1 add", "addi 1", Method.POLYNOMIAL),
        ("xx_mul xb_mul", "xx_mul xb_mul", Method.POLYNOMIAL),
        ("push 1 add eq", "addi 1 eq", Method.SYMBOLIC),
        ("read_io 1 read_io 1", "read_io 2", Method.SYMBOLIC),
        ("dup 0 split pop 2", "", Method.SYMBOLIC),
        ("push 3 push 4 lt", "push 1", Method.SYMBOLIC),
    ],
)
def test_the_method_is_that_of_the_proof(old: str, new: str, method: Method) -> None:
    assert block_method(line(old), line(new)) is method


def methods(text: str, *public: int) -> dict[tuple[str, str], tuple[int, str]]:
    result = optimize_tasm(text, public, effort=QUICK)
    assert result.verified == VERIFIED
    assert result.verdict is not None
    return {(found.method, found.of): (found.count, found.covers) for found in result.verdict.evidence}


def test_each_comparison_of_a_result_is_told() -> None:
    found = methods("read_io 1 call f write_io 1 halt f: push 3 add dup 0 mul return", 4)
    assert found["differential", "runs of the program"] == (13, INPUTS_RUN)
    assert found["bounded paths", "paths of the program"] == (1, EVERY_INPUT)
    (rewrites,) = [count for (method, of), (count, _) in found.items() if method == "symbolic" and "blocks" in of]
    assert found["differential", "rewrites of basic blocks"] == (rewrites, INPUTS_RUN)
    polynomial = methods("read_io 1 skiz call f push 1 push 2 add halt f: push 9 write_io 1 return", 4)
    assert polynomial["polynomial", "rewrites of basic blocks"][1] == EVERY_INPUT


def test_a_loop_is_covered_as_far_as_it_was_followed() -> None:
    found = methods("read_io 1 call l pop 1 halt l: dup 0 push 0 eq skiz return push -1 add recurse", 4)
    count, covers = found["bounded paths", "paths of the program"]
    assert count > 4
    assert covers not in (EVERY_INPUT, INPUTS_RUN)


def test_the_same_text_has_the_same_hash() -> None:
    for text in ("dup 15 write_io 1 halt", "halt"):
        result = optimize_tasm(text, effort=QUICK)
        assert result.verified == UNCHANGED
        assert result.verdict == SAME_TEXT
    assert [found.method for found in SAME_TEXT.evidence] == [Method.HASH]
    assert SAME_TEXT.all_inputs == FIGURES
    assert optimize_tasm("no program").verdict is None


@pytest.mark.parametrize(
    ("kept", "hashes", "priced"),
    [
        (True, False, ()),
        (False, False, ("padded_height", "u32")),
        (True, True, ("padded_height", "cascade")),
        (False, True, ("padded_height", "u32", "cascade")),
    ],
)
def test_what_is_open_is_not_promised(kept: bool, hashes: bool, priced: tuple[str, ...]) -> None:
    sure, found = promises(entries_kept=kept, hashes=hashes)
    assert found == priced
    assert set(sure) | set(found) == set(FIGURES)
    assert not set(sure) & set(found)
