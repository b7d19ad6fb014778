"""What can go wrong in the store and while a stage is built; every message is one line that says how to mend it."""

from __future__ import annotations

from irmill.compiler.lang.errors import InputError


class StoreError(Exception):
    """Base of everything that the store and the builder raise on purpose: a check of the run failed."""


class HomeError(StoreError, InputError):
    """The home cannot be used; nothing in it was changed."""


class StoreVersionError(HomeError):
    """The home was written by a version of irmill whose store has another format; nothing in it was changed."""


class InputFileError(StoreError, InputError):
    """A file that the configuration tells a stage to read cannot be read."""


class StoreFullError(HomeError):
    """The disk is full, or a quota or file size limit was hit; no valid-looking entry was left."""


class CorruptEntryError(StoreError):
    """An entry that was asked for is missing, or its files do not have the recorded digests."""


class LeaseLostError(StoreError):
    """Another builder took the lease of this key over, because this one's heartbeat had stopped."""


class StageFailure(StoreError):
    """A stage ran, but what it made may not be stored."""


class EngineError(StageFailure):
    """The engine function raised."""


class RejectLimitError(StageFailure):
    """More rows were rejected for one reason than the configuration allows."""


class UnfinishedShardError(StageFailure):
    """Rows failed for a reason outside of them (a worker that died, a host's clock), and again when retried."""


class RowCountError(StageFailure):
    """Rows in are not rows out plus rejected."""


class SchemaMismatchError(StageFailure):
    """A table does not fit the stage's declared schema."""


class CodeChangedError(StageFailure):
    """The engine's code changed between the moment the key was made and the end of the build."""


class WorkerDiedError(StageFailure):
    """A worker process ended without an answer."""
