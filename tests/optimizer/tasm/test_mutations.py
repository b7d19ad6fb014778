"""Mistakes planted into the machine: our own cases must notice every one of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from irmill.optimizer.field import extension, tip5
from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tasm import hashing, isa, semantics, tables, vm
from irmill.optimizer.tasm.isa import BY_NAME, U32Operation
from irmill.optimizer.tasm.state import MachineState

Compare = Callable[[dict[str, Any]], list[str]]
Plant = Callable[[pytest.MonkeyPatch], None]

PLANTS: dict[str, Plant] = {}


def plant(function: Plant) -> Plant:
    PLANTS[function.__name__] = function
    return function


def change_table(patch: pytest.MonkeyPatch, name: str, **changes: Any) -> None:
    table = {**BY_NAME, name: dataclasses.replace(BY_NAME[name], **changes)}
    patch.setattr("irmill.optimizer.tasm.program.BY_NAME", table)


def change_step(
    patch: pytest.MonkeyPatch, name: str, make: Callable[[MachineState, int], Callable[[], object]]
) -> None:
    patch.setattr(vm, "STEPS", {**vm.STEPS, name: make})


@plant
def depth_checked_at_each_pop(patch: pytest.MonkeyPatch) -> None:
    original = vm.STEPS["split"]

    def make(state: MachineState, argument: int) -> Callable[[], object]:
        step = original(state, argument)

        def strict() -> object:
            if len(state.stack) < isa.MINIMUM_DEPTH + 1:
                raise vm.TrapSignal(vm.Trap.STACK_TOO_SHALLOW, "popped")
            return step()

        return strict

    change_step(patch, "split", make)


@plant
def own_checks_before_depth(patch: pytest.MonkeyPatch) -> None:
    change_table(patch, "assert", delta=0)


def _merkle_without(patch: pytest.MonkeyPatch, index_first: bool, digest_check: bool) -> None:
    def make(state: MachineState, argument: int) -> Callable[[], object]:
        stack = state.stack

        def step() -> None:
            if not state.digests and digest_check:
                raise vm.TrapSignal(vm.Trap.DIGESTS_EMPTY, "")
            index = stack[-6]
            if index_first and index >> 32:
                raise vm.TrapSignal(vm.Trap.NOT_U32, "")
            sibling = state.digests.pop() if state.digests else (0,) * 5
            node = stack[:-6:-1]
            pair = (sibling, node) if index & 1 else (node, sibling)
            state.u32[U32Operation.SPLIT].add(index << 32 | index >> 1)
            stack[-6:] = (index >> 1, *tip5.hash_pair(*pair, state.limbs.inputs)[::-1])

        return step

    change_step(patch, "merkle_step", make)


@plant
def merkle_index_unchecked(patch: pytest.MonkeyPatch) -> None:
    _merkle_without(patch, index_first=False, digest_check=True)


@plant
def empty_digests_no_trap(patch: pytest.MonkeyPatch) -> None:
    _merkle_without(patch, index_first=True, digest_check=False)


@plant
def empty_digests_before_the_index(patch: pytest.MonkeyPatch) -> None:
    _merkle_without(patch, index_first=True, digest_check=True)


@plant
def merkle_sides_exchanged(patch: pytest.MonkeyPatch) -> None:
    original = tip5.hash_pair
    patch.setattr(hashing.tip5, "hash_pair", lambda left, right, limbs=None: original(right, left, limbs))


@plant
def read_io_takes_a_part(patch: pytest.MonkeyPatch) -> None:
    def make(state: MachineState, argument: int) -> Callable[[], object]:
        def step() -> None:
            for _ in range(argument):
                if not state.public:
                    raise vm.TrapSignal(vm.Trap.PUBLIC_INPUT_EMPTY, "")
                state.stack.append(state.public.pop())

        return step

    change_step(patch, "read_io", make)


@plant
def ram_reads_do_not_wrap(patch: pytest.MonkeyPatch) -> None:
    def make(state: MachineState, argument: int) -> Callable[[], object]:
        def step() -> None:
            pointer = state.stack.pop()
            state.stack.extend(state.ram.get(pointer - offset, 0) for offset in range(argument))
            state.stack.append((pointer - argument) % MODULUS)

        return step

    change_step(patch, "read_mem", make)


@plant
def write_mem_wants_the_pointer_below(patch: pytest.MonkeyPatch) -> None:
    def make(state: MachineState, argument: int) -> Callable[[], object]:
        def step() -> None:
            values = [state.stack.pop() for _ in range(argument)]
            pointer = state.stack.pop()
            state.ram.update({(pointer + offset) % MODULUS: value for offset, value in enumerate(values)})
            state.stack.append((pointer + argument) % MODULUS)

        return step

    change_step(patch, "write_mem", make)


def _operands_exchanged(name: str) -> Plant:
    def apply(patch: pytest.MonkeyPatch) -> None:
        original = vm.STEPS[name]

        def make(state: MachineState, argument: int) -> Callable[[], object]:
            step, stack = original(state, argument), state.stack

            def exchanged() -> object:
                stack[-1], stack[-2] = stack[-2], stack[-1]
                return step()

            return exchanged

        change_step(patch, name, make)

    return apply


for _name in ("lt", "pow", "div_mod"):
    PLANTS[f"{_name}_operands_exchanged"] = _operands_exchanged(_name)


@plant
def xor_has_its_own_entry(patch: pytest.MonkeyPatch) -> None:
    def make(state: MachineState, argument: int) -> Callable[[], object]:
        step = vm.U32_STEPS["xor"](state, argument)

        def separate() -> None:
            left, right = state.stack[-1], state.stack[-2]
            known = set(state.u32[U32Operation.AND])
            step()
            state.u32[U32Operation.AND].intersection_update(known)
            state.u32[U32Operation.POP_COUNT].add(left << 32 | right)

        return separate

    change_step(patch, "xor", make)


@plant
def u32_entries_are_not_distinct(patch: pytest.MonkeyPatch) -> None:
    class Fresh(set[Any]):
        def add(self, entry: Any) -> None:
            super().add((len(self), entry))

    def rows(state: MachineState) -> int:
        return sum(
            tables.u32_entry_rows(operation, entry >> 32, entry & 0xFFFFFFFF)
            for operation, entries in state.u32.items()
            for _, entry in entries
        )

    original = MachineState.__init__

    def init(self: MachineState, *arguments: Any) -> None:
        original(self, *arguments)
        self.u32 = {operation: Fresh() for operation in U32Operation}

    patch.setattr(MachineState, "__init__", init)
    patch.setattr(MachineState, "u32_rows", rows)


@plant
def pow_counts_the_base(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "irmill.optimizer.tasm.state.u32_entry_rows", lambda _, left, right: 1 + max(left, right).bit_length()
    )


@plant
def u32_rows_always_33(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("irmill.optimizer.tasm.state.u32_entry_rows", lambda *_: 33)


@plant
def invert_negates(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(semantics.goldilocks, "inverse", lambda value: -value % MODULUS)


@plant
def extension_of_another_polynomial(patch: pytest.MonkeyPatch) -> None:
    def mul(a: extension.Extension, b: extension.Extension) -> extension.Extension:
        x, y, z = (
            a[0] * b[0] + a[1] * b[2] + a[2] * b[1],
            a[0] * b[1] + a[1] * b[0] + a[2] * b[2],
            a[0] * b[2] + a[1] * b[1] + a[2] * b[0],
        )
        return (x % MODULUS, y % MODULUS, z % MODULUS)

    def make(state: MachineState, argument: int) -> Callable[[], object]:
        stack = state.stack

        def step() -> None:
            stack[-6:] = mul((stack[-1], stack[-2], stack[-3]), (stack[-4], stack[-5], stack[-6]))[::-1]

        return step

    change_step(patch, "xx_mul", make)


def _table_mistake(name: str, **changes: Any) -> Plant:
    return lambda patch: change_table(patch, name, **changes)


PLANTS |= {
    f"table_{name}_{'_'.join(changes)}": _table_mistake(name, **changes)
    for name, changes in {
        "swap": {"delta_by_count": 1},
        "sponge_init": {"hash_rows": 6},
        "hash": {"hash_rows": 5},
        "pop": {"delta": -1, "delta_by_count": 0},
        "read_mem": {"ram_by_count": 0},
        "write_mem": {"ram_by_count": 2},
        "xx_dot_step": {"ram": 3},
        "xb_dot_step": {"ram": 6},
        "merkle_step_mem": {"ram": 0},
        "merkle_step": {"hash_rows": 0},
        "sponge_absorb_mem": {"ram": 11},
        "sponge_squeeze": {"delta": 0},
        "sponge_absorb": {"delta": 0},
        "assert_vector": {"delta": -10},
        "xx_mul": {"delta": -6},
        "xb_mul": {"delta": -4},
        "div_mod": {"delta": -1},
        "skiz": {"delta": 0},
    }.items()
}


def test_our_cases_pass_without_a_plant(golden_cases: list[dict[str, Any]], compare_golden: Compare) -> None:
    assert not any(compare_golden(case) for case in golden_cases)


@pytest.mark.parametrize("name", PLANTS)
def test_planted_mistake_is_noticed(
    name: str, golden_cases: list[dict[str, Any]], compare_golden: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    PLANTS[name](monkeypatch)
    assert any(_differs(compare_golden, case) for case in golden_cases)


def _differs(compare: Compare, case: dict[str, Any]) -> bool:
    """Whether a case notices; a plant may also make the machine fail outright."""
    try:
        return bool(compare(case))
    except (IndexError, KeyError, TypeError, ValueError):
        return True
