"""The field on ints and on arrays, against Python's own unbounded integers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.optimizer.field import goldilocks as field
from irmill.optimizer.field.modulus import MODULUS

EDGES = [
    0, 1, 2, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, MODULUS >> 1, (MODULUS >> 1) + 1, 1 << 63, MODULUS - (1 << 32),
    MODULUS - 2, MODULUS - 1,
]  # fmt: skip
ELEMENTS = st.integers(0, MODULUS - 1) | st.sampled_from(EDGES)
VECTORS = st.lists(st.tuples(ELEMENTS, ELEMENTS), min_size=1, max_size=20)


def test_the_order() -> None:
    assert MODULUS == 18446744069414584321
    assert pow(2, 64, MODULUS) == (1 << 32) - 1
    assert pow(2, 96, MODULUS) == MODULUS - 1


def test_the_generator_generates() -> None:
    factors = [2, 3, 5, 17, 257, 65537]
    rest = MODULUS - 1
    for factor in factors:
        while rest % factor == 0:
            rest //= factor
    assert rest == 1
    assert all(pow(field.GENERATOR, (MODULUS - 1) // factor, MODULUS) != 1 for factor in factors)


@given(ELEMENTS, ELEMENTS, ELEMENTS)
def test_field_laws(a: int, b: int, c: int) -> None:
    assert field.add(a, field.add(b, c)) == field.add(field.add(a, b), c)
    assert field.mul(a, field.mul(b, c)) == field.mul(field.mul(a, b), c)
    assert field.mul(a, field.add(b, c)) == field.add(field.mul(a, b), field.mul(a, c))
    assert field.add(a, field.neg(a)) == 0
    assert field.sub(a, b) == field.add(a, field.neg(b))
    assert field.mul(a, b) == a * b % MODULUS
    if a:
        assert field.mul(a, field.inverse(a)) == 1


@pytest.mark.parametrize("exponent", [0, 1, 2, 7, 1 << 40, MODULUS - 2, MODULUS - 1])
@pytest.mark.parametrize("base", EDGES)
def test_power(base: int, exponent: int) -> None:
    assert field.power(base, exponent) == pow(base, exponent, MODULUS)
    assert field.power_vector(field.elements([base]), exponent).tolist() == [pow(base, exponent, MODULUS)]


@pytest.mark.parametrize(
    ("vector", "scalar"),
    [
        (field.add_vector, lambda a, b: (a + b) % MODULUS),
        (field.sub_vector, lambda a, b: (a - b) % MODULUS),
        (field.mul_vector, lambda a, b: a * b % MODULUS),
    ],
)
def test_vectors_on_all_pairs_of_edges(
    vector: Callable[[field.Elements, field.Elements], field.Elements], scalar: Callable[[int, int], int]
) -> None:
    column = field.elements(EDGES)
    found = vector(column[:, None], column[None, :])
    assert found.dtype == np.uint64
    assert found.tolist() == [[scalar(a, b) for b in EDGES] for a in EDGES]


@given(VECTORS)
def test_vectors_agree_with_ints(pairs: list[tuple[int, int]]) -> None:
    a, b = (field.elements(column) for column in zip(*pairs, strict=True))
    assert field.add_vector(a, b).tolist() == [(x + y) % MODULUS for x, y in pairs]
    assert field.sub_vector(a, b).tolist() == [(x - y) % MODULUS for x, y in pairs]
    assert field.mul_vector(a, b).tolist() == [x * y % MODULUS for x, y in pairs]
    assert field.neg_vector(a).tolist() == [-x % MODULUS for x, _ in pairs]


def test_many_random_products_are_exact() -> None:
    random = np.random.default_rng(7)
    a, b = (random.integers(0, MODULUS, size=20_000, dtype=np.uint64) for _ in range(2))
    assert field.mul_vector(a, b).tolist() == [x * y % MODULUS for x, y in zip(a.tolist(), b.tolist(), strict=True)]


@given(st.lists(ELEMENTS.filter(bool), max_size=12))
def test_batch_inverse(values: list[int]) -> None:
    wanted = [pow(value, -1, MODULUS) for value in values]
    assert field.batch_inverse(values) == wanted
    assert field.inverse_vector(field.elements(values)).tolist() == wanted


def test_zero_has_no_inverse() -> None:
    with pytest.raises(ZeroDivisionError):
        field.inverse(0)
    with pytest.raises(ZeroDivisionError):
        field.batch_inverse([3, 0, 5])
    with pytest.raises(ZeroDivisionError):
        field.inverse_vector(field.elements([3, 0]))


@given(st.integers(-(MODULUS >> 1), MODULUS >> 1))
def test_signed_representatives(value: int) -> None:
    assert field.signed(value % MODULUS) == value


def test_elements_reduces_any_integer() -> None:
    wanted = [MODULUS - 1, 0, 5, MODULUS - 2, (1 << 100) % MODULUS]
    assert field.elements([-1, MODULUS, MODULUS + 5, -MODULUS - 2, 1 << 100]).tolist() == wanted
