"""The stream of examples: only what trains, the same at every position, sentences put in without moving a program."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import generate
from irmill.compiler.english.order import ordered
from irmill.compiler.english.quantities import fill, normal_form
from irmill.compiler.english.scenarios import all_templates
from irmill.compiler.english.splits import HELD_FAMILIES, split_of
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.batch import Encoder, specials_of
from irmill.compiler.model.tokenizer import word_ids
from irmill.compiler.model.training.causal import block_batches
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.corpus import Example, example_of
from irmill.compiler.model.training.insertion import inserted, places, sentences, statements
from irmill.compiler.model.training.problems import BLOCK, Material, block_examples, read_material

CONFIG = TrainingConfig(corpus_share=0.5)
THINGS = (
    "pens",
    "cups",
    "hats",
    "nuts",
    "jars",
    "figs",
    "keys",
    "maps",
    "pots",
    "rugs",
    "toys",
    "vans",
    "bees",
    "owls",
)
PEOPLE = ("Tom", "Ann", "Leo", "Mia", "Zoe", "Sam", "Ida", "Ben")


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    path = tmp_path_factory.mktemp("corpus") / "rows.jsonl"
    rows = [
        {
            "question": f"{person} has {a} {thing}. {person} finds {a + 3} more {thing}. How many {thing} are there?",
            "equation": f"{a} + {a + 3}",
            "answer": 2 * a + 3,
        }
        for a, (person, thing) in enumerate(itertools.product(PEOPLE, THINGS), 2)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return read_material([path])


def take(material: Material, count: int, position: int = 0, config: TrainingConfig = CONFIG) -> list[Example]:
    """``count`` examples of whole blocks, from number ``position`` on; both are multiples of a block."""
    blocks = range(position // BLOCK, (position + count) // BLOCK)
    return [example for block in blocks for example in block_examples(config, material, block)]


def test_only_templates_that_train_are_in_the_stream(material: Material) -> None:
    held = {template.name for template in all_templates() if split_of(template) is not Split.TRAIN}
    made = [example for example in take(material, 2 * BLOCK) if example.template]
    assert len(held) > 20
    assert not {example.template for example in made} & held
    assert not {example.family for example in made} & HELD_FAMILIES


def test_the_language_model_is_taught_the_stream(material: Material, tiny_tokenizer: Tokenizer) -> None:
    vocabulary = tiny_tokenizer.get_vocab()
    encoder = Encoder(word_ids(tiny_tokenizer), specials_of(vocabulary), frozenset(), 0.0)
    batches = block_batches(CONFIG, encoder, material, 1)
    taught = Counter(item.program for batch in batches for item in batch if item.question)
    stream = [encoder.encode(example.form, example.slots) for example in take(material, BLOCK, BLOCK)]
    wanted = Counter(item.program for item in stream)
    assert sum((wanted - taught).values()) < BLOCK / 50  # the longest are left out
    assert not taught - wanted


def test_no_row_that_is_held_out_is_in_the_stream(material: Material) -> None:
    (rows,) = material.extra
    assert 0 < len(material.held) < len(rows) / 5
    seen = [example for example in take(material, 2 * BLOCK) if not example.template]
    said = {sentence for example in material.held for sentence in statements(example.question)}
    assert said
    for example in seen:
        assert not any(sentence in example.question for sentence in said)


def test_the_same_rows_are_held_out_in_every_order_and_file(material: Material, tmp_path: Path) -> None:
    rows = [*material.extra[0], *material.held]
    random.Random(4).shuffle(rows)
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for file, part in zip(files, (rows[::2], rows[1::2]), strict=True):
        lines = (
            {"question": row.question, "equation": f"{row.form.quantities[0].text} + {row.form.quantities[1].text}"}
            | {"answer": int(row.form.quantities[0].text) + int(row.form.quantities[1].text)}
            for row in part
        )
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert {row.question for row in read_material(files).held} == {row.question for row in material.held}


def test_a_block_is_the_same_whatever_was_drawn_before(material: Material) -> None:
    late = block_examples(CONFIG, material, 1)
    assert block_examples(CONFIG, material, 0) != late
    assert block_examples(CONFIG, material, 1) == late


def test_a_share_of_the_stream_is_rows_and_a_share_of_them_gets_a_sentence(material: Material) -> None:
    known = {row.question for row in material.extra[0]}
    for share in (0.0, 1.0):
        rows = [e for e in take(material, BLOCK, 0, CONFIG.model_copy(update={"inserted": share})) if not e.template]
        assert 0.4 * BLOCK < len(rows) < 0.6 * BLOCK
        changed = sum(row.question not in known for row in rows)
        assert changed == 0 if share == 0.0 else changed > 0.5 * len(rows)


def test_a_corpus_without_usable_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text('{"question": "Nothing here?", "equation": "1 + 1", "answer": 2}\n')
    with pytest.raises(InputError, match="no row of it"):
        read_material([path])


HOSTS = [
    Example(problem.question, normal_form(problem.question), problem.slots, problem.family, problem.template)
    for problem in generate(300, 11)
]
SAID = sorted({sentence for problem in generate(300, 12) for sentence in statements(problem.question)})


@given(st.sampled_from(HOSTS), st.sampled_from(SAID), st.integers(0, 20))
def test_a_sentence_put_in_leaves_the_program_its_numbers(host: Example, said: str, choice: int) -> None:
    where = places(host.question)
    if not where:
        return
    place = where[choice % len(where)]
    changed = inserted(host, said, place)
    if changed is None:
        return
    assert changed.question.replace(f"{said} ", "", 1) == host.question
    assert changed.form == normal_form(changed.question)
    assert fill(changed.slots, changed.form.quantities) == fill(host.slots, host.form.quantities)
    assert ordered(changed.slots) == changed.slots or ordered(host.slots) != host.slots
    assert len(changed.form.quantities) > len(host.form.quantities)
    asked = host.question.find("?")
    assert asked < 0 or place <= asked


def test_slots_after_the_sentence_move_and_slots_before_it_stay() -> None:
    host = example_of({"question": "Tom has 5 pens. Tom lost 3. How many?", "equation": "5 - 3", "answer": 2}, "file")
    assert host is not None
    assert [host.question[place:][:5] for place in places(host.question)] == ["Tom h", "Tom l", "How m"]
    made = [inserted(host, "Ida ate 4 figs.", place) for place in places(host.question)]
    assert [example.slots if example else None for example in made] == ["N1 - N2 =", "N0 - N2 =", "N0 - N1 ="]


def test_ratios_of_units_are_found_again_or_the_sentence_is_dropped() -> None:
    row = {"question": "Tom ran for 3 weeks. How many days is that?", "equation": "3 * 7", "answer": 21}
    host = example_of(row, "file")
    assert host is not None
    changed = inserted(host, "Ida ate 4 figs.", 0)
    assert changed is not None
    assert (changed.slots, changed.form.quantities[2].text) == ("N1 * N2 =", "7")
    twice = inserted(host, "Ida sang for 2 minutes.", 0)
    assert twice is not None
    assert Fraction(twice.form.quantities[int(twice.slots.split()[2][1:])].text) == 7
    more = {"question": "Tom paid 3 dimes. How many cents is that?", "equation": "3 * 10", "answer": 30}
    dimes = example_of(more, "file")
    assert dimes is not None
    assert inserted(dimes, "Ida gave 4 dollars.", 0) is None  # a dollar is ten dimes: which ten is meant?


def test_a_sentence_about_the_same_things_is_not_put_in() -> None:
    host = HOSTS[0]
    assert inserted(host, host.question, 0) is None


def test_nothing_is_put_before_a_sentence_that_points_back_or_after_the_question() -> None:
    assert places("How many are left? Tom has 5 pens. He lost 3.") == [0]
    text = "Tom has 5 pens. He lost 3. How many are left?"
    assert [text[place:][:3] for place in places(text)] == ["Tom", "How"]


def test_sentences_end_at_full_stops_but_not_within_numbers_or_names() -> None:
    text = 'Mr. Hill paid $3.50 for 2 cups . "How much?" He left.'
    assert [text[a:b] for a, b in sentences(text)] == ["Mr. Hill paid $3.50 for 2 cups .", '"How much?"', "He left."]


def test_statements_say_a_number_and_lean_on_nothing() -> None:
    text = "Tom has 5 red pens. He lost 3 blue pens. 4 are left now. Ida has twice as many as 5. How many in 2 boxes?"
    assert list(statements(text)) == ["Tom has 5 red pens."]
