"""Compiling texts for a person: each part of the configuration counts, and no text costs another one its answer."""

from __future__ import annotations

import pytest

from irmill.compiler.compile import Compilation, Compiler, CompilerConfig, compile_texts
from irmill.compiler.execute.engine import EngineConfig, EngineName
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.config import LensConfig, NormalizerConfig, Veto
from irmill.compiler.model.readings import LensReading

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


def test_what_is_rejected_can_be_compiled_to_the_end_all_the_same() -> None:
    config = {"engine": WASMTIME, "normalizer": NormalizerConfig(threshold=1.0)}
    with Compiler(CompilerConfig.model_validate(config)) as compiler:
        (ended,) = compiler.compile_all([SENTENCE])
        (whole,) = compiler.compile_all([SENTENCE], rejecting=False)
    assert (ended.error, ended.value, ended.stage, ended.rejection) == ("ABSTAINED", None, "normalize", None)
    assert (whole.error, whole.value, whole.stage, whole.lens != ()) == (None, "35", "execute", True)
    assert whole.rejection is not None
    assert (whole.rejection.stage, whole.rejection.error) == ("normalize", "ABSTAINED")
    assert whole.rejection.message == ended.message
    assert whole.english
    assert whole.confidence == ended.confidence < 1.0


@pytest.mark.parametrize(
    ("lens", "error"),
    [
        (LensConfig(veto=Veto.ALWAYS), "LENS_DISAGREES"),
        (LensConfig(veto=Veto.NEVER), None),
        (LensConfig(veto=Veto.UNSURE, unsure_below=0.0), None),
        (LensConfig(veto=Veto.UNSURE, unsure_below=1.0), "LENS_DISAGREES"),
    ],
)
def test_the_lens_rejects_where_its_veto_reaches(
    lens: LensConfig, error: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from irmill.compiler.model import lens as lenses

    heard = [[LensReading(Operation.ADD, 0.9)]]
    monkeypatch.setattr(lenses, "classify", lambda model, items, config: heard)
    (found,) = compiled(SENTENCE, lens=lens)
    assert (found.error, found.value) == (error, None if error else "35")
    assert found.objection == "operation 1 is subtract in the text and add to the lens"
    with Compiler(CompilerConfig.model_validate({"engine": WASMTIME, "lens": lens})) as compiler:
        (whole,) = compiler.compile_all([SENTENCE], rejecting=False)
    assert (whole.error, whole.value) == (None, "35")
    assert (whole.rejection is None) == (error is None)


def test_the_emitter_rewrites_only_where_it_is_asked_to() -> None:
    text = "sum(i, 1, 10) = "
    (plain,), (optimized,) = compiled(text), compiled(text, emit={"optimize": True})
    assert plain.value == optimized.value == "55"
    assert plain.emission is not None
    assert optimized.emission is not None
    assert plain.emission.code != optimized.emission.code
