"""Native compilation, execution and checks of kernels, in worker processes that may die.

Kernels are compiled in modules of ``config.batch``; that is what makes it fast. A module that does not compile, or
kills or outlasts its worker while it does, is halved until the kernel to blame stands alone. A kernel that loops for
ever or faults when it runs takes its worker with it; those behind it run in a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from irmill.compiler.base.stage import Section
from irmill.synth.launch import Launch
from irmill.synth.reasons import CudaStatus, GradientStatus, SynthError, SynthReason
from irmill.synth.warp_process import Message, WarpProcess

MODULES_PER_WORKER = 16
"""A worker's memory grows with the modules that it compiled; after so many a new one takes over."""

_GPU_DEVICES = (Path("/dev/nvidiactl"), Path("/dev/dxg"))


class BuildConfig(Section):
    """How kernels are compiled, executed and checked."""

    batch: int = Field(default=50, ge=1, le=500)
    """kernels of one native module"""
    compile_seconds: float = Field(default=240.0, gt=0.0)
    """wall clock of compiling one module"""
    kernel_seconds: float = Field(default=10.0, gt=0.0)
    """wall clock of one kernel's launches and checks"""
    memory_bytes: int = Field(default=6 << 30, ge=1 << 30)
    cuda: Literal["generated", "compiled", "executed"] = "executed"
    """the farthest the CUDA text is taken; what the machine cannot do is left out"""
    cuda_arch: int = Field(default=75, ge=75)
    """compute capability that NVRTC compiles for"""
    value_tolerance: float = Field(default=1e-9, gt=0.0)
    """float64 outputs against the reference, relative to the larger of 1 and the outputs"""
    value_tolerance_float32: float = Field(default=2e-4, gt=0.0)
    gradient_tolerance: float = Field(default=1e-5, gt=0.0)
    """float64 directional derivatives against central differences, relative likewise"""
    gradient_tolerance_float32: float = Field(default=2e-3, gt=0.0)


@dataclass(frozen=True, slots=True)
class KernelJob:
    """A kernel to build.

    Attributes:
        name: the function's name; kernels of equal name must have equal sources.
        source: ``@wp.kernel`` and the function.
        launch: its arguments and threads.
        expected: for a program's kernel, the value as the language shows it, whether it is a truth value, and whether
            the kernel may round.
    """

    name: str
    source: str
    launch: Launch
    expected: tuple[str, bool, bool] | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A kernel that compiled, ran and passed every check that applies; fields as in :class:`synth.validate.Verdict`."""

    answer: str
    reference: str
    gradient_status: GradientStatus
    gradient_error: float | None
    cuda_status: CudaStatus


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A kernel that did not: a reason of the closed set, and one line for a person."""

    reason: SynthReason
    message: str


Outcome = Built | NotBuilt


def build_kernels(
    jobs: Sequence[KernelJob], config: BuildConfig | None = None, progress: Callable[[int], None] | None = None
) -> list[Outcome]:
    """Builds each kernel; the outcomes are in the order of ``jobs`` and do not depend on how they were batched.

    Raises:
        SynthError: WORKER, where no worker starts at all.
    """
    builder = _Builder(config or BuildConfig(), jobs, progress or (lambda _rows: None))
    try:
        for start in range(0, len(jobs), builder.config.batch):
            builder.build(list(range(start, min(start + builder.config.batch, len(jobs)))))
    finally:
        builder.close()
    return [builder.outcomes[index] for index in range(len(jobs))]


class _Builder:
    """Holds the worker, which outlives a batch as long as it behaves."""

    def __init__(self, config: BuildConfig, jobs: Sequence[KernelJob], progress: Callable[[int], None]) -> None:
        self.config = config
        self.outcomes: dict[int, Outcome] = {}
        self._jobs = jobs
        self._progress = progress
        self._worker: WarpProcess | None = None
        self._modules = 0

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def build(self, indices: list[int]) -> None:
        """Builds the jobs of these indices as one module, or as smaller ones where that fails."""
        todo = [indices]
        while todo:
            group = todo.pop()
            failure = self._compile(group)
            if failure is None:
                rest = self._run(group)
                if rest:
                    todo.append(rest)
            elif len(group) == 1:
                self._settle(group[0], failure)
            else:
                middle = len(group) // 2
                todo += [group[middle:], group[:middle]]

    def _settle(self, index: int, outcome: Outcome) -> None:
        self.outcomes[index] = outcome
        self._progress(1)

    def _compile(self, group: list[int]) -> NotBuilt | None:
        """Sends the module; None once it is compiled and the worker goes on to run its kernels."""
        if self._modules % MODULES_PER_WORKER == 0:
            self.close()
        if self._worker is None:
            gpu = self.config.cuda == CudaStatus.EXECUTED and any(path.exists() for path in _GPU_DEVICES)
            self._worker = WarpProcess(memory_bytes=self.config.memory_bytes, gpu=gpu, compiles=True)
        self._modules += 1
        job: Message = {
            "kind": "build",
            "module": f"batch_{self._modules}",
            "cuda": self.config.cuda,
            "cuda_arch": self.config.cuda_arch,
            "kernels": [self._entry(self._jobs[index]) for index in group],
        }
        try:
            self._worker.request(job)
            first = self._worker.reply(self.config.compile_seconds)
            if "compiled" in first:
                return None
            self._worker.reply(self.config.kernel_seconds)
        except SynthError as error:
            self.close()
            return NotBuilt(error.reason, f"{error.message} while it was compiled")
        if "failed_cuda" in first:
            return NotBuilt(SynthReason.CUDA, first["failed_cuda"])
        return NotBuilt(SynthReason.REJECTED, first["failed"])

    def _run(self, group: list[int]) -> list[int]:
        """Takes the verdicts of a compiled group; returns what is left of it where the worker died."""
        assert self._worker is not None
        for position, index in enumerate(group):
            try:
                message = self._worker.reply(self.config.kernel_seconds)
            except SynthError as error:
                self.close()
                self._settle(index, NotBuilt(error.reason, f"{error.message} while it ran"))
                return group[position + 1 :]
            self._settle(index, _outcome(message))
        self._worker.reply(self.config.kernel_seconds)
        return []

    def _entry(self, job: KernelJob) -> Message:
        single = any(argument.type == "float32" for argument in job.launch.arguments)
        config = self.config
        return {
            "name": job.name,
            "source": job.source,
            "launch": job.launch.to_json(),
            "expected": job.expected,
            "value_tolerance": config.value_tolerance_float32 if single else config.value_tolerance,
            "gradient_tolerance": config.gradient_tolerance_float32 if single else config.gradient_tolerance,
        }


def _outcome(message: Message) -> Outcome:
    if message["reason"] is not None:
        return NotBuilt(SynthReason(message["reason"]), str(message["message"]))
    return Built(
        answer=message["answer"],
        reference=message["reference"],
        gradient_status=GradientStatus(message["gradient_status"]),
        gradient_error=message["gradient_error"],
        cuda_status=CudaStatus(message["cuda_status"]),
    )
