"""A block as the policy network sees it: 32 nodes of four words, and sixteen words for the stack at its start.

A node is an operation other than a stack move. Its words are

    0   opcode (6 bits, number in the TIR table) | type (3) | first input (5) | second input (5)
    1   the step at which its result appears
    2   the last step at which its result is on the stack
    3   the immediate value, 0 without one

An input is the number of the node that made it; a node's own number stands for "none, or a word of the initial stack".
A context word is 0 for a slot that the block does not touch, else type (3 bits) | last step at which it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from irmill.optimizer.search.problem import Problem
from irmill.optimizer.search.symbolic import State, touches
from irmill.optimizer.tir.ops import BY_NAME

NODES = 32
NODE_WORDS = 4
CONTEXT = 16
TENSOR_WORDS = NODES * NODE_WORDS + CONTEXT
TOKENS = NODES + CONTEXT
"""Tokens of the network: one for each node, one for each slot of the initial stack."""

MOVES = frozenset({"dup", "swap", "pick", "place", "pop", "nop"})

_TIR_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "divine": "hint", "addi": "add", "log_2_floor": "log2", "assert_vector": "assert",
        "sponge_absorb_mem": "sponge_load", "merkle_step_mem": "merkle_load", "xx_mul": "ext_mul",
        "x_invert": "ext_invert", "xx_dot_step": "fold_ext", "xb_dot_step": "fold_base", "xx_add": "asm",
        "xb_mul": "asm",
    }
)  # fmt: skip
"""TASM names whose TIR operation is called otherwise; what TIR has no operation for is ``asm``."""


def tir_number(name: str) -> int:
    """The number in the TIR table of what a TASM instruction does."""
    return BY_NAME[_TIR_NAMES.get(name, name)].number


class ValueType:
    """Three-bit types of values."""

    WORD, U32, TRUTH, CONSTANT = range(4)


@dataclass(frozen=True, slots=True)
class Encoding:
    """The tensor of a block, and which token stands for which value.

    Attributes:
        tensor: 144 words, uint64: the nodes one after the other, then the context.
        tokens: value id to token: 0 to 31 for nodes, 32 to 47 for slots of the initial stack, the top first.
        mask: (48, 48) truth values: whether a token may attend to another.
    """

    tensor: npt.NDArray[np.uint64]
    tokens: Mapping[int, int]
    mask: npt.NDArray[np.bool_]


def encode(problem: Problem) -> Encoding:
    """Encode a block; operations past the 32nd node and slots below the sixteenth are left out."""
    states, values = problem.states, problem.values
    start = states[0].stack
    tokens: dict[int, int] = {}
    first = np.zeros(TOKENS, dtype=np.int64)
    last = np.full(TOKENS, -1, dtype=np.int64)
    linked = np.eye(TOKENS, dtype=np.bool_)
    tensor = np.zeros(TENSOR_WORDS, dtype=np.uint64)
    for slot in range(min(CONTEXT, len(start))):
        tokens[start[-1 - slot]] = NODES + slot
    node = 0
    for at, op in enumerate(problem.code):
        if op.name in MOVES or node >= NODES:
            continue
        before, after = states[at].stack, states[at + 1].stack
        kept = len(before) - touches(op)
        inputs = [tokens[value] for value in reversed(before[kept:]) if value in tokens]
        results = [value for value in after[kept:] if value not in tokens]
        for value in results:
            tokens[value] = node
        references = [token for token in inputs if token < NODES][:2]
        references += [node] * (2 - len(references))
        kind = _type(problem, results[-1]) if results else ValueType.WORD
        tensor[NODE_WORDS * node] = (tir_number(op.name) << 13) | (kind << 10) | (references[0] << 5) | references[1]
        tensor[NODE_WORDS * node + 3] = op.argument
        first[node] = at + 1
        linked[node, inputs] = True
        linked[inputs, node] = True
        node += 1
    _liveness(states, tokens, last)
    for token in range(node):
        tensor[NODE_WORDS * token + 1] = first[token]
        tensor[NODE_WORDS * token + 2] = max(int(last[token]), int(first[token]))
    for slot in range(min(CONTEXT, len(start))):
        kind = ValueType.U32 if start[-1 - slot] in values.u32 else ValueType.WORD
        tensor[NODES * NODE_WORDS + slot] = (kind << 10) | (int(last[NODES + slot]) + 2)
    present = last >= 0
    overlap = (first[:, None] <= last[None, :]) & (first[None, :] <= last[:, None])
    mask = (linked | overlap) & present[:, None] & present[None, :] | np.eye(TOKENS, dtype=np.bool_)
    return Encoding(tensor, MappingProxyType(tokens), mask)


def _type(problem: Problem, value: int) -> int:
    values = problem.values
    if values.constant_value(value) is not None:
        return ValueType.CONSTANT
    if value in values.boolean:
        return ValueType.TRUTH
    return ValueType.U32 if value in values.u32 else ValueType.WORD


def _liveness(states: tuple[State, ...], tokens: Mapping[int, int], last: npt.NDArray[np.int64]) -> None:
    for at, state in enumerate(states):
        for value in state.stack:
            token = tokens.get(value)
            if token is not None:
                last[token] = at


FEATURES = 64
"""Width of a token before the encoder."""


def features(encoding: Encoding) -> npt.NDArray[np.float64]:
    """The network's input: (48, 64), multiples of 1/16 in [-1, 1].

    The words of the tensor are laid out on fixed places and spread by a fixed sign pattern, so that no parameter is
    spent on embeddings.
    """
    raw = np.zeros((TOKENS, FEATURES))
    tensor = encoding.tensor.astype(np.int64)
    nodes = tensor[: NODES * NODE_WORDS].reshape(NODES, NODE_WORDS)
    used = np.nonzero(nodes[:, 1])[0]
    for token in used:
        word, born, dies, _ = nodes[token]
        raw[token, :54] = _pattern(int(word >> 13))
        raw[token, 54 + int((word >> 10) & 7)] += 1.0
        raw[token, 60] = min(born, 32) / 32
        raw[token, 61] = min(dies, 32) / 32
        raw[token, 62] = min(int(encoding.tensor[NODE_WORDS * token + 3]).bit_length(), 64) / 64
        raw[token, 63] = 1.0
    for slot in range(CONTEXT):
        word = int(tensor[NODES * NODE_WORDS + slot])
        if word:
            raw[NODES + slot, slot] = 1.0
            raw[NODES + slot, 60] = min(word & 1023, 32) / 32
            raw[NODES + slot, 54 + (word >> 10)] = 1.0
    return np.rint(raw * 16) / 16


def _pattern(opcode: int) -> npt.NDArray[np.float64]:
    """A fixed pattern of 54 signs for each opcode, one of them strong."""
    signs = np.array([1.0 if (opcode * 2654435761 + place * 40503) >> 7 & 1 else -1.0 for place in range(54)]) / 4
    signs[opcode] = 1.0
    return signs
