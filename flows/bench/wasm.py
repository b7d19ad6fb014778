"""The bench `wasm`: programs put together against a module each, emission, the lane from text to row, and its growth.

The baselines are the ways of before: each program is emitted by itself and run by itself (:mod:`flows.bench.one_each`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import cycle, islice
from typing import NoReturn

from irmill.compiler.base.rows import Row, silent
from irmill.compiler.execute.engine import EngineConfig, EngineName, EngineUnavailable, Job, WasmEngine, open_engine
from irmill.compiler.execute.run import Emitted, run_programs
from irmill.compiler.lang.ast import Program
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.prompts.canonical import canonical_prompts
from irmill.compiler.stages.emit import EmitConfig, emission_columns, emit_canonical
from irmill.compiler.stages.normalize import read_questions
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.emit import Emission, emit_program
from irmill.compiler.wasm.shapes import Shapes
from irmill.flows.bench.contest import Case, Contest, Goal, Measure
from irmill.flows.bench.one_each import OneEachWasmer, OneEachWasmtime
from irmill.flows.config import RunConfig

_SEED = 11
SHAPES = 200
"""Canonical programs of the corpus; the mix holds each with so many other constants that it has PROGRAMS."""
PROGRAMS = 10_000
_FEW = 1_000
"""Programs of a case that would take minutes."""
_GROWTH = (1_000, 10_000, 100_000)


def contests(config: RunConfig, stack: ExitStack) -> Iterator[Contest]:
    """Engine time on both engines, emission, values and rows of one mix, and rows in growing numbers."""
    for engine, one_each in _engines(stack):
        yield engine_time("a op b", _operations(_FEW), engine, one_each, 6.0)
        yield engine_time("generated", generate_programs(_FEW, _SEED, CORPUS), engine, one_each, 4.5)
    engine, one_each = next(_engines(stack))
    texts = list(islice(_mix(), PROGRAMS))
    yield emission(texts[:_FEW])
    yield values([parse_text(text) for text in texts], engine, one_each)
    yield lane(texts, engine, one_each, f"{SHAPES} shapes")
    yield lane([row["question"] for row in canonical_prompts(_FEW, _SEED)], engine, one_each, "few of one shape")
    yield growth(engine)


def _engines(stack: ExitStack) -> Iterator[tuple[WasmEngine, WasmEngine]]:
    """Each engine that can be used here with its baseline, the default first."""
    for name, baseline in ((EngineName.WASMER, OneEachWasmer), (EngineName.WASMTIME, OneEachWasmtime)):
        try:
            yield stack.enter_context(open_engine(EngineConfig(name=name))), stack.enter_context(baseline())
        except EngineUnavailable:
            continue


def _operations(count: int) -> list[Program]:
    """Programs of one operation on two whole numbers."""
    source = random.Random(_SEED)
    return [
        parse_text(f"{source.randrange(1000)} {source.choice('+-*/')} {source.randrange(1, 1000)} = ")
        for _ in range(count)
    ]


_NUMBER = re.compile(r"(?<!by )(?<!by -)\b[0-9]+(\.[0-9]+)?\b")


def _mix() -> Iterator[str]:
    """Texts without end: canonical programs of the corpus in turn, from the second turn on with numbers near theirs."""
    source = random.Random(_SEED)
    texts = [row["question"] for row in canonical_prompts(SHAPES, _SEED)]
    yield from texts

    def other(found: re.Match[str]) -> str:
        whole, point, fraction = found[0].partition(".")
        value = int(whole)
        return f"{source.randint(value - value // 3, value + value // 3)}{point}{fraction}"

    for text in cycle(texts):
        yield _NUMBER.sub(other, text)


def _typed(programs: Sequence[Program]) -> list[TypedProgram]:
    return [check_types(program) for program in programs]


def _jobs(emissions: Sequence[Emission]) -> list[Job]:
    return [Job(emission.module, emission.type, emission.truth) for emission in emissions]


def _emit_all(programs: Sequence[TypedProgram]) -> list[Emission]:
    """The emissions of those that the backend can express."""
    found: list[Emission] = []
    for typed in programs:
        try:
            found.append(emit_program(typed))
        except LanguageError:
            continue
    return found


def engine_time(
    name: str, programs: Sequence[Program], engine: WasmEngine, one_each: WasmEngine, goal: float
) -> Contest:
    """Running modules that are there: many put together against each by itself."""
    jobs = _jobs(_emit_all(_typed(programs)))
    return Contest(
        f"{engine.name}, {name}",
        "programs",
        Case("a module and an instance each", lambda: one_each.run(jobs), len(jobs)),
        (Case("put together", lambda: engine.run(jobs), len(jobs), goals=(Goal(Measure.TIMES, goal),)),),
        about="compiling the functions is what is left, and what taking the modules to pieces costs",
    )


def emission(texts: Sequence[str]) -> Contest:
    """Emission of texts; what is counted are the programs' own instructions, not the runtime's."""
    shapes = Shapes()
    own = sum(_own_instructions(one) for one in emit_texts(texts, None))
    return Contest(
        "emission",
        "instructions",
        Case("each by itself", lambda: emit_texts(texts, None), own),
        (
            Case("shapes that are new", lambda: emit_texts(texts, Shapes()), own),
            Case(
                "shapes that are known",
                lambda: emit_texts(texts, shapes),
                own,
                goals=(Goal(Measure.RATE, 500_000),),
            ),
        ),
        about=f"{len(texts):,} canonical programs of {SHAPES} shapes; reading them is part of it where a shape is new",
    )


def emit_texts(texts: Sequence[str], shapes: Shapes | None) -> list[Emission]:
    """The emissions of canonical texts, each by itself where no shapes are remembered."""
    if shapes is None:
        return [emit_program(_read(text)) for text in texts]
    return [emit_canonical(text, partial(_read, text), shapes, EmitConfig()) for text in texts]


def _own_instructions(emission: Emission) -> int:
    """Instructions of ``compute`` and of the program's functions, whose names have a dot."""
    functions = emission.body.functions
    return sum(len(function.body) for function in functions if function is functions[0] or "." in function.name)


def values(mix: Sequence[Program], engine: WasmEngine, one_each: WasmEngine) -> Contest:
    """Programs in, values out, without the reference and with it."""
    few = mix[:_FEW]

    def alone(programs: Sequence[Program]) -> list[Emitted]:
        return [Emitted.of(check_types(program)) for program in programs]

    def of_shapes(programs: Sequence[Program]) -> list[Emission]:
        shapes = Shapes()
        return [shapes.emit(print_program(program), partial(check_types, program)) for program in programs]

    def confirmed(programs: Sequence[Program]) -> None:
        pairs = zip(programs, of_shapes(programs), strict=True)
        run_programs([Emitted.of(check_types(program), emission) for program, emission in pairs], engine)

    return Contest(
        f"values, {len(mix):,} programs of {SHAPES} shapes",
        "programs",
        Case("by themselves, no reference", lambda: one_each.run(_jobs(_emissions(alone(few)))), len(few)),
        (
            Case(
                "together, no reference",
                lambda: engine.run(_jobs(of_shapes(mix))),
                len(mix),
                goals=(Goal(Measure.TIMES, 20),),
            ),
            Case("by themselves, confirmed", lambda: run_programs(alone(few), one_each), len(few)),
            Case("together, confirmed", lambda: confirmed(mix), len(mix)),
        ),
    )


def _emissions(programs: Sequence[Emitted]) -> list[Emission]:
    return [program.emission for program in programs if program.emission is not None]


def rows_of_texts(texts: Sequence[str], engine: WasmEngine, shapes: Shapes | None) -> list[Row]:
    """Texts through the functions of the stages normalize, emit and execute, each from the text of the one before."""
    readings = read_questions(texts, _no_normalizer, silent, batch=1)
    canonical = [reading.canonical or "" for reading in readings]
    emissions = emit_texts(canonical, shapes)
    rows: list[Row] = [
        {"canonical": text, **emission_columns(one)} for text, one in zip(canonical, emissions, strict=True)
    ]
    programs = [Emitted(_read(row["canonical"]), row["module"], ValueType(row["type"])) for row in rows]
    for row, execution in zip(rows, run_programs(programs, engine), strict=True):
        row["value"] = execution.value
    return rows


def _read(canonical: str) -> TypedProgram:
    return check_types(parse_text(canonical))


def _no_normalizer() -> NoReturn:
    raise AssertionError("every text is canonical")


def lane(texts: Sequence[str], engine: WasmEngine, one_each: WasmEngine, about: str) -> Contest:
    """The whole lane: canonical text in, row out."""
    few = texts[:_FEW]
    times = (Goal(Measure.TIMES, 4),)
    return Contest(
        f"lane, {about}",
        "rows",
        Case("by themselves", lambda: rows_of_texts(few, one_each, None), len(few)),
        (Case("together", lambda: rows_of_texts(texts, engine, Shapes()), len(texts), goals=times),),
    )


def growth(engine: WasmEngine) -> Contest:
    """Rows in growing numbers, as the stages cut them: time a row stays what it is."""
    size = EngineConfig().batch_rows

    def rows(count: int) -> Callable[[], None]:
        def work() -> None:
            texts, shapes = islice(_mix(), count), Shapes()
            while batch := list(islice(texts, size)):
                rows_of_texts(batch, engine, shapes)

        return work

    first, *more = _GROWTH
    return Contest(
        "growth",
        "rows",
        Case(f"{first:,} rows", rows(first), first),
        tuple(Case(f"{count:,} rows", rows(count), count, goals=(Goal(Measure.TIMES, 0.9),)) for count in more),
    )
