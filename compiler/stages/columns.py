"""Groups of columns that the tables of this lane share: each stage adds its own to those of the one before it.

``id`` is the hash of what a row adds, ``parent_id`` the row of the stage before, so a program's row leads back to the
sentence it came from.
"""

from __future__ import annotations

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
one of :class:`compiler.prompts.english.Source`."""

PROGRAM_FIELDS = [
    *KEY_FIELDS,
    text_field("question"),
    text_field("canonical"),
    text_field("slots"),
    pa.field("confidence", pa.float64(), nullable=False),
    *ORIGIN_FIELDS,
]
"""``canonical`` is the program; ``slots`` the normalizer's answer before the numbers of the text were filled in (empty
for a canonical question, which goes past the model); ``confidence`` the model's probability of it, in [0, 1]."""

_READING = pa.struct([text_field("operation"), pa.field("probability", pa.float64(), nullable=False)])
LENS_FIELD = pa.field("lens", pa.list_(pa.field("item", _READING, nullable=False)), nullable=False)

CLASSIFIED_FIELDS = [*PROGRAM_FIELDS, texts_field("operations"), LENS_FIELD]
"""``operations`` are the operation words that are emitted, one for each operation node, post-order; ``lens`` what the
logit lens read for them, with its probability (on canonical text for the first 64 operations only)."""

EMITTED_FIELDS = [
    *CLASSIFIED_FIELDS,
    texts_field("ir"),
    text_field("bytes"),
    pa.field("module", pa.binary(), nullable=False),
    text_field("wat"),
    text_field("type"),
    text_field("type_by"),
]
"""``ir`` are the function's instructions, ``bytes`` their code in hex, ``module`` a complete WASM module that exports
``compute``, ``type`` its machine type and ``type_by`` the rule that decided it."""
