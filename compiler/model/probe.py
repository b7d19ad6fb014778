"""Looking into a model: lens accuracy and a linear probe after every block, and what comes after a suffix.

The linear probe is the bar that the lens has to reach: a linear classifier on the same hidden state, fitted on training
templates and measured on held-out ones. Suffix routing is the next token of the whole model after a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import Problem, generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.batch import Encoded, collate
from irmill.compiler.model.load import LoadedModel, SlotModel, norm_of
from irmill.compiler.model.prompt import question_words
from irmill.compiler.model.readings import LensItem, lens_block
from irmill.compiler.model.report import operations_in
from irmill.compiler.model.slot_lens import SlotLens, operation_ids
from irmill.compiler.model.text_lens import first_tokens, hidden_after, step_prompts
from irmill.compiler.model.tokenizer import PAD

SUFFIXES = (
    "15 > 10 = ",
    "15 > 10 is ",
    "foo bar = ",
    "= ",
    "10 < 15 = ",
    "2 + 2 = ",
    "15 - 10 = ",
    "5 + 3 = ",
    "10 > 15 is ",
)
"""The texts of the suffix routing table."""
_FIT_STEPS = 150
_SEED = 5


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One block: how often lens and linear probe name the operation of a held-out step."""

    block: int
    lens: float
    linear: float


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """The rows by block, the block that the lens is read after, the most frequent operation's share, and routing."""

    rows: tuple[ProbeRow, ...]
    lens_block: int
    majority: float
    routing: tuple[tuple[str, str, float], ...]


def probe(model: LoadedModel, *, problems: int = 300) -> dict[str, Any]:
    """Lens and linear probe after every block, on steps of held-out templates: a :class:`ProbeReport` for JSON."""
    train = list(generate(problems, _SEED, splits=frozenset({Split.TRAIN})))
    test = list(generate(problems, _SEED + 1, splits=frozenset({Split.TEST})))
    fit_states, fit_words = _states(model, train)
    states, words = _states(model, test)
    operations = list(Operation)
    fit_labels = torch.tensor([operations.index(word) for word in fit_words])
    labels = torch.tensor([operations.index(word) for word in words])
    rows = tuple(
        ProbeRow(
            block,
            _lens_share(model, states[block], labels, operations),
            _linear_share(fit_states[block], fit_labels, states[block], labels, len(operations)),
        )
        for block in range(model.layers)
    )
    majority = Counter(fit_words).most_common(1)[0][0]
    share = sum(word is majority for word in words) / len(words)
    routing = tuple((text, *found) for text, found in zip(SUFFIXES, next_tokens(model, SUFFIXES), strict=True))
    return asdict(ProbeReport(rows, lens_block(model.layers), share, routing))


def next_tokens(model: LoadedModel, texts: Sequence[str]) -> list[tuple[str, float]]:
    """The most likely next token after each text, and its probability, by the whole model.

    The model over slots reads a text as it reads a question and is asked for its first word; a slot is shown as the
    number that it stands for.
    """
    return [_next_slot(model, text) if isinstance(model, SlotModel) else _next_text(model, text) for text in texts]


@torch.inference_mode()
def _next_slot(model: SlotModel, text: str) -> tuple[str, float]:
    form = normal_form(text)
    ids = tuple(model.words[word] for word in question_words(form, model.words))
    asked = Encoded(ids, (model.vocabulary["<eq>"], 0), (), ())
    batch = collate([asked], model.vocabulary[PAD])
    hidden = model.net.hidden(batch.ids, batch.positions, batch.mask)
    chances = torch.softmax(model.net.logits(hidden[0, len(ids)]), -1)
    best = int(chances.argmax())
    token = str(model.tokenizer.id_to_token(best)).replace("Ġ", " ")
    name = token.strip()
    if name[:1] == "N" and name[1:].isdigit() and int(name[1:]) < len(form.quantities):
        token = form.quantities[int(name[1:])].text
    return token, float(chances[best])


@torch.inference_mode()
def _next_text(model: LoadedModel, text: str) -> tuple[str, float]:
    assert not isinstance(model, SlotModel)
    inputs = model.tokenizer(text, return_tensors="pt")
    logits = model.net(input_ids=inputs["input_ids"].to(model.net.device)).logits[0, -1]
    chances = torch.softmax(logits.float(), -1)
    best = int(chances.argmax())
    return model.tokenizer.decode([best]), float(chances[best])


@torch.inference_mode()
def _states(model: LoadedModel, problems: Sequence[Problem]) -> tuple[list[Tensor], list[Operation]]:
    """The hidden state of every step after every block, (steps, width) each, and the steps' operations."""
    words = [operation for problem in problems for operation in operations_in(problem.canonical)]
    items = [LensItem(problem.question, parse_text(problem.canonical)) for problem in problems]
    if isinstance(model, SlotModel):
        return SlotLens(model).states(items), words
    collected: list[list[Tensor]] = [[] for _ in range(model.layers)]
    for prompt in (text for item in items for text in step_prompts(item)):
        inputs = model.tokenizer(prompt, return_tensors="pt")
        kept = {name: inputs[name].to(model.net.device) for name in ("input_ids", "attention_mask")}
        for block in range(model.layers):
            collected[block].append(hidden_after(model.net, block, kept)[0, -1].float().cpu())
    return [torch.stack(states) for states in collected], words


@torch.inference_mode()
def _lens_share(model: LoadedModel, states: Tensor, labels: Tensor, operations: Sequence[Operation]) -> float:
    if isinstance(model, SlotModel):
        ids, logits = operation_ids(model), model.net.logits(states)
    else:
        ids = first_tokens(model.tokenizer)
        logits = model.net.get_output_embeddings()(norm_of(model.net)(states.to(model.net.device))).cpu()
    columns = torch.tensor([ids[operation] for operation in operations])
    return float((logits[:, columns].argmax(-1) == labels).float().mean())


def _linear_share(fit: Tensor, fit_labels: Tensor, states: Tensor, labels: Tensor, classes: int) -> float:
    """Held-out accuracy of a linear classifier on standardised states, fitted by a fixed number of Adam steps."""
    mean, scale = fit.mean(0), fit.std(0) + 1e-6
    fit, states = ((fit - mean) / scale).clone(), ((states - mean) / scale).clone()
    weight = torch.zeros(fit.shape[1], classes, requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.AdamW([weight, bias], lr=0.05, weight_decay=0.01)
    for _ in range(_FIT_STEPS):
        loss = functional.cross_entropy(fit @ weight + bias, fit_labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return float(((states @ weight + bias).argmax(-1) == labels).float().mean())
