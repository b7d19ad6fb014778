"""The stage ``normalize``: canonical text for every question.

A canonical question is its own program; the model rewrites an English one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING

import pyarrow as pa

from irmill.compiler.base.rows import Progress, Reject, Row, content_id, sorted_out
from irmill.compiler.base.stage import Section, Stage
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.parse import parse_canonical
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.model.config import MODEL_VERSIONS, ModelConfig, NormalizerConfig, model_facts
from irmill.compiler.stages.columns import PROGRAM_FIELDS

if TYPE_CHECKING:
    from irmill.compiler.model.normalized import Normalized
    from irmill.compiler.model.normalizer import Normalizer


class NormalizeConfig(Section):
    """All that the stage depends on: the run's sections ``model`` and ``normalizer``."""

    model: ModelConfig = ModelConfig()
    normalizer: NormalizerConfig = NormalizerConfig()


SCHEMA = pa.schema(PROGRAM_FIELDS)

BOUNDS = {"ABSTAINED": 0.4, "*": 0.1}
"""Reasons are the language's own error codes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as a program, or why there is none.

    Attributes:
        question: the text, untouched.
        english: the model rewrote it, or was to.
        canonical: the program as the printer writes it; None where the text is none.
        typed: the checked program; None with an error.
        slots: the normalizer's answer over slots; empty for a canonical question.
        confidence: the model's probability of the program, in [0, 1]; 1 for a canonical question.
        error: None, or why there is no program; ``message`` is one line about it.
        doubt: why the confidence is too low for the program to be used; empty where it is not.
    """

    question: str
    english: bool
    canonical: str | None = None
    typed: TypedProgram | None = None
    slots: str = ""
    confidence: float = 1.0
    error: ErrorCode | None = None
    message: str = ""
    doubt: str = ""


def read_questions(
    questions: Sequence[str],
    normalizer: Callable[[], Normalizer],
    progress: Progress,
    *,
    batch: int,
    model_only: bool = False,
    rejecting: bool = True,
) -> list[Reading]:
    """Each question as a program, in order. No question can cost another one its answer.

    Args:
        questions: any texts.
        normalizer: opens the normalizer; called only where there is English.
        progress: told of the questions done.
        batch: so many English questions are read together, cut by position, so that no worker count changes them.
        model_only: canonical text goes to the model, too.
        rejecting: a program that is doubted is abstained from; else it stays, with its doubt.
    """
    readings = [None if model_only else _read_canonical(question) for question in questions]
    progress(sum(reading is not None for reading in readings))
    english = [question for question, reading in zip(questions, readings, strict=True) if reading is None]
    answers: list[Reading] = []
    if english:
        reader = normalizer()
        for start in range(0, len(english), batch):
            texts = english[start : start + batch]
            for text, answer in zip(texts, reader.normalize(texts), strict=True):
                answers.append(_read_english(text, answer, rejecting=rejecting))
            progress(len(texts))
    rewritten = iter(answers)
    return [next(rewritten) if reading is None else reading for reading in readings]


def _read_english(question: str, answer: Normalized, *, rejecting: bool) -> Reading:
    """The reading of what the normalizer made of an English question."""
    if answer.typed is None:
        error = answer.error or ErrorCode.ABSTAINED
        return Reading(question, True, None, None, answer.slots, answer.confidence, error, answer.message)
    confidence = float(answer.confidence)
    if answer.doubt and rejecting:
        return Reading(question, True, None, None, answer.slots, confidence, ErrorCode.ABSTAINED, answer.doubt)
    canonical = print_program(answer.typed.program)
    return Reading(question, True, canonical, answer.typed, answer.slots, confidence, doubt=answer.doubt)


def _read_canonical(question: str) -> Reading | None:
    """The reading of a canonical text; None for English."""
    canonical = None
    try:
        program = parse_canonical(question)
        if program is None:
            return None
        canonical = print_program(program)
        return Reading(question, False, canonical, check_types(program))
    except LanguageError as error:
        return Reading(question, False, canonical, error=error.code, message=error.message)


def normalize(
    config: NormalizeConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The ``prompts`` table with the program of every question; what has none is rejected."""

    def normalizer() -> Normalizer:
        from irmill.compiler.model.load import open_model
        from irmill.compiler.model.normalizer import make_normalizer

        return make_normalizer(open_model(config.model), config.normalizer)

    rows: list[Row] = inputs["prompts"].to_pylist()
    questions = [row["question"] for row in rows]
    readings = read_questions(questions, normalizer, progress, batch=config.normalizer.batch_size)
    return sorted_out(starmap(_normalized, zip(rows, readings, strict=True)), SCHEMA)


def _normalized(row: Row, reading: Reading) -> Row | Reject:
    if reading.error is not None or reading.canonical is None:
        return Reject(row["id"], str(reading.error), reading.message, row["question"])
    return {
        **row,
        "id": content_id("normalize", row["id"], reading.canonical),
        "parent_id": row["id"],
        "canonical": reading.canonical,
        "slots": reading.slots,
        "confidence": reading.confidence,
    }


STAGE = Stage(
    lane="compiler",
    name="normalize",
    function=normalize,
    schema=SCHEMA,
    config=lambda run: NormalizeConfig(model=run.model, normalizer=run.normalizer),
    parents=("compiler.prompts",),
    versions=MODEL_VERSIONS,
    facts=lambda config: model_facts(config.model),
    bounds=BOUNDS,
)
