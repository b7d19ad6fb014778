"""Rewrites of control flow, and the analysis they rest on: every program behaves as before on many inputs."""

from __future__ import annotations

import pytest

from irmill.optimizer.lower.control import (
    CONTROL_REWRITES,
    SMALL_WORDS,
    ControlRewrite,
    ProgramTest,
    control_variants,
    drop_unreachable,
)
from irmill.optimizer.lower.flow import analyse, touches_digest
from irmill.optimizer.lower.inline import inline_calls
from irmill.optimizer.lower.items import Items, items_of
from irmill.optimizer.lower.rotate import rotate_loops
from irmill.optimizer.search.equivalence import cases_near, compare_programs
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.print import print_tasm


def items(text: str) -> Items:
    return items_of(parse_tasm(text))


def words(program: Items) -> list[str]:
    return print_tasm(program).split()


CASES = (*cases_near(Case((3, 4, 5, 1)), 25, 1), *(Case((n, 7, 2)) for n in range(6)), Case())


def same(old: Items, new: Items, sound: ProgramTest = compare_programs) -> bool:
    comparison = sound(assemble(old), assemble(new), CASES, 3_000)
    return comparison.same and comparison.decided > 5


LOOP = """
read_io 1 call loop pop 1 halt
loop: dup 0 push 0 eq skiz return
      dup 0 write_io 1 push -1 add recurse
"""

PROGRAMS = [
    LOOP,
    "read_io 2 call f call f write_io 1 halt f: add dup 0 return",
    "read_io 1 skiz call f push 5 write_io 1 halt f: push 9 write_io 1 return",
    "read_io 1 skiz call f halt f: call g return g: push 9 write_io 1 return",
    # two labels at one place: rewriting one entry must not forget the other
    "read_io 1 call a pop 1 read_io 1 call b pop 1 halt a: b: dup 0 push 0 eq skiz return addi -1 recurse",
    "read_io 1 call a call b write_io 1 halt a: b: dup 0 push 3 mul add return",
    # control falls into a loop and into a function
    "read_io 1 call f pop 1 halt f: push -1 add loop: dup 0 push 0 eq skiz return dup 0 write_io 1 recurse",
    "read_io 1 call f call g write_io 1 halt f: addi 7 g: addi 2 return",
    # a loop with a second jump to its start, one that leaves early, one called by skiz
    "read_io 1 call l pop 1 halt "
    "l: dup 0 push 0 eq skiz return addi -1 dup 0 push 2 eq skiz recurse dup 0 write_io 1 recurse",
    "read_io 1 call l pop 1 halt "
    "l: dup 0 push 0 eq skiz return addi -1 dup 0 push 2 eq skiz return dup 0 write_io 1 recurse",
    "read_io 2 skiz call l pop 1 halt l: dup 0 push 0 eq skiz return addi -1 dup 0 write_io 1 recurse",
    # a return that may be skipped, before a loop
    "read_io 1 push 0 call g pop 1 read_io 1 call f pop 1 halt "
    "g: skiz return f: dup 0 push 0 eq skiz return dup 0 write_io 1 addi -1 recurse",
    # recursion
    "read_io 1 call g halt g: push 9 write_io 1 f: dup 0 push 0 eq skiz return addi -1 dup 0 write_io 1 call f return",
    "read_io 1 call r write_io 1 halt r: dup 0 push 0 eq skiz return addi -1 dup 0 write_io 1 call r return",
    "read_io 1 call r halt r: dup 0 skiz call s return s: addi -1 dup 0 write_io 1 call r return",
    # constant conditions
    "push 1 skiz read_io 1 push 0 skiz read_io 1 push 0 skiz halt read_io 1 write_io 1 halt",
    "read_io 1 skiz push 1 skiz nop push 3 write_io 1 halt",
    "read_io 1 skiz nop push 3 write_io 1 halt",
    # falling off the end, calling the end, returning from nowhere
    "read_io 1 call end push 3 end:",
    "read_io 1 write_io 1 return push 4 halt",
    "read_io 1 write_io 1 recurse",
    "read_io 2 skiz push 0 skiz read_io 1 write_io 1 halt",
    "read_io 2 skiz skiz nop write_io 1 halt",
    "skiz nop halt",
    "push 0 skiz",
    "push 1 skiz",
    "read_io 1 call f halt f: recurse_or_return",
]


BY_NAME = pytest.mark.parametrize("rule", CONTROL_REWRITES, ids=lambda rule: rule.name)


@BY_NAME
def test_each_rewrite_does_what_its_case_says(rule: ControlRewrite) -> None:
    before, after = items(rule.before), items(rule.after)
    assert rule.matcher(before) == after
    assert same(before, after, rule.sound)
    assert rule.invariant.endswith(".")
    assert " -> " in f"{rule.text} "


@pytest.mark.parametrize("text", PROGRAMS)
@BY_NAME
def test_each_rewrite_keeps_what_a_program_does(text: str, rule: ControlRewrite) -> None:
    assert same(items(text), rule.matcher(items(text)), rule.sound)


@pytest.mark.parametrize("text", PROGRAMS)
def test_all_passes_together_keep_it(text: str) -> None:
    for variant in control_variants(items(text)):
        assert same(items(text), variant)


def test_a_counting_loop_is_rotated() -> None:
    rotated = words(rotate_loops(items(LOOP)))
    assert "eq" not in rotated
    assert rotated.index("recurse") == rotated.index("return") - 1


def test_a_loop_with_two_labels_or_entered_from_above_is_not_rotated() -> None:
    for text in (PROGRAMS[4], PROGRAMS[6], PROGRAMS[8], PROGRAMS[10]):
        assert rotate_loops(items(text)) == items(text)


def test_single_calls_are_inlined_and_unreachable_code_goes() -> None:
    after = words(inline_calls(items("read_io 1 call f write_io 1 halt f: push 2 mul push 3 mul return"), SMALL_WORDS))
    assert "call" not in after
    assert "f:" not in after
    assert words(drop_unreachable(items("halt push 1 f: push 2 return"))) == ["halt"]


def test_depths_follow_calls_loops_and_branches() -> None:
    program = items("push 1 push 2 call f pop 2 halt f: push 3 push 4 pop 2 return")
    assert analyse(program).floor == (16, 17, 18, 18, 16, 18, 19, 20, 18)
    shrinking = items("push 1 push 2 push 3 call f push 9 halt f: pop 1 recurse")
    facts = analyse(shrinking)
    assert facts.floor[6] == 16
    assert not facts.reachable[4]
    branches = analyse(items("read_io 1 skiz push 5 push 6 halt"))
    assert branches.floor == (16, 17, 16, 16, 17)


@pytest.mark.parametrize(
    ("text", "touched"),
    [
        ("dup 11 write_io 1 halt", True),
        ("dup 10 write_io 1 halt", False),
        ("push 1 swap 12 halt", True),
        ("push 1 swap 11 halt", False),
        ("pick 15 halt", True),
        ("read_io 5 pick 15 halt", False),
        ("read_io 1 call f halt f: place 14 pop 1 push 1 push 2 push 3 push 4 place 14 return", True),
        ("halt dup 15", False),
        ("read_io 5 call f halt f: pop 1 dup 15 return", True),
    ],
)
def test_reading_the_own_digest_is_seen(text: str, touched: bool) -> None:
    program = items(text)
    assert touches_digest(program, analyse(program)) is touched


def test_a_program_too_large_to_analyse_is_taken_at_its_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("irmill.optimizer.lower.flow._MAX_NODES", 2)
    program = items("push 1 push 2 push 3 push 4 dup 15 halt halt halt")
    facts = analyse(program)
    assert set(facts.floor) == {16}
    assert all(facts.reachable)
    assert touches_digest(program, facts)
    assert drop_unreachable(program) == program
