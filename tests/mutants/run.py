"""Plant the listed bugs, one at a time, and see the tests turn red: ``make mutants ARGS="compiler --only NAME"``.

A list is ``tests/mutants/PACKAGE.toml`` with one ``[[mutant]]`` for each bug: its ``name``, the ``file``, the text
``before`` (exactly once in the file) and ``after``, the ``tests`` that must turn red (files or node ids) and ``why`` it
matters. Everything happens in copies of the project. Exit code 1 where a bug survives, 2 where a list is stale: a text
that is not there, a test that is not there or red without any bug.
"""

from __future__ import annotations

import argparse
import ast
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
LISTS = "tests/mutants"
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "artifacts", "build", "dist", "*.egg-info")
GREEN, RED, COLLECTION_FAILED = 0, 1, 2
SHOWN = Console(width=None if sys.stdout.isatty() else 160, highlight=False)

Item = TypeVar("Item")


class Stale(Exception):
    """A list that does not fit the project; the message names the mutant or the test."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted bug. ``file`` is relative to the project, ``tests`` are pytest's files or node ids."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]
    why: str

    def planted(self, text: str) -> str:
        """The file's text with the bug. Raises Stale where that cannot be planted."""
        places = text.count(self.before)
        if places != 1:
            raise Stale(f"{self.name}: the text to replace is {places} times in {self.file}, not once")
        bad = text.replace(self.before, self.after)
        try:
            if self.file.endswith(".py"):
                ast.parse(bad)
        except SyntaxError as error:
            raise Stale(f"{self.name}: {self.file} with the bug is no Python: {error}") from None
        return bad


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one pytest run: its exit code (None past the time) and what it says first."""

    code: int | None
    said: str
    seconds: float


def read_lists(root: Path, packages: Sequence[str] = ()) -> dict[str, list[Mutant]]:
    """The mutants of each package, of all of them where none is named. Raises Stale on a list that is wrong."""
    known = sorted(path.stem for path in (root / LISTS).glob("*.toml"))
    if unknown := sorted(set(packages) - set(known)):
        raise Stale(f"there is no list of {', '.join(unknown)}; there are: {', '.join(known)}")
    lists = {name: _read_list(root / LISTS / f"{name}.toml") for name in packages or known}
    names = [mutant.name for mutants in lists.values() for mutant in mutants]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Stale(f"two mutants are called {', '.join(twice)}")
    return lists


def _read_list(path: Path) -> list[Mutant]:
    mutants: list[Mutant] = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []):
        wrong = {f.name for f in fields(Mutant)} ^ entry.keys()
        if wrong or not entry["tests"]:
            raise Stale(f"{path.name}: {entry.get('name')}: {', '.join(sorted(wrong)) or 'no tests'}")
        mutants.append(Mutant(**{**entry, "tests": tuple(entry["tests"])}))
    return mutants


def check_texts(root: Path, mutants: Iterable[Mutant]) -> None:
    """Raise Stale unless every bug can be planted and every file of tests is there."""
    for mutant in mutants:
        if not (root / mutant.file).is_file():
            raise Stale(f"{mutant.name}: there is no {mutant.file}")
        mutant.planted((root / mutant.file).read_text(encoding="utf-8"))
        if gone := [test for test in mutant.tests if not (root / test.partition("::")[0]).exists()]:
            raise Stale(f"{mutant.name}: there is no {gone[0]}")


@dataclass(slots=True)
class Copies:
    """Copies of the project, each used by one thread at a time."""

    count: int
    timeout: float
    free: queue.Queue[Path] = field(default_factory=queue.Queue)
    running: set[subprocess.Popen[str]] = field(default_factory=set)
    environment: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def of(self, root: Path):
        """Make the copies, as packages called ``irmill``, and remove them in the end."""
        with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
            for number in range(self.count):
                copy = Path(folder) / str(number) / "irmill"
                shutil.copytree(root, copy, ignore=NOT_COPIED)
                self.free.put(copy)
            self.environment = dict(os.environ)
            wasmer = root / ".venv-wasmer" / "bin" / "python"
            if wasmer.exists():
                self.environment.setdefault("IRMILL_WASMER_PYTHON", str(wasmer))
            yield self

    def green(self, tests: Sequence[str]) -> Verdict:
        """The tests with no bug planted; this writes the compiled files that later runs read."""
        copy = self.free.get()
        try:
            return self._pytest(copy, tests, {})
        finally:
            self.free.put(copy)

    def killed(self, mutant: Mutant) -> Verdict:
        """The mutant's tests with its bug planted. The copy is as before afterwards."""
        copy = self.free.get()
        path = copy / mutant.file
        text, before = path.read_bytes(), path.stat()
        try:
            path.write_text(mutant.planted(text.decode()), encoding="utf-8")
            # A compiled file is known by its source's length and whole second, so the bug gets a second of its own;
            # what is compiled of it is not kept.
            os.utime(path, (before.st_atime, before.st_mtime + 7))
            return self._pytest(copy, mutant.tests, {"PYTHONDONTWRITEBYTECODE": "1"})
        finally:
            path.write_bytes(text)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            self.free.put(copy)

    def all(self, title: str, work: Callable[[Item], Verdict], items: Sequence[Item]) -> list[Verdict]:
        """The verdict on each item, in order, as many at once as there are copies; progress on a terminal."""
        with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
            bar = progress.add_task(title, total=len(items))
            with ThreadPoolExecutor(self.count) as pool:
                futures = [pool.submit(work, item) for item in items]
                for future in futures:
                    future.add_done_callback(lambda _: progress.advance(bar))
                try:
                    return [future.result() for future in futures]
                except BaseException:  # an interrupt must not wait for the tests that run
                    pool.shutdown(wait=False, cancel_futures=True)
                    for process in list(self.running):
                        _kill(process)
                    raise

    def _pytest(self, copy: Path, tests: Sequence[str], more: dict[str, str]) -> Verdict:
        start = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
            cwd=copy,
            env={**self.environment, **more, "PYTHONPATH": str(copy.parent), "COLUMNS": "300"},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.running.add(process)
        try:
            output, _ = process.communicate(timeout=self.timeout)
            return Verdict(process.returncode, _first_failure(output), time.monotonic() - start)
        except subprocess.TimeoutExpired:
            return Verdict(None, f"no end in {self.timeout:g} s", time.monotonic() - start)
        finally:
            _kill(process)
            self.running.discard(process)


def _kill(process: subprocess.Popen[str]) -> None:
    """End a run and what it started (it leads a session of its own)."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _first_failure(output: str) -> str:
    found = re.search(r"^(?:FAILED|ERROR) (\S+(?: \S+)*?)(?: - |$)", output, re.MULTILINE)
    lines = output.strip().splitlines()
    return found[1] if found else (lines[-1] if lines else "")


def baseline(mutants: Iterable[Mutant]) -> list[list[str]]:
    """The tests to see green, those of one file in one run, each once."""
    files: dict[str, set[str]] = {}
    for test in (test for mutant in mutants for test in mutant.tests):
        files.setdefault(test.partition("::")[0], set()).add(test)
    return [[file] if file in tests else sorted(tests) for file, tests in sorted(files.items())]


def run(root: Path, mutants: Sequence[Mutant], jobs: int, timeout: float) -> list[tuple[Mutant, Verdict]]:
    """Every mutant with what became of it. Raises Stale where a list does not fit the project."""
    check_texts(root, mutants)
    with Copies(jobs, timeout).of(root) as copies:
        sets = baseline(mutants)
        for tests, verdict in zip(sets, copies.all("without bugs", copies.green, sets), strict=True):
            if verdict.code != GREEN:
                raise Stale(f"{' '.join(tests)}: not green without any bug: {verdict.said}")
        verdicts = copies.all("mutants", copies.killed, mutants)
    for mutant, verdict in zip(mutants, verdicts, strict=True):
        if verdict.code not in (GREEN, RED, COLLECTION_FAILED, None):
            raise Stale(f"{mutant.name}: pytest ended with {verdict.code}: {verdict.said}")
    return list(zip(mutants, verdicts, strict=True))


def _table(found: Sequence[tuple[Mutant, Verdict]]) -> Table:
    table = Table("mutant", "file", "killed by", "seconds")
    for mutant, verdict in found:
        killer = "[red]SURVIVED[/]" if verdict.code == GREEN else verdict.said.replace("[", r"\[")
        table.add_row(mutant.name, mutant.file, killer, f"{verdict.seconds:.1f}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the lists that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", help="lists to run; all of them unless told")
    parser.add_argument("--only", action="append", metavar="NAME", help="run this mutant; may be given again")
    parser.add_argument("--jobs", type=int, default=2, help="copies that are tested at once (default %(default)s)")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for one mutant's tests; past it, killed")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that copies and tests do not stay behind
    start = time.monotonic()
    try:
        chosen = [m for mutants in read_lists(options.root, options.packages).values() for m in mutants]
        if options.only is not None:
            if unknown := set(options.only) - {mutant.name for mutant in chosen}:
                raise Stale(f"there is no mutant {', '.join(sorted(unknown))}")
            chosen = [mutant for mutant in chosen if mutant.name in options.only]
        found = run(options.root.resolve(), chosen, options.jobs, options.timeout)
    except Stale as error:
        sys.stderr.write(f"mutants: {error}\n")
        return 2
    SHOWN.print(_table(found))
    survivors = [mutant for mutant, verdict in found if verdict.code == GREEN]
    SHOWN.print(f"{len(found) - len(survivors)} of {len(found)} killed in {time.monotonic() - start:.0f} s")
    for mutant in survivors:
        SHOWN.print(f"[red]SURVIVED[/] {mutant.name} ({mutant.file}): {mutant.why}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
