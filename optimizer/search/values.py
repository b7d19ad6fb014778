"""Symbolic values: hash-consed polynomials over the Goldilocks field in uninterpreted atoms.

Two values are provably equal when they have the same id. Field arithmetic is decided exactly, by the normal form of
polynomials; everything else (comparison, u32 operations, inverses, hashes, RAM, input) is an uninterpreted function of
its argument ids, apart from a few identities that hold for every argument. Polynomials that grow past a small size
become atoms themselves, which loses equalities and never gains any.
"""

from __future__ import annotations

from collections.abc import Hashable

from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT

MAX_TERMS = 16
MAX_DEGREE = 6

Polynomial = tuple[tuple[tuple[int, ...], int], ...]
"""Sorted (monomial, coefficient) pairs; a monomial is a sorted tuple of atom numbers, () for the constant term."""

Store = tuple[tuple[int, int], ...]
"""A memory: (address id, value id) of the stores since the start, oldest first, in normal form."""


class Values:
    """A table of values, shared by all lines of code that are to be compared with each other.

    Attributes:
        u32: ids known to be below 2^32 wherever the code that made them did not trap.
        boolean: ids known to be 0 or 1.
    """

    def __init__(self) -> None:
        self._polynomials: list[Polynomial] = []
        self._ids: dict[Polynomial, int] = {}
        self._atoms: dict[Hashable, int] = {}
        self._sums: dict[tuple[int, int], int] = {}
        self._products: dict[tuple[int, int], int] = {}
        self._zero_tests: dict[int, int] = {}
        self.u32: set[int] = set()
        self.boolean: set[int] = set()
        self.zero = self.constant(0)
        self.one = self.constant(1)

    def _intern(self, polynomial: Polynomial) -> int:
        known = self._ids.get(polynomial)
        if known is not None:
            return known
        identity = len(self._polynomials)
        self._polynomials.append(polynomial)
        self._ids[polynomial] = identity
        if not polynomial or polynomial[0][0] == ():
            value = polynomial[0][1] if polynomial else 0
            if len(polynomial) <= 1 and value < U32_LIMIT:
                self.u32.add(identity)
            if len(polynomial) <= 1 and value <= 1:
                self.boolean.add(identity)
        return identity

    def constant(self, value: int) -> int:
        """The id of a field constant."""
        value %= MODULUS
        return self._intern((((), value),) if value else ())

    def atom(self, key: Hashable, *, u32: bool = False, boolean: bool = False) -> int:
        """The id of the uninterpreted value with this key: a name and argument ids."""
        number = self._atoms.get(key)
        if number is None:
            number = self._atoms[key] = len(self._atoms)
        identity = self._intern((((number,), 1),))
        if u32 or boolean:
            self.u32.add(identity)
        if boolean:
            self.boolean.add(identity)
        return identity

    def constant_value(self, identity: int) -> int | None:
        """The value of a constant, or None for anything else."""
        polynomial = self._polynomials[identity]
        if not polynomial:
            return 0
        if len(polynomial) == 1 and polynomial[0][0] == ():
            return polynomial[0][1]
        return None

    def without_constant(self, identity: int) -> tuple[Polynomial, int]:
        """The polynomial apart from its constant term, and that term."""
        polynomial = self._polynomials[identity]
        if polynomial and polynomial[0][0] == ():
            return polynomial[1:], polynomial[0][1]
        return polynomial, 0

    def add(self, left: int, right: int) -> int:
        """The sum."""
        if left > right:
            left, right = right, left
        known = self._sums.get((left, right))
        if known is not None:
            return known
        terms = dict(self._polynomials[left])
        for monomial, coefficient in self._polynomials[right]:
            value = (terms.get(monomial, 0) + coefficient) % MODULUS
            if value:
                terms[monomial] = value
            else:
                terms.pop(monomial, None)
        small = len(terms) <= MAX_TERMS
        result = self._intern(tuple(sorted(terms.items()))) if small else self.atom(("+", left, right))
        self._sums[left, right] = result
        return result

    def multiply(self, left: int, right: int) -> int:
        """The product."""
        if left > right:
            left, right = right, left
        known = self._products.get((left, right))
        if known is not None:
            return known
        first, second = self._polynomials[left], self._polynomials[right]
        terms: dict[tuple[int, ...], int] = {}
        degree = 0
        if len(first) * len(second) <= MAX_TERMS * 4:
            for monomial, coefficient in first:
                for other, factor in second:
                    product = tuple(sorted(monomial + other))
                    degree = max(degree, len(product))
                    terms[product] = (terms.get(product, 0) + coefficient * factor) % MODULUS
            terms = {monomial: value for monomial, value in terms.items() if value}
        else:
            degree = MAX_DEGREE + 1
        if degree > MAX_DEGREE or len(terms) > MAX_TERMS:
            result = self.atom(("*", left, right))
        else:
            result = self._intern(tuple(sorted(terms.items())))
        self._products[left, right] = result
        return result

    def add_constant(self, identity: int, value: int) -> int:
        """The sum with a field constant."""
        return self.add(identity, self.constant(value))

    def subtract(self, left: int, right: int) -> int:
        """The difference."""
        return self.add(left, self.multiply(self.constant(-1), right))

    def absolute(self, identity: int) -> int:
        """One id for a value and its negative: what is zero exactly when the value is."""
        return min(identity, self.multiply(self.constant(-1), identity))

    def is_zero(self, identity: int) -> int:
        """The truth value that says whether a word is zero."""
        word = self.absolute(identity)
        test = self.atom(("is_zero", word), boolean=True)
        self._zero_tests[test] = word
        return test

    def zero_form(self, identity: int) -> tuple[int, bool]:
        """One word for all that are zero together, or never together.

        Returns:
            The word, and whether ``identity`` is zero exactly where it is; else exactly where it is not.
        """
        opposite = self.subtract(self.one, identity)
        for test, straight in ((identity, False), (opposite, True)):
            if test in self._zero_tests:
                return self._zero_tests[test], straight
        if identity in self.boolean or opposite in self.boolean:
            return (identity, True) if identity < opposite else (opposite, False)
        return self.absolute(identity), True

    def mark_u32(self, identity: int, atom: int) -> None:
        """Record that ``identity``, a polynomial in which ``atom`` occurs, is below 2^32 once ``atom`` was computed.

        Only code that computed the atom, and so made the atom's own checks, can compute a value in which it occurs;
        where the polynomial does not mention it nothing is recorded.
        """
        terms = self._polynomials[atom]
        if len(terms) == 1 and len(terms[0][0]) == 1 and terms[0][1] == 1:
            (number,) = terms[0][0]
            if any(number in monomial for monomial, _ in self._polynomials[identity]):
                self.u32.add(identity)

    def distinct(self, left: int, right: int) -> bool:
        """Whether the two differ for every input: their difference is a constant other than 0."""
        difference = self.constant_value(self.subtract(left, right))
        return difference is not None and difference != 0

    def store(self, memory: Store, address: int, value: int) -> Store:
        """The memory after a store; a store that is overwritten disappears, independent stores are sorted."""
        for at in range(len(memory) - 1, -1, -1):
            other = memory[at][0]
            if other == address:
                return (*memory[:at], (address, value), *memory[at + 1 :])
            if not self.distinct(other, address):
                break
        at = len(memory)
        while at and memory[at - 1][0] > address and self.distinct(memory[at - 1][0], address):
            at -= 1
        return (*memory[:at], (address, value), *memory[at:])

    def load(self, memory: Store, address: int) -> int:
        """The word at an address: a stored value where that is certain, else an atom."""
        at = len(memory)
        while at:
            other, value = memory[at - 1]
            if other == address:
                return value
            if not self.distinct(other, address):
                break
            at -= 1
        return self.atom(("ram", memory[:at], address))
