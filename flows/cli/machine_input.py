"""What a Triton VM program reads, as the command line gives it: public and secret words, digests, initial memory."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.inputs import read_rows, read_text, text_field
from irmill.optimizer.field.modulus import MODULUS


@dataclass(frozen=True, slots=True)
class MachineCase:
    """A program and all that it may read. Words are canonical field elements; a digest is five of them.

    ``file`` is None for a row of ``--cases``.
    """

    file: str | None
    program: str
    public_input: tuple[int, ...] = ()
    secret_input: tuple[int, ...] = ()
    digests: tuple[tuple[int, ...], ...] = ()
    ram: Mapping[int, int] = field(default_factory=dict)


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
            read_digests(digests) if digests else (),
            read_ram(ram) if ram else {},
        )
        found += [
            MachineCase(file, read_text(file), shared.public_input, shared.secret_input, shared.digests, shared.ram)
            for file in files
        ]
    if cases is not None:
        found += [_case(row, f"{cases}:{number}") for number, row in enumerate(read_rows(cases, "program"), 1)]
    if not found:
        raise InputError("nothing to run: give FILE.tasm, or --cases FILE.jsonl")
    return found


def _case(row: dict[str, Any], where: str) -> MachineCase:
    return MachineCase(
        None,
        text_field(row, "program", where),
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


def read_ram(path: str) -> dict[int, int]:
    """Initial memory from a JSON file: an object of address and word."""
    return memory(_read_json(path), path)


def read_digests(path: str) -> tuple[tuple[int, ...], ...]:
    """Digests from a JSON file: a list of lists of five words, the first one first."""
    return digest_list(_read_json(path), path)


def _read_json(path: str) -> object:
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error})") from None
