"""The tables of `irmill reproduce`, each measured by running this build."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from irmill.flows.reproduction import claims, held_out
from irmill.flows.reproduction.answers import answers, answers_or_errors
from irmill.flows.reproduction.network import parameter_rows, product_rows
from irmill.flows.reproduction.passes import forward_passes
from irmill.flows.reproduction.setting import Setting, Table, measured

if TYPE_CHECKING:
    from irmill.flows.config import RunConfig


def measure(names: Sequence[str], config: RunConfig, *, model_only: bool = False) -> dict[str, Table]:
    """The tables named, in that order; the model is loaded once.

    With ``model_only`` the texts that the parser reads alone go to the model, too.
    """
    from irmill.compiler.compile import Compiler

    with Compiler(config.compiler) as compiler:
        setting = Setting(compiler, config, model_only)
        return {name: TABLES[name](setting) for name in names}


def _bytes(setting: Setting) -> Table:
    found = setting.compile([claim.text for claim in claims.SEED_BYTES])
    code = [compilation.emission.code.hex(" ") if compilation.emission else "" for compilation in found]
    rows = [
        {"input": c.text, "expected": c.expected, "ours": ours, "seed": c.reported, "correct": ours == c.expected}
        for c, ours in zip(claims.SEED_BYTES, code, strict=True)
    ]
    return measured(rows, "the exact bytes of single operations and chains")


def _suffix_routing(setting: Setting) -> Table:
    from irmill.compiler.model.probe import next_tokens

    tokens = next_tokens(setting.compiler.model, [claim.text for claim in claims.SUFFIX_ROUTING])
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
    return measured(rows, "the next token after a suffix, embedded model")


def _suits(token: str, expected: str) -> bool:
    word = token.strip()
    return word in ("true", "false") if expected == "a truth value" else word.lstrip("-").isdigit()


def _kernel_types(setting: Setting) -> Table:
    from irmill.synth.kernels.families import FAMILIES

    generated = {f"{family}.{form}" for family, forms in FAMILIES.items() for form in forms}
    rows = [
        {"input": name, "seed": counted, "ours": ours or "not built yet", "correct": ours in generated}
        for name, counted, ours in claims.KERNEL_TYPES
    ]
    return measured(rows, "kernel types of the synthesis seeds")


def _later(about: str) -> Callable[[Setting], Table]:
    def table(setting: Setting) -> Table:
        return {"rows": [], "correct": 0, "total": 0, "status": "not built yet", "about": about}

    return table


_PROGRAMS = answers(claims.PROGRAMS, "what goes wrong in its instructions, bytes and runtime")

TABLES: Mapping[str, Callable[[Setting], Table]] = {
    "single_op": answers(claims.SINGLE_OP, "one operation, in words"),
    "multi_op": answers(claims.MULTI_OP, "chains of operations"),
    "loop": answers(claims.LOOP, "loops"),
    "comparison": answers(claims.COMPARISON, "comparisons"),
    "large_loop": answers(claims.LARGE_LOOP, "a million iterations"),
    "breaking": answers_or_errors(claims.BREAKING, "texts that the seeds' compiler does not read"),
    "silent": answers_or_errors(claims.SILENT, "texts that it answers wrongly without a word"),
    "programs": lambda setting: _PROGRAMS(setting.parsing()),
    "passes": forward_passes,
    "bytes": _bytes,
    "suffix_routing": _suffix_routing,
    "kernel_types": _kernel_types,
    "network": lambda *_: measured(parameter_rows(), "the optimizer's network, parameters by part"),
    "fixed_point": lambda *_: measured(product_rows(), "multiplication in fixed point, 16 fraction bits"),
    "held_out": lambda setting: measured(held_out.accuracy_rows(setting), "what nothing is trained on"),
    "overlap": lambda *_: measured(held_out.overlap_rows(), "what of the same problems is in training ones"),
    "confidence": lambda setting: measured(held_out.confidence_rows(setting), "the surest of the same problems"),
    "lens": lambda setting: measured(held_out.lens_rows(setting), "rejecting some of the same problems"),
    **{name: _later(about) for name, about in claims.LATER.items()},
}
"""Every table by name."""
