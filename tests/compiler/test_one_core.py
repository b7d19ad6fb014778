"""One core: what ``irmill compile`` does to a text is what the stages do to a row of the corpus."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
from shared_data import shared
from stage_tables import questions, silent

from irmill.compiler.base.splits import Split
from irmill.compiler.compile import Compilation, Compiler, CompilerConfig
from irmill.compiler.english.corpus import generate
from irmill.compiler.execute.engine import EngineConfig, EngineName
from irmill.compiler.lang import parse, types
from irmill.compiler.stages import classify, emit, execute, normalize
from irmill.flows.config import RunConfig, load_config

SETS = ("execute.check_gold=false",)


def config_of(*sets: str) -> RunConfig:
    return load_config("base", [*SETS, *sets])


def verdicts_of_the_stages(texts: list[str], config: RunConfig) -> dict[str, Any]:
    """Each text's value or error by the stages of the corpus, one shard; and the row that stands for it last."""
    table = questions(*texts)
    parents: Mapping[str, pa.Table] = {"prompts": table}
    question = dict(zip(table["id"].to_pylist(), texts, strict=True))
    found: dict[str, Any] = {}
    for module in (normalize, classify, emit, execute):
        stage = module.STAGE
        made, rejects = stage.function(stage.config(config), parents, seed=1, progress=silent)
        for reject in rejects:
            found[question[reject.id]] = (reject.reason, None)
        question = {row["id"]: question[row["parent_id"]] for row in made.to_pylist()}
        parents = {stage.name: made}
    for row in parents["execute"].to_pylist():
        found[question[row["id"]]] = (row["value"], row)
    return found


def same(compilation: Compilation, verdict: tuple[str, dict[str, Any] | None]) -> None:
    said, row = verdict
    assert (compilation.error or compilation.value) == said, (compilation.text, compilation.message)
    if row is None:
        return
    emission = compilation.emission
    assert emission is not None
    assert compilation.canonical == row["canonical"]
    assert [str(operation) for operation in compilation.operations] == row["operations"]
    lens = [{"operation": str(r.operation), "probability": r.probability} for r in compilation.lens]
    assert lens == row["lens"]
    assert (emission.module, list(emission.instructions)) == (row["module"], row["ir"])
    assert (str(emission.type), str(emission.type_by)) == (row["type"], row["type_by"])


@pytest.mark.slow
def test_compile_and_run_give_equal_verdicts_texts_readings_and_modules() -> None:
    """Over the shared language cases, where they are, and 200 English questions of every split."""
    english = [problem.question for problem in generate(200, 77, splits=frozenset(Split))]
    cases = [json.loads(line)["text"] for line in shared("data/language/cases.jsonl").read_text().splitlines()]
    texts = list(dict.fromkeys([*english, *cases]))
    config = config_of()
    verdicts = verdicts_of_the_stages(texts, config)
    with Compiler(config.compiler) as compiler:
        compilations = compiler.compile_all(texts)
    assert len(texts) > 390
    assert {compilation.error is None for compilation in compilations} == {True, False}
    for compilation in compilations:
        same(compilation, verdicts[compilation.text])


def test_a_text_is_parsed_and_typed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A canonical one; nothing between its text and its value reads it again."""
    counts = {"lines": 0, "types": 0}
    read_line, type_line = parse._LineParser.line, types.check_types

    def counted_line(parser: Any) -> Any:
        counts["lines"] += 1
        return read_line(parser)

    def counted_types(program: Any) -> Any:
        counts["types"] += 1
        return type_line(program)

    monkeypatch.setattr(parse._LineParser, "line", counted_line)
    monkeypatch.setattr(normalize, "check_types", counted_types)
    config = CompilerConfig(engine=EngineConfig(name=EngineName.WASMTIME))
    with Compiler(config) as compiler:
        (compilation,) = compiler.compile_all(["(50 - 15) * 2 = "])
    assert compilation.value == "70"
    assert counts == {"lines": 1, "types": 1}


def test_a_worker_that_died_is_not_the_programs_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row is run a second time, in ``compile`` as in the corpus."""
    from dataclasses import replace

    from irmill.compiler.lang.errors import ErrorCode

    run, calls = execute.run_programs, []

    def dies_once(programs: Any, *arguments: Any, **options: Any) -> Any:
        calls.append(len(programs))
        done = run(programs, *arguments, **options)
        return [replace(done[0], value=None, error=ErrorCode.WORKER), *done[1:]] if len(calls) == 1 else done

    monkeypatch.setattr(execute, "run_programs", dies_once)
    with Compiler(CompilerConfig(engine=EngineConfig(name=EngineName.WASMTIME))) as compiler:
        compilations = compiler.compile_all(["1 + 1 = ", "2 + 2 = "])
    assert [compilation.value for compilation in compilations] == ["2", "4"]
    assert calls == [2, 1]
