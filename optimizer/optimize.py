"""Optimising a whole TASM program: never worse, and the same for every input.

The inputs given only say how the program is priced. Control flow is simplified, every basic block is made cheaper by
rewrites that are proved equal, and the cheapest of a few variants is taken, provided that it runs as the original does
on the given inputs and on others near them. A program that may read its own digest is returned as it is, since any
change would change the digest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from irmill.optimizer.lower.blocks import basic_blocks, rewrite_blocks
from irmill.optimizer.lower.control import control_variants, drop_unreachable, simplify_skips
from irmill.optimizer.lower.flow import Items, analyse, items_of, touches_digest
from irmill.optimizer.lower.inline import drop_unused_labels
from irmill.optimizer.lower.speculate import Effort, Improver
from irmill.optimizer.search.astar import PriorSource
from irmill.optimizer.search.equivalence import Case, blocks_agree, cases_near, compare_programs, run_case
from irmill.optimizer.tasm.assemble import Assembly, assemble
from irmill.optimizer.tasm.parse import TasmSyntaxError, parse_tasm
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.run import DEFAULT_MAX_CYCLES, check_inputs
from irmill.optimizer.tasm.straight import Code
from irmill.optimizer.tasm.trap import Stop
from irmill.optimizer.tasm.vm import Execution, Status

VERIFIED = "execution"
UNCHANGED = "unchanged"
TRIALS = 12
_ROUNDS = 3
_TRIAL_CYCLES = 50_000
_LONGEST_CHECKED = 1_000
"""Longer blocks are run as parts of the whole program only."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a program costs on the given inputs.

    Attributes:
        status: how the run ended: ``ok``, ``trap`` or ``cycle_limit``.
        cycles: completed instructions.
        words: length of the program.
        heights: rows of the nine tables, for ``ok`` only.
        padded_height: the power of two that a prover pays for, for ``ok`` only.
    """

    status: str
    cycles: int
    words: int
    heights: Mapping[str, int] | None
    padded_height: int | None

    def as_dict(self) -> dict[str, object]:
        """The fields, ready for JSON."""
        return asdict(self)

    def key(self) -> tuple[int, ...]:
        """Prices are compared in this order: padded height, cycles, the sum of all rows, words."""
        rows = 0 if self.heights is None else sum(self.heights.values())
        return (self.padded_height or 0, self.cycles, rows, self.words)

    def no_worse(self, other: Price) -> bool:
        """Whether no figure that a prover or a person looks at first is higher."""
        return (
            (self.padded_height or 0) <= (other.padded_height or 0)
            and self.cycles <= other.cycles
            and (self.heights is not None or self.words <= other.words)
        )


@dataclass(frozen=True, slots=True)
class OptimizeError:
    """Why there is nothing to optimise: ``code`` is ``PARSE``."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Optimized:
    """The answer to one source.

    Attributes:
        tasm: the program, which is the given text itself where nothing better was found.
        verified: ``execution`` for a rewritten program: it ran as the original does on the given inputs and others;
            ``unchanged`` for the original text; empty for a parse error.
        blocks: basic blocks of the original.
        improved: how many of them the result no longer holds.
        before: price of the original on the given inputs; None for a parse error.
        after: price of the result.
        trials: runs on which original and result were compared.
        expansions: states that the search expanded.
        error: None unless the text does not parse.
    """

    tasm: str
    verified: str
    blocks: int = 0
    improved: int = 0
    before: Price | None = None
    after: Price | None = None
    trials: int = 0
    expansions: int = 0
    error: OptimizeError | None = None

    def as_dict(self) -> dict[str, object]:
        """The fields of ``irmill optimize``, ready for JSON."""
        return asdict(self)


def optimize_tasm(
    source: str,
    public_input: Sequence[int] = (),
    secret_input: Sequence[int] = (),
    digests: Sequence[Sequence[int]] = (),
    ram: Mapping[int, int] | None = None,
    *,
    effort: Effort | None = None,
    guide: PriorSource | None = None,
    trials: int = TRIALS,
    max_cycles: int = DEFAULT_MAX_CYCLES,
) -> Optimized:
    """Make a program cheaper on the given inputs without changing what it does on any.

    >>> import irmill
    >>> found = irmill.optimize_tasm("read_io 1 read_io 1 push 0 add add write_io 1 halt", [3, 4])
    >>> found.tasm.split(), found.verified
    (['read_io', '2', 'add', 'write_io', '1', 'halt'], 'execution')
    >>> found.before.cycles, found.after.cycles
    (7, 4)

    Args:
        source: TASM text.
        public_input: canonical words for ``read_io``.
        secret_input: canonical words for ``divine``.
        digests: digests of five words for ``merkle_step``.
        ram: initial memory.
        effort: how hard to search.
        guide: the policy network that orders the search; None for no preference.
        trials: how many inputs beside the given ones the result is run on.
        max_cycles: instructions that the run on the given inputs may execute; a program that takes more is unchanged.

    Raises:
        ValueError: if an input is not canonical, a digest has not five words, or ``max_cycles`` is negative.
    """
    check_inputs(public_input, secret_input, digests, ram or {}, max_cycles)
    try:
        statements = parse_tasm(source)
    except TasmSyntaxError as error:
        return Optimized(source, "", error=OptimizeError(Stop.PARSE.value, str(error)))
    case = Case(tuple(public_input), tuple(secret_input), tuple(map(tuple, digests)), dict(ram or {}))
    original = assemble(statements)
    run = run_case(original, case, max_cycles)
    before = price(original, run)
    items = items_of(statements)
    facts = analyse(items)
    blocks = basic_blocks(items, facts)
    unchanged = Optimized(source, UNCHANGED, len(blocks), 0, before, before)
    if run.status is Status.CYCLE_LIMIT or touches_digest(items, facts):
        return unchanged
    improver = Improver(effort or Effort(), guide)
    cases = cases_near(case, trials, seed=len(original.words))
    limit = min(max_cycles, max(run.cycles, _TRIAL_CYCLES))
    candidates: list[tuple[Price, Items, Assembly]] = []
    variants = control_variants(items)
    for variant in variants if items in variants else [*variants, items]:
        result = improve_program(variant, improver)
        program = assemble(result)
        after = price(program, run_case(program, case, max_cycles))
        if after.status == before.status and after.no_worse(before) and after.key() < before.key():
            candidates.append((after, result, program))
    candidates.sort(key=lambda candidate: candidate[0].key())
    for after, result, program in candidates:
        comparison = compare_programs(original, program, cases, limit)
        if comparison.same and comparison.decided:
            left = Counter(block.code for block in blocks)
            left.subtract(block.code for block in basic_blocks(result, analyse(result)))
            improved = sum(count for count in left.values() if count > 0)
            tasm, trials = print_tasm(result), comparison.decided
            return Optimized(tasm, VERIFIED, len(blocks), improved, before, after, trials, improver.spent)
    return Optimized(source, UNCHANGED, len(blocks), 0, before, before, expansions=improver.spent)


def price(assembly: Assembly, run: Execution) -> Price:
    """The price of a program by one run."""
    heights = run.heights
    rows, padded = (None, None) if heights is None else (heights.as_dict(), heights.padded)
    return Price(run.status.value, run.cycles, len(assembly.words), rows, padded)


def improve_program(items: Items, improver: Improver) -> Items:
    """Improve every basic block, and what control flow that leaves open, until nothing changes."""

    def better(code: Code, floor: int) -> Code:
        found = improver.improve(code, floor)
        if found == code or len(code) > _LONGEST_CHECKED:
            return found
        return found if blocks_agree(code, found, floor) else code

    for _ in range(_ROUNDS):
        facts = analyse(items)
        after = rewrite_blocks(items, facts, better)
        if after != items:
            after = simplify_skips(drop_unreachable(after))
        if after == items:
            break
        items = after
    return drop_unused_labels(items)
