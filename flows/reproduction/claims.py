"""What the seed documents claim: inputs, expected answers, reported results. Data only, nothing is measured here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of a seed's table: the input, the answer it names as right, and what it reports for it."""

    text: str
    expected: str
    reported: str


def _right(rows: dict[str, str]) -> tuple[Claim, ...]:
    return tuple(Claim(text, expected, "right") for text, expected in rows.items())


SINGLE_OP = _right(
    {
        "Add 11 and 94": "105",
        "Subtract 49 from 69": "20",
        "Multiply 7 by 8": "56",
        "Divide 48 by 6": "8",
        "The sum of 25 and 17 is": "42",
        "The difference of 100 and 37 is": "63",
        "What is 12 times 9?": "108",
        "What is 144 divided by 12?": "12",
        "Janet has 50 apples. She gives away 15.": "35",
        "Each box holds 8 items. How many in 7 boxes?": "56",
        "A tank has 200 gallons. 75 leak out.": "125",
        "Tickets cost 15 dollars each. Cost for 4?": "60",
    }
)

MULTI_OP = _right(
    {
        "16 - 3, then multiply by 5": "65",
        "Add 10 and 20, then subtract 5": "25",
        "Multiply 4 by 7, then add 8": "36",
        "Start with 50, subtract 20, divide by 3": "10",
        "(8 + 4) * 3": "36",
        "(20 - 5) * 2": "30",
        "6 * 7, then add 10": "52",
        "100 - 40, then divide by 2": "30",
    }
)

LOOP = _right(
    {
        "Sum 1 to 10": "55",
        "Sum 1 to 100": "5050",
        "Add numbers from 5 to 15": "110",
        "Sum from 1 to 5": "15",
        "Multiply 1 to 5": "120",
        "Product of 1 to 6": "720",
        "Multiply numbers from 2 to 4": "24",
        "Count down from 10": "0",
        "Count from 5 to 0": "0",
    }
)

COMPARISON = _right(
    {
        "15 > 10 is ": "true",
        "10 > 15 is ": "false",
        "10 < 15 is ": "true",
        "15 < 10 is ": "false",
        "7 == 7 is ": "true",
        "7 == 8 is ": "false",
        "5 != 3 is ": "true",
        "3 != 3 is ": "false",
        "5 >= 5 is ": "true",
        "4 >= 5 is ": "false",
        "5 <= 5 is ": "true",
        "6 <= 5 is ": "false",
        "Is 15 greater than 10?": "true",
        "Is 10 greater than 15?": "false",
        "Is 3 less than 8?": "true",
        "Is 8 less than 3?": "false",
        "Is 7 equal to 7?": "true",
        "Is 7 equal to 9?": "false",
        "Is 12 at least 12?": "true",
        "Is 4 at most 3?": "false",
    }
)
"""The seeds report 20 of 20 without listing the inputs: twelve canonical and eight in words, as they say they had."""

LARGE_LOOP = (
    Claim("Sum 1 to 1000000", "500000500000", "1784293664"),
    Claim("sum(i, 1, 1000000) = ", "500000500000", "1784293664"),
)
"""Claimed to be 500000500000, of one forward pass; what the seeds ship wraps to 1784293664 in 32 bits."""

NOT_READ = "not read"
BREAKING = (
    Claim("Subtract 3 from 16, then multiply by 5", "65", NOT_READ),
    Claim("Add 10 and 20, then divide by 3", "10", NOT_READ),
    Claim("10 divided by 5, then add 4", "6", NOT_READ),
    Claim("Start with 50, subtract 20, then divide by 3", "10", NOT_READ),
    Claim("3 * (8 + 4)", "36", NOT_READ),
    Claim("16 - 3 * 5", "1", NOT_READ),
    Claim("-7 + 3, then multiply by 2", "-8", NOT_READ),
    Claim("2.5 + 1.5, then multiply by 3", "12", NOT_READ),
    Claim("Sum of 1 to 10", "55", NOT_READ),
    Claim("Sum 1 through 10", "55", NOT_READ),
    Claim("Add numbers between 5 and 15", "110", NOT_READ),
)
"""Texts that no pattern of the seeds' compiler matches."""

SILENT = (
    Claim("(8+4)*3-2", "34", "36"),
    Claim("16-3, then add 2, then multiply by 5", "75", "15"),
    Claim("Sum 1 to 10 and multiply by 2", "110", "55"),
    Claim("Count from 5 to 3", "3", "0"),
    Claim("Count from 1 to 10", "10", "0"),
    Claim("Sum 5 to 1", "15", "5"),
    Claim("Sum 1 to 65536", "2147516416", "-2147450880"),
    Claim("Product of 1 to 13", "6227020800", "1932053504"),
    Claim("50000 * 50000 = ", "2500000000", "-1794967296"),
    Claim("20 - 4 * 3 = ", "8", "4 * 3"),
    Claim("16.5 - 3 = ", "13.5", "5 - 3"),
    Claim("-5 + 3 = ", "-2", "5 + 3"),
    Claim("1,000 - 5 = ", "995", "000 - 5"),
    Claim("31 + 37 * 3 = ", "142", "204"),
)
"""Texts that the seeds' compiler answers wrongly, without a word; ``reported`` is its answer, or what it reads."""

PROGRAMS = (
    Claim(f"{' + '.join(map(str, range(1, 41)))} = ", "820", "an invalid module"),
    Claim(f"{' + '.join(map(str, range(1, 101)))} = ", "5050", "ValueError"),
    Claim("-(5) = ", "-5", "5"),
    Claim("abs(-5) = ", "5", "-5"),
    Claim("-7 % 3 = ", "2", "2 or -1, by the part that runs it"),
    Claim("(-2147483647 - 1) / -1 = ", "2147483648", "a trap, or 2147483648"),
    Claim("1 / 0 = ", "DIV_BY_ZERO", "an error without a kind"),
    Claim("x = 0; while true do { x = x + 1; }; x = ", "FUEL", "no end, its limit of time unused"),
    Claim("g(a, b) = if b == 0 then a else g(b, a % b); g(48, 36) = ", "12", "no end"),
    Claim("product(i, 1, 0) = ", "1", "2, for the factorial of 0"),
    Claim("2 ^ 0 = ", "1", "2"),
    Claim(
        "n = 1; k = 0; while n != 1 do { n = if n % 2 == 0 then n // 2 else 3 * n + 1; k = k + 1; }; k = ",
        "0",
        "3, for the steps of Collatz from 1",
    ),
    Claim("i = 0; a = [3, 8, 2]; m = a[0]; while i < 3 do { m = max(m, a[i]); i = i + 1; }; m = ", "8", "no memory"),
)
"""What goes wrong below the text, in instructions, bytes and runtime, as programs; no model is asked."""

SEED_BYTES = (
    Claim("50 - 15 = ", "41 32 41 0f 6b", "41 32 41 0f 6b"),
    Claim("11 + 94 = ", "41 0b 41 de 00 6a", "i32.const 11, i32.const 94, i32.add"),
    Claim("7 * 8 = ", "41 07 41 08 6c", "i32.const 7, i32.const 8, i32.mul"),
    Claim("48 / 6 = ", "41 30 41 06 6d", "i32.const 48, i32.const 6, i32.div_s"),
    Claim("(16 - 3) * 5 = ", "41 10 41 03 6b 41 05 6c", "operands and operations in stack order"),
)
"""The function's instructions, in hex; multi-byte constants are signed LEB128."""

SUFFIX_ROUTING = (
    Claim("15 > 10 = ", "a number", "TinyLlama 5, GPT-OSS 5, GPT-2 no number"),
    Claim("15 > 10 is ", "a truth value", "TinyLlama 1, GPT-OSS 1, GPT-2 no number"),
    Claim("foo bar = ", "a number", "TinyLlama 1, GPT-OSS 1, GPT-2 empty"),
)
"""What token follows a suffix: reported as top-1 next tokens; the embedded model's own are printed beside them."""

KERNEL_TYPES = (
    ("arithmetic", "21 of 120", "elementwise.polynomial"),
    ("conditional", "23 of 120", "branches.if_else"),
    ("loop", "17 of 120", "loops.static_sum"),
    ("math", "a type of the 10,270 pairs", "elementwise.transcendental"),
    ("vector", "16 of 120", ""),
    ("atomic", "22 of 120", "reduction.sum_of_map"),
    ("nested", "a type of the 10,270 pairs", "loops.nested_sum"),
    ("multi_cond", "a type of the 10,270 pairs", "branches.elif_chain"),
    ("combined", "a type of the 10,270 pairs", ""),
    ("scalar_param", "a type of the 10,270 pairs", "loops.dynamic_sum"),
)
"""The kernel types of the synthesis seeds, what they count of each (none of theirs was executed and compared), and the
family and form that stands for it here, empty where a later one will."""

LATER = {
    "routing_models": "suffix routing across TinyLlama, GPT-2 and GPT-OSS needs their weights",
    "fem": "the Poisson solver on warp.fem",
    "scale": "10,270 pairs at 27,000 an hour",
    "optimizer_corpus": "whole programs that people wrote, with hand-made baselines",
}
"""Tables whose measurement later work fills, with what they are about."""
