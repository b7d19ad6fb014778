"""A scene from rows of questions: which facts a question needs is read off its expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from irmill.compiler.english.rendering import MARK
from irmill.compiler.english.scenes.draw import Draw, Person
from irmill.compiler.english.scenes.lexicon import Noun
from irmill.compiler.english.scenes.scene import Asked, Scene

Row = tuple[str, str, str]
"""A question's name, text and expression."""

ALL = "[in all|altogether|in total|all together|]"
"""At the end of a question for a sum, or nothing."""
_FIXED_PLACES = frozenset(("table", "room", "row", "page", "pile", "stack", "album", "folder", "shelf"))
_LETTER = re.compile(r"\b[a-z]\b")
_OWNER = r"(?:the |Aunt |Uncle |Mr |Mrs |Ms )?\w+"
_EXISTING = re.compile(r"How many (.+?) (are|were) (.+)\?")
_OWNING = re.compile(rf"How many (.+?) (does|did) ({_OWNER}) (have|need|get|keep)\b(.*)\?")
_FORMS = {"have": ("has", "had"), "need": ("needs", "needed"), "get": ("gets", "got"), "keep": ("keeps", "kept")}
_BIDDING = "[Find|Find out|Work out|Calculate|Determine|Say|Tell me]"
_POINTS_BACK = re.compile(r"\b(she|he|her|his|him|they|them|their|it|its|now|then|rest|the others)\b")


def contrasting(
    family: str,
    facts: Sequence[str],
    rows: Sequence[Row],
    *,
    who: Person | None = None,
    always: Sequence[int] = (),
    noise: Sequence[str] = (),
    fixed: Mapping[str, int] | None = None,
    ranges: Mapping[str, tuple[int, int]] | None = None,
    decimals: str = "",
    counts: bool = True,
    shuffle: bool = False,
) -> Scene:
    """The scene of these facts and questions. A question needs the facts that hold a letter of its expression, those
    without any quantity, and the ``always`` ones; one that points back to nothing may also stand before the facts.
    Where the scene is about one person, ``who``, a pronoun may stand for the name after the first fact."""
    if who is not None and 0 in always and _names(facts[0], who):
        facts = [facts[0], *(_referring(fact, who) for fact in facts[1:])]
    else:
        who = None
    asked: list[Asked] = []
    for name, text, expression in rows:
        letters = set(_LETTER.findall(expression))
        needs = tuple(
            index
            for index, fact in enumerate(facts)
            if index in always or not (told := {match[1] for match in MARK.finditer(fact)}) or told & letters
        )
        first = f"{text[:-1]} if" if text.startswith("How") and not _POINTS_BACK.search(text) else ""
        spoken = _reworded(text)
        if who is not None:
            spoken = re.sub(
                rf"\b(does|did|can|will|would|must) {who.name}\b(?!')", rf"\1 [{who.name}|{who.they}]", spoken
            )
        asked.append(Asked(name, spoken, expression, needs, first))
    return Scene(
        family=family,
        facts=tuple(facts),
        asked=tuple(asked),
        noise=tuple(noise),
        fixed=dict(fixed or {}),
        ranges=dict(ranges or {}),
        decimals=decimals,
        counts=counts,
        shuffle=shuffle,
    )


def _names(fact: str, who: Person) -> bool:
    """Whether a fact names a person whatever is chosen in it."""
    return re.search(rf"\b{who.name}\b", re.sub(r"\[[^\]]*\]", "", fact)) is not None


def _referring(fact: str, who: Person) -> str:
    """A fact that may refer to a person by a pronoun, where it begins with the name or says what is the person's."""
    fact = re.sub(rf"^{who.name}(?= )", f"[{who.name}|{who.they}]", fact)
    return re.sub(rf"\b{who.name}'s", f"[{who.name}'s|{who.their}]", fact)


def _reworded(question: str) -> str:
    """The question, which now and then bids to find the number."""
    for pattern, order in ((_EXISTING, _existing), (_OWNING, _owning)):
        found = pattern.fullmatch(question)
        if found and all((group or "").count("[") == (group or "").count("]") for group in found.groups()):
            bid = f"{_BIDDING} how many {order(found)}."
            return f"[{question}|{question}|{question}|{question}|{bid}]"
    return question


def _existing(found: re.Match[str]) -> str:
    things, verb, rest = found.groups()
    place, _, tail = rest.partition("there")
    return (
        f"{things} there {verb}{tail}"
        if not place and tail != rest and rest.startswith("there")
        else f"{things} {verb} {rest}"
    )


def _owning(found: re.Match[str]) -> str:
    things, tense, owner, verb, rest = found.groups()
    return f"{things} {owner} {_FORMS[verb][tense == 'did']}{rest}"


def container(draw: Draw) -> Noun:
    """A container that small things can be taken out of and carried about."""
    while (box := draw.box()).one in _FIXED_PLACES:
        pass
    return box


def bystanders(draw: Draw, who: Person, thing: Noun) -> tuple[str, ...]:
    """Sentences of noise: somebody else's things of the same kind, another time, a way."""
    other, gain = draw.person(), draw.verb("gain")
    return (
        f"{other.name}, [a friend|a neighbor|a cousin|a classmate], [has|owns] <m> {thing.many}.",
        f"[last week|a month ago|last year], {other.name} {gain.past} <n> {thing.many}.",
        f"{who.name} [lives|works] <r> [blocks|streets] away from {other.name}.",
    )


def after(event: str, question: str) -> str:
    """The question about a world in which something more happens, which is told with the question."""
    asked = re.sub(r"(?:^|(?<=[\[|]))(How|What|For how)", lambda match: match[0].lower(), question)
    return f"[{event}. {question}|{event}. {question}|if {event}, {asked}|{asked[:-1]} if {event}?]"


def whole_and_parts(draw: Draw, parts: str, whole: str = "t") -> dict[str, tuple[int, int]]:
    """Bounds that keep a whole above the sum of its parts."""
    scale = draw.rng.choice((1, 1, 1, 2, 10))
    bounds = {letter: (2 * scale, 15 * scale) for letter in parts}
    return bounds | {whole: (18 * scale * len(parts), 40 * scale * len(parts))}


def per(time: str) -> str:
    """A unit of time as a rate says it: ``a day``, ``per day``, ``each day``."""
    return f"[{'an' if time == 'hour' else 'a'}|per|each|every] {time}"


def every(time: str) -> str:
    """A unit of time as a rate says it at the beginning of a sentence."""
    return f"[each|every] {time}"
