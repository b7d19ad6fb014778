"""The `irmill` command line: the table of commands, and the one place where errors become exit codes.

Exit codes: 0 done; 1 some input has an error, or a check of the run failed; 2 usage, a file or the configuration is
wrong: one line that says what and how to mend it.
"""

from __future__ import annotations

import importlib
import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.output import printable

COMMANDS = (
    "run",
    "compile",
    "evaluate",
    "extract",
    "tasm",
    "optimize",
    "generate",
    "train",
    "reproduce",
    "bench",
    "records",
    "ui",
)
"""The modules of this package that hold commands, in the order of ``irmill --help``; each has ``register(app)``."""


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"irmill {version('irmill')}")
        raise typer.Exit


def build_app() -> typer.Typer:
    """The command line with every command registered; building it imports no engine."""
    app = typer.Typer(
        name="irmill",
        help="One program, many IRs, one answer: verified multi-IR corpora, and the compiler they come from.",
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def options(
        version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
    ) -> None:
        """Options of every command."""

    for name in COMMANDS:
        importlib.import_module(f"irmill.flows.cli.{name}").register(app)
    return app


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command; what is wrong with the call is one line on stderr.

    An InputError, a usage error and an interrupt are the only exceptions that are expected here; anything else is a
    defect of irmill and keeps its traceback.
    """
    try:
        code = build_app()(arguments, standalone_mode=False)
    except TyperException as error:
        if message := error.format_message():  # a call without a command has been answered by the help
            _complain(message)
        return 2
    except InputError as error:
        _complain(str(error))
        return 2
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted; what was finished is kept, and the same command goes on from there")
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away: nothing more can be said
        return 1
    return code if isinstance(code, int) else 0


def _complain(message: str) -> None:
    line = " ".join(printable(message).split())
    sys.stderr.write(f"irmill: {line}\n")
