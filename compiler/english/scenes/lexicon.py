"""The verbs and nouns of scenes, and which of them no training problem holds.

A word is held out by a hash of its lemma. One that shares a form with a word of training (``saw``) is not: a split
holds no token of the words that are held out from it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "texts"
_HELD_PERCENT = 21
"""Of the lemmas by hash, before those are let go that share a form with others; 15 % of all remain."""
_COMMON = (
    "give get take have make put go come leave find buy sell eat use need win pick read write walk run save spend earn"
    " pay grow add collect apple orange book pencil marble card cookie egg duck ticket fish dog cat tree flower child"
    " student boy girl man woman person item box cup bottle bag day hour week dollar page toy animal fruit bird chair"
    " table bus car bike picture candy cake ball see set row split fill bake wash break slice pan top check finish join"
    " ride print return pass catch key paper train club fly paint order lay stack"
)
_KEPT = frozenset(_COMMON.split())
"""Words too common to do without: never held out."""
_PARTICLES = "of up in on off out away by over across together behind rid upon with through down"
_TOKEN = re.compile(r"[a-z]+")
_SMALL = frozenset(_PARTICLES.split())


@dataclass(frozen=True, slots=True)
class Kind:
    """What nouns have in common: ``animal``, one and many, and the larger groups that it is of."""

    name: str
    one: str
    many: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing that can be counted: one, many, and its kind, whose ``many`` is its hypernym."""

    one: str
    many: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb's forms in one frame. ``past`` and so on hold the particle (``gave away``); ``inverse`` undoes it."""

    base: str
    present3: str
    past: str
    ing: str
    participle: str
    frame: str
    inverse: Verb | None = None

    @property
    def lemma(self) -> str:
        """The base without its particle: what holding out goes by."""
        return self.base.split()[0]


@dataclass(frozen=True, slots=True)
class _VerbFrame:
    inverse: str
    verbs: tuple[tuple[Verb, str], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that a split may hold.

    Attributes:
        verbs: by frame.
        inverses: the verb that undoes a verb, by frame and base, where one is named.
        inverse_frames: the frame whose verbs undo those of a frame; empty where none does.
        nouns: by kind and by group; all under the empty name.
    """

    verbs: dict[str, tuple[Verb, ...]]
    inverses: dict[tuple[str, str], Verb]
    inverse_frames: dict[str, str]
    nouns: dict[str, tuple[Noun, ...]]


@lru_cache(maxsize=1)
def trained() -> Lexicon:
    """The words that training may hold."""
    return _lexicon(frozenset())


@lru_cache(maxsize=1)
def held() -> Lexicon:
    """The words that only the split of held-out words holds."""
    return _lexicon(None)


@lru_cache(maxsize=1)
def held_tokens() -> frozenset[str]:
    """Every token, lower case, of a form of a word that is held out."""
    forms = _forms()
    return frozenset(token for lemma in held_lemmas() for token in forms[lemma])


@lru_cache(maxsize=1)
def held_lemmas() -> frozenset[str]:
    """The lemmas that are held out: verbs and nouns."""
    forms = _forms()
    chosen = {lemma for lemma in forms if lemma not in _KEPT and _place(lemma) < _HELD_PERCENT}
    while True:
        others = {token for lemma, tokens in forms.items() if lemma not in chosen for token in tokens}
        shared = {lemma for lemma in chosen if forms[lemma] & others}
        if not shared:
            return frozenset(chosen)
        chosen -= shared


def holds_held_word(text: str) -> bool:
    """Whether a text holds a token of a word that is held out."""
    return not held_tokens().isdisjoint(_TOKEN.findall(text.lower()))


def _place(lemma: str) -> int:
    return int.from_bytes(hashlib.sha256(f"word:{lemma}".encode()).digest()[:4], "big") % 100


@lru_cache(maxsize=1)
def _forms() -> dict[str, frozenset[str]]:
    """The tokens of each lemma's forms; a noun of several words is its own lemma."""
    forms: dict[str, set[str]] = {}
    for frame in _frames().values():
        for verb, _ in frame.verbs:
            tokens = {form.split()[0] for form in (verb.base, verb.present3, verb.past, verb.ing, verb.participle)}
            forms.setdefault(verb.lemma, set()).update(tokens)
    for noun in _all_nouns():
        forms.setdefault(noun.one, set()).update(set(_TOKEN.findall(f"{noun.one} {noun.many}".lower())) - _SMALL)
    kinds = {noun.kind for noun in _all_nouns()}
    forms["kinds"] = {token for kind in kinds for token in _TOKEN.findall(f"{kind.one} {kind.many}")}
    for kept in _KEPT:  # their other forms are in use wherever they are written without the lexicon
        forms.setdefault(kept, set()).update((kept, f"{kept}s"))
    return {lemma: frozenset(tokens) for lemma, tokens in forms.items()}


def _lexicon(only: frozenset[str] | None) -> Lexicon:
    """The lexicon of training, or with ``None`` that of the held-out words."""
    out = held_lemmas()

    def wanted(lemma: str) -> bool:
        return (lemma in out) == (only is None)

    frames = _frames()
    by_name = {(name, verb.base): verb for name, frame in frames.items() for verb, _ in frame.verbs}
    verbs = {name: tuple(verb for verb, _ in frame.verbs if wanted(verb.lemma)) for name, frame in frames.items()}
    inverses = {
        (name, verb.base): by_name[frame.inverse, undoing]
        for name, frame in frames.items()
        for verb, undoing in frame.verbs
        if undoing and by_name[frame.inverse, undoing].lemma not in out
    }
    nouns: dict[str, list[Noun]] = {}
    for noun in _all_nouns():
        names = ("", noun.kind.name, *noun.kind.groups)
        for name in names:
            nouns.setdefault(name, [])
            if wanted(noun.one):
                nouns[name].append(noun)
    return Lexicon(
        verbs,
        inverses,
        {name: frame.inverse for name, frame in frames.items()},
        {name: tuple(found) for name, found in nouns.items()},
    )


def _items(name: str) -> Iterator[tuple[str, list[str]]]:
    """Heads and their items of a file of words."""
    head = ""
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            head = line[1:].partition("]")[0]
        elif line and not line.startswith("#"):
            yield head, line.split(", ")


@lru_cache(maxsize=1)
def _frames() -> dict[str, _VerbFrame]:
    rows: dict[str, tuple[str, list[tuple[Verb, str]]]] = {}
    for head, items in _items("verbs.txt"):
        name, _, inverse = head.partition(" ~ ")
        verbs = rows.setdefault(name, (inverse, []))[1]
        for item in items:
            written, _, undoing = item.partition(" ~ ")
            verbs.append((_verb(written, name), undoing))
    return {name: _VerbFrame(inverse, tuple(verbs)) for name, (inverse, verbs) in rows.items()}


@lru_cache(maxsize=1)
def _all_nouns() -> tuple[Noun, ...]:
    nouns: list[Noun] = []
    for head, items in _items("nouns.txt"):
        name, _, rest = head.partition(": ")
        pair, _, groups = rest.partition("; ")
        one, _, many = pair.partition("/")
        kind = Kind(name, one, many, tuple(groups.split()))
        for item in items:
            single, _, plural = item.partition("/")
            nouns.append(Noun(single, plural or plural_of(single), kind))
    return tuple(nouns)


def plural_of(word: str) -> str:
    """The regular plural of a noun."""
    if word[-1] == "y" and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def _verb(written: str, frame: str) -> Verb:
    head, _, particle = written.partition(" ")
    base, *irregular = head.split("/")
    past = irregular[0] if irregular else _past(base)
    ing = irregular[1] if len(irregular) > 1 else (base[:-1] if base[-1] == "e" and base[-2] != "e" else base) + "ing"
    participle = irregular[2] if len(irregular) > 2 else past
    third = "goes" if base == "go" else plural_of(base)
    tail = f" {particle}" if particle else ""
    return Verb(base + tail, third + tail, past + tail, ing + tail, participle + tail, frame)


def _past(base: str) -> str:
    if base[-1] == "y" and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{base}d" if base[-1] == "e" else f"{base}ed"
