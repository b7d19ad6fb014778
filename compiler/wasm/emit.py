"""Emission: a typed program as a verified module that exports ``compute``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from irmill.compiler.lang import ast
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.ops import Type
from irmill.compiler.lang.types import TypedProgram
from irmill.compiler.wasm import arithmetic, arrays, control
from irmill.compiler.wasm.builtins import lower_builtin
from irmill.compiler.wasm.codebook import ImmediateKind, ValueType
from irmill.compiler.wasm.encode import Encoder, code_section
from irmill.compiler.wasm.ir import COMPUTE, Function, Instruction, Module, assemble
from irmill.compiler.wasm.link import link_module, symbols
from irmill.compiler.wasm.lower import FunctionBuilder, Lowering, Rule
from irmill.compiler.wasm.optimize import optimize_functions
from irmill.compiler.wasm.plan import LinePlan, NumberMode, TypeRule
from irmill.compiler.wasm.runtime import GLOBALS
from irmill.compiler.wasm.verify import verify_module
from irmill.compiler.wasm.wat import print_wat

RULES: dict[type[ast.Node], Rule] = {
    ast.ArrayLiteral: arrays.lower_array,
    ast.Binary: arithmetic.lower_binary,
    ast.Bind: control.lower_bind,
    ast.BuiltinCall: lower_builtin,
    ast.Call: control.lower_call,
    ast.Define: control.lower_define,
    ast.If: control.lower_if,
    ast.Index: arrays.lower_index,
    ast.Loop: control.lower_loop,
    ast.Name: control.lower_name,
    ast.Store: arrays.lower_store,
    ast.Truth: control.lower_truth,
    ast.Unary: arithmetic.lower_unary,
    ast.While: control.lower_while,
}
"""The rule of each kind of node; literals are the frame's own."""

MOST_NESTING = 500_000
"""The sum of the squares of how deep each loop of a function stands: past it, the function is UNSUPPORTED."""

_PER_LINE = ("fuel", "heap", "cells")
"""The globals that start anew with every line."""


@dataclass(frozen=True)
class Emission:
    """What a program became.

    Attributes:
        make_body: the module as instructions; :attr:`body` calls it once.
        module: the complete module as bytes.
        code: the bytes of the instructions of ``compute``, without the closing ``end``.
        type: the machine type of the result: ``i32``, ``i64``, ``f32`` or ``f64``.
        type_by: which rule decided it.
        truth: the result is a truth value, an i32 of 0 or 1.
        numbers: what ``/`` gives and what real numbers are in it.
        rounds: some number may be rounded where the language's is not (:attr:`compiler.wasm.plan.LinePlan.rounds`); the
            answer of a module that does not is exact, or in single precision what the language says.
    """

    make_body: Callable[[], Module]
    module: bytes
    code: bytes
    type: ValueType
    type_by: TypeRule
    truth: bool
    numbers: NumberMode
    rounds: bool

    @cached_property
    def body(self) -> Module:
        """The module as instructions, ``compute`` first."""
        return self.make_body()

    @property
    def instructions(self) -> tuple[str, ...]:
        """The instructions of ``compute`` as text, one each."""
        return tuple(item.text for item in self.body.functions[0].body)

    @property
    def wat(self) -> str:
        """The module in the text format; assembling it gives ``module`` again."""
        return print_wat(self.body)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A program as instructions: what its emission is without its bytes."""

    body: Module
    type: ValueType
    type_by: TypeRule
    truth: bool
    numbers: NumberMode
    rounds: bool

    def emission(self, make_body: Callable[[], Module], module: bytes, code: bytes) -> Emission:
        """The emission, with what the constants are part of."""
        return Emission(make_body, module, code, self.type, self.type_by, self.truth, self.numbers, self.rounds)


def emit_program(
    typed: TypedProgram,
    *,
    numbers: NumberMode | None = None,
    optimize: bool = False,
    whole_result: bool = False,
    near: bool = False,
) -> Emission:
    """Lowers a program and makes a module of it.

    Args:
        typed: the program.
        numbers: what ``/`` gives and what real numbers are; None for :attr:`NumberMode.WHOLE`.
        optimize: rewrite the instructions; without it every operation of the program is an operation of the module.
        whole_result: in fractions, give the result as an i64 (and refuse one that is not whole), not as an f64.
        near: in fractions, take the f64 root for one that is no fraction; for a caller that compares the result.

    Raises:
        LanguageError: UNSUPPORTED, the program cannot be expressed with these numbers, or engines would take too long.
        InvalidModule: what was emitted is not valid WebAssembly, which is a defect of the lowering.
    """
    mode = numbers or NumberMode.WHOLE
    lowered = lower_program(typed, mode, optimize=optimize, whole_result=whole_result, near=near)
    check_module(lowered.body)
    encoder = Encoder(lowered.body)
    compute, *others = lowered.body.functions
    code = encoder.body(compute.body)
    entries = [encoder.function(compute, code), *map(encoder.function, others)]
    return lowered.emission(lambda: lowered.body, encoder.head() + code_section(entries), code)


def lower_program(
    typed: TypedProgram, mode: NumberMode, *, optimize: bool = False, whole_result: bool = False, near: bool = False
) -> Lowered:
    """The first half of :func:`emit_program`: nothing is verified yet. Raises LanguageError (UNSUPPORTED)."""
    plans = [LinePlan(line, mode, near=near) for line in typed.lines]
    builder = FunctionBuilder()
    functions: list[Function] = []
    starts: list[int] = []
    for place, plan in enumerate(plans):
        prefix = "line" if len(plans) == 1 else f"line{place + 1}"
        starts.append(len(builder.body))
        functions += _lower_line(plan, builder, prefix)
        if place + 1 < len(plans):
            for _ in _result_types(plan):
                builder.body.extend(assemble("drop"))
        functions += _lower_functions(plan, prefix)
    result = _convert_result(plans[-1], builder, whole_result)
    compute = builder.build(COMPUTE, (result,))
    compute = _start_lines(compute, starts, functions)
    written = (compute, *functions)
    module = link_module(optimize_functions(written)[0] if optimize else written)
    last = typed.lines[-1]
    return Lowered(
        body=module,
        type=result,
        type_by=_rule(plans),
        truth=last.types[last.line.value] is Type.TRUTH,
        numbers=mode,
        rounds=any(plan.rounds for plan in plans),
    )


def _rule(plans: Sequence[LinePlan]) -> TypeRule:
    """Which rule decided the type of the result. A module that rounds anywhere is not called a checked one."""
    rule = plans[-1].rule()
    rounding = next((plan for plan in reversed(plans) if plan.rounds), None)
    return rounding.rounding_rule() if rule is TypeRule.CHECKED_I64 and rounding is not None else rule


def check_module(module: Module) -> None:
    """Raises InvalidModule for one that is not valid, LanguageError (UNSUPPORTED) for one that no engine is to get."""
    verify_module(module)
    _check_nesting(module)


def _check_nesting(module: Module) -> None:
    """Refuses what Cranelift 1.1 would take long for: its time grows with the third power of how deep loops nest.

    Loops that stand deep are functions of their own, but for those that use more variables than a function takes.
    """
    for function in module.functions:
        openers: list[bool] = []
        depth = work = 0
        for item in function.body:
            if item.opcode.immediate is ImmediateKind.BLOCK:
                openers.append(item.opcode.name == "loop")
                depth += openers[-1]
                work += depth**2 if openers[-1] else 0
            elif item.opcode.name == "end":
                depth -= openers.pop()
        if work > MOST_NESTING:
            raise LanguageError(ErrorCode.UNSUPPORTED, "loops nest too deep around more than 1,000 variables")


def _lower_line(plan: LinePlan, builder: FunctionBuilder, prefix: str) -> list[Function]:
    low = Lowering(plan, plan.main, builder, RULES, prefix)
    *statements, value = plan.main.roots
    for statement in statements:
        low.run(statement, None)
    low.run(value, plan.main.kinds[plan.line.line.value])
    return low.outlines


def _lower_functions(plan: LinePlan, prefix: str) -> list[Function]:
    functions: list[Function] = []
    for (name, single), scope in plan.functions.items():
        slots = plan.line.parameter_slots[name]
        symbol = control.function_symbol(prefix, name, single)
        low = Lowering(plan, scope, FunctionBuilder(), RULES, prefix, symbol)
        low.builder.parameters = tuple(machine for slot in slots for machine in low.types(scope.parameters[slot]))
        low.place_parameters(slots)
        low.call("enter")
        low.run(plan.line.definitions[name].body, scope.result)
        low.call("leave")
        functions += [low.builder.build(symbol, low.types(scope.result)), *low.outlines]
    return functions


def _result_types(plan: LinePlan) -> tuple[ValueType, ...]:
    kind = plan.main.kinds[plan.line.line.value]
    return Lowering(plan, plan.main, FunctionBuilder(), RULES, "").types(kind)


def _convert_result(plan: LinePlan, builder: FunctionBuilder, whole_result: bool) -> ValueType:
    """A fraction becomes one number; everything else is one already."""
    types = _result_types(plan)
    if len(types) == 1:
        return types[0]
    builder.body.extend(assemble("call $fraction_whole_result" if whole_result else "call $fraction_to_f64"))
    return ValueType.I64 if whole_result else ValueType.F64


def _start_lines(compute: Function, starts: list[int], functions: list[Function]) -> Function:
    """``compute`` with the limits that the module counts starting anew at every line after the first."""
    if len(starts) == 1:
        return compute
    module = link_module((compute, *functions))
    used = {name for function in module.functions for name in symbols(function.body, ImmediateKind.GLOBAL)}
    resets: tuple[Instruction, ...] = ()
    for name in _PER_LINE:
        if name in used:
            resets += assemble(f"i32.const {GLOBALS[name].initial}; global.set ${name}")
    body: list[Instruction] = []
    for first, last in zip(starts, [*starts[1:], len(compute.body)], strict=True):
        body += (resets if first else ()) + compute.body[first:last]
    return Function(compute.name, compute.parameters, compute.results, compute.locals, tuple(body))
