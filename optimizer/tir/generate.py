"""Generated TIR blocks: small pieces of well-known algorithms, as a simple front end would emit them.

The families are the unit of the split between training and held-out blocks: no algorithm of a held-out family is ever
seen in training. A block is a whole program: it reads its words from public input, computes, writes its results, halts.
The front end keeps every variable on the stack, copies what it uses and clears up at the end, one word at a time: that
is where the room for improvement is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from irmill.compiler.base.splits import Split
from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.tir.blocks import MAX_NODES
from irmill.optimizer.tir.ops import TirCode, TirOp, in_portions, op, stack_effect

TRAIN, HELD_OUT = Split.TRAIN, Split.HELD_OUT


@dataclass(frozen=True, slots=True)
class GeneratedBlock:
    """A block and one input for it.

    Attributes:
        family: the algorithm family.
        split: ``train`` or ``held_out``, by family.
        body: the block itself, at most 32 operations.
        code: the whole program around it.
        public_input: words that the program reads.
    """

    family: str
    split: str
    body: TirCode
    code: TirCode
    public_input: tuple[int, ...]


class Builder:
    """A naive front end: named words on the stack, the top last.

    Attributes:
        names: what lies on the stack.
        taken: how many words lay there at the start.
        code: the operations so far.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.taken = len(names)
        self.code: list[TirOp] = []
        self._temporaries = 0

    def load(self, *names: str) -> None:
        """Copy words to the top."""
        for name in names:
            index = self.names[::-1].index(name)
            self.code.append(op("dup", index))
            self.names.append(f"{name}'")

    def push(self, value: int) -> None:
        """Push a constant."""
        self.code.append(op("push", value % MODULUS))
        self.names.append(f"#{value}")

    def apply(self, name: str, *results: str, argument: int | None = None) -> None:
        """An operation on the top; its results, from the bottom up, get these names."""
        operation = op(name) if argument is None else op(name, argument)
        pops, _ = stack_effect(operation)
        self.code.append(operation)
        del self.names[len(self.names) - pops :]
        self.names.extend(results)

    def compute(self, result: str, name: str, *operands: str) -> str:
        """Copy operands, apply an operation with one result."""
        self.load(*operands)
        self.apply(name, result)
        return result

    def temporary(self) -> str:
        """A fresh name."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    def keep(self, names: Sequence[str]) -> None:
        """Copy the results to the top in order, and remove everything below them, a word at a time."""
        self.load(*names)
        kept = len(names)
        while len(self.names) > kept:
            self.code += [op("swap", kept), op("pop", 1)]
            below = len(self.names) - 1 - kept
            self.names[below] = self.names[-1]
            self.names.pop()


Family = Callable[[random.Random], tuple[Builder, list[str]]]
"""Makes the body of a block: the front end after it, and its results."""


def _inputs(generator: random.Random, count: int) -> tuple[Builder, list[str]]:
    """Words in a random order, sometimes with others among them that the block does not use."""
    names = [f"x{i}" for i in range(count)]
    given = [*names, *(f"unused{i}" for i in range(generator.choice((0, 0, 1, 1, 2))))]
    generator.shuffle(given)
    return Builder(given), names


def _polynomial(generator: random.Random) -> tuple[Builder, list[str]]:
    """Horner's rule with constant coefficients."""
    builder, (x,) = _inputs(generator, 1)
    builder.push(generator.randrange(1, 100))
    for _ in range(generator.randrange(1, 4)):
        builder.load(x)
        builder.apply("mul", "h")
        builder.push(generator.choice((0, 1, generator.randrange(100))))
        builder.apply(generator.choice(("add", "sub")), "h")
    return builder, ["h"]


def _difference(generator: random.Random) -> tuple[Builder, list[str]]:
    """Sums and differences of products of a few words."""
    builder, names = _inputs(generator, generator.randrange(2, 4))
    for at in range(generator.randrange(1, 3)):
        left, right = generator.choice(names), generator.choice(names)
        builder.compute(f"p{at}", generator.choice(("mul", "sub", "add")), left, right)
        names = [*names, f"p{at}"]
    builder.compute("r", generator.choice(("sub", "add")), names[-1], names[0])
    return builder, ["r"]


def _select(generator: random.Random) -> tuple[Builder, list[str]]:
    """The lesser or greater of two words, without branches."""
    builder, names = _inputs(generator, 2)
    a, b = generator.sample(names, 2)
    builder.compute("t", "lt", a, b)
    builder.compute("d", "sub", a, b)
    builder.compute("m", "mul", "d", "t")
    builder.compute("r", "add", "m", b)
    return builder, ["r"] if generator.random() < 0.7 else ["r", "t"]


def _bits(generator: random.Random) -> tuple[Builder, list[str]]:
    """Choice and parity of u32 words, as hash functions use them."""
    builder, names = _inputs(generator, 3)
    x, y, z = generator.sample(names, 3)
    builder.compute("a", "and", x, y)
    builder.compute("b", generator.choice(("xor", "and")), generator.choice((x, y)), z)
    builder.compute("r", "xor", "a", "b")
    return builder, ["r"]


def _compare(generator: random.Random) -> tuple[Builder, list[str]]:
    """Comparisons and their negations."""
    builder, names = _inputs(generator, 2)
    a, b = generator.sample(names, 2)
    builder.compute("c", generator.choice(("lt", "eq")), a, b)
    for _ in range(generator.randrange(3)):
        builder.push(0)
        builder.apply("eq", "c")
    if generator.random() < 0.5:
        builder.compute("e", "eq", a, b)
        builder.compute("c2", "mul", "c", "e")
        return builder, ["c2"]
    return builder, ["c"]


def _shuffle(generator: random.Random) -> tuple[Builder, list[str]]:
    """A permutation or selection of words."""
    count = generator.randrange(2, 5)
    builder, names = _inputs(generator, count)
    return builder, generator.sample(names, generator.randrange(1, count + 1))


def _table(generator: random.Random) -> tuple[Builder, list[str]]:
    """Store a word in memory, read it and a neighbour back, and combine them."""
    builder, (x, y) = _inputs(generator, 2)
    address = generator.randrange(8, 64)
    builder.load(x)
    builder.push(address)
    builder.apply("ram_write", argument=1)
    builder.push(address if generator.random() < 0.6 else address + 1)
    builder.apply("ram_read", "v", argument=1)
    builder.compute("r", generator.choice(("add", "mul")), "v", y)
    return builder, ["r"]


def _limbs(generator: random.Random) -> tuple[Builder, list[str]]:
    """Add two u32 limbs with a carry."""
    builder, (a, b, carry) = _inputs(generator, 3)
    builder.compute("s", "add", a, b)
    builder.compute("t", "add", "s", carry)
    builder.load("t")
    builder.apply("split", "high", "low")
    return builder, ["low", "high"] if generator.random() < 0.6 else ["high", "low"]


def _mix(generator: random.Random) -> tuple[Builder, list[str]]:
    """A linear layer of a sponge: every word plus a multiple of the sum."""
    builder, names = _inputs(generator, generator.choice((2, 3)))
    builder.compute("s", "add", names[0], names[1])
    if len(names) == 3:
        builder.compute("s2", "add", "s", names[2])
    total = "s2" if len(names) == 3 else "s"
    results: list[str] = []
    for at, name in enumerate(names[:2]):
        builder.load(name)
        builder.push(generator.randrange(1, 4))
        builder.apply("mul", f"m{at}")
        results.append(builder.compute(f"r{at}", "add", f"m{at}", total))
    return builder, results


def _remainder(generator: random.Random) -> tuple[Builder, list[str]]:
    """Quotient and remainder, put together again or compared."""
    builder, (n, d) = _inputs(generator, 2)
    builder.load(n, d)
    builder.apply("div_mod", "q", "r")
    if generator.random() < 0.5:
        return builder, generator.choice((["q"], ["r"], ["r", "q"]))
    builder.push(0)
    builder.apply("eq", "whole")
    return builder, ["whole", "q"]


def _complex(generator: random.Random) -> tuple[Builder, list[str]]:
    """The product of two complex numbers over the field."""
    builder, (a, b, c, d) = _inputs(generator, 4)
    builder.compute("ac", "mul", a, c)
    builder.compute("bd", "mul", b, d)
    builder.compute("re", "sub", "ac", "bd")
    if generator.random() < 0.5:
        return builder, ["re"]
    builder.compute("ad", "mul", a, d)
    builder.compute("bc", "mul", b, c)
    builder.compute("im", "add", "ad", "bc")
    return builder, ["im"]


FAMILIES: Mapping[str, tuple[str, Family]] = MappingProxyType(
    {
        "polynomial": (TRAIN, _polynomial),
        "difference": (TRAIN, _difference),
        "select": (TRAIN, _select),
        "bits": (TRAIN, _bits),
        "compare": (TRAIN, _compare),
        "shuffle": (TRAIN, _shuffle),
        "table": (TRAIN, _table),
        "limbs": (HELD_OUT, _limbs),
        "mix": (HELD_OUT, _mix),
        "remainder": (HELD_OUT, _remainder),
        "complex": (HELD_OUT, _complex),
    }
)
"""Name to split and generator."""


def generate_block(family: str, generator: random.Random) -> GeneratedBlock | None:
    """One block of a family, or None where it came out longer than 32 operations."""
    split, make = FAMILIES[family]
    builder, results = make(generator)
    count = builder.taken
    if generator.random() < 0.3:
        builder.push(generator.randrange(1, 9))
        builder.load(results[0])
        builder.apply(generator.choice(("add", "mul")), "last")
        results = ["last", *results[1:]]
    builder.keep(results)
    body = tuple(builder.code)
    if len(body) > MAX_NODES:
        return None
    code = (*in_portions("read_io", count), *body, *in_portions("write_io", len(results)), op("halt"))
    words = tuple(generator.randrange(1, U32_LIMIT >> 1) for _ in range(count))
    return GeneratedBlock(family, split, body, code, words)


def generate_blocks(count: int, seed: int, splits: Sequence[str] = (TRAIN, HELD_OUT)) -> list[GeneratedBlock]:
    """``count`` different blocks, the families in turn. Fewer where the families have no more."""
    generator = random.Random(seed)
    names = [name for name, (split, _) in FAMILIES.items() if split in splits]
    seen: set[TirCode] = set()
    blocks: list[GeneratedBlock] = []
    turn = 0
    while len(blocks) < count and turn < 20 * count + 100:
        block = generate_block(names[turn % len(names)], generator)
        turn += 1
        if block is not None and block.body not in seen:
            seen.add(block.body)
            blocks.append(block)
    return blocks
