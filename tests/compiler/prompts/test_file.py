"""A person's own prompts: what is read, and what one line says of a file that cannot be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from irmill.compiler.lang.errors import InputError
from irmill.compiler.prompts.file import read_prompts


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_text_files_hold_a_prompt_a_line(tmp_path: Path):
    file = write(tmp_path / "a.txt", "Add 1 and 2\r\n\n  \n2 + 2 =\n")
    assert read_prompts(file) == ("Add 1 and 2", "2 + 2 =")


@pytest.mark.parametrize("column", ["question", "text", "prompt"])
def test_the_field_is_found(tmp_path: Path, column: str):
    rows = [{"id": 1, column: "Add 1 and 2"}, {"id": 2, column: "é \u0007"}]
    jsonl = write(tmp_path / "a.jsonl", "\n".join(json.dumps(row) for row in rows))
    parquet = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist(rows), parquet)
    assert read_prompts(jsonl) == read_prompts(parquet) == ("Add 1 and 2", "é \u0007")


def test_the_field_can_be_named(tmp_path: Path):
    rows = [{"question": "wrong", "ask": "right"}]
    parquet = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist(rows), parquet)
    jsonl = write(tmp_path / "a.jsonl", json.dumps(rows[0]))
    assert read_prompts(parquet, "ask") == read_prompts(jsonl, "ask") == ("right",)


def test_a_changed_file_is_read_again(tmp_path: Path):
    file = write(tmp_path / "a.txt", "one")
    assert read_prompts(file) == ("one",)
    write(file, "two")
    os.utime(file, (1, 1))
    assert read_prompts(file) == ("two",)


def test_a_lone_surrogate_is_made_harmless(tmp_path: Path):
    file = write(tmp_path / "a.jsonl", '{"text": "a\\ud800b"}')
    assert read_prompts(file) == ("a?b",)


@pytest.mark.parametrize(
    ("name", "content", "column", "told"),
    [
        ("a.csv", "x", None, "is none of .txt, .jsonl, .parquet"),
        ("a.txt", "", None, "holds no prompt"),
        ("a.txt", "\n \n", None, "holds no prompt"),
        ("a.txt", b"\xff\xfe\x00", None, "is not UTF-8 text (byte 0)"),
        ("a.txt", b"a\x00b", None, "zero bytes"),
        ("a.txt", "x", "text", "has no columns"),
        ("a.jsonl", "", None, "holds no prompt"),
        ("a.jsonl", "{", None, "a.jsonl:1 is not JSON"),
        ("a.jsonl", '{"text": "a"}\n[1]', None, "a.jsonl:2 is not an object"),
        ("a.jsonl", '{"text": 5}', None, "text must be a string, not int"),
        ("a.jsonl", '{"q": "a"}', None, "has no column question or text or prompt; it has: q"),
        ("a.jsonl", '{"text": "a"}', "ask", "has no column ask; it has: text"),
        ("a.parquet", b"PAR1 not really", None, "is not Parquet"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(
    tmp_path: Path, name: str, content: str | bytes, column: str | None, told: str
):
    file = write(tmp_path / name, content)
    with pytest.raises(InputError) as caught:
        read_prompts(file, column)
    message = str(caught.value)
    assert told in message
    assert name in message
    assert "\n" not in message


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path):
    with pytest.raises(InputError, match="there is no file"):
        read_prompts(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_prompts(tmp_path / "folder.txt")


def test_a_parquet_column_must_hold_strings(tmp_path: Path):
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [1, 2]}), file)
    with pytest.raises(InputError, match="holds int64, not strings"):
        read_prompts(file)


def test_a_null_prompt_is_an_empty_one(tmp_path: Path):
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a", None]}), file)
    assert read_prompts(file) == ("a", "")
