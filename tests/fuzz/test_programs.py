"""The fuzzer itself: it finds planted bugs, makes them small, goes on where it was, and outlives what it examines."""

from __future__ import annotations

import json

import pytest
from fuzz import programs
from fuzz.examine import Examiner
from fuzz.programs import State, Workers
from fuzz.shrink import shrink

from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import INTEGERS
from irmill.compiler.wasm import arithmetic


@pytest.fixture(scope="module")
def examiner():
    with Examiner() as opened:
        yield opened


def test_a_few_thousand_programs_agree(tmp_path, capsys):
    """The whole way, with two thousand programs and as many broken texts."""
    state = tmp_path / "state.json"
    assert programs.main(["--count", "2000", "--seed", "11", "--state", str(state)]) == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    assert "0 findings" in said
    kept = json.loads(state.read_text())
    assert kept["done"] == [[0, 8]]
    assert {name for name, _, _ in kept["counts"]} == {"boundary", "corpus", "damaged", "hostile", "wild"}


def test_a_wrong_opcode_is_found_and_made_small(examiner, monkeypatch):
    monkeypatch.setitem(arithmetic._OPCODES, Operation.MULTIPLY, "add")
    found = examiner.examine([("corpus", print_program(one)) for one in generate_programs(20, 3, INTEGERS)]).findings
    assert {finding.kind for finding in found} >= {"disagree"}
    first = next(finding for finding in found if finding.kind == "disagree")

    def fails(text):
        return any(finding.kind == "disagree" for finding in examiner.findings(text))

    smallest = shrink(first.text, fails)
    assert fails(smallest)
    assert len(smallest) <= 12, smallest


def test_a_text_that_no_tree_has_is_made_small_by_its_signs():
    assert shrink("1 + + (2 * \x00 3", lambda text: "\x00" in text) == "\x00"


@pytest.mark.parametrize("text", ["x = 3; y = x * 2; while y > 1 do { y = y - 1; } sum(i, 1, y, i * x) + f32(0.5) = "])
def test_a_tree_stays_a_program_while_it_shrinks(text):
    def fails(smaller):
        parse_text(smaller)
        return "sum(" in smaller

    assert shrink(text, fails) in ("sum(i, 0, 0)", "sum([])")


def test_what_was_done_is_not_done_again(tmp_path):
    state = State(tmp_path / "state.json", 1, 10)
    assert not state.load()
    done = []

    class Noting:
        def examine(self, start, count):
            done.append((start, count))
            if start == 20 and done.count((20, 10)) == 1:
                raise RuntimeError("ended")
            return {"counts": [["corpus", "value", count]], "findings": []}

    with pytest.raises(RuntimeError, match="ended"):
        programs.run(state, Noting(), 45, 1, lambda _: None)
    again = State(tmp_path / "state.json", 1, 10)
    assert again.load()
    assert again.done == {0, 1}
    programs.run(again, Noting(), 45, 1, lambda _: None)
    assert sorted(set(done)) == [(0, 10), (10, 10), (20, 10), (30, 10), (40, 5)]
    assert done.count((0, 10)) == 1
    assert again.counts["corpus", "value"] == 45
    other = State(tmp_path / "state.json", 2, 10)
    assert not other.load()


def test_a_worker_that_dies_costs_one_place(monkeypatch):
    """A chunk is halved until the place is found that ends its worker."""

    class Dying:
        def __init__(self):
            self.asked = None

        def send(self, message, _):
            self.asked = json.loads(message)

        def receive(self, _):
            if self.asked["start"] <= 6 < self.asked["start"] + self.asked["count"]:
                raise programs.ChildError("the process was killed by SIGSEGV")
            return json.dumps({"counts": [["corpus", "value", self.asked["count"]]], "findings": []}).encode()

        def close(self):
            return

    monkeypatch.setattr(Workers, "_started", lambda _: Dying())
    workers = Workers(1, 9)
    reply = workers.examine(0, 10)
    workers.close()
    assert sum(number for _, _, number in reply["counts"]) == 9
    assert [finding["text"] for finding in reply["findings"]] == ["place 6 of seed 9"]
