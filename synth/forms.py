"""An executed program as a Warp kernel, as the corpus has it: what ``irmill compile --trace`` adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from irmill.compiler.base.rows import Reject, Row
from irmill.synth.stages import build, extract, kernels


def warp_forms(programs: Sequence[Row], config: Any) -> list[Row]:
    """The forms of each executed program, made by the lane's own stages.

    What fails is named in place of the answer, ``{"warp_answer": "UNSUPPORTED: ..."}``, beside what was made before.

    Args:
        programs: rows as ``execute`` has them.
        config: of a run; its sections for the synth lane count.
    """
    forms: list[Row] = [{} for _ in programs]
    left = list(_made(forms, (kernels.lower_kernel_row(program, config.kernels) for program in programs)))
    for form, row in left:
        form |= {"operands": row["operands"], "warp_python": row["python"]}
    texts = extract.extract_rows([row for _, row in left], config.extract)
    left = list(_made([form for form, _ in left], texts))
    for form, row in left:
        form |= {name: row[name] for name in extract.TEXTS}
    built = build.build_rows([row for _, row in left], config.build)
    for form, row in _made([form for form, _ in left], built):
        form |= {
            "warp_answer": row["answer"],
            "gradient": row["gradient_status"],
            "cuda_status": row["cuda_status"],
        }
    return forms


def _made(forms: Iterable[Row], outcomes: Iterable[Row | Reject]) -> Iterator[tuple[Row, Row]]:
    """The forms that go on, each with its row; a reject becomes the answer of its form."""
    for form, outcome in zip(forms, outcomes, strict=True):
        if isinstance(outcome, Reject):
            form["warp_answer"] = f"{outcome.reason}: {outcome.message}"
        else:
            yield form, outcome
