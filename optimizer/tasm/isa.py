"""The one table of Triton VM's instructions (release 9.0.1).

Parser, printer, assembler, virtual machine, table heights and documentation all read this table; an instruction's
number, size, stack effect and cost stand nowhere else. What is not here is what an instruction computes: that is
``irmill.optimizer.tasm.semantics``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from irmill.optimizer.tasm.trap import Trap

MINIMUM_DEPTH = 16
"""The operational stack never holds fewer words than this."""

DIGEST_WORDS = 5
RATE = 10
"""Words that one sponge permutation takes in or gives out."""

PERMUTATION_ROWS = 6
"""Rows of the Hash table for one permutation: five rounds and the state before them."""


class ArgumentKind(StrEnum):
    """What stands behind an instruction's name. An argument takes the instruction's second word."""

    NONE = "none"
    FIELD = "field"  # any field element, written in decimal with an optional sign
    INDEX = "index"  # a stack position, 0 to 15
    COUNT = "count"  # a number of words, 1 to 5
    LABEL = "label"  # in source a label, in words its absolute address


class U32Operation(StrEnum):
    """The operations of the U32 table; an entry there is (operation, left, right)."""

    SPLIT = "split"
    LT = "lt"
    AND = "and"
    LOG_2_FLOOR = "log_2_floor"
    POW = "pow"
    POP_COUNT = "pop_count"


class Flow(StrEnum):
    """How control leaves an instruction. Every kind but ``NEXT`` ends a basic block."""

    NEXT = "next"
    SKIP = "skip"
    CALL = "call"
    RETURN = "return"
    RECURSE = "recurse"
    RECURSE_OR_RETURN = "recurse_or_return"
    HALT = "halt"


@dataclass(frozen=True, slots=True)
class Opcode:
    """One row of the instruction table.

    Attributes:
        name: as written in source.
        number: the first word of the instruction.
        argument: what follows the name.
        delta: change of the stack's height, apart from ``delta_by_count``.
        delta_by_count: change of the stack's height for each unit of a COUNT argument.
        ram: rows of the RAM table, one for each word accessed, apart from ``ram_by_count``.
        ram_by_count: rows of the RAM table for each unit of a COUNT argument.
        hash_rows: rows of the Hash table.
        u32: the entries that it makes in the U32 table, in order. How many rows an entry costs depends on its
            operands, and an entry that exists already costs nothing.
        flow: how control leaves it.
        traps: its own checks in the order in which they are made; the instruction pointer and the depth of the
            stack are checked before them, for every instruction.
        effect: what it does, for documentation; the top of the stack is to the right.
    """

    name: str
    number: int
    effect: str
    argument: ArgumentKind = ArgumentKind.NONE
    delta: int = 0
    delta_by_count: int = 0
    ram: int = 0
    ram_by_count: int = 0
    hash_rows: int = 0
    u32: tuple[U32Operation, ...] = ()
    flow: Flow = Flow.NEXT
    traps: tuple[Trap, ...] = ()

    @property
    def words(self) -> int:
        """Words of program memory: 1, or 2 with an argument."""
        return 1 if self.argument is ArgumentKind.NONE else 2

    def stack_delta(self, argument: int = 0) -> int:
        """Change of the stack's height; ``argument`` matters for instructions that take a COUNT only."""
        return self.delta + self.delta_by_count * argument if self.delta_by_count else self.delta

    def op_stack_rows(self, argument: int = 0) -> int:
        """Rows that one execution adds to the OpStack table."""
        return abs(self.stack_delta(argument))

    def ram_rows(self, argument: int = 0) -> int:
        """Rows that one execution adds to the RAM table."""
        return self.ram + self.ram_by_count * argument if self.ram_by_count else self.ram


_FIELD, _INDEX, _COUNT, _LABEL = ArgumentKind.FIELD, ArgumentKind.INDEX, ArgumentKind.COUNT, ArgumentKind.LABEL
_LT, _AND, _SPLIT = U32Operation.LT, U32Operation.AND, U32Operation.SPLIT

OPCODES: tuple[Opcode, ...] = (
    Opcode("halt", 0, "ends the run", flow=Flow.HALT),
    Opcode("push", 1, "_ -> _ a", _FIELD, delta=1),
    Opcode("skiz", 2, "_ a -> _, skips the next instruction if a = 0", delta=-1, flow=Flow.SKIP,
           traps=(Trap.INSTRUCTION_POINTER,)),
    Opcode("pop", 3, "_ e{n-1}..e0 -> _", _COUNT, delta_by_count=-1),
    Opcode("split", 4, "_ a -> _ hi lo", delta=1, u32=(_SPLIT,)),
    Opcode("lt", 6, "_ b a -> _ a<b", delta=-1, u32=(_LT,), traps=(Trap.NOT_U32,)),
    Opcode("nop", 8, "does nothing"),
    Opcode("divine", 9, "_ -> _ e0..e{n-1}, from secret input", _COUNT, delta_by_count=1,
           traps=(Trap.SECRET_INPUT_EMPTY,)),
    Opcode("assert", 10, "_ a -> _, wants a = 1", delta=-1, traps=(Trap.ASSERTION,)),
    Opcode("write_mem", 11, "_ v{n-1}..v0 p -> _ p+n, RAM[p+j] = vj", _COUNT, delta_by_count=-1, ram_by_count=1),
    Opcode("log_2_floor", 12, "_ a -> _ floor(log2 a)", u32=(U32Operation.LOG_2_FLOOR,),
           traps=(Trap.NOT_U32, Trap.LOGARITHM_OF_ZERO)),
    Opcode("and", 14, "_ b a -> _ a&b", delta=-1, u32=(_AND,), traps=(Trap.NOT_U32,)),
    Opcode("return", 16, "pops the jump stack and goes to the return address", flow=Flow.RETURN,
           traps=(Trap.JUMP_STACK_EMPTY,)),
    Opcode("pick", 17, "takes the word at position i to the top", _INDEX),
    Opcode("write_io", 19, "_ e{n-1}..e0 -> _, writes e0 first", _COUNT, delta_by_count=-1),
    Opcode("hash", 18, "_ x9..x0 -> _ d4..d0", delta=-5, hash_rows=PERMUTATION_ROWS),
    Opcode("div_mod", 20, "_ d n -> _ n//d n%d", u32=(_LT, _SPLIT), traps=(Trap.NOT_U32, Trap.DIVISION_BY_ZERO)),
    Opcode("xor", 22, "_ b a -> _ a^b", delta=-1, u32=(_AND,), traps=(Trap.NOT_U32,)),
    Opcode("recurse", 24, "goes to the target of the innermost call", flow=Flow.RECURSE,
           traps=(Trap.JUMP_STACK_EMPTY,)),
    Opcode("place", 25, "puts the top at position i", _INDEX),
    Opcode("assert_vector", 26, "_ y4..y0 x4..x0 -> _ y4..y0, wants x = y", delta=-5,
           traps=(Trap.VECTOR_ASSERTION,)),
    Opcode("pop_count", 28, "_ a -> _ number of one bits in a", u32=(U32Operation.POP_COUNT,), traps=(Trap.NOT_U32,)),
    Opcode("pow", 30, "_ e b -> _ b**e", delta=-1, u32=(U32Operation.POW,), traps=(Trap.NOT_U32,)),
    Opcode("recurse_or_return", 32, "returns if st5 = st6, else recurses", flow=Flow.RECURSE_OR_RETURN,
           traps=(Trap.JUMP_STACK_EMPTY,)),
    Opcode("dup", 33, "pushes the word at position i", _INDEX, delta=1),
    Opcode("sponge_absorb", 34, "_ x9..x0 -> _", delta=-RATE, hash_rows=PERMUTATION_ROWS,
           traps=(Trap.SPONGE_UNINITIALIZED,)),
    Opcode("merkle_step", 36, "_ i n4..n0 -> _ i//2 m4..m0, the sibling is the next secret digest", u32=(_SPLIT,),
           hash_rows=PERMUTATION_ROWS, traps=(Trap.NOT_U32, Trap.DIGESTS_EMPTY)),
    Opcode("sponge_init", 40, "starts the sponge anew", hash_rows=1),
    Opcode("swap", 41, "exchanges the top and the word at position i", _INDEX),
    Opcode("add", 42, "_ b a -> _ a+b", delta=-1),
    Opcode("merkle_step_mem", 44, "_ p _ i n4..n0 -> _ p+5 _ i//2 m4..m0, the sibling is RAM[p..p+4]", ram=5,
           u32=(_SPLIT,), hash_rows=PERMUTATION_ROWS, traps=(Trap.NOT_U32,)),
    Opcode("sponge_absorb_mem", 48, "_ _ _ _ _ p -> _ l3..l0 p+10, absorbs RAM[p..p+9]", ram=RATE,
           hash_rows=PERMUTATION_ROWS, traps=(Trap.SPONGE_UNINITIALIZED,)),
    Opcode("call", 49, "pushes (next address, target) to the jump stack and goes to the target", _LABEL,
           flow=Flow.CALL),
    Opcode("mul", 50, "_ b a -> _ a*b", delta=-1),
    Opcode("sponge_squeeze", 56, "_ -> _ x9..x0", delta=RATE, hash_rows=PERMUTATION_ROWS,
           traps=(Trap.SPONGE_UNINITIALIZED,)),
    Opcode("read_mem", 57, "_ p -> _ v0..v{n-1} p-n, vj = RAM[p-j]", _COUNT, delta_by_count=1, ram_by_count=1),
    Opcode("eq", 58, "_ b a -> _ 1 if a = b else 0", delta=-1),
    Opcode("invert", 64, "_ a -> _ 1/a", traps=(Trap.INVERSE_OF_ZERO,)),
    Opcode("addi", 65, "_ b -> _ a+b", _FIELD),
    Opcode("xx_add", 66, "_ y2..y0 x2..x0 -> _ z2..z0, z = x+y in the extension field", delta=-3),
    Opcode("x_invert", 72, "_ x2..x0 -> _ z2..z0, z = 1/x in the extension field", traps=(Trap.INVERSE_OF_ZERO,)),
    Opcode("read_io", 73, "_ -> _ e0..e{n-1}, from public input", _COUNT, delta_by_count=1,
           traps=(Trap.PUBLIC_INPUT_EMPTY,)),
    Opcode("xx_mul", 74, "_ y2..y0 x2..x0 -> _ z2..z0, z = x*y in the extension field", delta=-3),
    Opcode("xx_dot_step", 80, "_ s2..s0 q p -> _ t2..t0 q+3 p+3, t = s + RAM[p..p+2]*RAM[q..q+2]", ram=6),
    Opcode("xb_mul", 82, "_ x2..x0 a -> _ z2..z0, z = a*x", delta=-1),
    Opcode("xb_dot_step", 88, "_ s2..s0 q p -> _ t2..t0 q+3 p+1, t = s + RAM[p]*RAM[q..q+2]", ram=4),
)  # fmt: skip

BY_NAME: Mapping[str, Opcode] = MappingProxyType({opcode.name: opcode for opcode in OPCODES})

INDEX_ARGUMENTS = range(16)
COUNT_ARGUMENTS = range(1, 6)

KEYWORDS: frozenset[str] = frozenset({"hint", "error_id", "error_message"})
"""Names that are neither instructions nor allowed as labels; ``break`` is allowed as one."""
