"""The inputs of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """The inputs of one run; all words canonical.

    Attributes:
        public: words for ``read_io``, first one first.
        secret: words for ``divine``.
        digests: digests of five words for ``merkle_step``.
        ram: initial memory; every other address holds 0.
    """

    public: tuple[int, ...] = ()
    secret: tuple[int, ...] = ()
    digests: tuple[tuple[int, ...], ...] = ()
    ram: Mapping[int, int] = field(default_factory=dict[int, int])
