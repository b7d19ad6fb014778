"""Whole programs compared path by path: what is found the same is the same, and what rewrites make is found so."""

from __future__ import annotations

import random

import pytest

from irmill.optimizer.lower.control import control_variants
from irmill.optimizer.lower.items import Items, items_of
from irmill.optimizer.lower.paths import MAX_DECISIONS, compare_paths
from irmill.optimizer.search.equivalence import cases_near, compare_programs
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.parse import parse_tasm


def items(text: str) -> Items:
    return items_of(parse_tasm(text))


LOOP = "read_io 1 call l pop 1 halt l: dup 0 push 0 eq skiz return dup 0 write_io 1 push -1 add recurse"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("read_io 2 add write_io 1 halt", 1),
        ("read_io 1 skiz call f push 5 write_io 1 halt f: push 9 write_io 1 return", 2),
        ("read_io 1 dup 0 skiz call f skiz call f halt f: push 9 write_io 1 return", 2),
        ("read_io 2 lt skiz call f halt f: push 9 write_io 1 return", 2),
        ("read_io 2 call f halt f: place 6 place 5 recurse_or_return", 2),
        ("push 1 return", 1),
        ("pop 1 halt", 1),
        ("read_io 1 skiz", 2),
        ("push 0 skiz", 1),
    ],
)
def test_every_path_of_a_program_without_loops_is_followed(text: str, paths: int) -> None:
    check = compare_paths(items(text), items(text))
    assert (check.same, check.paths, check.cut) == (True, paths, 0)
    assert check.covers() == "every input"


def test_loops_are_followed_so_many_times() -> None:
    check = compare_paths(items(LOOP), items(LOOP))
    assert (check.same, check.paths, check.cut) == (True, MAX_DECISIONS, 1)
    assert check.covers() != "every input"
    endless = compare_paths(items("call a a: recurse"), items("call a a: recurse"))
    assert (endless.paths, endless.cut) == (0, 1)


REWRITTEN = [
    LOOP,
    "read_io 1 skiz call f push 5 write_io 1 halt f: push 9 write_io 1 return",
    "read_io 1 call g halt g: push 9 write_io 1 f: dup 0 push 0 eq skiz return addi -1 dup 0 write_io 1 call f return",
    "read_io 2 skiz call l pop 1 halt l: dup 0 push 0 eq skiz return addi -1 dup 0 write_io 1 recurse",
    "read_io 1 skiz push 1 skiz nop push 3 write_io 1 halt",
    "read_io 2 eq push 0 eq push 0 eq skiz call f halt f: push 1 write_io 1 return",
]


@pytest.mark.parametrize("text", REWRITTEN)
def test_what_the_rewrites_of_control_flow_make_is_found_the_same(text: str) -> None:
    for variant in control_variants(items(text)):
        check = compare_paths(items(text), variant)
        assert check.same, variant
        assert check.paths


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LOOP, LOOP.replace("push -1", "push -2")),
        (LOOP, LOOP.replace("dup 0 write_io 1 push", "push")),
        (LOOP, LOOP.replace("pop 1 halt", "halt")),
        ("read_io 1 skiz call f halt f: push 9 write_io 1 return", "read_io 1 pop 1 push 9 write_io 1 halt"),
        ("read_io 1 skiz nop halt", "read_io 1 skiz halt halt assert"),
        ("read_io 1 push 0 eq skiz halt push 1 write_io 1 halt", "read_io 1 skiz halt push 1 write_io 1 halt"),
        ("read_io 2 lt skiz halt push 1 write_io 1 halt", "read_io 2 swap 1 lt skiz halt push 1 write_io 1 halt"),
        ("read_io 2 lt push 0 eq skiz halt push 1 write_io 1 halt", "read_io 2 lt skiz halt push 1 write_io 1 halt"),
        ("read_io 1 write_io 1 halt", "read_io 1 write_io 1 return"),
        ("push 1 return", "push 1 halt"),
        ("pop 1 halt", "halt"),
        ("read_io 1 invert halt", "read_io 1 invert invert invert halt nop pop 1"),
    ],
)
def test_different_programs_are_not_found_the_same(old: str, new: str) -> None:
    check = compare_paths(items(old), items(new))
    different = not check.same
    cases = [Case((n, m)) for n in range(4) for m in range(4)]
    assert different or compare_programs(assemble(items(old)), assemble(items(new)), cases, 500).same


WORDS = ("push 0", "push 1", "dup 0", "dup 1", "swap 1", "add", "eq", "skiz", "skiz", "call f", "read_io 1", "return",
         "write_io 1", "pop 1", "halt", "recurse", "addi -1", "nop", "lt")  # fmt: skip


def test_what_is_found_the_same_runs_the_same() -> None:
    """Programs that differ in one place."""
    generator = random.Random(6)
    same = 0
    for turn in range(150):
        words = ["read_io 2", *generator.choices(WORDS, k=9)]
        words.insert(generator.randrange(4, 8), "f:")
        other = list(words)
        places = [at for at, word in enumerate(words) if at and word != "f:"]
        first, second = generator.sample(places, 2)
        if generator.random() < 0.5:
            other[first], other[second] = other[second], other[first]
        else:
            del other[first]
        old, new = items(" ".join(words)), items(" ".join(other))
        check = compare_paths(old, new)
        if other != words and check.same and check.paths and not check.cut:
            same += 1
            comparison = compare_programs(assemble(old), assemble(new), cases_near(Case((1, 0, 2)), 12, turn), 300)
            assert comparison.same, (words, other, comparison.witness)
    assert same > 15
