"""The field against Python's own unbounded integers."""

from __future__ import annotations

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


def test_the_order() -> None:
    assert MODULUS == 18446744069414584321
    assert pow(2, 64, MODULUS) == (1 << 32) - 1
    assert pow(2, 96, MODULUS) == MODULUS - 1


@given(ELEMENTS, ELEMENTS)
def test_products_and_inverses(a: int, b: int) -> None:
    assert field.mul(a, b) == a * b % MODULUS
    if a:
        assert field.mul(a, field.inverse(a)) == 1


def test_zero_has_no_inverse() -> None:
    with pytest.raises(ZeroDivisionError):
        field.inverse(0)


@given(st.integers(-(MODULUS >> 1), MODULUS >> 1))
def test_signed_representatives(value: int) -> None:
    assert field.signed(value % MODULUS) == value
