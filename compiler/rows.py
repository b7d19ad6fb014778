"""The tables of the compiler lane: one schema a stage, each with the columns of the one before it and its own.

``id`` is the hash of what a row adds, ``parent_id`` the row of the stage before, so a program's row leads back to the
sentence it came from.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from irmill.compiler.lang.rows import KEY_FIELDS


def _text(name: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, pa.string(), nullable=nullable)


def _texts(name: str) -> pa.Field:
    return pa.field(name, pa.list_(pa.field("item", pa.string(), nullable=False)), nullable=False)


ORIGIN_FIELDS = [
    _text("gold_canonical", nullable=True),
    _text("gold_answer", nullable=True),
    _text("template"),
    _text("family"),
    _text("split"),
    _text("source"),
]
"""Where a prompt is from. ``gold_*`` are what a generator knows (null for a person's prompts); ``template`` and
``family`` name the pattern it was made by, the unit that ``split`` (train, validation, test) never cuts; ``source`` is
one of :class:`Source`."""

LENS_FIELD = pa.field(
    "lens",
    pa.list_(
        pa.field(
            "item",
            pa.struct(
                [
                    pa.field("operation", pa.string(), nullable=False),
                    pa.field("probability", pa.float64(), nullable=False),
                ]
            ),
            nullable=False,
        )
    ),
    nullable=False,
)

PROMPTS = pa.schema([*KEY_FIELDS, _text("question"), *ORIGIN_FIELDS])
"""A question: English, or canonical text as it stands."""

NORMALIZE = pa.schema(
    [
        *KEY_FIELDS,
        _text("question"),
        _text("canonical"),
        _text("slots"),
        pa.field("confidence", pa.float64(), nullable=False),
        *ORIGIN_FIELDS,
    ]
)
"""``canonical`` is the program; ``slots`` the normalizer's answer before the numbers of the text were filled in (empty
for a canonical question, which goes past the model); ``confidence`` the model's probability of it, in [0, 1]."""

CLASSIFY = pa.schema([*NORMALIZE, _texts("operations"), LENS_FIELD])
"""``operations`` are the operation words that are emitted, one for each operation node, post-order; ``lens`` what the
logit lens read for them, with its probability (on canonical text for the first 64 operations only)."""

EMIT = pa.schema(
    [
        *CLASSIFY,
        _texts("ir"),
        _text("bytes"),
        pa.field("module", pa.binary(), nullable=False),
        _text("wat"),
        _text("type"),
        _text("type_by"),
    ]
)
"""``ir`` are the function's instructions, ``bytes`` their code in hex, ``module`` a complete WASM module that exports
``compute``, ``type`` its machine type and ``type_by`` the rule that decided it."""

EXECUTE = pa.schema([*EMIT, _text("value"), _text("engine"), _text("engine_version")])
"""``value`` is the answer as the language shows it. The emission's columns are those of the module that was run."""


class Source(StrEnum):
    """Where a prompt comes from."""

    ENGLISH = "english"
    CANONICAL = "canonical"
    FILE = "file"


class CompilerReason(StrEnum):
    """Why this lane rejects a row, beside the language's own error codes."""

    DUPLICATE = "DUPLICATE"
    """the same question stands in the prompt file before"""
    GOLD_DIFFERS = "GOLD_DIFFERS"
    """the value is not the answer that the prompt's generator knows: the sentence was misread"""
