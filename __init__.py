"""irmill: one program, many IRs, one answer.

The engines' public functions, what they return and what they raise. Each is loaded when it is first asked for, so that
``import irmill`` costs nothing:

>>> import irmill
>>> irmill.run_tasm("read_io 2 add write_io 1 halt", [3, 4]).output
('7',)

This folder is the package ``irmill``: its folders of sources are ``irmill.compiler``, ``irmill.synth`` and so on, so
that an installed irmill brings one name and no other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from irmill.compiler.compile import Compilation, CompilerConfig, compile_texts
    from irmill.compiler.lang.errors import ErrorCode, InputError
    from irmill.optimizer.optimize import Optimized, optimize_tasm
    from irmill.optimizer.tasm.run import TasmRun, run_tasm
    from irmill.synth.extract import ExtractConfig, ExtractedKernel, KernelSource, extract_kernels, extract_sources
    from irmill.synth.reasons import SynthError
    from irmill.tasks.corpus.read import read_dataset

__all__ = [
    "Compilation",
    "CompilerConfig",
    "ErrorCode",
    "ExtractConfig",
    "ExtractedKernel",
    "InputError",
    "KernelSource",
    "Optimized",
    "SynthError",
    "TasmRun",
    "compile_texts",
    "extract_kernels",
    "extract_sources",
    "optimize_tasm",
    "read_dataset",
    "run_tasm",
]

_HOMES = {
    "irmill.compiler.compile": ("Compilation", "CompilerConfig", "compile_texts"),
    "irmill.compiler.lang.errors": ("ErrorCode", "InputError"),
    "irmill.optimizer.optimize": ("Optimized", "optimize_tasm"),
    "irmill.optimizer.tasm.run": ("TasmRun", "run_tasm"),
    "irmill.synth.extract": ("ExtractConfig", "ExtractedKernel", "KernelSource", "extract_kernels", "extract_sources"),
    "irmill.synth.reasons": ("SynthError",),
    "irmill.tasks.corpus.read": ("read_dataset",),
}
"""Where each name is at home: the imports above, as a table, for those who run the code."""

if not TYPE_CHECKING:  # a type checker would take a name that is not there for one that is made here

    def __getattr__(name: str) -> object:
        """A public name, from its home. Raises AttributeError for any other."""
        for home, names in _HOMES.items():
            if name in names:
                value = globals()[name] = getattr(import_module(home), name)
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """The public names, loaded or not, and the module's own."""
        return sorted({*globals(), *__all__})
