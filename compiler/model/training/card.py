"""The card of the embedded models, ``README.md``: made from the facts and figures beside the weights, never by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from safetensors import safe_open

from irmill.compiler.model.config import FIGURES
from irmill.compiler.model.training.card_tables import held_out_tables, table, tables

_FRONT = """---
license: mit
library_name: transformers
pipeline_tag: text-generation
---
"""
_LIMITS = """## Limits

English only, at most 16 numbers and 320 words. The models know the ways of saying things that their generator and their
corpora have. An answer is a program over the text's own numbers: none is invented, but the wrong ones may be combined.
"""
_PARTS = (("irmill.json", "model.safetensors"), ("direct.json", "direct.safetensors"))


def render_card(folder: Path) -> str:
    """The card of a folder of weights, from ``irmill.json``, ``direct.json`` and ``figures.json`` where they are."""
    parts = [(_read(folder / facts), folder / weights) for facts, weights in _PARTS if (folder / facts).is_file()]
    blocks = [_FRONT, "# The embedded models\n", _introduction(folder), "## How they were made\n"]
    blocks.append(
        "No pretrained weights; `make train` makes them all again. The facts are in `irmill.json` and `direct.json`.\n"
    )
    for facts, weights in parts:
        blocks += _made(facts, weights)
    figures = folder / FIGURES
    if figures.is_file():
        blocks.append("## Figures\n")
        blocks.append("Shares are of rows right, end to end. Baselines are on the same rows.\n")
        for name, found in _read(figures).items():
            blocks += held_out_tables(found["held_out"], name, 3) if "held_out" in found else tables(found, name, 3)
    return "\n".join([*blocks, _LIMITS])


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _introduction(folder: Path) -> str:
    lines: list[str] = []
    config = folder / "config.json"
    if config.is_file():
        shape = _read(config)
        lines.append(
            f"**The language model**: a Llama of {shape['num_hidden_layers']} blocks, width {shape['hidden_size']}, "
            f"{shape['num_attention_heads']} heads, vocabulary {shape['vocab_size']:,}. `config.json` and "
            "`model.safetensors` are what `transformers.LlamaForCausalLM` loads. It reads questions in their normal "
            "form (numbers as slots `N0`, `N1`, ..., words outside the vocabulary as stand-ins) and writes programs "
            "over the slots; the lens reads between its blocks.\n"
        )
    if (folder / "direct.safetensors").is_file():
        lines.append(
            "**The direct normalizer**: combines two of a question's quantities at a time by a signed operation, until "
            "it stops; no text is generated.\n"
        )
    return "\n".join(lines)


def _made(facts: Mapping[str, Any], weights: Path) -> Iterator[str]:
    """The section of one training."""
    yield f"### `{weights.name}`\n"
    minutes = facts.get("seconds", 0) / 60
    facts_of = {
        "training": f"`irmill train {facts.get('kind', 'base')}`",
        "parameters": _parameters(weights),
        "minutes in steps": f"{minutes:.0f}" if minutes else None,
        "generator": facts.get("generator"),
        **{f"sha256 of `{name}`": digest for name, digest in facts.get("files", {}).items()},
    }
    yield table(("", ""), [(name, value) for name, value in facts_of.items() if value is not None])
    if "generator" not in facts:
        yield "Older than `make train`: of which state of the generator and of the corpora it is was not kept.\n"
    corpora = cast(Sequence[Mapping[str, Any]], facts.get("corpora", ()))
    if corpora:
        rows = [(one["name"], one["trained"], one["held"], one["sha256"]) for one in corpora]
        yield table(("corpus", "rows trained on", "rows held out", "sha256"), rows)
    yield (
        "Configuration: "
        + ", ".join(
            f"`{name}` {_plain(value)}" for name, value in facts.get("training", {}).items() if name != "corpus"
        )
        + ".\n"
    )


def _parameters(weights: Path) -> str | None:
    if not weights.is_file():
        return None
    with safe_open(weights, framework="pt") as file:
        count = sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118 - no mapping
    return f"{count:,} ({weights.stat().st_size / 2**20:.1f} MiB)"


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
