"""The dry run: which stages would run and why, in words, without touching the home."""

from __future__ import annotations

from pathlib import Path

import pytest
from double.harness import Double, NumbersConfig, Whole

from irmill.compiler.base.stage import Stage
from irmill.tasks.build import build_stage
from irmill.tasks.plan import flat, plan_stages
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store


def stages(double: Double) -> list[Stage]:
    return [double.stage("numbers"), double.stage("scaled"), double.stage("total")]


def build(double: Double, store: Store, whole: Whole | None = None) -> dict[str, ArtifactRef]:
    refs: dict[str, ArtifactRef] = {}
    for stage in stages(double):
        parents = {name: refs[name] for name in stage.parents}
        refs[stage.id] = build_stage(stage, stage.config(whole or Whole()), parents, store)
    return refs


def why(double: Double, store: Store, whole: Whole | None = None, **options: object) -> list[str]:
    planned = plan_stages(stages(double), whole or Whole(), store, **options)  # pyright: ignore
    assert all(item.cached == (item.why == "cached") for item in planned)
    return [item.why for item in planned]


def test_before_and_after_a_run(double: Double, store: Store) -> None:
    assert why(double, store) == ["never built"] * 3
    refs = build(double, store)
    assert why(double, store) == ["cached"] * 3
    planned = plan_stages(stages(double), Whole(), store)
    assert [item.key for item in planned] == [refs[item.stage.id].key for item in planned]


def test_planning_touches_nothing(double: Double, home: Path) -> None:
    assert why(double, Store(home)) == ["never built"] * 3
    assert not home.exists()


def test_the_reason_names_what_changed(double: Double, store: Store) -> None:
    build(double, store)
    changed = Whole(scaled=NumbersConfig(reject_every=2, fault="print"))
    assert why(double, store, changed) == [
        "cached",
        "config changed: fault, reject_every",
        "config changed: fault, reject_every; parent changed: double.scaled",
    ]
    double.edit("helper.py", "* 2", "* 3")
    assert why(double, store) == [
        "cached",
        "code changed: double_engine/helper.py",
        "parent changed: double.scaled",
    ]


def test_forced_corrupt_and_gone(double: Double, store: Store) -> None:
    refs = build(double, store)
    assert why(double, store, force={"double.scaled"}) == ["cached", "forced", "cached"]
    folder = store.layout.entry("double", "numbers", refs["double.numbers"].key)
    data = (folder / "part-00000.parquet").read_bytes()
    (folder / "part-00000.parquet").write_bytes(data[:-1] + b"?")
    corrupt = why(double, store)
    assert corrupt[1:] == ["cached", "cached"]
    assert corrupt[0].startswith("corrupt: double.numbers/")
    assert "part-00000.parquet: its content changed" in corrupt[0]
    assert why(double, store, full=False) == ["cached"] * 3


def test_versions_are_shown_from_and_to(double: Double, store: Store) -> None:
    before = double.stage("numbers", facts=lambda _: {"engine": "wasmer 1.1.0"})
    after = double.stage("numbers", facts=lambda _: {"engine": "wasmtime 50"})
    build_stage(before, NumbersConfig(), {}, store)
    assert [item.why for item in plan_stages([after], Whole(), store)] == ["engine wasmer 1.1.0 -> wasmtime 50"]


@pytest.mark.parametrize(
    ("tree", "leaves"),
    [({}, {"": {}}), ({"a": {"b": 1, "c": [1]}, "d": {}}, {"a.b": 1, "a.c": [1], "d": {}})],
)
def test_flat(tree: dict[str, object], leaves: dict[str, object]) -> None:
    assert flat(tree) == leaves
