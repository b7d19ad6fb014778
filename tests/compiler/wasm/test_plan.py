"""The rule that decides the width of a line's whole numbers, in both readings of ``/``."""

from __future__ import annotations

import pytest

from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.plan import LinePlan, NumberMode, TypeRule

I32, I64, CHECKED = TypeRule.INTERVAL_I32, TypeRule.INTERVAL_I64, TypeRule.CHECKED_I64
INEXACT = TypeRule.INEXACT_DIVISION


@pytest.mark.parametrize(
    ("text", "rule", "in_f64"),
    [
        ("50 - 15", I32, I32),
        ("2147483647", I32, I32),
        ("2147483648", I64, I64),
        ("2147483647 + 1", I64, I64),
        ("-2147483647 - 1", I32, I32),
        ("48 / 6", I32, I32),
        ("48 / 7", I32, INEXACT),
        ("48 * 6 / 4 / 3", I32, I32),
        ("1.5", TypeRule.DECIMAL, TypeRule.DECIMAL),
        ("sqrt(16)", TypeRule.SQRT, TypeRule.SQRT),
        ("sqrt(17)", TypeRule.SQRT, TypeRule.SQRT),
        ("sum(i, 1, 100)", I32, I32),
        ("sum(i, 1, 1000000)", I64, I64),
        ("product(i, 1, 10)", I32, I32),
        ("product(i, 1, 20)", I64, I64),
        ("product(i, 1, 21)", CHECKED, CHECKED),
        ("sum(i, 1, 2147483647, 0)", I64, I64),
        ("9223372036854775807", I64, I64),
        ("9223372036854775807 + 1", CHECKED, CHECKED),
        ("-9223372036854775807 - 1", I64, I64),
        ("3000000000 * 3", I64, I64),
        ("99999 * 99999", I64, I64),
        ("a = [3, 9, 2]; sum(i, 0, len(a) - 1, a[i] * 2)", I32, I32),
        ("a = [1]; a[0] = 5000000000; a[0]", I64, I64),
        ("a = [1]; a[0] = a[0] * 3; a[0] / 3", CHECKED, INEXACT),
        ("x = 100; while x > 0 do { x = x - 3; } x", I32, I32),
        ("a = 48; b = 18; while b != 0 do { t = a % b; a = b; b = t; } a", I32, I32),
        ("x = 1; while true do { x = x * 2; } x", CHECKED, CHECKED),
        ("f(x) = x * x; f(1000) + f(3)", I32, I32),
        ("f(n) = if n < 2 then 1 else n * f(n - 1); f(5)", CHECKED, CHECKED),
        ("if 1 < 2 then 1 else 5000000000", I64, I64),
        ("2 ^ 30", I32, I32),
        ("2 ^ 62", I64, I64),
        ("2 ^ -1", I32, INEXACT),
        ("gcd(12, 18) + abs(-3) + min(1, 2) + 7 % 3 + 7 // 2 + floor(2) + count(1, 9)", I32, I32),
        ("f32(1)", TypeRule.SINGLE, TypeRule.SINGLE),
        ("n = 27; while n != 1 do { n = if n % 2 == 0 then n / 2 else 3 * n + 1; } n", CHECKED, INEXACT),
        ("floor(2.5) + 1", TypeRule.DECIMAL, TypeRule.DECIMAL),
        ("sum(i, 2147483640, 2147483647, 0)", I64, I64),
    ],
)
def test_the_rule(program, text, rule, in_f64):
    line = program(text).lines[0]
    plan = LinePlan(line, NumberMode.WHOLE)
    assert plan.rule() is rule
    assert LinePlan(line, NumberMode.F64).rule() is in_f64
    if rule in (I32, I64, CHECKED):
        assert plan.width is (ValueType.I32 if rule is I32 else ValueType.I64)
