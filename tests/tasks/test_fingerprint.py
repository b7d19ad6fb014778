"""Keys: everything a result depends on moves the key, nothing else does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from double.harness import Double, NumbersConfig, python_path
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from irmill.compiler.lang.errors import InputError
from irmill.tasks.fingerprint import canonical_config, digest_parts, stage_key
from irmill.tasks.store.errors import InputFileError

PARENT = {"double.numbers": "0" * 16}


def key(double: Double, config: NumbersConfig | None = None, parent: str = "0" * 16, **changes: Any) -> str:
    stage = double.stage("scaled", **changes)
    return stage_key(stage, config or NumbersConfig(), {"double.numbers": parent}).key


def test_a_key_is_sixteen_hex_digits_and_repeats(double: Double) -> None:
    assert key(double) == key(double)
    assert len(key(double)) == 16
    assert set(key(double)) <= set("0123456789abcdef")


def test_everything_a_result_depends_on_moves_it(double: Double, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("one")
    moved = [
        key(double),
        key(double, NumbersConfig(count=11)),
        key(double, parent="1" * 16),
        key(double, schema_version=2),
        key(double, name="other"),
        key(double, lane="other"),
        key(double, versions=("numpy",)),
        key(double, versions=("numpy", "no-such-thing")),
        key(double, facts=lambda _: {"engine": "wasmer 1.1.0"}),
        key(double, facts=lambda _: {"engine": "wasmer 1.2.0"}),
        key(double, facts=lambda _: {"model": "wasmer 1.1.0"}),
        key(double, files=lambda _: [prompts]),
    ]
    prompts.write_text("two")
    moved.append(key(double, files=lambda _: [prompts]))
    double.edit("helper.py", "* 2", "* 4")
    moved.append(key(double))
    assert len(set(moved)) == len(moved)


def test_what_changes_no_byte_does_not_move_it(double: Double) -> None:
    plain = key(double)
    assert key(double, NumbersConfig(rejects={"PARSE": 0.5})) == plain
    assert key(double, bounds={}, parallel=False, conserves=False) == plain
    double.write("unused.py", "x = 1\n")
    assert key(double) == plain
    double.edit("total.py", 'inputs["scaled"].column', "inputs['scaled'].column")
    assert key(double) == plain, "another stage's file"


def test_a_missing_users_file_is_a_usage_error(double: Double, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"missing\.txt: cannot be read \(No such file") as caught:
        key(double, files=lambda _: [tmp_path / "missing.txt"])
    assert isinstance(caught.value, InputError)


def test_parents_must_be_the_stages(double: Double) -> None:
    with pytest.raises(ValueError, match="parents are"):
        stage_key(double.stage("scaled"), NumbersConfig(), {})


def test_the_key_is_that_of_its_parts(double: Double) -> None:
    made = stage_key(double.stage("scaled"), NumbersConfig(), PARENT)
    assert digest_parts(made.parts) == made.key
    assert digest_parts(type(made.parts).model_validate_json(made.parts.model_dump_json())) == made.key


class Free(BaseModel):
    tree: Any
    rejects: int = 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(tree=st.dictionaries(st.text(max_size=3), JSON, max_size=4))
def test_a_configuration_reads_the_same_in_any_order(tree: dict[str, Any]) -> None:
    backwards = dict(reversed(tree.items()))
    assert canonical_config(Free(tree=tree)) == canonical_config(Free(tree=backwards))
    assert canonical_config(Free(tree=tree, rejects=3), frozenset({"rejects"})) == canonical_config(
        Free(tree=tree), frozenset({"rejects"})
    )


def test_a_key_is_the_same_in_another_process(double: Double) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from double.harness import Double, NumbersConfig\n"
        "from irmill.tasks.fingerprint import stage_key\n"
        "stage = Double(Path(sys.argv[1])).stage('scaled')\n"
        "print(stage_key(stage, NumbersConfig(), {'double.numbers': '0' * 16}).key)"
    )
    keys = {
        subprocess.run(
            [sys.executable, "-c", code, str(double.folder)],
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": python_path(double)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert keys == {key(double)}
