"""The tables of `irmill reproduce`, each measured by running this build."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from irmill.flows.reproduction import claims, held_out
from irmill.flows.reproduction.claims import Claim
from irmill.flows.reproduction.network import parameter_rows, product_rows

if TYPE_CHECKING:
    from irmill.compiler.compile import Compiler
    from irmill.flows.config import RunConfig

Table = dict[str, Any]
"""``rows``, ``correct``, ``total``, ``status`` (measured, or not built yet) and ``about``."""


def measure(names: Sequence[str], config: RunConfig) -> dict[str, Table]:
    """The tables named, in that order; the model is loaded once."""
    from irmill.compiler.compile import Compiler

    with Compiler(config.compiler) as compiler:
        return {name: TABLES[name](compiler, config) for name in names}


def _measured(rows: list[dict[str, Any]], about: str) -> Table:
    right = sum(bool(row["correct"]) for row in rows)
    return {"rows": rows, "correct": right, "total": len(rows), "status": "measured", "about": about}


def _answers(rows: Sequence[Claim], about: str) -> Callable[[Compiler, RunConfig], Table]:
    """A table of inputs with answers: the whole compiler runs each input."""

    def table(compiler: Compiler, config: RunConfig) -> Table:
        found = compiler.compile_all([claim.text for claim in rows])
        return _measured(
            [
                {
                    "input": claim.text,
                    "canonical": compilation.canonical or "",
                    "expected": claim.expected,
                    "ours": compilation.value if compilation.error is None else str(compilation.error),
                    "seed": claim.reported,
                    "correct": compilation.error is None and compilation.value == claim.expected,
                }
                for claim, compilation in zip(rows, found, strict=True)
            ],
            about,
        )

    return table


def _bytes(compiler: Compiler, config: RunConfig) -> Table:
    found = compiler.compile_all([claim.text for claim in claims.SEED_BYTES])
    code = [compilation.emission.code.hex(" ") if compilation.emission else "" for compilation in found]
    rows = [
        {"input": c.text, "expected": c.expected, "ours": ours, "seed": c.reported, "correct": ours == c.expected}
        for c, ours in zip(claims.SEED_BYTES, code, strict=True)
    ]
    return _measured(rows, "the exact bytes of single operations and chains")


def _suffix_routing(compiler: Compiler, config: RunConfig) -> Table:
    from irmill.compiler.model.probe import next_tokens

    tokens = next_tokens(compiler.model, [claim.text for claim in claims.SUFFIX_ROUTING])
    rows = [
        {
            "input": claim.text,
            "expected": claim.expected,
            "ours": f"{token} ({probability:.2f})",
            "seed": claim.reported,
            "correct": _suits(token, claim.expected),
        }
        for claim, (token, probability) in zip(claims.SUFFIX_ROUTING, tokens, strict=True)
    ]
    return _measured(rows, "the next token after a suffix, embedded model")


def _suits(token: str, expected: str) -> bool:
    word = token.strip()
    return word in ("true", "false") if expected == "a truth value" else word.lstrip("-").isdigit()


def _kernel_types(compiler: Compiler, config: RunConfig) -> Table:
    from irmill.synth.kernels.families import FAMILIES

    generated = {f"{family}.{form}" for family, forms in FAMILIES.items() for form in forms}
    rows = [
        {"input": name, "seed": counted, "ours": ours or "not built yet", "correct": ours in generated}
        for name, counted, ours in claims.KERNEL_TYPES
    ]
    return _measured(rows, "kernel types of the synthesis seeds")


def _later(about: str) -> Callable[[Compiler, RunConfig], Table]:
    def table(compiler: Compiler, config: RunConfig) -> Table:
        return {"rows": [], "correct": 0, "total": 0, "status": "not built yet", "about": about}

    return table


TABLES: Mapping[str, Callable[[Compiler, RunConfig], Table]] = {
    "single_op": _answers(claims.SINGLE_OP, "one operation, in words"),
    "multi_op": _answers(claims.MULTI_OP, "chains of operations"),
    "loop": _answers(claims.LOOP, "loops"),
    "comparison": _answers(claims.COMPARISON, "comparisons"),
    "large_loop": _answers(claims.LARGE_LOOP, "a million iterations"),
    "bytes": _bytes,
    "suffix_routing": _suffix_routing,
    "kernel_types": _kernel_types,
    "network": lambda *_: _measured(parameter_rows(), "the optimizer's network, parameters by part"),
    "fixed_point": lambda *_: _measured(product_rows(), "multiplication in fixed point, 16 fraction bits"),
    "held_out": lambda compiler, _: _measured(held_out.accuracy_rows(compiler), "what nothing is trained on"),
    "overlap": lambda *_: _measured(held_out.overlap_rows(), "what of the same problems is in training ones"),
    "confidence": lambda compiler, _: _measured(held_out.confidence_rows(compiler), "the surest of the same problems"),
    "lens": lambda compiler, _: _measured(held_out.lens_rows(compiler), "rejecting some of the same problems"),
    **{name: _later(about) for name, about in claims.LATER.items()},
}
"""Every table by name."""
