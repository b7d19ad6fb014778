"""The table of stages: complete, in order, and every entry points at something that is there."""

from __future__ import annotations

import inspect

import pytest

from irmill.compiler.base.rows import KEY_FIELDS
from irmill.compiler.base.stage import Stage
from irmill.compiler.lang.errors import InputError
from irmill.flows.config import STAGES, RunConfig
from irmill.flows.registry import EXPORT, LANES, chosen_stages, forced_stages

DAG = [
    *(f"compiler.{name}" for name in ("prompts", "normalize", "classify", "emit", "execute")),
    *(f"synth.{name}" for name in ("kernels", "extract", "build", "dedup")),
    *(f"optimizer.{name}" for name in ("blocks", "lower", "coldstart", "evolve", "speculate")),
    "corpus.join",
]


def test_the_dag_is_the_designs():
    assert [stage.id for stage in STAGES] == DAG


def test_parents_come_before_their_children():
    seen: set[str] = set()
    for stage in STAGES:
        assert seen.issuperset(stage.parents)
        seen.add(stage.id)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.id)
def test_every_entry_points_at_an_engine_function_and_a_schema(stage: Stage):
    parameters = inspect.signature(stage.function).parameters
    assert list(parameters) == ["config", "inputs", "seed", "progress"]
    assert [stage.schema.field(field.name) for field in KEY_FIELDS] == KEY_FIELDS
    config = stage.config(RunConfig())
    assert config.model_config["frozen"]
    assert config.model_config["extra"] == "forbid"


def test_every_bound_belongs_to_a_stage():
    assert set(RunConfig().limits) == {stage.name for stage in STAGES if stage.bounds is not None}


@pytest.mark.parametrize("lane", LANES)
def test_a_lane_runs_with_all_that_it_is_made_from(lane: str):
    chosen = chosen_stages(lane)
    ids = {stage.id for stage in chosen}
    assert {stage.id for stage in STAGES if stage.lane == lane} <= ids
    assert all(ids.issuperset(stage.parents) for stage in chosen)
    assert "corpus.join" not in ids


def test_only_needs_a_lane():
    with pytest.raises(InputError, match="did you mean synth"):
        chosen_stages("sinth")


def test_force_takes_bare_and_full_names():
    assert forced_stages(["emit", "compiler.emit", "export"], STAGES) == {"compiler.emit", EXPORT}


def test_force_refuses_what_is_not_there_or_not_run():
    with pytest.raises(InputError, match="did you mean execute"):
        forced_stages(["exekute"], STAGES)
    with pytest.raises(InputError, match="not part of this run"):
        forced_stages(["kernels"], chosen_stages("compiler"))


def test_a_persons_prompts_are_bound_only_by_what_irmill_must_never_do():
    execute = next(stage for stage in STAGES if stage.id == "compiler.execute")
    generated = RunConfig().bounds(execute)
    own = RunConfig.model_validate({"prompts": {"file": "mine.txt"}}).bounds(execute)
    assert generated["GOLD_DIFFERS"] > 0
    assert own == {reason: 0 for reason, share in generated.items() if share == 0 and reason != "*"}
    assert own["DISAGREE"] == 0
