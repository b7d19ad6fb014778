"""The logit lens: which operation each step of a program is, read in the middle of the model.

The hidden state after block ``int(depth * layers)`` (``hidden_states[k + 1]``) at the prompt's last token goes through
the final norm and the head; the operation is the argmax over the operation words. Blocks above the lens do not run.
"""

from __future__ import annotations

from collections.abc import Sequence

from irmill.compiler.model.config import LensConfig
from irmill.compiler.model.load import LoadedModel, SlotModel
from irmill.compiler.model.readings import LensItem, LensReading
from irmill.compiler.model.slot_lens import SlotLens
from irmill.compiler.model.text_lens import read_text_model


def classify(
    model: LoadedModel, items: Sequence[LensItem], config: LensConfig | None = None
) -> list[list[LensReading]]:
    """One reading for each operation node of each item, post-order."""
    if isinstance(model, SlotModel):
        return SlotLens(model, config).read(items)
    return read_text_model(model, items, config)
