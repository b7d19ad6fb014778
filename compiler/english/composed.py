"""Templates that are put together from parts: chains of operations, comparisons, conditions, and stories of events."""

from __future__ import annotations

from itertools import product

from irmill.compiler.english.templates import Template, numbered

_THEN = "[, then| then|, and then| and then|. Then|, and|, next|, after that]"
_SECOND = {
    "+": "[add|plus|add on|increase by|increase it by|add another]",
    "-": "[subtract|minus|take away|deduct|decrease by|reduce it by]",
    "*": "[multiply by|times|multiply it by|multiply the result by|multiply that by]",
    "/": "[divide by|divide it by|divide the result by|÷|divide that by|split into]",
}
_INFIX = {"+": "[+|plus]", "-": "[-|minus]", "*": "[*|times|x]", "/": "[/|÷|divided by]"}
_FIRST = {
    "+": "[Add <a> [and|to] <b>|Sum <a> and <b>|Take <a>, add <b>]",
    "-": "[Subtract <b> from <a>|Take <b> from <a>|Take <a>, subtract <b>|Take away <b> from <a>]",
    "*": "[Multiply <a> [by|and] <b>|Take <a>, multiply by <b>]",
    "/": "[Divide <a> by <b>|Take <a>, divide by <b>]",
}
_BEGIN = "[Start with|Begin with|Start at|Take|Starting from|Start from]"
_COMPARED = {
    ">": "[greater than|more than|bigger than|larger than|above|higher than|over]",
    "<": "[less than|smaller than|below|lower than|fewer than|under]",
    "==": "[equal to|the same as|equals|identical to]",
    ">=": "[at least|greater than or equal to|no less than|not less than]",
    "<=": "[at most|less than or equal to|no more than|not more than|not greater than]",
    "!=": "[not equal to|different from|unequal to]",
}
_HAD = "[had|has|owned|got]"
_GOT = "[got|bought|found|received|won|picked|made|collected|earned]"
_LOST = "[gave away|lost|sold|used|broke|donated|threw away|dropped|ate]"
_EVENTS = {
    "+": f"[{{p}} {_GOT} <?> more[ {{x}}|].|Then {{p}} {_GOT} <?> [more|more {{x}}|other {{x}}]."
    f"|{{Q}} gave {{po}} <?> more[ {{x}}|].|{{p}} later {_GOT} another <?>[ {{x}}|].]",
    "-": f"[{{p}} {_LOST} <?>[ of them| {{x}}|].|Then {{p}} {_LOST} <?>[ {{x}}| of them]."
    f"|{{p}} gave <?> [of them |{{x}} |]to {{Q}}.|{{p}} later {_LOST} <?>[ {{x}}|].]",
}
_END = (
    "[How many {x} does {p} have [now|left|in the end]?|How many {x} does {P} have [now|left]?"
    "|How many {x} are there now?|How many {x} did {P} end up with?]"
)
_RIDE = {
    "+": "[<?> [people |more people |]got on[ at the next stop|].|At the next stop <?> [people |]got on.]",
    "-": "[<?> [people |]got off[ at the next stop|].|At the next stop <?> [people |]got off.]",
}


def templates() -> list[Template]:
    """The templates of this file."""
    return [*_chains(), *_comparisons(), *_conditions(), *_events()]


def _grouped(first: str, second: str) -> str:
    """``a first b``, then ``second c``, as the words say it: step by step."""
    return f"(a {first} b) {second} c" if first in "+-" and second in "*/" else f"a {first} b {second} c"


def _chains() -> list[Template]:
    rows: list[Template] = []
    for first, second in product("+-*/", repeat=2):
        expression = _grouped(first, second)
        tail = f"{_THEN} {_SECOND[second]} <c>[.|]"
        for text in (
            f"<a> {_INFIX[first]} <b>{tail}",
            f"{_FIRST[first]}{tail}",
            f"{_BEGIN} <a>[,|.| and] {_SECOND[first]} <b>{tail}",
        ):
            rows.append(Template("", "chain", text, expression, story=False))
    for first, second, third in product("+-*/", "+-*/", "+-*"):
        inner = _grouped(first, second)
        outer = f"({inner}) {third} d" if second in "+-" and third == "*" else f"{inner} {third} d"
        start = f"[Start with <a>, {_SECOND[first]} <b>|<a> {_INFIX[first]} <b>]"
        text = f"{start}{_THEN} {_SECOND[second]} <c>{_THEN} {_SECOND[third]} <d>[.|]"
        rows.append(Template("", "chain", text, outer, ranges={"d": (2, 12)}, story=False))
    return numbered(rows)


def _comparisons() -> list[Template]:
    ask = "[Is it true that|Check if|Check whether|Tell me if|Determine whether|True or false:|]"
    rows: list[tuple[str, str]] = []
    for sign, words in _COMPARED.items():
        rows += [
            (f"[Is|Is the number] <a> {words} <b>?", f"a {sign} b"),
            (f"{ask} <a> is {words} <b>[?|.|]", f"a {sign} b"),
            (f"Is <a> [plus|+] <b> {words} <c>?", f"a + b {sign} c"),
            (f"Is <a> [minus|-] <b> {words} <c>?", f"a - b {sign} c"),
            (f"Is <a> [times|*|multiplied by] <b> {words} <c>?", f"a * b {sign} c"),
            (f"Is the sum of <a> and <b> {words} <c>?", f"a + b {sign} c"),
            (f"Is the product of <a> and <b> {words} <c>?", f"a * b {sign} c"),
            (f"Is <a> {words} <b> [plus|+] <c>?", f"a {sign} b + c"),
        ]
    have = "{P} has <a> {x} and {Q} has <b>. Does {P} have"
    rows += [
        ("Does <a> [equal|match] <b>?", "a == b"),
        ("[Are|Is] <a> and <b> [equal|the same|the same number]?", "a == b"),
        ("[Are|Is] <a> and <b> different?", "a != b"),
        ("[Does|Do] <a> exceed <b>?", "a > b"),
        (f"{have} more {{x}} than {{Q}}?", "a > b"),
        (f"{have} fewer {{x}} than {{Q}}?", "a < b"),
    ]
    return numbered([Template("", "comparison", text, expression, story=False) for text, expression in rows])


def _conditions() -> list[Template]:
    rows: list[Template] = []
    tail = "[otherwise|else|if not,]"
    say = "[give|return|answer|say]"
    for words, sign in (("[greater|more|bigger|larger] than", ">"), ("[less|smaller] than", "<"), ("equal to", "==")):
        for text in (
            f"If <a> is {words} <b>[,|] [then |]<c>[,|] {tail} <d>[.|]",
            f"If <a> is {words} <b>[,|] {say} <c>[,|] {tail} {say} <d>[.|]",
            f"[Give|Return|Take] <c> if <a> is {words} <b>[,|] {tail} <d>[.|]",
        ):
            rows.append(Template("", "conditional", text, f"if a {sign} b then c else d", story=False))
    return numbered(rows)


def _events() -> list[Template]:
    """What happens to a number of things or passengers, two to four times."""
    start = (
        f"[{{P}} {_HAD} <a> {{x}}.|{{P}} started [the day |]with <a> {{x}}.|There were <a> {{x}} in {{P}}'s {{b1}}.]"
    )
    rows: list[Template] = []
    for length in (2, 3, 4):
        for signs in product("+-", repeat=length):
            text, expression = _happen(start, signs, _EVENTS)
            rows.append(Template("", "events", f"{text} {_END}", expression, droppable=True))
    bus = "A bus had <a> [people|passengers] on [it|board]."
    for signs in product("+-", repeat=2):
        text, expression = _happen(bus, signs, _RIDE)
        rows.append(Template("", "events", f"{text} How many [people|passengers] are on the bus now?", expression))
    for text, expression in (
        (f"{{P}} had <a> {{x}}. {{p}} [gave|sold] <b> to {{Q}} and <c> to {{R}}. {_END}", "a - b - c"),
        ("{P} had <a> {x}. {p} [used|ate|lost] <b> on {d} and <c> on {d2}. How many are left?", "a - b - c"),
        (
            "{P} [bought|had] <a> {x}. <b> were {k} and <c> were {k2}. The rest were plain. How many were plain?",
            "a - b - c",
        ),
        (
            "{P} had <a> {x} and {p} [bought|found] <b> more. If {p} [gave|sold] <c> to {Q}, "
            "how many {x} does {p} have left?",
            "a + b - c",
        ),
        (
            "{P} [won|had] <a> tickets. {p} spent <b> on a {art} and later won <c> more. "
            "How many tickets would {p} have?",
            "a - b + c",
        ),
        (
            "{P} [bought|picked] <a> {k} {x} and <b> {k2} {x}. {p} gave <c> of them away. How many {x} does {p} have?",
            "a + b - c",
        ),
        ("{P} picked <a> {x} and {Q} picked <b>[ {x}|]. They ate <c>. How many {x} are left?", "a + b - c"),
        (
            "The temperature was <a> degrees. It rose <b> degrees and then fell <c> degrees. What is it now?",
            "a + b - c",
        ),
    ):
        rows.append(Template("", "events", text, expression))
    return numbered(rows)


def _happen(start: str, signs: tuple[str, ...], events: dict[str, str]) -> tuple[str, str]:
    """A story's text and expression: the start, then what happens, one letter each."""
    text, expression = start, "a"
    for letter, sign in zip("bcde", signs, strict=False):
        text += " " + events[sign].replace("?", letter)
        expression += f" {sign} {letter}"
    return text, expression
