"""The scenarios: every template there is, from the text files beside this module and from :mod:`composed`.

A file of ``texts`` holds macros, families and templates, a line each::

    @HAS = [has|had|owns]
    [loss] plain
    a - b; drop, b:2..15 :: {P} @HAS <a> {x}. {p} lost <b>. How many are left?

After a family's name and before ``::`` stand options: ``drop`` (the question may go unsaid), ``plain`` (no story),
``inexact``, ``decimal ab``, ``k=2`` (an implied number), ``b:2..15`` (a range).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from irmill.compiler.english import composed
from irmill.compiler.english.templates import Template, numbered

_FOLDER = Path(__file__).parent / "texts"
_FILES = ("direct", "hands", "parts", "groups", "money", "steps")
_MACRO = re.compile(r"@([A-Z_0-9]+)")
_WORD_OF_LISTS = re.compile(r"\{\w+\}")


@lru_cache(maxsize=1)
def all_templates() -> tuple[Template, ...]:
    """Every template, in a fixed order."""
    made: list[Template] = []
    for name in _FILES:
        made += read_templates((_FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    return (*made, *composed.templates())


@lru_cache(maxsize=1)
def operation_words() -> frozenset[str]:
    """The words of the templates that tell no story, lower case: they name operations and orders."""
    texts = (_WORD_OF_LISTS.sub(" ", template.text) for template in all_templates() if not template.story)
    return frozenset(word for text in texts for word in re.findall(r"[a-z]{3,}", text.lower()))


def read_templates(text: str) -> list[Template]:
    """The templates of a file's text. Raises ValueError for a line that is neither macro, family nor template."""
    macros: dict[str, str] = {}
    families: dict[str, list[Template]] = {}
    family, common = "", ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("@"):
            name, _, value = line[1:].partition(" = ")
            macros[name] = value
        elif line.startswith("["):
            family, _, common = line[1:].partition("]")
            families[family] = []
        else:
            head, found, body = line.partition(" :: ")
            if not found or not family:
                raise ValueError(f"no template: {line[:80]}")
            expression, _, options = head.partition(";")
            body = _MACRO.sub(lambda match: macros[match.group(1)], body)
            families[family].append(Template("", family, body, expression, **_options(f"{common},{options}")))
    return [template for rows in families.values() for template in numbered(rows)]


def _options(text: str) -> dict[str, Any]:
    """The fields that options set. Raises ValueError for an unknown one."""
    fixed: dict[str, int] = {}
    ranges: dict[str, tuple[int, int]] = {}
    found: dict[str, Any] = {}
    for option in (part.strip() for part in text.split(",")):
        if match := re.fullmatch(r"([a-z])=(\d+)", option):
            fixed[match[1]] = int(match[2])
        elif match := re.fullmatch(r"([a-z]):(\d+)\.\.(\d+)", option):
            ranges[match[1]] = (int(match[2]), int(match[3]))
        elif option.startswith("decimal "):
            found["decimals"] = option.removeprefix("decimal ")
        elif option in ("drop", "plain", "inexact"):
            found |= {"drop": {"droppable": True}, "plain": {"story": False}, "inexact": {"inexact": True}}[option]
        elif option:
            raise ValueError(f"no option: {option}")
    return {**found, "fixed": fixed, "ranges": ranges}
