"""C++ and CUDA text, forward and adjoint, of kernels: from source text, or from any user's file.

Everything runs in a worker process (:mod:`synth.warp_process`): a file may loop for ever when it is imported, fault,
print or exit, and what is left of the others still comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pydantic import Field

from irmill.compiler.base.stage import Section
from irmill.synth.reasons import SynthError, SynthReason
from irmill.synth.warp_process import Message, WarpProcess

TARGETS = ("cpp", "cuda")


class ExtractConfig(Section):
    """How kernels are turned into C++ and CUDA text."""

    batch: int = Field(default=64, ge=1)
    """kernels of one request to the worker"""
    kernel_seconds: float = Field(default=20.0, gt=0.0)
    """wall clock of one kernel"""
    import_seconds: float = Field(default=30.0, gt=0.0)
    """wall clock of importing a user's file (its launches included)"""
    memory_bytes: int = Field(default=6 << 30, ge=1 << 30)
    """address space of the worker"""


@dataclass(frozen=True, slots=True)
class ExtractionError:
    """Why a file or a kernel has no text: a reason of the closed set, and one line for a person."""

    code: SynthReason
    message: str


@dataclass(frozen=True, slots=True)
class ExtractedKernel:
    """One kernel's text.

    Attributes:
        file: the path as it was given; "" for source text.
        kernel: the function's name; None where the whole file is to blame.
        python: the kernel's source, decorator included.
        cpp_forward: the C++ function alone, without header, wrapper or hash; None where C++ was not asked for.
        cpp_adjoint: likewise; also None for a kernel made without a backward pass.
        cuda_forward: likewise for CUDA.
        cuda_adjoint: likewise for CUDA.
        cpp_support: structs and functions of the user's own that the C++ calls; "" where there are none.
        cuda_support: likewise for CUDA.
        signature: argument names and types; it tells the overloads of a generic kernel apart.
        line: where the kernel stands in its file, from 1.
        error: None where the text is there.
    """

    file: str
    kernel: str | None
    python: str | None = None
    cpp_forward: str | None = None
    cpp_adjoint: str | None = None
    cuda_forward: str | None = None
    cuda_adjoint: str | None = None
    cpp_support: str | None = None
    cuda_support: str | None = None
    signature: str | None = None
    line: int | None = None
    error: ExtractionError | None = None

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON has them; ``error`` is null or ``{"code", "message"}``."""
        found: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        found["error"] = None if self.error is None else {"code": str(self.error.code), "message": self.error.message}
        return found


@dataclass(frozen=True, slots=True)
class KernelSource:
    """A kernel as text: ``@wp.kernel`` and the function called ``name``."""

    name: str
    source: str


def extract_sources(
    kernels: Sequence[KernelSource], config: ExtractConfig | None = None, targets: Sequence[str] = TARGETS
) -> Iterator[ExtractedKernel]:
    """The text of each kernel, in order; one that Warp rejects, or that hangs or kills the worker, has an error.

    >>> import irmill
    >>> source = '''
    ... @wp.kernel
    ... def double(x: wp.array(dtype=float)) -> None:
    ...     i = wp.tid()
    ...     x[i] = 2.0 * x[i]
    ... '''
    >>> (kernel,) = irmill.extract_sources([irmill.KernelSource("double", source)], targets=["cuda"])
    >>> "wp::mul(var_1, var_4)" in kernel.cuda_forward, "wp::adj_mul" in kernel.cuda_adjoint, kernel.cpp_forward
    (True, True, None)

    Raises:
        SynthError: WORKER, where no worker starts (no Warp, or one that is not as expected).
    """
    config = config or ExtractConfig()
    worker: WarpProcess | None = None
    at = 0
    try:
        while at < len(kernels):
            worker = worker or WarpProcess(memory_bytes=config.memory_bytes)
            batch = kernels[at : at + config.batch]
            job: Message = {
                "kind": "sources",
                "targets": list(targets),
                "kernels": [{"name": kernel.name, "source": kernel.source} for kernel in batch],
            }
            try:
                for message in worker.replies(job, config.kernel_seconds):
                    kernel = kernels[at]
                    at += 1
                    yield _result("", kernel.name, kernel.source, message)
            except SynthError as error:
                worker.close()
                worker = None
                kernel = kernels[at]
                at += 1
                yield _result("", kernel.name, kernel.source, _failed(error))
    finally:
        if worker is not None:
            worker.close()


def extract_kernels(
    path: Path | str,
    kernel: str | None = None,
    targets: Sequence[str] = TARGETS,
    config: ExtractConfig | None = None,
) -> list[ExtractedKernel]:
    """The kernels of a user's file, in order of definition (overloads of a generic kernel by signature).

    The file is imported in a process of its own, as a module (``__name__`` is not ``"__main__"``), with its folder on
    the import path. A kernel with an error does not stop the others; a file with one gives a single result without a
    kernel.

    >>> import irmill
    >>> [(kernel.kernel, kernel.line, kernel.error) for kernel in irmill.extract_kernels("kernels.py")]
    [('saxpy', 6, None)]

    Args:
        path: the file.
        kernel: only the kernels of this name (the function's name, Warp's key, or a variable of the file).
        targets: of :data:`TARGETS`; the fields of the others are None.
        config: wall clocks and memory.

    Raises:
        SynthError: WORKER, where no worker starts.
        ValueError: for a target that is none of :data:`TARGETS`.
    """
    unknown = set(targets) - set(TARGETS)
    if unknown:
        raise ValueError(f"no target {', '.join(sorted(unknown))}: there are {', '.join(TARGETS)}")
    config = config or ExtractConfig()
    name = str(path)
    results: list[ExtractedKernel] = []
    described: list[Message] = []
    while True:
        job: Message = {
            "kind": "file",
            "path": str(Path(path).resolve()),
            "kernel": kernel,
            "targets": list(targets),
            "skip": len(results),
        }
        with WarpProcess(memory_bytes=config.memory_bytes) as worker:
            importing = True
            try:
                worker.request(job)
                first = worker.reply(config.import_seconds)
                if "error" in first:
                    return [ExtractedKernel(name, None, error=_error(first["error"]))]
                importing = False
                described = described or first["kernels"]
                while "done" not in (message := worker.reply(config.kernel_seconds)):
                    about = described[len(results)]
                    results.append(_result(name, about["kernel"], about["python"], message, about["line"]))
                return results
            except SynthError as error:
                if importing and not described:
                    what = "while the file is imported"
                    return [ExtractedKernel(name, None, error=ExtractionError(error.reason, f"{error.message} {what}"))]
                about = described[len(results)]
                results.append(_result(name, about["kernel"], about["python"], _failed(error), about["line"]))
                if len(results) == len(described):
                    return results


def _error(message: Message) -> ExtractionError:
    return ExtractionError(SynthReason(message["reason"]), str(message["message"]))


def _failed(error: SynthError) -> Message:
    return {"error": {"reason": error.reason, "message": error.message}}


def _result(file: str, kernel: str, python: str, message: Message, line: int | None = None) -> ExtractedKernel:
    if "error" in message:
        return ExtractedKernel(file, kernel, python, line=line, error=_error(message["error"]))
    texts: Message = message["texts"]
    return ExtractedKernel(file, kernel, python, **texts, signature=message.get("signature"), line=line)
