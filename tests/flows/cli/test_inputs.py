"""What the commands read: rows, words, answers; every wrong input is one line and exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.outcomes import is_right
from irmill.flows.cli.app import run
from irmill.flows.cli.inputs import read_rows, read_text
from irmill.flows.cli.machine_input import digest_list, memory, read_cases, word
from irmill.flows.cli.output import print_document, printable
from irmill.flows.evaluation.problems import read_answer
from irmill.optimizer.field.modulus import MODULUS


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "holds no rows"),
        (b"\n \n", "holds no rows"),
        (b"{", ":1: not JSON"),
        (b'{"text": "1"}\n[1]', ":2: not an object"),
        (b'{"other": 1}', "the field 'text' is missing"),
        (b"\x00\xff\xfe", "not UTF-8 text"),
        (b"[" * 100_000, ":1: not JSON"),
    ],
)
def test_a_file_of_rows_that_is_wrong_is_named(tmp_path: Path, content: bytes, complaint: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"rows\.jsonl") as caught:
        read_rows(str(file), "text")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_text(str(tmp_path / "none.jsonl"))
    with pytest.raises(InputError, match="folder"):
        read_text(str(tmp_path))


@given(st.integers(0, MODULUS - 1))
def test_every_field_element_is_a_word(value: int) -> None:
    assert word(str(value), "here") == value
    assert word(value, "here") == value


@pytest.mark.parametrize("value", [-1, MODULUS, str(MODULUS), "0x1", "1 ", "", "-1", 1.0, True, None, "9" * 5000, "٣"])
def test_what_is_no_word_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="here"):
        word(value, "here")


def test_digests_and_memory_have_their_shapes() -> None:
    assert digest_list([[1, 2, 3, 4, "5"]], "d") == ((1, 2, 3, 4, 5),)
    assert memory({"7": 8}, "m") == {7: 8}
    with pytest.raises(InputError, match="five words"):
        digest_list([[1]], "d")
    with pytest.raises(InputError, match="list"):
        digest_list({}, "d")
    with pytest.raises(InputError, match="object"):
        memory([], "m")


def test_cases_carry_their_inputs(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    row = {"program": "halt", "public_input": ["1"], "secret_input": [2], "digests": [], "ram": {"3": "4"}}
    file.write_text(json.dumps(row) + "\n" + json.dumps({"program": "nop"}))
    first, second = read_cases([], str(file), "", "", None, None)
    assert (first.public_input, first.secret_input, first.ram) == ((1,), (2,), {3: 4})
    assert (second.public_input, second.digests) == ((), ())


@pytest.mark.parametrize(
    ("raw", "answer"), [(3, 3.0), ("70,000", 70000.0), (" 2.5 ", 2.5), (True, True), ("false", False), (0, 0.0)]
)
def test_answers_are_numbers_or_truth_values(raw: object, answer: float | bool) -> None:
    found = read_answer(raw, "row")
    assert found == answer
    assert type(found) is type(answer)


@pytest.mark.parametrize("raw", [None, "many", [], {}, float("nan"), "inf", 10**400])
def test_other_answers_are_refused(raw: object) -> None:
    with pytest.raises(InputError, match="'answer'"):
        read_answer(raw, "row")


def test_the_tolerance_is_relative_above_one() -> None:
    assert is_right("10000.9", 10000.0)
    assert not is_right("10001.1", 10000.0)
    assert is_right("0.00005", 0.0)
    assert not is_right("0.0002", 0.0)
    assert not is_right("true", 1.0)
    assert not is_right(None, 0.0)
    assert is_right("true", True)


@given(st.text(st.characters(codec=None)))
def test_anything_can_be_printed(text: str) -> None:
    shown = printable(text)
    shown.encode()
    assert "\x1b" not in shown


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_never_printed(value: float, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        print_document({"results": [value]})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "call",
    [
        ["nosuch"],
        ["compile"],
        ["compile", "--nosuch", "1 + 1"],
        ["compile", "--cases", "missing.jsonl"],
        ["eval", "--held-out", "0"],
        ["eval", "--dataset", "missing.jsonl"],
        ["eval", "--corpus", "missing.jsonl"],
        ["tasm", "missing.tasm"],
        ["tasm", "a name of\ntwo lines.tasm"],
        ["tasm", "--max-cycles", "0", "x.tasm"],
        ["extract", "missing.py"],
        ["reproduce", "nosuch"],
        ["train", "opcodes"],
        ["run", "--profile", "nosuch"],
        ["run", "--set", "prompts.cuont=3"],
        ["run", "--only", "nosuch"],
        ["run", "--force", "nosuch", "--dry-run"],
        ["compile", "--set", "engine.name=wasmer", "--set", "engine.wasmer_python=missing", "1 + 1 = "],
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_two(
    call: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    monkeypatch.setenv("IRMILL_HOME", str(home))
    assert run(call) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("irmill: ")
    assert output.err.count("\n") == 1
    assert not home.exists()
