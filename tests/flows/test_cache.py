"""The cache, case by case, as measured on Prefect: what a flow run finds made, and what it builds again."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from double.harness import Double, NumbersConfig, Whole, numbers_of, write_double

from irmill.compiler.base.stage import Stage
from irmill.tasks import build, plan
from irmill.tasks.build import BuildOptions
from irmill.tasks.outcome import StageOutcome
from irmill.tasks.plan import plan_stages
from irmill.tasks.store.errors import RejectLimitError
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("prefect_server")]


@dataclass
class Runner:
    """Runs the double's three stages as a flow and remembers how Prefect's task runs ended."""

    double: Double
    store: Store
    calls: Path
    flow_run: str = ""

    def run(
        self,
        whole: Whole | None = None,
        *,
        force: str = "",
        facts: Mapping[str, str] | None = None,
    ) -> tuple[dict[str, ArtifactRef], dict[str, StageOutcome], dict[str, str]]:
        """References, outcomes and the names of Prefect's final states, by stage."""
        from prefect import flow
        from prefect.context import FlowRunContext

        from irmill.tasks.prefect_task import run_stage

        self.calls.write_text("")
        refs: dict[str, ArtifactRef] = {}
        outcomes: dict[str, StageOutcome] = {}
        config = whole or Whole()
        stages = [
            self.double.stage("numbers"),
            self.double.stage("scaled", facts=lambda _: dict(facts or {})),
            self.double.stage("total"),
        ]

        @flow(name="double", validate_parameters=False)
        def double_flow() -> str:
            for planned in plan_stages(stages, config, self.store):
                name = planned.stage.name
                limits = (config.numbers if name == "numbers" else config.scaled).rejects
                options = BuildOptions(force=name == force, limits=limits)
                refs[planned.stage.id], outcomes[name] = run_stage(planned, refs, self.store, options)
            context = FlowRunContext.get()
            assert context is not None
            assert context.flow_run is not None
            return str(context.flow_run.id)

        run_id = double_flow()
        runs = task_runs(run_id, len(stages))
        self.flow_run = run_id
        return refs, outcomes, {name: str(run.state_name) for name, run in runs.items()}

    def called(self) -> list[str]:
        """Which stages' engines were called, once each."""
        return sorted({line.split()[0] for line in self.calls.read_text().splitlines()})


def task_runs(flow_run: str, count: int) -> dict[str, Any]:
    """The finished task runs of a flow run by stage; the server writes them down a little after they end."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.client.schemas.sorting import TaskRunSort

    ours = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    deadline = time.monotonic() + 60
    with get_client(sync_client=True) as client:
        while True:
            runs = client.read_task_runs(flow_run_filter=ours, sort=TaskRunSort.ID_DESC, limit=50)
            finished = {
                run.name.split()[0].partition(".")[2]: run for run in runs if run.state and run.state.is_final()
            }
            if len(finished) >= count:
                return finished
            assert time.monotonic() < deadline, f"only {sorted(finished)} were recorded"
            time.sleep(0.1)


def artifacts(flow_run: str) -> dict[str, Any]:
    """What a flow run left on its page, by key."""
    from prefect.client.orchestration import get_client

    body = {"flow_runs": {"id": {"any_": [flow_run]}}, "limit": 50, "offset": 0, "sort": "KEY_ASC"}
    with get_client(sync_client=True) as client:
        return {row["key"]: row for row in client.request("POST", "/artifacts/filter", json=body).json()}


ALL = ["numbers", "scaled", "total"]


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """A fresh home and a fresh engine."""
    monkeypatch.setattr(sys, "path", [str(tmp_path / "code"), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    log = tmp_path / "calls.log"
    monkeypatch.setenv("DOUBLE_LOG", str(log))
    double = write_double(tmp_path / "code")
    store = Store(tmp_path / "home")
    store.prepare()
    yield Runner(double, store, log)
    double.forget()


def part(store: Store, ref: ArtifactRef) -> Path:
    return store.layout.entry(ref.lane, ref.stage, ref.key) / "part-00001.parquet"


def test_the_seven_cases(runner: Runner) -> None:
    store = runner.store
    # 1 fresh
    refs, outcomes, states = runner.run()
    assert runner.called() == ALL
    assert states == dict.fromkeys(ALL, "Completed")
    assert [outcomes[name].cached for name in ALL] == [False] * 3
    assert (outcomes["scaled"].rows_in, outcomes["scaled"].rows_out, outcomes["scaled"].rejected) == (10, 10, 0)

    # 2 repeat
    again, outcomes, states = runner.run()
    assert runner.called() == []
    assert states == dict.fromkeys(ALL, "Cached")
    assert [outcomes[name].cached for name in ALL] == [True] * 3
    assert again == refs

    # 3 Parquet deleted: its stage alone runs
    part(store, refs["double.scaled"]).unlink()
    again, outcomes, states = runner.run()
    assert runner.called() == ["scaled"]
    assert states == {"numbers": "Cached", "scaled": "Completed", "total": "Cached"}
    assert [outcomes[name].cached for name in ALL] == [True, False, True]
    assert store.valid("double", "scaled", refs["double.scaled"].key)
    assert again == refs

    # 4 Parquet corrupted: one byte, the size unchanged
    file = part(store, refs["double.numbers"])
    whole = file.read_bytes()
    file.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    again, _, states = runner.run()
    assert runner.called() == ["numbers"]
    assert states == {"numbers": "Completed", "scaled": "Cached", "total": "Cached"}
    assert file.read_bytes() == whole

    # 5 engine code changed, in a module that the engine function calls
    runner.double.edit("helper.py", "number * 2", "number * 3")
    changed, outcomes, states = runner.run()
    assert runner.called() == ["scaled", "total"]
    assert states == {"numbers": "Cached", "scaled": "Completed", "total": "Completed"}
    assert changed["double.numbers"] == refs["double.numbers"]
    assert changed["double.scaled"].key != refs["double.scaled"].key
    numbers = numbers_of(store.table(changed["double.numbers"]))
    assert numbers_of(store.table(changed["double.scaled"])) == [3 * number for number in numbers]

    # 6 repeat
    _, _, states = runner.run()
    assert runner.called() == []
    assert states == dict.fromkeys(ALL, "Cached")

    # 7 Prefect's records wiped, the store intact: tasks run once, and find their work done
    shutil.rmtree(store.layout.prefect / "results")
    again, outcomes, states = runner.run()
    assert runner.called() == []
    assert states == dict.fromkeys(ALL, "Completed")
    assert [outcomes[name].cached for name in ALL] == [True] * 3
    assert again == changed
    _, _, states = runner.run()
    assert states == dict.fromkeys(ALL, "Cached")


def test_another_engine_version_makes_another_key(runner: Runner) -> None:
    before, _, _ = runner.run(facts={"engine": "wasmer 1.1.0"})
    after, outcomes, _ = runner.run(facts={"engine": "wasmer 1.1.1"})
    assert runner.called() == ["scaled", "total"]
    assert after["double.scaled"].key != before["double.scaled"].key
    assert [outcomes[name].cached for name in ALL] == [True, False, False]
    back, _, states = runner.run(facts={"engine": "wasmer 1.1.0"})
    assert states == dict.fromkeys(ALL, "Cached")
    assert back == before


def test_another_configuration_runs_what_depends_on_it(runner: Runner) -> None:
    runner.run()
    whole = Whole(scaled=NumbersConfig(reject_every=2))
    _, outcomes, _ = runner.run(whole)
    assert runner.called() == ["scaled", "total"]
    assert outcomes["scaled"].reasons == {"DOMAIN": 7}
    assert (outcomes["scaled"].rows_out, outcomes["scaled"].rejected) == (3, 7)


def test_a_bound_on_rejects_fails_the_run_also_when_the_stage_is_made(runner: Runner) -> None:
    loose = Whole(scaled=NumbersConfig(reject_every=2))
    runner.run(loose)
    tight = Whole(scaled=NumbersConfig(reject_every=2, rejects={"DOMAIN": 0.2}))
    for _ in range(2):
        with pytest.raises(RejectLimitError, match="DOMAIN rejected 7 of 10 rows"):
            runner.run(tight)
        assert runner.called() == []
    _, outcomes, states = runner.run(loose)
    assert outcomes["scaled"].cached
    assert states == dict.fromkeys(ALL, "Cached")


def test_forced_stage_runs_alone_and_its_children_are_found_made(runner: Runner) -> None:
    runner.run()
    _, outcomes, states = runner.run(force="scaled")
    assert runner.called() == ["scaled"]
    assert states == {"numbers": "Cached", "scaled": "Completed", "total": "Cached"}
    assert [outcomes[name].cached for name in ALL] == [True, False, True]


def test_a_stage_has_its_key_made_once_a_run(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the plan: who builds it, and who finds it made, is told."""
    made: list[str] = []
    stage_key = plan.stage_key

    def counted(stage: Stage, *arguments: Any, **options: Any) -> Any:
        made.append(stage.name)
        return stage_key(stage, *arguments, **options)

    monkeypatch.setattr(plan, "stage_key", counted)
    monkeypatch.setattr(build, "stage_key", counted)
    runner.run()
    assert made == list(ALL)


def test_a_run_leaves_tables_and_progress(runner: Runner) -> None:
    runner.run(Whole(numbers=NumbersConfig(count=7)))
    left = artifacts(runner.flow_run)
    assert set(left) == {f"double-{name}{end}" for name in ALL for end in ("", "-progress")}
    assert left["double-numbers-progress"]["data"] == 100.0
    assert left["double-numbers-progress"]["description"].startswith("double.numbers: 7 rows, ")
    table = json.loads(left["double-numbers"]["data"])
    assert [row["rows out"] for row in table] == [3, 3, 1]
    assert [row["shard"] for row in table] == [0, 1, 2]


def test_the_stage_tasks_are_the_arrows_of_the_graph(runner: Runner) -> None:
    runner.run()
    runs = task_runs(runner.flow_run, 3)
    for child, parent in (("scaled", "numbers"), ("total", "scaled")):
        assert [str(source.id) for source in runs[child].task_inputs["parents"]] == [str(runs[parent].id)]
