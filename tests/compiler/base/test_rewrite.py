"""The text of rewrites: what a pattern finds, what it puts there, and texts that say nothing."""

from __future__ import annotations

from operator import itemgetter

import pytest

from irmill.compiler.base.rewrite import Argument, Pattern, Syntax

Toy = tuple[str, Argument | None]
"""An instruction of a toy machine: a word, and an argument or none."""

SYNTAX: Syntax[Toy] = Syntax(itemgetter(0), itemgetter(1), lambda *parts: parts)


def toys(text: str) -> tuple[Toy, ...]:
    found: list[Toy] = []
    for part in filter(None, map(str.strip, text.split(";"))):
        word, _, argument = part.partition(" ")
        number = argument.lstrip("-").isdigit()
        found.append((word, int(argument) if number else argument.removeprefix("$") or None))
    return tuple(found)


def rewritten(text: str, code: str) -> tuple[Toy, ...] | None:
    return Pattern(text, SYNTAX).find(toys(code), 0)


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("push a; push b; mul -> push a*b", "push 2; push 3; mul", "push 6"),
        ("push a; push b; sub -> push a-b", "push 2; push 3; sub", "push -1"),
        ("push a; push a; eq -> push 1", "push 2; push 2; eq", "push 1"),
        ("push a; push a; eq -> push 1", "push 2; push 3; eq", None),
        ("dup a; swap a+1; pop 1 ->", "dup 2; swap 3; pop 1", ""),
        ("dup a; swap a+1; pop 1 ->", "dup 2; swap 2; pop 1", None),
        ("dup a; swap a+1; pop 1 ->", "dup 9; swap 9; pop 1", None),
        ("x a; x b -> x a+b where x in pop read, a+b<=5", "read 2; read 3", "read 5"),
        ("x a; x b -> x a+b where x in pop read, a+b<=5", "read 3; read 3", None),
        ("x a; x b -> x a+b where x in pop read, a+b<=5", "read 2; pop 3", None),
        ("x a; x b -> x a+b where x in pop read, a+b<=5", "push 2; push 3", None),
        ("t.const 0; t.add | call $t_add -> where t in i32 i64", "i64.const 0; call $i64_add", ""),
        ("t.const 0; t.add | call $t_add -> where t in i32 i64", "i32.const 0; i32.add", ""),
        ("t.const 0; t.add | call $t_add -> where t in i32 i64", "i32.const 0; i64.add", None),
        ("t.const 0; t.add | call $t_add -> where t in i32 i64", "i32.const 0; call $add", None),
        ("push a; skiz; x -> x where a!=0", "push 2; skiz; halt", "halt"),
        ("push a; skiz; x -> x where a!=0", "push 0; skiz; halt", None),
        ("call f; call f -> jump f", "call $here; call $here", "jump $here"),
        ("call f; call f -> jump f", "call $here; call $there", None),
        ("push a; push b -> push n*n where b<=a, n=(a-b)//2", "push 7; push 2", "push 4"),
        ("push a; push b -> push n*n where b<=a, n=(a-b)//2", "push 2; push 7", None),
        ("push a; push b -> push a<b", "push 2; push 7", "push 1"),
        ("push -1; mul -> neg", "push -1; mul", "neg"),
        ("push -1; mul -> neg", "push 1; mul", None),
        ("add; add -> add", "add", None),
    ],
)
def test_what_a_text_does(text: str, code: str, expected: str | None) -> None:
    assert rewritten(text, code) == (None if expected is None else toys(expected))


def test_a_pattern_is_looked_for_at_one_place() -> None:
    pattern, code = Pattern("nop; nop -> nop", SYNTAX), toys("nop; nop; add; nop")
    assert [pattern.find(code, at) for at in range(-1, 5)] == [None, (("nop", None),), None, None, None, None]
    assert pattern.length == 2


@pytest.mark.parametrize(
    "text",
    [
        "push a; mul",  # no arrow
        "push a -> push b",
        "push a -> push a where b>0",
        "swap a+1; dup a ->",  # a is used before it is bound
        "-> nop",
        "x; nop ->",  # nothing to begin with
        "push a -> push n where n=m+1",
        "push ( ->",
    ],
)
def test_a_text_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Pattern(text, SYNTAX)


def test_a_symbol_is_no_number() -> None:
    with pytest.raises(TypeError, match="symbol"):
        rewritten("call f -> call f+1", "call $here")
