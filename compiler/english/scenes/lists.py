"""Things told in one breath: kinds, days, people in a list, a whole with parts of it, a story told backwards."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past

_SUM = "[in all|altogether|in total|all together|total||]"
_LETTERS = "abcd"


def _breath(parts: list[str], draw: Draw) -> str:
    """A list as it is said: ``x, y and z``, now and then without its comma or with one more."""
    last = draw.pick(" and ", ", and ", " and ")
    return draw.pick(", ", ", ", " , ", ", ").join(parts[:-1]) + last + parts[-1]


def _sums(count: int) -> tuple[str, str]:
    """The sum of all letters, and of all but the second."""
    letters = _LETTERS[:count]
    return " + ".join(letters), " + ".join(letter for letter in letters if letter != "b")


def _several(draw: Draw) -> int:
    return draw.rng.choice((3, 3, 3, 4))


def _colours(draw: Draw) -> Scene:
    """One thing in several colours, or several kinds of one thing."""
    count = _several(draw)
    p, get = draw.person(), draw.verb(draw.pick("buy", "collect", "find", "gain"))
    if draw.rng.random() < 0.6:
        noun = draw.thing().many
        kinds = [f"{draw.color()} {noun}" for _ in range(count)]
        group = noun
    else:
        nouns = draw.things(count)
        kinds, group = [noun.many for noun in nouns], nouns[0].kind.many
    told = _breath([f"<{letter}> {kind}" for letter, kind in zip(_LETTERS, kinds, strict=False)], draw)
    facts = [
        draw.pick(
            f"{p.name} [has|owns|had] {told}.",
            f"{p.name} {past(get)} {told}.",
            f"there are {told} [in {p.name}'s room|on {p.name}'s table|in a drawer].",
            f"{p.name}'s collection [has|holds|is made up of] {told}.",
        ),
        draw.pick(f"{p.name} gave <e> of the {kinds[0]} away.", f"<e> of the {kinds[0]} [broke|were lost|are gone]."),
    ]
    whole, others = _sums(count)
    have = draw.pick(f"does {p.name} have", "are there", f"does {p.name} have")
    rows = [
        ("all", f"How many {group} {have} {_SUM}?", whole),
        ("sum", f"[What is the total number of {group}|How many {group} is that {ALL}]?", whole),
        ("not", f"How many of the {group} are not {kinds[1]}?", others),
        ("two", f"How many {kinds[0]} and {kinds[2]} {have} {ALL}?", "a + c"),
        ("more", f"How many more {kinds[1]} than {kinds[2]} {have}?", "b - c"),
        ("rest", f"How many {kinds[0]} are [left|there now]?", "a - e"),
    ]
    return contrasting(
        "list-kinds",
        facts,
        rows,
        noise=bystanders(draw, p, draw.thing()),
        ranges={"a": (10, 99), "e": (2, 9)},
    )


def _days(draw: Draw) -> Scene:
    """So many on each of several days, in each of several hours, games or rooms."""
    count = _several(draw)
    p, x = draw.person(), draw.thing(draw.pick("", "", "treat"))
    frame = "make_food" if x.kind.name == "treat" else draw.pick("collect", "find", "sell", "make", "buy")
    do = draw.verb(frame)
    where, places = draw.rng.choice(
        (
            ("on {}", ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
            ("in the {}", ["first week", "second week", "third week", "fourth week"]),
            ("in {}", ["March", "April", "May", "June", "July"]),
            ("in the {}", ["morning", "afternoon", "evening", "night"]),
            ("at the {}", ["market", "school", "park", "library", "station"]),
        )
    )
    times = places[:count] if draw.rng.random() < 0.5 else sorted(draw.rng.sample(places, count), key=places.index)
    said = [where.format(time) for time in times]
    parts = [f"<{letter}>{f' {x.many}' * (letter == 'a')} {time}" for letter, time in zip(_LETTERS, said, strict=False)]
    if draw.rng.random() < 0.6:
        facts = [f"{p.name} {past(do)} {_breath(parts, draw)}."]
    else:
        later = [f"{time} it was <{letter}>." for letter, time in zip(_LETTERS[1:], said[1:], strict=False)]
        facts = [f"{p.name} {past(do)} {parts[0]}.", *later]
    whole, others = _sums(count)
    rows = [
        ("all", f"How many {x.many} did {p.name} {do.base} {_SUM}?", whole),
        ("total", f"How many {x.many} is that {ALL}?", whole),
        ("but-one", f"How many {x.many} did {p.name} {do.base} {ALL}, if the ones {said[1]} do not count?", others),
        ("two", f"How many {x.many} did {p.name} {do.base} {said[0]} and {said[2]} {ALL}?", "a + c"),
        ("more", f"How many more {x.many} did {p.name} {do.base} {said[1]} than {said[2]}?", "b - c"),
        (
            "kept",
            after(f"{p.name} gives <e> of all these {x.many} away", f"How many {x.many} does {p.name} have left?"),
            f"{whole} - e",
        ),
    ]
    return contrasting("list-times", facts, rows, noise=bystanders(draw, p, x), ranges={"a": (12, 90), "e": (2, 12)})


def _people(draw: Draw) -> Scene:
    """Each of several people or teams did a part of something."""
    count = _several(draw)
    x = draw.thing(draw.pick("", "", "treat"))
    do = draw.verb("make_food" if x.kind.name == "treat" else draw.pick("collect", "find", "make", "sell"))
    if draw.rng.random() < 0.65:
        names = [person.name for person in draw.people(count)]
    else:
        group = draw.pick("team", "class", "group", "crew")
        names = [f"the {nth} {group}" for nth in ("first", "second", "third", "fourth")[:count]]
    parts = [
        f"{name} {do.past} <{letter}>{f' {x.many}' * (letter == 'a' or draw.rng.random() < 0.3)}"
        for letter, name in zip(_LETTERS, names, strict=False)
    ]
    facts = [f"{_breath(parts, draw)}."] if draw.rng.random() < 0.6 else [f"{part}." for part in parts]
    whole, others = _sums(count)
    all_of = draw.pick("they", "the group", "all of them", "they")
    rows = [
        ("all", f"How many {x.many} did {all_of} {do.base} {_SUM}?", whole),
        ("passive", f"How many {x.many} were {do.participle} {ALL}?", whole),
        ("others", f"How many {x.many} were not {do.participle} by {names[1]}?", others),
        ("two", f"How many {x.many} did {names[0]} and {names[2]} {do.base} {ALL}?", "a + c"),
        ("more", f"How many more {x.many} did {names[1]} {do.base} than {names[0]}?", "b - a"),
        (
            "wanted",
            f"[If they need <t> {x.many}, how many are still missing|They need <t> {x.many}. How many more must they"
            f" {do.base}]?",
            f"t - {whole.replace('+', '-')}",
        ),
    ]
    return contrasting(
        "list-people",
        facts,
        rows,
        always=(0,) if len(facts) == 1 else tuple(range(len(facts))),
        ranges={"a": (5, 60), "b": (5, 60), "c": (5, 60), "d": (5, 60), "t": (250, 400)},
    )


def _rest_of_whole(draw: Draw) -> Scene:
    """A whole is wanted or told, and two parts of it: what the third is."""
    x = draw.thing()
    p = draw.person()
    nth = ("first", "second", "third")
    unit = draw.pick("team", "class", "box", "shop", "bus", "day")
    missing = draw.rng.randrange(3)
    known = [name for place, name in enumerate(nth) if place != missing]
    do = draw.pick("has", "made", "got", "used", "took")
    base = {"has": "have", "made": "make", "got": "get", "used": "use", "took": "take"}[do]
    facts = [
        draw.pick(
            f"{p.name} needs <t> {x.many} [in all|altogether|].",
            f"there are <t> {x.many} for three {unit}{'es' if unit[-1] in 'sx' else 's'}.",
            f"<t> {x.many} [are needed|were ordered|are wanted] for the [party|fair|school|town].",
        ),
        draw.pick(
            f"the {known[0]} {unit} {do} <a> and the {known[1]} {unit} {do} <b>.",
            f"<a> [of them |]were for the {known[0]} {unit}, and <b> were for the {known[1]} one.",
            f"the {known[0]} {unit} {do} <a>[ {x.many}|] while the {known[1]} {do} <b>.",
        ),
    ]
    third = f"the {nth[missing]} {unit}"
    rows = [
        (
            "rest",
            f"[How many {x.many} [should|must|did] {third} {base}"
            f"|How many {x.many} are left for {third}|What is the number of {x.many} for {third}]?",
            "t - a - b",
        ),
        ("still", f"How many {x.many} are [still missing|still to come|left over]?", "t - a - b"),
        ("two", f"How many {x.many} is that for the {known[0]} and the {known[1]} {unit} {ALL}?", "a + b"),
        ("not", f"How many of the <t> {x.many} are not for the {known[0]} {unit}?", "t - a"),
        ("more", f"How many more {x.many} are for the {known[0]} {unit} than for the {known[1]} {unit}?", "a - b"),
    ]
    ranges = {"t": (120, 900), "a": (20, 59), "b": (10, 58)}
    return contrasting("list-rest", facts, rows, always=(0, 1), noise=bystanders(draw, p, x), ranges=ranges)


def _undone(draw: Draw) -> Scene:
    """What was there at first is not told; one change takes, the other adds, and the end is told."""
    p, x = draw.person(), draw.thing()
    lose, gain = draw.verb("lose"), draw.verb("gain")
    takes, adds = f"{past(lose)} <a>[ of them|]", f"{past(gain)} <b> more"
    first, second = draw.rng.choice(((takes, adds), (adds, takes)))
    facts = [
        draw.pick(
            f"{p.name} has a lot of {x.many}.",
            f"{p.name} had some {x.many}.",
            f"{p.name} likes {x.many}.",
            f"{p.name} kept {x.many} in a box.",
        ),
        draw.pick(f"{p.name} {first} and {second}.", f"{p.name} {first}. Then {p.name} {second}."),
        draw.pick(
            f"[after that|now|in the end] {p.name} [has|had] <c>[ {x.many}| left|].",
            f"that left {p.name} with <c> {x.many}.",
            f"there [are|were] <c> {x.many} [now|in the end|after that].",
        ),
    ]
    begin = "[at first|to begin with|to start with|in the beginning|originally|before that]"
    rows = [
        ("first", f"How many {x.many} did {p.name} have {begin}?", "c + a - b"),
        ("were", f"How many {x.many} were there {begin}?", "c + a - b"),
        ("only-lost", f"How many {x.many} would {p.name} have now if none had been {lose.participle}?", "c + a"),
        ("only-gained", f"How many {x.many} would {p.name} have now without the new ones?", "c - b"),
        ("change", f"How many more {x.many} [went than came|were {lose.participle} than came]?", "a - b"),
    ]
    ranges = {"c": (30, 99), "a": (6, 29), "b": (3, 28)}
    return contrasting("list-undone", facts, rows, who=p, always=(0, 1, 2), ranges=ranges)


def _relation_first(draw: Draw) -> Scene:
    """A comparison, then the number that it starts from: who is named first does not say who has more."""
    one, two, three = draw.people(3)
    x = draw.thing()
    do = draw.pick("has", "has", "bought", "found", "collected", "ate")
    base = {"has": "have", "bought": "buy", "found": "find", "collected": "collect", "ate": "eat"}[do]
    if do == "ate":
        x = draw.thing("treat")
    aux = "does" if do == "has" else "did"
    more = draw.rng.random() < 0.5
    word, sign = ("more", "+") if more else ("fewer", "-")
    other = "-" if more else "+"
    known_first = draw.rng.random() < 0.5
    relation = draw.pick(
        f"{one.name} {do} <a> {word} {x.many} than {two.name}.",
        f"{one.name} {do} <a> {x.many} {word} than {two.name}.",
        f"{one.name} {do} <a> {word} than {two.name}.",
    )
    holder, asked, expression = (two, one, f"b {sign} a") if known_first else (one, two, f"b {other} a")
    base_fact = draw.pick(
        f"{holder.name} {do} <b> {x.many}.",
        f"{holder.name} {do} <b>[ {x.many}|].",
        f"altogether {holder.name} {do} <b> {x.many}.",
    )
    facts = [relation, base_fact] if draw.rng.random() < 0.7 else [base_fact, relation]
    facts.append(f"{three.name} {do} <c> {x.many}.")
    rows = [
        ("other", f"How many {x.many} {aux} {asked.name} {base}?", expression),
        ("number", f"What is the number of {x.many} that {asked.name} {do}?", expression),
        ("third-and-known", f"How many {x.many} {aux} {three.name} and {holder.name} {base} {ALL}?", "b + c"),
        (
            "third-and-other",
            f"How many {x.many} {aux} {three.name} and {asked.name} {base} {ALL}?",
            f"{expression} + c",
        ),
        ("both", f"How many {x.many} {aux} {one.name} and {two.name} {base} {ALL}?", f"b + ({expression})"),
        ("third-more", f"How many more {x.many} {aux} {three.name} {base} than {holder.name}?", "c - b"),
    ]
    ranges = {"b": (12, 90), "a": (2, 11), "c": (13, 99)}
    return contrasting("list-relation", facts, rows, ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "list-kinds": _colours,
    "list-times": _days,
    "list-people": _people,
    "list-rest": _rest_of_whole,
    "list-undone": _undone,
    "list-relation": _relation_first,
}
