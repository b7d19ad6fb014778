"""Configuration: what wins over what, and what a person is told who mistypes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from config_reads import Sources, config_reads
from pydantic import BaseModel

from irmill.flows.config import RunConfig, load_config, profiles, validate_config
from irmill.flows.provenance import HIDDEN, effective_config, redacted
from irmill.flows.registry import STAGES
from irmill.tasks.fingerprint import stage_key
from irmill.tasks.plan import flat

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "configs"
PACKAGES = ("compiler", "synth", "optimizer", "tasks", "flows")
READ_AS_A_WHOLE = {
    ("PromptsConfig", "seed"),  # a part of the stage's key, from which the seeds of its shards come
    ("BlocksConfig", "shard_rows"),  # tasks.definition.source_configs cuts any stage's count by it
}


def refusal(*sets: str, profile: str = "base") -> str:
    from irmill.compiler.lang.errors import InputError

    with pytest.raises(InputError) as caught:
        load_config(profile, sets)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_set_wins_over_the_profile_and_the_profile_over_the_default():
    default = RunConfig().prompts.count
    smoke = load_config("smoke").prompts.count
    assert smoke != default
    assert load_config("smoke", ["prompts.count=17"]).prompts.count == 17


@pytest.mark.parametrize("profile", profiles())
def test_every_profile_loads_and_says_nothing_twice(profile: str):
    load_config(profile)
    values = yaml.safe_load((CONFIGS / f"{profile}.yaml").read_text()) or {}
    parent = values.pop("extends", None)
    below = (load_config(parent) if parent else RunConfig()).model_dump(mode="json")
    for section, fields in values.items():
        for key, value in fields.items():
            assert below[section].get(key) != value, f"{section}.{key} is no difference"


def test_a_child_profile_wins_key_by_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "parent.yaml").write_text("prompts: {count: 5, seed: 6}\nlower: {max_cycles: 7}\n")
    (tmp_path / "child.yaml").write_text("extends: parent\nprompts: {count: 8}\n")
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    config = load_config("child", ["prompts.shard_rows=9"])
    assert (config.prompts.count, config.prompts.seed, config.prompts.shard_rows) == (8, 6, 9)
    assert config.lower.max_cycles == 7


@pytest.mark.parametrize("profile", profiles())
def test_a_profile_is_its_parent_with_its_own_values_on_top(profile: str):
    own = yaml.safe_load((CONFIGS / f"{profile}.yaml").read_text()) or {}
    parent = own.pop("extends", None)
    below = flat((load_config(parent) if parent else RunConfig()).model_dump(mode="json"))
    assert flat(load_config(profile).model_dump(mode="json")) == {**below, **(flat(own) if own else {})}


@pytest.mark.parametrize(
    ("assignment", "hint"),
    [
        ("promts.count=1", "did you mean prompts.count?"),
        ("prompts.cuont=1", "did you mean prompts.count?"),
        ("limits.exekute.DISAGREE=0", "did you mean limits.execute.DISAGREE?"),
        ("prompts.zzz=1", "there are: count"),
        ("prompts=1", "is a section"),
        ("prompts.count", "section.key=value"),
        ("=1", "section.key=value"),
        ("prompts..count=1", "section.key=value"),
    ],
)
def test_a_wrong_key_is_named_with_the_nearest_one(assignment: str, hint: str):
    message = refusal(assignment)
    assert assignment in message
    assert hint in message


@pytest.mark.parametrize(
    ("assignment", "path"),
    [
        ("prompts.count=many", "prompts.count"),
        ("prompts.count=-3", "prompts.count"),
        ("prompts.canonical=1.5", "prompts.canonical"),
        ("limits.execute.DISAGREE=2", "limits.execute.DISAGREE"),
        ("prompts.column=text", "prompts"),
    ],
)
def test_a_wrong_value_is_named_by_its_path(assignment: str, path: str):
    assert path in refusal(assignment)


def test_an_unknown_profile_is_named_with_the_nearest_one():
    assert "did you mean smoke?" in refusal(profile="smoek")
    assert "there is no profile '../base'" in refusal(profile="../base")


def test_a_bound_on_one_reason_leaves_the_others():
    before = load_config("base").limits["execute"]
    after = load_config("base", ["limits.execute.GOLD_DIFFERS=0.01"]).limits["execute"]
    assert after == {**before, "GOLD_DIFFERS": 0.01}


def test_a_name_that_looks_like_a_number_stays_a_name():
    config = load_config("base", ["prompts.file=007", "prompts.column=yes", "model.id=1e5"])
    assert (config.prompts.file, config.prompts.column, config.model.id) == (Path("007"), "yes", "1e5")


def test_a_value_can_be_taken_back():
    assert load_config("tinyllama", ["model.id=null"]).model.id is None


def test_limits_and_machine_facts_are_in_no_key():
    stage = STAGES[0]
    one = stage_key(stage, stage.config(load_config("base")), {})
    two = stage_key(stage, stage.config(load_config("base", ["limits.prompts.DUPLICATE=0.5"])), {})
    other = stage_key(stage, stage.config(load_config("base", ["prompts.seed=99"])), {})
    assert one.key == two.key != other.key
    assert not {"home", "workers"} & set(RunConfig.model_fields)


def test_no_secret_reaches_a_record():
    shown = redacted(
        {
            "model": {"hub_token": "hf_abc", "id": "https://me:pw@host/model"},
            "password": "x",
            "seed": 1,
            "api_key": None,
        }
    )
    assert shown == {
        "model": {"hub_token": HIDDEN, "id": f"https://{HIDDEN}@host/model"},
        "password": HIDDEN,
        "seed": 1,
        "api_key": None,
    }


@pytest.mark.parametrize("profile", profiles())
def test_a_recorded_configuration_can_be_run_again(profile):
    config = load_config(profile)
    assert validate_config(effective_config(config), "record") == config


def unread(sources: Sources, models: list[type[BaseModel]]) -> set[tuple[str, str]]:
    """The fields of the models, and of the models in them, that nothing reads, by the model's name or a base's."""
    found: set[tuple[str, str]] = set()
    for model in models:
        for name, field in model.model_fields.items():
            if sources.reads.isdisjoint({(owner.__name__, name) for owner in model.__mro__}):
                found.add((model.__name__, name))
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                found |= unread(sources, [field.annotation])
    return found


def source_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_every_key_of_a_run_and_of_its_stages_is_read():
    config = load_config()
    models = [RunConfig, *(type(stage.config(config)) for stage in STAGES)]
    assert unread(config_reads(source_files(), "RunConfig"), models) == READ_AS_A_WHOLE


def test_a_key_that_is_only_declared_checked_or_read_of_another_class_is_unread(tmp_path: Path):
    source = """
class Engine(BaseModel):
    fuel: int = 1
    forgotten: int = 1
    checked: int = 1
    dumped: int = 1

    @model_validator(mode="after")
    def _check(self):
        assert self.checked

class Other:
    forgotten: int

class Whole(BaseModel):
    engine: Engine = Engine()
    train: Engine = Engine()

def work(other: Other, net: Any, whole: "Whole | None") -> int:
    net.train()
    print(whole.model_dump())
    engine = whole.engine
    return engine.fuel + other.forgotten
"""
    (tmp_path / "source.py").write_text(source)
    reads = config_reads([tmp_path / "source.py"], "Whole").reads
    assert reads == {("Whole", "engine"), ("Engine", "fuel"), ("Other", "forgotten")}
