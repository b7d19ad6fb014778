"""The words that problems are made of: people, things, containers, places, read from ``texts/words.txt``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from irmill.compiler.english.scenes.lexicon import holds_held_word

_FILE = Path(__file__).parent / "texts" / "words.txt"
Pair = tuple[str, str]
"""One and many of a thing."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The word lists. Pairs are one and many; the rest are single phrases."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    things: tuple[Pair, ...]
    foods: tuple[Pair, ...]
    boxes: tuple[Pair, ...]
    groups: tuple[Pair, ...]
    places: tuple[str, ...]
    colors: tuple[str, ...]
    kinds: tuple[str, ...]
    days: tuple[str, ...]
    months: tuple[str, ...]
    relatives: tuple[str, ...]
    subjects: tuple[str, ...]
    liquids: tuple[str, ...]
    stuffs: tuple[str, ...]
    chores: tuple[str, ...]
    articles: tuple[str, ...]
    women_roles: tuple[str, ...]
    men_roles: tuple[str, ...]
    modifiers: tuple[str, ...]
    parts: tuple[str, ...]
    masses: tuple[str, ...]
    distractors: tuple[str, ...]
    fillers: tuple[str, ...]

    def named(self) -> frozenset[str]:
        """The words that name people and things, lower case: they mean nothing beyond themselves."""
        pairs = self.things + self.foods
        people = {name.lower() for name in self.women + self.men}
        return frozenset(people | {word for pair in pairs for phrase in pair for word in phrase.split()})


@lru_cache(maxsize=1)
def trained_phrases() -> Phrases:
    """The lists without the words that are held out from training."""
    lists: dict[str, Any] = {}
    for item in fields(Phrases):
        entries: tuple[str | Pair, ...] = getattr(phrases(), item.name)
        lists[item.name] = tuple(entry for entry in entries if not holds_held_word(_written(entry)))
    return Phrases(**lists)


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """The lists of the file, read once."""
    lists: dict[str, Any] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, items = line.partition(" = ")
            separator = " | " if name in ("DISTRACTORS", "FILLERS") else ", "
            lists[name.lower()] = tuple(items.split(separator))
    for name in ("things", "foods", "boxes", "groups"):
        lists[name] = tuple(_pair(item) for item in lists[name])
    return Phrases(**lists)


def _written(entry: str | Pair) -> str:
    return entry if isinstance(entry, str) else " ".join(entry)


def _pair(item: str) -> Pair:
    one, _, many = item.partition("/")
    return one, many
