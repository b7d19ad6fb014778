"""Write the dataset, ``data/<config>/<split>-00000-of-0000N.parquet`` with card, plots and report: all or nothing.

The folder is filled under a temporary name and renamed. Data files are a function of the entries alone: the same
entries give the same bytes, and a run that exports what an earlier one did links that one's files.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field, TypeAdapter

from irmill.compiler.base.splits import STRUCTURES, Split
from irmill.compiler.base.stage import Section
from irmill.tasks.corpus.backends import BACKENDS, Backend, Dataset, datasets
from irmill.tasks.corpus.card import DataFile, Provenance, write_card
from irmill.tasks.corpus.report import CorpusReport, make_report
from irmill.tasks.imports import code_digests
from irmill.tasks.store.filesystem import file_digest
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store

SPLITS = tuple(split.value for split in (Split.TRAIN, Split.VALIDATION, Split.TEST))
_DIGEST = re.compile(r"[0-9a-f]{8,64}")
INDEX = "export.json"
REPORT = "report.json"
CARD = "README.md"

OWN_CODE = frozenset({"irmill.compiler", "irmill.tasks"})


class ExportConfig(Section):
    """How the dataset is written.

    Attributes:
        rows_per_file: rows of one Parquet file of the dataset.
        plots: draw the card's plots.
        licence: the licence that the card names.
    """

    rows_per_file: int = Field(default=50_000, ge=1)
    plots: bool = True
    licence: str = "apache-2.0"


@dataclass(frozen=True, slots=True)
class Export:
    """A finished dataset: where it lies, its key, its files, and whether an earlier run's files were used."""

    path: Path
    key: str
    files: tuple[DataFile, ...]
    cached: bool
    report: CorpusReport

    @property
    def rows(self) -> int:
        """Rows of all data files."""
        return sum(file.rows for file in self.files)


def export_key(keys: Mapping[str, str], config: ExportConfig, formats: Sequence[str] = ("parquet",)) -> str:
    """The key of a dataset, of the keys of its stages: equal keys, equal bytes in every data file and plot."""
    parts = {
        "stages": dict(sorted(keys.items())),
        "config": config.model_dump(mode="json"),
        "formats": sorted(formats),
        "code": code_digests("irmill.tasks.corpus.export:export_dataset", OWN_CODE),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def find_export(exports: Path, key: str) -> Path | None:
    """The newest dataset of this key whose files all have their recorded digest."""
    for index in sorted(exports.glob(f"[!.]*/{INDEX}"), reverse=True):
        record = read_index(index)
        if record is None or record.get("key") != key:
            continue
        files = ((index.parent / name, digest) for name, digest in record["files"].items())
        if all(file.is_file() and file_digest(file) == digest for file, digest in files):
            return index.parent
    return None


def export_dataset(
    store: Store,
    refs: Mapping[str, ArtifactRef],
    config: ExportConfig,
    provenance: Provenance,
    *,
    formats: Sequence[str] = ("parquet",),
    force: bool = False,
    backends: Sequence[Backend] = BACKENDS,
) -> Export:
    """Write the dataset of a run to ``exports/<run>/``; what is there under that name is replaced.

    Args:
        refs: every stage of the run to its entry; a dataset whose stage is not among them is left out.
        formats: ``parquet``, and ``jsonl`` beside it where asked for.
        force: write the data anew though an earlier run's is whole.
    """
    target = store.layout.exports / provenance.run
    key = export_key({name: ref.key for name, ref in refs.items()}, config, formats)
    earlier = None if force else find_export(store.layout.exports, key)
    building = target.with_name(f".{provenance.run}.{os.getpid()}.tmp")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        if earlier is not None:
            files, report = _link_earlier(earlier, building)
        else:
            files = tuple(_write_all(store, refs, config, formats, building, datasets(backends)))
            report = make_report(store, refs, backends)
            text = json.dumps(asdict(report), indent=1, sort_keys=True) + "\n"
            (building / REPORT).write_text(text, encoding="utf-8")
            if config.plots:
                from irmill.tasks.corpus.plots import draw_plots

                draw_plots(report, building / "plots")
            _write_index(building, key, files)
        write_card(building / CARD, files, report, config.licence, provenance, backends)
        _publish(building, target)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Export(target, key, files, earlier is not None, report)


def _write_all(
    store: Store,
    refs: Mapping[str, ArtifactRef],
    config: ExportConfig,
    formats: Sequence[str],
    folder: Path,
    configs: Sequence[Dataset],
) -> Iterator[DataFile]:
    for dataset in configs:
        if dataset.stage not in refs:
            continue
        table = store.table(refs[dataset.stage])
        splits = _splits(dataset, store.open(refs[dataset.stage]))
        for split in SPLITS:
            chosen = table.filter(pa.array([name == split for name in splits], pa.bool_()))
            for name in sorted(formats):
                yield from _write_split(dataset, split, chosen, config.rows_per_file, name, folder)


def _splits(dataset: Dataset, rows: pl.LazyFrame) -> list[str]:
    """The split of every row, in order.

    Generated kernels and blocks are held out by whole families, as their generators say. What is lowered from programs
    repeats the same structures under many programs, so there the structure decides, not the program.
    """
    if dataset.group is None:
        return [str(split) for split in rows.select("split").collect()["split"]]
    chosen = rows.select("source", "split", pl.col(dataset.group).alias("group")).collect()
    return [_split(str(row["source"]), str(row["split"]), str(row["group"])) for row in chosen.iter_rows(named=True)]


def _split(source: str, split: str, group: str) -> str:
    return Split(split).exported if source == "generated" else STRUCTURES.split_of(structure(group))


def structure(text: str) -> str:
    """A text without its numbers: equal for forms of one structure."""
    return re.sub(r"[0-9]+(\.[0-9]+)?", "0", text) if not _DIGEST.fullmatch(text) else text


def _write_split(
    dataset: Dataset, split: str, table: pa.Table, rows_per_file: int, suffix: str, folder: Path
) -> Iterator[DataFile]:
    pieces = -(-table.num_rows // rows_per_file)
    for piece in range(pieces):
        rows = table.slice(piece * rows_per_file, rows_per_file)
        path = f"data/{dataset.name}/{split}-{piece:05d}-of-{pieces:05d}.{suffix}"
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if suffix == "parquet":
            pq.write_table(rows, file, compression="zstd", version="2.6", store_schema=False)
        else:
            lines = "".join(json.dumps(_plain(row)) + "\n" for row in rows.to_pylist())
            file.write_text(lines, encoding="utf-8")
        yield DataFile(path, dataset.name, split, rows.num_rows, file_digest(file))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}


def _write_index(folder: Path, key: str, files: Sequence[DataFile]) -> None:
    """The last file of a dataset but its card: what the other files are, by digest."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    document = {
        "key": key,
        "data": [asdict(file) for file in files],
        "files": {name: file_digest(folder / name) for name in names},
    }
    (folder / INDEX).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read_index(index: Path) -> dict[str, Any] | None:
    """The record of a dataset's files, by its path; None where it is missing or no such record."""
    try:
        record = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(record, dict) and {"key", "data", "files"} <= record.keys()
    return record if whole else None


def _link_earlier(earlier: Path, building: Path) -> tuple[tuple[DataFile, ...], CorpusReport]:
    record = read_index(earlier / INDEX)
    assert record is not None
    for name in (*record["files"], INDEX):
        target = building / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(earlier / name, target)
        except OSError:  # a file system without hard links
            shutil.copyfile(earlier / name, target)
    report = TypeAdapter(CorpusReport).validate_json((earlier / REPORT).read_bytes())
    return tuple(DataFile(**file) for file in record["data"]), report


def _publish(building: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    if target.exists():
        target.rename(old)
    building.rename(target)
    shutil.rmtree(old, ignore_errors=True)
