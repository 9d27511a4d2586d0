"""How the event store writes: events and their effects in one transaction.

The recorder has the interface of the pinned library's (9.5.6) and its table; it writes and reads
that table by itself.
"""

import inspect
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing import persistence
from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row, tuple_row

from tiendo_runtime import deadletters, positions
from tiendo_runtime.context import CommandKey
from tiendo_runtime.database import (
    RECONNECT_SECONDS,
    SESSION,
    Bounded,
    DatabaseAwayError,
    check,
    is_away,
)
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


Write = Callable[[Connection[DictRow]], None]
"""Writes to a service's own tables, inside of the transaction that saves."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What is written in one transaction with the events."""

    key: CommandKey | None = None
    answer: Answer | None = None
    moves: tuple[Move, ...] = ()
    parked: tuple[Parked, ...] = ()
    reserved: tuple[tuple[str, str, UUID], ...] = ()
    released: tuple[tuple[str, str], ...] = ()
    written: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class Saving:
    """What one decision saves."""

    events: Sequence[StoredEvent]
    effects: Effects = Effects()


class Recorder(PostgresProcessRecorder):
    """Writes events and effects in one transaction, without the library's own retries and locks.

    Everything goes by the function `save_work` (migration 0004), as one statement where a command
    saves: the table is locked for as long as the server needs, and never for a round trip. As
    shipped, `insert_events` swallows a client-side error inside the transaction block, so that
    what was written before it commits without the events; here every error leaves the block.
    """

    # The library's ten tries would hide a database that is away for 20 seconds.
    max_notification_id = inspect.unwrap(PostgresProcessRecorder.max_notification_id)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Insert events and `effects`."""
        self.save([Saving(stored_events, cast("Effects", kwargs.get("effects", Effects())))])

    def save(self, savings: Sequence[Saving]) -> None:
        """Save everything or nothing.

        Raises:
            VersionConflictError: Somebody saved an aggregate first, or waited for us as we for him.
            KeyRepeatedError: A key is stored already.
            ConflictError: `already_taken`: a reserved value is.
            StalePositionError: A consumer does not stand where a move begins.
            DatabaseAwayError: PostgreSQL is away; it may have been saved nevertheless.
        """
        try:
            with reaching():
                self._save(savings)
        except persistence.IntegrityError as broken:
            raise meaning(broken) from broken

    def _save(self, savings: Sequence[Saving]) -> None:
        moves = [move for saving in savings for move in saving.effects.moves]
        parked = [letter for saving in savings for letter in saving.effects.parked]
        written = [write for saving in savings for write in saving.effects.written]
        with self.datastore.get_connection() as conn:
            if not (moves or parked or written):
                _save_work(conn, savings)
                return
            with conn.transaction():
                positions.move(conn, moves)
                deadletters.park(conn, parked)
                for write in written:  # before the table is locked; a repeated key undoes it
                    write(conn)
                _save_work(conn, savings)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """An aggregate's events behind version `gt` up to `lte`, in order."""
        order = "DESC" if desc else "ASC"
        with self.datastore.get_connection() as conn, conn.cursor(row_factory=tuple_row) as curs:
            curs.execute(
                "SELECT originator_id, originator_version, topic, state FROM stored_events"
                " WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s"
                f" ORDER BY originator_version {order} LIMIT %s",
                (originator_id, gt or 0, lte or _NO_LIMIT, limit),
                binary=True,
            )
            return [StoredEvent(*row) for row in curs]

    def select_all(self, originator_ids: Iterable[UUID]) -> Sequence[StoredEvent]:
        """The events of several aggregates, in order along each."""
        with self.datastore.get_connection() as conn, conn.cursor(row_factory=tuple_row) as curs:
            curs.execute(
                "SELECT originator_id, originator_version, topic, state FROM stored_events"
                " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version",
                (list(originator_ids),),
                binary=True,
            )
            return [StoredEvent(*row) for row in curs]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Up to `limit` events of all aggregates from `start` on, in the order of their commits."""
        first = 0 if start is None else start if inclusive_of_start else start + 1
        with self.datastore.get_connection() as conn, conn.cursor(row_factory=tuple_row) as curs:
            curs.execute(
                "SELECT originator_id, originator_version, topic, state, notification_id"
                " FROM stored_events WHERE notification_id BETWEEN %s AND %s"
                " AND (%s::text[] = '{}' OR topic = ANY(%s)) ORDER BY notification_id LIMIT %s",
                (first, stop or _NO_LIMIT, list(topics), list(topics), limit),
                binary=True,
            )
            return [Notification(*row) for row in curs]

    def select_page(self, after: int, limit: int, most_bytes: int | None) -> Sequence[Notification]:
        """Events behind a notification id: at least one, and not many more bytes than `most`."""
        with self.datastore.get_connection() as conn, conn.cursor(row_factory=tuple_row) as curs:
            curs.execute(
                "SELECT originator_id, originator_version, topic, state, notification_id FROM ("
                " SELECT *, sum(octet_length(state)) OVER (ORDER BY notification_id"
                "  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before"
                " FROM (SELECT * FROM stored_events WHERE notification_id > %s"
                "  ORDER BY notification_id LIMIT %s) AS page) AS sized"
                " WHERE coalesce(before, 0) < %s ORDER BY notification_id",
                (after, limit, most_bytes or _NO_LIMIT),
                binary=True,
            )
            return [Notification(*row) for row in curs]


_NO_LIMIT = 2**63 - 1
_EVENTS = "%b::uuid[], %b::bigint[], %b::text[], %b::bytea[]"
_KEYS = (
    "principals => %b::text[], methods => %b::text[], paths => %b::text[], keys => %b::text[],"
    " digests => %b::bytea[], statuses => %b::smallint[], answers => %b::bytea[]"
)
_NAMES = (
    "released_names => %b::text[], released_values => %b::text[], reserved_names => %b::text[],"
    " reserved_values => %b::text[], holders => %b::uuid[]"
)


def _save_work(conn: Connection[DictRow], savings: Sequence[Saving]) -> None:
    """Call `save_work` with as few of its lists as are needed."""
    arguments = [_EVENTS]
    values: list[list[Any]] = _columns(
        4,
        [
            (e.originator_id, e.originator_version, e.topic, e.state)
            for saving in savings
            for e in saving.events
        ],
    )
    keys = sorted(_keys(savings))
    if keys:
        arguments.append(_KEYS)
        values += _columns(7, keys)
    released = sorted(pair for saving in savings for pair in saving.effects.released)
    reserved = sorted(claim for saving in savings for claim in saving.effects.reserved)
    if released or reserved:
        arguments.append(_NAMES)
        values += _columns(2, released) + _columns(3, reserved)
    conn.execute(f"SELECT save_work({', '.join(arguments)})".encode(), values)


def _keys(savings: Sequence[Saving]) -> Iterator[tuple[Any, ...]]:
    for saving in savings:
        key, answer = saving.effects.key, saving.effects.answer
        if key is not None and answer is not None:
            scope = (key.principal, key.method, key.path, key.key)
            yield (*scope, key.body_sha256, answer.status, answer.body)


def _columns(width: int, rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * width


@contextmanager
def reaching() -> Generator[None]:
    """Tell a database that is away from what is wrong in itself."""
    try:
        yield
    except persistence.PersistenceError as error:
        if isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
            raise VersionConflictError from error
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
    )
    datastore.pool.connection_class = Bounded
    datastore.pool._check = check  # pyright: ignore[reportPrivateUsage] - see there
    datastore.pool.kwargs = {"row_factory": dict_row, **SESSION, **parts}
    datastore.pool.reconnect_timeout = RECONNECT_SECONDS
    return datastore
