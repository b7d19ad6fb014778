"""How a fact or a question may be worded: pronouns, short forms, bids, other tenses; choices in a template's syntax."""

from __future__ import annotations

import re

from irmill.compiler.english.scenes.draw import Person
from irmill.compiler.english.scenes.lexicon import Verb

ALL = "[in all|altogether|in total|all together|total|]"
"""At the end of a question for a sum, or nothing."""
_OWNER = r"(?:(?:the|Aunt|Uncle|Mr|Mrs|Ms) )?\w+"
_NAME = r"(?:(?:Aunt|Uncle|Mr|Mrs|Ms) )?[A-Z]\w*|the [a-z]+"
_EXISTING = re.compile(r"How many (.+?) (are|were) (.+)\?")
_OWNING = re.compile(rf"How many (.+?) (does|did) ({_OWNER}) (have|need|get|keep)\b(.*)\?")
_DIFFERING = re.compile(rf"How many more (.+?) than (.+?) (?:are there|(does|did) ({_OWNER}) have)\b(.*)\?")
_FORMS = {"have": ("has", "had"), "need": ("needs", "needed"), "get": ("gets", "got"), "keep": ("keeps", "kept")}
_BIDDING = "[Find|Find out|Work out|Calculate|Determine|Say|Tell me]"
_DIFFERENCE = "[What is|What's|What was] the difference between the number of"
_UNWILLING, _WILLING, _LUCKY = "had to", "decided to", "[was able to|managed to]"
_MOODS = {
    **dict.fromkeys(("lose", "use", "spend"), _UNWILLING),
    **dict.fromkeys(("give", "sell", "buy", "make", "make_food", "consume", "put_in", "plant", "carry"), _WILLING),
    **dict.fromkeys(("find", "collect", "pick", "save", "catch"), _LUCKY),
}
"""What may stand before a verb of a frame and leave the story what it is."""


def past(verb: Verb) -> str:
    """A verb's past after its subject, now and then with what one had to, decided to or could do."""
    mood = _MOODS.get(verb.frame)
    return f"[{verb.past}|{verb.past}|{verb.past}|{verb.past}|{mood} {verb.base}]" if mood else verb.past


def after(event: str, question: str) -> str:
    """The question about a world in which something more happens, which is told with the question."""
    question = re.sub(r"\bdoes(?= [\w\[])", "[does|will|would]", question)
    asked = re.sub(r"(?:^|(?<=[\[|]))(How|What|For how)", lambda match: match[0].lower(), question)
    return f"[{event}. {question}|{event}. {question}|if {event}, {asked}|{asked[:-1]} if {event}?]"


def per(time: str) -> str:
    """A unit of time as a rate says it: ``a day``, ``per day``, ``each day``."""
    return f"[{'an' if time == 'hour' else 'a'}|per|each|every] {time}"


def every(time: str) -> str:
    """A unit of time as a rate says it at the beginning of a sentence."""
    return f"[each|every] {time}"


def names(fact: str, who: Person) -> bool:
    """Whether a fact names a person whatever is chosen in it."""
    return re.search(rf"\b{who.name}\b", re.sub(r"\[[^\[\]]*\]", "", fact)) is not None


def referring(fact: str, who: Person) -> str:
    """A fact that may refer to a person by a pronoun, where it begins with the name or says what is the person's."""
    fact = re.sub(rf"^{who.name}(?= )", f"[{who.name}|{who.they}]", fact)
    return re.sub(rf"\b{who.name}'s", f"[{who.name}'s|{who.their}]", fact)


def referred(question: str, who: Person) -> str:
    """A question that may refer to a person by a pronoun, as the subject of it or of its condition."""
    subject = f"[{who.name}|{who.they}]"
    question = re.sub(rf"(\b(?:does|did|can|will|would|must)\]? ){who.name}\b(?!')", rf"\1{subject}", question)
    return re.sub(rf"(^|[\[|]|\bif |\. ){who.name} (?=[a-z])", rf"\1{subject} ", question)


def loosened(text: str) -> str:
    """A text with short forms, and with what one will or could do beside what one can."""
    text = re.sub(r"\b(do|does|did|are|is|were|was) not\b", r"[\1 not|\1n't]", text)
    text = re.sub(r"\b(has|had|have|are|were) <t>", r"\1 [a total of |]<t>", text)
    return re.sub(rf"\bcan ({_NAME}) (?=[a-z])", r"[can \1|could \1|will \1 be able to|is \1 able to] ", text)


def reworded(question: str) -> str:
    """The question, which now and then bids to find the number, or asks for a difference by that name."""
    for pattern, order in ((_DIFFERING, _differing), (_EXISTING, _existing), (_OWNING, _owning)):
        found = pattern.fullmatch(question)
        if found and all((group or "").count("[") == (group or "").count("]") for group in found.groups()):
            return f"[{question}|{question}|{question}|{question}|{order(found)}]"
    return question


def _differing(found: re.Match[str]) -> str:
    first, second, tense, owner, rest = found.groups()
    whose = f" that {owner} {_FORMS['have'][tense == 'did']}" if owner else ""
    return f"{_DIFFERENCE} {first} and the number of {second}{whose}{rest}?"


def _existing(found: re.Match[str]) -> str:
    things, verb, rest = found.groups()
    order = f"there {verb}{rest.removeprefix('there')}" if rest.startswith("there") else f"{verb} {rest}"
    return f"{_BIDDING} how many {things} {order}."


def _owning(found: re.Match[str]) -> str:
    things, tense, owner, verb, rest = found.groups()
    return f"{_BIDDING} how many {things} {owner} {_FORMS[verb][tense == 'did']}{rest}."
