"""Canonical prompts: every kind is there, and no template is in two splits."""

from __future__ import annotations

from irmill.compiler.lang.ast import operation_nodes, operation_of
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.prompts.canonical import KINDS, canonical_prompts
from irmill.compiler.prompts.english import english_prompts


def test_canonical_programs_show_every_kind_and_are_as_printed():
    rows = canonical_prompts(120, 3)
    assert len(rows) == 120
    assert {row["family"].removeprefix("canonical ") for row in rows} == set(KINDS)
    for row in rows:
        program = parse_text(row["question"])
        assert print_program(program) == row["question"] == row["gold_canonical"]
        kind = KINDS[row["family"].removeprefix("canonical ")]
        shown = {operation_of(node) for node in operation_nodes(program)}
        assert not kind.shows or shown & kind.shows


def test_no_template_is_in_two_splits():
    where: dict[str, set[str]] = {}
    for row in [
        *canonical_prompts(300, 1),
        *canonical_prompts(300, 2),
        *english_prompts(200, 1),
        *english_prompts(200, 2),
    ]:
        where.setdefault(row["template"], set()).add(row["split"])
    assert all(len(splits) == 1 for splits in where.values())
    assert {split for splits in where.values() for split in splits} == {"train", "validation", "test"}
