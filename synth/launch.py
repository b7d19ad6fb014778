"""What a kernel is launched with: its arguments with their values, as the ``inputs`` column holds them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

ArgumentType = Literal["float64", "float32", "int64", "int32"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument.

    Attributes:
        name: as the kernel's signature has it.
        type: of the value, or of the array's elements.
        value: a number, or the elements of a one-dimensional array; () for an output.
        size: elements of an array, which may be none; 0 for a single number.
        output: it starts as zeros and is what the kernel is for.
    """

    name: str
    type: ArgumentType
    value: Sequence[float] | float | int
    size: int
    output: bool = False

    @property
    def is_array(self) -> bool:
        """Whether the argument is an array."""
        return isinstance(self.value, Sequence)

    @property
    def is_float(self) -> bool:
        """Whether its values are floating point: what gradients are taken by."""
        return self.type in ("float64", "float32")


@dataclass(frozen=True, slots=True)
class Launch:
    """The arguments in order, and how many threads run."""

    threads: int
    arguments: tuple[Argument, ...]

    @property
    def outputs(self) -> tuple[Argument, ...]:
        """The arguments that are written."""
        return tuple(argument for argument in self.arguments if argument.output)

    def to_json(self) -> str:
        """One line of JSON; equal launches give equal text."""
        arguments: list[dict[str, Any]] = []
        for argument in self.arguments:
            entry: dict[str, Any] = {"name": argument.name, "type": argument.type}
            if argument.output:
                entry |= {"output": True, "size": argument.size}
            elif isinstance(argument.value, Sequence):
                entry["values"] = list(argument.value)
            else:
                entry["value"] = argument.value
            arguments.append(entry)
        return json.dumps({"threads": self.threads, "arguments": arguments}, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Launch:
        """The launch that :meth:`to_json` wrote. Raises ValueError or KeyError for anything else."""
        found = json.loads(text)
        arguments: list[Argument] = []
        for entry in found["arguments"]:
            output = bool(entry.get("output", False))
            values = entry.get("values")
            size = entry["size"] if output else len(values) if values is not None else 0
            value = () if output else values if values is not None else entry["value"]
            arguments.append(Argument(entry["name"], entry["type"], value, size, output))
        return Launch(found["threads"], tuple(arguments))
