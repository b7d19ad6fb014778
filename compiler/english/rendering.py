"""From a template's text to a question: choices, words, sentences joined or put in, and numbers as digits or words."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from fractions import Fraction

from irmill.compiler.english.phrases import Phrases, trained_phrases
from irmill.compiler.english.quantities import SMALL_WORDS, TENS_WORDS
from irmill.compiler.english.templates import Template
from irmill.compiler.english.unheld import without_held_words

MARK = re.compile(r"<([a-z])(?:=([^<>]*))?>")
"""A quantity in a template's text: its letter, and the words that imply it where it has such."""
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_WORD = re.compile(r"\{(\w+)\}")
_SENTENCE = re.compile(r"[^.?!]+(?:\.(?=\d)[^.?!]*)*[.?!]?")
_TIMES = ("minute", "hour", "day", "week", "month")
_LENGTHS = ("inches", "feet", "meters", "centimeters", "yards", "kilometers", "miles")


def vary(template: Template, rng: random.Random) -> str:
    """The template's text with its choices made, sentences joined, left out or put in."""
    text = expand(without_held_words(template.text), rng)
    text = _fill(_distract(_shape(text, template, rng), template, rng), template, rng)
    return re.sub(r" +([.,?!])", r"\1", re.sub(r" +", " ", text)).strip()


def expand(text: str, rng: random.Random) -> str:
    """The text with its choices made."""
    while True:
        grown = _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)
        if grown == text:
            return text
        text = grown


def _shape(text: str, template: Template, rng: random.Random) -> str:
    """The last question goes unsaid, or the sentence before it becomes its ``if``."""
    sentences = _SENTENCE.findall(text)
    if len(sentences) < 2 or not sentences[-1].endswith("?"):
        return text
    if template.droppable and rng.random() < 0.12:
        return "".join(sentences[:-1]).strip()
    if template.story and rng.random() < 0.25:
        before, question = sentences[-2].strip(), sentences[-1].strip()
        comma = rng.choice((",", ",", ""))
        joined = f"If {before[0].lower()}{before[1:-1]}{comma} {question[0].lower()}{question[1:]}"
        return " ".join([*(sentence.strip() for sentence in sentences[:-2]), joined]).strip()
    return text


def _distract(text: str, template: Template, rng: random.Random) -> str:
    """A sentence with a number that does not matter, anywhere but before a first sentence that says "she"."""
    if not template.story or rng.random() >= 0.18:
        return text
    sentences = re.findall(r"[^.?!]+[.?!]", text)
    if len(sentences) < 2:
        return text
    place = rng.randint(0, len(sentences) - 1)
    if place == 0 and "{p}" in sentences[0]:
        place = 1
    sentences.insert(place, rng.choice(trained_phrases().distractors))
    return " ".join(sentence.strip() for sentence in sentences)


def _fill(text: str, template: Template, rng: random.Random) -> str:
    """A sentence that says nothing, before the story."""
    if template.story and rng.random() < 0.22:
        return f"{rng.choice(trained_phrases().fillers)} {text}"
    return text


def draw_words(rng: random.Random) -> dict[str, str]:
    """The words of one problem: people ``P Q R`` with their pronouns, things ``x y z``, containers ``b c``, places
    ``l m``, days, and so on; a digit 1 after a letter is the singular."""
    lists = trained_phrases()
    words: dict[str, str] = {}
    women, men = rng.sample(lists.women, 3), rng.sample(lists.men, 3)
    for index, (letter, small) in enumerate(("Pp", "Qq", "Rr")):
        woman = rng.random() < 0.5
        words[letter] = women[index] if woman else men[index]
        words[small], words[f"{small}s"], words[f"{small}o"] = ("she", "her", "her") if woman else ("he", "his", "him")
    for letter, (one, many) in zip("xyz", rng.sample(lists.things, 3), strict=True):
        words[letter], words[f"{letter}1"] = many, one
    for letter, (one, many) in zip("bc", rng.sample(lists.boxes, 2), strict=True):
        words[letter], words[f"{letter}1"] = many, one
    words["f1"], words["f"] = rng.choice(lists.foods)
    words["g1"], words["g"] = rng.choice(lists.groups)
    _dress(words, rng, lists)
    words["l"], words["m"] = rng.sample(lists.places, 2)
    words["k"], words["k2"] = rng.sample(lists.colors + lists.kinds, 2)
    words["d"], words["d2"], words["d3"] = rng.sample(lists.days, 3)
    words["mo"], words["mo2"] = rng.sample(lists.months, 2)
    words["rel"], words["rel2"] = rng.sample(lists.relatives, 2)
    words["sub"], words["sub2"] = rng.sample(lists.subjects, 2)
    words["liq"], words["stuff"] = rng.choice(lists.liquids), rng.choice(lists.stuffs)
    words["chore"] = rng.choice(lists.chores)
    words["tu1"] = rng.choice(_TIMES)
    words["tu"], words["lu"] = f"{words['tu1']}s", rng.choice(_LENGTHS)
    words["art"], words["art2"], words["art3"] = rng.sample(lists.articles, 3)
    return words


def _dress(words: dict[str, str], rng: random.Random, lists: Phrases) -> None:
    """Sometimes a person is known by a role, and a thing by two words or as pieces of a kind."""
    for letter, small in ("Pp", "Qq"):
        if rng.random() < 0.12:
            words[letter] = rng.choice(lists.women_roles if words[small] == "she" else lists.men_roles)
    for letter in "xyz":
        chance = rng.random()
        if chance < 0.1:
            kind = rng.choice(lists.modifiers)
            words[letter], words[f"{letter}1"] = f"{kind} {words[letter]}", f"{kind} {words[f'{letter}1']}"
        elif chance < 0.18:
            part, stuff = rng.choice(lists.parts), rng.choice(lists.masses)
            many = f"{part}es" if part.endswith("x") else f"{part}s"
            words[letter], words[f"{letter}1"] = f"{many} of {stuff}", f"{part} of {stuff}"


def render(
    text: str, values: Mapping[str, Fraction], words: Mapping[str, str], rng: random.Random
) -> tuple[str, dict[str, int]]:
    """The question, and the offset at which each letter's quantity stands in it first."""
    text = _WORD.sub(lambda match: words[match.group(1)], text)
    text = re.sub(r"(^|[.?!] +)([a-z])", lambda match: match.group(1) + match.group(2).upper(), text)
    parts: list[str] = []
    offsets: dict[str, int] = {}
    length = last = 0
    for match in MARK.finditer(text):
        before = text[last : match.start()]
        shown = match.group(2)
        if shown is None:
            shown = show_number(values[match.group(1)], rng, money=before.endswith("$"))
        if before.rstrip().endswith((".", "?", "!")) or not (parts or before):
            shown = shown[0].upper() + shown[1:]
        parts += [before, shown]
        length += len(before)
        offsets.setdefault(match.group(1), length)
        length += len(shown)
        last = match.end()
    parts.append(text[last:])
    return "".join(parts), offsets


def show_number(value: Fraction, rng: random.Random, *, money: bool = False) -> str:
    """A number as digits, now and then in words or with separators."""
    if value.denominator == 1:
        number = int(value)
        if not money and number < 1000 and rng.random() < (0.12 if number <= 20 else 0.03):
            return spell(number)
        return f"{number:,}" if number >= 1000 and rng.random() < 0.6 else str(number)
    text = f"{float(value):.2f}"
    return text if rng.random() < 0.7 else text.rstrip("0")


def spell(number: int) -> str:
    """A whole number from 0 to 999 in words."""
    if number < 20:
        return SMALL_WORDS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return TENS_WORDS[tens - 2] + (f"-{SMALL_WORDS[unit]}" if unit else "")
    hundreds, rest = divmod(number, 100)
    return f"{SMALL_WORDS[hundreds]} hundred" + (f" and {spell(rest)}" if rest else "")
