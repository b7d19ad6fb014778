"""Tip5 against published digests and against a slow permutation written from its definition."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.optimizer.field import tip5
from irmill.optimizer.field.blake3 import blake3_block
from irmill.optimizer.field.modulus import MODULUS

FIRST_COLUMN = [
    61402, 1108, 28750, 33823, 7454, 43244, 53865, 12034, 56951, 27521, 41351, 40901, 12021, 59689, 26798, 17845,
]  # fmt: skip
R = 1 << 64


def slow_permutation(state: list[int]) -> tuple[list[int], set[int]]:
    """The lanes after five rounds, and every 16-bit limb looked up."""
    limbs: set[int] = set()
    for number in range(5):
        boxed: list[int] = []
        for lane, value in enumerate(state):
            if lane >= 4:
                boxed.append(pow(value, 7, MODULUS))
                continue
            raw = value * R % MODULUS
            limbs |= {raw >> shift & 0xFFFF for shift in (0, 16, 32, 48)}
            looked = [((byte + 1) ** 3 - 1) % 257 for byte in raw.to_bytes(8, "little")]
            boxed.append(int.from_bytes(bytes(looked), "little") * pow(R, -1, MODULUS) % MODULUS)
        mixed = [sum(FIRST_COLUMN[(row - lane) % 16] * boxed[lane] for lane in range(16)) for row in range(16)]
        for row in range(16):
            block = blake3_block(b"Tip5" + bytes([16 * number + row]))
            mixed[row] += int.from_bytes(block[:16], "little") * pow(R, -1, MODULUS)
        state = [value % MODULUS for value in mixed]
    return state, limbs


def test_blake3_known_answers() -> None:
    assert blake3_block(b"").hex() == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    assert blake3_block(b"abc").hex() == "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"


def test_blake3_takes_one_block_only() -> None:
    assert len(blake3_block(bytes(64))) == 32
    with pytest.raises(ValueError, match="64"):
        blake3_block(bytes(65))


def test_the_lookup_is_a_permutation_of_bytes() -> None:
    assert sorted(tip5.LOOKUP) == list(range(256))
    assert (tip5.LOOKUP[0], tip5.LOOKUP[1], tip5.LOOKUP[255]) == (0, 7, 255)


@given(st.lists(st.integers(0, MODULUS - 1) | st.sampled_from([0, 1, MODULUS - 1, 1 << 63]), min_size=16, max_size=16))
def test_the_fast_permutation_is_the_slow_one(state: list[int]) -> None:
    inputs = bytearray()
    lanes, limbs = slow_permutation(state)
    assert tip5.permute(state, inputs) == lanes
    assert tip5.permute(state) == lanes
    assert len(inputs) == 5 * 4 * 8
    assert {int.from_bytes(inputs[start : start + 2], "little") for start in range(0, len(inputs), 2)} == limbs


def test_lanes_stay_canonical() -> None:
    source = random.Random(5)
    state = [source.randrange(MODULUS) for _ in range(16)]
    for _ in range(200):
        state = tip5.permute(state)
        assert all(0 <= lane < MODULUS for lane in state)


def test_published_chain_of_fixed_length_digests() -> None:
    """The test vector of the reference implementation of Tip5 (crate twenty-first) for inputs of ten words."""
    preimage = [0] * 10
    for index in range(6):
        preimage[index : index + 5] = tip5.hash10(preimage)
    assert tip5.hash10(preimage) == (
        10869784347448351760, 1853783032222938415, 6856460589287344822, 17178399545409290325, 7650660984651717733,
    )  # fmt: skip


def test_published_sum_of_variable_length_digests() -> None:
    """The test vector of the reference implementation for inputs of 0 to 19 words."""
    total = [0] * 5
    for length in range(20):
        total = [(a + b) % MODULUS for a, b in zip(total, tip5.hash_varlen(range(length)), strict=True)]
    assert total == [
        7610004073009036015, 5725198067541094245, 4721320565792709122, 1732504843634706218, 259800783350288362,
    ]  # fmt: skip


def test_the_digest_of_nothing() -> None:
    """The program digest of the empty program in release 9.0.1 of Triton VM."""
    assert tip5.hash_varlen([]) == (
        2335476311349343808, 1307299401243390569, 3414029282375928929, 2141465175172981451, 5966553798353564426,
    )  # fmt: skip


def test_padding_tells_lengths_apart() -> None:
    digests = {tip5.hash_varlen([0] * length) for length in range(25)}
    assert len(digests) == 25
    assert tip5.hash_varlen([1]) != tip5.hash_varlen([])


def test_fixed_and_variable_length_have_separate_domains() -> None:
    assert tip5.hash10([0] * 10) != tip5.hash_varlen([0] * 10)


def test_a_pair_is_its_ten_words() -> None:
    assert tip5.hash_pair((1, 2, 3, 4, 5), (6, 7, 8, 9, 10)) == tip5.hash10(range(1, 11))
