"""Classical lowering: every TIR operation to a fixed piece of TASM.

The pieces are kept simple, since they are what candidates are checked against. Bodies of control flow become functions
behind the code that uses them. Triton's instructions take the left operand from the top, so operations whose operands
do not commute start with a ``swap 1``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.program import Instruction, Label, Statement
from irmill.optimizer.tasm.straight import Code, is_straight, to_op
from irmill.optimizer.tir.ops import TirCode, TirOp
from irmill.optimizer.tir.verify import walk

_DIGEST_FIELDS = 9
"""Words of a sealed record beside its tag: ten in all, the rate of the hash."""


def _i(name: str, argument: int | str | None = None) -> Instruction:
    return Instruction(name, argument)


_SAME = (
    "return", "halt", "add", "mul", "invert", "eq", "and", "xor", "pop_count", "split", "hash", "sponge_init",
    "sponge_absorb", "sponge_squeeze", "merkle_step",
)  # fmt: skip
"""Operations that are instructions of the same name."""

_PLAIN: Mapping[str, tuple[Statement, ...]] = MappingProxyType(
    {
        name: parse_tasm(text)
        for name, text in {
            **{name: name for name in _SAME},
            "sub": "push -1 mul add",
            "neg": "push -1 mul",
            "lt": "swap 1 lt",
            "or": "dup 1 dup 1 and push -1 mul add add",
            "div_mod": "swap 1 div_mod",
            "shl": "push 2 pow mul",
            "shr": "push 2 pow swap 1 div_mod pop 1",
            "log2": "log_2_floor",
            "pow": "swap 1 pow",
            "sponge_load": "sponge_absorb_mem",
            "merkle_load": "merkle_step_mem",
            "ext_mul": "xx_mul",
            "ext_invert": "x_invert",
            "fold_ext": "xx_dot_step",
            "fold_base": "xb_dot_step",
            "fn_end": "",
            "comment": "",
        }.items()
    }
)

_WITH_ARGUMENT = {
    **{name: name for name in ("push", "pop", "dup", "swap", "read_io", "write_io", "read_mem", "write_mem", "call")},
    "hint": "divine",
}


class _Expander:
    """One program: bodies wait until the code that uses them is written."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.waiting: list[tuple[str, list[Statement]]] = []
        self.fresh = 0

    def label(self, stem: str) -> str:
        while True:
            self.fresh += 1
            name = f"{stem}_{self.fresh}"
            if name not in self.names:
                return name

    def lower(self, code: Sequence[TirOp]) -> list[Statement]:
        result: list[Statement] = []
        for operation in code:
            result.extend(self.one(operation))
        return result

    def one(self, operation: TirOp) -> list[Statement]:
        name, arguments = operation.name, operation.arguments
        if name in _PLAIN:
            return list(_PLAIN[name])
        if name in _WITH_ARGUMENT:
            return [_i(_WITH_ARGUMENT[name], arguments[0])]
        match name:
            case "assert":
                return [_i("assert") if arguments[0] == 1 else _i("assert_vector")]
            case "ram_read":
                return [_i("read_mem", arguments[0]), _i("pop", 1)]
            case "ram_write":
                return [_i("write_mem", arguments[0]), _i("pop", 1)]
            case "reveal":
                return [_i("push", arguments[1]), *[_i("write_io", 1)] * (int(arguments[2]) + 1)]
            case "seal":
                padding = [_i("push", 0)] * (_DIGEST_FIELDS - int(arguments[2]))
                return [*padding, _i("push", arguments[1]), _i("hash"), _i("write_io", 5)]
            case "asm":
                return list(parse_tasm(str(arguments[0])))
            case "fn_start":
                return [Label(str(arguments[0]))]
            case "entry":
                return [_i("call", arguments[0]), _i("halt")]
            case "proof_block":
                return self.lower(operation.bodies[0])
            case "if_only":
                then = self.label("then")
                self.waiting.append((then, [*self.lower(operation.bodies[0]), _i("return")]))
                return [_i("skiz"), _i("call", then)]
            case "if_else":
                return self.branches(operation)
            case _:
                return self.loop(operation)

    def branches(self, operation: TirOp) -> list[Statement]:
        """The flag below the condition tells the second ``skiz`` whether the first branch ran."""
        then, otherwise = self.label("then"), self.label("else")
        self.waiting.append((then, [_i("pop", 1), *self.lower(operation.bodies[0]), _i("push", 0), _i("return")]))
        self.waiting.append((otherwise, [*self.lower(operation.bodies[1]), _i("return")]))
        return [_i("push", 1), _i("swap", 1), _i("skiz"), _i("call", then), _i("skiz"), _i("call", otherwise)]

    def loop(self, operation: TirOp) -> list[Statement]:
        """Count the top of the stack down to 0; the body runs with the count on top."""
        label = str(operation.arguments[0])
        test = [_i("dup", 0), _i("push", 0), _i("eq"), _i("skiz"), _i("return")]
        count = [_i("push", MODULUS - 1), _i("add")]
        self.waiting.append((label, [*test, *count, *self.lower(operation.bodies[0]), _i("recurse")]))
        return [_i("call", label), _i("pop", 1)]


def lower_program(code: Sequence[TirOp]) -> tuple[Statement, ...]:
    """TASM for a whole program whose own code ends with ``halt`` or ``return``: bodies follow it as functions."""
    names = frozenset(str(o.arguments[0]) for o in walk(code) if o.name in ("fn_start", "loop", "call", "entry"))
    expander = _Expander(names)
    result = expander.lower(code)
    while expander.waiting:
        label, body = expander.waiting.pop(0)
        result.extend([Label(label), *body])
    return tuple(result)


def lower_block(code: TirCode) -> Code:
    """TASM for a basic block.

    Raises:
        ValueError: for operations with control flow.
    """
    expander = _Expander(frozenset())
    statements = expander.lower(code)
    straight: Code = ()
    for statement in statements:
        if not isinstance(statement, Instruction) or not is_straight(statement):
            raise ValueError("a block has no control flow")
        straight = (*straight, to_op(statement))
    return straight
