"""Optimising whole programs: adversarial ones stay as they are or behave the same, good ones get cheaper."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from vectors import vectors

from irmill.optimizer import optimize as optimize_module
from irmill.optimizer.lower.items import items_of
from irmill.optimizer.lower.speculate import Effort
from irmill.optimizer.optimize import UNCHANGED, VERIFIED, Optimized, optimize_tasm
from irmill.optimizer.search.equivalence import cases_near, compare_programs, run_case, same_result
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.run import run_tasm

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "tasm"

QUICK = Effort(1_500, 40, (4,), 12)


@pytest.mark.parametrize(
    "inputs",
    [
        {"public_input": [-1]},
        {"secret_input": [1 << 64]},
        {"digests": [[1, 2]]},
        {"ram": {-1: 0}},
        {"max_cycles": -1},
    ],
)
def test_inputs_that_no_run_could_have_are_refused_as_a_run_refuses_them(inputs: dict[str, Any]) -> None:
    for call in (run_tasm, optimize_tasm):
        with pytest.raises(ValueError, match=r"field element|five words|negative"):
            call("read_io 1 write_io 1 halt", **inputs)


def compare(old: str, result: Optimized, case: Case, count: int, seed: int, max_cycles: int = 20_000) -> None:
    """The result behaves as the original on the case and on others near it, and costs no more on the case."""
    assert result.before is not None
    assert result.after is not None
    if result.tasm == old:
        assert result.after == result.before
        return
    first, second = assemble(parse_tasm(old)), assemble(parse_tasm(result.tasm))
    comparison = compare_programs(first, second, cases_near(case, count, seed), max_cycles)
    assert comparison.same, (comparison.witness, old, result.tasm)
    assert result.after.key() < result.before.key()
    assert result.after.cycles <= result.before.cycles


DIGEST_READERS = [
    "dup 11 write_io 1 halt",
    "dup 15 push 5 eq skiz halt push 1 push 1 add write_io 1 halt",
    "pick 15 push 0 add write_io 1 halt",
    "push 3 swap 12 write_io 1 push 1 pop 1 halt",
    "dup 11 push 1 push 1 add write_mem 1 halt",
    "push 1 push 1 add place 14 halt",
    "call f halt f: nop nop dup 15 return",
]


@pytest.mark.parametrize("text", DIGEST_READERS)
def test_a_program_that_may_read_its_own_digest_is_left_alone(text: str) -> None:
    result = optimize_tasm(text, effort=QUICK)
    assert result.tasm == text
    assert result.verified == UNCHANGED


ADVERSARIAL = [
    ("push 0 invert halt", ()),
    ("read_io 1 invert pop 1 push 1 push 2 add write_io 1 halt", (5,)),
    ("read_io 2 lt pop 1 push 1 push 1 add write_io 1 halt", (5, 6)),
    ("read_io 1 dup 0 push 4294967296 mul split pop 2 pop 1 halt", (5,)),
    ("read_io 1 pop 1 push 2 push 3 mul write_io 1 halt", (5,)),
    ("pop 1 push 1 halt", ()),
    ("push 1 push 2 pop 2 pop 1 push 3 push 3 halt", ()),
    ("read_io 1 skiz pop 1 push 1 push 1 add halt", (1,)),
    (
        "read_io 1 call f pop 1 push 4 push 2 add write_io 1 halt f: dup 0 push 0 eq skiz return pop 1 addi -1 recurse",
        (0,),
    ),
    (
        "push 7 push 8 write_mem 1 pop 1 push 7 push 8 write_mem 1 pop 1 read_io 1 read_mem 1 pop 1 write_io 1 halt",
        (8,),
    ),
    ("read_io 1 dup 0 push 9 swap 1 write_mem 1 pop 1 push 3 read_mem 1 pop 1 write_io 1 push 0 add halt", (3,)),
    ("push 1 write_io 1 read_io 1 write_io 1 push 0 assert push 2 write_io 1 halt", (5,)),
    ("push 2 write_io 1 push 1 push 1 add write_io 1 read_io 1 invert write_io 1 halt", (0,)),
    ("sponge_squeeze pop 5 pop 5 push 1 push 1 add halt", ()),
    ("sponge_init sponge_squeeze pop 5 pop 5 sponge_squeeze write_io 5 push 0 add pop 5 halt", ()),
    ("push 1 push 2 push 3 push 4 push 5 push 6 merkle_step push 1 mul halt", ()),
    ("divine 2 pop 1 push 0 add write_io 1 halt", ()),
    ("push 1 skiz", ()),
    ("push 1 push 1 add", ()),
    ("", ()),
    ("read_io 2 eq push 0 eq push 0 eq skiz push 5 push 6 pop 1 write_io 1 halt", (3, 3)),
    ("read_io 2 dup 1 dup 1 eq pop 1 xor write_io 1 halt", (3, 4)),
]


@pytest.mark.parametrize(("text", "public"), ADVERSARIAL)
def test_adversarial_programs_behave_the_same(text: str, public: tuple[int, ...]) -> None:
    result = optimize_tasm(text, public, secret_input=(1, 2), digests=((1, 2, 3, 4, 5),), effort=QUICK)
    compare(text, result, Case(public, (1, 2), ((1, 2, 3, 4, 5),), {8: 3}), 80, 3)


def test_a_parse_error_is_typed_and_keeps_the_text() -> None:
    result = optimize_tasm("push 1 ad")
    assert result.error is not None
    assert result.error.code == "PARSE"
    assert result.tasm == "push 1 ad"
    assert result.before is None


def test_a_program_that_runs_on_past_the_limit_is_unchanged() -> None:
    text = "call f halt f: push 1 push 1 add pop 1 recurse"
    result = optimize_tasm(text, max_cycles=1_000, effort=QUICK)
    assert (result.tasm, result.verified) == (text, UNCHANGED)
    assert result.before is not None
    assert result.before.status == "cycle_limit"


def test_a_trapping_program_may_shrink_and_still_traps() -> None:
    result = optimize_tasm("push 1 push 2 add push 3 eq push 0 eq assert halt", effort=QUICK)
    assert result.before is not None
    assert result.after is not None
    assert result.before.status == result.after.status == "trap"
    assert result.after.words < result.before.words


def test_a_wrong_rewrite_is_caught_by_execution(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if a pass drops an effect, the result is not used: the original text comes back."""

    def broken(items, improver, ledger):
        return tuple(item for item in items if getattr(item, "name", "") != "write_io")

    text = "read_io 1 push 1 add write_io 1 halt"
    monkeypatch.setattr(optimize_module, "improve_program", broken)
    result = optimize_tasm(text, (4,), effort=QUICK)
    assert (result.tasm, result.verified, result.improved) == (text, UNCHANGED, 0)


def replaced_by(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let every search propose one program."""
    items = items_of(parse_tasm(text))
    monkeypatch.setattr(optimize_module, "improve_program", lambda *_: items)


def test_a_program_that_is_right_on_the_given_input_only_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "read_io 1 push 1 add push 0 add write_io 1 halt"
    replaced_by(monkeypatch, "read_io 1 pop 1 push 5 write_io 1 halt")
    assert optimize_tasm(text, (4,), effort=QUICK).verified == UNCHANGED
    replaced_by(monkeypatch, "read_io 1 addi 1 write_io 1 halt")
    assert optimize_tasm(text, (4,), effort=QUICK).improved == 1


def test_lower_tables_do_not_pay_for_more_cycles(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(f"push {2**32 - 1} push {2**32 - 2 - n} and pop 1" for n in range(20)) + " halt"
    replaced_by(monkeypatch, "push 60 call f pop 1 halt f: addi -1 dup 0 skiz recurse return")
    result = optimize_tasm(text, effort=QUICK)
    assert result.before is not None
    assert (result.before.cycles, result.before.padded_height) == (81, 1024)
    assert result.verified == UNCHANGED
    replaced_by(monkeypatch, "nop " * 40 + "halt")
    after = optimize_tasm(text, effort=QUICK).after
    assert after is not None
    assert after.cycles == 41


def test_repeated_optimisation_gives_the_same_text_and_converges() -> None:
    text = (GOLDEN / "power_sum.tasm").read_text()
    first = optimize_tasm(text, (3, 4), effort=QUICK)
    assert first == optimize_tasm(text, (3, 4), effort=QUICK)
    again = optimize_tasm(first.tasm, (3, 4), effort=QUICK)
    assert again.after is not None
    assert first.after is not None
    assert again.after.key() <= first.after.key()


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.tasm")), ids=lambda path: path.stem)
def test_golden_programs_come_out_as_recorded(path: Path) -> None:
    """``name.tasm`` with its input in the first comment gives ``optimized/name.tasm``."""
    text = path.read_text()
    public = tuple(int(word) for word in text.splitlines()[0].removeprefix("// input:").split())
    result = optimize_tasm(text, public)
    assert result.verified == VERIFIED
    compare(text, result, Case(public), 60, 9)
    assert result.tasm.split() == (path.parent / "optimized" / path.name).read_text().split()


@pytest.mark.parametrize(("name", "step"), [("random", 67), ("edge", 71)])
def test_vectors_behave_the_same_after_optimisation(name: str, step: int) -> None:
    changed = total = 0
    for row in vectors(name)[::step]:
        case = Case(
            tuple(map(int, row["public_input"])),
            tuple(map(int, row["secret_input"])),
            tuple(tuple(map(int, digest)) for digest in row["digests"]),
            {int(address): int(word) for address, word in row["ram"].items()},
        )
        result = optimize_tasm(
            row["program"], case.public, case.secret, case.digests, case.ram, effort=QUICK, max_cycles=100_000
        )
        total += 1
        if result.error is None:
            compare(row["program"], result, case, 20, total)
            changed += result.verified == VERIFIED
    assert changed > total // 4


def test_results_do_not_depend_on_digests_or_unused_inputs() -> None:
    first = run_case(assemble(parse_tasm("push 1 halt")), Case(), 10)
    second = run_case(assemble(parse_tasm("nop push 1 halt")), Case((1, 2)), 10)
    assert first.stack != second.stack
    assert same_result(first, second)
    third = run_case(assemble(parse_tasm("push 2 halt")), Case(), 10)
    assert same_result(first, third) is False


def test_random_programs_with_functions_and_loops_behave_the_same() -> None:
    generator = random.Random(21)
    straight = [
        "push 1",
        "dup 0",
        "dup 2",
        "swap 1",
        "add",
        "push 3 mul",
        "write_io 1",
        "push 0 eq",
        "read_io 1",
        "pop 1",
    ]
    straight += ["push 5 write_mem 1", "push 5 read_mem 1 pop 1", "addi 4", "split", "pick 2", "nop"]
    changed = 0
    for turn in range(25):

        def body() -> str:
            return " ".join(generator.choices(straight, k=generator.randrange(1, 7)))

        text = (
            f"push 1 push 2 push 3 push 4 push 5 push 6 {body()} call f {body()} "
            f"read_io 1 skiz call g push 3 call h halt "
            f"f: {body()} {generator.choice(('call g', 'nop', 'skiz nop'))} return g: {body()} return "
            f"h: dup 0 push 0 eq skiz return addi -1 {body()} push 0 swap 1 pop 1 recurse"
        )
        case = Case((1, 2, 3, 0, 1, 1, 1, 1, 1, 1, 1))
        result = optimize_tasm(text, case.public, effort=Effort(600, 30, (4,), 8), max_cycles=3_000)
        compare(text, result, case, 25, turn, 2_000)
        changed += result.verified == VERIFIED
    assert changed > 8
