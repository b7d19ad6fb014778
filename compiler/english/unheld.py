"""Templates' texts without the choices that would say a word that is held out from training."""

from __future__ import annotations

import re
from functools import lru_cache

from irmill.compiler.english.scenes.lexicon import holds_held_word

_INNERMOST = re.compile(r"\[([^\[\]]*)\]")


@lru_cache(maxsize=4096)
def without_held_words(text: str) -> str:
    """The text, each ``[..|..]`` without its options that hold such a word, as long as others remain."""
    while True:
        filtered = _INNERMOST.sub(_filter, text)
        if filtered == text:
            return text.replace("\x01", "[").replace("\x02", "]").replace("\x03", "|")
        text = filtered


def says_held_word(text: str) -> bool:
    """Whether a template's text cannot be said without such a word."""
    return holds_held_word(without_held_words(text))


def _filter(match: re.Match[str]) -> str:
    """A choice without those options; marks stand for its brackets and bars, so that the one around it is innermost."""
    options = match.group(1).split("|")
    kept = [option for option in options if not holds_held_word(option)] or options
    return "\x01" + "\x03".join(kept) + "\x02"
