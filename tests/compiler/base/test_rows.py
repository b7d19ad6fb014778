"""Ids of rows: equal for equal content, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.base.rows import REJECT_SCHEMA, Reject, content_id, reject_table

PARTS = st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=3), max_size=4)


def test_an_id_is_the_same_in_every_process():
    assert content_id("kernel", "a", "b") == "7ccc94037f901539"


@given(PARTS, PARTS)
def test_parts_are_told_apart_however_they_join(first: list[str], second: list[str]):
    assert (content_id("kind", *first) == content_id("kind", *second)) == (first == second)


@pytest.mark.parametrize(
    ("first", "second"),
    [(("ab", "c"), ("a", "bc")), (("a", ""), ("a",)), (("\ud800",), ("\ud801",)), (("\ud800",), ("?",))],
)
def test_edges_of_parts_and_lone_surrogates_count(first: tuple[str, ...], second: tuple[str, ...]):
    assert content_id("kind", *first) != content_id("kind", *second)


def test_the_kind_counts():
    assert content_id("emit", "a") != content_id("lower", "a")


def test_rejects_keep_their_order_and_cut_their_text():
    rejects = [Reject("2", "PARSE", "no", "x" * 3000), Reject("1", "DOMAIN", "no", "")]
    table = reject_table(rejects)
    assert table.schema == REJECT_SCHEMA
    assert table.column("id").to_pylist() == ["2", "1"]
    assert [len(text) for text in table.column("text").to_pylist()] == [2000, 0]
