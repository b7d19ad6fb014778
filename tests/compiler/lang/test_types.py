"""Static types: what every rule lets pass and what it refuses, over whole lines."""

from __future__ import annotations

import pytest

from irmill.compiler.lang.ast import Bind, Index, Loop, Name, While, post_order
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.ops import Type
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS, INTEGERS
from irmill.compiler.lang.types import FunctionType, check_types

WELL_TYPED = [
    "1 = ",
    "1",
    "1 < 2",
    "true is ",
    "true == false is ",
    "if true then 1 else 2",
    "a = [1]; b = a; b[0]",
    "a = if true then [1] else [2, 3]; a[0]",
    "f(x) = x; f(true) is ",
    "f(x) = f(x); f(1) is ",
    "f(x) = f(x); f(1) = ",
    "f(x) = f(x); f([1])",
    "f(x) = [x]; a = f(1); a[0] + len(f(2))",
    "g(a) = a[0]; g([1])",
    "f(x) = g(x); g(y) = y; f(2)",
    "f = 1; f(x) = x; f(f)",
    "x = f(1); f(n) = n; x",
    "sum = 1; max = 2; sum + max",
    "a = [1]; sum(a, 1, 3, a) + a[0]",
    "max(1) + max([1]) + max() + min(1, 2, 3)",
    "f(x) = max(x); f([1])",
    "f(x) = max(x); f(1)",
    "f(a, b) = a == b; f(true, false) is ",
    "x = 1; while x < 3 do { t = x; x = t + 1; }; t = true; t is ",
    "while true do { t = 1; } while true do { t = [1]; } 1",
    "f32(1) + sqrt(2) + gcd(1, 2) + pow(1, 2) + count(1, 2)",
    "product([1]) + sum([])",
    "x = 1; x = 2.5; x",
]

ILL_TYPED = [
    "true = ",
    "1 is ",
    "[1]",
    "[1] = ",
    "1 + true",
    "-true",
    "not 1",
    "1 and true",
    "true or 1",
    "1 == true",
    "true < false",
    "[1] == [1]",
    "[1] != [2]",
    "f(a, b) = a == b; f([1], [2]) is ",
    "f(a) = a == a; f([1])",
    "if 1 then 2 else 3",
    "if true then 1 else false",
    "if true then 1 else [1]",
    "x",
    "x = x; 1",
    "x = 1; x = true; 1",
    "x = [1]; x = 1; 1",
    "a[0]",
    "a = 1; a[0]",
    "a = 1; a[0] = 2; 1",
    "a[0] = 2; 1",
    "a = [1]; a[true]",
    "a = [1]; a[0] = true; 1",
    "[true]",
    "[[1]]",
    "f(1)",
    "f(x) = x; f()",
    "f(x) = x; f(1, 2)",
    "f(x) = y; 1",
    "y = 1; f(x) = y; 1",
    "f(x) = x; x",
    "f(x, x) = x; 1",
    "f(x) = x; f(y) = y; 1",
    "abs(x) = x; 1",
    "sum(i) = i; 1",
    "f32(x) = x; 1",
    "f(x) = x; f(1) + f(true)",
    "f(x) = x; a = f(1); f([1])",
    "f(x) = f(x); f(true) + f(1)",
    "max(true)",
    "f(x) = max(x); f(true)",
    "max([1], 2)",
    "max(1, true)",
    "abs()",
    "abs(1, 2)",
    "sqrt([1])",
    "gcd(1)",
    "gcd(1, 2, 3)",
    "pow(2)",
    "count(1)",
    "len(1)",
    "sum(1)",
    "sum()",
    "sum(1, 2, 3)",
    "sum([1], 2)",
    "f32(true)",
    "f32()",
    "sum(i, 1, true)",
    "sum(i, 1, 2, true)",
    "sum(i, i, 2)",
    "sum(i, 1, 2) + i",
    "sum(i, 1, 2, i[0])",
    "a = [1]; sum(a, 1, 3, a[0])",
    "while 1 do { } 1",
    "while true do { t = 1; } t",
    "while t > 0 do { t = 1; } 1",
    "while true do { y = t; t = 1; } 1",
    "while true do { while true do { t = 1; } t = t + 1; } 1",
    "1\nx",
    "x = 1; x\nx",
]


@pytest.mark.parametrize("text", WELL_TYPED)
def test_well_typed(text):
    assert len(check_types(parse_text(text)).lines) == 1


@pytest.mark.parametrize("text", ILL_TYPED)
def test_ill_typed(text):
    program = parse_text(text)
    with pytest.raises(LanguageError) as caught:
        check_types(program)
    assert caught.value.code is ErrorCode.TYPE
    assert caught.value.message
    assert "\n" not in caught.value.message


def test_every_expression_has_a_type_and_every_name_a_slot():
    for profile in (CORPUS, INTEGERS):
        for program in generate_programs(40, 5, profile):
            for line in check_types(program).lines:
                for node in post_order(line.line):
                    if isinstance(node, Name | Index | Loop | Bind):
                        assert line.slot_names[line.slots[node]] == getattr(node, "name", None) or isinstance(
                            node, Loop
                        )
                    if not isinstance(node, While | Bind) and node in line.types:
                        assert line.types[node] in Type


def test_functions_and_variables_of_a_line():
    line = check_types(parse_text("f(x, a) = a[x] > 0; b = f(0, [1]); c = [2]; c[0] = ")).lines[0]
    assert line.functions == {"f": FunctionType((Type.NUMBER, Type.ARRAY), Type.TRUTH)}
    assert line.variables == {"b": Type.TRUTH, "c": Type.ARRAY}
    assert line.definitions["f"].name == "f"


def test_what_hides_and_what_comes_after_a_while_has_its_own_slot():
    line = check_types(parse_text("i = 7; while i > 9 do { t = 1; i = t; }; t = true; sum(i, i, 9, i) = ")).lines[0]
    slots = {}
    for node in post_order(line.line):
        if isinstance(node, Name | Bind) and line.slots[node] not in slots.setdefault(node.name, []):
            slots[node.name].append(line.slots[node])
    assert len(slots["i"]) == 2
    assert len(slots["t"]) == 2
    assert [line.slot_types[slot] for slot in slots["t"]] == [Type.NUMBER, Type.TRUTH]


def test_generated_programs_are_well_typed():
    for program in generate_programs(60, 9, CORPUS):
        check_types(parse_text(print_program(program)))


@pytest.mark.parametrize("text", ["-" * 60_000 + "1", "not " * 16_000 + "true", "x = 1; " * 9_000 + "x"])
def test_long_chains_are_typed(text):
    check_types(parse_text(text))
