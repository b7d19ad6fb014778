"""Grammar: what parses, what does not and where, limits, printing, and what counts as canonical."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest
from fuzz.mutate import mutate
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.lang.ast import Binary, Loop, Name, Node, Number, Unary, literals, operation_nodes, operation_of
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import is_canonical, parse_text
from irmill.compiler.lang.print import print_node, print_program
from irmill.compiler.lang.profiles import CORPUS, WILD


def same_structure(first: Node, second: Node) -> bool:
    """Whether two trees are equal node for node: same kinds, names, operations, values and literal texts."""
    waiting: list[tuple[object, object]] = [(first, second)]
    while waiting:
        one, other = waiting.pop()
        if type(one) is not type(other):
            return False
        if is_dataclass(one):
            waiting += [(getattr(one, part.name), getattr(other, part.name)) for part in fields(one)]
        elif isinstance(one, tuple) and len(one) == len(other):
            waiting += zip(one, other, strict=True)
        elif one != other:
            return False
    return True


CANONICAL = [
    ("1+2*3", "1 + 2 * 3"),
    ("(1+2)*3=", "(1 + 2) * 3 = "),
    ("((1))+(2)", "1 + 2"),
    ("1-(2-3)", "1 - (2 - 3)"),
    ("(1-2)-3", "1 - 2 - 3"),
    ("2^3^2", "2 ^ 3 ^ 2"),
    ("(2^3)^2", "(2 ^ 3) ^ 2"),
    ("-2^2", "-2 ^ 2"),
    ("(-2)^2", "(-2) ^ 2"),
    ("2^-(-1)", "2 ^ --1"),
    ("-(1+2)", "-(1 + 2)"),
    ("-(1*2)", "-(1 * 2)"),
    ("-1*2", "-1 * 2"),
    ("1*-2", "1 * -2"),
    ("not(1<2)is", "not 1 < 2 is "),
    ("(not true)==false", "(not true) == false"),
    ("not true and false or true", "not true and false or true"),
    ("true and(false or true)", "true and (false or true)"),
    ("(1<2)==(2<3)", "(1 < 2) == (2 < 3)"),
    ("(if true then 1 else 2)+1", "(if true then 1 else 2) + 1"),
    ("if true then if false then 1 else 2 else 3", "if true then if false then 1 else 2 else 3"),
    ("sum(i,1,9by-2,i)", "sum(i, 1, 9 by -2, i)"),
    ("sum(i,1,9 by 1)", "sum(i, 1, 9 by 1)"),
    ("sum( sum , 1 , 2 )", "sum(sum, 1, 2)"),
    ("sum(a)", "sum(a)"),
    ("sum(a,1)", "sum(a, 1)"),
    ("sum(1,2,3)", "sum(1, 2, 3)"),
    ("sum(a,1,2,3,4)", "sum(a, 1, 2, 3, 4)"),
    ("f(x)=", "f(x) = "),
    ("f ( x ) = x ; f(1)", "f(x) = x; f(1)"),
    ("a[0]=", "a[0] = "),
    ("a[0]=1;a[0]", "a[0] = 1; a[0]"),
    ("a [ 0 ]", "a[0]"),
    ("max()", "max()"),
    ("[]", "[]"),
    ("while true do{}1", "while true do { }; 1"),
    ("while true do{while false do{x=1;};y=2;}1", "while true do { while false do { x = 1; }; y = 2; }; 1"),
    ("007 + 1.50", "007 + 1.50"),
    ("\n 1 \r\n\t\n2\n\n", "1\n2"),
    ("if 1<2then 3else 4", "if 1 < 2 then 3 else 4"),
    ("_a1=5;_a1", "_a1 = 5; _a1"),
    ("iffy = 1; iffy", "iffy = 1; iffy"),
]

MALFORMED = [
    ("", 0),
    (" \n\t\r", 0),
    ("1 2", 2),
    ("1 +", 3),
    ("* 1", 0),
    ("1 < 2 < 3", 6),
    ("1 == 2 != 3", 7),
    ("1 + if true then 1 else 2", 4),
    ("not if true then 1 else 2", 4),
    ("1 + not true", 4),
    ("1 == not true", 5),
    ("if true then 1", 14),
    ("if = 1; 2", 3),
    ("by", 0),
    ("a = 1", 5),
    ("a = 1; ", 7),
    ("a = ; 1", 4),
    ("a == 1; 2", 6),
    ("1 = 2", 4),
    ("5 is 5", 5),
    ("f() = 1; 2", 6),
    ("f(x, x = 1; 2", 7),
    ("f(1) = 1; 2", 7),
    ("a[0][1]", 4),
    ("[1][0]", 3),
    ("f(1)(2)", 4),
    ("[1,]", 3),
    ("[,1]", 1),
    ("max(,)", 4),
    ("sum(i, 1, 2 by 0)", 15),
    ("sum(i, 1, 2 by 1.5)", 15),
    ("sum(i, 1, 2 by --1)", 16),
    ("sum(i, 1, 2 by x)", 15),
    ("sum(i, 1 by 2, 3)", 9),
    ("sum(1, 1, 2 by 2)", 12),
    ("sum(i, 1, 2 by 2, 3, 4)", 21),
    ("sum(i, 1, 2, 3 by 2)", 15),
    ("while true do { f(x) = x; } 1", 16),
    ("while true do { 1 } 2", 16),
    ("while true do { x = }; 1", 20),
    ("while true { } 1", 11),
    ("while true do { ", 16),
    ("while true do { };; 1", 18),
    ("};1", 0),
    ("; 1", 0),
    ("1;", 1),
    ("1.2.3", 3),
    ("1. 5", 1),
    ("1_000", 1),
    ("1\u00a0+ 2", 1),
    ("\u0661 + 2", 0),
    ("\u0445 + 2", 0),
    ("1 + 2\x00", 5),
    ("1 \x0b+ 2", 2),
    ("\ud800", 0),
    ("1 ! 2", 2),
    ("1 & 2", 2),
    ("2 ** 3", 3),
    ("'a'", 0),
    ("1\n2 +\n3", 5),
    ("x = 5;\nx", 6),
]


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_parses_and_prints_canonically(text, canonical):
    if canonical is None:
        with pytest.raises(LanguageError):
            parse_text(text)
        return
    program = parse_text(text)
    assert print_program(program) == canonical
    assert same_structure(parse_text(canonical), program)


@pytest.mark.parametrize(("text", "offset"), MALFORMED)
def test_malformed_is_one_clear_line_with_its_place(text, offset):
    with pytest.raises(LanguageError) as caught:
        parse_text(text)
    assert caught.value.code is ErrorCode.PARSE
    assert caught.value.offset == offset
    assert "column" in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.message.isascii()


def test_the_place_is_counted_in_lines_columns_and_bytes():
    with pytest.raises(LanguageError, match="line 2, column 3") as caught:
        parse_text("1\n2 \u00e9")
    assert caught.value.offset == 4
    with pytest.raises(LanguageError, match="at column 3"):
        parse_text("1 \u00e9")


def test_operators_lean_as_the_grammar_says():
    left = parse_text("1 - 2 - 3").lines[0].value
    assert isinstance(left, Binary)
    assert isinstance(left.left, Binary)
    right = parse_text("2 ^ 3 ^ 2").lines[0].value
    assert isinstance(right, Binary)
    assert isinstance(right.right, Binary)
    sign = parse_text("-2 ^ 2").lines[0].value
    assert isinstance(sign, Unary)
    assert isinstance(sign.operand, Binary)


def test_a_loop_without_a_body_is_not_one_over_its_variable():
    bare = parse_text("sum(i, 1, 3)").lines[0].value
    over = parse_text("sum(i, 1, 3, i)").lines[0].value
    assert isinstance(bare, Loop)
    assert isinstance(over, Loop)
    assert bare.body is None
    assert isinstance(over.body, Name)
    assert not same_structure(bare, over)


def test_literals_are_exact_and_keep_their_text():
    numbers = literals(parse_text("0.10 + 007 - sum(i, 1, 2 by 5)"))
    assert [number.text for number in numbers] == ["0.10", "007", "1", "2"]
    assert numbers[0].value * 10 == 1
    assert numbers[1].value == 7


def test_a_literal_may_have_more_digits_than_python_converts():
    number = parse_text("1" + "0" * 60_000).lines[0].value
    assert isinstance(number, Number)
    assert number.value.numerator.bit_length() == 199_316
    number = parse_text("0." + "0" * 20_000 + "5").lines[0].value
    assert isinstance(number, Number)
    assert number.value * 2 * 10**20_000 == 1


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_step_may_have_more_digits_than_python_converts(sign):
    program = parse_text(f"sum(i, 1, 3 by {sign}{'9' * 5_000})")
    again = parse_text(print_program(program))
    assert same_structure(program.lines[0].value, again.lines[0].value)
    assert same_structure(parse_text(f"sum(i, 1, 3 by {sign}1{'0' * 5_000})"), program)


def test_operation_words_are_in_order_of_evaluation():
    text = "a = [1]; f(x) = -x; while a[0] < 3 do { a[0] = a[0] + f(1); }; sum(i, 1, max(2, 3), i * i) // len(a) = "
    words = [operation_of(node) for node in operation_nodes(parse_text(text))]
    assert words == [
        Operation.NEGATE,
        Operation.INDEX,
        Operation.LESS,
        Operation.INDEX,
        Operation.CALL,
        Operation.ADD,
        Operation.STORE,
        Operation.WHILE,
        Operation.MAX,
        Operation.MULTIPLY,
        Operation.SUM,
        Operation.LEN,
        Operation.FLOOR_DIVIDE,
    ]


# --- limits ---

OPENERS = {
    "parentheses": ("(", "1", ")"),
    "arguments": ("abs(", "1", ")"),
    "brackets": ("a[", "1", "]"),
    "array": ("[", "1", "]"),
    "bounds": ("sum(i, 1, ", "1", ")"),
    "bodies": ("sum(i, 1, 1, ", "1", ")"),
    "else": ("if true then 1 else ", "1", ""),
    "then": ("if true then ", "1", " else 1"),
    "conditions": ("if ", "true", " then 1 else 1"),
}


@pytest.mark.parametrize("shape", OPENERS)
def test_nesting_of_256_parses_and_one_more_is_too_large(shape):
    before, middle, after = OPENERS[shape]
    parse_text(before * 255 + middle + after * 255)
    with pytest.raises(LanguageError) as caught:
        parse_text(before * 256 + middle + after * 256)
    assert caught.value.code is ErrorCode.TOO_LARGE


CHAINS = [
    "1" + " + 1" * 10_000,
    "1" + "-1" * 32_000,
    "2" + "^1" * 32_000,
    "-" * 65_000 + "1",
    "not " * 16_000 + "true",
    "true" + " and true" * 7_000,
    "x = 1; " * 9_000 + "x",
    "while true do { " * 3_000 + "} " * 3_000 + "1",
]


@pytest.mark.parametrize("text", CHAINS, ids=range(len(CHAINS)))
def test_chains_have_no_limit_but_the_length(text):
    program = parse_text(text)
    printed = print_program(program)
    if len(printed) <= 65_536:
        assert same_structure(parse_text(printed), program)


def test_length_is_counted_in_bytes_and_checked_first():
    parse_text("1" * 65_536)
    for text in ("1" * 65_537, "(" * 70_000, "\u20ac" * 21_846, "\ud800" * 21_846):
        with pytest.raises(LanguageError) as caught:
            parse_text(text)
        assert caught.value.code is ErrorCode.TOO_LARGE
    with pytest.raises(LanguageError) as caught:
        parse_text("\u20ac" * 21_845)
    assert caught.value.code is ErrorCode.PARSE


def test_the_first_fault_from_the_left_is_reported():
    with pytest.raises(LanguageError) as caught:
        parse_text("1 + ) + " + "(" * 300)
    assert caught.value.code is ErrorCode.PARSE
    with pytest.raises(LanguageError) as caught:
        parse_text("(" * 300 + "1 + )")
    assert caught.value.code is ErrorCode.TOO_LARGE


# --- canonical or English ---


@pytest.mark.parametrize(
    "text",
    [
        *("1 + 2", "1 +", "", "= ", "5x", "x y z", "if then else 1", "sum by 3", "?", "3 \u00d7 4", "1/"),
        *("(" * 300, "1" * 70_000, "foo(1)", "f32(", "10 by2"),
    ],
)
def test_text_without_foreign_words_is_canonical(text):
    assert is_canonical(text)


@pytest.mark.parametrize(
    "text",
    [
        "Janet has 50 apples. She gives away 15.",
        "what is 3 + 4?",
        "If 1 then 2",
        "5 plus 3",
        "foo(1",
        "\u043a\u043e\u0442 5",
        "1 + 2 ok",
    ],
)
def test_text_with_a_foreign_word_that_does_not_parse_is_english(text):
    assert not is_canonical(text)


# --- properties ---


def parsed(text):
    """The program of a text, or its error."""
    try:
        return parse_text(text)
    except LanguageError as error:
        return error


@given(st.integers(0, 10**6))
def test_printing_and_parsing_are_inverse(seed):
    for profile in (CORPUS, WILD):
        for program in generate_programs(2, seed, profile):
            printed = print_program(program)
            again = parse_text(printed)
            assert same_structure(again, program)
            assert print_program(again) == printed


@given(st.text(alphabet="0123456789.+-*/%^()[]{}<>=!,; \n\tabifx_\x00\u00e9\ud800", max_size=60))
def test_any_text_parses_or_is_a_language_error(text):
    found = parsed(text)
    if isinstance(found, LanguageError):
        assert found.code is ErrorCode.PARSE
        assert found.offset is not None
        assert 0 <= found.offset <= len(text.encode("utf-8", "surrogatepass"))
    else:
        assert same_structure(parse_text(print_program(found)), found)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_damaged_texts_never_crash_the_parser(seed, fault):
    text = print_program(generate_programs(1, seed, WILD)[0])
    broken = mutate(text, fault)
    found = parsed(broken)
    if isinstance(found, LanguageError):
        assert found.code in (ErrorCode.PARSE, ErrorCode.TOO_LARGE)
    else:
        assert is_canonical(broken)


def test_elided_parts_are_dots():
    node = parse_text("1 + 2 + 3").lines[0].value
    assert isinstance(node, Binary)
    assert print_node(node, {node.left, node}) == "... + 3"
