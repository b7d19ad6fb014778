"""The stage ``prompts``: the mix, files, duplicates."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from stage_tables import generated, silent

from irmill.compiler.stages import prompts


def test_generated_prompts_are_a_function_of_the_seed():
    one, two, other = generated(), generated(), generated(seed=8)
    assert one.schema == prompts.SCHEMA
    assert one.equals(two)
    assert not one.equals(other)


def test_the_mix_is_as_asked_for():
    table = generated(40, canonical=0.25)
    assert Counter(table["source"].to_pylist()) == {"canonical": 10, "english": 30}
    assert len(set(table["id"].to_pylist())) == 40
    assert table["gold_answer"].null_count == table["gold_canonical"].null_count == 0


def test_a_file_is_read_in_shards_and_a_repeated_prompt_is_a_reject(tmp_path: Path):
    file = tmp_path / "mine.txt"
    file.write_text("1 + 1\n2 + 2\n1 + 1\n3 + 3\n")
    config = prompts.PromptsConfig(file=file)
    table, rejects = prompts.prompts(prompts.PromptsShard(prompts=config, start=0, rows=3), {}, seed=1, progress=silent)
    assert table["question"].to_pylist() == ["1 + 1", "2 + 2"]
    assert [(reject.reason, reject.text) for reject in rejects] == [("DUPLICATE", "1 + 1")]
    rest, _ = prompts.prompts(prompts.PromptsShard(prompts=config, start=3, rows=1), {}, seed=1, progress=silent)
    assert rest["question"].to_pylist() == ["3 + 3"]
    assert set(rest["source"].to_pylist()) == {"file"}
