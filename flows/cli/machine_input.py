"""The commands that take Triton VM programs, and what those read: public and secret words, digests, memory."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import typer

from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.inputs import read_rows, read_text, text_field
from irmill.flows.cli.output import print_document, printable, stdout_console
from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tasm.case import Case


@dataclass(frozen=True, slots=True)
class MachineCase:
    """A program and all that it may read. Words are canonical field elements; a digest is five of them.

    ``file`` is None for a row of ``--cases``. ``others`` are further inputs, for commands that take several.
    """

    file: str | None
    program: str
    public_input: tuple[int, ...] = ()
    secret_input: tuple[int, ...] = ()
    digests: tuple[tuple[int, ...], ...] = ()
    ram: Mapping[int, int] = field(default_factory=dict)
    others: tuple[Case, ...] = ()

    def inputs(self) -> dict[str, Any]:
        """What the program may read, by the names that the machine and the optimizer take it by."""
        names = ("public_input", "secret_input", "digests", "ram", *(("others",) if self.others else ()))
        return {name: getattr(self, name) for name in names}


def machine_command(
    function: str,
    document: Callable[[Any], tuple[dict[str, Any], bool]],
    summary: Callable[[list[Any]], dict[str, Any]],
    show: Callable[[Any], None],
    *,
    several: bool = False,
) -> Callable[..., None]:
    """A command that gives every program to a function.

    Args:
        function: ``package.module:function``, which is loaded when the command runs.
        document: one outcome for JSON, and whether it is an error.
        summary: of all outcomes, for JSON.
        show: one outcome for a person.
        several: whether a row of ``--cases`` may have a list of inputs.
    """

    def command(
        files: Annotated[list[str] | None, typer.Argument(metavar="FILE.tasm...", help="Triton VM assembly.")] = None,
        cases: Annotated[
            str | None, typer.Option(help="A JSON-lines file of programs with their inputs; - for stdin.")
        ] = None,
        public: Annotated[str, typer.Option("--input", metavar="W,..", help="Public input, first word first.")] = "",
        secret: Annotated[str, typer.Option("--divine", metavar="W,..", help="Secret input, first word first.")] = "",
        ram: Annotated[
            str | None, typer.Option(metavar="FILE", help="Initial memory: JSON object of address and word.")
        ] = None,
        digests: Annotated[
            str | None, typer.Option(metavar="FILE", help="JSON list of digests of five words each.")
        ] = None,
        max_cycles: Annotated[int, typer.Option(min=1, help="Stop after this many cycles.")] = 10_000_000,
        json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    ) -> None:
        programs = read_cases(files or [], cases, public, secret, ram, digests)
        if not several and any(case.others for case in programs):
            raise InputError("this command takes one input for each program, and no list of inputs")
        apply = pkgutil.resolve_name(function)
        outcomes = [apply(case.program, **case.inputs(), max_cycles=max_cycles) for case in programs]
        results = [document(outcome) for outcome in outcomes]
        if json:
            documents = [{"file": case.file, **result} for case, (result, _) in zip(programs, results, strict=True)]
            print_document({"results": documents, "summary": summary(outcomes)})
        else:
            for case, outcome in zip(programs, outcomes, strict=True):
                if case.file:
                    stdout_console().print(printable(case.file), style="bold cyan", markup=False)
                show(outcome)
        raise typer.Exit(1 if any(wrong for _, wrong in results) else 0)

    return command


def read_cases(
    files: Sequence[str], cases: str | None, public: str, secret: str, ram: str | None, digests: str | None
) -> list[MachineCase]:
    """The programs of the files (all with the same input), then the rows of ``--cases``.

    Raises:
        InputError: nothing was given, or a file or a word of it is wrong.
    """
    found: list[MachineCase] = []
    if files:
        shared = MachineCase(
            None,
            "",
            words(public.replace(",", " ").split(), "--input"),
            words(secret.replace(",", " ").split(), "--divine"),
            digest_list(_read_json(digests), digests) if digests else (),
            memory(_read_json(ram), ram) if ram else {},
        )
        found += [replace(shared, file=file, program=read_text(file)) for file in files]
    if cases is not None:
        found += [_case(row, f"{cases}:{number}") for number, row in enumerate(read_rows(cases, "program"), 1)]
    if not found:
        raise InputError("nothing to run: give FILE.tasm, or --cases FILE.jsonl")
    return found


_INPUTS = ("public_input", "secret_input", "digests", "ram")


def _case(row: dict[str, Any], where: str) -> MachineCase:
    program = text_field(row, "program", where)
    if "inputs" not in row:
        first, others = _input(row, where), ()
    else:
        first, *others = _input_list(row, where)
    return MachineCase(None, program, first.public, first.secret, first.digests, first.ram, tuple(others))


def _input_list(row: dict[str, Any], where: str) -> list[Case]:
    rows = row["inputs"]
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise InputError(f"{where}: inputs: a list of objects with {', '.join(_INPUTS)} is needed")
    if twice := [name for name in _INPUTS if row.get(name)]:
        raise InputError(f"{where}: {twice[0]} stands beside the list of inputs; it belongs into it")
    return [_input(one, f"{where}: input {number}") for number, one in enumerate(rows, 1)]


def _input(row: dict[str, Any], where: str) -> Case:
    return Case(
        words(row.get("public_input") or [], f"{where}: public_input"),
        words(row.get("secret_input") or [], f"{where}: secret_input"),
        digest_list(row.get("digests") or [], f"{where}: digests"),
        memory(row.get("ram") or {}, f"{where}: ram"),
    )


def word(value: object, where: str) -> int:
    """One field element, from a decimal string or a whole number. Raises InputError where it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value) if len(value) <= 20 else MODULUS
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MODULUS:
        raise InputError(f"{where}: {value!r:.40} is no word; give whole numbers from 0 to {MODULUS - 1}")
    return value


def words(values: object, where: str) -> tuple[int, ...]:
    """A list of field elements. Raises InputError where it is none."""
    if not isinstance(values, list):
        raise InputError(f"{where}: a list of words is needed")
    return tuple(word(value, where) for value in values)


def digest_list(values: object, where: str) -> tuple[tuple[int, ...], ...]:
    """A list of digests of five words each. Raises InputError where it is none."""
    if not isinstance(values, list):
        raise InputError(f"{where}: a list of digests is needed")
    digests = tuple(words(value, where) for value in values)
    if any(len(digest) != 5 for digest in digests):
        raise InputError(f"{where}: a digest has five words")
    return digests


def memory(values: object, where: str) -> dict[int, int]:
    """A map from address to word. Raises InputError where it is none."""
    if not isinstance(values, dict):
        raise InputError(f"{where}: an object of address and word is needed")
    return {word(address, where): word(value, where) for address, value in values.items()}


def _read_json(path: str) -> object:
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error})") from None
