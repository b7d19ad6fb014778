"""Compiling texts for a person: each part of the configuration counts, and no text costs another one its answer."""

from __future__ import annotations

import pytest

from irmill.compiler.compile import Compilation, Compiler, CompilerConfig, compile_texts
from irmill.compiler.execute.engine import EngineConfig, EngineName
from irmill.compiler.model.config import LensConfig, NormalizerConfig

SENTENCE = "Janet has 50 apples. She gives away 15."
WASMTIME = EngineConfig(name=EngineName.WASMTIME)


def compiled(*texts: str, **sections: object) -> list[Compilation]:
    with Compiler(CompilerConfig.model_validate({"engine": WASMTIME, **sections})) as compiler:
        return compiler.compile_all(texts)


def test_each_text_has_its_answer_or_its_error_in_order() -> None:
    found = compiled("1 / 0 = ", SENTENCE, "2 +", "7 * 6 = ")
    assert [(one.value, one.error) for one in found] == [
        (None, "DIV_BY_ZERO"),
        ("35", None),
        (None, "PARSE"),
        ("42", None),
    ]
    assert [one.stage for one in found] == ["execute", "execute", "normalize", "execute"]


def test_one_text_is_no_list_of_texts() -> None:
    """It would be compiled letter by letter."""
    with pytest.raises(TypeError, match="list of texts"):
        compile_texts("1 + 1 = ")
    assert compile_texts([]) == []


def test_the_lens_reads_at_the_depth_that_is_configured() -> None:
    (usual,) = compiled("50 - 15 = ")
    (shallow,) = compiled("50 - 15 = ", lens=LensConfig(depth=0.05))
    assert usual.lens != shallow.lens


@pytest.mark.parametrize(("threshold", "error"), [(0.0, None), (1.0, "ABSTAINED")])
def test_the_normalizer_abstains_below_the_configured_confidence(threshold: float, error: str | None) -> None:
    (found,) = compiled(SENTENCE, normalizer=NormalizerConfig(threshold=threshold))
    assert found.error == error


def test_the_emitter_rewrites_only_where_it_is_asked_to() -> None:
    text = "sum(i, 1, 10) = "
    (plain,), (optimized,) = compiled(text), compiled(text, emit={"optimize": True})
    assert plain.value == optimized.value == "55"
    assert plain.emission is not None
    assert optimized.emission is not None
    assert plain.emission.code != optimized.emission.code
