"""What a scene is: a small world told by facts, and contrasting questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from irmill.compiler.english.scenes.draw import Draw


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a scene.

    Attributes:
        name: the kind of question, unique in the family; ``family/name`` is what is held out.
        text: as a template's text; ends with ``?`` (or with ``.``: "Find ..."); may hold quantities of its own.
        expression: plain arithmetic over quantity letters.
        needs: the facts, by index, that must be told; None: all. The others may be told, too.
        first: the question as it stands before the facts ("How many apples does Tom have left if"), or nothing.
    """

    name: str
    text: str
    expression: str
    needs: tuple[int, ...] | None = None
    first: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A small world.

    Attributes:
        family: the kind of problem.
        facts: sentences as templates' texts, in the order in which they are told; each ends with a point.
        asked: the questions.
        noise: sentences with quantities that never matter.
        fixed: the numbers that the words imply, by letter.
        ranges: inclusive bounds of letters that are not drawn freely.
        decimals: letters that may be decimal fractions.
        counts: whether all steps of an answer must be whole.
        shuffle: whether the facts may be told in any order.
        words: the ``{..}`` words.
    """

    family: str
    facts: tuple[str, ...]
    asked: tuple[Asked, ...]
    noise: tuple[str, ...] = ()
    fixed: Mapping[str, int] = field(default_factory=dict[str, int])
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    decimals: str = ""
    counts: bool = True
    shuffle: bool = False
    words: Mapping[str, str] = field(default_factory=dict[str, str])


Maker = Callable[[Draw], Scene]
"""Makes a scene of one family; all that is random in it comes from the draw."""
