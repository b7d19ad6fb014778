"""The join: one row a program, answers held against each other."""

from __future__ import annotations

import pytest


def test_a_program_has_all_its_forms_and_answers(joined, rows):
    made, rejects = joined([rows.program(3)], [rows.kernel(3)], [rows.block(3)])
    assert not rejects
    (row,) = made
    assert row["parent_id"] == "program-3"
    assert row["operands"] == ["3", "2"]
    assert (row["value"], row["wasm_value"], row["warp_value"], row["tasm_value"]) == ("5", "5", "5", "5")
    assert row["warp_python"] == "def kernel_3(): pass"
    assert (row["cycles"], row["cycles_optimized"]) == (9, 5)
    assert row["complete"]


def test_a_form_that_is_not_there_is_null(joined, rows):
    made, rejects = joined([rows.program(3)], [], [])
    assert not rejects
    assert made[0]["warp_python"] is None
    assert made[0]["tasm_value"] is None
    assert not made[0]["complete"]


def test_generated_kernels_and_blocks_belong_to_no_program(joined, rows):
    made, _ = joined([rows.program(3)], [rows.kernel(3, program_id=None)], [rows.block(3, program_id=None)])
    assert made[0]["warp_python"] is None
    assert made[0]["tasm"] is None


@pytest.mark.parametrize(
    ("kernel", "block", "told"),
    [
        ({"answer": "6"}, {}, "wasm says 5, warp says 6"),
        ({"answer": ""}, {}, "wasm says 5, warp says "),
        ({}, {"public_input": ["3", "3"]}, "wasm says 5, tasm says 6"),
        ({}, {"tasm_optimized": "read_io 1\nread_io 1\nmul\nwrite_io 1\nhalt\n"}, "tasm says 6"),
        ({}, {"tasm_optimized": "read_io 1\nread_io 1\nadd\nhalt\n"}, "tasm says ok, output nothing"),
        ({}, {"tasm_optimized": "pop 1\nhalt\n", "cycles_after": 2}, "wasm says 5, tasm says"),
        ({}, {"cycles_after": 2}, "tasm says cycle_limit"),
    ],
)
def test_a_program_on_which_backends_differ_is_rejected_and_named(joined, rows, kernel, block, told):
    made, rejects = joined(
        [rows.program(3), rows.program(4)],
        [rows.kernel(3, **kernel), rows.kernel(4)],
        [rows.block(3, **block), rows.block(4)],
    )
    assert [row["parent_id"] for row in made] == ["program-4"]
    (reject,) = rejects
    assert (reject.id, reject.reason, reject.text) == ("program-3", "DISAGREE", "3 + 2 = ")
    assert told in reject.message


@pytest.mark.parametrize(
    ("value", "answer", "dtype", "good"),
    [
        ("true", "1", "int64", True),
        ("false", "0", "int64", True),
        ("true", "0", "int64", False),
        ("0.333333333333333", "0.333333333333334", "float64", True),
        ("0.333333333333333", "0.333333433333333", "float64", False),
        ("0.333333333333333", "0.333333433333333", "float32", True),
        ("9007199254740993", "9007199254740992", "int64", False),
    ],
)
def test_what_counts_as_the_same_answer(joined, rows, value, answer, dtype, good):
    made, rejects = joined([rows.program(3, value=value)], [rows.kernel(3, answer=answer, dtype=dtype)], [])
    assert (len(made), len(rejects)) == ((1, 0) if good else (0, 1))


def test_the_same_question_is_there_once(joined, rows):
    made, rejects = joined([rows.program(3), rows.program(3, id="again")], [], [])
    assert [row["parent_id"] for row in made] == ["program-3"]
    assert [(reject.id, reject.reason) for reject in rejects] == [("again", "DUPLICATE")]


def test_the_first_form_of_a_program_is_its_form(joined, rows):
    made, _ = joined([rows.program(3)], [rows.kernel(3), rows.kernel(3, python="def second(): pass")], [])
    assert [row["warp_python"] for row in made] == ["def kernel_3(): pass"]


def test_order_and_ids_are_the_programs(joined, rows):
    programs = [rows.program(n) for n in (7, 3, 5)]
    one, _ = joined(programs, [rows.kernel(n) for n in (3, 5, 7)], [])
    two, _ = joined(programs, [rows.kernel(n) for n in (7, 5, 3)], [])
    assert [row["parent_id"] for row in one] == ["program-7", "program-3", "program-5"]
    assert one == two
    assert len({row["id"] for row in one}) == 3
