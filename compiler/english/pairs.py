"""Pairs of operations, one in the other, that nothing is trained on."""

from __future__ import annotations

import re
from functools import lru_cache

from irmill.compiler.english.order import ordered
from irmill.compiler.lang.ast import Binary, post_order
from irmill.compiler.lang.ops import SIGNS
from irmill.compiler.lang.parse import parse_text

_SUFFIX = re.compile(r" (?:=|is)$")
HELD_PAIRS = frozenset({("/", "/"), ("/", "+")})
"""Inner and outer operation: ``a / b / c``; ``a + b / c`` and ``b / c + a``.

A pair is told from the program as it is asked for, with its terms and factors in one order, and from
the terms of a whole sum and the factors of a whole product, so that the order of writing does not matter:
``a / b * c / d`` and ``a / (b * c)`` divide twice, ``a / b - c + d`` adds beside a quotient.
"""


@lru_cache(maxsize=8192)
def holds_held_pair(expression: str) -> bool:
    """Whether a one-line expression, over letters or slots, holds a pair of :data:`HELD_PAIRS`."""
    program = ordered(f"{_SUFFIX.sub('', expression)} =")
    nodes = [node for node in post_order(parse_text(program)) if isinstance(node, Binary)]
    return any(_divides_twice(node) or _adds_quotient(node) for node in nodes)


def _divides_twice(node: Binary) -> bool:
    return sum(sign == "/" for sign in _chain_signs(node, "*/")) > 1


def _adds_quotient(node: Binary) -> bool:
    if SIGNS[node.operation] not in "+-":
        return False
    terms = _terms(node)
    quotient = any("/" in _chain_signs(term, "*/") for term in terms)
    return quotient and "+" in _chain_signs(node, "+-")


def _chain_signs(node: object, signs: str) -> list[str]:
    if not isinstance(node, Binary) or SIGNS[node.operation] not in signs:
        return []
    return [*_chain_signs(node.left, signs), SIGNS[node.operation], *_chain_signs(node.right, signs)]


def _terms(node: object) -> list[object]:
    if isinstance(node, Binary) and SIGNS[node.operation] in "+-":
        return [*_terms(node.left), *_terms(node.right)]
    return [node]
