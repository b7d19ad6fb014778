"""What is fuzzed: the text at each place of a seed, by generator, and a broken one beside it."""

from __future__ import annotations

import random

from fuzz.hostile import hostile, widest
from fuzz.mutate import mutate

from irmill.compiler.lang.boundaries import generate_boundary
from irmill.compiler.lang.generate import generate_program
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS, WILD

GENERATORS = {
    "corpus": lambda source: generate_program(source, CORPUS),
    "wild": lambda source: generate_program(source, WILD),
    "boundary": generate_boundary,
}
ORDER = ("boundary", "corpus", "boundary", "wild")
"""The generator of each place, in turn."""

DAMAGED, HOSTILE = "damaged", "hostile"


def program_text(seed, place):
    """The generator of one place of a seed and its program as text."""
    name = ORDER[place % len(ORDER)]
    return name, print_program(GENERATORS[name](random.Random(f"{name}:{seed}:{place}")))


def broken_text(seed, place, text):
    """A text that is most likely no program: the given one damaged, or a hostile one."""
    source = random.Random(f"broken:{seed}:{place}")
    if source.random() < 0.8:
        return DAMAGED, mutate(text, place)
    return HOSTILE, widest(source) if source.random() < 0.01 else hostile(source)


def texts(seed, start, count):
    """Pairs of generator and text: for each place of a seed a program, then a broken text."""
    for place in range(start, start + count):
        name, text = program_text(seed, place)
        yield name, text
        yield broken_text(seed, place, text)
