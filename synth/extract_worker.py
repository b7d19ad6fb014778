"""The worker's side of extraction: kernels from source text, and kernels of a user's file."""

from __future__ import annotations

import importlib.util
import sys
import traceback
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from irmill.synth import warp_private
from irmill.synth.reasons import SynthReason, one_line

Message = dict[str, Any]

_TARGETS = {"cpp": "cpu", "cuda": "cuda"}
_PACKAGE = "irmill_user_files"


def extract_sources(job: Message) -> Iterator[Message]:
    """Extracts each of ``job["kernels"]`` (``name``, ``source``); one reply a kernel, with its texts or a message."""
    for kernel in job["kernels"]:
        try:
            made = warp_private.kernel_from_source(kernel["source"], kernel["name"])
            yield {"texts": _texts(made, job["targets"])}
        except Exception as error:
            yield {"error": _error(SynthReason.REJECTED, error)}


def extract_file(job: Message) -> Iterator[Message]:
    """Imports ``job["path"]`` and extracts its kernels from index ``job["skip"]`` on.

    The first reply lists what was found (``kernels``) or holds the file's error; then one reply a kernel.
    """
    path = Path(job["path"])
    try:
        source = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield {"error": _error(SynthReason.UNREADABLE, error)}
        return
    with warp_private.recorded_kernels() as made:
        try:
            module = _import(path, source)
        except BaseException as error:
            yield {"error": {"reason": SynthReason.IMPORT, "message": _import_message(error, path)}}
            return
    found = _own_kernels(made, module, path)
    if not found:
        yield {"error": {"reason": SynthReason.NO_KERNELS, "message": f"{path.name} defines no kernel"}}
        return
    chosen = [kernel for kernel in found if job["kernel"] is None or job["kernel"] in _names(kernel, module)]
    if not chosen:
        names = ", ".join(dict.fromkeys(_name(kernel) for kernel in found))
        message = f"{path.name} has no kernel {job['kernel']}; it has {names}"
        yield {"error": {"reason": SynthReason.NOT_FOUND, "message": one_line(message)}}
        return
    items = [instance for kernel in chosen for instance in warp_private.instances(kernel) or [kernel]]
    yield {"kernels": [_described(item) for item in items]}
    for item in items[job["skip"] :]:
        yield _extracted(item, job["targets"], path)


def _extracted(kernel: Any, targets: list[str], path: Path) -> Message:
    refusal = warp_private.refusal(kernel)
    if refusal is not None:
        return {"error": {"reason": SynthReason.REJECTED, "message": one_line(_said(refusal, path))}}
    if kernel.is_generic:
        message = "a generic kernel without overloads has no code; name its types with wp.overload(kernel, [...])"
        return {"error": {"reason": SynthReason.GENERIC, "message": message}}
    try:
        return {"texts": _texts(kernel, targets), "signature": warp_private.kernel_signature(kernel)}
    except BaseException as error:
        return {"error": {"reason": SynthReason.REJECTED, "message": one_line(_said(error, path))}}


def _texts(kernel: Any, targets: list[str]) -> Message:
    texts: Message = {}
    for target in targets:
        text = warp_private.kernel_text(kernel, _TARGETS[target])
        texts[f"{target}_forward"] = text.forward
        texts[f"{target}_adjoint"] = text.adjoint
        texts[f"{target}_support"] = text.support
    return texts


def _described(kernel: Any) -> Message:
    return {
        "kernel": _name(kernel),
        "key": str(kernel.key),
        "python": warp_private.kernel_source(kernel).strip("\n") + "\n",
        "line": int(kernel.func.__code__.co_firstlineno),
    }


def _name(kernel: Any) -> str:
    return str(kernel.func.__name__)


def _names(kernel: Any, module: types.ModuleType) -> set[str]:
    """What a person may call a kernel: its function's name, Warp's key, and the file's variables that hold it."""
    variables = {name for name, value in vars(module).items() if value is kernel}
    return {_name(kernel), str(kernel.key)} | variables


def _own_kernels(made: list[Any], module: types.ModuleType, path: Path) -> list[Any]:
    """The file's kernels in order of definition: those written in it, and those a factory elsewhere made for it."""
    held = {id(value) for value in vars(module).values() if warp_private.is_kernel(value)}
    own: list[Any] = []
    for kernel in made:
        code = kernel.func.__code__
        written_here = Path(code.co_filename) == path
        made_for_it = id(kernel) in held and "<locals>" in kernel.func.__qualname__
        if written_here or made_for_it:
            own.append(kernel)
    return own


def _import(path: Path, source: str) -> types.ModuleType:
    """Runs a file as a module that is not ``__main__``, able to import its neighbours by either form of import."""
    folder = str(path.parent)
    package = types.ModuleType(_PACKAGE)
    package.__path__ = [folder]
    sys.modules[_PACKAGE] = package
    sys.path.insert(0, folder)
    sys.argv = [str(path)]
    name = f"{_PACKAGE}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        # A suffix that Python does not know: the text is Python all the same.
        spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    module.__package__ = _PACKAGE
    sys.modules[name] = module
    exec(compile(source, str(path), "exec"), vars(module))
    return module


def _import_message(error: BaseException, path: Path) -> str:
    """One line that says what was raised, and at which line of the file."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return one_line(f"line {error.lineno}: {type(error).__name__}: {error.msg}")
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    where = f"line {lines[-1]}: " if lines else ""
    if isinstance(error, SystemExit):
        return f"{where}the file calls sys.exit({error.code!r}) when it is imported; put that under a main guard"
    return one_line(f"{where}{_said(error, path)}")


def _error(reason: SynthReason, error: BaseException) -> Message:
    return {"reason": reason, "message": one_line(_said(error, None))}


def _said(error: BaseException, path: Path | None) -> str:
    """The error's type and text (a KeyError's without its quotes), and the file without its folder."""
    text = str(error.args[0]) if error.args and isinstance(error.args[0], str) else str(error)
    if path is not None:
        text = text.replace(f"{path.parent}/", "")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
