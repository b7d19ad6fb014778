"""Canonical programs for the corpus: every construct of the language, most of them over small whole numbers.

Each kind is a profile of the program generator. A program is kept when it has an operation and a value; its template is
its text without its numbers, so that no split holds a form that another one has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from irmill.compiler.base.rows import Row
from irmill.compiler.base.splits import CANONICAL
from irmill.compiler.lang.ast import Program, operation_words
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.ops import BUILTINS, COMPARISON, Builtin, Operation
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import ARITHMETIC, INTEGERS, Profile
from irmill.compiler.prompts.english import Source, gold_answer, prompt_row, seeds

LONGEST = 400
"""Characters of a program's text; longer ones are drawn again."""

_PLAIN = replace(ARITHMETIC, operators=INTEGERS.operators, largest=99)
_NATURAL = (Operation.ADD, Operation.MULTIPLY, Operation.FLOOR_DIVIDE, Operation.MODULO)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of program.

    Attributes:
        weight: its part of the mix.
        profile: what its programs may hold.
        shows: operations of which a program must have one; empty asks for any operation.
        natural: programs without a sign, so that most of them stay in the natural numbers, as the TASM backend needs.
    """

    weight: int
    profile: Profile
    shows: frozenset[Operation] = frozenset()
    natural: bool = True


_MOST = (Builtin.MIN, Builtin.MAX)
_LOOPS = frozenset({Operation.SUM, Operation.PRODUCT, Operation.COUNT})
_OF_ARRAYS = frozenset({Operation.INDEX, Operation.STORE, Operation.LEN, Operation.SUM, Operation.PRODUCT})

KINDS: dict[str, Kind] = {
    "arithmetic": Kind(
        4, replace(_PLAIN, operators=(Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY)), natural=False
    ),
    "natural": Kind(4, replace(_PLAIN, operators=_NATURAL)),
    "division": Kind(2, replace(ARITHMETIC, largest=99), frozenset({Operation.DIVIDE}), natural=False),
    "comparison": Kind(4, replace(_PLAIN, operators=_NATURAL, comparison=True, logic=True), COMPARISON),
    "branches": Kind(
        4,
        replace(_PLAIN, operators=_NATURAL, comparison=True, branches=True, builtins=_MOST),
        frozenset({Operation.IF}),
    ),
    "loops": Kind(4, replace(_PLAIN, operators=_NATURAL, loops=True, largest=20), _LOOPS),
    "bindings": Kind(3, replace(_PLAIN, operators=_NATURAL, statements=3)),
    "whiles": Kind(
        3,
        replace(_PLAIN, operators=_NATURAL, comparison=True, whiles=True, statements=3, largest=20),
        frozenset({Operation.WHILE}),
    ),
    "builtins": Kind(
        2,
        replace(INTEGERS, arrays=False, functions=False, whiles=False, statements=0, depth=3),
        frozenset(word for builtin in INTEGERS.builtins if (word := BUILTINS[builtin].operation)),
        natural=False,
    ),
    "decimals": Kind(2, replace(_PLAIN, decimals=True, operators=ARITHMETIC.operators), natural=False),
    "arrays": Kind(2, replace(INTEGERS, functions=False, whiles=False, depth=3), _OF_ARRAYS),
    "functions": Kind(1, replace(INTEGERS, arrays=False, depth=3), frozenset({Operation.CALL}), natural=False),
}

_NUMBER = re.compile(r"\b[0-9]+(?:\.[0-9]+)?")


def canonical_prompts(count: int, seed: int) -> list[Row]:
    """``count`` canonical programs, no two alike, kinds in the proportion of their weights."""
    total = sum(kind.weight for kind in KINDS.values())
    made: dict[str, Row] = {}
    done = 0
    reached = 0
    for name, kind in KINDS.items():
        reached += kind.weight
        wanted = count * reached // total - done
        done += wanted
        made.update(_programs(name, kind, wanted, seed, taken=made))
    return list(made.values())


def _programs(name: str, kind: Kind, count: int, seed: int, *, taken: dict[str, Row]) -> dict[str, Row]:
    made: dict[str, Row] = {}
    for draw in seeds(seed, f"canonical {name}"):
        if len(made) >= count:
            break
        for program in generate_programs(4 * (count - len(made)), draw, kind.profile):
            row = _row(program, name, kind, draw) if len(made) < count else None
            if row is not None and row["id"] not in taken:
                made.setdefault(row["id"], row)
    return made


def _row(program: Program, name: str, kind: Kind, seed: int) -> Row | None:
    operations = set(operation_words(program))
    if not operations or (kind.shows and operations.isdisjoint(kind.shows)):
        return None
    if kind.natural and Operation.NEGATE in operations:
        return None
    text = print_program(program)
    answer = gold_answer(program) if len(text) <= LONGEST else None
    if answer is None:
        return None
    template = _NUMBER.sub("#", text).strip()
    split = CANONICAL.split_of(template)
    return {
        **prompt_row(text, (text, answer), f"canonical: {template}", f"canonical {name}", split, seed),
        "source": Source.CANONICAL,
    }
