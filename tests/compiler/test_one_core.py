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
from irmill.flows.cli.forms import other_forms
from irmill.flows.config import RunConfig, load_config
from irmill.optimizer.stages import blocks, lower
from irmill.synth.stages import build, extract, kernels

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


@pytest.mark.slow
def test_trace_shows_the_kernels_and_the_assembly_of_the_corpus() -> None:
    """The kernel with its C++ and CUDA, TIR and TASM of a few executed programs, with other settings than the usual."""
    config = config_of(
        "kernels.max_statements=50", "build.cuda=generated", "speculate.expansions=40", "lower.max_cycles=9999"
    )
    texts = ["50 - 15 = ", "sum(i, 1, 10, i * i) = ", "7 > 3 is ", "x = 2; y = x * 21; y = ", "1 / 4 = "]
    with Compiler(config.compiler) as compiler:
        compiled = [(c.typed, c.value) for c in compiler.compile_all(texts) if c.typed and c.value]
    forms = dict(zip(texts, other_forms(compiled, config), strict=True))
    _, rows = zip(*verdicts_of_the_stages(texts, config).values(), strict=True)
    programs = pa.Table.from_pylist(list(rows), schema=execute.SCHEMA)
    made = _run_stages((kernels, extract, build), "execute", programs, config)
    assert made.num_rows == 5
    for row in made.to_pylist():
        form = forms[_text(rows, row["program_id"])]
        assert form["warp_python"] == row["python"]
        assert [form[name] for name in extract.TEXTS] == [row[name] for name in extract.TEXTS]
        assert (form["warp_answer"], form["gradient"]) == (row["answer"], row["gradient_status"])
    lowered = _run_stages((blocks, lower), "execute", programs, config)
    assert lowered.num_rows == 4
    for row in lowered.to_pylist():
        form = forms[_text(rows, row["program_id"])]
        assert (form["tir"], form["tasm"], form["tasm_answer"]) == (row["tir"], row["tasm"], row["answer"])


def _run_stages(modules: Any, parent: str, table: pa.Table, config: RunConfig) -> pa.Table:
    for module in modules:
        own = module.STAGE.config(config)
        own = own.model_copy(update={"count": 0}) if "count" in type(own).model_fields else own
        table, _ = module.STAGE.function(own, {parent: table}, seed=1, progress=silent)
        parent = module.STAGE.name
    return table


def _text(rows: Any, program: str) -> str:
    return next(row["question"] for row in rows if row["id"] == program)


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
