"""Set up the two environments that irmill runs in: ``python3 flows/bootstrap.py [--no-wasmer]``.

Standard library only, because it runs before anything is installed; ``make setup`` (and so ``make run`` and ``make
test``) calls it. It makes

* ``.venv``: CPython 3.11 or newer with everything of ``pyproject.toml``, pinned by ``constraints.txt``;
* ``.venv-wasmer``: CPython 3.10 with wasmer alone, pinned by ``configs/requirements-wasmer.txt``. Where no Python 3.10
  can be found one line says so, and programs are executed by wasmtime instead.

Each environment carries a stamp, a digest of what it was made from; an environment whose stamp is right is left alone.
An interrupted set-up leaves no stamp, so the next call finishes it.

Environment variables: ``IRMILL_PYTHON`` and ``IRMILL_PYTHON310`` name interpreters to use; ``IRMILL_TORCH_INDEX`` names
a package index to take torch from.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = "irmill-stamp"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


class SetupError(Exception):
    """Set-up cannot go on; the message is the one line that the person reads."""


def say(line: str) -> None:
    """One line of news, on stderr so that a command's own output stays clean."""
    sys.stderr.write(f"setup: {line}\n")
    sys.stderr.flush()


def python_version(python: str) -> tuple[int, int] | None:
    """The version of an interpreter, found by running it (a shim may exist and fail); None where it does not run."""
    try:
        answer = subprocess.run(
            [python, "-c", "import sys, venv, ensurepip; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        major, minor = answer.stdout.split()
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return int(major), int(minor)


def pyenv_pythons(series: str) -> Iterator[str]:
    """The interpreters that pyenv has installed of one series (``3.10``), newest first, active or not."""
    roots = [os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")]
    for root in dict.fromkeys(root for root in roots if root):
        found = Path(root, "versions").glob(f"{series}.*/bin/python")
        by_version = sorted(found, key=lambda path: [int(n) for n in path.parts[-3].split(".") if n.isdigit()])
        yield from map(str, reversed(by_version))


def uv_pythons(series: str) -> Iterator[str]:
    """The interpreter of one series that uv knows or can install, where uv is there."""
    if shutil.which("uv") is None:
        return
    for action in ("find", "install", "find"):
        answer = subprocess.run(["uv", "python", action, series], capture_output=True, text=True, check=False)
        if action == "find" and answer.returncode == 0:
            yield answer.stdout.strip()
            return


def find_main_python() -> str:
    """An interpreter >= 3.11 for ``.venv``. Raises SetupError where there is none."""
    chosen = os.environ.get("IRMILL_PYTHON")
    names = [sys.executable, "python3", "python3.11", "python3.12", "python3.13", "python3.14"]
    installed = (name for series in ("3.11", "3.12", "3.13") for name in pyenv_pythons(series))
    for name in [chosen] if chosen else itertools.chain(names, installed):
        version = python_version(name)
        if version is not None and version >= (3, 11):
            return name
    raise SetupError("no Python >= 3.11 was found; install one, or name it: IRMILL_PYTHON=/path/to/python make setup")


def find_python310() -> str | None:
    """A CPython 3.10 that runs: ``python3.10`` on PATH, then pyenv's, then uv's; None where there is none."""
    chosen = os.environ.get("IRMILL_PYTHON310")
    names = [chosen] if chosen else itertools.chain(["python3.10"], pyenv_pythons("3.10"), uv_pythons("3.10"))
    return next((name for name in names if python_version(name) == (3, 10)), None)


def digest(*parts: str | Path) -> str:
    """What an environment is made from, as one hash: the texts given and the bytes of the files given."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode()
        total.update(len(data).to_bytes(8, "little"))
        total.update(data)
    return total.hexdigest()


def stamped(environment: Path, stamp: str) -> bool:
    """Whether the environment is whole and was made from what ``stamp`` says."""
    file = environment / STAMP
    return file.is_file() and file.read_text().strip() == stamp and (environment / "bin" / "python").exists()


def make_environment(environment: Path, python: str) -> None:
    """An empty virtual environment; one that is there and runs on the same version is kept and completed."""
    (environment / STAMP).unlink(missing_ok=True)
    inside = environment / "bin" / "python"
    if inside.exists() and python_version(str(inside)) == python_version(python):
        return
    if environment.exists():
        shutil.rmtree(environment)
    subprocess.run([python, "-m", "venv", str(environment)], check=True)


def pip(environment: Path, *arguments: str) -> None:
    """Run the environment's own pip; its errors reach the person. Raises SetupError where it fails."""
    command = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
        raise SetupError(f"pip failed: {' '.join(arguments)}; what it printed is above, and setup can be called again")


def warn_of_cuda(environment: Path, pin: str) -> None:
    """Say what it costs where pip would take the CUDA build of torch, and how to choose the CPU build."""
    if not sys.platform.startswith("linux") or os.environ.get("IRMILL_TORCH_INDEX"):
        return
    command = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    command += ["--dry-run", "--no-deps", "--report", "-", pin]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return
    planned = [item["metadata"]["version"] for item in json.loads(answer.stdout)["install"]]
    if planned and "+cpu" not in planned[0]:
        say(
            f"pip takes the CUDA build of torch {planned[0]}: an environment of about 6 GB. For the CPU build (2.6 GB)"
            f" stop here and call: IRMILL_TORCH_INDEX={CPU_INDEX} make setup"
        )


def constraint(name: str) -> str:
    """The pinned requirement of one package, as constraints.txt has it."""
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if line.startswith(f"{name}=="):
            return line.strip()
    raise SetupError(f"constraints.txt does not pin {name}")


def set_up_main(environment: Path) -> None:
    """Make or complete ``.venv``; nothing where its stamp is right."""
    index = os.environ.get("IRMILL_TORCH_INDEX", "")
    stamp = digest(ROOT / "constraints.txt", ROOT / "pyproject.toml", ROOT / "setup.py", index)
    if stamped(environment, stamp):
        return
    python = find_main_python()
    say(f"{environment.name}: CPython {'.'.join(map(str, python_version(python) or ()))}, packages as constraints.txt")
    make_environment(environment, python)
    torch = constraint("torch")
    warn_of_cuda(environment, torch)
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    if index:
        pip(environment, "install", "--quiet", "--index-url", index, torch)
    pip(environment, "install", "--quiet", constraint("setuptools"), constraint("wheel"))
    pip(environment, "install", "--quiet", "--no-build-isolation", *constraints, "--editable", f"{ROOT}[dev]")
    (environment / STAMP).write_text(stamp + "\n")
    say(f"{environment.name}: done")


def link_checkout(folder: Path) -> None:
    """Give the checkout its package name on disk, for what reads sources and runs no import hook (pyright)."""
    link = folder / "irmill"
    folder.mkdir(exist_ok=True)
    if not link.is_symlink() or link.resolve() != ROOT:
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT, target_is_directory=True)


def set_up_wasmer(environment: Path) -> None:
    """Make or complete ``.venv-wasmer``; where it cannot be made, one line says that wasmtime is used instead."""
    requirements = ROOT / "configs" / "requirements-wasmer.txt"
    stamp = digest(requirements)
    if stamped(environment, stamp):
        return
    python = find_python310()
    if python is None:
        say(
            "no Python 3.10 was found (PATH, pyenv, uv) and wasmer 1.1.0 has no newer wheels: wasmtime executes instead"
        )
        return
    say(f"{environment.name}: CPython 3.10 with wasmer")
    try:
        make_environment(environment, python)
        pip(environment, "install", "--quiet", "--requirement", str(requirements))
    except (SetupError, subprocess.CalledProcessError) as error:
        say(f"wasmer could not be installed ({error}): wasmtime executes instead")
        return
    (environment / STAMP).write_text(stamp + "\n")
    say(f"{environment.name}: done")


def main() -> int:
    """Set up what is missing. Exit code 2 and one line where that is impossible."""
    parser = argparse.ArgumentParser(description="Set up irmill's environments; what is there already is left alone.")
    parser.add_argument("--no-wasmer", action="store_true", help="leave the wasmer environment out")
    options = parser.parse_args()
    try:
        with (ROOT / ".setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two calls of make at once: the second waits and finds it done
            link_checkout(ROOT / "build")
            set_up_main(ROOT / ".venv")
            if not options.no_wasmer:
                set_up_wasmer(ROOT / ".venv-wasmer")
    except (SetupError, subprocess.CalledProcessError, OSError) as error:
        say(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
