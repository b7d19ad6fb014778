"""Shapes: whatever is remembered, a program's emission is the one that it has by itself."""

from __future__ import annotations

import random
import re

import pytest

from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS, WILD
from irmill.compiler.lang.types import check_types
from irmill.compiler.prompts.canonical import canonical_prompts
from irmill.compiler.wasm import shapes as shapes_module
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.shapes import Shapes

EDGES = (0, 1, 2, 7, 63, 64, 100, 2**24, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63)


def typed(text: str):
    return check_types(parse_text(text))


def described(emit) -> object:
    """All that an emission says, or the error."""
    try:
        one = emit()
    except LanguageError as error:
        return (error.code, error.message)
    return (one.module, one.code, one.type, one.type_by, one.truth, one.numbers, one.rounds, one.instructions, one.wat)


def agree(shapes: Shapes, text: str) -> None:
    assert described(lambda: shapes.emit(text, lambda: typed(text))) == described(lambda: emit_program(typed(text))), (
        text
    )


def variants(text: str, count: int, source: random.Random) -> list[str]:
    """The text with other numbers, near its own and at the edges; steps of loops are left alone half the time."""

    def other(found: re.Match[str]) -> str:
        value = source.choice(EDGES) if source.random() < 0.3 else source.randint(0, 2 * int(found[1]) + 1)
        return f"{value}{found[2] or ''}" if source.random() < 0.8 else found[0]

    return [re.sub(r"\b([0-9]+)(\.[0-9]+)?", other, text) for _ in range(count)]


def texts() -> list[str]:
    generated = [*generate_programs(25, 41, CORPUS), *generate_programs(12, 42, WILD)]
    return [row["question"] for row in canonical_prompts(40, 6)] + [print_program(program) for program in generated]


def test_programs_of_known_shapes_are_emitted_as_by_themselves() -> None:
    source, shapes = random.Random(8), Shapes()
    for text in texts():
        for one in [text, *variants(text, 6, source)]:
            try:
                typed(one)
            except LanguageError:
                continue
            agree(shapes, one)


def test_what_is_of_a_known_class_is_not_read_again() -> None:
    shapes = Shapes()
    for text in ("12 + 7 * 3 = ", "13 + 8 * 4 = "):
        shapes.emit(text, lambda text=text: typed(text))
    found = shapes.emit("1000 + 99 * 5 = ", lambda: pytest.fail("it was read"))
    assert found.module == emit_program(typed("1000 + 99 * 5 = ")).module
    assert found.body == emit_program(typed("1000 + 99 * 5 = ")).body


@pytest.mark.parametrize(
    "family",
    [
        ["10 / 5 = ", "12 / 6 = ", "10 / 4 = ", "0 / 7 = ", "7 / 0 = "],
        ["2147483646 + 1 = ", "2147483645 + 1 = ", "2147483647 + 1 = ", "2147483646 + 2 = "],
        ["1.50 + 2 = ", "1.5 + 2 = ", "2.0 + 2 = ", "3.00 + 4 = ", "0.10 + 9223372036854775807 = "],
        ["sum(i, 1, 10 by 3) = ", "sum(i, 1, 10 by 4) = ", "sum(i, 2, 11 by 3) = ", "sum(i, 9, 2 by -3) = "],
        ["sum(i, 1, 10 by  3) = ", "sum(i, 1, 10 by  4) = ", "sum(i, 1, 12 by  4) = "],
        ["f32(0.1) + 1 = ", "f32(0.2) + 1 = ", "f32(0.3) + 2 = "],
        ["x1 = 4; x1 * 2 = ", "x1 = 5; x1 * 2 = ", "x2 = 5; x2 * 3 = ", "x1 = 6; x1 * 9 = "],
        ["product(i, 1, 5) = ", "product(i, 1, 6) = ", "product(i, 1, 40) = ", "product(i, 0, 5) = "],
        ["a = [1, 2]; a[1] = ", "a = [3, 4]; a[0] = ", "a = [9223372036854775807, 4]; sum(a) = "],
        ["5 - 3 = \n2 * 8 = ", "6 - 4 = \n3 * 9 = ", "7 - 9 = \n3 * 9 = "],
        ["n = 3; while n > 0 do { n = n - 1; } n = ", "n = 4; while n > 1 do { n = n - 1; } n = "],
        ["sqrt(16) = ", "sqrt(25) = ", "sqrt(2) = ", "sqrt(3) = "],
        ["if 3 < 4 then 5 else 6.5 = ", "if 4 < 3 then 7 else 6.0 = ", "if 1 < 2 then 9 else 1.5 = "],
    ],
)
def test_families(family: list[str]) -> None:
    shapes = Shapes()
    for text in [*family, *reversed(family), *family]:
        agree(shapes, text)


def test_forgetting_and_closing_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes_module, "MOST_SHAPES", 3)
    monkeypatch.setattr(shapes_module, "MOST_CLASSES", 2)
    source, shapes = random.Random(9), Shapes()
    for _ in range(3):
        for text in ["5 - 3 = ", "5 * 3 + 1 = ", "min(5, 3, 2) = ", "7 // 2 = ", "count(3, 9) = "]:
            for one in variants(text, 6, source):
                agree(shapes, one)
    assert len(shapes._shapes) <= 3
    assert all(len(shape.classes) <= 2 for shape in shapes._shapes.values())


def test_a_long_text_is_emitted_by_itself() -> None:
    shapes = Shapes()
    text = "1" + " + 1" * 2000 + " = "
    agree(shapes, text)
    assert not shapes._shapes


def test_a_new_class_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    monkeypatch.setattr(shapes_module, "check_module", checked.append)
    shapes = Shapes()
    for text in ("5 - 3 = ", "6 - 2 = ", "9 - 1 = "):
        shapes.emit(text, lambda text=text: typed(text))
    (body,) = checked
    assert body == emit_program(typed("6 - 2 = ")).body
