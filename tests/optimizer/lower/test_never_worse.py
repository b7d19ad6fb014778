"""Never worse on any input: what the text alone costs, what is promised of all inputs, and several given ones."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from irmill.optimizer import optimize as optimize_module
from irmill.optimizer.lower.control import control_variants
from irmill.optimizer.lower.items import items_of
from irmill.optimizer.lower.speculate import Effort
from irmill.optimizer.lower.verdict import FIGURES
from irmill.optimizer.optimize import UNCHANGED, VERIFIED, Optimized, optimize_tasm
from irmill.optimizer.search.entries import entries_within
from irmill.optimizer.search.equivalence import cases_near, run_case
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.price import price, static_price
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.straight import to_op
from irmill.optimizer.tasm.vm import Status

QUICK = Effort(600, 30, (4,), 8)

LONG_IF_INLINED = (
    "read_io 1 push 1 swap 1 call l pop 1 write_io 1 halt "
    "l: dup 0 push 0 eq skiz return push -1 add swap 1 "
    + "call f " * 12
    + "swap 1 recurse f: dup 0 mul push 7 add dup 0 mul addi 9 return"
)
"""Inlining ``f`` pays in cycles for every iteration, and doubles the program, which every input pays for."""


def no_dearer(old: str, new: str, cases: Sequence[Case], max_cycles: int = 100_000) -> int:
    """Assert that no case is padded higher or takes more cycles; gives how many cases ran well."""
    first, second = assemble(parse_tasm(old)), assemble(parse_tasm(new))
    well = 0
    for case in cases:
        before, after = run_case(first, case, max_cycles), run_case(second, case, max_cycles)
        if before.status is Status.OK:
            well += 1
            assert after.heights is not None, case
            assert before.heights is not None
            assert after.heights.padded <= before.heights.padded, case
            assert after.cycles <= before.cycles, case
    return well


def test_inlining_that_pays_for_long_runs_does_not_make_short_ones_dearer() -> None:
    """Priced by 30 iterations, the inlined program is the cheaper one; with a few it has four times the height."""
    result = optimize_tasm(LONG_IF_INLINED, (30,), effort=QUICK, trials=0, max_cycles=6_000)
    assert result.verified == VERIFIED
    assert no_dearer(LONG_IF_INLINED, result.tasm, [Case((n,)) for n in (0, 1, 2, 3, 4, 5, 7, 10, 30)]) == 9
    inlined = assemble(control_variants(items_of(parse_tasm(LONG_IF_INLINED)))[0])
    static = static_price(assemble(parse_tasm(LONG_IF_INLINED)))
    assert static_price(inlined).padded_height == 4 * static.padded_height
    assert not static_price(inlined).never_dearer(static)
    assert result.static_after is not None
    assert result.static_before == static
    assert result.static_after.never_dearer(static)


def test_words_may_grow_where_no_input_is_padded_higher_for_it() -> None:
    text = (
        "read_io 1 call l halt l: dup 0 push 0 eq skiz return addi -1 call f call f call f recurse "
        "f: dup 0 mul addi 3 swap 1 return"
    )
    result = optimize_tasm(text, (0,), effort=QUICK, max_cycles=2_000)
    assert no_dearer(text, result.tasm, [Case((n,)) for n in range(4)]) >= 1
    hashing = text.replace("recurse", "push 9 hash pop 1 recurse")
    result = optimize_tasm(hashing, (0,), effort=QUICK, max_cycles=2_000)
    assert result.static_before is not None
    assert result.static_after is not None
    assert result.static_before.hashes
    assert result.static_after.words <= result.static_before.words


def replaced_by(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    items = items_of(parse_tasm(text))
    monkeypatch.setattr(optimize_module, "improve_program", lambda *_: items)


def test_a_program_that_is_cheaper_on_the_given_input_only_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does the same on every input, with a detour on all but 0."""
    text = "read_io 1 push 1 push 1 pop 2 write_io 1 halt"
    replaced_by(monkeypatch, f"read_io 1 dup 0 skiz call slow write_io 1 halt slow: {'nop ' * 8} return")
    assert optimize_tasm(text, (0,), effort=QUICK).verified == UNCHANGED
    replaced_by(monkeypatch, "read_io 1 write_io 1 halt")
    assert optimize_tasm(text, (0,), effort=QUICK).verified == VERIFIED


def test_a_candidate_must_be_no_dearer_on_each_given_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Much cheaper on the first and a little dearer on the second: refused with both, whatever the trials say."""
    text = f"read_io 1 {'nop ' * 12} write_io 1 halt"
    replaced_by(monkeypatch, f"read_io 1 dup 0 push 77 eq skiz call slow write_io 1 halt slow: {'nop ' * 10} return")
    first, second = (1,), Case((77,))
    assert optimize_tasm(text, first, effort=QUICK, trials=0).verified == VERIFIED
    assert optimize_tasm(text, first, others=(second,), effort=QUICK, trials=0).verified == UNCHANGED


def test_every_given_input_is_priced() -> None:
    cases = [Case((n,)) for n in (2, 5, 9)]
    result = optimize_tasm(LONG_IF_INLINED, (1,), others=cases, effort=QUICK, max_cycles=3_000)
    assert len(result.prices) == 4
    assert (result.before, result.after) == (result.prices[0].before, result.prices[0].after)
    program = assemble(parse_tasm(result.tasm))
    for case, prices in zip([Case((1,)), *cases], result.prices, strict=True):
        assert prices.after == price(program, run_case(program, case, 100_000))
        assert prices.after.no_worse(prices.before)
    with pytest.raises(ValueError, match="field element"):
        optimize_tasm("halt", others=[Case((-1,))])


def line(text: str):
    return tuple(to_op(statement) for statement in parse_tasm(text) if isinstance(statement, Instruction))


@pytest.mark.parametrize(
    ("old", "new", "within"),
    [
        ("swap 1 and", "and", False),
        ("and", "and", True),
        ("swap 1 xor", "xor", False),
        ("dup 1 dup 1 and pop 1 xor", "xor", True),
        ("lt", "swap 1 lt", False),
        ("dup 0 split pop 2", "", True),
        ("div_mod", "div_mod", True),
        ("dup 1 dup 1 div_mod pop 2 lt", "lt", True),
        ("dup 1 dup 1 div_mod pop 2", "dup 1 dup 1 lt pop 1", False),
        ("push 3 push 4 lt", "push 0", True),
        ("", "dup 0 pop_count pop 1", False),
        ("dup 0 pop_count pop 1", "dup 0 log_2_floor pop 1", False),
        ("merkle_step", "merkle_step", True),
        ("swap 1 pow", "pow", False),
    ],
)
def test_entries_of_the_u32_table_are_followed(old: str, new: str, within: bool) -> None:
    assert entries_within(line(new), line(old)) is within


def test_a_swapped_and_makes_no_promise_about_the_u32_table() -> None:
    """``and`` of (a, b) and of (b, a) are two entries, so turning one round may add rows where the other is there."""
    text = "read_io 2 dup 1 dup 1 and write_io 1 swap 1 and write_io 1 push 1 push 2 add write_io 1 halt"
    cheap = optimize_tasm(text, (5, 6), effort=QUICK)
    assert cheap.verdict is not None
    assert cheap.verified == VERIFIED
    assert set(cheap.verdict.all_inputs) | set(cheap.verdict.priced_inputs) == set(FIGURES)
    assert ("u32" in cheap.verdict.priced_inputs) == ("padded_height" in cheap.verdict.priced_inputs)
    u32 = optimize_tasm("read_io 2 swap 1 and write_io 1 halt", (5, 6), effort=QUICK)
    assert u32.verdict is not None
    assert u32.verdict.priced_inputs == ("padded_height", "u32")
    hashes = optimize_tasm("hash push 1 push 2 add write_io 1 halt", effort=QUICK)
    assert hashes.verdict is not None
    assert hashes.verdict.priced_inputs == ("padded_height", "cascade")


def promised(old: str, result: Optimized, cases: Sequence[Case], max_cycles: int) -> int:
    """Assert what the verdict promises of all inputs on each case that runs well; gives how many did."""
    assert result.verdict is not None
    first, second = assemble(parse_tasm(old)), assemble(parse_tasm(result.tasm))
    well = 0
    for case in cases:
        before, after = run_case(first, case, max_cycles), run_case(second, case, max_cycles)
        if before.heights is None:
            continue
        well += 1
        assert after.heights is not None
        old_rows = {**before.heights.as_dict(), "cycles": before.cycles, "padded_height": before.heights.padded}
        new_rows = {**after.heights.as_dict(), "cycles": after.cycles, "padded_height": after.heights.padded}
        for figure in result.verdict.all_inputs:
            # of the cascade the promise is that it pads no input higher: a shorter text may have other limbs
            bound = old_rows["padded_height"] if figure == "cascade" else old_rows[figure]
            assert new_rows[figure] <= bound, (figure, case, old, result.tasm)
    return well


STRAIGHT = (
    "push 1", "dup 0", "dup 2", "swap 1", "add", "push 3 mul", "write_io 1", "push 0 eq", "read_io 1", "pop 1",
    "push 5 write_mem 1", "push 5 read_mem 1 pop 1", "addi 4", "split", "pick 2", "nop", "push 0 xor pop 1", "and",
    "dup 1 dup 1 lt",
)  # fmt: skip


def random_program(generator: random.Random) -> str:
    def body() -> str:
        return " ".join(generator.choices(STRAIGHT, k=generator.randrange(1, 7)))

    return (
        f"push 1 push 2 push 3 push 4 push 5 push 6 {body()} call f {body()} "
        f"read_io 1 skiz call g push 3 call h read_io 1 call h halt "
        f"f: {body()} {generator.choice(('call g', 'nop', 'skiz nop', 'call g call g'))} return g: {body()} return "
        f"h: dup 0 push 0 eq skiz return addi -1 {body()} push 0 swap 1 pop 1 recurse"
    )


def test_what_is_promised_of_all_inputs_holds_on_others_near_it() -> None:
    generator = random.Random(33)
    well = changed = 0
    for turn in range(12):
        text = random_program(generator)
        case = Case(tuple(generator.randrange(4) for _ in range(14)))
        result = optimize_tasm(text, case.public, effort=Effort(200, 20, (4,), 6), max_cycles=1_000)
        if result.verified == VERIFIED:
            changed += 1
            well += promised(text, result, cases_near(case, 24, turn), 2_000)
    assert changed > 5
    assert well > 50
