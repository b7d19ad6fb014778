"""`irmill prompts` and `irmill kernels`: generate rows without a server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from irmill.compiler.base.atomic import replaced
from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.output import print_document, stdout_console

if TYPE_CHECKING:
    import pyarrow as pa

Count = Annotated[int, typer.Option(min=1, help="How many rows.")]
Seed = Annotated[int, typer.Option(help="Equal seeds, equal bytes.")]
Output = Annotated[Path, typer.Option(metavar="DIR", help="The folder to write to.")]
Profile = Annotated[str, typer.Option(help="The profile whose settings are used.")]
Sets = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change the profile.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("prompts", epilog="Example:\n\n  irmill prompts --count 1000 --seed 7 --output prompts")(prompts)
    app.command("kernels", epilog="Example:\n\n  irmill kernels --count 200 --seed 7 --output kernels")(kernels)


def prompts(
    output: Output,
    count: Count = 1000,
    seed: Seed = 0,
    profile: Profile = "base",
    sets: Sets = None,
    json: AsJson = False,
) -> None:
    """Generate prompts with their gold canonical text and answer."""
    from irmill.flows.config import load_config
    from irmill.tasks.direct import prompt_rows

    config = load_config(profile, sets or [])
    _write("prompts", prompt_rows(config.prompts, count=count, seed=seed), output, json)


def kernels(
    output: Output,
    count: Count = 100,
    seed: Seed = 0,
    profile: Profile = "base",
    sets: Sets = None,
    json: AsJson = False,
) -> None:
    """Generate Warp kernels, extract their IR, compile, execute and gradient-check them."""
    from irmill.flows.config import load_config
    from irmill.tasks.direct import kernel_rows

    config = load_config(profile, sets or [])
    _write("kernels", kernel_rows(config, count=count, seed=seed), output, json)


def _write(name: str, tables: tuple[pa.Table, pa.Table], output: Path, json: bool) -> None:
    import pyarrow.parquet as pq

    rows, rejected = tables
    files: Mapping[str, pa.Table] = {f"{name}.parquet": rows, f"rejected-{name}.parquet": rejected}
    try:
        output.mkdir(parents=True, exist_ok=True)
        for file, table in files.items():
            with replaced(output / file) as temporary:
                pq.write_table(table, temporary, compression="zstd")
    except OSError as error:
        raise InputError(f"--output: {output} cannot be written: {error.strerror}") from None
    document: dict[str, Any] = {
        "rows": rows.num_rows,
        "rejected": rejected.num_rows,
        "files": [str(output / file) for file in files],
    }
    if json:
        print_document(document)
    else:
        stdout_console().print(f"{rows.num_rows} rows, {rejected.num_rows} rejected: {output / (name + '.parquet')}")
