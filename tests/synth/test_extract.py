"""Any user's file: what its kernels look like, and a typed line for each way in which a file goes wrong."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from irmill.synth import examples
from irmill.synth.extract import ExtractConfig, ExtractedKernel, KernelSource, extract_kernels, extract_sources
from irmill.synth.reasons import SynthReason

SQUARE = """\
@wp.kernel
def square(x: wp.array(dtype=float), out: wp.array(dtype=float)):
    i = wp.tid()
    out[i] = x[i] * x[i]
"""


def write(folder: Path, text: str, name: str = "kernels.py") -> Path:
    path = folder / name
    path.write_text("import warp as wp\n" + textwrap.dedent(text))
    return path


def only(results: list[ExtractedKernel]) -> ExtractedKernel:
    (result,) = results
    return result


def test_the_text_of_a_kernel(tmp_path):
    path = write(tmp_path, "\n\n" + SQUARE)
    found = only(extract_kernels(path))
    assert (found.file, found.kernel, found.error, found.line) == (str(path), "square", None, 4)
    assert found.python == SQUARE
    assert found.signature == "x: array(dtype=float32), out: array(dtype=float32)"
    assert found.cpp_forward.startswith("template <bool wp_linear_contiguous>\nstatic void square_cpu_kernel_forward(")
    assert "wp::mul(" in found.cpp_forward
    assert "wp::adj_mul(" in found.cpp_adjoint
    assert found.cuda_forward.startswith('extern "C" __global__ void square_cuda_kernel_forward(')
    assert "wp::adj_mul(" in found.cuda_adjoint
    for text in (found.cpp_forward, found.cpp_adjoint, found.cuda_forward, found.cuda_adjoint):
        assert "#include" not in text
        assert text.count("{") == text.count("}")
        assert str(tmp_path) not in text
    assert (found.cpp_support, found.cuda_support) == ("", "")


def test_the_text_does_not_depend_on_where_the_kernel_stands(tmp_path):
    alone = only(extract_kernels(write(tmp_path, SQUARE, "alone.py")))
    others = "\n".join(SQUARE.replace("square", f"before_{number}") for number in range(3))
    among = extract_kernels(write(tmp_path, f"{others}\n\n# a comment\n{SQUARE}\n{others.replace('before', 'after')}"))
    assert [result.kernel for result in among] == [
        *(f"before_{number}" for number in range(3)),
        "square",
        *(f"after_{number}" for number in range(3)),
    ]
    (source,) = extract_sources([KernelSource("square", SQUARE)])
    fields = ("python", "cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint")
    for field in fields:
        assert getattr(among[3], field) == getattr(alone, field) == getattr(source, field), field


def test_one_kernel_and_one_target(tmp_path):
    path = write(tmp_path, SQUARE + SQUARE.replace("square", "other"))
    found = only(extract_kernels(path, "other", ["cuda"]))
    assert found.kernel == "other"
    assert (found.cpp_forward, found.cpp_adjoint) == (None, None)
    assert "other_cuda_kernel_forward" in found.cuda_forward
    missing = only(extract_kernels(path, "missing"))
    assert missing.error.code is SynthReason.NOT_FOUND
    assert "square, other" in missing.error.message
    with pytest.raises(ValueError, match="no target ptx"):
        extract_kernels(path, None, ["ptx"])


def test_kernels_of_every_kind(tmp_path):
    (tmp_path / "neighbour.py").write_text(
        "import warp as wp\n\n@wp.func\ndef half(x: float) -> float:\n    return x * 0.5\n\n"
        "@wp.kernel\ndef not_of_this_file(x: wp.array(dtype=float)):\n    x[wp.tid()] = 1.0\n"
    )
    path = write(
        tmp_path,
        """
        from typing import Any
        from neighbour import half, not_of_this_file
        from .neighbour import half as again

        print("noise on stdout")

        @wp.struct
        class Body:
            position: wp.vec3
            mass: float

        @wp.func
        def weight(body: Body) -> float:
            return half(body.mass) * wp.length(body.position)

        @wp.kernel
        def weigh(bodies: wp.array(dtype=Body), out: wp.array(dtype=float)):
            i = wp.tid()
            out[i] = weight(bodies[i])

        def make(n: int):
            @wp.kernel
            def scaled(out: wp.array(dtype=float)):
                out[wp.tid()] = wp.static(float(n)) + float(n)
            return scaled

        twice, thrice = make(2), make(3)

        @wp.kernel
        def generic(x: wp.array(dtype=Any), out: wp.array(dtype=Any)):
            i = wp.tid()
            out[i] = x[i] + x[i]

        wp.overload(generic, [wp.array(dtype=wp.float64), wp.array(dtype=wp.float64)])
        wp.overload(generic, [wp.array(dtype=wp.float32), wp.array(dtype=wp.float32)])

        @wp.kernel
        def open_generic(x: wp.array(dtype=Any)):
            x[wp.tid()] = x[0]

        @wp.kernel(enable_backward=False)
        def forward_only(out: wp.array(dtype=float)):
            out[wp.tid()] = 1.0

        @wp.kernel
        def refused(out: wp.array(dtype=float)):
            out[wp.tid()] = undefined_name(3)

        @wp.kernel
        def unannotated(x, out: wp.array(dtype=float)):
            out[wp.tid()] = x

        @wp.kernel(module="unique")
        def last(out: wp.array(dtype=float)):
            out[wp.tid()] = half(2.0)

        if __name__ == "__main__":
            raise SystemExit(3)
        """,
    )
    results = extract_kernels(path)
    assert [result.kernel for result in results] == [
        "weigh", "scaled", "scaled", "generic", "generic", "open_generic", "forward_only", "refused", "unannotated",
        "last",
    ]  # fmt: skip
    weigh, twice, thrice, single, double, generic, forward_only, refused, unannotated, last = results
    assert "struct Body" in weigh.cpp_support
    assert "half_0" in weigh.cpp_support
    assert "weight_0(" in weigh.cpp_forward
    assert "= 2.0;" in twice.cpp_forward
    assert "= 3.0;" in thrice.cpp_forward
    assert {single.signature.count("float32"), double.signature.count("float64")} == {2}
    assert generic.error.code is SynthReason.GENERIC
    assert forward_only.error is None
    assert (forward_only.cpp_adjoint, forward_only.cuda_adjoint) == (None, None)
    assert refused.error.code is SynthReason.REJECTED
    assert "undefined_name" in refused.error.message
    assert str(tmp_path) not in refused.error.message
    assert refused.python is not None
    assert unannotated.error.code is SynthReason.REJECTED
    assert "annotation" in unannotated.error.message
    assert unannotated.python.startswith("@wp.kernel\ndef unannotated(x, ")
    assert last.error is None
    assert only(extract_kernels(path, "thrice")).cpp_forward == thrice.cpp_forward
    for result in results:
        assert result.error is None or "\n" not in result.error.message


SPOILED = {
    "syntax": ("def broken(:\n    pass\n", SynthReason.IMPORT, "line 2"),
    "raises": ("x = 1\nraise ValueError('no luck')\n", SynthReason.IMPORT, "line 3: ValueError: no luck"),
    "missing_module": ("import no_such_module_at_all\n", SynthReason.IMPORT, "line 2: ModuleNotFoundError"),
    "exits": ("import sys\nsys.exit(4)\n", SynthReason.IMPORT, "sys.exit(4)"),
    "leaves": ("import os\nos._exit(7)\n", SynthReason.WORKER, "exit code 7"),
    "no_kernels": ("def plain():\n    return 1\n", SynthReason.NO_KERNELS, "defines no kernel"),
    "faults": ("import ctypes\nctypes.string_at(0)\n", SynthReason.WORKER, "SIGSEGV"),
    "endless": ("while True:\n    pass\n", SynthReason.TIMEOUT, "while the file is imported"),
    "greedy": ("data = bytearray(1 << 40)\n", SynthReason.IMPORT, "MemoryError"),
    "empty": ("", SynthReason.NO_KERNELS, "defines no kernel"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_files(tmp_path, name):
    text, reason, said = SPOILED[name]
    found = only(extract_kernels(write(tmp_path, text), config=ExtractConfig(import_seconds=3.0)))
    assert found.kernel is None
    assert found.error.code is reason
    assert said in found.error.message
    assert "\n" not in found.error.message
    assert found.as_dict()["error"] == {"code": str(reason), "message": found.error.message}


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "binary.py"
    path.write_bytes(b"\xff\xfe\x00")
    assert only(extract_kernels(path)).error.code is SynthReason.UNREADABLE


def test_a_kernel_that_hangs_or_kills_does_not_stop_the_others(tmp_path):
    """``wp.static`` runs a file's own code while its kernel is compiled."""
    path = write(
        tmp_path,
        """
        import ctypes
        import time

        def hang(k: int) -> float:
            time.sleep(1000.0)
            return 1.0

        def fault(k: int) -> float:
            ctypes.string_at(0)
            return 1.0

        @wp.kernel
        def first(out: wp.array(dtype=float)):
            out[0] = 1.0

        @wp.kernel
        def hangs(out: wp.array(dtype=float)):
            for k in range(3):
                out[k] = wp.static(hang(k))

        @wp.kernel
        def faults(out: wp.array(dtype=float)):
            for k in range(3):
                out[k] = wp.static(fault(k))

        @wp.kernel
        def last(out: wp.array(dtype=float)):
            out[0] = 2.0
        """,
    )
    results = extract_kernels(path, config=ExtractConfig(kernel_seconds=2.0))
    assert [(result.kernel, result.error and result.error.code) for result in results] == [
        ("first", None),
        ("hangs", SynthReason.TIMEOUT),
        ("faults", SynthReason.WORKER),
        ("last", None),
    ]
    assert "static_hang" not in results[3].cpp_forward
    assert "2.0" in results[3].cpp_forward


def test_a_launch_while_the_file_is_imported(tmp_path):
    path = write(
        tmp_path,
        SQUARE
        + """
x = wp.array([1.0, 2.0], dtype=float, device="cpu")
y = wp.zeros_like(x)
wp.launch(square, dim=2, inputs=[x, y], device="cpu")
assert y.numpy().tolist() == [1.0, 4.0]
""",
    )
    assert only(extract_kernels(path)).error is None


def test_source_text_that_is_refused():
    kernels = [
        KernelSource("square", SQUARE),
        KernelSource("bad", SQUARE.replace("square", "bad").replace("x[i] * x[i]", "nonsense(x[i])")),
        KernelSource("syntax", "@wp.kernel\ndef syntax(:\n"),
        KernelSource("cube", SQUARE.replace("square", "cube").replace("x[i] * x[i]", "x[i] * x[i] * x[i]")),
    ]
    found = list(extract_sources(kernels))
    assert [result.kernel for result in found] == ["square", "bad", "syntax", "cube"]
    assert [result.error is None for result in found] == [True, False, False, True]
    assert found[1].error.code is SynthReason.REJECTED


@pytest.mark.parametrize("name", ["saxpy", "springs", "generic"])
def test_the_examples(name):
    results = extract_kernels(Path(str(examples.__file__)).parent / f"{name}.py")
    assert results
    assert all(result.error is None and result.cuda_adjoint for result in results)
