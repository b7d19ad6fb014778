"""What the instructions that run the Tip5 permutation compute, as closures over one machine's state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from irmill.optimizer.field import tip5
from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.tasm.arithmetic32 import not_u32
from irmill.optimizer.tasm.isa import RATE, U32Operation
from irmill.optimizer.tasm.semantics import Step, StepFactory
from irmill.optimizer.tasm.state import MachineState
from irmill.optimizer.tasm.trap import Trap, TrapSignal


def _hash(state: MachineState, argument: int) -> Step:
    stack, limbs = state.stack, state.limbs

    def step() -> None:
        digest = tip5.hash10(stack[: -RATE - 1 : -1], limbs.inputs)
        stack[-RATE:] = digest[::-1]
        limbs.fold_if_long()

    return step


def _sponge_init(state: MachineState, argument: int) -> Step:
    sponge = state.sponge

    def step() -> None:
        sponge[:] = [0] * tip5.LANES

    return step


def _sponge_absorb(state: MachineState, argument: int) -> Step:
    stack = state.stack

    def step() -> None:
        _absorb(state, stack[: -RATE - 1 : -1])
        del stack[-RATE:]

    return step


def _sponge_absorb_mem(state: MachineState, argument: int) -> Step:
    stack, load = state.stack, state.load

    def step() -> None:
        pointer = stack[-1]
        lanes = load(pointer, RATE)
        _absorb(state, lanes)
        stack[-5:] = (lanes[3], lanes[2], lanes[1], lanes[0], (pointer + RATE) % MODULUS)

    return step


def _absorb(state: MachineState, lanes: Sequence[int]) -> None:
    _check_sponge(state)
    sponge = state.sponge
    sponge[:] = tip5.permute([*lanes, *sponge[RATE:]], state.limbs.inputs)
    state.limbs.fold_if_long()


def _sponge_squeeze(state: MachineState, argument: int) -> Step:
    stack, sponge, limbs = state.stack, state.sponge, state.limbs

    def step() -> None:
        _check_sponge(state)
        stack.extend(sponge[RATE - 1 :: -1])
        sponge[:] = tip5.permute(sponge, limbs.inputs)
        limbs.fold_if_long()

    return step


def _check_sponge(state: MachineState) -> None:
    if not state.sponge:
        raise TrapSignal(Trap.SPONGE_UNINITIALIZED, "the sponge must be initialized first")


def _merkle_step(state: MachineState, argument: int) -> Step:
    digests = state.digests

    def sibling() -> Sequence[int]:
        if not digests:
            raise TrapSignal(Trap.DIGESTS_EMPTY, "no more secret digests")
        return digests.pop()

    return _merkle(state, sibling)


def _merkle_step_mem(state: MachineState, argument: int) -> Step:
    stack = state.stack

    def sibling() -> Sequence[int]:
        pointer = stack[-8]
        stack[-8] = (pointer + tip5.DIGEST_WORDS) % MODULUS
        return state.load(pointer, tip5.DIGEST_WORDS)

    return _merkle(state, sibling)


def _merkle(state: MachineState, take_sibling: Callable[[], Sequence[int]]) -> Step:
    stack, limbs, enter = state.stack, state.limbs, state.u32[U32Operation.SPLIT].add

    def step() -> None:
        index = stack[-6]
        if index >= U32_LIMIT:
            raise not_u32(index)
        sibling = take_sibling()
        node = stack[:-6:-1]
        left, right = (sibling, node) if index & 1 else (node, sibling)
        digest = tip5.hash_pair(left, right, limbs.inputs)
        enter(index << 32 | index >> 1)
        stack[-6:] = (index >> 1, *digest[::-1])
        limbs.fold_if_long()

    return step


HASH_STEPS: Mapping[str, StepFactory] = MappingProxyType(
    {
        "hash": _hash,
        "sponge_init": _sponge_init,
        "sponge_absorb": _sponge_absorb,
        "sponge_absorb_mem": _sponge_absorb_mem,
        "sponge_squeeze": _sponge_squeeze,
        "merkle_step": _merkle_step,
        "merkle_step_mem": _merkle_step_mem,
    }
)
"""Name to step, for every instruction that adds rows to the Hash table."""
