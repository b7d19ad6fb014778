"""Read an exported dataset back, as its own index lists it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from irmill.compiler.lang.errors import InputError
from irmill.tasks.corpus.card import DataFile
from irmill.tasks.corpus.export import INDEX, SPLITS, read_index


def read_dataset(path: Path | str, config: str = "programs", split: str | None = None) -> pl.LazyFrame:
    """The rows of one config of a dataset, train before validation before test; nothing is read until asked for.

    >>> import irmill
    >>> rows = irmill.read_dataset("artifacts/exports/<run>", "kernels", "train")
    >>> rows.select("source", "dtype").unique().collect().rows()
    [('program', 'float64')]

    Args:
        path: the folder that a run exported, ``artifacts/exports/<run>``.
        config: ``programs``, or one of a backend: ``wasm``, ``kernels``, ``blocks``.
        split: ``train``, ``validation`` or ``test``; None for all. A split without rows is an empty frame.

    Raises:
        InputError: the folder is no dataset or not whole, or has no such config or split.
    """
    folder = Path(path)
    record = read_index(folder / INDEX)
    if record is None:
        raise InputError(f"{folder}: this is no dataset; give a folder that irmill exported")
    if split not in (None, *SPLITS):
        raise InputError(f"there is no split {split!r}; there are: {', '.join(SPLITS)}")
    files = [file for entry in record["data"] if (file := DataFile(**entry)).path.endswith(".parquet")]
    chosen = [file for file in files if file.config == config]
    if not chosen:
        there = dict.fromkeys(file.config for file in files)
        raise InputError(f"{folder}: there is no config {config!r}; there are: {', '.join(there) or 'none'}")
    for file in chosen:
        if not (folder / file.path).is_file():
            raise InputError(f"{folder / file.path}: a file of the dataset is missing; irmill export writes it again")
    wanted = [file for file in chosen if split in (None, file.split)]
    rows = pl.scan_parquet([folder / file.path for file in wanted or chosen], glob=False, hive_partitioning=False)
    return rows if wanted else rows.clear()
