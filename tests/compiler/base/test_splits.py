"""The rule of the splits: whole groups, fixed places, shares as said."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from irmill.compiler.base.splits import CANONICAL, DIRECT_QUESTIONS, QUESTIONS, STRUCTURES, HashRule, Split

RULES = {"questions": QUESTIONS, "direct": DIRECT_QUESTIONS, "canonical": CANONICAL, "structures": STRUCTURES}


def as_it_was(name: str, group: str) -> str:
    """The three rules as they stood in three places before: what every published split was made by."""
    digest = hashlib.sha256(group.encode()).digest()
    if name == "canonical":
        return {0: "test", 1: "validation"}.get(digest[0] % 20, "train")
    number = int.from_bytes(digest[:4], "big")
    if name == "structures":
        return (*["train"] * 8, "validation", "test")[number % 10]
    if number % 100 < (4 if name == "direct" else 6):
        return "test"
    return "validation" if number % 100 >= 97 else "train"


@pytest.mark.parametrize("name", RULES)
def test_no_group_moves(name: str) -> None:
    """So many groups that every place of every rule is reached."""
    groups = [f"group {index} ½" for index in range(3000)]
    assert [RULES[name].split_of(group) for group in groups] == [as_it_was(name, group) for group in groups]


@pytest.mark.parametrize("name", RULES)
def test_shares_are_as_the_places_say(name: str) -> None:
    rule = RULES[name]
    found = Counter(rule.split_of(f"group {index}") for index in range(20_000))
    assert set(found) == {Split.TRAIN, Split.VALIDATION, Split.TEST}
    for split, places in ((Split.TEST, rule.test), (Split.VALIDATION, rule.validation)):
        assert found[split] / 20_000 == pytest.approx(len(places) / rule.places, rel=0.15)


@pytest.mark.parametrize("name", RULES)
def test_places_are_in_range_and_nobodys_twice(name: str) -> None:
    rule: HashRule = RULES[name]
    places = [*rule.test, *rule.validation]
    assert len(set(places)) == len(places)
    assert all(0 <= place < rule.places <= 256**rule.digest_bytes for place in places)


def test_what_is_held_out_is_exported_as_test() -> None:
    assert {split: split.exported for split in Split} == {
        Split.TRAIN: "train", Split.VALIDATION: "validation", Split.TEST: "test", Split.TEST_FAMILY: "test",
        Split.TEST_WORDS: "test", Split.TEST_PAIR: "test", Split.HELD_OUT: "test",
    }  # fmt: skip
