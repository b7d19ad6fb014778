"""The table of operations: complete, read by everybody, and what the specification prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import irmill
from irmill.compiler.lang import ops
from irmill.compiler.lang.ast import operation_nodes
from irmill.compiler.lang.document import PAGE, documented
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.ops import BUILTINS, OPERATORS, ROWS, SYNTAX, Builtin, Operation, Type, Whole
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import WILD
from irmill.compiler.lang.prove import intervals
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.emit import emit_program

ROOT = Path(irmill.__path__[0])
PACKAGES = ("compiler", "synth", "optimizer", "tasks", "flows")
ALSO = {
    "compiler/lang/boundaries.py",
    "compiler/model/text_lens.py",
    "compiler/wasm/fractions.py",
    "compiler/model/direct/actions.py",
    "compiler/model/direct/derivation.py",
}
"""What names it besides the files that the table lists: a model's synonyms and the actions that the direct normalizer
is trained on, which are optional, programs at the edges, and a caller."""


def naming(word):
    """The source files of the packages that name a word; the end of a longer name (``math.gcd``) is none."""
    pattern = re.compile(rf"(?<![a-z_.]){word}(?![a-z])", re.IGNORECASE)
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in files if pattern.search(path.read_text()))


def test_a_builtin_is_named_in_few_files():
    listed = re.findall(r"``([a-z_/]+\.py)``:", ops.__doc__ or "")
    found = naming("gcd")
    assert len(listed) <= 6
    assert set(found) <= {*listed, *ALSO}, found


def test_every_word_and_every_builtin_has_a_row():
    assert {row.operation for row in ROWS} | set(SYNTAX) | {None} == {*Operation, None}
    assert set(BUILTINS) == set(Builtin)
    assert all(row.spelling == name for name, row in BUILTINS.items())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.spelling)
def test_a_row_is_whole(row):
    assert row.meaning
    assert (row.exact is None) == (row.operation in (Operation.AND, Operation.OR))
    if row.gives is Type.NUMBER:
        assert row.single is not None
        assert (row.interval == "") == (row.spelling == "f32")
        assert not row.interval or callable(getattr(intervals, row.interval))
    else:
        assert row.whole is Whole.NEVER
    assert (row.precedence > 0) == (row.operation in OPERATORS and row.spelling not in BUILTINS)


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_every_builtin_is_parsed_printed_typed_and_emitted(name):
    row = BUILTINS[name]
    argument = "[4, 9]" if row.takes is Type.ARRAY else "4"
    text = f"{name}({', '.join([argument] * (row.arity or 3))}) = "
    program = parse_text(text)
    assert print_program(program) == text
    assert len(operation_nodes(program)) == (row.operation is not None)
    assert emit_program(check_types(program)).module


def test_every_builtin_is_generated():
    text = " ".join(print_program(program) for program in generate_programs(400, 3, WILD))
    assert all(f"{name}(" in text for name in BUILTINS)


def test_the_specification_has_the_table_of_the_code():
    page = PAGE.read_text()
    assert page == documented(page), "write it anew: python -m irmill.compiler.lang.document"
