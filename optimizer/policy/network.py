"""The policy network in fixed point: 90,816 parameters, integers with 16 fraction bits, one rounding shift a layer.

    encoder, twice    q, k, v, o: 4 * 64 * 64    feed-forward: 64 -> 128 (biased) -> 64    two gains: 2 * 64     33,024
    decoder           128 -> 128 (biased)        128 -> 64 (biased): 48 opcode and 16 argument logits            24,768

The encoder turns the tokens of a block into embeddings, once. For each state of the search the decoder gets the words
on top of the stack (rolled by their position, so that order counts), the words of the goal, and the last instruction.

Everything is integer arithmetic that means the same on every machine and in the Goldilocks field. So attention weighs
by the positive parts of its scores and divides by a power of two that the number of allowed tokens decides, and
normalisation divides by the power of two above the largest entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from irmill.optimizer.field.fixed import FRACTION_BITS, SCALE, Fixed, accumulate, encode, matmul, relu, rescale
from irmill.optimizer.policy.encode import TOKENS
from irmill.optimizer.tasm.isa import OPCODES, ArgumentKind
from irmill.optimizer.tasm.straight import Op

WIDTH = 64
HEADS = 2
HEAD_WIDTH = WIDTH // HEADS
HIDDEN = 128
LAYERS = 2
OPCODE_LOGITS = 48
ARGUMENT_LOGITS = 16
LOGITS = OPCODE_LOGITS + ARGUMENT_LOGITS
POOLED = 8
"""Words of the stack, and of the goal, that the decoder sees."""

ROLL = 7
"""By how many places the embedding of the next deeper word is rolled."""

POOL_SHIFT = 2
SCORE_SHIFT = 2
SCORE_LIMIT = 4 * SCALE
PROJECTION_LIMIT = 8 * SCALE
HIDDEN_LIMIT = 16 * SCALE
"""Bounds that keep every sum of products below 2^14, so that the rescaling shift is always exact."""

LIMIT = 4.0
"""Weights stay below this in absolute value."""

SHAPES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        **{
            f"encoder{layer}.{name}": shape
            for layer in range(LAYERS)
            for name, shape in {
                "query": (WIDTH, WIDTH),
                "key": (WIDTH, WIDTH),
                "value": (WIDTH, WIDTH),
                "output": (WIDTH, WIDTH),
                "rise": (WIDTH, HIDDEN),
                "rise_bias": (HIDDEN,),
                "fall": (HIDDEN, WIDTH),
                "gain_attention": (WIDTH,),
                "gain_feed": (WIDTH,),
            }.items()
        },
        "decoder.hidden": (2 * WIDTH, HIDDEN),
        "decoder.hidden_bias": (HIDDEN,),
        "decoder.logits": (HIDDEN, LOGITS),
        "decoder.logits_bias": (LOGITS,),
    }
)
"""Names and shapes of the tensors."""

OPCODE_INDEX: Mapping[str, int] = MappingProxyType({row.name: at for at, row in enumerate(OPCODES)})
_START = len(OPCODES)
"""The last opcode index stands for "no instruction yet"."""

Weights = Mapping[str, Fixed]
"""Tensor name to integers with 16 fraction bits, shapes as in ``SHAPES``."""


def initial_weights(seed: int) -> dict[str, npt.NDArray[np.float64]]:
    """Random real weights to start from; the gains are 1, the biases 0."""
    generator = np.random.default_rng(seed)
    weights: dict[str, npt.NDArray[np.float64]] = {}
    for name, shape in SHAPES.items():
        if "gain" in name:
            weights[name] = np.ones(shape)
        elif "bias" in name:
            weights[name] = np.zeros(shape)
        else:
            weights[name] = generator.normal(0.0, 0.7 / np.sqrt(shape[0]), shape)
    return weights


def to_fixed(weights: Mapping[str, npt.NDArray[np.float64]]) -> dict[str, Fixed]:
    """Real weights on the grid of 2^-16, cut to the allowed range."""
    return {name: encode(np.clip(weights[name], -LIMIT, LIMIT - 1 / SCALE)) for name in SHAPES}


def check_weights(weights: Weights) -> None:
    """Raise ``ValueError`` unless there is every tensor, in its shape, within the limit."""
    if set(weights) != set(SHAPES):
        raise ValueError(f"weights {sorted(set(weights) ^ set(SHAPES))} are missing or unknown")
    for name, shape in SHAPES.items():
        if weights[name].shape != shape:
            raise ValueError(f"{name} has the shape {weights[name].shape} where {shape} is wanted")
        if weights[name].size and int(np.abs(weights[name]).max()) > int(LIMIT * SCALE):
            raise ValueError(f"{name} leaves the range of the fixed-point weights")


def normalize(values: Fixed, gain: Fixed) -> Fixed:
    """Each row divided by the power of two above its largest entry, times a gain: entries below 1 in absolute value."""
    peak = np.abs(values).max(axis=-1, keepdims=True)
    bits = np.zeros_like(peak)
    remaining = peak >> FRACTION_BITS
    while np.any(remaining):
        bits += remaining > 0
        remaining >>= 1
    half = np.where(bits > 0, np.int64(1) << np.maximum(bits - 1, 0), 0)
    return rescale(((values + half) >> bits) * gain)


def attention_shift(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each token the power of two that is not below the number of tokens it may attend to, as a shift."""
    counts = mask.sum(axis=-1)
    return np.ceil(np.log2(np.maximum(counts, 1))).astype(np.int64)


def encode_tokens(weights: Weights, tokens: Fixed, mask: npt.NDArray[np.bool_]) -> Fixed:
    """The encoder.

    Args:
        weights: the network.
        tokens: (48, 64) integers with 16 fraction bits.
        mask: (48, 48) truth values.

    Returns:
        (48, 64) embeddings, entries at most 4 in absolute value.
    """
    shift = attention_shift(mask)[:, None]
    for layer in range(LAYERS):
        prefix = f"encoder{layer}."
        query, key, value = (
            np.clip(matmul(tokens, weights[prefix + name]), -PROJECTION_LIMIT, PROJECTION_LIMIT)
            for name in ("query", "key", "value")
        )
        mixed = np.empty((TOKENS, WIDTH), dtype=np.int64)
        for head in range(HEADS):
            part = slice(head * HEAD_WIDTH, (head + 1) * HEAD_WIDTH)
            scores = relu(matmul(query[:, part], key[:, part].T)) >> SCORE_SHIFT
            scores = np.where(mask, np.minimum(scores, SCORE_LIMIT), 0)
            mixed[:, part] = rescale(accumulate(scores, value[:, part])) >> shift
        tokens = normalize(tokens + matmul(mixed, weights[prefix + "output"]), weights[prefix + "gain_attention"])
        raised = matmul(tokens, weights[prefix + "rise"], weights[prefix + "rise_bias"])
        raised = np.minimum(relu(raised), HIDDEN_LIMIT)
        tokens = normalize(tokens + matmul(raised, weights[prefix + "fall"]), weights[prefix + "gain_feed"])
    return tokens


def pool(embeddings: Fixed, places: npt.NDArray[np.int64]) -> Fixed:
    """The words on top of a stack in one vector.

    Args:
        embeddings: (48, 64).
        places: (n, 8) tokens from the top down, -1 where there is none.
    """
    total = np.zeros((places.shape[0], WIDTH), dtype=np.int64)
    for depth in range(POOLED):
        place = places[:, depth]
        words = np.where(place[:, None] >= 0, embeddings[np.maximum(place, 0)], 0)
        total += np.roll(words, ROLL * depth, axis=1)
    return total >> POOL_SHIFT


def last_instruction(opcode: npt.NDArray[np.int64]) -> Fixed:
    """The fixed embedding of the last instruction: (n, 64), one strong place for each opcode; -1 for none."""
    result = np.zeros((opcode.shape[0], WIDTH), dtype=np.int64)
    result[np.arange(opcode.shape[0]), np.where(opcode < 0, _START, opcode)] = SCALE
    return result


def decode_logits(weights: Weights, stack: Fixed, goal: Fixed) -> Fixed:
    """The decoder: (n, 64) for the stack, (n, 64) for goal and last instruction, to (n, 64) logits."""
    inputs = np.concatenate([stack, goal], axis=1)
    hidden = matmul(inputs, weights["decoder.hidden"], weights["decoder.hidden_bias"])
    hidden = np.minimum(relu(hidden), HIDDEN_LIMIT)
    return matmul(hidden, weights["decoder.logits"], weights["decoder.logits_bias"])


_INDEXED = frozenset(row.name for row in OPCODES if row.argument in (ArgumentKind.INDEX, ArgumentKind.COUNT))


def logit_places(action: Op, constants: Sequence[int]) -> tuple[int, int]:
    """The two logits whose sum is an action's score: of its opcode, and of its argument.

    The argument of ``push`` is the place of the constant in the block's table; ``addi`` has none.
    """
    argument = 0
    if action.name in _INDEXED:
        argument = action.argument
    elif action.name == "push" and action.argument in constants:
        argument = constants.index(action.argument)
    return OPCODE_INDEX[action.name], OPCODE_LOGITS + argument % ARGUMENT_LOGITS
