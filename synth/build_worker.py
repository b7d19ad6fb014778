"""The worker's side of building: kernels compiled into one native module, launched and checked one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
import warp as wp

from irmill.synth import validate, warp_private
from irmill.synth.launch import Argument, Launch
from irmill.synth.reasons import CudaStatus, SynthReason, one_line

Message = dict[str, Any]

_warp = cast(Any, wp)
_NUMPY = {"float64": np.float64, "float32": np.float32, "int64": np.int64, "int32": np.int32}


def build(job: Message) -> Iterator[Message]:
    """Compiles ``job["kernels"]`` as one module and checks each.

    The first reply is ``compiled``, or ``failed`` with a message; then one reply a kernel: the verdict's fields and
    ``cuda_status``. Kernels of equal name have equal sources.
    """
    module = warp_private.new_module(job["module"])
    kernels: dict[str, Any] = {}
    try:
        for entry in job["kernels"]:
            if entry["name"] not in kernels:
                kernels[entry["name"]] = warp_private.kernel_from_source(entry["source"], entry["name"], module)
        warp_private.compile_for_cpu(module)
    except Exception as error:
        yield {"failed": one_line(f"{type(error).__name__}: {error}")}
        return
    status, message = _cuda(module, job)
    if status is None:
        yield {"failed_cuda": message}
        return
    yield {"compiled": True}
    for entry in job["kernels"]:
        yield _checked(kernels[entry["name"]], entry, status)


def _cuda(module: Any, job: Message) -> tuple[CudaStatus | None, str]:
    """How far the module's CUDA text gets; None and a message where NVRTC does not compile it."""
    if job["cuda"] == CudaStatus.GENERATED or not warp_private.nvrtc_available():
        return CudaStatus.GENERATED, ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            warp_private.compile_for_cuda(module, job["cuda_arch"], Path(folder))
        except Exception as error:
            return None, one_line(f"{type(error).__name__}: {error}")
    runs = job["cuda"] == CudaStatus.EXECUTED and warp_private.cuda_device_available()
    return CudaStatus.EXECUTED if runs else CudaStatus.COMPILED, ""


def _checked(kernel: Any, entry: Message, cuda: CudaStatus) -> Message:
    launch = Launch.from_json(entry["launch"])
    expected = None if entry["expected"] is None else validate.Expected(*entry["expected"])
    tolerances = validate.Tolerances(entry["value_tolerance"], entry["gradient_tolerance"])
    launcher = WarpLauncher(kernel, launch, "cpu")
    try:
        verdict = validate.check(entry["source"], entry["name"], launch, expected, launcher, tolerances)
        if verdict.reason is None and cuda is CudaStatus.EXECUTED:
            _compare_devices(launcher, WarpLauncher(kernel, launch, "cuda:0"), tolerances.value)
    except validate.Failure as failure:
        return {"reason": failure.reason, "message": failure.message}
    except Exception as error:
        return {"reason": SynthReason.REJECTED, "message": one_line(f"{type(error).__name__}: {error}")}
    return {**asdict(verdict), "cuda_status": cuda}


def _compare_devices(cpu: WarpLauncher, cuda: WarpLauncher, tolerance: float) -> None:
    """Raises Failure CUDA where the device's outputs are not the CPU's."""
    wanted, found = cpu.forward(), cuda.forward()
    for name, values in wanted.items():
        scale = max(1.0, *(abs(value) for value in values))
        for value, other in zip(values, found[name], strict=True):
            same = value == other if isinstance(value, int) else abs(value - other) <= tolerance * scale
            if not same:
                raise validate.Failure(SynthReason.CUDA, f"the device gives {other}, the CPU {value}")


class WarpLauncher:
    """Launches one compiled kernel on one device."""

    def __init__(self, kernel: Any, launch: Launch, device: str) -> None:
        self._kernel = kernel
        self._launch = launch
        self._device = device

    def forward(self, changed: validate.Values | None = None) -> dict[str, list[float] | list[int]]:
        """See :class:`synth.validate.Launcher`."""
        arguments = self._arguments(changed, gradients=False)
        _warp.launch(self._kernel, dim=self._launch.threads, inputs=list(arguments.values()), device=self._device)
        return {output.name: arguments[output.name].numpy().tolist() for output in self._launch.outputs}

    def adjoint(
        self, weights: Mapping[str, Sequence[float]], changed: validate.Values | None = None
    ) -> dict[str, list[float]]:
        """See :class:`synth.validate.Launcher`."""
        arguments = self._arguments(changed, gradients=True)
        gradients: dict[str, Any] = {}
        for argument in self._launch.arguments:
            if argument.output:
                gradients[argument.name] = self._array(weights[argument.name], argument)
            elif argument.is_array and argument.is_float:
                gradients[argument.name] = arguments[argument.name].grad
            else:
                gradients[argument.name] = 0
        _warp.launch(
            self._kernel,
            dim=self._launch.threads,
            inputs=list(arguments.values()),
            adj_inputs=list(gradients.values()),
            adjoint=True,
            device=self._device,
        )
        return {
            argument.name: arguments[argument.name].grad.numpy().tolist()
            for argument in self._launch.arguments
            if argument.is_array and argument.is_float and not argument.output
        }

    def _arguments(self, changed: validate.Values | None, *, gradients: bool) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for argument in self._launch.arguments:
            value = (changed or {}).get(argument.name, argument.value)
            if argument.is_array:
                values = np.zeros(argument.size) if argument.output else value
                made[argument.name] = self._array(values, argument, gradients and argument.is_float)
            else:
                made[argument.name] = value
        return made

    def _array(self, values: Any, argument: Argument, gradient: bool = False) -> Any:
        data = np.array(values, dtype=_NUMPY[argument.type])
        dtype = getattr(_warp, argument.type)
        return _warp.array(data, dtype=dtype, device=self._device, requires_grad=gradient)
