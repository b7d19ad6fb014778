"""Fuzz the whole way from text to value: ``make fuzz ARGS="--count 100000 --seed 7"``.

Programs over the whole grammar and at its boundaries, and beside each one a text that is damaged or hostile. The
reference interpreter, the second oracle, wasmer, wasmtime and, on short modules, the trace have to say the same; every
module has to be valid; no text may crash or stop a reader. What is found is shrunk and printed with seed and place, and
the exit code is 1. Programs are done in chunks; what is done is kept in ``build/fuzz``, so that a run that was
ended goes on where it was, until the sources change.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from queue import SimpleQueue

from irmill.compiler.base.atomic import write_file
from irmill.compiler.base.child import Child, ChildError

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 250
SECONDS = 900.0
SOURCES = ("compiler/base", "compiler/lang", "compiler/wasm", "compiler/execute", "tests/fuzz")
"""What the answers depend on: where one of these files changes, nothing that was done counts."""


def digest_of_sources():
    """A digest of everything that is fuzzed, and of what fuzzes it."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


class State:
    """What is done of a seed: chunks, counts and findings, kept in a file."""

    def __init__(self, path, seed, chunk):
        self.path = path
        self.key = {"seed": seed, "chunk": chunk, "sources": digest_of_sources()}
        self.done, self.findings, self.counts, self.seconds = set(), [], Counter(), 0.0

    def load(self):
        """Goes on with what the file holds; whether it was of use."""
        try:
            kept = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return False
        if any(kept.get(name) != value for name, value in self.key.items()):
            return False
        self.done = {place for first, last in kept["done"] for place in range(first, last)}
        self.counts = Counter({(name, outcome): number for name, outcome, number in kept["counts"]})
        self.findings, self.seconds = kept["findings"], kept["seconds"]
        return True

    def add(self, chunk, reply):
        """Takes over what came of a chunk."""
        self.done.add(chunk)
        self.findings += [{**finding, "chunk": chunk} for finding in reply["findings"]]
        for name, outcome, number in reply["counts"]:
            self.counts[name, outcome] += number

    def save(self):
        """Writes the file, whole or not at all."""
        runs = []
        for place in sorted(self.done):
            if runs and runs[-1][1] == place:
                runs[-1][1] = place + 1
            else:
                runs.append([place, place + 1])
        counts = [[name, outcome, number] for (name, outcome), number in sorted(self.counts.items())]
        kept = {**self.key, "done": runs, "counts": counts, "findings": self.findings, "seconds": self.seconds}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_file(self.path, json.dumps(kept))


class Workers:
    """Processes that examine chunks. One that dies or hangs is replaced, its chunk halved until one place is left."""

    def __init__(self, count, seed):
        self.seed = seed
        self.free = SimpleQueue()
        for _ in range(count):
            self.free.put(None)

    def examine(self, start, count):
        """What came of places of the seed, as the worker says it."""
        child = self.free.get()
        try:
            child = child or self._started()
            child.send(json.dumps({"seed": self.seed, "start": start, "count": count}).encode(), 60)
            return json.loads(child.receive(SECONDS if count > 1 else SECONDS / 3))
        except ChildError as error:
            child, said = None, str(error)
        finally:
            self.free.put(child)
        if count == 1:
            return {"counts": [], "findings": [_lost(self.seed, start, said)]}
        half = count // 2
        first, second = self.examine(start, half), self.examine(start + half, count - half)
        return {name: first[name] + second[name] for name in ("counts", "findings")}

    def _started(self):
        paths = [str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        return Child([sys.executable, "-P", "-m", "fuzz.worker"], environment=environment, memory_bytes=8 << 30)

    def close(self):
        """Ends the processes that are idle."""
        while not self.free.empty():
            child = self.free.get()
            if child is not None:
                child.close()


def _lost(seed, place, said):
    where = f"place {place} of seed {seed}"
    return {"kind": "worker", "said": said, "text": where, "smallest": where, "alike": 1}


def run(state, workers, count, jobs, say):
    """Examines what is not done yet of the first ``count`` programs."""
    todo = [place for place in range(-(-count // state.key["chunk"])) if place not in state.done]
    todo.reverse()
    size = state.key["chunk"]
    before, start = state.seconds, time.monotonic()
    with ThreadPoolExecutor(jobs) as pool:
        running = {}
        while todo or running:
            while todo and len(running) < jobs:
                chunk = todo.pop()
                running[pool.submit(workers.examine, chunk * size, min(size, count - chunk * size))] = chunk
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                chunk, reply = running.pop(future), future.result()
                state.add(chunk, reply)
                for finding in reply["findings"]:
                    say(told(state.key["seed"], chunk, finding))
            state.seconds = before + time.monotonic() - start
            state.save()
            say(None)


def told(seed, chunk, finding):
    """A finding as it is printed."""
    return (
        f"seed {seed}, chunk {chunk}: {finding['kind']} ({finding['alike']} of this kind in the chunk)\n"
        f"  {finding['said']}\n  smallest: {finding['smallest']!r}\n  as found: {finding['text'][:2000]!r}"
    )


OUTCOMES = ("value", "INEXACT", "UNSUPPORTED", "oracle gave up", "reference gave up")


def table(counts):
    """The rates of what a generator's texts came to, as lines."""
    names = sorted({name for name, _ in counts})
    rows = [["generator", "texts", *OUTCOMES, "other errors"]]
    for name in names:
        texts = sum(number for (of, outcome), number in counts.items() if of == name and " " not in outcome)
        found = [counts[name, outcome] for outcome in OUTCOMES]
        rest = texts - sum(found[:3])
        rows.append([name, f"{texts:,}", *(f"{100 * number / max(texts, 1):.3f} %" for number in (*found, rest))])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def main(arguments=None):
    """Run one seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="programs (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes (default %(default)s)")
    parser.add_argument("--state", type=Path, help="where what is done is kept (default build/fuzz/SEED.json)")
    parser.add_argument("--fresh", action="store_true", help="forget what is done")
    options = parser.parse_args(arguments)
    path = options.state or ROOT / "build" / "fuzz" / f"{options.seed}.json"
    state = State(path, options.seed, CHUNK)
    if not options.fresh and state.load():
        sys.stdout.write(f"going on: {len(state.done):,} chunks of {CHUNK} are done\n")
    shown = time.monotonic()

    def say(line):
        nonlocal shown
        if line is not None:
            sys.stdout.write(f"{line}\n")
        elif time.monotonic() - shown > 60:
            shown = time.monotonic()
            done = len(state.done) * CHUNK
            sys.stdout.write(f"{done:,} programs in {state.seconds:,.0f} s, {len(state.findings)} findings\n")
        sys.stdout.flush()

    workers = Workers(options.jobs, options.seed)
    try:
        run(state, workers, options.count, options.jobs, say)
    finally:
        workers.close()
    for line in table(state.counts):
        sys.stdout.write(f"{line}\n")
    found = sum(finding["alike"] for finding in state.findings)
    each = 1000 * state.seconds / max(options.count, 1)
    sys.stdout.write(
        f"seed {options.seed}: {options.count:,} programs and as many broken texts in {state.seconds:,.0f} s "
        f"({each:.2f} ms each, {options.jobs} processes): {found} findings\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
