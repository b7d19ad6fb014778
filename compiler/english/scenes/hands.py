"""Scenes of things that change hands: owners give, lose and get."""

from __future__ import annotations

from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Asked, Maker, Scene


def losing(draw: Draw) -> Scene:
    """Somebody loses some of what they had; the loss is known."""
    p, q, x, verb = draw.person(), draw.person(), draw.thing(), draw.verb("lose")
    has = f"{p.name} [had|has|owned|started with|began with] <a> {x.many}."
    lost = f"[{p.they}|{p.name}|Then {p.they}|Later {p.they}] {verb.past} <b>[ of them| {x.many}| of the {x.many}|]."
    return Scene(
        "losing",
        (has, lost),
        (
            Asked(
                "left",
                f"How many [{x.many} |]does {p.name} have [left|now]?",
                "a - b",
                first=f"How many {x.many} does {p.name} have left if",
            ),
        ),
        noise=(f"{q.name} [has|had] <c> {x.many}.",),
    )


FAMILIES: dict[str, Maker] = {"losing": losing}
