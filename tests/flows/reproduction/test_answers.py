"""Tables of answers: what is right, what is refused, and which part did the work."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from irmill.compiler.compile import Compilation, Compiler
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.readings import LensReading
from irmill.flows.config import load_config
from irmill.flows.reproduction import claims
from irmill.flows.reproduction.answers import CHECKED, MODEL, PARSER, answers, answers_or_errors
from irmill.flows.reproduction.claims import Claim
from irmill.flows.reproduction.setting import Setting
from irmill.flows.reproduction.tables import measure


class Scripted:
    """A compiler that answers what it was given, whatever it is asked."""

    model = None

    def __init__(self, made: Sequence[Compilation]) -> None:
        self.made = list(made)
        self.model_only: bool | None = None

    def compile_all(self, texts: Sequence[str], *, model_only: bool) -> list[Compilation]:
        self.model_only = model_only
        return self.made


def english(value: str | None, heard: Operation = Operation.ADD, error: ErrorCode | None = None) -> Compilation:
    made = Compilation("Add 4 and 5", canonical="4 + 5 = ", english=True, value=value, error=error)
    made.operations, made.lens = (Operation.ADD,), (LensReading(heard, 0.9),)
    return made


def setting_of(*made: Compilation, sets: Sequence[str] = ()) -> Setting:
    return Setting(Scripted(made), load_config("base", list(sets)))  # pyright: ignore[reportArgumentType]


CLAIM = Claim("Add 4 and 5", "9", "right")
MADE = (
    english("9"),
    english("8"),
    english(None, error=ErrorCode.ABSTAINED),
    english(None, error=ErrorCode.WORKER),
    english(None, error=ErrorCode.DISAGREE),
)


def test_an_input_is_right_or_refused_and_never_wrong() -> None:
    table = answers_or_errors([CLAIM] * len(MADE), "")(setting_of(*MADE))
    assert [row["correct"] for row in table["rows"]] == [True, False, True, False, False]
    assert [row["ours"] for row in table["rows"]] == ["9", "8", "ABSTAINED", "WORKER", "DISAGREE"]
    table = answers([CLAIM] * len(MADE), "")(setting_of(*MADE))
    assert [row["correct"] for row in table["rows"]] == [True, False, False, False, False]
    assert (table["correct"], table["total"]) == (1, 5)


def test_an_error_that_is_expected_is_right() -> None:
    table = answers([Claim("1 / 0 = ", "DIV_BY_ZERO", "")], "")(setting_of(english(None, error=ErrorCode.DIV_BY_ZERO)))
    assert table["correct"] == 1


def test_a_row_says_which_part_did_the_work() -> None:
    parsed = english("9")
    parsed.english = False
    made = (parsed, english("9"), english("9", heard=Operation.SUBTRACT))
    for sets, part in (((), MODEL), (("lens.veto=always",), CHECKED)):
        table = answers([CLAIM] * 3, "")(setting_of(*made, sets=sets))
        assert [row["work"] for row in table["rows"]] == [PARSER, part, part]
        assert [row["lens"] for row in table["rows"]] == ["the same", "the same", "subtract for add"]
        assert [row["operation"] for row in table["rows"]] == ["add"] * 3
        assert (table["work"][PARSER], table["work"][part], table["work"]["the lens says the same"]) == (1, 2, 1)


@pytest.mark.parametrize(
    ("text", "expected", "alone"),
    [("4 + 5 = ", "9", PARSER), ("Add 4 and 5", "9", "keywords"), ("Is 4 greater than 9?", "false", "keywords"),
     ("Sum 1 to 10", "55", "")],
)  # fmt: skip
def test_a_row_says_what_needs_no_model(text: str, expected: str, alone: str) -> None:
    table = answers([Claim(text, expected, "")], "")(setting_of(english(expected)))
    assert table["rows"][0]["without a model"] == alone
    assert table["work"]["no model needed"] == bool(alone)


def test_model_only_reaches_the_compiler_and_programs_are_never_for_the_model() -> None:
    scripted = Scripted([english("9")])
    setting = Setting(scripted, load_config("base", []), model_only=True)  # pyright: ignore[reportArgumentType]
    answers([CLAIM], "")(setting)
    assert scripted.model_only is True
    answers([CLAIM], "")(setting.parsing())
    assert scripted.model_only is False


def test_what_is_expected_of_the_seeds_inputs_is_a_value_or_an_error() -> None:
    for claim in (*claims.BREAKING, *claims.SILENT, *claims.PROGRAMS, *claims.COMPARISON):
        assert claim.expected in {"true", "false", *ErrorCode} or float(claim.expected) is not None
        assert claim.expected != claim.reported


@pytest.mark.slow  # one of them runs until its fuel is spent
def test_defects_below_the_text_are_gone() -> None:
    table = measure(["programs"], load_config("base", []), model_only=True)["programs"]
    assert [row["input"] for row in table["rows"] if not row["correct"]] == []
    assert table["work"][PARSER] == table["total"] == len(claims.PROGRAMS)
    assert all(row["ir"] and row["operation"] for row in table["rows"])


def test_the_same_inputs_go_to_the_parser_or_to_the_model() -> None:
    config = load_config("base", [])
    with Compiler(config.compiler) as compiler:
        table = answers(claims.COMPARISON, "")
        parsed, asked = table(Setting(compiler, config)), table(Setting(compiler, config, model_only=True))
    assert sum(row["work"] == PARSER for row in parsed["rows"]) == 12
    assert {row["work"] for row in asked["rows"]} == {MODEL}
    assert all(row["correct"] for row in parsed["rows"] if row["work"] == PARSER)
