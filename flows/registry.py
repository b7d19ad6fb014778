"""Which stages a run has: all of them, one lane's with what it is made from, and those that are forced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from irmill.compiler.base.stage import Stage
from irmill.flows.config import STAGES, ConfigError, nearest

LANES = ("compiler", "synth", "optimizer")
"""The lanes that ``--only`` chooses from; the join belongs to all of them."""

EXPORT = "export"
"""The last step. It writes the dataset beside the store, so it is no stage of it; ``--force`` knows it all the same."""


def chosen_stages(only: str | None) -> tuple[Stage, ...]:
    """The stages of a run: all of them, or one lane's with everything that they are made from.

    Raises:
        ConfigError: there is no such lane.
    """
    if only is None:
        return STAGES
    if only not in LANES:
        raise ConfigError(f"--only {only}: there is no such lane; {nearest(only, LANES)}")
    wanted = {stage.id for stage in STAGES if stage.lane == only}
    for stage in reversed(STAGES):
        if stage.id in wanted:
            wanted.update(stage.parents)
    return tuple(stage for stage in STAGES if stage.id in wanted)


def forced_stages(names: Iterable[str], stages: Sequence[Stage]) -> frozenset[str]:
    """Ids of the stages named (``emit`` or ``compiler.emit``), :data:`EXPORT` for the export.

    Raises:
        ConfigError: a stage does not exist, or is not one of the run's.
    """
    known = {name: stage.id for stage in STAGES for name in (stage.name, stage.id)} | {EXPORT: EXPORT}
    there = {stage.id for stage in stages} | {EXPORT}
    found: set[str] = set()
    for name in names:
        if name not in known:
            raise ConfigError(
                f"--force {name}: there is no such stage; {nearest(name, [s.name for s in STAGES] + [EXPORT])}"
            )
        if known[name] not in there:
            raise ConfigError(f"--force {name}: the stage is not part of this run; leave --only out or choose its lane")
        found.add(known[name])
    return frozenset(found)
