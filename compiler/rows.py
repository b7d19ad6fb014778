"""The tables of the compiler lane: one schema a stage, each with the columns of the one before it and its own.

``id`` is the hash of what a row adds, ``parent_id`` the row of the stage before, so a program's row leads back to the
sentence it came from.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from irmill.compiler.base.rows import KEY_FIELDS, text_field, texts_field

ORIGIN_FIELDS = [
    text_field("gold_canonical", nullable=True),
    text_field("gold_answer", nullable=True),
    text_field("template"),
    text_field("family"),
    text_field("split"),
    text_field("source"),
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

PROMPTS = pa.schema([*KEY_FIELDS, text_field("question"), *ORIGIN_FIELDS])
"""A question: English, or canonical text as it stands."""

NORMALIZE = pa.schema(
    [
        *KEY_FIELDS,
        text_field("question"),
        text_field("canonical"),
        text_field("slots"),
        pa.field("confidence", pa.float64(), nullable=False),
        *ORIGIN_FIELDS,
    ]
)
"""``canonical`` is the program; ``slots`` the normalizer's answer before the numbers of the text were filled in (empty
for a canonical question, which goes past the model); ``confidence`` the model's probability of it, in [0, 1]."""

CLASSIFY = pa.schema([*NORMALIZE, texts_field("operations"), LENS_FIELD])
"""``operations`` are the operation words that are emitted, one for each operation node, post-order; ``lens`` what the
logit lens read for them, with its probability (on canonical text for the first 64 operations only)."""

EMIT = pa.schema(
    [
        *CLASSIFY,
        texts_field("ir"),
        text_field("bytes"),
        pa.field("module", pa.binary(), nullable=False),
        text_field("wat"),
        text_field("type"),
        text_field("type_by"),
    ]
)
"""``ir`` are the function's instructions, ``bytes`` their code in hex, ``module`` a complete WASM module that exports
``compute``, ``type`` its machine type and ``type_by`` the rule that decided it."""

EXECUTE = pa.schema([*EMIT, text_field("value"), text_field("engine"), text_field("engine_version")])
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
