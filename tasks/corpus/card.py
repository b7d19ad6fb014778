"""The dataset's card: ``README.md`` in the form that the Hugging Face hub reads, figures before words.

Also the table of the backends that the project's own README has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from irmill.compiler.base.answer import SINGLE_TOLERANCE, TOLERANCE
from irmill.tasks.corpus.backends import BACKENDS, Backend, Dataset, datasets
from irmill.tasks.corpus.report import CorpusReport


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a run was made.

    Attributes:
        run: the run's name.
        profile: the profile that was asked for.
        config: the effective configuration, secrets left out.
        commit: the commit of the code, ``-dirty`` added where files differ from it; empty where there is no git.
        versions: package (or ``model``, ``engine``) to version.
    """

    run: str
    profile: str
    config: Mapping[str, Any]
    commit: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DataFile:
    """One data file: its path in the dataset, what it holds, and the digest of its bytes."""

    path: str
    config: str
    split: str
    rows: int
    sha256: str


def write_card(
    file: Path,
    files: Sequence[DataFile],
    report: CorpusReport,
    licence: str,
    provenance: Provenance,
    backends: Sequence[Backend] = BACKENDS,
) -> None:
    """Write the card beside the data."""
    plots = sorted(path.name for path in (file.parent / "plots").glob("*.png"))
    sections = [
        _front_matter(files, licence, backends),
        "# irmill: verified multi-IR corpus\n\nOne program, many IRs, one answer. Every row was executed, and every"
        " backend that can express a program gave the same answer.",
        _contents(datasets(backends), files),
        _answers(report, backends),
        _stage_table(report),
        _lens(report),
        "\n\n".join(f"![{name.removesuffix('.png')}](plots/{name})" for name in plots),
        _made(provenance),
        _limits(backends),
    ]
    file.write_text("\n\n".join(section for section in sections if section) + "\n", encoding="utf-8")


def markdown_table(header: Sequence[str], rows: Iterator[Sequence[object]] | Sequence[Sequence[object]]) -> str:
    """A table in markdown; vertical bars and line breaks in cells are made harmless."""
    lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
    for row in rows:
        cells = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def backends_table(backends: Sequence[Backend] = BACKENDS) -> str:
    """The backends as markdown, for a reader of the project."""
    rows = [
        [
            backend.name,
            backend.form,
            f"`{backend.stage}`",
            f"`{backend.value.name}`",
            f"{TOLERANCE:.0e}" + (f", {SINGLE_TOLERANCE:.0e} in float32" if backend.precision else ""),
            f"`{backend.dataset.name}`",
        ]
        for backend in backends
    ]
    return markdown_table(["backend", "a program becomes", "stage", "its answer", "may be off by", "config"], rows)


def _front_matter(files: Sequence[DataFile], licence: str, backends: Sequence[Backend]) -> str:
    configs: list[dict[str, Any]] = []
    for dataset in datasets(backends):
        splits = list(dict.fromkeys(file.split for file in files if file.config == dataset.name))
        paths = [{"split": split, "path": f"data/{dataset.name}/{split}-*.parquet"} for split in splits]
        if paths:
            configs.append({"config_name": dataset.name, "data_files": paths})
    if configs:
        configs[0]["default"] = True
    matter = {
        "license": licence,
        "language": ["en"],
        "pretty_name": "irmill: verified multi-IR corpus",
        "tags": ["code", "compiler", *(tag for backend in backends for tag in backend.tags)],
        "size_categories": [_size(sum(file.rows for file in files))],
        "configs": configs,
    }
    return f"---\n{yaml.safe_dump(matter, sort_keys=False).strip()}\n---"


def _size(rows: int) -> str:
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")):
        if rows < limit:
            return name
    return "1M<n<10M"


def _contents(configs: Sequence[Dataset], files: Sequence[DataFile]) -> str:
    rows: list[Sequence[object]] = []
    for dataset in configs:
        counts: dict[str, int] = {}
        for file in files:
            if file.config == dataset.name and file.path.endswith(".parquet"):
                counts[file.split] = counts.get(file.split, 0) + file.rows
        if counts:
            shown = (counts.get(split, 0) for split in ("train", "validation", "test"))
            rows.append([f"`{dataset.name}`", dataset.about, *shown])
    by_template = ", ".join(f"`{dataset.name}`" for dataset in configs if dataset.group is None)
    by_structure = ", ".join(f"`{dataset.name}`" for dataset in configs if dataset.group is not None)
    note = (
        f"Splits never share a template ({by_template}: the pattern a prompt was made by) or a structure"
        f" ({by_structure}: the form without its numbers)."
    )
    return "\n\n".join(
        ["## Contents", markdown_table(["config", "rows are", "train", "validation", "test"], rows), note]
    )


def _answers(report: CorpusReport, backends: Sequence[Backend]) -> str:
    if not report.programs:
        return ""
    rows = [[backend, count] for backend, count in report.answered.items()]
    parts = [
        "## Answers",
        f"{report.programs:,} programs, {report.complete:,} of them in every form.",
        markdown_table(["backend", "programs answered"], rows),
    ]
    for title, counts in (("UNSUPPORTED", report.unsupported), ("INEXACT", report.inexact)):
        if counts:
            parts.append(f"{title}: " + ", ".join(f"{count:,} in {stage}" for stage, count in counts.items()) + ".")
    if report.disagreements:
        parts.append("Backends disagreed on these programs, which are left out:")
        parts.append("\n".join(f"- {line}" for line in report.disagreements))
    else:
        parts.append("No two backends disagreed on any program.")
    if report.engines:
        parts.append("Executed by: " + ", ".join(f"{name} ({count:,})" for name, count in report.engines.items()) + ".")
    if report.blocks:
        saved = sum(report.cycles_before) - sum(report.cycles_after)
        share = saved / max(sum(report.cycles_before), 1)
        names = " and ".join(backend.name for backend in backends if backend.costs is not None)
        parts.append(
            f"{report.improved:,} of {report.blocks:,} {names} programs got faster: {share:.1%} of all cycles saved."
        )
    return "\n\n".join(parts)


def _stage_table(report: CorpusReport) -> str:
    rows = [
        [
            stage.stage,
            f"{stage.rows_in:,}",
            f"{stage.rows_out:,}",
            ", ".join(f"{count:,} {reason}" for reason, count in stage.reasons.items()) or "-",
        ]
        for stage in report.stages
    ]
    return "## Stages\n\n" + markdown_table(["stage", "rows in", "rows out", "rejected, by reason"], rows)


def _lens(report: CorpusReport) -> str:
    lens = report.lens
    if lens is None:
        return ""
    rows = [
        [way.by, f"{way.rejected:.0f}", f"{way.caught:.1f}".removesuffix(".0"), f"{way.lost:.1f}".removesuffix(".0")]
        for way in lens.vetoes
    ]
    text = (
        f"Of {lens.right + lens.wrong:,} English rows with a known answer {lens.wrong:,} were misread. What rejecting"
        " the rows does on which the classifier and the canonical text name different operations, and what other ways"
        " to reject would do:"
    )
    header = ["rejected by", "rows", "wrong rows caught", "right rows lost"]
    return "\n\n".join(["## What the classifier is worth", text, markdown_table(header, rows)])


def _made(provenance: Provenance) -> str:
    versions = markdown_table(["part", "version"], [[name, version] for name, version in provenance.versions.items()])
    config = yaml.safe_dump(dict(provenance.config), sort_keys=False).strip()
    commit = f" at commit `{provenance.commit}`" if provenance.commit else ""
    return "\n\n".join(
        [
            "## How it was made",
            f"`irmill run --profile {provenance.profile}`{commit}, run `{provenance.run}`.",
            versions,
            f"<details><summary>Effective configuration</summary>\n\n```yaml\n{config}\n```\n\n</details>",
        ]
    )


def _limits(backends: Sequence[Backend]) -> str:
    lines = [
        "Prompts are made by templates and a grammar; they are no sample of what people write.",
        *(limit for backend in backends for limit in backend.limits),
        "A backend that cannot express a program leaves its columns null.",
    ]
    return "\n\n".join(["## Limits", "\n".join(f"- {line}" for line in lines)])
