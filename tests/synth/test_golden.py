"""The C++ and CUDA of a handful of kernels, kept in their own languages.

Another version of Warp writes other text. Where that is wanted, run this file with ``IRMILL_UPDATE_GOLDEN=1``: it
writes the texts anew, for a person to read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.synth.extract import ExtractedKernel, KernelSource, extract_sources
from irmill.synth.from_program import lower_program
from irmill.synth.kernels.render import generate_kernels

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "synth"
PROGRAMS = {
    "difference": "50 - 15 = ",
    "comparison": "15 > 10 is ",
    "branch": "a = 7; if a > 3 then a * 2 else a - 1 = ",
    "loop": "sum(i, 1, 10, i * 3) = ",
    "while_modulo": "a = 48; b = 18; while b != 0 do { t = a % b; a = b; b = t; }; a = ",
}
FORMS = {"polynomial": ("elementwise", 0), "if_else": ("branches", 0), "sum_of_map": ("reduction", 0)}


def sources() -> dict[str, KernelSource]:
    found: dict[str, KernelSource] = {}
    for name, text in PROGRAMS.items():
        kernel = lower_program(check_types(parse_text(text)))
        found[name] = KernelSource(kernel.name, kernel.python)
    for name, (family, seed) in FORMS.items():
        (kernel,) = generate_kernels(1, seed, [family], float32_share=0.0)
        assert kernel.form == name
        found[name] = KernelSource(kernel.name, kernel.python)
    return found


@pytest.fixture(scope="module")
def extracted() -> dict[str, ExtractedKernel]:
    found = sources()
    return dict(zip(found, extract_sources(list(found.values())), strict=True))


@pytest.mark.parametrize("name", [*PROGRAMS, *FORMS])
@pytest.mark.parametrize("target", ["cpp", "cuda"])
def test_golden(extracted, name, target):
    kernel = extracted[name]
    assert kernel.error is None
    python = "".join(f"// {line}\n" for line in kernel.python.splitlines())
    text = f"{python}\n{getattr(kernel, f'{target}_forward')}\n\n{getattr(kernel, f'{target}_adjoint')}\n"
    path = GOLDEN / f"{name}.{'cu' if target == 'cuda' else 'cpp'}"
    if os.environ.get("IRMILL_UPDATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()
