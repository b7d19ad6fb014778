"""BLAKE3 of inputs of at most one block (64 bytes), which is all that deriving Tip5's constants needs.

Source: the BLAKE3 paper (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020), sections 2.2 and 2.3.
"""

from __future__ import annotations

import struct

_IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
_PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
_QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip
_ROUNDS = 7
_BLOCK = 64
_CHUNK_START, _CHUNK_END, _ROOT = 1, 2, 8
_MASK = 0xFFFFFFFF


def blake3_block(data: bytes) -> bytes:
    """The 32-byte hash of at most 64 bytes.

    Raises:
        ValueError: if there are more.
    """
    if len(data) > _BLOCK:
        raise ValueError(f"at most {_BLOCK} bytes, not {len(data)}")
    message = struct.unpack("<16I", data.ljust(_BLOCK, b"\0"))
    state = [*_IV, *_IV[:4], 0, 0, len(data), _CHUNK_START | _CHUNK_END | _ROOT]
    for _ in range(_ROUNDS):
        for index, quarter in enumerate(_QUARTERS):
            _mix(state, quarter, message[2 * index], message[2 * index + 1])
        message = tuple(message[position] for position in _PERMUTATION)
    return struct.pack("<8I", *(state[lane] ^ state[lane + 8] for lane in range(8)))


def _mix(state: list[int], quarter: tuple[int, int, int, int], first: int, second: int) -> None:
    a, b, c, d = quarter
    for word, down, up in ((first, 16, 12), (second, 8, 7)):
        state[a] = (state[a] + state[b] + word) & _MASK
        state[d] = _rotate(state[d] ^ state[a], down)
        state[c] = (state[c] + state[d]) & _MASK
        state[b] = _rotate(state[b] ^ state[c], up)


def _rotate(word: int, count: int) -> int:
    return (word >> count | word << (32 - count)) & _MASK
