"""Everything that touches Warp's private modules (``warp._src``), behind functions that say what they return.

Warp keeps the right to change what is under ``warp._src`` without notice. So nothing else in this project imports it,
and :func:`start` checks at every start that a known kernel still comes out in the shape that the rest relies on.

Import this module in a worker process only: Warp prints, loads LLVM and keeps global state.
"""

from __future__ import annotations

import hashlib
import inspect
import re
import textwrap
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import warp as wp

# ``warp._src`` has no types; everything of it is Any from here on.
import warp._src.codegen as _codegen_module
import warp._src.context as _context_module

_codegen = cast(Any, _codegen_module)
_context = cast(Any, _context_module)
_warp = cast(Any, wp)

_OWN_OPTIONS = {"optimization_level": 0, "fuse_fp": False, "fast_math": False, "cpu_compiler_flags": ""}
"""Options of the modules this project makes: no contraction and no host-specific code, so values repeat everywhere."""

_PROBE = """@wp.kernel
def probe(x: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):
    i = wp.tid()
    out[i] = x[i] * x[i]
"""


class WarpChanged(Exception):
    """The installed Warp does not behave as this module expects; the message names its version."""


@dataclass(frozen=True, slots=True)
class KernelText:
    """The generated functions of one kernel for one target.

    ``forward`` and ``adjoint`` are the kernel's two functions alone; ``adjoint`` is None where the kernel was made
    without a backward pass. ``support`` is what they call: the structs and functions of the user's own, empty for most
    kernels. Names carry no hash, and line comments count from the first line of the kernel's own source.
    """

    forward: str
    adjoint: str | None
    support: str


def warp_version() -> str:
    """The installed Warp's version."""
    return str(_warp.config.version)


def start(cache_folder: Path, *, headers: Path | None = None) -> None:
    """Configures Warp for this process and runs the self-test.

    Args:
        cache_folder: everything Warp writes goes below it.
        headers: where Clang's precompiled headers are kept and found again (2 s for the first compile without them); a
            folder of this process where None.

    Raises:
        WarpChanged: a private name is gone, or the probe kernel comes out in another shape.
    """
    _warp.config.kernel_cache_dir = str(cache_folder / "kernels")
    _warp.config.log_level = _warp.LOG_ERROR
    try:
        _warp.init()
        # The second instantiation (contiguous arrays) would double the compile time and change no value.
        _replace(_codegen, "cpu_linear_contiguous_specialization_candidate", lambda *_args, **_options: False)
        if headers is not None:
            headers.mkdir(parents=True, exist_ok=True)
            _replace(_context.runtime, "get_clang_pch_dir", lambda: str(headers))
        self_test()
    except WarpChanged:
        raise
    except Exception as error:
        raise WarpChanged(f"warp {warp_version()} is not as expected: {type(error).__name__}: {error}") from error


def self_test() -> None:
    """Extracts a known kernel and checks the shape of every text.

    Raises:
        WarpChanged: with the version of Warp and what differs.
    """
    text = {target: kernel_text(kernel_from_source(_PROBE, "probe"), target) for target in ("cpu", "cuda")}
    expected = {
        "cpu": ("static void probe_cpu_kernel_forward(", "static void probe_cpu_kernel_backward("),
        "cuda": ('extern "C" __global__ void probe_cuda_kernel_forward(', "void probe_cuda_kernel_backward("),
    }
    for target, (forward, adjoint) in expected.items():
        found = text[target]
        checks = {
            "forward signature": forward in found.forward,
            "forward body": "wp::mul(" in found.forward and "wp::array_store(" in found.forward,
            "forward alone": "backward" not in found.forward and "#" not in found.forward,
            "adjoint signature": found.adjoint is not None and adjoint in found.adjoint,
            "adjoint body": found.adjoint is not None and "wp::adj_mul(" in found.adjoint,
            "line comments": "<L 4>" in found.forward,
            "balanced braces": all(part.count("{") == part.count("}") for part in (found.forward, found.adjoint or "")),
            "no support": found.support == "",
        }
        failed = [name for name, passed in checks.items() if not passed]
        if failed:
            raise WarpChanged(f"warp {warp_version()} writes {target} text in another shape: {', '.join(failed)}")


def kernel_from_source(source: str, name: str, module: Any | None = None) -> Any:
    """A Warp kernel from its text, with no file behind it.

    Args:
        source: ``@wp.kernel`` and the function; it may use ``wp`` and nothing else.
        name: the function's name, which becomes the kernel's key.
        module: the Warp module to put it in, or None for one of its own.
    """
    namespace: dict[str, Any] = {"wp": _UndecoratedWarp(), "__name__": "synth_kernel"}
    exec(compile(source, f"<{name}>", "exec"), namespace)
    function = namespace[name]
    namespace["wp"] = _warp
    return _warp.Kernel(function, key=name, module=new_module(name) if module is None else module, source=source)


class _UndecoratedWarp:
    """``wp`` while a kernel's text is executed: the decorator leaves the function as it is."""

    @staticmethod
    def kernel(function: Any) -> Any:
        return function

    def __getattr__(self, name: str) -> Any:
        return getattr(_warp, name)


def new_module(name: str) -> Any:
    """An empty Warp module with this project's compile options; its kernels' names must be distinct."""
    module = _warp.Module(name, None)
    module.options.update(_OWN_OPTIONS, strip_hash=True)
    return module


def compile_for_cpu(module: Any) -> None:
    """Compiles a module natively and loads it, for launches on the CPU. Raises what Warp raises."""
    module.load("cpu", block_dim=1)


def compile_probe() -> None:
    """Compiles the self-test's kernel, which leaves the precompiled headers of this project's options behind."""
    module = new_module("probe")
    kernel = kernel_from_source(_PROBE, "probe", module)
    compile_for_cpu(kernel.module)


def headers_key() -> str:
    """Names the installation whose headers a precompiled file holds: Clang refuses one made from other files."""
    header = Path(str(_warp.__file__)).parent / "native" / "builtin.h"
    stamp = f"{header}:{header.stat().st_mtime_ns}" if header.exists() else str(header)
    return f"{warp_version()}-{hashlib.sha256(stamp.encode()).hexdigest()[:8]}"


def compile_for_cuda(module: Any, arch: int, folder: Path) -> None:
    """Compiles a module's CUDA text to PTX by NVRTC, which needs no driver. Raises what Warp raises."""
    _warp.compile_aot_module(module, arch=arch, use_ptx=True, module_dir=str(folder))


def nvrtc_available() -> bool:
    """Whether this build of Warp carries NVRTC."""
    return getattr(_context.runtime, "toolkit_version", None) is not None


def cuda_device_available() -> bool:
    """Whether a CUDA device and its driver are there."""
    return bool(_warp.is_cuda_available()) and int(_warp.get_cuda_device_count()) > 0


@contextmanager
def recorded_kernels() -> Generator[list[Any]]:
    """The kernels that are made inside the block, in order, kept alive (Warp itself holds them weakly).

    A kernel that Warp refuses when it is decorated does not stop the file: it is recorded too, see :func:`refusal`.
    """
    kernels: list[Any] = []
    original = _context.Kernel.__init__

    def make(kernel: Any, func: Any, key: str | None = None, *arguments: Any, **options: Any) -> None:
        try:
            original(kernel, func, key, *arguments, **options)
        except Exception as error:
            kernel.func, kernel.key, kernel.is_generic, kernel.irmill_refusal = func, key or func.__name__, False, error
        kernels.append(kernel)

    _replace(_context.Kernel, "__init__", make)
    try:
        yield kernels
    finally:
        _context.Kernel.__init__ = original


def refusal(kernel: Any) -> Exception | None:
    """Why Warp refused a recorded kernel when it was decorated, or None."""
    return getattr(kernel, "irmill_refusal", None)


def is_kernel(value: object) -> bool:
    """Whether a value is a Warp kernel."""
    return isinstance(value, _context.Kernel)


def instances(kernel: Any) -> list[Any]:
    """The concrete kernels of one: itself, or its overloads in order of signature where it is generic (maybe none)."""
    if not kernel.is_generic:
        return [kernel]
    return [kernel.overloads[signature] for signature in sorted(kernel.overloads)]


def kernel_source(kernel: Any) -> str:
    """The kernel's Python source as it was read, dedented, decorator included."""
    if refusal(kernel) is not None:
        return textwrap.dedent(inspect.getsource(kernel.func))
    return str(kernel.adj.source)


def kernel_signature(kernel: Any) -> str:
    """The argument types of a concrete kernel, such as ``x: array(dtype=float32)``; tells overloads apart."""
    return ", ".join(f"{argument.label}: {_type_name(argument.type)}" for argument in kernel.adj.args)


def _type_name(kind: Any) -> str:
    """A type as its annotation is written: ``float32``, ``vec3f``, ``array(dtype=Particle, ndim=2)``."""
    if hasattr(kind, "dtype") and hasattr(kind, "ndim"):
        dimensions = "" if kind.ndim == 1 else f", ndim={kind.ndim}"
        name = type(kind).__name__
        array = "array" if name.startswith("_") else name
        return f"{array}(dtype={_type_name(kind.dtype)}{dimensions})"
    return str(getattr(kind, "key", None) or getattr(kind, "__name__", kind))


def kernel_text(kernel: Any, target: str) -> KernelText:
    """The C++ (``"cpu"``) or CUDA (``"cuda"``) text of a concrete kernel.

    The text does not depend on where the kernel stands: the kernel is built by itself, its line comments count from its
    own first line, and neither hashes nor paths remain. Raises what Warp raises for a kernel it does not accept.
    """
    module = kernel.module
    module._set_strip_hash(True)
    # No architecture: tile operations come out in their portable form, without a link-time library.
    options = module.resolve_options(_warp.config) | {"output_arch": None}
    builder = _context.ModuleBuilder(module, options, _context.ModuleHasher([kernel], options), target=target)
    name = str(kernel.get_mangled_name())
    functions = _codegen.codegen_kernel(kernel, device=target, options=builder.options)
    kind = "cpu" if target == "cpu" else "cuda"
    forward, adjoint = _split(functions, f"{name}_{kind}_kernel_forward(", f"{name}_{kind}_kernel_backward(")
    renames = _renames(builder)
    support = "".join(
        _codegen.codegen_struct(struct, include_tile_helpers=False) for struct in _distinct(builder.structs)
    )
    support += "".join(
        _relative(builder._codegen_functions([function], target, **part), int(function.adj.fun_lineno))
        for function in builder.functions
        for part in ({"forward_only": True}, {"reverse_only": True})
    )
    first = int(kernel.adj.fun_lineno)
    return KernelText(
        forward=_renamed(_relative(forward, first), renames),
        adjoint=None if adjoint is None else _renamed(_relative(adjoint, first), renames),
        support=_renamed(support, renames).strip("\n"),
    )


def _distinct(structs: Any) -> list[Any]:
    seen: dict[Any, Any] = {}
    for struct in structs:
        seen.setdefault(struct.hash, struct)
    return list(seen.values())


def _split(text: str, forward: str, adjoint: str) -> tuple[str, str | None]:
    """The forward and adjoint functions out of a kernel's text, without the argument struct before them."""
    start = _function_start(text, forward)
    if adjoint not in text:
        return text[start:].strip("\n"), None
    middle = _function_start(text, adjoint)
    return text[start:middle].strip("\n"), text[middle:].strip("\n")


def _function_start(text: str, name: str) -> int:
    """Where the definition begins whose signature holds ``name``: after the blank line before it."""
    at = text.find(name)
    if at < 0:
        raise WarpChanged(f"warp {warp_version()} writes no function {name[:-1]}")
    return text.rfind("\n\n", 0, at) + 2


def _renames(builder: Any) -> list[tuple[str, str]]:
    """Names with a hash or a process-wide counter in them, each with the name that replaces it."""
    pairs = [(str(struct.native_name), str(struct.key)) for struct in _distinct(builder.structs)]
    numbers: dict[str, int] = {}
    for function in builder.functions:
        key = str(function.native_func).rsplit("_", 1)[0]
        numbers[key] = numbers.get(key, -1) + 1
        pairs.append((str(function.native_func), f"{key}_{numbers[key]}"))
    return pairs


def _renamed(text: str, pairs: list[tuple[str, str]]) -> str:
    # By way of names that occur nowhere, so that a chain of renames (f_1 to f_0, f_0 to f_1) is one step.
    for index, (old, _) in enumerate(pairs):
        text = re.sub(rf"(?<![A-Za-z0-9])((?:adj_|replay_)?){re.escape(old)}\b", rf"\g<1>@{index}@", text)
    for index, (_, new) in enumerate(pairs):
        text = text.replace(f"@{index}@", new)
    return text


def _relative(text: str, first_line: int) -> str:
    """Line comments counted from 1 at the function's own first line; comments and directives that hold a path are
    dropped.

    Warp counts ``<L n>`` from the function's first line as ``first_line + line - 1``.
    """
    text = re.sub(r"<L (\d+)>", lambda match: f"<L {int(match[1]) - first_line + 1}>", text)
    return re.sub(r"^(?:// .*:\d+|#line .*)\n", "", text, flags=re.MULTILINE)


def _replace(owner: Any, name: str, value: Any) -> None:
    if not hasattr(owner, name):
        raise WarpChanged(f"warp {warp_version()} has no {getattr(owner, '__name__', type(owner).__name__)}.{name}")
    setattr(owner, name, value)
