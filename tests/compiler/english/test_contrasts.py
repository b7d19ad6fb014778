"""Scenes from rows of questions: the facts that a question needs, and how it is asked."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import contrasting
from irmill.compiler.english.scenes.draw import Person
from irmill.compiler.english.scenes.scene import Scene
from irmill.compiler.english.scenes.wording import after, loosened

_TOM = Person("Tom", "he", "him", "his")
_FACTS = ("Tom has <a> figs.", "Tom has <b> pears.", "the rest are limes.", "Tom's bag has <t> fruits.")


def scene(text: str, expression: str, who: Person | None = None, facts: tuple[str, ...] = _FACTS) -> Scene:
    return contrasting("fruits", facts, [("asked", text, expression)], who=who, always=(0,))


def test_a_question_needs_what_its_expression_names_what_has_no_number_and_what_is_always_told() -> None:
    assert scene("How many pears does Tom have?", "b").asked[0].needs == (0, 1, 2)
    assert scene("How many limes does Tom have?", "t - a - b").asked[0].needs == (0, 1, 2, 3)


def test_a_question_that_points_back_does_not_stand_before_the_facts() -> None:
    assert scene("How many pears does Tom have?", "b").asked[0].first == "How many pears does Tom have if"
    assert scene("How many pears does Tom have now?", "b").asked[0].first == ""


def test_what_happens_more_is_told_before_the_question_or_after_it() -> None:
    told = after("Tom eats <c>", "[How many|What number] are left?")
    assert "Tom eats <c>. [How many|What number] are left?" in told
    assert "if Tom eats <c>, [how many|what number] are left?" in told
    assert told.endswith("[how many|what number] are left if Tom eats <c>?]")


def test_a_pronoun_stands_only_where_the_first_fact_names_the_person() -> None:
    named = scene("How many pears does Tom have?", "b", _TOM)
    assert named.facts[0] == _FACTS[0]
    assert named.facts[1].startswith("[Tom|he] has")
    assert named.facts[3].startswith("[Tom's|his] bag")
    assert "does [Tom|he] have" in named.asked[0].text
    eats = scene("[Tom eats <c>. How many are left?|How many are left if Tom eats <c>?]", "a - c", _TOM).asked[0].text
    assert eats == "[[Tom|he] eats <c>. How many are left?|How many are left if [Tom|he] eats <c>?]"
    among = "How many does each get if the <c> boys, Tom among them, share?"
    assert scene(among, "a / c", _TOM).asked[0].text == among
    chosen = ("[Tom|the shop] has <a> figs.", *_FACTS[1:])
    assert scene("How many pears does Tom have?", "b", _TOM, chosen).facts[:3] == chosen[:3]


def test_a_bid_says_what_the_question_asks() -> None:
    assert "how many pears Tom has in all." in scene("How many pears does Tom have in all?", "b").asked[0].text
    assert "how many pears Tom needed." in scene("How many pears did Tom need?", "b").asked[0].text
    assert "how many pears there are in all." in scene("How many pears are there in all?", "b").asked[0].text
    assert "how many pears are left." in scene("How many pears are left?", "b").asked[0].text
    plain = "How many pears [are there|is that]?"
    assert scene(plain, "b").asked[0].text == plain


def test_a_difference_is_asked_for_by_its_name_too() -> None:
    asked = scene("How many more figs than pears does Tom have?", "a - b").asked[0].text
    assert "the difference between the number of figs and the number of pears that Tom has?" in asked


def test_short_forms_and_other_tenses_stand_beside_the_plain_ones() -> None:
    assert loosened("How many are not ripe?") == "How many [are not|aren't] ripe?"
    assert "will Tom be able to" in loosened("How many can Tom buy?")
    assert loosened("How many can be bought?") == "How many can be bought?"
    assert "[does|will|would] Tom" in after("Tom eats <c>", "How many does Tom have?")
    assert "than Tom does?" in after("Ann eats <c>", "How many more is that than Tom does?")
