"""From a scene to its problems: the same sentences and numbers, one problem for each question that they allow."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction

from irmill.compiler.base.splits import Split
from irmill.compiler.english.order import ordered
from irmill.compiler.english.problem import Problem, slots_of
from irmill.compiler.english.quantities import MAX_SLOTS, normal_form
from irmill.compiler.english.rendering import MARK, expand, render
from irmill.compiler.english.scenes.scene import Asked, Scene
from irmill.compiler.english.scenes.values import draw_values
from irmill.compiler.english.splits import is_published_form

_NOISE, _NOISE_WEIGHTS = (0, 1, 2), (60, 30, 10)
_DROPPED = 0.5
"""How often a fact that a question does not need goes untold."""
_BARE = 0.3
"""How often a problem tells just what it needs."""
_SHUFFLED, _FIRST, _JOINED, _FUSED = 0.4, 0.3, 0.2, 0.12
_LEANING = re.compile(
    r"(?:he|she|they|it|his|her|their|its|then|later|after|another|of|the rest|both|this|these|those|all|together)\b",
    re.IGNORECASE,
)
"""A sentence that begins so leans on the one before it."""
_THEN = re.compile(r"(?:Then|Later|After that|Afterwards|Later on|And then),? (?=\w)")
"""What a sentence that becomes an ``if`` does not begin with."""
_LETTER = re.compile(r"\b[a-z]\b")
_PRONOUN = re.compile(r"\b(?:he|she|they|him|her|them|it)\b")
_OPENING = (
    "A An The He She They It There This These In On At After Before During When If Each Every All Some One Its His Her"
    " Their Then Later By For From With Of Both Another Today Yesterday Now Out Only Last Next Two"
    " Somebody That Those No Not Most Both Nobody Yet Here Such Besides Also Earlier Afterwards Even Seven Eight Nine"
    " One Three Four Five Six Ten How What If So Because Since While Until Over Inside Under Behind Near Compared"
)
_LOWERED = frozenset(_OPENING.split())
_CHOICE_MARKS = frozenset("[]|")
_SPACES = (re.compile(r" {2,}"), re.compile(r" +([.,?!])"), re.compile(r"\b([Aa]) (?=[aeiou])(?!uni|use|usu|one\b|eu)"))


def problems_of(
    scene: Scene,
    rng: random.Random,
    *,
    split_of: Callable[[Scene, Asked], Split],
    splits: Collection[Split] = frozenset(Split),
) -> list[Problem]:
    """The problems of one scene, of the given splits, in random order; none where no numbers worked out.

    Raises ValueError where a question's expression is no arithmetic, or names a letter that the told text lacks.
    """
    asked = [(ask, split_of(scene, ask)) for ask in scene.asked]
    wanted = [(ask, split) for ask, split in asked if split in splits]
    if not wanted:
        return []
    facts = [_said(fact, rng) for fact in scene.facts]
    noise = _noise(scene, rng)
    questions = [_said(ask.text, rng) for ask, _ in wanted]
    letters = _letters([*scene.facts, *noise, *(f"{ask.text} {ask.first}" for ask, _ in wanted)], scene)
    for ask, _ in wanted:
        if unknown := set(_LETTER.findall(ask.expression)).difference(letters):
            raise ValueError(f"{scene.family}/{ask.name}: {ask.expression} names {unknown}, which nothing tells")
    drawn = draw_values(scene, [ask.expression for ask, _ in wanted], letters, rng)
    if drawn is None:
        return []
    values, good = drawn
    order = list(range(len(facts)))
    if scene.shuffle and rng.random() < _SHUFFLED:
        rng.shuffle(order)
    made: list[Problem] = []
    for index in good:
        ask, split = wanted[index]
        text = _tell(scene, ask, questions[index], facts, order, noise, rng)
        problem = _problem(scene, ask, split, text, values, rng)
        if problem is not None:
            made.append(problem)
    return made


def _letters(texts: Sequence[str], scene: Scene) -> list[str]:
    found = (match.group(1) for text in texts for match in MARK.finditer(text))
    return list(dict.fromkeys([*found, *scene.fixed]))


def _said(template: str, rng: random.Random) -> str:
    """A sentence with its choices made. Raises ValueError where its brackets do not match."""
    text = expand(template, rng)
    if not _CHOICE_MARKS.isdisjoint(text):
        raise ValueError(f"brackets do not match: {template}")
    text = _SPACES[1].sub(r"\1", _SPACES[0].sub(" ", text)).strip()
    return _SPACES[2].sub(r"\1n ", text)


def _noise(scene: Scene, rng: random.Random) -> list[str]:
    count = min(rng.choices(_NOISE, _NOISE_WEIGHTS)[0], len(scene.noise))
    return [_said(sentence, rng) for sentence in rng.sample(scene.noise, count)]


def _tell(
    scene: Scene,
    ask: Asked,
    question: str,
    facts: Sequence[str],
    order: Sequence[int],
    noise: Sequence[str],
    rng: random.Random,
) -> str:
    """The sentences of one problem, put together."""
    needed = range(len(facts)) if ask.needs is None else ask.needs
    dropped = _DROPPED
    if rng.random() < _BARE:
        noise, dropped = (), 1.0
    told = [index for index in order if index in needed or rng.random() >= dropped]
    while told and told[0] != order[0] and _LEANING.match(facts[told[0]]):
        told.insert(0, order[order.index(told[0]) - 1])
    sentences = [facts[index] for index in told]
    if ask.first and len(sentences) <= 3 and " if " not in ask.text and rng.random() < _FIRST:
        plain = [_lowered(sentence.removesuffix(".")) for sentence in sentences]
        joined = f"{', '.join(plain[:-1])}{',' if len(plain) > 2 else ''} and {plain[-1]}" if plain[1:] else plain[0]
        front = [sentence for sentence in noise if not _LEANING.match(sentence)]
        return " ".join([*front, f"{_said(ask.first, rng)} {joined}?"])
    for sentence in noise:
        sentences.insert(_place(sentence, sentences, question, rng), sentence)
    if len(sentences) > 1 and question[:4] in ("How ", "What") and rng.random() < _JOINED:
        last = _lowered(_THEN.sub("", sentences.pop().removesuffix(".")))
        comma = "," if rng.random() < 0.8 else ""
        question = f"If {last}{comma} {question[0].lower()}{question[1:]}"
    elif len(sentences) > 1 and rng.random() < _FUSED:
        at = rng.randrange(len(sentences) - 1)
        second = _lowered(sentences.pop(at + 1))
        sentences[at] = (
            f"{sentences[at].removesuffix('.')}{rng.choice((' and', ', and', ';', ' while', ', and'))} {second}"
        )
    return " ".join([*sentences, question])


def _place(sentence: str, sentences: Sequence[str], question: str, rng: random.Random) -> int:
    """Where a sentence of noise may stand: nothing that leans on the sentence before it may come after."""
    after = [*sentences, question]
    first = 1 if _LEANING.match(sentence) else 0
    places = [place for place in range(first, len(sentences)) if place == 0 or not _LEANING.match(after[place])]
    if not _PRONOUN.search(question):
        places.append(len(sentences))
    return rng.choice(places) if places else first


def _lowered(sentence: str) -> str:
    """A sentence as it stands inside of another: its first word small, unless it is a name."""
    word = sentence.partition(" ")[0]
    return sentence[0].lower() + sentence[1:] if word.rstrip(",") in _LOWERED else sentence


def _problem(
    scene: Scene, ask: Asked, split: Split, text: str, values: dict[str, Fraction], rng: random.Random
) -> Problem | None:
    told = {match.group(1) for match in MARK.finditer(text)} | set(scene.fixed)
    missing = {letter for letter in _LETTER.findall(ask.expression) if letter not in told}
    if missing:
        raise ValueError(f"{scene.family}/{ask.name}: {ask.expression} names {missing}, not told in: {text}")
    question, offsets = render(text, values, scene.words, rng)
    form = normal_form(question)
    if len(form.quantities) > MAX_SLOTS or is_published_form(form):
        return None
    slots = slots_of(ask.expression, scene.fixed, values, offsets, form)
    if slots is None:
        return None
    return Problem(question, ordered(slots), f"{scene.family}/{ask.name}", scene.family, split)
