"""Scenes of games: points, rounds, lives, halves, laps and seasons."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def two_games(draw: Draw) -> Scene:
    """Two players in two games; a round has points that are told, too."""
    who, rival = draw.people(2)
    name, other, score = who.name, rival.name, draw.verb("score")
    thing = draw.pick("points", "points", "goals", "runs")
    first, second = draw.rng.choice((("first", "second"), ("morning", "evening"), ("opening", "last")))
    facts = (
        f"[In the {first} game {name} {score.past} <a> {thing}.|{name} {score.past} <a> {thing} in the {first} game.]",
        f"[<b> {thing} were {score.participle} by {name} in the {second} game.|{name} {score.past} <b> {thing} "
        f"in the {second} game."
        f"|<b> {thing} for {name} came in the {second} game.]",
        f"[{other} {score.past} <c> {thing} in the {first} game.|In the {first} game {other} "
        f"{score.past} <c> {thing}.]",
        f"[{other} {score.past} <d> {thing} in the {second} game.|<d> {thing} in the {second} game were {other}'s.]",
    )
    rows = (
        (
            "per-quarter",
            f"The {first} game had <n> parts, and {name} had the same in each. How many {thing} was that in each part?",
            "a / n",
        ),
        ("own-total", f"How many {thing} did {name} {score.base} in the two games {ALL}?", "a + b"),
        ("rival-total", f"How many {thing} did {other} {score.base} {ALL}?", "c + d"),
        ("one-game", f"How many {thing} did {name} and {other} {score.base} together in the {first} game?", "a + c"),
        ("other-game", f"What was the sum of their {thing} in the {second} game?", "b + d"),
        (
            "total-lead",
            f"[By how many {thing} did {name} beat {other} over both games?"
            f"|Over the two games, how many more {thing} did {name} {score.base} than {other}?]",
            "(a + b) - (c + d)",
        ),
        (
            "game-lead",
            f"[How many more {thing} did {name} {score.base} than {other} in the {second} game?"
            f"|By how many {thing} was {name} ahead of {other} in the {second} game?]",
            "b - d",
        ),
        (
            "improved",
            f"[How many more {thing} did {name} {score.base} in the {second} game than in the {first}?"
            f"|By how many {thing} did {name} improve from the {first} game to the {second}?]",
            "b - a",
        ),
        ("everything", f"How many {thing} were {score.participle} by both in the two games {ALL}?", "a + b + c + d"),
    )
    return story(draw, "two-games", facts, rows, who=who, shuffle=True, noise=_arena(draw), ranges=_scores(draw))


def points_per_round(draw: Draw) -> Scene:
    """The same points in every round, two players, points that are lost again."""
    who, rival = draw.people(2)
    name, other, score = who.name, rival.name, draw.verb("score")
    part = draw.pick("round", "game", "level", "match")
    parts = f"{part}es" if part == "match" else f"{part}s"
    facts = (
        f"[{name} played <a> {parts}.|{name} took part in <a> {parts}.|There were <a> {parts} for {name}.]",
        f"[In each {part} {name} {score.past} <b> points.|{name} {score.past} <b> points in every {part}."
        f"|{who.they} {score.past} <b> points each {part}.]",
        f"[{other} played <c> {parts}.|{other} had played only <c> {parts}.]",
        f"[{other} {score.past} <d> points in each {part}.|Each {part} brought {other} <d> points.]",
        f"[At the end {name} lost <e> points for a foul.|<e> points were taken from {name} for a mistake.]",
    )
    rows = (
        ("points", f"How many points did {name} {score.base} in the {parts} {ALL}?", "a * b"),
        ("rival-points", f"How many points did {other} {score.base} {ALL}?", "c * d"),
        ("final", f"How many points did {name} have when all was over?", "a * b - e"),
        (
            "lead",
            f"[Without any foul, how many more points did {name} {score.base} than {other}?"
            f"|Before any points were taken away, by how many was {name} ahead of {other}?]",
            "a * b - c * d",
        ),
        ("final-lead", f"In the end, how many points more than {other} did {name} have?", "a * b - e - c * d"),
        ("rounds", f"How many {parts} did the two of them play {ALL}?", "a + c"),
        ("per-round", f"How many more points did {name} {score.base} than {other} in each {part}?", "b - d"),
        (
            "goal",
            f"[To win a medal, {name} needs <m> points {ALL}. How many {parts} like these does that take?"
            f"|How many such {parts} would {name} have to play for <m> points?]",
            "m / b",
        ),
    )
    ranges = {"a": (4, 12), "b": (5, 30), "c": (2, 9), "d": (2, 20), "e": (2, 15), "m": (40, 400)}
    return story(draw, "points-per-round", facts, rows, who=who, ranges=ranges, always=(0,), noise=_arena(draw))


def lives(draw: Draw) -> Scene:
    """Lives in a video game: lost at hard parts, won at the next level."""
    who, friend = draw.people(2)
    name, gain, lose = who.name, draw.verb("score"), draw.pick("lost", "lost", "used up")
    what = draw.pick("lives", "hearts", "energy stars")
    facts = (
        f"[{name} started a video game with <a> {what}.|At the start of the game {name} had <a> {what}."
        f"|In a video game {name} had <a> {what}.]",
        f"[In a hard part {name} {lose} <b> {what}.|[{name}|{who.they}] {lose} <b> {what} on the way."
        f"|A dragon took <b> {what} from {who.them}.]",
        f"[In the next level {who.they} {gain.past} <c> more.|Then {name} {gain.past} <c> {what} in a secret room."
        f"|On the next level {name} {gain.past} <c> {what}.]",
        f"[{friend.name}, who played as well, had <d> {what} at the end.|{friend.name} finished the "
        f"game with <d> {what}.]",
    )
    rows = (
        ("now", f"How many {what} did {name} have at the end?", "a - b + c"),
        ("low", f"How many {what} did {name} have before the next level?", "a - b"),
        ("gain", f"How many more {what} did {name} win than lose in the game?", "c - b"),
        ("loss", f"If nothing had been lost, how many {what} would {name} have had at the end?", "a + c"),
        ("than-friend", f"How many more {what} than {friend.name} did {name} have at the end?", "a - b + c - d"),
        (
            "fewer",
            f"How many fewer {what} did {friend.name} have at the end than {name} at the start?",
            "a - d",
        ),
    )
    ranges = {"a": (30, 99), "b": (3, 28), "c": (4, 40), "d": (2, 29)}
    return story(draw, "video-game-lives", facts, rows, who=who, ranges=ranges, always=(0, 1), noise=_arena(draw))


def lives_unknown(draw: Draw) -> Scene:
    """The same game, told backwards: what was there at first, or what was lost, is not known."""
    who = draw.person()
    name, gain = who.name, draw.verb("score")
    what = draw.pick("lives", "coins", "gold bars", "magic stones")
    facts = (
        f"[In a computer game {name} had some {what}.|{name} began a computer game with a few {what}.]",
        f"[On the bridge [{name}|{who.they}] lost <a> {what}.|[{name}|{who.they}] lost <a> {what} on the bridge.]",
        f"[In the castle {who.they} {gain.past} <b> {what}.|Then {name} {gain.past} <b> more in the castle.]",
        f"[After that {name} had <c> {what}.|That made <c> {what}.|Now {name} has <c> {what}.]",
        f"[The high score of the game is <d> {what}.|The winner of last year had <d> {what}.]",
    )
    rows = (
        (
            "at-first",
            f"[How many {what} did {name} have at the beginning?|With how many {what} did {name} start?"
            f"|How many {what} were there before the bridge?]",
            "c - b + a",
        ),
        ("before-castle", f"How many {what} did {name} have just before the castle?", "c - b"),
        (
            "missing",
            f"How many more {what} does {name} need to have as many as that?",
            "d - c",
        ),
        ("net", f"How many {what} more were won in the castle than lost on the bridge?", "b - a"),
    )
    ranges = {"a": (3, 30), "b": (5, 40), "c": (45, 90), "d": (91, 300)}
    return story(draw, "game-backwards", facts, rows, who=who, ranges=ranges, always=(0, 1, 2, 3), noise=_arena(draw))


def halves(draw: Draw) -> Scene:
    """Two teams, two halves, and a goal that does not count."""
    first, second = draw.rng.sample(
        ("Falcons", "Comets", "Rockets", "Bears", "Eagles", "Hornets", "Lions", "Sharks"), 2
    )
    score, thing = draw.verb("score"), draw.pick("points", "points", "baskets")
    facts = (
        f"[The {first} {score.past} <a> {thing} in the first half.|In the first half the {first} "
        f"{score.past} <a> {thing}.]",
        f"[In the second half the {first} {score.past} <b> {thing}.|The {first} {score.past} another "
        "<b> in the second half.]",
        f"[The {second} {score.past} <c> {thing} in the first half.|In the first half, the {second} "
        f"{score.past} <c> {thing}.]",
        f"[The {second} {score.past} <d> {thing} in the second half.|In the second half the {second} "
        f"{score.past} <d> {thing}.]",
        f"[After the game a referee took <e> {thing} away from the {first}.|In the end <e> {thing} of "
        f"the {first} were not counted.]",
    )
    rows = (
        (
            "first-total",
            f"How many {thing} did the {first} {score.base} in the first and the second half {ALL}?",
            "a + b",
        ),
        (
            "final-lead",
            f"[With all that was {score.participle} counted, by how many {thing} did the {first} beat the {second}?"
            f"|In the two halves, how many more {thing} did the {first} {score.base} than the {second}?]",
            "a + b - (c + d)",
        ),
        ("counted", f"How many {thing} counted for the {first} in the end?", "a + b - e"),
        ("half-lead", f"By how many {thing} were the {first} ahead of the {second} after the first half?", "a - c"),
        ("half-total", f"How many {thing} did both teams {score.base} in the first half {ALL}?", "a + c"),
        (
            "second-half-more",
            f"How many more {thing} did the {second} {score.base} in the second half than in the first?",
            "d - c",
        ),
        (
            "caught-up",
            f"In the second half, how many more {thing} than the {first} did the {second} {score.base}?",
            "d - b",
        ),
    )
    ranges = {"a": (30, 60), "b": (10, 30), "c": (8, 29), "d": (11, 40), "e": (2, 9)}
    return story(draw, "two-halves", facts, rows, ranges=ranges, shuffle=True, noise=_arena(draw), always=(0,))


def treasures(draw: Draw) -> Scene:
    """A game with treasures on two levels, all worth the same, and enemies that are not asked about."""
    who, find = draw.person(), draw.verb("find")
    name = who.name
    thing = draw.pick("treasure", "jewel", "golden egg", "crown")
    things = f"{thing}s"
    facts = (
        f"[In a game, {name} gets <a> points for each {thing}.|Every {thing} in {name}'s game is worth <a> points."
        f"|A computer game gives {name} <a> points for every {thing}.]",
        f"[{name} {find.past} <b> {things} on the first level.|On the first level {who.they} "
        f"{find.past} <b> {things}.]",
        f"[On the second level {name} {find.past} <c> {things}.|On the second level {who.they} {find.past} <c>.]",
        f"[There were <d> {things} on the first level.|The first level hides <d> {things}.]",
        f"[{name} also met <e> trolls.|<e> trolls tried to stop {who.them}.]",
    )
    rows = (
        ("score", f"What was {name}'s score for the {things} of both levels?", "(b + c) * a"),
        ("first-score", f"How many points did {name} get on the first level?", "b * a"),
        ("found", f"How many {things} did {name} {find.base} {ALL}?", "b + c"),
        ("missed", f"How many {things} of the first level did {name} not {find.base}?", "d - b"),
        ("missed-points", f"How many points did {name} miss on the first level?", "(d - b) * a"),
        ("more-points", f"How many more points did {name} get on the first level than on the second?", "(b - c) * a"),
        (
            "more-found",
            f"How many more {things} did {name} {find.base} on the first level than on the second?",
            "b - c",
        ),
    )
    ranges = {"a": (2, 20), "b": (4, 15), "c": (2, 12), "d": (16, 30), "e": (2, 20)}
    return story(draw, "treasures", facts, rows, who=who, ranges=ranges, always=(0, 1), noise=_arena(draw))


def season(draw: Draw) -> Scene:
    """Games that a team won, lost and drew, and the tickets for each."""
    place = draw.place()
    facts = (
        f"[The {place} team played <a> games this year.|This year the team of the {place} played <a> games.]",
        "[It won <b> of them.|The team won <b> games.|<b> games were won.]",
        "[<c> games ended in a draw.|In <c> games nobody won.]",
        "[Last year the team played <d> games.|The year before there were <d> games.]",
        "[Each win brings <e> points.|For each game that is won the team gets <e> points.]",
        "[Last year it won <m> games.|Last year <m> games were won.]",
    )
    rows = (
        (
            "per-month",
            "The games of this year were spread evenly over <n> months. How many were there each month?",
            "a / n",
        ),
        (
            "lost",
            "[How many games did the team lose this year?|How many of this year's games were lost?]",
            "a - b - c",
        ),
        ("not-won", "How many games did the team not win this year?", "a - b"),
        ("points", "How many points did the wins of this year bring?", "b * e"),
        ("years", f"How many games did the team play in the two years {ALL}?", "a + d"),
        ("more-games", "How many more games were played this year than last year?", "a - d"),
        ("more-wins", "How many more games did the team win this year than last year?", "b - m"),
        ("wins", f"How many games did the team win {ALL} in the two years?", "b + m"),
        ("lost-last-year", "No game of last year was a draw. How many were lost last year?", "d - m"),
    )
    ranges = {"a": (30, 80), "b": (12, 22), "c": (2, 7), "d": (20, 29), "e": (2, 6), "m": (4, 11)}
    return story(draw, "season", facts, rows, ranges=ranges, always=(0, 1, 2), noise=_arena(draw))


def _arena(draw: Draw) -> tuple[str, ...]:
    """What is told about a game and never matters."""
    one, two = draw.people(2)
    return (
        f"[{one.name} scored <p> points last week.|{one.name} had <p> points after a minute.]",
        "[<q> people watched.|There were <q> people who watched.]",
        f"[{two.name} came in last with <r> points.|{two.name} had <r> points.]",
        "[It all took <s> minutes.|The break took <s> minutes.|A ticket costs $<s>.|One of them is <s> years old.]",
    )


def _scores(draw: Draw) -> dict[str, tuple[int, int]]:
    scale = draw.rng.choice((1, 1, 2, 5))
    low, high = (10 * scale, 40 * scale), (2 * scale, 30 * scale)
    return {"a": low, "b": low, "c": high, "d": high}


FAMILIES: dict[str, Maker] = {
    "two-games": two_games,
    "points-per-round": points_per_round,
    "video-game-lives": lives,
    "game-backwards": lives_unknown,
    "two-halves": halves,
    "treasures": treasures,
    "season": season,
}
