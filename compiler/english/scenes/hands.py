"""Scenes of one owner whose things come and go: each of the three unknowns of one event and of two."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import had, left
from irmill.compiler.english.scenes.contrasts import contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.telling import (
    AT_FIRST,
    NOW,
    event,
    event_some,
    other_owner,
    owns,
    owns_some,
    result,
    then,
)


def losing(draw: Draw) -> Scene:
    """Somebody loses some of what they had, twice."""
    p, x = draw.person(), draw.thing()
    one, two = draw.verb("lose"), draw.verb("lose")
    things, name = x.many, p.name
    facts = (
        owns(p, "a", things),
        event(p, one, "b", things, draw),
        f"[Later|Then|After that|In the evening], {name} {two.past} <c>[ more| of them| more {things}|].",
    )
    rows = (
        ("left", left(name, things), "a - b - c"),
        (
            "first-only",
            f"How many {things} [did {name} have|were left] after {p.they} {one.past} the first ones?",
            "a - b",
        ),
        (
            "gone",
            f"[How many {things} [are gone|did {name} part with] [altogether|in all|in total]?"
            f"|How many fewer {things} does {name} have than {AT_FIRST}?]",
            "b + c",
        ),
        ("more-first", f"How many more {things} did {name} lose the first time than the second time?", "b - c"),
        (
            "back",
            then(
                f"{draw.person().name} gave {name} <d> {things} afterwards",
                f"How many {things} does {name} have {NOW}?",
            ),
            "a - b - c + d",
        ),
    )
    noise = (other_owner(draw, "m", things), f"{name} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("losing", facts, rows, always=(0,), noise=noise)


def gaining(draw: Draw) -> Scene:
    """Somebody gets things twice."""
    p, x = draw.person(), draw.thing()
    one, two = draw.verb("gain"), draw.verb("gain")
    things, name = x.many, p.name
    facts = (
        owns(p, "a", things),
        event(p, one, "b", things, draw, more=True),
        f"[Later|Then|After that|In the evening|The day after], {name} {two.past} <c> [more|more {things}"
        f"|other {things}].",
    )
    lose = draw.verb("lose")
    rows = (
        ("now", had(name, things), "a + b + c"),
        (
            "new",
            f"How many [new |more ]{things} did {name} [get|add to {p.their} {things}] [altogether|in all]?",
            "b + c",
        ),
        ("between", f"How many {things} did {name} have before {p.they} {two.past} the last ones?", "a + b"),
        (
            "grown",
            f"[How many more {things} did {name} get the second time than the first?"
            f"|How many fewer {things} came the first time than the second?]",
            "c - b",
        ),
        ("lost-then", then(f"{name} {lose.past} <d> of all the {things}", had(name, things)), "a + b + c - d"),
    )
    noise = (other_owner(draw, "m", things), f"{name} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("gaining", facts, rows, always=(0,), noise=noise)


def lost_from_some(draw: Draw) -> Scene:
    """What there was before a loss is not known."""
    p, x, lose = draw.person(), draw.thing(), draw.verb("lose")
    things, name = x.many, p.name
    facts = (owns_some(p, things), event(p, lose, "b", things, draw), result(p, "c", things))
    gain = lose.inverse or draw.verb("gain")
    rows = (
        (
            "before",
            f"[How many {things} did {name} have {AT_FIRST}?"
            f"|How many {things} were there before {name} {lose.past} any?"
            f"|What was the number of {things} {AT_FIRST}?|How many did {p.they} start with?]",
            "b + c",
        ),
        ("then-more", then(f"{name} {gain.past} <d> {things} later", had(name, things)), "c + d"),
        ("then-less", then(f"{name} {lose.past} <e> more of them", left(name, things)), "c - e"),
        (
            "compare",
            f"[How many more {things} does {name} have left than {p.they} {lose.past}?"
            f"|By how many is the number of {things} left larger than the number of those that are gone?]",
            "c - b",
        ),
        (
            "lost-both",
            f"{draw.person().name} {lose.past} <f> {things}. How many {things} did the two lose together?",
            "b + f",
        ),
    )
    noise = (other_owner(draw, "m", things), f"{name} also [has|had] <n> {draw.thing(x.kind.name).many}.")
    return contrasting("lost-from-some", facts, rows, always=(0, 1, 2), noise=noise)


def gained_to_some(draw: Draw) -> Scene:
    """What there was before a gain is not known."""
    p, x, gain = draw.person(), draw.thing(), draw.verb("gain")
    things, name = x.many, p.name
    facts = (owns_some(p, things), event(p, gain, "b", things, draw, more=True), result(p, "c", things))
    lose = gain.inverse or draw.verb("lose")
    rows = (
        (
            "before",
            f"[How many {things} did {name} have {AT_FIRST}?"
            f"|How many {things} were there before {name} {gain.past} more?"
            f"|How many {things} had {name} {AT_FIRST}?|What number of {things} did {p.they} start with?]",
            "c - b",
        ),
        ("then-less", then(f"{name} {lose.past} <d> {things} later", left(name, things)), "c - d"),
        ("then-more", then(f"{name} {gain.past} <e> more", had(name, things)), "c + e"),
        ("of-new", f"{name} {lose.past} <f> of the new {things}. How many of the new ones are left?", "b - f"),
        ("goal", f"How many more {things} does {name} need to have <g>?", "g - c"),
    )
    noise = (other_owner(draw, "m", things), f"{name} also [has|had] <n> {draw.thing(x.kind.name).many}.")
    return contrasting("gained-to-some", facts, rows, always=(0, 1, 2), noise=noise)


def lost_some(draw: Draw) -> Scene:
    """How many were lost is not known."""
    p, x, lose = draw.person(), draw.thing(), draw.verb("lose")
    things, name = x.many, p.name
    facts = (owns(p, "a", things), event_some(p, lose, things), result(p, "c", things))
    rows = (
        (
            "lost",
            f"[How many {things} did {name} lose?|How many {things} are gone?"
            f"|How many {things} did {p.they} {lose.base}?"
            f"|How many fewer {things} are there than {AT_FIRST}?]",
            "a - c",
        ),
        ("then-less", then(f"{name} {lose.past} <d> more", left(name, things)), "c - d"),
        ("found-again", then(f"{name} got <e> {things} back", had(name, things)), "c + e"),
        (
            "lost-later",
            f"[Of those that {p.they} {lose.past}, <f> came back.|<f> of the ones that are gone were found again.] "
            f"How many are still gone?",
            "a - c - f",
        ),
        ("goal", f"How many {things} must {name} get to have <g> {things}?", "g - c"),
    )
    noise = (other_owner(draw, "m", things), f"{name} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("lost-some", facts, rows, always=(0, 1, 2), noise=noise)


def gained_some(draw: Draw) -> Scene:
    """How many were gained is not known."""
    p, x, gain = draw.person(), draw.thing(), draw.verb("gain")
    things, name = x.many, p.name
    facts = (owns(p, "a", things), event_some(p, gain, things, more=True), result(p, "c", things))
    lose = draw.verb("lose")
    rows = (
        (
            "new",
            f"[How many {things} did {name} {gain.base}?|How many [more |new |]{things} did {p.they} get?"
            f"|How many of the {things} are new?|By how many did the number of {things} grow?]",
            "c - a",
        ),
        ("then-less", then(f"{name} {lose.past} <d> of them", left(name, things)), "c - d"),
        ("then-more", then(f"{name} got <e> more", had(name, things)), "c + e"),
        ("of-new", f"{name} {lose.past} <f> of the new {things} at once. How many new {things} are left?", "c - a - f"),
        ("two-owners", f"{draw.person().name} has <g> {things}. How many {things} do they have now together?", "c + g"),
    )
    noise = (other_owner(draw, "m", things), f"{name} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("gained-some", facts, rows, always=(0, 1, 2), noise=noise)


def lost_and_gained(draw: Draw) -> Scene:
    """Two events of opposite kinds, told in either order."""
    p, x, lose, gain = draw.person(), draw.thing(), draw.verb("lose"), draw.verb("gain")
    things, name = x.many, p.name
    down, up = event(p, lose, "b", things, draw), event(p, gain, "c", things, draw, more=True)
    order = (down, up) if draw.rng.random() < 0.5 else (up, down)
    rows = (
        ("now", had(name, things), "a - b + c"),
        ("without-gain", f"How many {things} would {name} have if {p.they} had not got any [more |]?", "a - b"),
        ("without-loss", f"How many {things} would {name} have if none of them were gone?", "a + c"),
        (
            "change",
            f"[How many more {things} did {name} lose than {p.they} got?|By how many did the number of {things} fall?]",
            "b - c",
        ),
        ("moved", f"How many {things} came or went [altogether|in all]?", "b + c"),
    )
    noise = (other_owner(draw, "m", things), f"{name} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("lost-and-gained", (owns(p, "a", things), *order), rows, always=(0,), noise=noise)


def change_between(draw: Draw) -> Scene:
    """Of two events, how much the second was is not known."""
    p, x, gain, lose = draw.person(), draw.thing(), draw.verb("gain"), draw.verb("lose")
    things, name = x.many, p.name
    facts = (
        owns(p, "a", things),
        event(p, gain, "b", things, draw, more=True),
        event_some(p, lose, things),
        result(p, "c", things),
    )
    rows = (
        ("lost", f"[How many {things} did {name} {lose.base}?|How many {things} are gone?]", "a + b - c"),
        (
            "most",
            f"[What is the largest number of {things} that {name} had?|How many {things} were there before the loss?]",
            "a + b",
        ),
        ("then-more", then(f"{name} {gain.past} <d> more", had(name, things)), "c + d"),
        ("then-less", then(f"{name} {lose.past} <e> more", left(name, things)), "c - e"),
    )
    noise = (other_owner(draw, "m", things),)
    return contrasting("change-between", facts, rows, always=(0, 1, 2, 3), noise=noise)


def before_told_after(draw: Draw) -> Scene:
    """What is now is told first, what was before after it."""
    p, x, lose, gain = draw.person(), draw.thing(), draw.verb("lose"), draw.verb("gain")
    things, name = x.many, p.name
    facts = (
        f"[{name} [now has|has] <a> {things}[ left|].|There are <a> {things} left in {name}'s [box|bag|room].]",
        f"[Yesterday|This morning|Last week|Earlier today], {name} {lose.past} <b>[ {things}| of {p.their} {things}|].",
        f"[Before|Even before|Some days before] that, {name} had {gain.participle} <c>[ {things}| new {things}|].",
    )
    rows = (
        ("before-loss", f"How many {things} did {name} have before {p.they} {lose.past} any?", "a + b"),
        (
            "before-all",
            f"How many {things} did {name} have before {p.they} [had {gain.participle}|{gain.past}] the new ones?",
            "a + b - c",
        ),
        ("tomorrow", then(f"tomorrow {name} gets <d> {things}", f"How many {things} will {name} have then?"), "a + d"),
        (
            "tomorrow-less",
            then(f"tomorrow {name} gives away <e> {things}", f"How many will {name} have left?"),
            "a - e",
        ),
        ("more-came", f"How many more {things} came than went?", "c - b"),
    )
    noise = (other_owner(draw, "m", things),)
    return contrasting("before-told-after", facts, rows, always=(0, 1), noise=noise)


FAMILIES: dict[str, Maker] = {
    "losing": losing,
    "gaining": gaining,
    "lost-from-some": lost_from_some,
    "gained-to-some": gained_to_some,
    "lost-some": lost_some,
    "gained-some": gained_some,
    "lost-and-gained": lost_and_gained,
    "change-between": change_between,
    "before-told-after": before_told_after,
}
