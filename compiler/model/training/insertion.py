"""A sentence of another problem put into a question: a number more that does not matter, the program unchanged.

Real problems rarely name a number that is not used, so a model learns to use all of them. The sentence is a statement
with a number, from a problem that shares hardly a word with the host; it stands before the question, where nothing
after it points back by a pronoun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from irmill.compiler.english.quantities import MAX_SLOTS, NormalForm, normal_form
from irmill.compiler.model.training.corpus import Example

_END = re.compile(r"[.?!][\"')]*(?=\s+\S|\s*$)")
_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|st|vs|no|oz|lb|lbs|ft|[a-z]))\.$", re.IGNORECASE)
_SLOT = re.compile(r"N\d+")
_POINTING = frozenset({
    "he", "she", "it", "they", "his", "her", "hers", "its", "their", "theirs", "him", "them", "this", "that",
    "these", "those", "then", "there", "each", "both", "one", "if", "when", "after", "later", "next", "but", "so",
    "however", "and", "or", "also", "thus", "hence",
})  # fmt: skip
"""Words that a sentence opens with when it leans on the one before."""
_RELATIVE = frozenset({
    "total", "altogether", "rest", "remaining", "remainder", "left", "other", "others", "another", "same",
    "average", "per", "every", "more", "less", "fewer", "than", "times", "half", "twice", "double", "triple", "he",
    "she", "they", "it", "him", "her", "them", "his", "their", "its",
})  # fmt: skip
"""Words that tie a statement to the problem that it is from."""
_PLAIN = frozenset({
    "a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "is", "are", "was",
    "were", "be", "been", "has", "have", "had", "does", "do", "did", "how", "many", "much", "what", "will", "would",
    "can", "could", "i", "we", "you", "my", "our", "your", "all", "some", "no", "not", "as", "up", "out", "into",
    "over",
})  # fmt: skip
"""Words that two problems may share and still be about different things."""
_SHARED = 1
_SHORTEST, _LONGEST = 4, 24


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a text starts and ends, its full stop included, in order and without blanks around."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATION.search(text, start, match.start() + 1) and text[match.start()] == ".":
            continue
        found.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        found.append((start, len(text)))
    return [(end - len(text[a:end].lstrip()), end) for a, end in found if text[a:end].strip()]


def statements(question: str) -> Iterator[str]:
    """The sentences of a question that say a number and can stand in another problem."""
    for start, end in sentences(question):
        sentence = question[start:end]
        if not sentence.endswith("."):
            continue
        form = normal_form(sentence)
        if not _SHORTEST <= len(form.tokens) <= _LONGEST or not 1 <= len(form.quantities) <= 2:
            continue
        leans = form.tokens[0] in _POINTING or (form.tokens[0] == "N0" and form.tokens[1] in _PLAIN)
        if all(quantity.written for quantity in form.quantities) and not (leans or _RELATIVE.intersection(form.tokens)):
            yield sentence


def places(question: str) -> list[int]:
    """Offsets where a sentence may be put in: starts of sentences up to the question's, none of which points back."""
    found: list[int] = []
    spans = sentences(question)
    last = next((k for k, (_, end) in enumerate(spans) if "?" in question[end - 3 : end]), len(spans) - 1)
    for start, end in spans[: last + 1]:
        tokens = normal_form(question[start:end]).tokens
        if tokens and tokens[0] not in _POINTING:
            found.append(start)
    return found


def _matters(form: NormalForm) -> set[str]:
    return {
        token
        for token in form.tokens
        if token.isalpha() and token not in _PLAIN and token not in _RELATIVE and len(token) > 1
    }


def inserted(host: Example, statement: str, place: int) -> Example | None:
    """The host with a statement put in at an offset of :func:`places`, its program over the slots of the new text.

    None where the two share more than a word, where the text has too many quantities then, or where it is not certain
    which of them are the host's.
    """
    if len(_matters(host.form) & _matters(normal_form(statement))) > _SHARED:
        return None
    question = f"{host.question[:place]}{statement} {host.question[place:]}"
    form = normal_form(question)
    if len(form.quantities) > MAX_SLOTS:
        return None
    moved = _moved(host, form, place, len(statement) + 1)
    if moved is None:
        return None
    slots = _SLOT.sub(lambda match: f"N{moved[int(match.group()[1:])]}", host.slots)
    return Example(question, form, slots, host.family, host.template)


def _moved(host: Example, form: NormalForm, place: int, size: int) -> dict[int, int] | None:
    """The new slot of each of the host's that the program uses: by its offset, a ratio of units by its value."""
    used = {int(name[1:]) for name in _SLOT.findall(host.slots)}
    at = {(quantity.start, quantity.end): slot for slot, quantity in enumerate(form.quantities) if quantity.start >= 0}
    found: dict[int, int] = {}
    for slot, quantity in enumerate(host.form.quantities):
        if quantity.start >= 0:
            shift = size if quantity.start >= place else 0
            new = at.get((quantity.start + shift, quantity.end + shift))
        else:
            alike = [k for k, other in enumerate(form.quantities) if other.start < 0 and other.text == quantity.text]
            new = alike[0] if len(alike) == 1 else None
        if new is None or form.quantities[new].text != quantity.text:
            if slot in used or quantity.start >= 0:
                return None
        else:
            found[slot] = new
    return found
