"""Problems from templates: a question, its canonical text, and its program over the question's slots.

Everything is a function of the random generator handed in, so equal seeds give equal problems.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from functools import lru_cache

from irmill.compiler.base.splits import Split
from irmill.compiler.english.numbers import sample_numbers
from irmill.compiler.english.order import ordered
from irmill.compiler.english.problem import Problem, slots_of
from irmill.compiler.english.quantities import MAX_SLOTS, normal_form
from irmill.compiler.english.rendering import MARK, draw_words, render, vary
from irmill.compiler.english.scenarios import all_templates
from irmill.compiler.english.scenes.catalogue import scene_problems
from irmill.compiler.english.scenes.lexicon import holds_held_word
from irmill.compiler.english.splits import is_published_form, split_of
from irmill.compiler.english.templates import Template

FAMILY_WEIGHTS = {
    "imperative": 0.9,
    "question": 0.9,
    "chain": 1.0,
    "signs": 0.5,
    "loop": 0.6,
    "comparison": 0.9,
    "function": 0.4,
    "conditional": 0.2,
}
"""How often a family is drawn beside the others, times its templates to the power 0.7; 1 where not named."""
SCENES_SHARE = 0.65
"""Of the problems, those that scenes tell; the rest are from templates."""


def generate(count: int, seed: int, *, splits: Collection[Split] = frozenset({Split.TRAIN})) -> Iterator[Problem]:
    """``count`` problems of the given splits, from templates and from scenes in the ratio of :data:`SCENES_SHARE`.

    Raises ValueError for splits that no question is of.
    """
    rng = random.Random(seed)
    templates = _template_problems(rng, splits)
    scenes = scene_problems(rng, splits)
    made, owed = 0, rng.random()
    while made < count:
        for problem in next(scenes)[: count - made]:
            owed += (1 - SCENES_SHARE) / SCENES_SHARE
            made += 1
            yield problem
        while owed >= 1 and made < count:
            owed -= 1
            problem = next(templates, None)
            if problem is not None:
                made += 1
                yield problem


def _template_problems(rng: random.Random, splits: Collection[Split]) -> Iterator[Problem]:
    """Problems from templates without end, or none at all where no template is of the splits; families are drawn by
    weight, then a template, then its words."""
    families: dict[str, list[Template]] = {}
    for template, split in _dealt():
        if split in splits:
            families.setdefault(template.family, []).append(template)
    names = list(families)
    weights = [FAMILY_WEIGHTS.get(name, 1.0) * len(families[name]) ** 0.7 for name in names]
    while names:
        problem = make_problem(rng.choice(families[rng.choices(names, weights)[0]]), rng)
        if problem is not None:
            yield problem


@lru_cache(maxsize=1)
def _dealt() -> tuple[tuple[Template, Split], ...]:
    return tuple((template, split_of(template)) for template in all_templates())


def make_problem(template: Template, rng: random.Random) -> Problem | None:
    """One problem of a template, or None where the draw did not work out (numbers, too many quantities)."""
    text = vary(template, rng)
    letters = list(dict.fromkeys([*(mark.group(1) for mark in MARK.finditer(text)), *template.fixed]))
    values = sample_numbers(template, letters, rng)
    if values is None:
        return None
    question, offsets = render(text, values, draw_words(rng), rng)
    form = normal_form(question)
    if len(form.quantities) > MAX_SLOTS or is_published_form(form):
        return None
    slots = slots_of(template.expression, template.fixed, values, offsets, form)
    if slots is None:
        return None
    split = split_of(template)
    if split is not Split.TEST_WORDS and holds_held_word(question):
        return None
    return Problem(question, ordered(slots), template.name, template.family, split)
