"""The curves of a training: a file of points, and a picture of them beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from irmill.compiler.base.atomic import replaced, write_file
from irmill.compiler.model.training.checkpoint import Point

CURVES = "curves.jsonl"
PLOT = "curves.png"
SHARE = "right"
"""Measurements whose names end so are shares of right answers; the others are losses."""


def write_curves(folder: Path, points: Sequence[Point]) -> None:
    """Write the folder's curves, whole."""
    write_file(folder / CURVES, "".join(json.dumps(dict(point)) + "\n" for point in points))


def draw_curves(folder: Path, points: Sequence[Point], title: str) -> None:
    """Write the folder's picture: losses, shares of right answers where there are any, and the learning rate."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(name for point in points for name in point if name != "step"))
    panels = {
        "loss": [name for name in names if name != "rate" and not name.endswith(SHARE)],
        "share right": [name for name in names if name.endswith(SHARE)],
        "learning rate": [name for name in names if name == "rate"],
    }
    panels = {label: shown for label, shown in panels.items() if shown}
    if not panels:
        return
    figure = Figure(figsize=(8.0, 2.6 * len(panels)), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, x=0.01, ha="left")
    for place, (label, shown) in enumerate(panels.items(), 1):
        axes = figure.add_subplot(len(panels), 1, place)
        for name in shown:
            found = [(point["step"], point[name]) for point in points if name in point]
            axes.plot([step for step, _ in found], [value for _, value in found], label=name, linewidth=1.2, marker=".")
        axes.set_ylabel(label)
        axes.spines[["top", "right"]].set_visible(False)
        if len(shown) > 1 or shown[0] != "rate":
            axes.legend(frameon=False, fontsize=8)
        if label == "share right":
            axes.set_ylim(0.0, 1.0)
        if place == len(panels):
            axes.set_xlabel("step")
    with replaced(folder / PLOT) as temporary:
        figure.savefig(temporary, format="png", metadata={"Software": None})
