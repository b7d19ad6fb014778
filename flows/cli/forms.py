"""The same programs in every other backend, each executed: what ``irmill compile --trace`` adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from irmill.compiler.base.rows import Row
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import TypedProgram
from irmill.flows.config import RunConfig
from irmill.tasks.corpus.backends import BACKENDS, Backend


def other_forms(
    programs: Sequence[tuple[TypedProgram, str] | None], config: RunConfig, backends: Sequence[Backend] = BACKENDS
) -> list[dict[str, Any]]:
    """The other forms of each program that was executed, given with its value as shown, by name; empty for None.

    They are made by the stages of the corpus with the configuration given, but for the optimized TASM: there is no
    evolved network at hand, so it is searched for with the uniform prior. What a backend cannot express is named there
    in place of an answer: ``{"warp_answer": "UNSUPPORTED: ..."}``.
    """
    forms: list[dict[str, Any]] = [{} for _ in programs]
    places = [place for place, program in enumerate(programs) if program is not None]
    rows = [_executed(*program) for program in programs if program is not None]
    for backend in backends:
        for place, form in zip(places, backend.trace(rows, config), strict=True):
            forms[place].update(form)
    return forms


def _executed(typed: TypedProgram, value: str) -> Row:
    """The row that the program would have in the corpus, as far as other backends read it."""
    canonical = print_program(typed.program)
    return {"id": canonical, "seed": 0, "canonical": canonical, "value": value}
