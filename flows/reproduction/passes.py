"""Forward passes of the model beside iterations of the module: both counted while they happen.

A pass is counted by a hook on the layer that reads a text's tokens, so each run of a network over a text is one. A
step of the direct normalizer's search is a call of the layer that scores pairs. Iterations are counted by the engine:
a module takes one unit of fuel for each, so the least fuel that it ends with is how many it runs.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from irmill.compiler.base.limits import FUEL
from irmill.compiler.execute.engine import Job, WasmEngine
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.wasm.emit import Emission
from irmill.compiler.wasm.encode import encode_module
from irmill.flows.reproduction.setting import Row, Setting, Table, measured

if TYPE_CHECKING:
    from torch import nn

    from irmill.compiler.model.load import LoadedModel

ENDS = tuple(10**power for power in range(1, 7))
READS, CHOOSES, LENS = "normalizer passes", "normalizer steps", "language model passes"


def forward_passes(setting: Setting) -> Table:
    """``Sum 1 to N``: what the model computes does not grow with what the module does."""
    rows: list[Row] = []
    for end in ENDS:
        with counted(setting.compiler.model) as counts:
            (made,) = setting.compile([f"Sum 1 to {end}"])
        ran = iterations(made.emission, setting.compiler.engine()) if made.emission and made.error is None else 0
        expected = str(end * (end + 1) // 2)
        passes = {name: counts[name] for name in (READS, CHOOSES, LENS)}
        first = rows[0] if rows else passes
        rows.append(
            {
                "input": made.text,
                **passes,
                "iterations": ran,
                "expected": expected,
                "ours": made.value if made.error is None else str(made.error),
                "correct": made.value == expected
                and ran == end
                and counts[READS] > 0
                and all(count == first[name] for name, count in passes.items()),
            }
        )
    return measured(rows, "passes of the model and iterations of the module; right: passes as in the first row")


@contextlib.contextmanager
def counted(model: LoadedModel) -> Generator[Counter[str]]:
    """Counts the passes of every network of a model for as long as the block lasts."""
    counts: Counter[str] = Counter()

    def counting(name: str) -> Any:
        def hook(*_: object) -> None:
            counts[name] += 1

        return hook

    handles = [layer.register_forward_hook(counting(name)) for name, layer in _layers(model)]
    try:
        yield counts
    finally:
        for handle in handles:
            handle.remove()


def _layers(model: LoadedModel) -> Iterator[tuple[str, nn.Module]]:
    """The layers that are called once a pass, or once a step."""
    from irmill.compiler.model.load import SlotModel

    if not isinstance(model, SlotModel):
        yield LENS, model.net.get_input_embeddings()
        return
    yield LENS, model.net.model.embed_tokens
    for net, _ in model.direct.members if model.direct is not None else ():
        yield READS, net.word
        yield CHOOSES, net.middle


def iterations(emission: Emission, engine: WasmEngine) -> int:
    """How many loop iterations and calls a module runs, as the engine finds: the least fuel that it ends with."""
    least, most = 0, FUEL
    while least < most:
        middle = (least + most) // 2
        if _ends(emission, engine, middle):
            most = middle
        else:
            least = middle + 1
    return least


def _ends(emission: Emission, engine: WasmEngine, fuel: int) -> bool:
    body = emission.body
    globals_ = tuple(replace(one, initial=fuel) if one.name == "fuel" else one for one in body.globals)
    module = encode_module(replace(body, globals=globals_))
    (answer,) = engine.run([Job(module, emission.type, emission.truth)])
    return answer.error is not ErrorCode.FUEL
