"""Programs of the language as Warp kernels over their operands.

The kernel reads the program's literals from ``operands`` and writes its value to ``result[0]`` (a truth value as 1 or
0), so that nothing of the program is decided before it runs and its adjoint means something. The number type is decided
by an exact run over the program's own literals (language specification, "What each backend can express").
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from irmill.compiler.base.answer import Value
from irmill.compiler.lang.ast import (
    BuiltinCall,
    Expr,
    Line,
    literals,
    operation_nodes,
    operation_of,
    post_order,
)
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.exact import Trap
from irmill.compiler.lang.ops import Builtin, Operation, Type
from irmill.compiler.lang.prove.analyse import analyse
from irmill.compiler.lang.prove.proof import Proof
from irmill.compiler.lang.types import TypedLine, TypedProgram
from irmill.synth.dialects import Code, Exact, Machine
from irmill.synth.emitter import unsupported
from irmill.synth.exact_run import Facts, run_exactly
from irmill.synth.launch import Argument, ArgumentType, Launch
from irmill.synth.lowering import KernelLowering

MAX_STATEMENTS = 400
"""Statements that a program may lower to, unless the caller says otherwise."""

MAX_STEPS = 200_000
"""Steps of the exact run, likewise."""

_EXACT_FLOAT64 = 2**53
_EXACT_BITS = 53
_LOWEST_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class ProgramKernel:
    """A program's kernel.

    Attributes:
        name: ``program_`` and eight hex digits of the source and the operands.
        python: ``@wp.kernel`` and the function.
        dtype: of its numbers.
        operands: the program's literals as written, in order of appearance.
        launch: one thread, with the operands.
        truth: the value is a truth value, given as 1 or 0.
        value: the exact run's value, or None where that was too long.
        rounds: a float kernel that may round: not every number in it is whole and inside 2^53.
    """

    name: str
    python: str
    dtype: ArgumentType
    operands: tuple[str, ...]
    launch: Launch
    truth: bool
    value: Value | None
    rounds: bool


def lower_program(
    typed: TypedProgram, *, max_statements: int = MAX_STATEMENTS, max_steps: int = MAX_STEPS
) -> ProgramKernel:
    """The kernel of a program's last line; lines share nothing, so the others add nothing to its value.

    Args:
        typed: the program.
        max_statements: a program that lowers to more is UNSUPPORTED.
        max_steps: of the exact run that decides the number type; past it the intervals decide.

    Raises:
        SynthError: UNSUPPORTED, for arrays, recursion and what passes a limit of the lowering.
        LanguageError: with the program's own error, where the exact run meets it: there is no value to compute.
    """
    numbers = literals(typed.program)
    index = {number: place for place, number in enumerate(numbers)}
    line = typed.lines[-1]
    exact = KernelLowering(line, index, Exact(), None, None, max_statements)
    facts = _facts(exact, [number.value for number in numbers], max_steps)
    proof = analyse(line) if facts is None else None
    dtype, rounds = _number_type(line, exact, facts, proof)
    lowered = KernelLowering(line, index, Machine(dtype), facts, proof, max_statements)
    answer = lowered.whole_line()
    truth = line.types[line.line.value] is Type.TRUTH
    source = _source(lowered.lines, answer, dtype, truth)
    operands = tuple(number.text for number in numbers)
    digest = hashlib.sha256("\n".join([source, *operands]).encode()).hexdigest()[:8]
    name = f"program_{digest}"
    return ProgramKernel(
        name=name,
        python=source.replace(_PLACEHOLDER, name, 1),
        dtype=dtype,
        operands=operands,
        launch=_launch([number.value for number in numbers], dtype),
        truth=truth,
        value=None if facts is None else facts.value,
        rounds=rounds,
    )


def _facts(exact: KernelLowering, operands: Sequence[Fraction], max_steps: int) -> Facts | None:
    answer = exact.whole_line()
    try:
        return run_exactly([*exact.lines, f"answer = {answer.text}"], operands, max_steps)
    except Trap as trap:
        raise LanguageError(trap.code, trap.message) from None


def _number_type(
    line: TypedLine, exact: KernelLowering, facts: Facts | None, proof: Proof | None
) -> tuple[ArgumentType, bool]:
    """The kernel's number type, and whether a float kernel may round: by the facts, or by what is proved."""
    if _is_single(line.line):
        return "float32", True
    if facts is not None:
        whole, small = facts.whole, facts.largest <= _EXACT_FLOAT64
        if facts.largest >= _LOWEST_INT64 and exact.uses_remainders:
            unsupported("-2^63 takes part in it, whose remainder by -1 is a fault of the machine")
    else:
        assert proof is not None
        whole = proof.whole or not (exact.uses_sqrt or _may_divide(line.line))
        small = proof.fits(_EXACT_BITS)
    if exact.uses_sqrt or not whole or _uses_single(line.line):
        return "float64", not (whole and small)
    return ("float64" if small and not exact.integer_only else "int64"), False


def _is_single(line: Line) -> bool:
    """Whether the whole line is ``f32(...)``."""
    value: Expr = line.value
    return not line.statements and isinstance(value, BuiltinCall) and value.builtin is Builtin.F32


def _uses_single(line: Line) -> bool:
    return any(isinstance(node, BuiltinCall) and node.builtin is Builtin.F32 for node in post_order(line))


def _may_divide(line: Line) -> bool:
    """Whether something may not be whole: a decimal, a division, a power whose exponent may be negative."""
    if any(number.value.denominator != 1 for number in literals(line)):
        return True
    return any(operation_of(node) in (Operation.DIVIDE, Operation.POWER) for node in operation_nodes(line))


_PLACEHOLDER = "lowered_program"


def _source(lines: Sequence[str], answer: Code, dtype: str, truth: bool) -> str:
    array = f"wp.array(dtype=wp.{dtype})"
    machine = Machine(dtype)
    value = f"wp.where({answer.text}, {machine.start(1)}, {machine.start(0)})" if truth else answer.text
    header = f"def {_PLACEHOLDER}(operands: {array}, result: {array}):"
    return "\n".join(["@wp.kernel", header, *(f"    {line}" for line in lines), f"    result[0] = {value}", ""])


def _launch(operands: Sequence[Fraction], dtype: ArgumentType) -> Launch:
    values: list[float] = [int(value) if dtype == "int64" else _nearest(value) for value in operands]
    return Launch(1, (Argument("operands", dtype, values, len(values)), Argument("result", dtype, (), 1, output=True)))


def _nearest(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        raise LanguageError(ErrorCode.OVERFLOW, "a literal outside [-2^63, 2^63)") from None
