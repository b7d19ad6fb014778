"""The commands as a person calls them: fields, values and exit codes of the contract (design, section 8)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from irmill.flows.cli.app import run
from irmill.flows.config import load_config
from irmill.flows.registry import STAGES
from irmill.flows.reproduction import held_out
from irmill.tasks.build import build_stage
from irmill.tasks.store.store import Store

HEAVY = ("torch", "transformers", "peft", "warp", "prefect", "wasmtime", "numba")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def rows(path: Path, *values: dict[str, Any]) -> str:
    path.write_text("\n".join(json.dumps(value) for value in values))
    return str(path)


def test_compile_has_the_fields_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = call(capsys, "compile", "50 - 15 = ", "sum(i, 1, 100) = ", "15 > 10 is ")
    assert code == 0
    first, loop, truth = document["results"]
    for field in ("text", "canonical", "operations", "lens", "steps", "ir", "bytes", "module", "wat", "value", "type"):
        assert field in first
    assert {"type_by", "engine", "error", "seconds"} <= first.keys()
    assert (first["value"], first["bytes"], first["operations"]) == ("35", "4132410f6b", ["subtract"])
    assert first["steps"] == [{"text": "50 - 15", "value": "35"}]
    assert first["error"] is None
    assert first["engine"] in ("wasmer", "wasmtime")
    assert bytes.fromhex(first["module"])[:4] == b"\0asm"
    assert [reading["operation"] for reading in loop["lens"]] == ["sum"]
    assert (loop["value"], truth["value"]) == ("5050", "true")
    assert document["summary"]["executed"] == 3


def test_a_sentence_goes_through_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = call(capsys, "compile", "Janet has 50 apples. She gives away 15.")
    (result,) = document["results"]
    assert (code, result["value"], result["canonical"].strip()) == (0, "35", "50 - 15 =")
    assert result["lens"][0]["operation"] == "subtract"
    assert 0 < result["lens"][0]["probability"] <= 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1 / 0 = ", "DIV_BY_ZERO"),
        ("1 + = ", "PARSE"),
        ("15 > 10 = ", "TYPE"),
        ("9223372036854775807 + 1 = ", "OVERFLOW"),
        ("(" * 300 + "1", "TOO_LARGE"),
        ("", "PARSE"),
        ("\ud800", "PARSE"),
        ("how many apples does anyone have", "ABSTAINED"),
        ("apples " * 15_000, "TOO_LARGE"),
    ],
)
def test_errors_are_typed_and_exit_with_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, error: str
) -> None:
    cases = rows(tmp_path / "cases.jsonl", {"text": text}, {"text": "1 + 1 = "})
    code, document = call(capsys, "compile", "--cases", cases)
    broken, right = document["results"]
    assert (code, broken["value"], broken["error"]["code"]) == (1, None, error)
    assert "\n" not in broken["error"]["message"]
    assert (right["value"], right["error"]) == ("2", None)


def test_the_trace_adds_every_form_with_its_answer(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = call(capsys, "compile", "--trace", "(16 - 3) * 5 = ")
    (result,) = document["results"]
    assert code == 0
    assert result["trace"][-1].split()[-1] == "65"
    assert result["trace_page"] == {"first": 1, "next": None, "ran": 5, "complete": True, "error": None}
    assert result["trace_steps"][-1]["stack"] == ["65"]
    forms = result["forms"]
    assert (forms["warp_answer"], forms["tasm_answer"], forms["tasm_optimized_answer"]) == ("65", "65", "65")
    assert forms["operands"] == ["16", "3", "5"]
    assert forms["tasm_cycles"][1] <= forms["tasm_cycles"][0]
    for name in ("warp_python", "cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint", "tasm", "tasm_optimized"):
        assert forms[name]


def test_a_long_trace_is_paged(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("compile", "--trace", "--trace-steps", "10", "sum(i, 1, 5) = ")
    first = call(capsys, *arguments)[1]["results"][0]
    assert [step["number"] for step in first["trace_steps"]] == list(range(1, 11))
    assert first["trace_page"]["next"] == 11
    assert first["trace_steps"][1]["written"] == {"place": "local 0", "value": "0"}
    second = call(capsys, *arguments, "--trace-from", "11")[1]["results"][0]
    assert second["trace_steps"][0]["number"] == 11
    assert len(first["trace"]) == len(second["trace"]) == 10


def test_a_person_sees_how_to_turn_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", "--trace", "while true do { } 1 = "]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "steps 1 to 60 of" in shown
    assert "not complete" in shown
    assert "--trace-from 61" in shown


def test_eval_reports_accuracy_and_baselines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    dataset = rows(
        tmp_path / "data.jsonl",
        {"question": "50 - 15 = ", "answer": 35},
        {"question": "7 * 8 = ", "answer": "56"},
        {"question": "7 * 8 = ", "answer": 55},
        {"question": "1 / 0 = ", "answer": 1},
    )
    code, document = call(capsys, "eval", "--dataset", dataset)
    summary = document["summary"]
    assert (code, summary["rows"], summary["correct"], summary["accuracy"]) == (0, 4, 2, 0.5)
    low, high = summary["interval"]
    assert 0 < low < 0.5 < high < 1
    assert summary["baselines"]
    assert all(0 <= accuracy <= 1 for accuracy in summary["baselines"].values())
    assert [row["correct"] for row in document["results"]] == [True, True, False, False]
    assert document["results"][3]["stage"] == "execute"
    assert [row["confidence"] for row in document["results"]] == [1.0] * 4
    assert [one["rows"] for one in summary["coverage"]] == [4, 4, 3]


def test_eval_without_a_dataset_asks_what_was_held_out(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = call(capsys, "eval", "--held-out", "3")
    assert (code, document["summary"]["rows"]) == (0, 3 * len(document["splits"]))
    assert {"test", "test_family"} <= document["splits"].keys()
    assert document["summary"]["groups"]["source"].keys() == document["splits"].keys()
    assert run(["eval", "--held-out", "2"]) == 0
    shown = capsys.readouterr().out
    for heading in ("baseline", "operations of the right program", "coverage", "negative", "the lens disagrees"):
        assert heading in shown


def test_tasm_runs_and_a_trap_is_an_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = tmp_path / "sum.tasm"
    source.write_text("read_io 2 add write_io 1 halt")
    code, document = call(capsys, "tasm", str(source), "--input", "3,4")
    (result,) = document["results"]
    assert (code, result["status"], result["output"], result["cycles"]) == (0, "ok", ["7"], 4)
    assert result["padded_height"] == 256
    code, document = call(capsys, "tasm", str(source))
    (result,) = document["results"]
    assert (code, result["status"], result["error"]["address"]) == (0, "trap", 0)
    cases = rows(tmp_path / "cases.jsonl", {"program": "nonsense"}, {"program": "a: call a"})
    code, document = call(capsys, "tasm", "--cases", cases, "--max-cycles", "1000")
    assert code == 1
    assert [row["status"] for row in document["results"]] == ["parse_error", "cycle_limit"]


def test_optimize_is_never_worse(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = tmp_path / "long.tasm"
    source.write_text("read_io 1 push 5 push 6 add mul push 0 add write_io 1 halt")
    code, document = call(capsys, "optimize", str(source), "--input", "3")
    (result,) = document["results"]
    assert code == 0
    assert result["verified"] is True
    assert result["after"]["cycles"] < result["before"]["cycles"]
    assert result["after"]["padded_height"] <= result["before"]["padded_height"]
    better = tmp_path / "better.tasm"
    better.write_text(result["tasm"])
    code, document = call(capsys, "tasm", str(better), "--input", "9")
    assert document["results"][0]["output"] == ["99"]


def test_optimize_takes_a_list_of_inputs_and_says_what_holds_for_all(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    program = "read_io 2 push 0 add add write_io 1 halt"
    several = {"program": program, "inputs": [{"public_input": [3, 4]}, {"public_input": ["5", 6], "ram": {"1": 2}}]}
    code, document = call(capsys, "optimize", "--cases", rows(tmp_path / "cases.jsonl", several))
    (result,) = document["results"]
    assert code == 0
    assert [prices["before"]["status"] for prices in result["prices"]] == ["ok", "ok"]
    assert "padded_height" in result["verdict"]["all_inputs"]
    assert result["verdict"]["evidence"][-1]["method"] == "differential"
    assert result["static_after"]["words"] <= result["static_before"]["words"]
    for wrong in (
        {"program": "halt", "inputs": []},
        {"program": "halt", "inputs": [3]},
        {"program": "halt", "inputs": [{"public_input": [-1]}]},
        {"program": "halt", "inputs": [{}], "public_input": [3]},
    ):
        assert run(["optimize", "--cases", rows(tmp_path / "cases.jsonl", wrong)]) == 2
    assert run(["tasm", "--cases", rows(tmp_path / "cases.jsonl", several)]) == 2


def test_extract_shows_both_languages(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = tmp_path / "kernels.py"
    source.write_text(
        "import warp as wp\n\n\n@wp.kernel\ndef double(x: wp.array(dtype=float), y: wp.array(dtype=float)):\n"
        "    i = wp.tid()\n    y[i] = x[i] * 2.0\n"
    )
    empty = tmp_path / "empty.py"
    empty.write_text("x = 1\n")
    code, document = call(capsys, "extract", str(source), str(empty))
    found, nothing = document["results"]
    assert code == 1
    assert found["kernel"] == "double"
    assert "wp::mul" in found["cpp_forward"]
    assert "__global__" in found["cuda_forward"] or "double" in found["cuda_forward"]
    assert found["cpp_adjoint"] != found["cpp_forward"]
    assert (nothing["kernel"], nothing["error"]["code"]) == (None, "NO_KERNELS")


def test_reproduce_prints_every_table_or_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_out, "PROBLEMS", 6)
    code, document = call(capsys, "reproduce", "bytes")
    table = document["tables"]["bytes"]
    assert (code, table["correct"], table["total"]) == (0, 5, 5)
    for name, total in (("network", 7), ("fixed_point", 2)):
        code, document = call(capsys, "reproduce", name)
        assert (document["tables"][name]["correct"], document["tables"][name]["total"]) == (total, total)
    for name in ("held_out", "confidence", "lens"):
        code, document = call(capsys, "reproduce", name)
        assert document["tables"][name]["status"] == "measured"
        assert document["tables"][name]["rows"]
    code, document = call(capsys, "reproduce", "multi_op", "--model-only")
    assert document["tables"]["multi_op"]["work"]["parser"] == 0
    assert run(["reproduce", "multi_op"]) == 0
    shown = capsys.readouterr().out
    assert "of the right rows: parser 2, model " in shown
    code, document = call(capsys, "reproduce", "fem")
    assert document["tables"]["fem"]["status"] == "not built yet"


def test_the_store_is_shown_checked_and_collected(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = Store(home)
    store.prepare()
    stage = next(stage for stage in STAGES if stage.name == "prompts")
    config = load_config("smoke", ["prompts.count=10", "prompts.canonical=1.0"])
    ref = build_stage(stage, stage.config(config), {}, store)
    code, document = call(capsys, "status", "--home", str(home))
    (entry,) = document["entries"]
    assert (code, entry["stage"], entry["key"], entry["rows"], entry["state"]) == (0, "prompts", ref.key, 10, "valid")
    assert call(capsys, "validate", "--home", str(home))[1]["corrupt"] == 0
    shard = next((home / "store").rglob("part-*.parquet"))
    shard.write_bytes(shard.read_bytes()[:-1] + b"?")
    code, document = call(capsys, "validate", "--home", str(home))
    assert (code, document["corrupt"]) == (1, 1)
    code, document = call(capsys, "gc", "--days", "0", "--dry-run", "--home", str(home))
    assert (code, document["dry_run"], document["freed"]) == (0, True, 0)
    assert shard.exists()


def test_a_home_that_cannot_be_used_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for command in ("status", "validate", "gc"):
        assert run([command, "--home", str(tmp_path / "file" / "home")]) == 2
        output = capsys.readouterr()
        assert (output.out, output.err.count("\n")) == ("", 1)


def test_prompts_repeat(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call(capsys, "prompts", "--count", "30", "--seed", "5", "--output", str(tmp_path / "a"))
    code, document = call(capsys, "prompts", "--count", "30", "--seed", "5", "--output", str(tmp_path / "b"))
    assert (code, document["rows"]) == (0, 30)
    assert (tmp_path / "a" / "prompts.parquet").read_bytes() == (tmp_path / "b" / "prompts.parquet").read_bytes()


def _modules_after(statement: str) -> set[str]:
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in answer.stdout.splitlines()[-1].split()}


def test_packages_load_nothing_heavy() -> None:
    loaded = _modules_after(
        "from irmill import compiler, synth, optimizer, tasks\nfrom irmill.flows.cli.app import build_app\nbuild_app()"
    )
    assert not loaded & set(HEAVY)


def test_one_sentence_needs_neither_flows_nor_adapters() -> None:
    loaded = _modules_after("import irmill.flows.cli.app; irmill.flows.cli.app.run(['compile', 'Add 11 and 94'])")
    assert "torch" in loaded
    assert not loaded & {"prefect", "peft", "warp"}
