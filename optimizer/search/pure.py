"""What operations give whose results depend on the top of the stack alone, as symbolic values, and what they check."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.search.values import Values


class Pure(NamedTuple):
    """What a pure operation gives: the words it pushes (top last) and what must hold."""

    results: tuple[int, ...]
    conditions: tuple[Hashable, ...]


def u32_check(values: Values, identity: int) -> tuple[Hashable, ...]:
    """The check that a word is below 2^32; none where that is known."""
    constant = values.constant_value(identity)
    known = identity in values.u32 or (constant is not None and constant < U32_LIMIT)
    return () if known else (("u32", identity),)


def _zero(values: Values, identity: int) -> tuple[Hashable, ...]:
    return () if identity == values.zero else (("zero", values.absolute(identity)),)


def _nonzero(values: Values, *identities: int) -> tuple[Hashable, ...]:
    if any(values.constant_value(identity) not in (None, 0) for identity in identities):
        return ()
    return (("nonzero", *(values.absolute(identity) for identity in identities)),)


def _constants(values: Values, *identities: int) -> tuple[int, ...] | None:
    found = [values.constant_value(identity) for identity in identities]
    return tuple(value for value in found if value is not None) if None not in found else None


def _small(values: Values, *identities: int) -> tuple[int, ...] | None:
    found = _constants(values, *identities)
    return found if found is not None and all(value < U32_LIMIT for value in found) else None


def _eq(values: Values, top: Sequence[int], _: int) -> Pure:
    difference = values.subtract(top[0], top[1])
    constant = values.constant_value(difference)
    if constant is not None:
        return Pure((values.one if constant == 0 else values.zero,), ())
    for signed in (difference, values.subtract(values.zero, difference)):
        opposite = values.subtract(values.one, signed)
        if signed in values.boolean or opposite in values.boolean:
            return Pure((opposite,), ())
    return Pure((values.is_zero(difference),), ())


def _split(values: Values, top: Sequence[int], _: int) -> Pure:
    word = top[0]
    constant = values.constant_value(word)
    if constant is not None:
        return Pure((values.constant(constant >> 32), values.constant(constant % U32_LIMIT)), ())
    if word in values.u32:
        return Pure((values.zero, word), ())
    high = values.atom(("high", word), u32=True)
    low = values.subtract(word, values.multiply(high, values.constant(U32_LIMIT)))
    values.mark_u32(low, high)
    return Pure((high, low), ())


def _lt(values: Values, top: Sequence[int], _: int) -> Pure:
    checks = u32_check(values, top[0]) + u32_check(values, top[1])
    constants = _small(values, top[0], top[1])
    if constants is not None:
        return Pure((values.one if constants[0] < constants[1] else values.zero,), checks)
    if top[0] == top[1] or top[1] == values.zero:
        return Pure((values.zero,), checks)
    return Pure((values.atom(("lt", top[0], top[1]), boolean=True),), checks)


def _conjunction(values: Values, left: int, right: int) -> int:
    constants = _small(values, left, right)
    if constants is not None:
        return values.constant(constants[0] & constants[1])
    if values.zero in (left, right):
        return values.zero
    if left == right:
        return left
    return values.atom(("and", min(left, right), max(left, right)), u32=True)


def _and(values: Values, top: Sequence[int], _: int) -> Pure:
    checks = u32_check(values, top[0]) + u32_check(values, top[1])
    return Pure((_conjunction(values, top[0], top[1]),), checks)


def _xor(values: Values, top: Sequence[int], _: int) -> Pure:
    checks = u32_check(values, top[0]) + u32_check(values, top[1])
    common = _conjunction(values, top[0], top[1])
    result = values.subtract(values.add(top[0], top[1]), values.add(common, common))
    values.mark_u32(result, common)
    return Pure((result,), checks)


def _div_mod(values: Values, top: Sequence[int], _: int) -> Pure:
    number, divisor = top[0], top[1]
    checks = u32_check(values, number) + u32_check(values, divisor) + _nonzero(values, divisor)
    constants = _small(values, number, divisor)
    if constants is not None and constants[1]:
        return Pure(tuple(values.constant(word) for word in divmod(*constants)), checks)
    if divisor == values.one:
        return Pure((number, values.zero), checks)
    quotient = values.atom(("quotient", number, divisor), u32=True)
    remainder = values.subtract(number, values.multiply(quotient, divisor))
    values.mark_u32(remainder, quotient)
    return Pure((quotient, remainder), checks)


def _pow(values: Values, top: Sequence[int], _: int) -> Pure:
    checks = u32_check(values, top[1])
    exponent = values.constant_value(top[1])
    base = values.constant_value(top[0])
    if exponent is not None and exponent < U32_LIMIT:
        if base is not None:
            return Pure((values.constant(pow(base, exponent, MODULUS)),), checks)
        if exponent <= 4:
            result = values.one
            for _turn in range(exponent):
                result = values.multiply(result, top[0])
            return Pure((result,), checks)
    return Pure((values.atom(("pow", top[0], top[1])),), checks)


def _log_2_floor(values: Values, top: Sequence[int], _: int) -> Pure:
    checks = u32_check(values, top[0]) + _nonzero(values, top[0])
    constants = _small(values, top[0])
    if constants is not None and constants[0]:
        return Pure((values.constant(constants[0].bit_length() - 1),), checks)
    return Pure((values.atom(("log_2_floor", top[0]), u32=True),), checks)


def _pop_count(values: Values, top: Sequence[int], _: int) -> Pure:
    constants = _small(values, top[0])
    if constants is not None:
        return Pure((values.constant(constants[0].bit_count()),), ())
    return Pure((values.atom(("pop_count", top[0]), u32=True),), u32_check(values, top[0]))


def _invert(values: Values, top: Sequence[int], _: int) -> Pure:
    constant = values.constant_value(top[0])
    checks = _nonzero(values, top[0])
    if constant:
        return Pure((values.constant(pow(constant, -1, MODULUS)),), checks)
    return Pure((values.atom(("invert", top[0])),), checks)


def extension_product(values: Values, left: Sequence[int], right: Sequence[int]) -> tuple[int, int, int]:
    """The product of two elements of F_p[X]/(X^3 - X + 1), coefficients from the constant term up."""
    raw = [values.zero] * 5
    for i, first in enumerate(left):
        for j, second in enumerate(right):
            raw[i + j] = values.add(raw[i + j], values.multiply(first, second))
    return (
        values.subtract(raw[0], raw[3]),
        values.subtract(values.add(raw[1], raw[3]), raw[4]),
        values.add(raw[2], raw[4]),
    )


def _x_invert(values: Values, top: Sequence[int], _: int) -> Pure:
    results = tuple(values.atom(("x_invert", i, *top[:3])) for i in (2, 1, 0))
    return Pure(results, _nonzero(values, *top[:3]))


def _assert_vector(values: Values, top: Sequence[int], _: int) -> Pure:
    checks: tuple[Hashable, ...] = ()
    for i in range(5):
        checks += _zero(values, values.subtract(top[i], top[5 + i]))
    return Pure((top[9], top[8], top[7], top[6], top[5]), checks)


PURE: Mapping[str, Callable[[Values, Sequence[int], int], Pure]] = MappingProxyType(
    {
        "add": lambda values, top, _: Pure((values.add(top[0], top[1]),), ()),
        "mul": lambda values, top, _: Pure((values.multiply(top[0], top[1]),), ()),
        "addi": lambda values, top, argument: Pure((values.add_constant(top[0], argument),), ()),
        "hash": lambda values, top, _: Pure(tuple(values.atom(("hash", i, *top[:10])) for i in (4, 3, 2, 1, 0)), ()),
        "xx_add": lambda values, top, _: Pure(tuple(values.add(top[i], top[3 + i]) for i in (2, 1, 0)), ()),
        "xx_mul": lambda values, top, _: Pure(extension_product(values, top[0:3], top[3:6])[::-1], ()),
        "xb_mul": lambda values, top, _: Pure(tuple(values.multiply(top[0], top[i]) for i in (3, 2, 1)), ()),
        "assert": lambda values, top, _: Pure((), _zero(values, values.subtract(top[0], values.one))),
        "eq": _eq, "invert": _invert, "split": _split, "lt": _lt, "and": _and, "xor": _xor, "pow": _pow,
        "log_2_floor": _log_2_floor, "pop_count": _pop_count, "div_mod": _div_mod, "x_invert": _x_invert,
        "assert_vector": _assert_vector,
    }
)  # fmt: skip
"""Operations whose results depend on the top of the stack alone (which is given top first)."""
