"""The cubic extension against the product of polynomials and long division."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.optimizer.field import extension
from irmill.optimizer.field.extension import ZERO, Extension
from irmill.optimizer.field.modulus import MODULUS

COEFFICIENTS = st.integers(0, MODULUS - 1) | st.sampled_from([0, 1, MODULUS - 1, 1 << 32])
ELEMENTS = st.tuples(COEFFICIENTS, COEFFICIENTS, COEFFICIENTS)

ONE: Extension = (1, 0, 0)


def long_product(a: Extension, b: Extension) -> Extension:
    product = [0] * 5
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            product[i + j] += x * y
    modulus = [1, -1, 0, 1]  # 1 - X + X^3
    for degree in (4, 3):
        factor = product[degree]
        for offset, coefficient in enumerate(modulus):
            product[degree - 3 + offset] -= factor * coefficient
    assert product[3:] == [0, 0]
    return (product[0] % MODULUS, product[1] % MODULUS, product[2] % MODULUS)


@given(ELEMENTS, ELEMENTS)
def test_product_is_that_of_polynomials(a: Extension, b: Extension) -> None:
    assert extension.mul(a, b) == long_product(a, b)


@given(ELEMENTS, ELEMENTS, ELEMENTS)
def test_field_laws(a: Extension, b: Extension, c: Extension) -> None:
    assert extension.mul(a, extension.mul(b, c)) == extension.mul(extension.mul(a, b), c)
    assert extension.mul(a, extension.add(b, c)) == extension.add(extension.mul(a, b), extension.mul(a, c))
    assert extension.mul(a, b) == extension.mul(b, a)
    assert extension.mul(a, ONE) == a
    assert extension.add(a, ZERO) == a
    if a != ZERO:
        assert extension.mul(a, extension.inverse(a)) == ONE


@given(COEFFICIENTS, ELEMENTS)
def test_scaling_multiplies_with_a_base_element(factor: int, a: Extension) -> None:
    assert extension.scale(factor, a) == extension.mul((factor, 0, 0), a)


def test_the_modulus() -> None:
    x = (0, 1, 0)
    cube = extension.mul(x, extension.mul(x, x))
    assert extension.add(extension.add(cube, (0, MODULUS - 1, 0)), ONE) == ZERO


def test_zero_has_no_inverse() -> None:
    with pytest.raises(ZeroDivisionError):
        extension.inverse(ZERO)
