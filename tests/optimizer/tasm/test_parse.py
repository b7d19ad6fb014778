"""The source syntax: what is taken, what is refused and where, and the round trip through the printer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tasm.isa import OPCODES, ArgumentKind, Opcode
from irmill.optimizer.tasm.parse import TasmSyntaxError, is_reserved, parse_tasm
from irmill.optimizer.tasm.print import print_instruction, print_tasm
from irmill.optimizer.tasm.program import Break, ErrorId, Hint, Instruction, Label, Statement, TypeName

HALT = Instruction("halt")


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", ()),
        (" \n\t", ()),
        ("halt", (HALT,)),
        ("halt halt\thalt\n\nhalt", (HALT,) * 4),
        ("nop\x0bnop\x0cnop\xa0nop\u2003nop\u3000nop\x85nop", (Instruction("nop"),) * 7),
        ("// \nhalt", (HALT,)),
        ("//x\r\nhalt", (HALT,)),
        ("//x\rhalt", (HALT,)),
        ("halt // halt /* halt", (HALT,)),
        ("halt //// halt", (HALT,)),
        ("/* a\n// b */ halt", (HALT,)),
        ("/**/halt/***/", (HALT,)),
        ("halt/* x *//* y */halt", (HALT, HALT)),
        ("push/*c*/5/*d*/halt", (Instruction("push", 5), HALT)),
        ("push // c\n5 halt", (Instruction("push", 5), HALT)),
        ("push // 1\n // 2\n /* 3 */ 4", (Instruction("push", 4),)),
        ("push +5", (Instruction("push", 5),)),
        ("push -5", (Instruction("push", MODULUS - 5),)),
        ("push -0", (Instruction("push", 0),)),
        ("push 007", (Instruction("push", 7),)),
        ("addi -1", (Instruction("addi", MODULUS - 1),)),
        (f"push {MODULUS - 1}", (Instruction("push", MODULUS - 1),)),
        (f"push -{MODULUS - 1}", (Instruction("push", 1),)),
        ("push " + "0" * 5000 + "3", (Instruction("push", 3),)),
        ("dup 15 swap 0 pop 5", (Instruction("dup", 15), Instruction("swap", 0), Instruction("pop", 5))),
        ("a:halt", (Label("a"), HALT)),
        ("a\n : halt", (Label("a"), HALT)),
        ("a:b:c:halt", (Label("a"), Label("b"), Label("c"), HALT)),
        ("a: // c\n /* d */ halt", (Label("a"), HALT)),
        ("halt a:", (HALT, Label("a"))),
        ("call a a:", (Instruction("call", "a"), Label("a"))),
        ("call /* to */ _a-1b // there\n_a-1b:", (Instruction("call", "_a-1b"), Label("_a-1b"))),
        ("call größe größe:", (Instruction("call", "größe"), Label("größe"))),
        ("pops: call pops", (Label("pops"), Instruction("call", "pops"))),
        ("break: call break break halt", (Label("break"), Instruction("call", "break"), Break(), HALT)),
        ("x_horner_step: halt", (Label("x_horner_step"), HALT)),
        ("assert error_id 3", (Instruction("assert"), ErrorId(3))),
        ("assert_vector\n// c\nerror_id -9 halt", (Instruction("assert_vector"), ErrorId(-9), HALT)),
        (f"assert error_id {2**127 - 1}", (Instruction("assert"), ErrorId(2**127 - 1))),
        (f"assert error_id -{2**127}", (Instruction("assert"), ErrorId(-(2**127)))),
        ("hint a = stack[0]", (Hint("a", None, 0, 1),)),
        ("hint a = stack[" + "0" * 5000 + "]", (Hint("a", None, 0, 1),)),
        ("hint a=stack[0]halt", (Hint("a", None, 0, 1), HALT)),
        ("hint a : T = stack[ 0 .. 5 ] halt", (Hint("a", TypeName("T"), 0, 5), HALT)),
        ("hint _a1: u_32 = stack[100..2000]", (Hint("_a1", TypeName("u_32"), 100, 2000),)),
        ("hint a: **Digest = stack[0]", (Hint("a", TypeName("Digest", 2), 0, 1),)),
        (
            "hint a: *L <*D , X> = stack[1..2]",
            (Hint("a", TypeName("L", 1, (TypeName("D", 1), TypeName("X"))), 1, 2),),
        ),
        ("hint a: L<X,> = stack[0]", (Hint("a", TypeName("L", 0, (TypeName("X"),)), 0, 1),)),
        ("hint a: L< > = stack[0]", (Hint("a", TypeName("L"), 0, 1),)),
        ("hint hint: push = stack[0]", (Hint("hint", TypeName("push"), 0, 1),)),
        ("hint // c\n a = /* d */ stack[/* e */0] // f\nhalt", (Hint("a", None, 0, 1), HALT)),
        ("hint été2: T = stack[0]", (Hint("été2", TypeName("T"), 0, 1),)),
    ],
)
def test_taken(text: str, statements: tuple[Statement, ...]) -> None:
    assert parse_tasm(text) == statements


@pytest.mark.parametrize(
    "text",
    [
        "HALT", "or", "sub", "xinvert", "b_horner_step", "x_horner_step halt", "haltnop", "nopnop halt", "nop,halt",
        "halt //", "halt //\n", "//\nhalt", "//\r\nhalt", "nop //\n//\nhalt", "/* /* */ */ halt", "/* halt", "halt /",
        "# c\nhalt", "; c", "halt;", "\ufeffhalt", "nop\x1chalt", "nop\x00halt", "\u200bhalt", "1", "-", ":",
        "push", "push a", "push 0x10", "push 1_000", "push 1.5", "push - 5", "push 5halt", "push --5", "push 5;",
        f"push {MODULUS}", f"push -{MODULUS}", f"push {2**64 - 1}", "push 1" + "0" * 5000, "addi", "addi1", "addi 1e3",
        "dup", "dup 16", "dup 00", "dup 07", "dup -1", "dup +1", "dup st0", "swap 16", "pick 16", "place 16",
        "pop", "pop 0", "pop 6", "pop 01", "pop +1", "divine", "divine 0", "read_io", "read_io 6", "write_io",
        "read_mem", "read_mem 0", "write_mem", "write_mem 6", "add 1", "halt 0", "push ٣", "dup ٣", "pop ٣",
        "halt: nop", "hint: nop", "error_id: nop", "error_message: nop", "assert: nop", "a: a: halt",
        "a /* c */ : halt", "a // c\n: halt", "a", "1a: halt", "-a: halt", "a.b: halt", "a b: halt",
        "call", "call a", "call a halt", "call A a:", "call 5", "call pop pop:", "call a.b", "call a: a:", "call a::",
        "call -a", "call hint", "call a,a: halt",
        "breakpoint", "breakhalt", "break 1", "error_id 3", "nop error_id 3", "assert error_id",
        "assert error_id 3 error_id 4", "assert hint a = stack[0] error_id 3", "assert a: error_id 3",
        "assert break error_id 3", "assert error_id 0x3", f"assert error_id {2**127}", f"assert error_id -{2**127 + 1}",
        'assert error_message "x"',
        "hint a /* c */ = stack[0]", "hint a: T /* c */ = stack[0]", "hint a = stack[0 /* c */]",
        "hint a: * T = stack[0]",
        "hint", "hint a", "hint A = stack[0]", "hint aB = stack[0]", "hint a-b = stack[0]", "hint 1a = stack[0]",
        "hint a stack[0]", "hint a = st[0]", "hint a = stack [0]", "hint a = stack[0", "hint a = stack[]",
        "hint a = stack[-1]", "hint a = stack[5..5]", "hint a = stack[5..4]", "hint a = stack[0..=3]",
        "hint a = stack[0..]", "hint a = stack[0],", "hint a: = stack[0]", "hint a: ? = stack[0]",
        "hint a: L<> = stack[0]", "hint a: [u32; 4] = stack[0]", "hint a: (u32, u32) = stack[0]",
        "hint a: Op::X = stack[0]", "hint a: L<X = stack[0]", "hinta = stack[0]", f"hint a = stack[{2**64}]",
    ],
)  # fmt: skip
def test_refused(text: str) -> None:
    with pytest.raises(TasmSyntaxError):
        parse_tasm(text)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("halt\n  or", 2, 3),
        ("push 1\npush 0x10", 2, 7),
        ("a: nop\nb: a: halt", 2, 4),
        ("nop\n\n call nowhere", 3, 2),
        ("halt //\n", 1, 6),
        ("dup 16", 1, 5),
        ("/* a\n b */ ? ", 2, 7),
    ],
)
def test_mistakes_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(TasmSyntaxError) as caught:
        parse_tasm(text)
    assert (caught.value.line, caught.value.column) == (line, column)


LABELS = st.from_regex(r"[a-zäé_][a-z0-9_\-]{0,4}", fullmatch=True).filter(lambda name: not is_reserved(name))
TYPES = st.recursive(
    st.builds(TypeName, st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,3}", fullmatch=True), st.integers(0, 2)),
    lambda inner: st.builds(
        TypeName, st.from_regex(r"[A-Z][a-z]{0,3}", fullmatch=True), st.integers(0, 2), st.lists(inner).map(tuple)
    ),
    max_leaves=4,
)


def instructions(opcode: Opcode, labels: list[str]) -> st.SearchStrategy[Statement]:
    arguments: dict[ArgumentKind, st.SearchStrategy[int | str | None]] = {
        ArgumentKind.NONE: st.none(),
        ArgumentKind.FIELD: st.integers(0, MODULUS - 1)
        | st.sampled_from([0, 1, MODULUS - 1, MODULUS - (1 << 32), (1 << 63)]),
        ArgumentKind.INDEX: st.integers(0, 15),
        ArgumentKind.COUNT: st.integers(1, 5),
        ArgumentKind.LABEL: st.sampled_from(labels),
    }
    return st.builds(Instruction, st.just(opcode.name), arguments[opcode.argument])


@st.composite
def programs(draw: st.DrawFn) -> tuple[Statement, ...]:
    labels = draw(st.lists(LABELS, min_size=1, max_size=4, unique=True))
    statements = draw(
        st.lists(
            st.sampled_from(OPCODES).flatmap(lambda opcode: instructions(opcode, labels))
            | st.just(Break())
            | st.integers(0, 5).flatmap(
                lambda start: st.builds(
                    Hint,
                    st.from_regex(r"[a-z_][a-z0-9_]{0,3}", fullmatch=True),
                    st.none() | TYPES,
                    st.just(start),
                    st.integers(start + 1, start + 9),
                )
            ),
            max_size=12,
        )
    )
    for label in labels:
        statements.insert(draw(st.integers(0, len(statements))), Label(label))
    with_ids: list[Statement] = []
    for statement in statements:
        with_ids.append(statement)
        if isinstance(statement, Instruction) and statement.name.startswith("assert") and draw(st.booleans()):
            with_ids.append(ErrorId(draw(st.integers(-(2**127), 2**127 - 1))))
    return tuple(with_ids)


@given(programs())
def test_printing_and_parsing_gives_the_program_back(program: tuple[Statement, ...]) -> None:
    assert parse_tasm(print_tasm(program)) == program


@given(programs(), st.data())
def test_gaps_mean_nothing(program: tuple[Statement, ...], data: st.DataObject) -> None:
    gaps = st.sampled_from([" ", "\n", "\t\r\n", " // note\n", "/**/", " /* push 1 // */ ", "\u2003"])
    words = print_tasm([statement for statement in program if not isinstance(statement, Label | Hint)]).split()
    instructions_only = [statement for statement in program if not isinstance(statement, Label | Hint)]
    labels = "".join(f" {statement.name}:" for statement in program if isinstance(statement, Label))
    text = "".join(word + data.draw(gaps) for word in words) + labels
    assert list(parse_tasm(text))[: len(instructions_only)] == instructions_only


@given(st.text(alphabet="ahltpusdi0123456789-+:/*\n _[]=.,<>", max_size=30))
def test_any_text_gives_a_program_or_a_place(text: str) -> None:
    error: TasmSyntaxError | None = None
    try:
        program = parse_tasm(text)
    except TasmSyntaxError as caught:
        error = caught
    if error is None:
        assert parse_tasm(print_tasm(program)) == program
    else:
        assert 1 <= error.line <= text.count("\n") + 1
        assert 1 <= error.column <= len(text) + 1


def test_negative_numbers_print_with_a_sign() -> None:
    assert print_instruction(Instruction("push", MODULUS - 1)) == "push -1"
    assert print_instruction(Instruction("addi", 1 << 40)) == "addi 1099511627776"
    assert print_instruction(Instruction("swap", 3)) == "swap 3"
    assert print_instruction(Instruction("call", "f")) == "call f"
