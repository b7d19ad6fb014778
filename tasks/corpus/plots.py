"""The card's plots, as PNG: rejects by reason, rows by stage, operations, cycles before and after optimization."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from irmill.tasks.corpus.report import CorpusReport

WIDTH = 8.0
MOST_BARS = 24
COLOR, OTHER = "#3b6ea5", "#b04a3a"


def draw_plots(report: CorpusReport, folder: Path) -> None:
    """Write one PNG a plot; a plot without data is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    reasons: Counter[str] = Counter()
    for stage in report.stages:
        reasons.update({f"{stage.stage}: {reason}": count for reason, count in stage.reasons.items()})
    ranked = reasons.most_common(MOST_BARS)
    _bars(folder / "rejects.png", "Rejected rows by stage and reason", [n for n, _ in ranked], [c for _, c in ranked])
    _stage_rows(folder / "stages.png", report)
    names = list(report.operations)[:MOST_BARS]
    _bars(folder / "operations.png", "Operations of executed programs", names, [report.operations[n] for n in names])
    _cycles(folder / "cycles.png", report)


def _axes(title: str, rows: int) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, max(2.4, 0.28 * rows + 1.0)), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _bars(file: Path, title: str, names: Sequence[str], counts: Sequence[int]) -> None:
    if not names:
        return
    figure, axes = _axes(title, len(names))
    drawn = axes.barh(range(len(names)), counts, color=COLOR)
    axes.bar_label(drawn, padding=3, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("rows")
    figure.savefig(file, metadata={"Software": None})


def _stage_rows(file: Path, report: CorpusReport) -> None:
    figure, axes = _axes("Rows by stage", len(report.stages))
    places = range(len(report.stages))
    out = [stage.rows_out for stage in report.stages]
    rejected = [sum(stage.reasons.values()) for stage in report.stages]
    axes.barh(places, out, color=COLOR, label="out")
    axes.barh(places, rejected, left=out, color=OTHER, label="rejected")
    axes.set_yticks(places, [stage.stage for stage in report.stages], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("rows")
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Software": None})


def _cycles(file: Path, report: CorpusReport) -> None:
    if not report.cycles_before:
        return
    figure, axes = _axes("Cycles of TASM programs", 12)
    axes.scatter(report.cycles_before, report.cycles_after, s=8, alpha=0.4, color=COLOR)
    low, high = min(report.cycles_before), max(report.cycles_before)
    axes.plot([low, high], [low, high], color=OTHER, linewidth=1, label="no change")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("before")
    axes.set_ylabel("after")
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Software": None})
