"""Cases for the machine from `tests/golden/tasm`, and how a run is compared with them and with the golden vectors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irmill.optimizer.tasm.run import TasmRun, run_tasm

GOLDEN = Path(__file__).resolve().parent.parent.parent / "golden" / "tasm"

# what the golden vectors say in the real machine's words
TRAP_WORDS = (
    ("instruction pointer points outside of program", "INSTRUCTION_POINTER"),
    ("operational stack is too shallow", "STACK_TOO_SHALLOW"),
    ("jump stack is empty", "JUMP_STACK_EMPTY"),
    ("vector assertion failed", "VECTOR_ASSERTION"),
    ("assertion failed", "ASSERTION"),
    ("failed to convert", "NOT_U32"),
    ("0 does not have a multiplicative inverse", "INVERSE_OF_ZERO"),
    ("division by 0", "DIVISION_BY_ZERO"),
    ("the logarithm of 0", "LOGARITHM_OF_ZERO"),
    ("the Sponge state must be initialized", "SPONGE_UNINITIALIZED"),
    ("public input buffer is empty", "PUBLIC_INPUT_EMPTY"),
    ("secret input buffer is empty", "SECRET_INPUT_EMPTY"),
    ("no more secret digests", "DIGESTS_EMPTY"),
)


def read_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def run_case(case: dict[str, Any]) -> TasmRun:
    return run_tasm(
        case["program"],
        [int(word) for word in case.get("public_input", ())],
        [int(word) for word in case.get("secret_input", ())],
        [[int(word) for word in digest] for digest in case.get("digests", ())],
        {int(address): int(word) for address, word in case.get("ram", {}).items()},
    )


def golden_differences(case: dict[str, Any]) -> list[str]:
    """Where a run does not do what a case of our own says; only what it names is compared."""
    run = run_case(case)
    wanted: dict[str, Any] = {"status": case.get("status", "ok")}
    found: dict[str, Any] = {"status": run.status}
    for key in ("cycles", "words", "padded_height"):
        if key in case:
            wanted[key], found[key] = case[key], getattr(run, key)
    for key in ("output", "program_digest"):
        if key in case:
            wanted[key], found[key] = case[key], list(getattr(run, key) or ())
    if "top" in case:
        wanted["top"], found["top"] = case["top"], list(run.stack[: len(case["top"])])
    if "bottom_is_digest" in case:
        wanted["bottom"], found["bottom"] = run.program_digest, run.stack[-5:]
    if "stack_is_initial" in case:
        wanted["stack"], found["stack"] = ("0",) * 11 + (run.program_digest or ()), run.stack
    for key, attribute in (("error", "code"), ("address", "address"), ("message", "message")):
        if key in case:
            wanted[key], found[key] = case[key], getattr(run.error, attribute, None)
    for table, rows in case.get("heights", {}).items():
        wanted[table], found[table] = rows, (run.heights or {}).get(table)
    return [f"{key}: {found[key]} and not {value}" for key, value in wanted.items() if found[key] != value]


def vector_differences(vector: dict[str, Any]) -> list[str]:
    """The fields in which a run differs from a golden vector."""
    run, expected = run_case(vector), vector["expected"]
    found: dict[str, Any] = {"status": run.status}
    wanted: dict[str, Any] = {"status": expected["status"]}
    if expected["status"] != "parse_error":
        found |= {"cycles": run.cycles, "words": run.words, "digest": list(run.program_digest or ())}
        wanted |= {"cycles": expected["cycles"], "words": expected["words"], "digest": expected["program_digest"]}
    if expected["status"] == "ok":
        found |= {"stack": list(run.stack), "output": list(run.output)}
        found |= {"heights": run.heights, "padded_height": run.padded_height}
        wanted |= {key: expected[key] for key in ("stack", "output", "heights", "padded_height")}
    if expected["status"] == "trap":
        code = next(code for words, code in TRAP_WORDS if words in expected["error"])
        found |= {"trap": getattr(run.error, "code", None), "address": getattr(run.error, "address", None)}
        wanted |= {"trap": code, "address": expected["instruction_pointer"]}
    return [key for key, value in wanted.items() if found[key] != value]


@pytest.fixture(scope="session")
def golden_cases() -> list[dict[str, Any]]:
    return read_lines(GOLDEN / "cases.jsonl")


@pytest.fixture(scope="session")
def compare_golden() -> Callable[[dict[str, Any]], list[str]]:
    return golden_differences


@pytest.fixture(scope="session")
def compare_vector() -> Callable[[dict[str, Any]], list[str]]:
    return vector_differences


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "golden_case" in metafunc.fixturenames:
        cases = read_lines(GOLDEN / "cases.jsonl")
        metafunc.parametrize("golden_case", cases, ids=[case["name"] for case in cases])
