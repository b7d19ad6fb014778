"""Exact fractions of 128 bits in WebAssembly against Python's own, at the ends of everything."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from irmill.compiler.execute.engine import EngineConfig, EngineName, Job, open_engine
from irmill.compiler.lang import exact
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.encode import encode_module
from irmill.compiler.wasm.fractions import fraction_helpers
from irmill.compiler.wasm.ir import COMPUTE, Function, assemble
from irmill.compiler.wasm.link import link_module
from irmill.compiler.wasm.verify import verify_module

LONGEST = 1 << 127
END = 1 << 63


@pytest.fixture(scope="module")
def engine():
    with open_engine(EngineConfig(name=EngineName.WASMTIME)) as opened:
        yield opened


def constants(number, denominator=None):
    """Four constants, the lower halves first."""
    number = Fraction(number)
    parts = (number.numerator, number.denominator if denominator is None else denominator)
    halves = [half for part in parts for half in (part % (1 << 64), part >> 64)]
    return "; ".join(f"i64.const {half - (1 << 64) if half >= END else half}" for half in halves)


def run(engine, sources, result=ValueType.I32):
    """What modules of one function say: their numbers, or their errors."""
    jobs = []
    for source in sources:
        module = link_module((Function(COMPUTE, (), (result,), (), assemble(source)),))
        verify_module(module)
        jobs.append(Job(encode_module(module), result))
    return [answer.error or answer.value for answer in engine.run(jobs)]


def first_wrong(engine, sources, wanted):
    """The place of the first truth value that is not the wanted one, all computed by one module; None where all are."""
    body = "".join(
        f"{source}; i32.const {int(want)}; i32.ne; if; i32.const {place}; return; end\n"
        for place, (source, want) in enumerate(zip(sources, wanted, strict=True))
    )
    (found,) = run(engine, [f"{body}i32.const -1"])
    return None if found == -1 else found


def numbers(count, seed):
    """Numbers of the language whose parts are of every length, many of them at an end of something."""
    source = random.Random(f"fractions:{seed}")
    found = []
    while len(found) < count:
        denominator = source.choice((1, 1, 2, 10, 10**9, 10**18, 3**20, 2**31, 2**32, 2**62, 2**63, 2**64 - 1, 2**90))
        if source.random() < 0.3:
            denominator = source.getrandbits(source.randint(1, 120)) + 1
        edge = source.choice((0, 1, 2**24, 2**31, 2**32, 2**53, 2**62, 2**63, source.getrandbits(62)))
        near = Fraction(source.randint(-3, 3)) + Fraction(source.randrange(denominator), denominator)
        number = (edge + near) * source.choice((1, -1))
        if -END <= number < END and abs(number.numerator) < LONGEST:
            found.append(number)
    return found


def settled(number):
    """A result as the module should have it: it, OVERFLOW, or INEXACT where it does not fit."""
    if not -END <= number < END:
        return ErrorCode.OVERFLOW
    return number if max(abs(number.numerator), number.denominator) < LONGEST else ErrorCode.INEXACT


OPERATIONS = {
    "add": exact.add,
    "subtract": exact.subtract,
    "multiply": exact.multiply,
    "divide": exact.divide,
    "floor_divide": exact.floor_divide,
    "modulo": exact.modulo,
}


def meant(function, *operands):
    try:
        return settled(Fraction(function(*operands)))
    except exact.Trap as trap:
        return trap.code


def is_short(number):
    """Whether sums and products of such numbers fit."""
    return not isinstance(number, Fraction) or max(abs(number.numerator), number.denominator) < 1 << 52


@pytest.mark.parametrize("name", OPERATIONS)
def test_arithmetic_is_exact_or_refused(engine, name):
    operands = list(zip(numbers(100, f"{name} left"), numbers(100, f"{name} right"), strict=True))
    operands += [(Fraction(-END), Fraction(1)), (Fraction(1, 3), Fraction(-1, 3)), (Fraction(0), Fraction(5, 7))]
    operands += [pair for left, _ in operands[:10] for pair in ((left, left), (left, -left)) if left > -END]
    wanted = [meant(OPERATIONS[name], *pair) for pair in operands]
    sources = [
        f"{constants(left)}; {constants(right)}; call $fraction_{name}; "
        f"{constants(want if isinstance(want, Fraction) else 0)}; call $fraction_eq"
        for (left, right), want in zip(operands, wanted, strict=True)
    ]
    cases = list(zip(operands, wanted, sources, strict=True))
    sure = [case for case in cases if isinstance(case[1], Fraction) and all(map(is_short, (*case[0], case[1])))]
    assert len(sure) > 4
    assert first_wrong(engine, [source for _, _, source in sure], [True] * len(sure)) is None
    others = [case for case in cases if case not in sure]
    said = run(engine, [source for _, _, source in others])
    for (pair, want, _), found in zip(others, said, strict=True):
        refused = found == ErrorCode.INEXACT and not all(map(is_short, (*pair, want)))
        assert refused or found == (1 if isinstance(want, Fraction) else want), (name, pair, want)
    assert sum(found == 1 for found in said) > 5


def test_powers_are_exact_or_refused(engine):
    cases = [(base, exponent) for base in numbers(15, "power") for exponent in (0, 1, 2, 3, -1, -2)]
    cases += [(Fraction(11, 10), n) for n in (30, 36, 37, 459, 500)] + [(Fraction(2), 62), (Fraction(2), 63)]
    cases += [(Fraction(-2), 63), (Fraction(1, 2), 126), (Fraction(1, 2), 127), (Fraction(-1), 10**18 + 1)]
    cases += [(Fraction(0), -1), (Fraction(0), 0), (Fraction(2**63 - 1), 1), (Fraction(3), -79), (Fraction(1, 2), -62)]
    wanted = [meant(exact.power, *case) for case in cases]
    sources = [
        f"{constants(base)}; i64.const {exponent}; call $fraction_power; "
        f"{constants(want if isinstance(want, Fraction) else 0)}; call $fraction_eq"
        for (base, exponent), want in zip(cases, wanted, strict=True)
    ]
    for case, want, said in zip(cases, wanted, run(engine, sources), strict=True):
        assert said == (1 if isinstance(want, Fraction) else want), (case, want)


def test_comparisons_are_exact(engine):
    operands = list(zip(numbers(150, "first"), numbers(150, "second"), strict=True))
    near = numbers(60, "near")
    operands += [(number, number) for number in near]
    operands += [(number, number + Fraction(1, 2**70 + 1)) for number in near if settled(number + 1) == number + 1]
    operands = [pair for pair in operands if all(settled(part) == part for part in pair)]
    names = {"lt": "__lt__", "le": "__le__", "gt": "__gt__", "ge": "__ge__", "eq": "__eq__", "ne": "__ne__"}
    heads = [f"{constants(left)}; {constants(right)}" for left, right in operands]
    for name, method in names.items():
        wanted = [getattr(left, method)(right) for left, right in operands]
        assert first_wrong(engine, [f"{head}; call $fraction_{name}" for head in heads], wanted) is None, name
    for name, choose in (("minimum", min), ("maximum", max)):
        tails = [f"call $fraction_{name}; {constants(choose(pair))}; call $fraction_eq" for pair in operands]
        sources = [f"{head}; {tail}" for head, tail in zip(heads, tails, strict=True)]
        assert first_wrong(engine, sources, [True] * len(sources)) is None, name


def test_floors_roots_and_signs_are_exact(engine):
    values = numbers(120, "floor")
    squares = [
        Fraction(source.getrandbits(bits), source.getrandbits(below) + 1) ** 2
        for source in [random.Random("squares")]
        for bits in range(1, 32)
        for below in (1, 20, 63)
    ]
    for name, meaning, given in (
        ("floor", exact.floor, values),
        ("negate", exact.negate, [*values, Fraction(-END)]),
        ("absolute", exact.absolute, [*values, Fraction(-END)]),
        ("root", exact.sqrt, [square for square in squares if settled(square) == square]),
    ):
        wanted = [meant(meaning, value) for value in given]
        sources = [
            f"{constants(value)}; call $fraction_{name}; "
            f"{constants(want if isinstance(want, Fraction) else 0)}; call $fraction_eq"
            for value, want in zip(given, wanted, strict=True)
        ]
        sure = [isinstance(want, Fraction) for want in wanted]
        assert (
            first_wrong(
                engine, [one for one, is_sure in zip(sources, sure, strict=True) if is_sure], [True] * sum(sure)
            )
            is None
        )
        refused = [(one, want) for one, want, is_sure in zip(sources, wanted, sure, strict=True) if not is_sure]
        assert run(engine, [one for one, _ in refused]) == [want for _, want in refused], name
    roots = [f"{constants(value)}; call $fraction_root; drop; drop; drop; drop; i32.const 7" for value in (2, -4, 8)]
    assert run(engine, roots) == ["INEXACT", "DOMAIN", "INEXACT"]


def test_single_precision_is_rounded_once(engine):
    values = numbers(300, "single")
    source = random.Random("halves")
    for _ in range(100):
        # half way between two numbers of single precision, exactly or almost
        middle = Fraction(2 * source.randint(1 << 23, (1 << 24) - 1) + 1) * Fraction(2) ** source.randint(-80, 37)
        values += [middle, -middle, middle * (1 + Fraction(1, 10**9))]
    values = [value for value in values if settled(value) == value]
    wanted = []
    for value in values:
        try:
            wanted.append(exact.single(value))
        except exact.Trap as trap:
            wanted.append(trap.code)
    cases = list(zip(values, wanted, strict=True))
    sure = [(value, want) for value, want in cases if isinstance(want, float)]
    sources = [f"{constants(value)}; call $fraction_to_f32; f32.const {want!r}; f32.eq" for value, want in sure]
    assert first_wrong(engine, sources, [True] * len(sure)) is None
    over = [value for value, want in cases if not isinstance(want, float)][:5]
    assert set(run(engine, [f"{constants(value)}; call $fraction_to_f32" for value in over], ValueType.F32)) <= {
        "OVERFLOW"
    }
    singles = [float(np.float32(value)) for value in values]
    singles = [value for value in singles if -END <= value < END]
    back = [
        f"f32.const {value!r}; call $fraction_of_f32; {constants(Fraction(value))}; call $fraction_eq"
        for value in singles
        if Fraction(value).denominator < 2**127
    ]
    assert first_wrong(engine, back, [True] * len(back)) is None
    tiny = "f32.const 1e-45; call $fraction_of_f32; drop; drop; drop; drop; i32.const 1"
    assert run(engine, [tiny]) == ["INEXACT"]


def test_a_result_is_one_number(engine):
    for value in numbers(20, "result"):
        (found,) = run(engine, [f"{constants(value)}; call $fraction_to_f64"], ValueType.F64)
        assert abs(Fraction(found) - value) <= abs(value) / 10**15
    whole = "; call $fraction_whole_result"
    found = run(engine, [constants(value) + whole for value in (2**63 - 1, -(2**63), 0.5)], ValueType.I64)
    assert found == [2**63 - 1, -(2**63), "INEXACT"]


def test_every_function_is_valid():
    for name, helper in fraction_helpers().items():
        source = f"call ${name}; {'; '.join(['drop'] * len(helper.results.split()))}; i32.const 0"
        pushed = "; ".join(f"{kind}.const 1" for kind in helper.parameters.split())
        verify_module(link_module((Function(COMPUTE, (), (ValueType.I32,), (), assemble(f"{pushed}; {source}")),)))


def test_remainders_in_single_precision_are_exact(engine):
    source = random.Random("remainders")
    edges = (1.0, 3.0, 0.1, 0.25, 16777216.0, 9007199254740992.0, 1e-30, 4e18, 7e-45)
    singles = [float(np.float32(source.choice(edges) * source.uniform(-2, 2))) for _ in range(400)]
    pairs = [pair for pair in zip(singles[::2], singles[1::2], strict=True) if pair[1]]
    pairs += [(-9007199254740992.0, 3.0), (9007199254740992.0, -3.0), (6.0, 3.0), (-6.0, 3.0), (0.0, 5.0)]
    sources = [
        f"f32.const {left!r}; f32.const {right!r}; call $f32_modulo; "
        f"f32.const {exact.single(Fraction(left) % Fraction(right))!r}; f32.eq"
        for left, right in pairs
    ]
    assert first_wrong(engine, sources, [True] * len(sources)) is None
    assert run(engine, ["f32.const 1; f32.const 0; call $f32_modulo"], ValueType.F32) == ["DIV_BY_ZERO"]


def test_a_root_that_is_no_fraction_is_the_f64_one_for_a_caller_that_compares(engine):
    values = [Fraction(2), Fraction(3, 7), Fraction(9, 4), Fraction(2**63 - 1), Fraction(0), Fraction(1, 10**18 + 1)]
    found = run(
        engine, [f"{constants(v)}; call $fraction_near_root; call $fraction_to_f64" for v in values], ValueType.F64
    )
    for value, root in zip(values, found, strict=True):
        assert abs(Fraction(root) ** 2 - value) <= value / 10**15
