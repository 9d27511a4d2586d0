"""An outbox in a SQLite file, for publishers whose own database cannot hold one.

`put` returns when the events are on disk (write-ahead log, `synchronous=FULL`), or takes part in
the caller's own transaction. `tiendo_contracts.publisher.draining` sends them, and removes each
when the receiver has it. A process killed at any instant loses nothing, and at most sends again
what receivers know by `source` and `id`.

The file lies on a local disk: SQLite's locks do not hold on network file systems.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tiendo_contracts.publisher import tables
from tiendo_contracts.publisher.errors import OutboxFullError, UnsafeOutboxError
from tiendo_contracts.publisher.message import Message
from tiendo_contracts.publisher.tables import Load, SetAside

_PLENTY = 1_000_000_000
_PATIENCE_SECONDS = 10.0
_FULL = 2  # of PRAGMA synchronous: each commit waits for the disk


class Outbox:
    """The outbox in a file, which may also be the caller's own SQLite database.

    An object may be shared by threads and survives a fork: each call opens the file anew.

    Args:
        file: Made where it is not there; gets its tables (`tiendo_outbox…`) and is put into
            write-ahead mode.
        limit: The most bytes of data that may be in it, waiting or refused.
        patience: For how many seconds another process's transaction is waited for.

    Raises:
        OutboxError: The file cannot be used.
    """

    def __init__(
        self, file: Path | str, *, limit: int = _PLENTY, patience: float = _PATIENCE_SECONDS
    ) -> None:
        self.file = Path(file)
        self._limit = limit
        self._patience = patience
        with tables.told(), closing(self.connection()) as connection:
            tables.provide(connection)

    def connection(self) -> sqlite3.Connection:
        """A connection that keeps what it commits; transactions begin and end by SQL alone."""
        with tables.told():
            connection = sqlite3.connect(
                self.file, timeout=self._patience, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA synchronous = FULL")
        return connection

    def put(self, *messages: Message, within: sqlite3.Connection | None = None) -> None:
        """Store messages, all or none, behind those that are there.

        Args:
            messages: As `Source.message` makes them.
            within: A connection to the same file that is in a transaction: they are stored when,
                and only if, that is committed.

        Raises:
            OutboxFullError: There is no room for them.
            OutboxBusyError: Another process does not end its transaction.
            UnsafeOutboxError: `within` is in no transaction, or would not outlive a power cut.
        """
        with tables.told():
            if within is not None:
                _check_safe(within)
                with tables.savepoint(within):
                    self._append(within, messages)
                return
            with closing(self.connection()) as connection, tables.transaction(connection):
                self._append(connection, messages)

    def _append(self, connection: sqlite3.Connection, messages: Sequence[Message]) -> None:
        tables.append(connection, messages)
        size = tables.load(connection).bytes
        if size > self._limit:
            raise OutboxFullError(
                f"{self.file} would hold {size} bytes, {self._limit} at most:"
                " does anything drain it, are many events refused?"
            )

    def load(self) -> Load:
        """How much is in it now."""
        with tables.told(), closing(self.connection()) as connection:
            return tables.load(connection)

    def set_aside(self, limit: int = 1000) -> Sequence[SetAside]:
        """What receivers refused, the oldest first, up to a number of them."""
        with tables.told(), closing(self.connection()) as connection:
            return tables.set_aside(connection, limit)

    def put_again(self, number: int) -> None:
        """Send what was set aside once more, now behind all others of its subject.

        Raises:
            KeyError: Nothing of that number is set aside.
        """
        with tables.told(), closing(self.connection()) as connection:
            tables.forget(connection, number, send=True)

    def discard(self, number: int) -> None:
        """Drop what was set aside.

        Raises:
            KeyError: Nothing of that number is set aside.
        """
        with tables.told(), closing(self.connection()) as connection:
            tables.forget(connection, number, send=False)


def _check_safe(connection: sqlite3.Connection) -> None:
    if not connection.in_transaction:
        raise UnsafeOutboxError(
            "the given connection is in no transaction: begin one, or leave `within` out"
        )
    if connection.execute("PRAGMA synchronous").fetchone()[0] < _FULL:
        raise UnsafeOutboxError(
            "the given connection does not wait for the disk, so a power cut could lose events:"
            " PRAGMA synchronous = FULL before the transaction"
        )
