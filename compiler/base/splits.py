"""Which rows train, which validate and which test: the names of the splits and the rule that deals groups to them.

What is held out is held out whole: a template, a family, a structure. A group that is not held out by name is dealt by
a hash of its text, so that the same group is in the same split whatever else is generated beside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Split(StrEnum):
    """A part of the corpus; no group is in two of them. The dataset has the first three."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    TEST_FAMILY = "test_family"
    """questions of a family that nothing is trained on; exported as ``test``"""
    TEST_WORDS = "test_words"
    """questions with verbs or nouns that nothing is trained on; exported as ``test``"""
    TEST_PAIR = "test_pair"
    """questions whose answer has a pair of operations that nothing is trained on; exported as ``test``"""
    HELD_OUT = "held_out"
    """blocks of a family that nothing is trained on; exported as ``test``"""

    @property
    def exported(self) -> Split:
        """The split of the dataset that the rows are written to."""
        return self if self in (Split.TRAIN, Split.VALIDATION) else Split.TEST


@dataclass(frozen=True, slots=True)
class HashRule:
    """Deals groups to places by the sha256 of their text.

    Attributes:
        places: how many there are.
        test: the places that test.
        validation: the places that validate; all others train.
        digest_bytes: how much of the digest, from its front, is read as a big-endian number modulo ``places``.
    """

    places: int
    test: range
    validation: range
    digest_bytes: int = 4

    def split_of(self, group: str) -> Split:
        """The split of a group."""
        place = int.from_bytes(hashlib.sha256(group.encode()).digest()[: self.digest_bytes], "big") % self.places
        if place in self.test:
            return Split.TEST
        return Split.VALIDATION if place in self.validation else Split.TRAIN


QUESTIONS = HashRule(100, test=range(6), validation=range(97, 100))
"""Templates of word problems."""
DIRECT_QUESTIONS = HashRule(100, test=range(4), validation=range(97, 100))
"""Templates that name their operation; fewer are held out, since there are few ways to say them."""
CANONICAL = HashRule(20, test=range(1), validation=range(1, 2), digest_bytes=1)
"""Canonical programs, by their text without its numbers."""
STRUCTURES = HashRule(10, test=range(9, 10), validation=range(8, 9))
"""Rows of the dataset that no generator has dealt, by their structure."""
