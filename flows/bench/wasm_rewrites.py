"""The bench `rewrites`: how much code ``--optimize`` leaves, and how much time an engine takes for what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from irmill.compiler.execute.engine import Job, WasmEngine, open_engine
from irmill.compiler.lang.ast import Program
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.profiles import CORPUS
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.wasm.emit import Emission, emit_program
from irmill.flows.bench.contest import Case, Contest
from irmill.flows.config import RunConfig

_SEED = 11
_GENERATED = 400

KERNELS = (
    "sum(i, 1, 30000000) = ",
    "sum(i, 1, 3000000, i % 8 + i // 16) = ",
    "x = 3; y = 4; sum(i, 1, 3000000, (x * y + i) * (x * y + i) + (x * y + i)) = ",
    "n = 0; s = 0; while n < 3000000 do { n = n + 1; s = (s + n ^ 2) % 1024; } s = ",
    "a = [1, 2, 3]; n = 0; while n < 3000000 do { n = n + 1; a[n % 2] = a[n % 2] + n // 2; } a[0] + a[1] = ",
    "f(n) = if n < 2 then n else f(n - 1) + f(n - 2); f(27) = ",
)
"""Programs that run long enough for an engine's own time to show."""


def contests(config: RunConfig, stack: ExitStack) -> Iterator[Contest]:
    """Size and time of generated programs, and of some that run for long, as they are and optimized."""
    engine = stack.enter_context(open_engine(config.engine))
    generated = [typed for tree in generate_programs(_GENERATED, _SEED, CORPUS) if (typed := _emittable(tree))]
    yield rewriting("generated programs", generated, engine)
    yield rewriting("long loops", [check_types(parse_text(text)) for text in KERNELS], engine)


def _emittable(tree: Program) -> TypedProgram | None:
    try:
        typed = check_types(tree)
        emit_program(typed)
    except LanguageError:
        return None
    return typed


def rewriting(name: str, programs: Sequence[TypedProgram], engine: WasmEngine) -> Contest:
    """Running programs as written and optimized; by how much their code shrinks is told beside it."""
    plain, short = ([emit_program(typed, optimize=optimize) for typed in programs] for optimize in (False, True))
    written, optimized = ([Job(one.module, one.type, one.truth) for one in found] for found in (plain, short))
    return Contest(
        f"--optimize, {name}",
        "programs",
        Case("as written", lambda: engine.run(written), len(written)),
        (Case("optimized", lambda: engine.run(optimized), len(optimized)),),
        about=shrunk(plain, short),
    )


def shrunk(plain: Sequence[Emission], short: Sequence[Emission]) -> str:
    """How many instructions and bytes of the programs' own functions are left, one line for a person."""
    before, after = [sum(map(own, emissions)) for emissions in (plain, short)]
    whole_before, whole_after = [sum(len(one.module) for one in emissions) for emissions in (plain, short)]
    return (
        f"{after:,} of {before:,} instructions ({after / before - 1:+.1%}), "
        f"{whole_after:,} of {whole_before:,} bytes of modules ({whole_after / whole_before - 1:+.1%})"
    )


def own(emission: Emission) -> int:
    """Instructions of ``compute`` and of the program's functions, whose names have a dot; the runtime's are not."""
    functions = emission.body.functions
    return sum(len(function.body) for function in functions if function is functions[0] or "." in function.name)
