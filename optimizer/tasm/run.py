"""One TASM source with its inputs, run on the machine: what ``irmill tasm`` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tasm.assemble import assemble, program_hash
from irmill.optimizer.tasm.parse import TasmSyntaxError, parse_tasm
from irmill.optimizer.tasm.trap import Stop
from irmill.optimizer.tasm.vm import RunLimits, execute

DEFAULT_MAX_CYCLES = RunLimits().max_cycles

STOPPED_STACK_WORDS = 4096
"""Of the stack of a run that did not end well, at most so many words are reported: it may hold millions."""


@dataclass(frozen=True, slots=True)
class TasmError:
    """Why a run did not end well.

    Attributes:
        code: of the closed sets ``Trap`` and ``Stop``.
        message: one line for a person.
        address: of the instruction, in words; None for a text that is no program.
    """

    code: str
    message: str
    address: int | None


@dataclass(frozen=True, slots=True)
class TasmRun:
    """The answer to one source; words of the machine are decimal strings of canonical field elements.

    Attributes:
        status: ``ok``, ``trap``, ``cycle_limit`` (also for the limit of memory) or ``parse_error``.
        stack: every word, top first, for ``ok``. Else the top ``STOPPED_STACK_WORDS`` at most, after a trap perhaps
            half-changed; empty for a parse error.
        output: what ``write_io`` wrote, first one first.
        cycles: completed instructions.
        words: length of the program, None for a parse error.
        program_digest: five words, None for a parse error.
        heights: rows of the nine tables, for ``ok`` only.
        padded_height: the power of two that a prover pays for, for ``ok`` only.
        error: None for ``ok``.
    """

    status: str
    stack: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    cycles: int = 0
    words: int | None = None
    program_digest: tuple[str, ...] | None = None
    heights: Mapping[str, int] | None = None
    padded_height: int | None = None
    error: TasmError | None = None

    def as_dict(self) -> dict[str, object]:
        """The fields, ready for JSON."""
        return asdict(self)


def run_tasm(
    source: str,
    public_input: Sequence[int] = (),
    secret_input: Sequence[int] = (),
    digests: Sequence[Sequence[int]] = (),
    ram: Mapping[int, int] | None = None,
    max_cycles: int = DEFAULT_MAX_CYCLES,
) -> TasmRun:
    """Parse, assemble and run one program.

    >>> import irmill
    >>> run = irmill.run_tasm("read_io 2 add write_io 1 halt", [3, 4])
    >>> run.status, run.output, run.cycles, run.padded_height
    ('ok', ('7',), 4, 256)
    >>> irmill.run_tasm("push 1 assert halt").status, irmill.run_tasm("push 0 assert halt").error.code
    ('ok', 'ASSERTION')

    Args:
        source: TASM text.
        public_input: canonical words for ``read_io``, first one first.
        secret_input: canonical words for ``divine``.
        digests: digests of five canonical words for ``merkle_step``.
        ram: initial memory, canonical address to canonical word.
        max_cycles: instructions to execute at most, 0 or more.

    Raises:
        ValueError: if an input is not canonical, a digest has not five words, or ``max_cycles`` is negative.
    """
    check_inputs(public_input, secret_input, digests, ram or {}, max_cycles)
    try:
        statements = parse_tasm(source)
    except TasmSyntaxError as error:
        return TasmRun("parse_error", error=TasmError(Stop.PARSE.value, str(error), None))
    assembly = assemble(statements)
    execution = execute(assembly, public_input, secret_input, digests, ram, RunLimits(max_cycles=max_cycles))
    heights = execution.heights
    return TasmRun(
        status=execution.status.value,
        stack=_decimal(execution.stack if heights is not None else execution.stack[:STOPPED_STACK_WORDS]),
        output=_decimal(execution.output),
        cycles=execution.cycles,
        words=len(assembly.words),
        program_digest=_decimal(program_hash(assembly.words).digest),
        heights=None if heights is None else heights.as_dict(),
        padded_height=None if heights is None else heights.padded,
        error=None
        if execution.error is None
        else TasmError(execution.error.value, execution.message, execution.address),
    )


def word_written(source: str, public_input: Sequence[int], max_cycles: int = DEFAULT_MAX_CYCLES) -> str:
    """The one word that a program writes for an input; where it does not write just one, how it ended."""
    run = run_tasm(source, public_input, max_cycles=max_cycles)
    if run.status != "ok" or len(run.output) != 1:
        return f"{run.status}, output {' '.join(run.output) or 'nothing'}"
    return run.output[0]


def _decimal(words: Sequence[int]) -> tuple[str, ...]:
    return tuple(map(str, words))


def check_inputs(
    public_input: Sequence[int],
    secret_input: Sequence[int],
    digests: Sequence[Sequence[int]],
    ram: Mapping[int, int],
    max_cycles: int,
) -> None:
    """Nothing, where a run can start from these inputs. Raises ValueError as :func:`run_tasm` does."""
    if max_cycles < 0:
        raise ValueError(f"the number of cycles must not be negative, not {max_cycles}")
    for digest in digests:
        if len(digest) != 5:
            raise ValueError(f"a digest has five words, not {len(digest)}")
    groups = (public_input, secret_input, ram.keys(), ram.values(), *digests)
    for group in groups:
        for word in group:
            if not 0 <= word < MODULUS:
                raise ValueError(f"{word} is no field element: words go from 0 to {MODULUS - 1}")
