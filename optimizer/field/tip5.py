"""The Tip5 hash function over the Goldilocks field (Szepieniec et al., ePrint 2023/107), in its five-round form.

The state is 16 lanes: ten of rate, then six of capacity. A round puts lanes 0 to 3, byte for byte of their Montgomery
form, through a table, raises the others to the seventh power, multiplies with a circulant matrix and adds constants.

The matrix product is one product of big integers: lanes 96 bits apart on one side, the matrix's first column 96 bits
apart on the other, and the upper half of the product folded back, since the convolution is cyclic.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from irmill.optimizer.field.blake3 import blake3_block
from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT

LANES = 16
RATE = 10
ROUNDS = 5
DIGEST_WORDS = 5

Digest: TypeAlias = tuple[int, int, int, int, int]

_FIRST_COLUMN = (
    61402, 1108, 28750, 33823, 7454, 43244, 53865, 12034, 56951, 27521, 41351, 40901, 12021, 59689, 26798, 17845,
)  # fmt: skip
_MONTGOMERY = (1 << 64) % MODULUS
_INVERSE_MONTGOMERY = pow(_MONTGOMERY, -1, MODULUS)
_SPACED = struct.Struct("<" + "Q4x" * LANES)
_FOLDED = struct.Struct("<" + "QI" * LANES)
_SPACED_BITS = 96 * LANES
_SPACED_MASK = (1 << _SPACED_BITS) - 1
_COLUMN = int.from_bytes(_SPACED.pack(*_FIRST_COLUMN), "little")
_FOUR = struct.Struct("<4Q")

LOOKUP = bytes((pow(byte + 1, 3, 257) - 1) % 257 for byte in range(256))
"""The byte table of the split-and-lookup lanes: (b + 1)^3 - 1 modulo 257, a permutation of the bytes."""


@functools.cache
def round_constants() -> tuple[tuple[int, ...], ...]:
    """Five times 16 constants: the first 16 bytes of BLAKE3("Tip5" || i), little end first, as Montgomery form."""
    flat = [
        int.from_bytes(blake3_block(b"Tip5" + bytes([index]))[:16], "little") * _INVERSE_MONTGOMERY % MODULUS
        for index in range(ROUNDS * LANES)
    ]
    return tuple(tuple(flat[LANES * index : LANES * (index + 1)]) for index in range(ROUNDS))


@functools.cache
def _packed_constants() -> tuple[int, ...]:
    """Each round's constants, 96 bits apart."""
    return tuple(int.from_bytes(_SPACED.pack(*constants), "little") for constants in round_constants())


def permute(state: Sequence[int], limbs: bytearray | None = None) -> list[int]:
    """The permutation of 16 canonical lanes.

    Args:
        state: the lanes.
        limbs: where to append the inputs of the lookups, 32 bytes a round: the Montgomery forms of lanes 0 to 3.
            Two bytes each, they are the 16-bit limbs that the Cascade table holds once each.
    """
    lanes: Sequence[int] = state
    p, montgomery, back, epsilon = MODULUS, _MONTGOMERY, _INVERSE_MONTGOMERY, U32_LIMIT - 1
    for constants in _packed_constants():
        s0, s1, s2, s3, *rest = lanes
        raw = _FOUR.pack(s0 * montgomery % p, s1 * montgomery % p, s2 * montgomery % p, s3 * montgomery % p)
        if limbs is not None:
            limbs += raw
        s0, s1, s2, s3 = _FOUR.unpack(raw.translate(LOOKUP))
        powers = [(cube := x * x * x % p) * cube * x % p for x in rest]
        packed = _SPACED.pack(s0 * back % p, s1 * back % p, s2 * back % p, s3 * back % p, *powers)
        product = int.from_bytes(packed, "little") * _COLUMN
        folded = (product & _SPACED_MASK) + (product >> _SPACED_BITS) + constants
        halves = iter(_FOLDED.unpack(folded.to_bytes(_FOLDED.size, "little")))
        lanes = [low + high * epsilon for low, high in zip(halves, halves, strict=True)]  # < 2^65: reduced when used
    return [lane % p for lane in lanes]


def hash10(words: Sequence[int], limbs: bytearray | None = None) -> Digest:
    """The digest of exactly ten words (fixed length: a capacity of ones)."""
    return _digest(permute([*words, 1, 1, 1, 1, 1, 1], limbs))


def hash_pair(left: Sequence[int], right: Sequence[int], limbs: bytearray | None = None) -> Digest:
    """The digest of two digests, as in a Merkle tree."""
    return hash10([*left, *right], limbs)


def hash_varlen(words: Iterable[int], limbs: bytearray | None = None) -> Digest:
    """The digest of any number of words: padded with a one, then zeros; a capacity of zeros."""
    padded = [*words, 1]
    padded += [0] * (-len(padded) % RATE)
    state = [0] * LANES
    for start in range(0, len(padded), RATE):
        state = permute(padded[start : start + RATE] + state[RATE:], limbs)
    return _digest(state)


def _digest(state: Sequence[int]) -> Digest:
    return (state[0], state[1], state[2], state[3], state[4])
