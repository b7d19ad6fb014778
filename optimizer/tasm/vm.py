"""The virtual machine: runs a program in memory, counts what the tables would hold, and stops at traps and limits.

Code is run a basic block at a time. A block knows how deep the stack must be for none of its instructions to be too
shallow; where it is that deep, and where the block fits under the cycle limit, its steps run without further checks.
Otherwise each instruction is checked on its own, in the machine's order: instruction pointer, depth with the
instruction's net effect, then the instruction's own checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from operator import length_hint
from types import MappingProxyType

from irmill.optimizer.tasm.arithmetic32 import U32_STEPS
from irmill.optimizer.tasm.assemble import Assembly, Placed, ProgramHash, program_hash
from irmill.optimizer.tasm.control import HALTED, JUMPS, Jump
from irmill.optimizer.tasm.hashing import HASH_STEPS
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH, Flow
from irmill.optimizer.tasm.semantics import PLAIN_STEPS, Step, StepFactory
from irmill.optimizer.tasm.state import MachineState
from irmill.optimizer.tasm.tables import LOOKUP_ROWS, Heights
from irmill.optimizer.tasm.trap import Stop, Trap, TrapSignal

STEPS: Mapping[str, StepFactory] = MappingProxyType({**PLAIN_STEPS, **U32_STEPS, **HASH_STEPS})
"""Name to step, for every instruction after which the next one follows."""

_LONGEST_BLOCK = 512
_CYCLES_BETWEEN_MEMORY_CHECKS = 1 << 16


class Status(StrEnum):
    """How a run ended."""

    OK = "ok"
    TRAP = "trap"
    CYCLE_LIMIT = "cycle_limit"


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What a run may use.

    Attributes:
        max_cycles: executed instructions; a program that halts with its last allowed one ends well.
        max_words: words held, where an entry of RAM or of the U32 table counts as eight. Checked now and then.
    """

    max_cycles: int = 10_000_000
    max_words: int = 1 << 25


@dataclass(frozen=True, slots=True)
class Execution:
    """The result of a run.

    Attributes:
        status: how it ended.
        stack: the operational stack, top first; after a trap it may be half-changed.
        output: words written, first one first.
        cycles: completed instructions; with the final ``halt`` where there is one.
        error: the trap, or the limit that was hit; None for ``ok``.
        message: one line about the error; empty for ``ok``.
        error_id: the number behind the assertion that failed, or None.
        address: of the instruction that failed or would have been next; None for ``ok``.
        heights: of the tables, for ``ok`` only.
        ram: every address that was given or written, with its final word; an absent one holds 0.
    """

    status: Status
    stack: tuple[int, ...]
    output: tuple[int, ...]
    cycles: int
    error: Trap | Stop | None
    message: str
    address: int | None
    heights: Heights | None
    ram: Mapping[int, int]
    error_id: int | None = None


@dataclass(slots=True)
class _Block:
    """Instructions from one entry to the next one that may jump.

    Attributes:
        steps: the instructions but for a jump at the end.
        jump: performs that instruction, if there is one, and gives the next address.
        need: words that the stack must hold so that no instruction is too shallow.
        length: number of instructions.
        code: the instructions.
        runs: how often the whole block ran without checks.
    """

    steps: tuple[Step, ...]
    jump: Jump
    need: int
    length: int
    code: tuple[Placed, ...]
    runs: int = 0


@dataclass(slots=True)
class _Rows:
    """Rows that executed instructions added to the tables that only count."""

    op_stack: int = 0
    ram: int = 0
    hash: int = 0

    def add(self, placed: Placed, times: int) -> None:
        opcode = placed.instruction.opcode
        self.op_stack += opcode.op_stack_rows(placed.argument) * times
        self.ram += opcode.ram_rows(placed.argument) * times
        self.hash += opcode.hash_rows * times


class _LimitReached(Exception):
    """Ends a run at a limit."""

    def __init__(self, stop: Stop, message: str) -> None:
        super().__init__(message)
        self.stop = stop
        self.message = message


def execute(
    assembly: Assembly,
    public_input: Sequence[int] = (),
    secret_input: Sequence[int] = (),
    digests: Sequence[Sequence[int]] = (),
    ram: Mapping[int, int] | None = None,
    limits: RunLimits | None = None,
) -> Execution:
    """Run a program from address 0 until it halts, traps or hits a limit.

    Args:
        assembly: the program.
        public_input: words for ``read_io``, canonical, first one first.
        secret_input: words for ``divine``.
        digests: digests of five words for ``merkle_step``, first one first.
        ram: the initial memory; every other address holds 0.
        limits: of cycles and memory; the defaults if None.
    """
    attested = program_hash(assembly.words)
    state = MachineState(attested.digest, public_input, secret_input, digests, ram or {})
    return _Machine(assembly, attested, state, limits or RunLimits()).run()


class _Machine:
    """One run. ``address`` and ``cycles`` are those of the instruction that executes next."""

    def __init__(self, assembly: Assembly, attested: ProgramHash, state: MachineState, limits: RunLimits) -> None:
        self.assembly = assembly
        self.attested = attested
        self.state = state
        self.limits = limits
        self.position = {placed.address: index for index, placed in enumerate(assembly.code)}
        self.blocks: list[_Block | None] = [None] * (len(assembly.words) + 1)
        self.rows = _Rows()
        self.address: int = 0
        self.cycles: int = 0

    def run(self) -> Execution:
        try:
            while self.address != HALTED:
                self.run_blocks(min(self.limits.max_cycles, self.cycles + _CYCLES_BETWEEN_MEMORY_CHECKS))
                if self.address != HALTED:
                    self.check_memory()
        except TrapSignal as signal:
            return self.result(Status.TRAP, signal.trap, self.trap_message(signal))
        except _LimitReached as reached:
            return self.result(Status.CYCLE_LIMIT, reached.stop, reached.message)
        return self.result(Status.OK, None, "")

    def run_blocks(self, limit: int) -> None:
        """Run until ``halt``, or until the next block does not fit under ``limit`` cycles.

        Where ``limit`` is the run's own, that block is run in steps up to it.
        """
        blocks, stack, final = self.blocks, self.state.stack, limit == self.limits.max_cycles
        address, cycles = self.address, self.cycles
        while address != HALTED:
            block = blocks[address]
            if block is None:
                self.address, self.cycles = address, cycles
                block = blocks[address] = self.build(address)
            after = cycles + block.length
            if after > limit or len(stack) < block.need:
                self.address, self.cycles = address, cycles
                if after > limit and not final:
                    return
                self.run_in_steps(block)
                address, cycles = self.address, self.cycles
                continue
            steps: Iterator[Step] | None = iter(block.steps)
            try:
                for step in steps:
                    step()
                steps = None
                address = block.jump()
            except TrapSignal:
                index = block.length if steps is None else len(block.steps) - length_hint(steps)
                self.address, self.cycles = block.code[index - 1].address, cycles + index - 1
                raise
            block.runs += 1
            cycles = after
        self.address, self.cycles = address, cycles

    def run_in_steps(self, block: _Block) -> None:
        """Run a block with every check before each instruction."""
        stack, following = self.state.stack, HALTED
        for index, placed in enumerate(block.code):
            self.address = placed.address
            if self.cycles >= self.limits.max_cycles:
                raise self.out_of_cycles()
            if len(stack) + placed.instruction.opcode.stack_delta(placed.argument) < MINIMUM_DEPTH:
                raise TrapSignal(Trap.STACK_TOO_SHALLOW, "the operational stack is too shallow")
            if index < len(block.steps):
                block.steps[index]()
            else:
                following = block.jump()
            self.rows.add(placed, 1)
            self.cycles += 1
        self.address = following if block.length > len(block.steps) else block.jump()

    def build(self, address: int) -> _Block:
        """The block that starts at an address.

        Raises:
            TrapSignal: if that is past the last word.
        """
        if address == len(self.assembly.words):
            if self.cycles >= self.limits.max_cycles:
                raise self.out_of_cycles()
            raise TrapSignal(Trap.INSTRUCTION_POINTER, "the instruction pointer points outside of the program")
        code = self.assembly.code
        first = end = self.position[address]
        steps: list[Step] = []
        depth = need = 0
        while end < len(code) and end - first < _LONGEST_BLOCK:
            placed = code[end]
            opcode = placed.instruction.opcode
            end += 1
            depth += opcode.stack_delta(placed.argument)
            need = max(need, -depth)
            if opcode.flow is not Flow.NEXT:
                jump = self.jump(placed, end)
                break
            steps.append(STEPS[placed.instruction.name](self.state, placed.argument))
        else:
            jump = partial(int, self.address_of(end))
        return _Block(tuple(steps), jump, MINIMUM_DEPTH + need, end - first, code[first:end])

    def jump(self, placed: Placed, following: int) -> Jump:
        skipped = self.address_of(following + 1) if following < len(self.assembly.code) else None
        factory = JUMPS[placed.instruction.opcode.flow]
        return factory(self.state, placed.argument, self.address_of(following), skipped)

    def address_of(self, index: int) -> int:
        """The address of an instruction by its place in the code; the end of the words for the place after all."""
        code = self.assembly.code
        return code[index].address if index < len(code) else len(self.assembly.words)

    def check_memory(self) -> None:
        if self.state.size() > self.limits.max_words:
            raise _LimitReached(Stop.MEMORY_LIMIT, f"more than {self.limits.max_words} words of memory")

    def out_of_cycles(self) -> _LimitReached:
        return _LimitReached(Stop.CYCLE_LIMIT, f"no halt within {self.limits.max_cycles} cycles")

    def trap_message(self, signal: TrapSignal) -> str:
        error_id = self.error_id(signal.trap)
        return signal.message if error_id is None else f"[{error_id}] {signal.message}"

    def error_id(self, error: Trap | Stop | None) -> int | None:
        """The number of the assertion that failed, if one did and it has a number."""
        index = self.position.get(self.address)
        is_assertion = error in (Trap.ASSERTION, Trap.VECTOR_ASSERTION)
        return self.assembly.code[index].error_id if is_assertion and index is not None else None

    def result(self, status: Status, error: Trap | Stop | None, message: str) -> Execution:
        state = self.state
        return Execution(
            status=status,
            stack=tuple(reversed(state.stack)),
            output=tuple(state.output),
            cycles=self.cycles,
            error=error,
            message=message,
            address=None if status is Status.OK else self.address,
            heights=self.heights() if status is Status.OK else None,
            ram=state.ram,
            error_id=None if status is Status.OK else self.error_id(error),
        )

    def heights(self) -> Heights:
        """Of a complete run. Hashing the program adds to the Hash and the Cascade table."""
        for block in self.blocks:
            if block is not None and block.runs:
                for placed in block.code:
                    self.rows.add(placed, block.runs)
        limbs = self.state.limbs
        limbs.fold()
        limbs.add(self.attested.limbs)
        return Heights(
            program=self.attested.program_rows,
            processor=self.cycles,
            op_stack=self.rows.op_stack,
            ram=self.rows.ram,
            jump_stack=self.cycles,
            hash=self.rows.hash + self.attested.hash_rows,
            cascade=len(limbs),
            lookup=LOOKUP_ROWS,
            u32=self.state.u32_rows(),
        )
