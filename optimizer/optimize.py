"""Optimising a whole TASM program: never worse on any input, and the same for every input.

The inputs given say which of several candidates is the cheapest. Control flow is simplified, every basic block is made
cheaper by rewrites that are proved equal, and the cheapest of a few variants is taken, provided that its text alone
pads no input higher, and that on the given inputs and on others near them it runs as the original does and costs no
more. A program that may read its own digest is returned as it is, since any change would change the digest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from irmill.optimizer.lower.blocks import basic_blocks
from irmill.optimizer.lower.carry import rewrite_blocks
from irmill.optimizer.lower.control import control_variants, drop_unreachable, simplify_skips
from irmill.optimizer.lower.flow import analyse, touches_digest
from irmill.optimizer.lower.inline import drop_unused_labels
from irmill.optimizer.lower.items import Items, items_of, statements_of
from irmill.optimizer.lower.paths import compare_paths
from irmill.optimizer.lower.speculate import Effort, Improver
from irmill.optimizer.lower.verdict import (
    EVERY_INPUT,
    INPUTS_RUN,
    SAME_TEXT,
    Evidence,
    Method,
    Verdict,
    block_method,
    promises,
)
from irmill.optimizer.search.astar import PriorSource
from irmill.optimizer.search.entries import entries_within
from irmill.optimizer.search.equivalence import blocks_agree, cases_near, compare_programs, run_case
from irmill.optimizer.tasm.assemble import Assembly, assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.parse import TasmSyntaxError, parse_tasm
from irmill.optimizer.tasm.price import Price, StaticPrice, price, static_price
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.run import DEFAULT_MAX_CYCLES, check_inputs
from irmill.optimizer.tasm.straight import Code
from irmill.optimizer.tasm.trap import Stop
from irmill.optimizer.tasm.vm import Status

VERIFIED = "execution"
UNCHANGED = "unchanged"
TRIALS = 12
_ROUNDS = 3
_TRIAL_CYCLES = 50_000
_LONGEST_CHECKED = 1_000
"""Longer blocks are run as parts of the whole program only."""


@dataclass(frozen=True, slots=True)
class OptimizeError:
    """Why there is nothing to optimise: ``code`` is ``PARSE``."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Prices:
    """What the original and the result cost on one given input."""

    before: Price
    after: Price


@dataclass(frozen=True, slots=True)
class Optimized:
    """The answer to one source.

    Attributes:
        tasm: the program, which is the given text itself where nothing better was found.
        verified: ``execution`` for a rewritten program: it ran as the original does on the given inputs and others;
            ``unchanged`` for the original text; empty for a parse error.
        blocks: basic blocks of the original.
        improved: how many of them the result no longer holds.
        before: price of the original on the first input; None for a parse error.
        after: price of the result on it.
        trials: runs on which original and result were compared.
        expansions: states that the search expanded.
        error: None unless the text does not parse.
        prices: prices on each of the given inputs, the first one included.
        static_before: price of the original on every input; None for a parse error.
        static_after: price of the result on every input.
        verdict: by which methods the result was compared, and what holds for which inputs; None for a parse error.
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
    prices: tuple[Prices, ...] = ()
    static_before: StaticPrice | None = None
    static_after: StaticPrice | None = None
    verdict: Verdict | None = None

    def as_dict(self) -> dict[str, object]:
        """The fields of ``irmill optimize``, ready for JSON."""
        return asdict(self)


@dataclass(slots=True)
class Ledger:
    """What is known of the blocks that one candidate holds in place of those of the original.

    Attributes:
        methods: how many were proved by which method.
        executed: how many were run on the machine as well.
        entries_kept: whether every entry of the U32 table is one of the original's.
    """

    methods: Counter[Method] = field(default_factory=Counter[Method])
    executed: int = 0
    entries_kept: bool = True


@dataclass(frozen=True, slots=True)
class _Candidate:
    prices: tuple[Price, ...]
    static: StaticPrice
    items: Items
    program: Assembly
    ledger: Ledger

    def key(self) -> tuple[int, ...]:
        """The sum of the prices over all inputs, component by component."""
        return _total(self.prices)


def _total(prices: Sequence[Price]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(found.key() for found in prices), strict=True)))


def optimize_tasm(
    source: str,
    public_input: Sequence[int] = (),
    secret_input: Sequence[int] = (),
    digests: Sequence[Sequence[int]] = (),
    ram: Mapping[int, int] | None = None,
    *,
    others: Sequence[Case] = (),
    effort: Effort | None = None,
    guide: PriorSource | None = None,
    trials: int = TRIALS,
    max_cycles: int = DEFAULT_MAX_CYCLES,
) -> Optimized:
    """Make a program cheaper on the given inputs, and dearer on none, without changing what it does on any.

    >>> import irmill
    >>> found = irmill.optimize_tasm("read_io 1 read_io 1 push 0 add add write_io 1 halt", [3, 4])
    >>> found.tasm.split(), found.verified
    (['read_io', '2', 'add', 'write_io', '1', 'halt'], 'execution')
    >>> found.before.cycles, found.after.cycles
    (7, 4)
    >>> found.verdict.all_inputs
    ('padded_height', 'cycles', 'op_stack', 'ram', 'u32', 'cascade')

    Args:
        source: TASM text.
        public_input: canonical words for ``read_io``.
        secret_input: canonical words for ``divine``.
        digests: digests of five words for ``merkle_step``.
        ram: initial memory.
        others: further inputs; the result costs no more on any of them, and their prices count alike.
        effort: how hard to search.
        guide: the policy network that orders the search; None for no preference.
        trials: how many inputs beside the given ones the result is run on.
        max_cycles: instructions that the run on a given input may execute; a program that takes more is unchanged.

    Raises:
        ValueError: if an input is not canonical, a digest has not five words, or ``max_cycles`` is negative.
    """
    first = Case(tuple(public_input), tuple(secret_input), tuple(map(tuple, digests)), dict(ram or {}))
    cases = (first, *others)
    for case in cases:
        check_inputs(case.public, case.secret, case.digests, case.ram, max_cycles)
    try:
        statements = parse_tasm(source, comments=True)
    except TasmSyntaxError as error:
        return Optimized(source, "", error=OptimizeError(Stop.PARSE.value, str(error)))
    original = assemble(statements)
    runs = [run_case(original, case, max_cycles) for case in cases]
    before = tuple(price(original, run) for run in runs)
    static = static_price(original)
    items = items_of(statements)
    facts = analyse(items)
    blocks = basic_blocks(items, facts)
    stays = touches_digest(items, facts) or any(run.status is Status.CYCLE_LIMIT for run in runs)
    improver = Improver(effort or Effort(), guide)
    candidates = [] if stays else _candidates(items, cases, before, static, improver, max_cycles)
    trial_cases = [case for given in cases for case in cases_near(given, trials, seed=len(original.words))]
    limit = min(max_cycles, max(_TRIAL_CYCLES, *(run.cycles for run in runs)))
    for candidate in candidates:
        comparison = compare_programs(original, candidate.program, trial_cases, limit)
        if comparison.same and comparison.decided and comparison.dearer is None:
            left = Counter(block.code for block in blocks)
            left.subtract(block.code for block in basic_blocks(candidate.items, analyse(candidate.items)))
            return Optimized(
                print_tasm(statements_of(candidate.items)),
                VERIFIED,
                len(blocks),
                sum(count for count in left.values() if count > 0),
                before[0],
                candidate.prices[0],
                comparison.decided,
                improver.spent,
                None,
                tuple(map(Prices, before, candidate.prices)),
                static,
                candidate.static,
                _verdict(items, candidate, comparison.decided),
            )
    return Optimized(
        source, UNCHANGED, len(blocks), 0, before[0], before[0], 0, improver.spent, None,
        tuple(map(Prices, before, before)), static, static, SAME_TEXT,
    )  # fmt: skip


def _candidates(
    items: Items,
    cases: Sequence[Case],
    before: Sequence[Price],
    static: StaticPrice,
    improver: Improver,
    max_cycles: int,
) -> list[_Candidate]:
    """Programs that cost no more on any of the cases and less on one, the cheapest first."""
    found: list[_Candidate] = []
    variants = control_variants(items)
    for variant in variants if items in variants else [*variants, items]:
        ledger = Ledger()
        result = improve_program(variant, improver, ledger)
        program = assemble(statements_of(result))
        text = static_price(program)
        if not text.never_dearer(static):
            continue
        after = tuple(price(program, run_case(program, case, max_cycles)) for case in cases)
        kept = all(new.status == old.status and new.no_worse(old) for new, old in zip(after, before, strict=True))
        if kept and _total(after) < _total(before):
            found.append(_Candidate(after, text, result, program, ledger))
    return sorted(found, key=_Candidate.key)


def _verdict(items: Items, candidate: _Candidate, runs: int) -> Verdict:
    ledger = candidate.ledger
    proved = sorted(ledger.methods.items())
    evidence = [Evidence(method, "rewrites of basic blocks", count, EVERY_INPUT) for method, count in proved]
    if ledger.executed:
        evidence.append(Evidence(Method.DIFFERENTIAL, "rewrites of basic blocks", ledger.executed, INPUTS_RUN))
    paths = compare_paths(items, candidate.items)
    if paths.same and paths.paths:
        evidence.append(Evidence(Method.PATHS, "paths of the program", paths.paths, paths.covers()))
    evidence.append(Evidence(Method.DIFFERENTIAL, "runs of the program", runs, INPUTS_RUN))
    sure, priced = promises(entries_kept=ledger.entries_kept, hashes=candidate.static.hashes)
    return Verdict(tuple(evidence), sure, priced)


def improve_program(items: Items, improver: Improver, ledger: Ledger) -> Items:
    """Improve every basic block, and what control flow that leaves open, until nothing changes."""

    def better(code: Code, floor: int) -> Code:
        found = improver.improve(code, floor)
        if found == code:
            return code
        short = len(code) <= _LONGEST_CHECKED
        if short and not blocks_agree(code, found, floor):
            return code
        ledger.methods[block_method(code, found)] += 1
        ledger.executed += short
        ledger.entries_kept = ledger.entries_kept and entries_within(found, code)
        return found

    for _ in range(_ROUNDS):
        facts = analyse(items)
        after = rewrite_blocks(items, facts, better)
        if after != items:
            after = simplify_skips(drop_unreachable(after))
        if after == items:
            break
        items = after
    return drop_unused_labels(items)
