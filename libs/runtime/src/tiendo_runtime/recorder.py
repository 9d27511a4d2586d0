"""How the event store writes: events and their effects in one transaction.

The recorder overrides private hooks of the pinned library (9.5.6); tests/connected/runtime hold it
to the behaviour that is used here.
"""

import inspect
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing import persistence
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row

from tiendo_runtime import deadletters, positions
from tiendo_runtime.context import CommandKey
from tiendo_runtime.database import RECONNECT_SECONDS, SESSION, DatabaseAwayError, is_away
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.domain import ConflictError
from tiendo_runtime.records import Move


class VersionConflictError(Exception):
    """Somebody else saved the aggregate first; decide again."""


class KeyRepeatedError(Exception):
    """The idempotency key was used before; its answer is stored."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command told its caller; repeated when the key is."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Effects:
    """What is written in one transaction with the events."""

    key: CommandKey | None = None
    answer: Answer | None = None
    moves: tuple[Move, ...] = ()
    parked: tuple[Parked, ...] = ()
    reserved: tuple[tuple[str, str, UUID], ...] = ()
    released: tuple[tuple[str, str], ...] = ()


class Recorder(PostgresProcessRecorder):
    """Writes events and effects in one transaction, without the library's own retries.

    As shipped, `insert_events` swallows a client-side error inside the transaction block, so that
    what was written before it commits without the events; here every error leaves the block.
    """

    # The library's ten tries would hide a database that is away for 20 seconds.
    select_events = inspect.unwrap(PostgresProcessRecorder.select_events)
    select_notifications = inspect.unwrap(PostgresProcessRecorder.select_notifications)
    max_notification_id = inspect.unwrap(PostgresProcessRecorder.max_notification_id)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Insert events and `effects`; answers the notification ids, in order."""
        with (
            self.datastore.get_connection() as conn,
            conn.transaction(),
            conn.cursor() as curs,
        ):
            self._insert_events(curs, stored_events, **kwargs)
            if not stored_events:
                return []
            self._insert_stored_events(curs, stored_events, **kwargs)
            return [row["notification_id"] for row in curs.fetchall()]

    def _insert_events(
        self,
        curs: Cursor[DictRow],
        stored_events: Sequence[StoredEvent],  # noqa: ARG002 - the library's hook
        **kwargs: Any,
    ) -> None:
        effects = cast("Effects", kwargs.get("effects", Effects()))
        _write_key(curs, effects)
        positions.move(curs.connection, effects.moves)
        deadletters.park(curs.connection, effects.parked)
        for name, value in sorted(effects.released):
            curs.execute("DELETE FROM reservations WHERE name = %s AND value = %s", (name, value))
        for name, value, holder in sorted(effects.reserved):
            curs.execute(
                "INSERT INTO reservations (name, value, holder) VALUES (%s, %s, %s)",
                (name, value, holder),
            )


def _write_key(curs: Cursor[DictRow], effects: Effects) -> None:
    if effects.key is None or effects.answer is None:
        return
    key, answer = effects.key, effects.answer
    curs.execute(
        "INSERT INTO idempotency_keys (principal, method, path, key, body_sha256, status, answer)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (key.principal, key.method, key.path, key.key, key.body_sha256, answer.status, answer.body),
    )


@contextmanager
def reaching() -> Generator[None]:
    """Tell a database that is away from what is wrong in itself."""
    try:
        yield
    except persistence.PersistenceError as error:
        if is_away(error.__cause__):
            raise DatabaseAwayError(str(error)) from error
        raise


def meaning(broken: persistence.IntegrityError) -> Exception:
    """Which uniqueness was broken, by the name of its constraint."""
    cause = broken.__cause__
    diag = cause.diag if isinstance(cause, psycopg.Error) else None
    match diag.constraint_name if diag else None:
        case "stored_events_pkey":
            return VersionConflictError()
        case "idempotency_keys_pkey":
            return KeyRepeatedError()
        case "reservations_pkey":
            return ConflictError("already_taken")
        case _:
            return broken


def datastore_of(url: str) -> PostgresDatastore:
    """The library's datastore; its pool connects exactly as the address says."""
    parts = conninfo_to_dict(url)
    named = [str(parts.get(name) or "") for name in ("dbname", "host", "port", "user", "password")]
    datastore = PostgresDatastore(
        *named,
        connect_timeout=2,
        idle_in_transaction_session_timeout=5,
        pool_size=1,
        max_overflow=3,
        pre_ping=True,
        lock_timeout=5,
    )
    datastore.pool.kwargs = {"row_factory": dict_row, **SESSION, **parts}
    datastore.pool.reconnect_timeout = RECONNECT_SECONDS
    return datastore
