"""Whole generated kernels: source text, launch and split, checked against their own reference before they leave."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from irmill.compiler.base.splits import Split
from irmill.synth.kernels.families import FAMILIES, GROUPS
from irmill.synth.kernels.stmt import Writer
from irmill.synth.launch import Argument, ArgumentType, Launch
from irmill.synth.reference import Reference

MARGIN = 1e-3
"""A comparison closer than this could go the other way in float32; such inputs are drawn again."""

LARGEST = 1e3
"""No intermediate result of a generated kernel is larger on its inputs."""

_PLACEHOLDER = "generated_kernel"
_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class GeneratedKernel:
    """A kernel of the grammar.

    Attributes:
        name: the form's name and eight hex digits of the text: equal text, equal name.
        family: one of the families.
        form: the family's form.
        split: ``test`` for the family's holdout form, else ``train``.
        python: ``@wp.kernel`` and the function.
        dtype: of its numbers.
        launch: arguments and threads.
    """

    name: str
    family: str
    form: str
    split: str
    python: str
    dtype: ArgumentType
    launch: Launch


def generate_kernels(
    count: int,
    seed: int,
    families: Sequence[str],
    *,
    elements: int = 16,
    float32_share: float = 0.25,
) -> Iterator[GeneratedKernel]:
    """``count`` kernels, family after family in turn; the same arguments give the same kernels.

    Every kernel's outputs on its inputs are finite, depend on the inputs, and take every branch that it has.
    """
    for index in range(count):
        rng = random.Random(f"kernels:{seed}:{index}")
        family = families[index % len(families)]
        forms = FAMILIES[family]
        form = list(forms)[(index // len(families)) % len(forms)]
        dtype: ArgumentType = "float32" if rng.random() < float32_share else "float64"
        yield _generate(rng, family, form, dtype, elements)


def _generate(rng: random.Random, family: str, form: str, dtype: ArgumentType, elements: int) -> GeneratedKernel:
    forms = FAMILIES[family]
    for _ in range(_ATTEMPTS):
        writer = Writer(rng, dtype, elements)
        forms[form](writer)
        size = elements if family != "reduction" else GROUPS if "i %" in writer.lines[-1] else 1
        launch = Launch(elements, (*writer.arguments, Argument("out", dtype, (), size, output=True)))
        source = _source(writer, launch)
        if is_sound(source, _PLACEHOLDER, launch, rng):
            digest = hashlib.sha256(f"{source}{launch.to_json()}".encode()).hexdigest()[:8]
            name = f"{form}_{digest}"
            split = Split.TEST if form == list(forms)[-1] else Split.TRAIN
            return GeneratedKernel(name, family, form, split, source.replace(_PLACEHOLDER, name), dtype, launch)
    raise RuntimeError(f"the form {form} of {family} gave no sound kernel in {_ATTEMPTS} attempts")


def _source(writer: Writer, launch: Launch) -> str:
    parameters = ", ".join(f"{argument.name}: {_annotation(argument)}" for argument in launch.arguments)
    return "\n".join(["@wp.kernel", f"def {_PLACEHOLDER}({parameters}):", *writer.lines, ""])


def _annotation(argument: Argument) -> str:
    kind = {"float64": "wp.float64", "float32": "float", "int64": "wp.int64", "int32": "int"}[argument.type]
    return f"wp.array(dtype={kind})" if argument.is_array else kind


def is_sound(source: str, name: str, launch: Launch, rng: random.Random) -> bool:
    """Whether a kernel is finite, takes every branch, decides nothing narrowly and depends on every input."""
    reference = Reference(source, name)
    base = reference.run(launch)
    values = base.outputs["out"]
    if not all(math.isfinite(value) for value in values) or base.trace.largest > LARGEST:
        return False
    if base.trace.margin < MARGIN:
        return False
    lines = {line for line, _ in base.trace.outcomes}
    if len(base.trace.outcomes) != 2 * len(lines):
        return False
    for argument in launch.arguments:
        if argument.output:
            continue
        if isinstance(argument.value, Sequence):
            changed: Sequence[float] | float = [value + rng.uniform(0.01, 0.1) for value in argument.value]
        else:
            changed = argument.value + (1 if argument.type == "int32" else 0.05)
        again = reference.run(launch, {argument.name: changed}).outputs["out"]
        if max(abs(x - y) for x, y in zip(values, again, strict=True)) < 1e-6:
            return False
    return True
