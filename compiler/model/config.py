"""Configuration of the model, the normalizer and the lens."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from irmill.compiler.base.stage import Section

MODEL_VERSIONS = ("torch", "transformers", "tokenizers")
"""Distributions that a model computes with."""


class NormalizerKind(StrEnum):
    """How a question becomes a program."""

    DIRECT = "direct"
    """quantities combined two at a time by a network of its own"""
    SLOTS = "slots"
    """programs over slots, written by the embedded causal model"""
    FEW_SHOT = "few_shot"
    LORA = "lora"


class ModelConfig(Section):
    """Which causal language model, and where it runs: ``id`` None is the embedded one, else a path or a hub id."""

    id: str | None = None
    revision: str | None = None
    device: str = "cpu"
    offline: bool = False
    adapter: str | None = None


FIGURES = "figures.json"
"""In a folder of weights: what was measured of them; no result depends on it."""


def embedded_folder() -> Path:
    """Where the embedded model's files are: package data, or what ``irmill train --install`` put in their place."""
    return Path(__file__).parent / "weights"


def model_facts(config: ModelConfig) -> Mapping[str, str]:
    """What a model's output depends on beside the configuration: the digests of its files, or the hub's name."""
    folders = [embedded_folder() if config.id is None else Path(config.id)]
    if config.adapter is not None:
        folders.append(Path(config.adapter))
    facts: dict[str, str] = {}
    for folder in folders:
        if not folder.is_dir():
            facts[folder.as_posix()] = config.revision or "main"
            continue
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.suffix in (".safetensors", ".json") and path.name != FIGURES:
                facts[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return facts


class Veto(StrEnum):
    """Which English rows the lens may reject."""

    ALWAYS = "always"
    UNSURE = "unsure"
    NEVER = "never"


class LensConfig(Section):
    """Where the logit lens reads, and what its disagreement does.

    Attributes:
        depth: it reads after block ``int(depth * layers)``.
        veto: rows that it may reject: all, those of which the normalizer is unsure, or none.
        unsure_below: the confidence below which the normalizer is unsure; None takes the model's own. A model whose
            card names none is always unsure.
    """

    depth: float = Field(default=0.55, ge=0.0, lt=1.0)
    veto: Veto = Veto.NEVER
    unsure_below: float | None = Field(default=None, ge=0.0, le=1.0)


class NormalizerConfig(Section):
    """How programs are decoded, and when the normalizer abstains.

    Attributes:
        kind: None is what fits the model.
        threshold: confidence below it is abstained from; None takes the model's own.
        batch_size: questions that are read together.
        max_new_tokens: tokens a program may have.
        max_question_tokens: words a question may have.
        beam: programs that are kept while decoding, or derivations.
        constrained: whether the grammar bounds what is decoded.
        variants: wordings of a question that the direct normalizer reads, the question's own among them; their
            probabilities are averaged.
        sure: the probability of an answer from which on no further network of the direct normalizer's committee is
            asked; above 1 all always are.
    """

    kind: NormalizerKind | None = None
    threshold: float | None = Field(default=None, ge=0.0, le=1.0)
    batch_size: int = Field(default=32, ge=1)
    max_new_tokens: int = Field(default=64, ge=1)
    max_question_tokens: int = Field(default=320, ge=8)
    beam: int = Field(default=4, ge=1, le=16)
    constrained: bool = True
    variants: int = Field(default=1, ge=1, le=16)
    sure: float = Field(default=0.9, ge=0.0, le=1.1)
