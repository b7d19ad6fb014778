"""What the embedded model reads: the tokens of a question, of a program over slots, and of its steps.

A row has three parts. The question is read both ways; the program (after ``<eq>``) and the steps (after ``<op>``) read
the question and themselves from left to right, not each other; both start at the position after the question. A step
shows the operands of one operation with the operation hidden (``N0 ? N1 =``); ``R0`` is the result of the first step.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from irmill.compiler.english.quantities import MAX_SLOTS, NormalForm
from irmill.compiler.lang import ast
from irmill.compiler.lang.ops import SIGNS, Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_node

NONCES = 32
"""Stand-ins ``W0``, ``W1``, ... for words outside the vocabulary, one for each stem of a text."""
RESULTS = 64
"""Steps a row may have."""
HIDDEN = "?"


def stem(word: str) -> str:
    """A word without its plural ending: what decides which stand-in a word gets."""
    for ending, rest in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 1 and not word.endswith("ss"):
            return word[: -len(ending)] + rest
    return word


def question_words(form: NormalForm, known: frozenset[str] | dict[str, int]) -> list[str]:
    """The tokens of a question with unknown words as stand-ins, equal stems alike."""
    stands: dict[str, str] = {}
    words: list[str] = []
    for token in form.tokens:
        if token in known:
            words.append(token)
        else:
            words.append(stands.setdefault(stem(token), f"W{len(stands) % NONCES}"))
    return words


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a program: its word, its operands with the operation hidden, and with the operation shown."""

    operation: Operation
    hidden: tuple[str, ...]
    shown: tuple[str, ...]


def steps_of(root: ast.Node, limit: int = RESULTS, slots: Mapping[ast.Number, str] | None = None) -> list[Step]:
    """The first ``limit`` steps of a program, post-order, over slots and earlier results.

    Number literals are the slots given for them, else slots in the order of the text, as a question has them.
    """
    names: dict[ast.Node, str] = {number: slot for number, slot in (slots or {}).items()}
    free = itertools.count()
    steps: list[Step] = []
    for node in ast.post_order(root):
        if isinstance(node, ast.Number) and node not in names:
            names[node] = f"N{next(free) % MAX_SLOTS}"
        operation = ast.operation_of(node)
        if operation is None:
            continue
        operands = [word for part in ast.children(node) for word in _operand(part, names)][:12]
        if len(steps) == limit:
            break
        names[node] = f"R{len(steps) % RESULTS}"
        if isinstance(node, ast.Binary):
            left = _operand(node.left, names)
            right = _operand(node.right, names)
            hidden, shown = (*left, HIDDEN, *right, "="), (*left, SIGNS[operation], *right, "=")
        else:
            hidden, shown = (HIDDEN, *operands, "="), (operation.value, *operands, "=")
        steps.append(Step(operation, tuple(hidden), tuple(shown)))
    return steps


def _operand(node: ast.Node | ast.Expr, names: Mapping[ast.Node, str]) -> list[str]:
    if node in names:
        return [names[node]]
    match node:
        case ast.Name():
            return [node.name if node.name[0] == "N" and node.name[1:].isdigit() else "i"]
        case ast.Truth():
            return ["true" if node.value else "false"]
        case ast.ArrayLiteral():
            return ["[", *[word for part in node.elements for word in _operand(part, names)][:8], "]"]
        case _:
            return ["i"]


@lru_cache(maxsize=65536)
def slot_steps(slots: str) -> tuple[Step, ...]:
    """The steps of a program written over slots. Raises LanguageError where it does not parse."""
    return tuple(steps_of(parse_text(slots)))


def text_steps(root: ast.Node, limit: int | None = None) -> list[tuple[str, str]]:
    """The steps of a program as text with its own numbers, operation hidden and shown: ``("50 ? 15", "50 - 15")``.

    Operands are cut to 40 characters each, so that a deep program has short prompts.
    """
    steps: list[tuple[str, str]] = []
    for node in ast.post_order(root):
        operation = ast.operation_of(node)
        if operation is None:
            continue
        if limit is not None and len(steps) == limit:
            break
        if isinstance(node, ast.Binary):
            left, right = _short(node.left), _short(node.right)
            steps.append((f"{left} {HIDDEN} {right}", f"{left} {SIGNS[operation]} {right}"))
        else:
            operands = ", ".join(_short(part) for part in ast.children(node))
            steps.append((f"{HIDDEN}({operands})", f"{operation.value}({operands})"))
    return steps


def _short(node: ast.Node) -> str:
    """An operand's text where that is short, else what stands for it."""
    if isinstance(node, ast.Number | ast.Name | ast.Truth):
        return print_node(node)
    parts = ast.children(node)
    leaves = all(isinstance(part, ast.Number | ast.Name | ast.Truth) for part in parts)
    text = print_node(node) if leaves and len(parts) <= 8 else "..."
    return f"({text})" if isinstance(node, ast.Binary) and leaves else text
