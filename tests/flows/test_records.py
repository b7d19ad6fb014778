"""Records of runs: written as they go on, compared, exported again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from irmill.compiler.lang.errors import InputError
from irmill.flows.config import load_config
from irmill.flows.records import RunRecord, compare_runs, export_again, new_run_name, read_run
from irmill.flows.summary import run_summary
from irmill.tasks.outcome import StageOutcome
from irmill.tasks.store.layout import Layout


def outcome(**more) -> StageOutcome:
    values = {"lane": "compiler", "stage": "emit", "key": "0" * 16, "rows_in": 10, "rows_out": 9, "rejected": 1}
    return StageOutcome(**{**values, "seconds": 1.5, "cached": False, "reasons": {"UNSUPPORTED": 1}, **more})


def record(home: Path, run: str, *sets: str) -> RunRecord:
    return RunRecord(Layout(home), run, "smoke", load_config("smoke", sets), workers=2)


def test_a_record_is_on_the_disk_at_every_moment(tmp_path: Path):
    kept = record(tmp_path, "one")
    assert read_run(tmp_path, "one")["state"] == "running"
    kept.add_stage(outcome())
    assert [stage["stage"] for stage in read_run(tmp_path, "one")["stages"]] == ["emit"]
    kept.finish()
    document = read_run(tmp_path, "one")
    assert document["state"] == "done"
    assert document["config"]["prompts"]["count"] == load_config("smoke").prompts.count
    assert document["versions"]["prefect"]
    assert [path.name for path in (tmp_path / "runs" / "one").iterdir()] == ["run.json"]


def test_a_run_with_problems_has_failed(tmp_path: Path):
    record(tmp_path, "one").finish(["compiler.emit: too bad"])
    document = read_run(tmp_path, "one")
    assert (document["state"], document["problems"]) == ("failed", ["compiler.emit: too bad"])


def test_run_names_sort_by_time_and_do_not_repeat():
    names = {new_run_name("base") for _ in range(3)}  # of 50 in one second, one time in 50 two would be equal
    assert len(names) == 3
    assert all(name.split("-")[1] == "base" for name in names)


def test_differences_are_named(tmp_path: Path):
    record(tmp_path, "one").add_stage(outcome())
    record(tmp_path, "two", "prompts.seed=9").add_stage(outcome(key="1" * 16, rows_out=8))
    found = {
        row["what"]: (row["first"], row["second"])
        for row in compare_runs("one", "two", home=str(tmp_path))["differences"]
    }
    assert found["config.prompts.seed"] == (1, 9)
    assert found["compiler.emit.rows_out"] == (9, 8)
    assert "profile" not in found
    assert compare_runs("one", "one", home=str(tmp_path))["differences"] == []


def test_an_unknown_run_is_named_with_the_nearest_one(tmp_path: Path):
    with pytest.raises(InputError, match="no runs yet"):
        read_run(tmp_path, "one")
    record(tmp_path, "monday")
    with pytest.raises(InputError, match="did you mean monday"):
        compare_runs("mondya", "monday", home=str(tmp_path))


def test_a_damaged_record_is_an_input_error(tmp_path: Path):
    record(tmp_path, "one")
    (tmp_path / "runs" / "one" / "run.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        read_run(tmp_path, "one")


def test_what_is_gone_from_the_store_cannot_be_exported(tmp_path: Path):
    kept = record(tmp_path, "one")
    kept.add_stage(outcome())
    kept.finish()
    with pytest.raises(InputError, match="is not in the store any more"):
        export_again("one", home=str(tmp_path))


def test_a_failed_run_is_not_exported(tmp_path: Path):
    record(tmp_path, "one").finish(["x"])
    with pytest.raises(InputError, match="is failed"):
        export_again(home=str(tmp_path))


def test_the_summary_names_stages_rejects_and_problems(tmp_path: Path):
    kept = record(tmp_path, "one")
    kept.add_stage(outcome())
    kept.finish(["compiler.execute: DISAGREE rejected 3 of 9 rows"])
    text = run_summary(json.loads(json.dumps(kept.document)))
    assert "| compiler.emit | `0000000000000000` | 10 | 9 | 1 | 1.5 | no |" in text
    assert "| compiler.emit | UNSUPPORTED | 1 |" in text
    assert "- compiler.execute: DISAGREE rejected 3 of 9 rows" in text
