"""Fuzz the whole way from text to value: ``make fuzz ARGS="--count 2000 --seed 7"``.

Random programs over the whole grammar, every fourth damaged, through the parser, both engines and the interpreter.
What is looked for: an exception that is no typed error, two backends that disagree, two engines that differ. Every
finding is printed with the seed and the text that reproduce it. Exit code 1 where there is one.
"""

from __future__ import annotations

import argparse
import sys

from mutate import mutate

from irmill.compiler.execute.engine import EngineConfig, EngineName, EngineUnavailable, WasmEngine, open_engine
from irmill.compiler.execute.run import Emitted, Execution, run_programs
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import WILD
from irmill.compiler.lang.types import TypedProgram, check_types

BATCH = 100


def texts(count: int, seed: int) -> list[str]:
    """The programs of one seed as text, every fourth of them damaged."""
    printed = [print_program(program) for program in generate_programs(count, seed, WILD)]
    return [mutate(text, seed + place) if place % 4 == 3 else text for place, text in enumerate(printed)]


def engines() -> list[WasmEngine]:
    """The engines that are here."""
    found: list[WasmEngine] = []
    for name in (EngineName.WASMER, EngineName.WASMTIME):
        try:
            found.append(open_engine(EngineConfig(name=name, timeout_seconds=60)))
        except EngineUnavailable as error:
            sys.stdout.write(f"left out: {error}\n")
    return found


def findings(text: str, executions: list[Execution]) -> list[str]:
    """What is wrong with the answers to one text."""
    wrong = [f"{e.engine}: {e.message}" for e in executions if e.error in (ErrorCode.DISAGREE, ErrorCode.WORKER)]
    answers = {(e.value, e.error) for e in executions if e.error is not ErrorCode.TIMEOUT}
    if len(answers) > 1:
        wrong.append(f"the engines differ: {sorted(map(str, answers))}")
    return [f"{line}\n  {text!r}" for line in wrong]


def main() -> int:
    """Run one seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    opened = engines()
    typed: list[tuple[str, TypedProgram]] = []
    wrong: list[str] = []
    refused = 0
    for text in texts(options.count, options.seed):
        try:
            typed.append((text, check_types(parse_text(text))))
        except LanguageError:
            refused += 1
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}\n  {text!r}")
    for start in range(0, len(typed), BATCH):
        batch = typed[start : start + BATCH]
        results = [run_programs([Emitted.of(program) for _, program in batch], engine) for engine in opened]
        for place, (text, _) in enumerate(batch):
            wrong += findings(text, [result[place] for result in results])
    for engine in opened:
        engine.close()
    for line in wrong:
        sys.stdout.write(f"seed {options.seed}: {line}\n")
    ran = f"{len(typed)} programs ran in {' and '.join(engine.name for engine in opened)}"
    sys.stdout.write(f"seed {options.seed}: {ran}, {refused} texts refused, {len(wrong)} findings\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
