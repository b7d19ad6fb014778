"""The families of generated kernels. Each has several forms, the last of which is its holdout.

A form writes the body of one kernel up to its store. Kernels of the holdout form belong to the test split, so that a
model trained on the others is asked for control flow or composition that it has not seen, family by family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from irmill.synth.kernels.expr import ARITHMETIC, SMOOTH, Expression, combine, overlap, wrap
from irmill.synth.kernels.stmt import Writer

Form = Callable[[Writer], None]
MAX_TERMS = 8
"""Most rounds of a loop; Warp unrolls constant ranges up to twice that."""


def _inputs(writer: Writer, scalars: int = 1) -> None:
    """One to three arrays and up to ``scalars`` scalars, all pending."""
    writer.line("i = wp.tid()")
    names = "xyz"[: writer.rng.randint(1, 3)]
    numbers = [writer.scalar("ab"[index]) for index in range(writer.rng.randint(0, scalars))]
    writer.pending += [writer.element(name) for name in names] + numbers


def _store(writer: Writer, value: Expression | None = None) -> None:
    writer.line(f"out[i] = {(value or writer.joined()).text}")


def _polynomial(writer: Writer) -> None:
    _inputs(writer, 2)
    writer.mix(writer.rng.randint(1, 4), ARITHMETIC, ())
    _store(writer)


def _rational(writer: Writer) -> None:
    _inputs(writer)
    writer.mix(writer.rng.randint(1, 3), (*ARITHMETIC, "divide"), ())
    base = writer.take()
    below = wrap(writer.rng, base, writer.literal, ("exp", "sqrt"))
    writer.pending.append(writer.assign(combine(writer.rng, base, below, ("divide",))))
    _store(writer)


def _transcendental(writer: Writer) -> None:
    _inputs(writer)
    writer.mix(writer.rng.randint(2, 4))
    _store(writer, writer.joined(functions=SMOOTH))


def _extrema(writer: Writer) -> None:
    _inputs(writer)
    writer.mix(writer.rng.randint(2, 4), (*ARITHMETIC, "min", "max"), (*SMOOTH, "abs"))
    _store(writer)


def _composed(writer: Writer) -> None:
    """Functions of functions, without a temporary in between."""
    _inputs(writer)
    for _ in range(writer.rng.randint(1, 2)):
        value = writer.take()
        for _ in range(writer.rng.randint(2, 3)):
            value = wrap(writer.rng, value, writer.literal)
        writer.pending.append(writer.assign(value))
    _store(writer)


def _condition(writer: Writer, value: Expression) -> str:
    """A comparison that may go either way on the kernel's domain."""
    others = [other for other in writer.pending if overlap(other, value) and other.text != value.text]
    operator = writer.rng.choice(("<", ">", "<=", ">="))
    if others and writer.rng.random() < 0.4:
        return f"{value.text} {operator} {writer.rng.choice(others).text}"
    share = writer.rng.uniform(0.35, 0.65)
    threshold = round(value.low + (value.high - value.low) * share, 2)
    return f"{value.text} {operator} {writer.literal(threshold)}"


def _branch(writer: Writer, header: str, name: str, required: list[Expression]) -> Expression:
    with writer.block(header):
        return writer.assign_to(name, writer.expression(required, ARITHMETIC, SMOOTH))


def _merged(name: str, values: list[Expression]) -> Expression:
    return Expression(name, min(value.low for value in values), max(value.high for value in values))


def _start_branches(writer: Writer) -> list[Expression]:
    """Inputs and a few assignments; returns what the branches use."""
    _inputs(writer)
    if writer.rng.random() < 0.5:
        writer.mix(1)
    required, writer.pending = list(writer.pending), list(writer.pending)
    return required


def _if_else(writer: Writer) -> None:
    required = _start_branches(writer)
    name = writer.fresh("r")
    headers = (f"if {_condition(writer, writer.rng.choice(required))}:", "else:")
    values = [_branch(writer, header, name, required) for header in headers]
    writer.pending = [_merged(name, values)]
    _store(writer)


def _elif_chain(writer: Writer) -> None:
    required = _start_branches(writer)
    value = writer.rng.choice(required)
    name = writer.fresh("r")
    arms = writer.rng.randint(2, 3)
    width = (value.high - value.low) / (arms + 1)
    values: list[Expression] = []
    for arm in range(arms):
        threshold = round(value.low + width * (arm + 1), 2)
        header = f"{'if' if arm == 0 else 'elif'} {value.text} < {writer.literal(threshold)}:"
        values.append(_branch(writer, header, name, required))
    values.append(_branch(writer, "else:", name, required))
    writer.pending = [_merged(name, values)]
    _store(writer)


def _guarded(writer: Writer) -> None:
    """A value, changed under conditions."""
    required = _start_branches(writer)
    name = writer.fresh("r")
    current = writer.assign_to(name, writer.expression(required, ARITHMETIC, SMOOTH))
    for _ in range(writer.rng.randint(1, 2)):
        current = Expression(name, current.low, current.high)
        with writer.block(f"if {_condition(writer, writer.rng.choice(required))}:"):
            changed = combine(writer.rng, current, writer.rng.choice(required))
            changed = writer.assign_to(name, writer.bounded(changed, 30.0))
        current = _merged(name, [current, changed])
    writer.pending = [current]
    _store(writer)


def _nested_if(writer: Writer) -> None:
    required = _start_branches(writer)
    name = writer.fresh("r")
    outer = writer.rng.choice(required)
    middle = round((outer.low + outer.high) / 2.0, 2)
    with writer.block(f"if {outer.text} > {writer.literal(middle)}:"):
        inner = writer.rng.choice([value for value in required if value.text != outer.text] or [outer])
        # The same value again is split higher up, so that both inner branches stay reachable.
        at = 0.75 if inner.text == outer.text else 0.5
        threshold = round(inner.low + (inner.high - inner.low) * at, 2)
        headers = (f"if {inner.text} < {writer.literal(threshold)}:", "else:")
        values = [_branch(writer, header, name, required) for header in headers]
    values.append(_branch(writer, "else:", name, required))
    writer.pending = [_merged(name, values)]
    _store(writer)


def _term(writer: Writer, counter: str, required: list[Expression]) -> Expression:
    """A term of a loop that depends on the counter."""
    position = Expression(writer.whole(counter), 0.0, float(MAX_TERMS - 1))
    return writer.bounded(writer.expression([position, *required], ARITHMETIC, ("sin", "cos", "tanh", "atan")), 6.0)


def _accumulate(writer: Writer, header: str, name: str, counter: str, required: list[Expression]) -> Expression:
    with writer.block(header):
        term = _term(writer, counter, required)
        operator = writer.rng.choice("++-")
        writer.line(f"{name} = {name} {operator} {term.inside(1)}")
    reach = term.size * MAX_TERMS
    return Expression(name, -reach, reach)


def _static_sum(writer: Writer) -> None:
    """A range of constants, which Warp unrolls."""
    _inputs(writer)
    required, writer.pending = writer.pending, []
    name = writer.sum()
    header = f"for k in range({writer.rng.randint(2, MAX_TERMS)}):"
    total = _accumulate(writer, header, name, "k", required)
    _store(writer, writer.bounded(total, 60.0))


def _recurrence(writer: Writer) -> None:
    """A value that each round is computed from the one before, unrolled."""
    _inputs(writer)
    first, *rest = writer.pending
    writer.pending = []
    name = writer.assign(first, "s").text
    with writer.block(f"for k in range({writer.rng.randint(2, 5)}):"):
        shrunk = Expression(f"wp.{writer.rng.choice(('sin', 'tanh', 'atan'))}({name})", -1.5708, 1.5708)
        value = writer.bounded(combine(writer.rng, shrunk, writer.constant(), ("multiply", "add")), 6.0)
        if rest:
            value = writer.bounded(writer.expression([value, *rest], ARITHMETIC, ()), 12.0)
        writer.assign_to(name, value)
    _store(writer, Expression(name, -12.0, 12.0))


def _dynamic_sum(writer: Writer) -> None:
    """A range whose end is an argument: a loop in the generated code."""
    _inputs(writer)
    required, writer.pending = writer.pending, []
    end = writer.count("n", 2, MAX_TERMS)
    name = writer.sum()
    start = writer.rng.choice(("", "", "1, "))
    _accumulate(writer, f"for k in range({start}{end}):", name, "k", required)
    _store(writer, Expression(name, 0.0, 0.0))


def _window(writer: Writer) -> None:
    """A weighted sum over neighbouring elements of a longer array."""
    width = writer.rng.randint(2, 5)
    writer.line("i = wp.tid()")
    low, high = writer.array("x", writer.threads + width - 1)
    other = writer.element("y") if writer.rng.random() < 0.5 else writer.constant()
    name = writer.sum()
    with writer.block(f"for k in range({width}):"):
        element = writer.assign(Expression("x[i + k]", low, high), "e")
        term = writer.bounded(writer.expression([element, other], ARITHMETIC, SMOOTH), 8.0)
        writer.line(f"{name} = {name} + {term.inside(1)}")
    _store(writer, Expression(name, 0.0, 0.0))


def _nested_sum(writer: Writer) -> None:
    """A loop over a loop; the inner one is unrolled, the outer one may be dynamic."""
    _inputs(writer)
    required, writer.pending = writer.pending, []
    dynamic = writer.rng.random() < 0.5
    end = writer.count("n", 2, 4) if dynamic else str(writer.rng.randint(2, 4))
    name = writer.sum()
    with writer.block(f"for j in range({end}):"), writer.block(f"for k in range({writer.rng.randint(2, 3)}):"):
        row = Expression(writer.whole("j"), 0.0, 3.0)
        term = _term(writer, "k", [row, *required])
        writer.line(f"{name} = {name} + {term.inside(1)}")
    _store(writer, Expression(name, 0.0, 0.0))


def _add_atomically(writer: Writer, value: Expression, index: str = "0") -> None:
    writer.line(f"wp.atomic_add(out, {index}, {value.text})")


def _sum_of_map(writer: Writer) -> None:
    _inputs(writer)
    writer.mix(writer.rng.randint(1, 3))
    _add_atomically(writer, writer.joined(functions=SMOOTH))


def _conditional_sum(writer: Writer) -> None:
    _inputs(writer)
    required = list(writer.pending)
    condition = _condition(writer, writer.rng.choice([value for value in required if value.text.endswith("_i")]))
    writer.mix(1)
    value = writer.joined()
    with writer.block(f"if {condition}:"):
        _add_atomically(writer, value)


def _grouped_sum(writer: Writer) -> None:
    """Several sums, by the thread's number."""
    _inputs(writer)
    writer.mix(writer.rng.randint(1, 2))
    _add_atomically(writer, writer.joined(), f"i % {GROUPS}")


GROUPS = 4
"""Outputs of a grouped reduction."""

FAMILIES: Mapping[str, Mapping[str, Form]] = {
    "elementwise": {
        "polynomial": _polynomial,
        "rational": _rational,
        "transcendental": _transcendental,
        "extrema": _extrema,
        "composed": _composed,
    },
    "branches": {"if_else": _if_else, "elif_chain": _elif_chain, "guarded": _guarded, "nested_if": _nested_if},
    "loops": {
        "static_sum": _static_sum,
        "recurrence": _recurrence,
        "dynamic_sum": _dynamic_sum,
        "window": _window,
        "nested_sum": _nested_sum,
    },
    "reduction": {"sum_of_map": _sum_of_map, "conditional_sum": _conditional_sum, "grouped_sum": _grouped_sum},
}
"""The forms of each family by name, in order. The last is the holdout: its kernels are the family's test split."""
