"""The worker process: it starts only where Warp is as expected, and nothing of it is left behind."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from irmill.synth.reasons import SynthError, SynthReason
from irmill.synth.warp_process import WarpProcess, private_folder

MEMORY = 6 << 30


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
    )


def test_the_packages_load_no_warp():
    """A person who only generates kernels, and the command line's start, never pay for Warp."""
    code = (
        "import sys, irmill.synth.stages.dedup, irmill.synth.extract, irmill.synth.build, irmill.synth.from_program\n"
        "print([name for name in ('warp', 'prefect', 'torch', 'rich', 'typer') if name in sys.modules])"
    )
    assert run_python(code).stdout.strip() == "[]"


SPOILT_WARP = """
import pathlib, tempfile
import irmill.synth.warp_private as private
{spoil}
try:
    private.start(pathlib.Path(tempfile.mkdtemp()))
except private.WarpChanged as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            "original = private._codegen.codegen_kernel\n"
            "private._codegen.codegen_kernel = lambda *a, **k: original(*a, **k).replace('wp::adj_mul', 'wp::other')",
            "adjoint body",
        ),
        ("del private._codegen.cpu_linear_contiguous_specialization_candidate", "has no"),
        ("del private._context.ModuleHasher", "ModuleHasher"),
        (
            "original = private._codegen.codegen_kernel\n"
            "private._codegen.codegen_kernel = lambda *a, **k: original(*a, **k).replace('<L ', '<Line ')",
            "line comments",
        ),
        ("pass", ""),
    ],
)
def test_the_self_test_names_the_version_and_what_changed(spoil, said):
    found = run_python(SPOILT_WARP.format(spoil=spoil))
    lines = [line for line in found.stdout.splitlines() if line]
    if not said:
        assert lines == []
        return
    import importlib.metadata

    assert f"warp {importlib.metadata.version('warp-lang')}" in lines[-1]
    assert said in lines[-1]


def test_a_worker_without_a_usable_warp_says_so(tmp_path, monkeypatch):
    (tmp_path / "warp").mkdir()
    (tmp_path / "warp" / "__init__.py").write_text("raise ImportError('this is no Warp')\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]))
    with pytest.raises(SynthError) as caught:
        WarpProcess(memory_bytes=MEMORY)
    assert caught.value.reason is SynthReason.WORKER
    assert "this is no Warp" in caught.value.message


def test_a_worker_leaves_nothing_behind():
    me = psutil.Process()
    before = {child.pid for child in me.children(recursive=True)}
    descriptors = me.num_fds()
    with WarpProcess(memory_bytes=MEMORY) as worker:
        assert list(worker.replies({"kind": "sources", "targets": ["cpp"], "kernels": []}, 30.0)) == []
        assert {child.pid for child in me.children(recursive=True)} > before
    assert {child.pid for child in me.children(recursive=True)} == before
    assert me.num_fds() == descriptors
    assert not list(private_folder().glob("worker-*"))
    worker.close()


def test_what_a_killed_parent_left_is_removed():
    parent = subprocess.Popen([sys.executable, "-c", ""])
    parent.wait()
    left = private_folder() / f"worker-{parent.pid}-abc"
    left.mkdir()
    mine = private_folder() / f"worker-{os.getpid()}-abc"
    mine.mkdir()
    with WarpProcess(memory_bytes=MEMORY):
        assert not left.exists()
        assert mine.exists()
    mine.rmdir()


def test_children_of_a_users_file_die_with_the_worker(tmp_path):
    path = tmp_path / "forks.py"
    path.write_text("import subprocess, time\nsubprocess.Popen(['sleep', '1000.25'])\nwhile True: time.sleep(1)\n")
    job = {"kind": "file", "path": str(path), "kernel": None, "targets": ["cpp"], "skip": 0}
    with WarpProcess(memory_bytes=MEMORY) as worker, pytest.raises(SynthError) as caught:
        list(worker.replies(job, 2.0))
    assert caught.value.reason is SynthReason.TIMEOUT
    assert not [process for process in psutil.process_iter(["cmdline"]) if "1000.25" in (process.info["cmdline"] or [])]


def test_a_request_after_the_end_is_a_worker_error():
    worker = WarpProcess(memory_bytes=MEMORY)
    os.kill(worker.child.pid, 9)
    with pytest.raises(SynthError) as caught:
        list(worker.replies({"kind": "sources", "targets": [], "kernels": []}, 5.0))
    assert caught.value.reason is SynthReason.WORKER
    assert "SIGKILL" in caught.value.message


def test_somebody_elses_folder_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("IRMILL_HOME", str(tmp_path))
    private_folder()
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    with pytest.raises(SynthError, match="another user"):
        private_folder()
