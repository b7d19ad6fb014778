"""Lowering of one typed line to instructions: the frame that the rules of single nodes run in.

A rule is a generator in one of :mod:`compiler.wasm.arithmetic`, :mod:`compiler.wasm.control` and
:mod:`compiler.wasm.arrays`. It emits instructions and yields the parts it wants emitted in between, each with the kind
it needs. The frame keeps the generators on a stack of its own, so a chain 30,000 nodes deep needs no recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from irmill.compiler.lang.ast import Bind, Expr, Loop, Node, Number, While, post_order
from irmill.compiler.lang.exact import END, Trap, single
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.faults import Fault
from irmill.compiler.wasm.ir import Function, Immediate, Instruction, assemble, instruction
from irmill.compiler.wasm.plan import Kind, LinePlan, NumberMode, ScopePlan
from irmill.compiler.wasm.runtime import fail

Steps = Generator[tuple[Node, Kind | None], None, None]
"""A rule at work: yields the parts to emit next, with the kind wanted of each (None for statements)."""

Rule = Callable[["Lowering", Any], Steps]
"""The rule of one kind of node."""


DEEPEST_LOOPS: Final = 16
"""How deep loops nest in one function: a loop that would stand deeper is a function of its own, because an engine's
compiler takes time that grows with the third power of this."""

_MOST_TAKEN: Final = 1_000
"""How many parameters, and how many results, engines let a function have."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value is kept: one local, or four for a fraction."""

    locals: tuple[int, ...]


class FunctionBuilder:
    """The instructions and locals of a function while it is written."""

    def __init__(self, parameters: tuple[ValueType, ...] = ()) -> None:
        self.parameters = parameters
        self.locals: list[ValueType] = []
        self.body: list[Instruction] = []

    def new_local(self, kind: ValueType) -> int:
        """The index of a fresh local."""
        self.locals.append(kind)
        return len(self.parameters) + len(self.locals) - 1

    def type_of(self, local: int) -> ValueType:
        """The type of a parameter or local."""
        count = len(self.parameters)
        return self.parameters[local] if local < count else self.locals[local - count]

    def build(self, name: str, results: tuple[ValueType, ...]) -> Function:
        """The function as it stands."""
        return Function(name, self.parameters, results, tuple(self.locals), tuple(self.body))


class Lowering:
    """One scope of a line (the line itself, or a form of one of its functions) being written into a function.

    Attributes:
        outlines: loops that stand too deep in others, as functions of their own.
    """

    def __init__(
        self,
        plan: LinePlan,
        scope: ScopePlan,
        builder: FunctionBuilder,
        rules: dict[type[Node], Rule],
        prefix: str,
        symbol: str = "",
    ) -> None:
        """Args:
        plan: the line's kinds.
        scope: what is written.
        builder: where to.
        rules: of each kind of node.
        prefix: what the symbols of the line's functions begin with.
        symbol: what those of the scope's outlines begin with; ``prefix`` where there is none.
        """
        self.plan = plan
        self.scope = scope
        self.builder = builder
        self.prefix = prefix
        self.outlines: list[Function] = []
        self._symbol = symbol or prefix
        self._open_loops = 0
        self._rules = rules
        self._cells: dict[int, Cell] = {}

    # --- what is known ---

    @property
    def width(self) -> ValueType:
        """The type of the line's whole numbers."""
        return self.plan.width

    @property
    def fractions(self) -> bool:
        """Whether real numbers are exact fractions, four i64 each."""
        return self.plan.mode is NumberMode.FRACTION

    def kind(self, node: Expr) -> Kind:
        """The kind of a node."""
        return self.scope.kinds[node]

    def is_single(self, node: Expr) -> bool:
        """Whether a node is computed in single precision."""
        return node in self.scope.singles

    def types(self, kind: Kind) -> tuple[ValueType, ...]:
        """The machine types that a value of ``kind`` takes on the stack."""
        match kind:
            case Kind.WHOLE:
                return (self.width,)
            case Kind.REAL:
                return (ValueType.I64,) * 4 if self.fractions else (ValueType.F64,)
            case Kind.SINGLE:
                return (ValueType.F32,)
            case Kind.TRUTH | Kind.ARRAY:
                return (ValueType.I32,)

    def prefix_of(self, kind: Kind) -> str:
        """The first word of the names of opcodes and runtime functions that work on ``kind``."""
        return "fraction" if kind is Kind.REAL and self.fractions else str(self.types(kind)[0])

    # --- emission ---

    def emit(self, name: str, immediate: Immediate = None) -> None:
        """One instruction."""
        self.builder.body.append(instruction(name, immediate))

    def emit_text(self, source: str) -> None:
        """Instructions from text."""
        self.builder.body.extend(assemble(source))

    def call(self, name: str) -> None:
        """A call of a runtime function, or of a function of the program."""
        self.emit("call", name)

    def fail(self, fault: Fault) -> None:
        """Reports a fault and stops."""
        self.emit_text(fail(fault))

    def constant(self, value: int, kind: Kind) -> None:
        """A small whole constant as a value of ``kind``."""
        match kind:
            case Kind.REAL if self.fractions:
                self._fraction(value, 1)
            case Kind.REAL | Kind.SINGLE:
                self.emit(f"{self.prefix_of(kind)}.const", float(value))
            case _:
                self.emit(f"{self.types(kind)[0]}.const", value)

    def new_cell(self, kind: Kind) -> Cell:
        """A place for a value of ``kind``."""
        return Cell(tuple(self.builder.new_local(machine) for machine in self.types(kind)))

    def slot_cell(self, slot: int, kind: Kind) -> Cell:
        """The place of a variable; made at its first use."""
        cell = self._cells.get(slot)
        if cell is None:
            cell = self._cells[slot] = self.new_cell(kind)
        return cell

    def place_parameters(self, slots: Sequence[int]) -> None:
        """Lets the parameters live where the caller put them."""
        self._place(slots, [len(self.types(self.scope.parameters[slot])) for slot in slots])

    def _place(self, slots: Sequence[int], counts: Sequence[int]) -> None:
        """Lets slots live in the first locals, so many each."""
        at = 0
        for slot, count in zip(slots, counts, strict=True):
            self._cells[slot] = Cell(tuple(range(at, at + count)))
            at += count

    def load(self, cell: Cell) -> None:
        """Pushes what a cell holds."""
        for local in cell.locals:
            self.emit("local.get", local)

    def store(self, cell: Cell) -> None:
        """Pops into a cell."""
        for local in reversed(cell.locals):
            self.emit("local.set", local)

    # --- numbers ---

    def literal(self, node: Number, wanted: Kind) -> None:
        """A literal, rounded once to what is wanted, inside ``f32`` to single precision before; one outside the range
        stops the program when it is reached."""
        value = node.value
        try:
            value = Fraction(single(value)) if Kind.SINGLE in (wanted, self.kind(node)) else value
        except Trap:
            value = Fraction(END)
        if value >= END:
            self.fail(Fault.OVERFLOW)
        elif wanted is Kind.SINGLE:
            self.emit("f32.const", float(value))
        elif wanted is Kind.REAL and self.fractions:
            self._fraction(value.numerator, value.denominator)
        elif wanted is Kind.REAL:
            self.emit("f64.const", value.numerator / value.denominator)
        elif value.denominator != 1:
            self.fail(Fault.DOMAIN)
        else:
            self.emit(f"{self.width}.const", value.numerator)

    def _fraction(self, numerator: int, denominator: int) -> None:
        """A fraction in lowest terms, not negative, as four constants; one that is too long stops the program."""
        if max(numerator, denominator) >= 1 << 127:
            self.fail(Fault.INEXACT)
            return
        for number in (numerator, denominator):
            for half in (number % (1 << 64), number >> 64):
                self.emit("i64.const", half - (half >> 63 << 64))

    def convert(self, node: Expr, wanted: Kind) -> None:
        """Turns the value of ``node``, on the stack, into what is wanted."""
        self.convert_kind(self.kind(node), wanted, node)

    def convert_kind(self, have: Kind, wanted: Kind, node: Expr) -> None:
        """Turns a value of kind ``have``, whose bounds are those of ``node``, into what is wanted."""
        if have is wanted:
            return
        if self.fractions and Kind.REAL in (have, wanted):
            self._convert_fraction(have, wanted)
            return
        match have, wanted:
            case Kind.WHOLE, Kind.REAL:
                self.emit(f"f64.convert_{self.width}_s")
            case Kind.WHOLE, Kind.SINGLE:
                self.emit(f"f32.convert_{self.width}_s")
                self._check_single(node)
            case Kind.REAL, Kind.SINGLE:
                self.emit("f32.demote_f64")
                self._check_single(node)
            case Kind.SINGLE, Kind.REAL:
                self.emit("f64.promote_f32")
            case ((Kind.REAL | Kind.SINGLE), Kind.WHOLE):
                self.call(f"{self.prefix_of(have)}_whole")
            case _:
                raise TypeError(f"{have} cannot become {wanted}")

    def _check_single(self, node: Expr) -> None:
        """Rounding to single precision can leave the range only near its ends."""
        if not self.plan.proof.within(node, 62):
            self.call("f32_in_range")

    def _convert_fraction(self, have: Kind, wanted: Kind) -> None:
        match have, wanted:
            case Kind.WHOLE, Kind.REAL:
                if self.width is ValueType.I32:
                    self.emit("i64.extend_i32_s")
                self.call("fraction_of_whole")
            case Kind.REAL, Kind.WHOLE:
                self.call("fraction_whole")
            case Kind.SINGLE, Kind.REAL:
                self.call("fraction_of_f32")
            case Kind.REAL, Kind.SINGLE:
                self.call("fraction_to_f32")
            case _:
                raise TypeError(f"{have} cannot become {wanted}")

    # --- the frame ---

    def run(self, node: Node, wanted: Kind | None) -> None:
        """Emits ``node`` and everything below it."""
        stack: list[Iterator[tuple[Node, Kind | None]]] = [iter([(node, wanted)])]
        while stack:
            part = next(stack[-1], None)
            if part is None:
                stack.pop()
                continue
            node, wanted = part
            if isinstance(node, Number):
                self.literal(node, wanted or self.kind(node))
            else:
                stack.append(self._steps(node, wanted))

    def _steps(self, node: Node, wanted: Kind | None) -> Steps:
        if isinstance(node, Loop | While):
            yield from self._loop(node)
        else:
            yield from self._rules[type(node)](self, node)
        if wanted is not None:
            self.convert(node, wanted)  # pyright: ignore[reportArgumentType]

    def _loop(self, node: Loop | While) -> Steps:
        """A loop where it stands, or as a function of its own."""
        deep = self._open_loops > 0 and self._open_loops % DEEPEST_LOOPS == 0
        outline = self._outline(node) if deep else None
        if outline is not None:
            yield from outline
            return
        self._open_loops += 1
        yield from self._rules[type(node)](self, node)
        self._open_loops -= 1

    def _outline(self, node: Loop | While) -> Steps | None:
        """A loop as a function: it takes the variables that the loop uses, and gives those that it binds.

        None where these are more than a function can have.
        """
        parts, slots = post_order(node), self.plan.line.slots
        # a variable without a cell is bound in the loop and not known after it
        taken = sorted({slots[part] for part in parts if part in slots} & self._cells.keys())
        given = sorted({slots[part] for part in parts if isinstance(part, Bind)} & self._cells.keys())
        if sum(len(self._cells[slot].locals) for slot in taken) > _MOST_TAKEN:
            return None
        return self._outlined(node, taken, given)

    def _outlined(self, node: Loop | While, taken: Sequence[int], given: Sequence[int]) -> Steps:
        outer, cells, open_loops = self.builder, self._cells, self._open_loops
        arguments = [local for slot in taken for local in cells[slot].locals]
        kept = [local for slot in given for local in cells[slot].locals]
        self.builder = FunctionBuilder(tuple(outer.type_of(local) for local in arguments))
        self._cells, self._open_loops = {}, 0
        self._place(taken, [len(cells[slot].locals) for slot in taken])
        yield from self._loop(node)
        for slot in given:
            self.load(self._cells[slot])
        results = self.types(self.kind(node)) if isinstance(node, Loop) else tuple(map(outer.type_of, kept))
        name = f"{self._symbol}.{len(self.outlines) + 1}"
        self.outlines.append(self.builder.build(name, results))
        self.builder, self._cells, self._open_loops = outer, cells, open_loops
        self.load(Cell(tuple(arguments)))
        self.call(name)
        self.store(Cell(tuple(kept)))
