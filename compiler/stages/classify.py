"""The stage ``classify``: what the logit lens reads for every operation of a program.

For English the lens decides where it may (``lens.veto``): a row where it and the canonical text name different
operations is rejected. On canonical text its first readings are shown and decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING

import pyarrow as pa
from pydantic import Field

from irmill.compiler.base.rows import Progress, Reject, Row, content_id, sorted_out
from irmill.compiler.base.stage import Section, Stage
from irmill.compiler.lang.ast import Program, operation_words
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import is_canonical, parse_text
from irmill.compiler.model.config import MODEL_VERSIONS, LensConfig, ModelConfig, Veto, model_facts
from irmill.compiler.stages.columns import CLASSIFIED_FIELDS

if TYPE_CHECKING:
    from irmill.compiler.model.load import LoadedModel
    from irmill.compiler.model.readings import LensReading

SHOWN_OPERATIONS = 64
"""The lens is shown for so many operations of a canonical question."""


class ClassifyConfig(Section):
    """All that the stage depends on: the run's sections ``model`` and ``lens``.

    Attributes:
        model: the language model.
        lens: where it is read.
        batch_rows: programs that go through the lens together.
    """

    model: ModelConfig = ModelConfig()
    lens: LensConfig = LensConfig()
    batch_rows: int = Field(default=32, ge=1)


SCHEMA = pa.schema(CLASSIFIED_FIELDS)

BOUNDS = {"LENS_DISAGREES": 0.25, "*": 0.1}


@dataclass(frozen=True, slots=True)
class Classified:
    """What the lens reads of one program.

    Attributes:
        operations: the program's operation words, one for each operation node, post-order.
        lens: what the lens read for them, the first ones of a canonical text.
        message: for English, where the two differ; empty where they agree.
        vetoed: whether they differ on a row that the lens may reject.
    """

    operations: tuple[Operation, ...]
    lens: tuple[LensReading, ...]
    message: str
    vetoed: bool

    @property
    def error(self) -> ErrorCode | None:
        """LENS_DISAGREES where the lens rejects the row."""
        return ErrorCode.LENS_DISAGREES if self.vetoed else None


@dataclass(frozen=True, slots=True)
class Written:
    """A program that the lens is asked about.

    Attributes:
        question: its English question, None where the text is canonical.
        program: the program.
        confidence: the normalizer's, in [0, 1].
    """

    question: str | None
    program: Program
    confidence: float


def read_operations(
    model: LoadedModel, programs: Sequence[Written], config: ClassifyConfig, progress: Progress
) -> list[Classified]:
    """What the lens reads of each program, in order.

    Args:
        model: the language model.
        programs: what was written.
        config: where the lens reads; programs are cut into batches by position.
        progress: told of the programs done.
    """
    from irmill.compiler.model.lens import classify as read_lens
    from irmill.compiler.model.readings import LensItem

    found: list[Classified] = []
    for start in range(0, len(programs), config.batch_rows):
        batch = programs[start : start + config.batch_rows]
        items = [LensItem(one.question, one.program, None if one.question else SHOWN_OPERATIONS) for one in batch]
        for one, readings in zip(batch, read_lens(model, items, config.lens), strict=True):
            words = operation_words(one.program)
            message = "" if one.question is None else _difference(words, [reading.operation for reading in readings])
            vetoed = bool(message) and may_veto(one.confidence, config.lens, model)
            found.append(Classified(words, tuple(readings), message, vetoed))
        progress(len(batch))
    return found


def may_veto(confidence: float, config: LensConfig, model: LoadedModel) -> bool:
    """Whether the lens may reject a row of which the normalizer is so confident."""
    from irmill.compiler.model.calibration import calibration_of

    if config.veto is Veto.UNSURE:
        bound = config.unsure_below
        return confidence < (calibration_of(model.calibrated).unsure_below if bound is None else bound)
    return config.veto is Veto.ALWAYS


def _difference(words: Sequence[Operation], heard: Sequence[Operation]) -> str:
    """Where the lens first hears another operation than the text has; empty where it hears the same."""
    for place, (word, other) in enumerate(zip(words, heard, strict=True), 1):
        if word is not other:
            return f"operation {place} is {word} in the text and {other} to the lens"
    return ""


def classify(
    config: ClassifyConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The ``normalize`` table with the operations and what the lens reads for them."""
    from irmill.compiler.model.load import open_model

    rows: list[Row] = inputs["normalize"].to_pylist()
    programs = [Written(_english(row), parse_text(row["canonical"]), row["confidence"]) for row in rows]
    found = read_operations(open_model(config.model), programs, config, progress)
    return sorted_out(starmap(_classified, zip(rows, found, strict=True)), SCHEMA)


def _classified(row: Row, found: Classified) -> Row | Reject:
    if found.error is not None:
        return Reject(row["id"], found.error, found.message, row["question"])
    return {
        **row,
        "id": content_id("classify", row["id"], *(str(reading.operation) for reading in found.lens)),
        "parent_id": row["id"],
        "operations": [str(operation) for operation in found.operations],
        "lens": [
            {"operation": str(reading.operation), "probability": float(reading.probability)} for reading in found.lens
        ],
    }


def _english(row: Row) -> str | None:
    """The question of a row where it is English."""
    question: str = row["question"]
    return None if question == row["canonical"] or is_canonical(question) else question


STAGE = Stage(
    lane="compiler",
    name="classify",
    function=classify,
    schema=SCHEMA,
    config=lambda run: ClassifyConfig(model=run.model, lens=run.lens),
    parents=("compiler.normalize",),
    versions=MODEL_VERSIONS,
    facts=lambda config: model_facts(config.model),
    bounds=BOUNDS,
)
