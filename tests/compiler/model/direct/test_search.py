"""The search against every derivation there is, on networks with random weights."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.english.quantities import normal_form
from irmill.compiler.model.direct.actions import ACTIONS, ARITHMETIC, COMPARISONS, Kind, Value, value_of_action
from irmill.compiler.model.direct.derivation import Step
from irmill.compiler.model.direct.loss import shown_value
from irmill.compiler.model.direct.network import DirectNet, Held, action_place
from irmill.compiler.model.direct.reading import Reading, collate, read
from irmill.compiler.model.direct.relations import BLOCKED
from irmill.compiler.model.direct.search import Derivation, Penalties, search, weigh

FREE = Penalties(negative=0.0, zero=0.0, inexact=0.0, reuse=0.0)
STORY = Penalties(negative=0.7, zero=0.9, inexact=0.4, reuse=1.1)
ALL = 1000
"""A beam that keeps every derivation of two slots and two steps."""


@pytest.fixture(scope="module")
def two(vocabulary: dict[str, int]) -> Reading:
    return read(normal_form("Ann has 12 pens and gives Leo 5. How many has Ann left?"), vocabulary)


@pytest.fixture(scope="module")
def equal(vocabulary: dict[str, int]) -> Reading:
    return read(normal_form("Ann has 4 pens and gives Leo 4. How many has Ann left?"), vocabulary)


@pytest.fixture(scope="module")
def three(vocabulary: dict[str, int]) -> Reading:
    return read(normal_form("Ann has 12 pens, 5 cups and 4 hats. How many pens and cups are there?"), vocabulary)


def shares(derivations: list[Derivation]) -> dict[Value, float]:
    """The probability of every value that is one."""
    found: defaultdict[Value, float] = defaultdict(float)
    for derivation in derivations:
        if derivation.value is not None:
            found[derivation.value] += math.exp(derivation.score)
    return dict(found)


def values_of(reading: Reading, steps: tuple[Step, ...]) -> list[Value]:
    known: list[Value] = [*reading.values]
    for step in steps:
        known.append(value_of_action(ACTIONS[step.action], known[step.first], known[step.second]))
    return known


def cost(reading: Reading, steps: tuple[Step, ...], penalties: Penalties) -> float:
    """What the documentation of the penalties says of a derivation."""
    known, taken = values_of(reading, steps), set[int]()
    total = 0.0
    for place, step in enumerate(steps, len(reading.slots)):
        own, value = {step.first, step.second}, known[place]
        total += penalties.reuse * len(own & taken)
        taken |= own
        if step.action in ARITHMETIC and isinstance(value, Fraction):
            total += penalties.negative * (value < 0) + penalties.zero * (value == 0)
            whole = all(isinstance(v, Fraction) and v.denominator == 1 for v in (known[k] for k in own))
            total += penalties.inexact * (whole and value.denominator != 1)
    return total


def everything(net: DirectNet, reading: Reading, steps: int, penalties: Penalties) -> list[Derivation]:
    """Every finished derivation of up to ``steps`` steps, one action after another."""
    made: list[Derivation] = []
    count = len(reading.slots)
    level: list[tuple[Held, tuple[Step, ...], float]] = [(net.start(collate([reading])), (), 0.0)]
    for turn in range(steps + 1):
        following: list[tuple[Held, tuple[Step, ...], float]] = []
        for held, done, score in level:
            chances = torch.log_softmax(net.scores(held), -1)[0]
            used = {place for step in done for place in (step.first, step.second)}
            if done and all(place in used for place in range(count, count + turn - 1)):
                value = values_of(reading, done)[-1]
                made.append(Derivation(done, score + float(chances[0]) - cost(reading, done, penalties), value))
            if turn == steps:
                continue
            kinds = [Kind.NUMBER] * count + [ACTIONS[step.action].gives for step in done]
            for first in range(len(kinds)):
                for second in range(len(kinds)):
                    for number, action in enumerate(ACTIONS):
                        alike = action.takes[0] is action.takes[1]
                        if (first == second) != action.unary or (alike and first > second):
                            continue
                        if (kinds[first], kinds[second]) != action.takes:
                            continue
                        step = Step(first, second, number)
                        value = values_of(reading, (*done, step))[-1]
                        place = [torch.tensor([k]) for k in (first, second, number)]
                        column = int(action_place(len(kinds), *place))
                        assert float(chances[column]) > BLOCKED / 2
                        extended = held
                        if turn + 1 <= steps:
                            shown = torch.tensor([shown_value(value)], dtype=torch.float64)
                            extended = net.extend(held, *place, shown)
                        following.append((extended, (*done, step), score + float(chances[column])))
        level = following
    return made


@pytest.fixture(scope="module")
def few(smooth_net: DirectNet, vocabulary: dict[str, int]) -> tuple[Reading, list[Derivation]]:
    """A question of one quantity with all its derivations of up to two steps."""
    reading = read(normal_form("Ann gives 12. How many are left?"), vocabulary)
    return reading, everything(smooth_net, reading, 2, STORY)


def test_the_search_finds_all_there_is(
    smooth_net: DirectNet, few: tuple[Reading, list[Derivation]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("irmill.compiler.model.direct.search._HOPELESS", 100.0)
    reading, wanted = few
    (found,) = search(smooth_net, [reading], beam=ALL, penalties=STORY, steps=2)
    assert len(found) == len(wanted) > 50
    scores = {derivation.steps: derivation.score for derivation in wanted}
    assert {derivation.steps for derivation in found} == scores.keys()
    for derivation in found:
        assert derivation.score == pytest.approx(scores[derivation.steps], abs=1e-4)
        assert derivation.value == values_of(reading, derivation.steps)[-1]


def test_what_is_compared_stands_as_it_begins_in_the_text(smooth_net: DirectNet, three: Reading) -> None:
    (found,) = search(smooth_net, [three], beam=400, penalties=STORY, steps=2)
    compared = {d.steps for d in found if len(d.steps) == 2 and d.steps[1].action in COMPARISONS}
    pairs = {
        (steps[0].first, steps[1].first, steps[1].second)
        for steps in compared
        if 3 in (steps[1].first, steps[1].second)
    }
    assert pairs >= {(0, 3, 2), (0, 3, 1), (1, 0, 3)}
    assert not pairs & {(0, 2, 3), (1, 3, 0)}


def test_a_narrow_beam_keeps_the_best_value(smooth_net: DirectNet, three: Reading) -> None:
    (wide,) = search(smooth_net, [three], beam=250, penalties=STORY, steps=2)
    (narrow,) = search(smooth_net, [three], beam=60, penalties=STORY, steps=2)
    assert 20 < len(narrow) <= 60
    ranked = sorted(shares(wide).items(), key=lambda item: -item[1])
    assert [value for value, _ in ranked[:1]] == [weigh(narrow)[0][1].value]
    assert 0.5 * ranked[0][1] < weigh(narrow)[0][0] <= ranked[0][1] * 1.0001


def test_one_step_over_three_slots_is_searched_whole(smooth_net: DirectNet, three: Reading) -> None:
    wanted = shares(everything(smooth_net, three, 1, FREE))
    (found,) = search(smooth_net, [three], beam=ALL, penalties=FREE, steps=1)
    assert shares(found) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("name", ["negative", "zero", "inexact", "reuse"])
def test_a_penalty_is_taken_from_each_step_that_it_is_for(
    smooth_net: DirectNet, two: Reading, equal: Reading, name: str
) -> None:
    reading = equal if name == "zero" else two
    penalties = replace(FREE, **{name: 0.5})
    (without,) = search(smooth_net, [reading], beam=150, penalties=FREE, steps=2)
    (taken,) = search(smooth_net, [reading], beam=150, penalties=penalties, steps=2)
    before = {derivation.steps: derivation.score for derivation in without}
    both = [derivation for derivation in taken if derivation.steps in before]
    assert len(both) > 40
    assert {cost(reading, derivation.steps, penalties) for derivation in both} >= {0.0, 0.5}
    for derivation in both:
        wanted = before[derivation.steps] - cost(reading, derivation.steps, penalties)
        assert derivation.score == pytest.approx(wanted, abs=1e-4)


def test_every_derivation_is_one(net: DirectNet, readings: list[Reading]) -> None:
    together = search(net, readings, beam=8, penalties=STORY)
    assert sum(len(derivation.steps) > 1 for found in together for derivation in found) > 5
    for reading, found in zip(readings, together, strict=True):
        assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)
        count = len(reading.slots)
        for derivation in found:
            kinds = [Kind.NUMBER] * count
            used = set[int]()
            begins = list(range(count))
            for step in derivation.steps:
                action = ACTIONS[step.action]
                assert (kinds[step.first], kinds[step.second]) == action.takes
                assert (step.first == step.second) == action.unary
                if step.action in COMPARISONS:
                    assert begins[step.first] <= begins[step.second]
                else:
                    assert action.takes[0] is not action.takes[1] or step.first <= step.second
                begins.append(min(begins[step.first], begins[step.second]))
                used |= {step.first, step.second}
                kinds.append(action.gives)
            assert used >= set(range(count, len(kinds) - 1))  # nothing was made in vain
            assert derivation.value == values_of(reading, derivation.steps)[-1]


def test_batches_change_nothing(net: DirectNet, readings: list[Reading]) -> None:
    together = search(net, readings, beam=4, penalties=STORY)
    for reading, found in zip(readings, together, strict=True):
        (alone,) = search(net, [reading], beam=4, penalties=STORY)
        assert [derivation.steps for derivation in alone] == [derivation.steps for derivation in found]
        assert [d.score for d in alone] == pytest.approx([d.score for d in found], abs=1e-4)


def test_a_beam_of_one_is_greedy(net: DirectNet, readings: list[Reading]) -> None:
    """One derivation goes on by its likeliest move; the likeliest of its ends is the answer."""
    for reading in readings[:6]:
        found = search(net, [reading], beam=1, penalties=FREE)[0]
        held, known, path, score = net.start(collate([reading])), [*reading.values], list[Step](), 0.0
        ends: list[tuple[float, tuple[Step, ...]]] = []
        kinds = [Kind.NUMBER] * len(known)
        for _ in range(8):
            chances = torch.log_softmax(net.scores(held), -1)[0]
            best = chances.topk(2)
            for chance, column in zip(best.values.tolist(), best.indices.tolist(), strict=True):
                inner = range(len(reading.slots), len(known) - 1)
                used = {place for step in path for place in (step.first, step.second)}
                if column == 0 and used.issuperset(inner):
                    ends.append((score + chance, tuple(path)))
            column = next(column for column in best.indices.tolist() if column)
            pair, number = divmod(column - 1, len(ACTIONS))
            low, high = (int(places[pair]) for places in torch.triu_indices(len(known), len(known)))
            if kinds[low] is not ACTIONS[number].takes[0]:
                low, high = high, low
            path.append(Step(low, high, number))
            known.append(value_of_action(ACTIONS[number], known[low], known[high]))
            kinds.append(ACTIONS[number].gives)
            score += float(chances[column])
            shown = torch.tensor([shown_value(known[-1])], dtype=torch.float64)
            held = net.extend(held, *(torch.tensor([place]) for place in (low, high, number)), shown)
        if found and ends:
            assert (found[0].steps, found[0].score) == (max(ends)[1], pytest.approx(max(ends)[0], abs=1e-4))


def test_use_is_counted_by_quantity(net: DirectNet, two: Reading) -> None:
    held = net.start(collate([two, two]))
    first, second = torch.tensor([0, 1]), torch.tensor([1, 1])
    held = net.extend(held, first, second, torch.tensor([0, 34]), torch.tensor([16.0, 4.0], dtype=torch.float64))
    assert held.used.tolist() == [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0]]
    assert held.result.tolist() == [0.0, 0.0, 1.0]
    assert held.values[:, 2].tolist() == [16.0, 4.0]


@given(st.lists(st.tuples(st.integers(0, 3) | st.none() | st.booleans(), st.floats(-6, -2)), max_size=9))
def test_derivations_of_one_value_add_up(drawn: list[tuple[int | bool | None, float]]) -> None:
    found = [
        Derivation((Step(0, 1, place),), score, Fraction(v) if type(v) is int else v)
        for place, (v, score) in enumerate(drawn)
    ]
    ranked = weigh(found)
    assert sum(weight for weight, _ in ranked) == pytest.approx(sum(math.exp(score) for _, score in drawn))
    assert [weight for weight, _ in ranked] == sorted((weight for weight, _ in ranked), reverse=True)
    for weight, best in ranked:
        alike = [d for d in found if type(d.value) is type(best.value) and d.value == best.value]
        alike = [best] if best.value is None else alike
        assert best.score == max(d.score for d in alike)
        assert weight == pytest.approx(sum(math.exp(d.score) for d in alike))
