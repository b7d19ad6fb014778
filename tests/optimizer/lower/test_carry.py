"""Error numbers, hints and comments stay with the code that they belong to."""

from __future__ import annotations

import random

import pytest

from irmill.optimizer.lower.carry import kept_numbers
from irmill.optimizer.lower.control import control_variants
from irmill.optimizer.lower.flow import instructions_of
from irmill.optimizer.lower.items import items_of, statements_of
from irmill.optimizer.lower.speculate import Effort
from irmill.optimizer.optimize import VERIFIED, optimize_tasm
from irmill.optimizer.search.equivalence import cases_near, run_case
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.program import Comment, Hint
from irmill.optimizer.tasm.straight import to_op

QUICK = Effort(1_500, 60, (4,), 14)


def optimized(text: str, *public: int) -> str:
    result = optimize_tasm(text, public, effort=QUICK)
    assert result.verified == VERIFIED
    return result.tasm


def failure(text: str, *public: int) -> str:
    run = run_case(assemble(parse_tasm(text)), Case(public), 1_000)
    return run.message.partition(" ")[0]


def test_a_trap_keeps_its_number() -> None:
    text = (
        "read_io 2 push 0 add dup 1 push 3 eq assert error_id 0 dup 0 push 4 eq push 0 add assert error_id -9 "
        "push 0 push 1 add assert error_id 5 write_io 2 halt"
    )
    better = optimized(text, 3, 4)
    for public in ((3, 4), (2, 4), (3, 5), (2, 5)):
        assert failure(better, *public) == failure(text, *public)
    assert failure(better, 2, 5) == "[0]"
    assert failure(better, 3, 5) == "[-9]"


def test_numbers_of_inlined_rotated_and_spared_code_stay() -> None:
    text = (
        "read_io 1 push 1 skiz assert error_id 1 read_io 1 call f read_io 1 call l halt "
        "f: push 7 eq assert error_id 2 return "
        "l: dup 0 push 0 eq skiz return dup 0 push 3 eq push 0 eq assert error_id 3 push -1 add recurse"
    )
    better = optimized(text, 1, 7, 2)
    assert len(better.split()) < len(text.split())
    for public, number in (((2, 7, 2), "[1]"), ((1, 6, 2), "[2]"), ((1, 7, 4), "[3]")):
        assert failure(better, *public) == failure(text, *public) == number


@pytest.mark.parametrize(
    ("old", "new", "numbers"),
    [
        ("assert error_id 1 assert error_id 2", "assert assert", (1, 2)),
        ("assert error_id 1 assert error_id 2", "swap 1 assert assert", None),
        ("assert error_id 1 invert", "swap 1 invert swap 1 assert", None),
        ("invert assert assert error_id 2", "swap 1 assert invert swap 1 assert", None),
        ("dup 0 invert pop 1 dup 1 invert pop 1 add assert error_id 2",
         "dup 1 invert pop 1 dup 0 invert pop 1 add assert", "last 2"),
        ("dup 0 assert error_id 4 assert error_id 5", "assert", (4,)),
        ("write_io 1 assert error_id 4", "swap 1 assert write_io 1", None),
        ("push 0 eq push 0 assert error_id 3", "push 0 eq push 0 assert", "last 3"),
    ],
)  # fmt: skip
def test_numbers_are_kept_only_where_the_checks_stay_in_order(old: str, new: str, numbers: object) -> None:
    before, after = (instructions_of(items_of(parse_tasm(text))) for text in (old, new))
    first, second = tuple(map(to_op, before)), tuple(map(to_op, after))
    found = kept_numbers(first, second, tuple(item.error_id for item in before), 40)
    if isinstance(numbers, str):
        assert found is not None
        assert found[-1] == int(numbers.split()[1])
    else:
        assert found == numbers


def test_numbered_lines_that_may_underflow_are_not_reordered() -> None:
    line = tuple(map(to_op, instructions_of(items_of(parse_tasm("assert pop 2")))))
    assert kept_numbers(line, line, (7, None), 16) is None
    assert kept_numbers(line, line, (7, None), 19) == (7, None)


def test_random_numbered_programs_stop_with_the_same_number() -> None:
    generator = random.Random(8)
    pieces = ("dup 0", "dup 1", "swap 1", "push 0 add", "push 1 eq", "add", "push 0 eq", "read_io 1", "swap 2", "pop 1")
    changed = numbered = 0
    for turn in range(12):
        text = "push 1 push 1 push 1 push 1 push 1 push 1 push 1"
        for number in range(generator.randrange(2, 5)):
            text += f" {' '.join(generator.choices(pieces, k=3))} push 0 eq push 0 eq assert error_id {number}"
        text += " halt"
        case = Case((1, 0, 1, 1, 0, 1))
        result = optimize_tasm(text, case.public, effort=Effort(100, 20, (4,), 6), trials=4)
        changed += result.verified == VERIFIED
        first, second = assemble(parse_tasm(text)), assemble(parse_tasm(result.tasm))
        for other in cases_near(case, 12, turn):
            old, new = run_case(first, other, 1_000), run_case(second, other, 1_000)
            assert old.error_id == new.error_id, (text, result.tasm, other)
            numbered += old.error_id is not None
    assert changed > 6
    assert numbered > 20


COMMENTED = """// at the start
read_io 1 // one
/* two
   lines */
push 0 add // three
call f // four
write_io 1
halt // five
// of a function
f: // six
    push 3 // seven
    push 4 add mul
    return // eight
// at the end
"""


def test_comments_stay_in_order() -> None:
    better = optimized(COMMENTED, 3)
    texts = [note.text for note in parse_tasm(COMMENTED, comments=True) if isinstance(note, Comment)]
    kept = [note.text for note in parse_tasm(better, comments=True) if isinstance(note, Comment)]
    assert sorted(kept) == sorted(texts)
    assert kept[:2] == texts[:2]
    assert better.index("// five") > better.index("halt")
    assert "read_io 1  // one" in better
    again = optimize_tasm(better, (3,), effort=QUICK)
    assert again.tasm == better


def test_comments_of_code_that_goes_go_with_it() -> None:
    better = optimized("push 1 push 2 add write_io 1 halt // end\n// dead\nf: // gone\npush 1 // dead, too\nreturn")
    assert [note.text for note in parse_tasm(better, comments=True) if isinstance(note, Comment)] == ["// end"]


def hints(text: str) -> list[tuple[str, int, int]]:
    return [(note.name, note.start, note.end) for note in parse_tasm(text) if isinstance(note, Hint)]


def test_hints_follow_the_words_that_they_name() -> None:
    text = (
        "read_io 2 hint both = stack[0..2] push 5 hint five = stack[0] push 6 hint six = stack[0] add "
        "hint eleven = stack[0] hint below: XField = stack[1..3] mul mul hint product = stack[0] write_io 1 halt"
    )
    better = optimized(text, 3, 4)
    found = {name: (start, end) for name, start, end in hints(better)}
    assert set(found) == {"both", "eleven", "below", "product"}
    assert found["both"] == (0, 2)
    assert found["product"] == (0, 1)
    swapped = optimized("read_io 2 swap 1 hint first = stack[0] add hint sum = stack[0] write_io 1 halt", 3, 4)
    assert hints(swapped) == [("first", 1, 2), ("sum", 0, 1)]
    far = optimized("push 1 push 2 add hint far = stack[90..95] write_io 1 halt")
    assert hints(far) == []


def test_breaks_and_hints_between_blocks_stay() -> None:
    better = optimized("read_io 1 push 0 add hint n = stack[0] break call f halt f: hint m = stack[0] dup 0 return")
    assert hints(better) == [("n", 0, 1), ("m", 0, 1)]
    assert "break" in better


@pytest.mark.parametrize("text", [COMMENTED, "// \n// \npush 1 // a\n/* b */ /* c */ halt", "", "// x", "a: b: halt"])
def test_items_and_statements_are_two_forms_of_one_program(text: str) -> None:
    statements = parse_tasm(text, comments=True)
    printed = print_tasm(statements)
    assert parse_tasm(printed) == parse_tasm(text)
    wanted = [note.text for note in statements if isinstance(note, Comment)]
    assert [note.text for note in parse_tasm(printed, comments=True) if isinstance(note, Comment)] == wanted
    if items_of(statements):
        assert statements_of(items_of(statements)) == statements
        for variant in control_variants(items_of(statements)):
            assert parse_tasm(print_tasm(statements_of(variant)), comments=True)


def test_comments_within_statements_are_read_once_and_stand_behind_them() -> None:
    text = "push /* a */ 5 assert // b\n error_id 3 hint x /* no */ = stack[0]".replace("x /* no */", "x")
    found = parse_tasm(text, comments=True)
    assert [type(statement).__name__ for statement in found] == [
        "Instruction", "Comment", "Instruction", "Comment", "ErrorId", "Hint",
    ]  # fmt: skip
    assert [statement.trailing for statement in found if isinstance(statement, Comment)] == [True, True]


def test_comments_of_labels_that_nobody_calls_stay_with_the_code_behind_them() -> None:
    better = optimized("read_io 1 // a\n// about b\nb: push 0 add write_io 1 halt", 3)
    assert "b:" not in better
    assert [note.text for note in parse_tasm(better, comments=True) if isinstance(note, Comment)] == [
        "// a",
        "// about b",
    ]
