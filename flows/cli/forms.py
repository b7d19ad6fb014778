"""The same programs as Warp kernel and as Triton VM assembly, each executed: what ``irmill compile --trace`` adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.types import TypedProgram
from irmill.optimizer.lower.classical import lower_program as lower_tir
from irmill.optimizer.optimize import optimize_tasm
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.run import run_tasm
from irmill.optimizer.tir.from_program import lower_typed
from irmill.optimizer.tir.text import print_tir
from irmill.synth.build import Built, KernelJob, build_kernels
from irmill.synth.extract import KernelSource, extract_sources
from irmill.synth.from_program import ProgramKernel
from irmill.synth.from_program import lower_program as lower_kernel
from irmill.synth.reasons import SynthError


@dataclass(frozen=True, slots=True)
class Compiled:
    """A program that was executed: its types, its value as shown, and whether that is a truth value."""

    typed: TypedProgram
    value: str
    truth: bool


def other_forms(programs: Sequence[Compiled | None]) -> list[dict[str, Any]]:
    """The other forms of each program, by name; empty for None.

    What a backend cannot express is named there in place of an answer: ``{"warp_answer": "UNSUPPORTED: ..."}``.
    """
    forms: list[dict[str, Any]] = [{} for _ in programs]
    _add_warp(programs, forms)
    for program, form in zip(programs, forms, strict=True):
        if program is not None:
            form.update(_tasm_forms(program))
    return forms


def _add_warp(programs: Sequence[Compiled | None], forms: list[dict[str, Any]]) -> None:
    lowered: list[tuple[int, Compiled, ProgramKernel]] = []
    for place, program in enumerate(programs):
        if program is None:
            continue
        try:
            lowered.append((place, program, lower_kernel(program.typed)))
        except SynthError as error:
            forms[place]["warp_answer"] = f"{error.reason}: {error.message}"
        except LanguageError as error:
            forms[place]["warp_answer"] = f"{error.code}: {error.message}"
    if not lowered:
        return
    texts = extract_sources([KernelSource(kernel.name, kernel.python) for _, _, kernel in lowered])
    jobs = [
        KernelJob(kernel.name, kernel.python, kernel.launch, (program.value, program.truth, kernel.rounds))
        for _, program, kernel in lowered
    ]
    for (place, _, kernel), text, outcome in zip(lowered, texts, build_kernels(jobs), strict=True):
        form = forms[place]
        form["operands"] = list(kernel.operands)
        form["warp_python"] = kernel.python
        for name in ("cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint"):
            form[name] = getattr(text, name)
        if isinstance(outcome, Built):
            form["warp_answer"] = outcome.answer
            form["gradient"] = str(outcome.gradient_status)
            form["cuda_status"] = str(outcome.cuda_status)
        else:
            form["warp_answer"] = f"{outcome.reason}: {outcome.message}"


def _tasm_forms(program: Compiled) -> dict[str, Any]:
    try:
        lowered = lower_typed(program.typed)
    except LanguageError as error:
        return {"tasm_answer": f"{error.code}: {error.message}"}
    source = print_tasm(lower_tir(lowered.code))
    optimized = optimize_tasm(source, lowered.operands)
    before, after = run_tasm(source, lowered.operands), run_tasm(optimized.tasm, lowered.operands)
    return {
        "tir": print_tir(lowered.code),
        "tasm": source,
        "tasm_optimized": optimized.tasm,
        "tasm_cycles": [before.cycles, after.cycles],
        "tasm_answer": " ".join(before.output) if before.error is None else f"{before.error.code}: UNSUPPORTED here",
        "tasm_optimized_answer": " ".join(after.output) if after.error is None else after.error.code,
    }
