"""Figures as the tables of a card. What is said of every family of problems is summed up; all of it is in the figures
themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

Document = Mapping[str, Any]

_DEEPEST = 5
_LONGEST = 12
"""Groups of rows that a table names; of more, the best and the worst."""
_FEW = 3
"""So many are named as the best, and as the worst."""
_TOTALS = ("all", "rows")
"""What stands among the families and is none."""


def tables(found: Document, name: str, level: int) -> Iterator[str]:
    """A nested document of numbers as markdown: a heading, a table of what is plain in it, a table of each mapping of
    like rows, and what is nested deeper likewise."""
    yield heading(name, level)
    plain = {key: value for key, value in found.items() if _is_plain(value)}
    if plain:
        yield table(("", ""), [(title(key), value) for key, value in plain.items()])
    for key, value in found.items():
        if key in plain or not value:
            continue
        rows = _rows(value)
        if rows is None:
            yield from tables(value, key, level + 1)
        else:
            yield _table_of(key, rows)


def held_out_tables(splits: Mapping[str, Document], name: str, level: int) -> Iterator[str]:
    """The figures that a training leaves of each held-out split, the splits one below the other: answers, baselines,
    the lens, the best and the worst families, and what rejecting rows would be worth."""
    yield heading(f"{name}, on what is held out", level)
    if not splits:
        yield "Not measured.\n"
        return
    answers = [(title(split), found["answers"]) for split, found in splits.items()]
    coverages = list(dict.fromkeys(part for _, found in answers for part in found["coverage"]))
    yield table(
        ("held out", "problems", "right", "abstained", *(f"right of the surest {part}" for part in coverages)),
        [
            (
                split,
                *(found["problems"], found["correct"]["all"], found["abstained"]),
                *(found["coverage"].get(part) for part in coverages),
            )
            for split, found in answers
        ],
    )
    baselines = list(dict.fromkeys(one for _, found in answers for one in found["baselines"]))
    yield table(
        ("baseline", *(split for split, _ in answers)),
        [(one, *(found["baselines"].get(one) for _, found in answers)) for one in baselines],
    )
    yield "Families by their share of right answers; all of them are in `figures.json`.\n"
    yield table(_FAMILIES, [(split, *_extremes(found["correct"])) for split, found in answers])
    yield from _lens_tables({title(split): found for split, found in splits.items()})


_FAMILIES = ("held out", "families", "all right", "none right", "best", "worst")


def _lens_tables(splits: Mapping[str, Document]) -> Iterator[str]:
    yield "The lens on the right programs: operations that it reads as they are, and problems of which it reads all.\n"
    yield table(
        ("held out", "operations", "problems", "operations of programs that were right"),
        [
            (split, found["lens"]["all"], found["lens"]["rows"], found["counterfactual"]["lens_accuracy"])
            for split, found in splits.items()
        ],
    )
    yield "Families by the share of their operations that the lens reads.\n"
    yield table(_FAMILIES, [(split, *_extremes(found["lens"])) for split, found in splits.items()])
    yield "What rejecting answered problems would do.\n"
    ways = [(split, found["counterfactual"], way) for split, found in splits.items() for way in _vetoes(found)]
    yield table(
        ("held out", "rejected by", "problems", "wrong caught", "of wrong", "right lost", "of right"),
        [
            (split, way["by"], way["rejected"], way["caught_share"], whole["wrong"], way["lost_share"], whole["right"])
            for split, whole, way in ways
        ],
    )


def _vetoes(found: Document) -> Sequence[Document]:
    return found["counterfactual"]["vetoes"]


def _extremes(shares: Mapping[str, float]) -> tuple[int | str, ...]:
    """How many families there are, how many of them have all and how many have nothing, the best and the worst few."""
    ranked = sorted(((share, name) for name, share in shares.items() if name not in _TOTALS), key=lambda one: -one[0])
    few = min(_FEW, (len(ranked) + 1) // 2)
    best, worst = ranked[:few], ranked[max(few, len(ranked) - _FEW) :][::-1]
    return (
        len(ranked),
        sum(share == 1.0 for share, _ in ranked),
        sum(share == 0.0 for share, _ in ranked),
        *(", ".join(f"{name} {shown(share)}" for share, name in part) for part in (best, worst)),
    )


def _table_of(key: str, rows: Sequence[tuple[str, Document]]) -> str:
    """One table of like rows; of many groups the best and the worst few."""
    note = ""
    if len(rows) > _LONGEST and all("accuracy" in row for _, row in rows):
        ranked = sorted(rows, key=lambda one: -one[1]["accuracy"])
        note = f"The best and the worst {_FEW} of {len(rows)}; all of them are in `figures.json`.\n\n"
        rows = [*ranked[:_FEW], *ranked[-_FEW:]]
    columns = list(dict.fromkeys(column for _, row in rows for column in row))
    head = (title(key), *(title(column) for column in columns))
    return note + table(head, [(title(label), *(row.get(c) for c in columns)) for label, row in rows])


def _rows(value: Any) -> list[tuple[str, Document]] | None:
    """A mapping or list as the rows of one table, None where it is nested deeper."""
    if isinstance(value, Mapping):
        named = cast(Document, value)
        if all(_is_plain(one) for one in named.values()):
            return [(name, {"value": one}) for name, one in named.items()]
        rows = list(named.items())
    else:
        rows = [(str(place), one) for place, one in enumerate(cast(Sequence[Any], value), 1)]
    flat = all(isinstance(row, Mapping) and all(map(_is_plain, cast(Any, row).values())) for _, row in rows)
    return rows if flat else None


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, int | float | str) for one in cast(list[Any], value))
    return value is None or isinstance(value, bool | int | float | str)


def shown(value: Any) -> str:
    """A figure: shares between 0 and 1 as percent."""
    if isinstance(value, list):
        return " to ".join(shown(one) for one in cast(list[Any], value))
    if isinstance(value, float):
        return f"{100 * value:.1f} %" if 0.0 <= value <= 1.0 else f"{value:.4g}"
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def title(name: str) -> str:
    """The name of a figure for a person."""
    return name.replace("_", " ")


def heading(name: str, level: int) -> str:
    """A heading, no deeper than the fifth level."""
    return f"{'#' * min(level, _DEEPEST)} {title(name)}\n"


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table in markdown, its cells as :func:`shown` has them."""
    cells = [[shown(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in [head, *rows]]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]]) + "\n"
