"""The TIR: its table, its text, its checks, and classical lowering against a reference evaluator of its own."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.lower.classical import lower_block, lower_program
from irmill.optimizer.search.equivalence import EDGES
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.straight import Code, delta_of
from irmill.optimizer.tasm.vm import RunLimits, Status, execute
from irmill.optimizer.tir.blocks import basic_blocks
from irmill.optimizer.tir.generate import FAMILIES, HELD_OUT, TRAIN, generate_blocks
from irmill.optimizer.tir.ops import OPCODES, TirCode, TirOp, op, stack_effect
from irmill.optimizer.tir.text import TirSyntaxError, parse_tir, print_tir
from irmill.optimizer.tir.verify import TirError, height_of, verify

U32 = 2**32


class Trapped(Exception):
    """The reference evaluator met what the machine would trap on."""


def _u32(*words: int) -> None:
    if any(word >= U32 for word in words):
        raise Trapped


def _binary(name: str, a: int, b: int) -> list[int]:
    """The result of ``a b``, b on top; written from the table's description, not from the lowering."""
    match name:
        case "add":
            return [(a + b) % MODULUS]
        case "sub":
            return [(a - b) % MODULUS]
        case "mul":
            return [a * b % MODULUS]
        case "eq":
            return [int(a == b)]
        case "pow":
            _u32(b)
            return [pow(a, b, MODULUS)]
        case "shl":
            _u32(b)
            return [a * pow(2, b, MODULUS) % MODULUS]
    if name == "shr":
        _u32(b)
        power = pow(2, b, MODULUS)
        _u32(a, power)
        if power == 0:
            raise Trapped
        return [a // power]
    _u32(a, b)
    match name:
        case "lt":
            return [int(a < b)]
        case "and":
            return [a & b]
        case "or":
            return [a | b]
        case "xor":
            return [a ^ b]
        case _:
            if b == 0:
                raise Trapped
            return [a // b, a % b]


def _unary(name: str, a: int) -> list[int]:
    match name:
        case "neg":
            return [-a % MODULUS]
        case "invert":
            if a == 0:
                raise Trapped
            return [pow(a, MODULUS - 2, MODULUS)]
        case "split":
            return [a >> 32, a & (U32 - 1)]
        case "pop_count":
            _u32(a)
            return [bin(a).count("1")]
        case _:
            _u32(a)
            if a == 0:
                raise Trapped
            return [a.bit_length() - 1]


class Reference:
    """A plain evaluator of TIR programs: one Python list for the stack, recursion for bodies."""

    def __init__(self, public: Sequence[int]) -> None:
        self.stack = [0] * 11
        self.public = list(public)
        self.output: list[int] = []
        self.ram: dict[int, int] = {}

    def run(self, code: TirCode) -> None:
        for operation in code:
            self.one(operation)

    def one(self, operation: TirOp) -> None:
        stack, name = self.stack, operation.name
        n = int(operation.arguments[0]) if operation.arguments and isinstance(operation.arguments[0], int) else 0
        match name:
            case "push":
                stack.append(n)
            case "pop":
                del stack[len(stack) - n :]
            case "dup":
                stack.append(stack[-1 - n])
            case "swap":
                stack[-1], stack[-1 - n] = stack[-1 - n], stack[-1]
            case "read_io":
                if len(self.public) < n:
                    raise Trapped
                stack.extend(self.public[:n])
                del self.public[:n]
            case "write_io":
                for _ in range(n):
                    self.output.append(stack.pop())
            case "ram_write":
                address = stack.pop()
                for k in range(n):
                    self.ram[(address + k) % MODULUS] = stack.pop()
            case "ram_read":
                address = stack.pop()
                stack.extend(self.ram.get((address - k) % MODULUS, 0) for k in range(n))
            case "assert":
                if stack.pop() != 1:
                    raise Trapped
            case "if_else":
                self.run(operation.bodies[0] if stack.pop() else operation.bodies[1])
            case "if_only":
                if stack.pop():
                    self.run(operation.bodies[0])
            case "loop":
                while stack[-1]:
                    stack[-1] = (stack[-1] - 1) % MODULUS
                    self.run(operation.bodies[0])
                stack.pop()
            case "reveal":
                self.output.append(int(operation.arguments[1]))
                for _ in range(int(operation.arguments[2])):
                    self.output.append(stack.pop())
            case "halt" | "comment":
                pass
            case "neg" | "invert" | "split" | "pop_count" | "log2":
                stack.extend(_unary(name, stack.pop()))
            case _:
                b, a = stack.pop(), stack.pop()
                stack.extend(_binary(name, a, b))


UNARY = ["neg", "invert", "split", "pop_count", "log2"]
BINARY = ["add", "sub", "mul", "eq", "lt", "and", "or", "xor", "div_mod", "shl", "shr", "pow"]


def random_code(generator: random.Random, height: int, length: int, depth: int) -> tuple[list[TirOp], int]:
    """Well-formed TIR that starts on ``height`` words, and the height where it ends."""
    code: list[TirOp] = []
    start = height
    for _ in range(length):
        kind = generator.random()
        if height < 4 or kind < 0.25:
            code.append(op("push", generator.choice((0, 1, 2, 3, generator.choice(EDGES)))))
        elif kind < 0.4:
            code.append(op(generator.choice(("dup", "swap")), generator.randrange(min(height, 8))))
        elif kind < 0.6:
            code.append(op(generator.choice(BINARY)))
        elif kind < 0.68:
            code.append(op(generator.choice(UNARY)))
        elif kind < 0.74:
            code += [op("push", generator.randrange(9)), op("ram_write", 1), op("push", generator.randrange(9))]
            code.append(op("ram_read", 1))
        elif kind < 0.8:
            code.append(op(generator.choice(("read_io", "write_io", "pop")), generator.randrange(1, 3)))
        elif depth and kind < 0.9:
            bodies: list[TirCode] = []
            for _branch in range(2):
                body, end = random_code(generator, height - 1, 3, depth - 1)
                surplus = end - (height - 1)
                body += [op("pop", 1)] * surplus + [op("push", 0)] * -surplus
                bodies.append(tuple(body))
            code.append(op("if_else", bodies=tuple(bodies)))
        elif depth:
            body, end = random_code(generator, height, 3, depth - 1)
            surplus = end - height
            body += [op("pop", 1)] * surplus + [op("push", 1)] * -surplus
            # a body may change the count below it: put a small one back on top
            body += [op("swap", 0), op("pop", 1), op("push", 0)]
            label = f"l{generator.randrange(10**9)}"
            code += [op("push", generator.randrange(3)), op("loop", label, bodies=(tuple(body),))]
        height = start + (height_of(code) or 0)
    return code, height


START = 11
"""Words that a random program starts with, so that it never gets near the words it did not push."""


def test_classical_lowering_agrees_with_the_reference_evaluator() -> None:
    generator = random.Random(17)
    done = trapped = 0
    for _ in range(600):
        code: list[TirOp] = [op("push", word) for word in range(START)]
        height = START
        for _part in range(generator.randrange(1, 8)):
            part, _ = random_code(generator, min(height, 11), 1, 2)
            code += part
            height = height_of(code) or 0
            if height < 6:
                break
        public = tuple(generator.choice((generator.randrange(40), generator.choice(EDGES))) for _ in range(6))
        reference = Reference(public)
        run = execute(assemble(lower_program((*code, op("halt")))), public, limits=RunLimits(20_000))
        if run.status is Status.CYCLE_LIMIT:
            continue
        try:
            reference.run(tuple(code))
        except Trapped:
            trapped += 1
            assert run.status is Status.TRAP, print_tir(code)
            continue
        assert run.status is Status.OK, (run.message, print_tir(code))
        assert list(run.output) == reference.output
        assert list(reversed(run.stack))[5:] == reference.stack, print_tir(code)
        assert {a: w for a, w in run.ram.items() if w} == {a: w for a, w in reference.ram.items() if w}
        done += 1
    assert done > 200
    assert trapped > 40


@pytest.mark.parametrize("name", BINARY + UNARY)
def test_every_operation_on_edge_words(name: str) -> None:
    arity = 2 if name in BINARY else 1
    generator = random.Random(name)
    for _ in range(60):
        words = [generator.choice((*EDGES, 4, 7, 100)) for _ in range(arity)]
        code = (*(op("push", word) for word in words), op(name))
        run = execute(assemble(lower_program((*code, op("halt")))))
        reference = Reference(())
        try:
            reference.run(code)
        except Trapped:
            assert run.status is Status.TRAP
        else:
            assert list(reversed(run.stack))[5:] == reference.stack, (name, words)


def test_reveal_and_seal() -> None:
    code = (
        op("push", 4),
        op("push", 5),
        op("reveal", "event", 9, 2),
        op("push", 7),
        op("seal", "event", 3, 1),
        op("halt"),
    )
    run = execute(assemble(lower_program(code)))
    assert run.output[:3] == (9, 5, 4)
    by_hand = "push 7 " + "push 0 " * 8 + "push 3 hash write_io 5 halt"
    assert run.output[3:] == execute(assemble(parse_tasm(by_hand))).output


def test_the_table_numbers_54_operations_and_its_effects_are_those_of_the_lowering() -> None:
    assert [row.number for row in OPCODES] == list(range(54))
    for row in OPCODES:
        if row.ends_block or row.name == "comment":
            continue
        arguments = tuple("e" if p in ("name", "label") else 1 for p in row.parameters)
        operation = TirOp(row.name, arguments)
        pops, pushes = stack_effect(operation)
        line: Code = lower_block((operation,))
        assert sum(map(delta_of, line)) == pushes - pops, row.name


def test_text_and_back() -> None:
    for block in generate_blocks(60, 3):
        assert parse_tir(print_tir(block.code)) == block.code
    nested = (op("push", 1), op("if_else", bodies=((op("push", 2),), (op("push", 3),))), op("asm", "push 1\npop 1", 0))
    assert parse_tir(print_tir(nested)) == nested


@pytest.mark.parametrize(
    "text",
    ["pusch 1", "push", "push 1 2", "dup 16", "pop 0", "if_else {\n}", "if_only {", "}", "push {\n}", "call 9",
     "asm x 0",
     "push 99999999999999999999999", "assert 2", "if_only {\npush 1\n} else {\n}"],
)  # fmt: skip
def test_bad_text_is_named_by_line(text: str) -> None:
    with pytest.raises(TirSyntaxError, match=r"line [0-9]"):
        parse_tir(text)


def test_verification() -> None:
    verify((op("call", "f"), op("halt"), op("fn_start", "f"), op("return"), op("fn_end")))
    for code in (
        (op("call", "f"),),
        (op("fn_start", "f"), op("fn_start", "f")),
        (op("if_else", bodies=((op("push", 1),), ())),),
        (op("if_only", bodies=((op("push", 1),),)),),
        (op("loop", "l", bodies=((op("pop", 1),),)),),
    ):
        with pytest.raises(TirError):
            verify(code)


def test_blocks_are_cut_at_control_flow_and_at_32() -> None:
    inner = (op("push", 2), op("add"))
    code = (op("push", 1), op("comment", "x"), op("if_else", bodies=(inner, inner)), op("halt"))
    assert basic_blocks(code) == [(op("push", 1),), inner, inner]
    assert [len(block) for block in basic_blocks((op("add"),) * 70)] == [32, 32, 6]


def test_generated_blocks_repeat_run_and_keep_the_split_by_family() -> None:
    first, second = generate_blocks(80, 5), generate_blocks(80, 5)
    assert [block.code for block in first] == [block.code for block in second]
    assert generate_blocks(80, 6)[0].code != first[0].code or generate_blocks(80, 6)[1].code != first[1].code
    families = {split: {block.family for block in first if block.split == split} for split in (TRAIN, HELD_OUT)}
    assert families[TRAIN] | families[HELD_OUT] == set(FAMILIES)
    assert not families[TRAIN] & families[HELD_OUT]
    for block in first:
        verify(block.code)
        run = execute(assemble(lower_program(block.code)), block.public_input)
        assert run.status is Status.OK, print_tir(block.code)
        reference = Reference(block.public_input)
        reference.run(block.code)
        assert list(run.output) == reference.output
        assert len(block.body) <= 32
    assert {block.family for block in generate_blocks(30, 1, (HELD_OUT,))} <= families[HELD_OUT]
