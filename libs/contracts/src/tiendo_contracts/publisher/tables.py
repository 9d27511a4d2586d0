"""The tables of an outbox, and what is done to their rows; see `outbox` for what it is for."""

import json
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tiendo_contracts.publisher.errors import OutboxBusyError, OutboxError, OutboxFullError
from tiendo_contracts.publisher.message import Message
from tiendo_contracts.refusals import Refusal

_COLUMNS = "id, source, type, subject, time, traceparent, value"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tiendo_outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, source TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
    time TEXT NOT NULL, traceparent TEXT NOT NULL, value BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS tiendo_outbox_refused (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL, source TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
    time TEXT NOT NULL, traceparent TEXT NOT NULL, value BLOB NOT NULL, refusals TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tiendo_outbox_load (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    waiting INTEGER NOT NULL, refused INTEGER NOT NULL, bytes INTEGER NOT NULL
);
INSERT OR IGNORE INTO tiendo_outbox_load VALUES (1, 0, 0, 0);
CREATE TRIGGER IF NOT EXISTS tiendo_outbox_put AFTER INSERT ON tiendo_outbox BEGIN
    UPDATE tiendo_outbox_load SET waiting = waiting + 1, bytes = bytes + length(NEW.value);
END;
CREATE TRIGGER IF NOT EXISTS tiendo_outbox_taken AFTER DELETE ON tiendo_outbox BEGIN
    UPDATE tiendo_outbox_load SET waiting = waiting - 1, bytes = bytes - length(OLD.value);
END;
CREATE TRIGGER IF NOT EXISTS tiendo_outbox_set_aside AFTER INSERT ON tiendo_outbox_refused BEGIN
    UPDATE tiendo_outbox_load SET refused = refused + 1, bytes = bytes + length(NEW.value);
END;
CREATE TRIGGER IF NOT EXISTS tiendo_outbox_forgotten AFTER DELETE ON tiendo_outbox_refused BEGIN
    UPDATE tiendo_outbox_load SET refused = refused - 1, bytes = bytes - length(OLD.value);
END;
"""
"""Sums are kept by triggers: counting a long outbox for each event put would be slow."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message to be sent; numbers grow in the order of putting."""

    number: int
    message: Message


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that the receiver refused for good, with its reasons."""

    number: int
    message: Message
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How many messages wait and how many are set aside, and the bytes of all their data."""

    waiting: int
    refused: int
    bytes: int


def provide(connection: sqlite3.Connection) -> None:
    """Make the tables, unless they are there: then nothing is written, and no writer disturbs."""
    connection.execute("PRAGMA journal_mode = WAL")
    last = "SELECT 1 FROM sqlite_schema WHERE name = 'tiendo_outbox_forgotten'"
    if connection.execute(last).fetchone() is None:
        connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")


def append(connection: sqlite3.Connection, messages: Sequence[Message]) -> None:
    """Put messages behind those that wait."""
    connection.executemany(
        f"INSERT INTO tiendo_outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        map(_row, messages),
    )


def head(connection: sqlite3.Connection, count: int, size: int) -> Sequence[Waiting]:
    """Those that wait longest, in order: so many, or fewer where they are over `size` bytes.

    One is given even if it is larger than that alone.
    """
    found: list[Waiting] = []
    rows = connection.execute(
        f"SELECT number, {_COLUMNS} FROM tiendo_outbox ORDER BY number LIMIT ?", (count,)
    )
    with closing(rows):
        for number, *row in rows:
            message = _message(row)
            size -= len(message.value)
            if size < 0 and found:
                break
            found.append(Waiting(number, message))
    return found


def settle(
    connection: sqlite3.Connection, taken: Sequence[int], refused: Sequence[SetAside]
) -> None:
    """Remove what the receiver has, and set aside what it refused, in one transaction."""
    gone = [*taken, *(one.number for one in refused)]
    with transaction(connection):
        connection.executemany(
            f"INSERT INTO tiendo_outbox_refused (number, refusals, {_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(one.number, _json(one.refusals), *_row(one.message)) for one in refused],
        )
        connection.executemany("DELETE FROM tiendo_outbox WHERE number = ?", [(n,) for n in gone])


def set_aside(connection: sqlite3.Connection, limit: int) -> Sequence[SetAside]:
    """What was refused, the oldest first."""
    rows = connection.execute(
        f"SELECT number, refusals, {_COLUMNS} FROM tiendo_outbox_refused ORDER BY number LIMIT ?",
        (limit,),
    )
    return [
        SetAside(number, _message(row), tuple(Refusal(**one) for one in json.loads(refusals)))
        for number, refusals, *row in rows
    ]


def forget(connection: sqlite3.Connection, number: int, *, send: bool) -> None:
    """Take one out of what was refused, and put it behind all that wait where it is to be sent.

    Raises:
        KeyError: Nothing of that number is set aside.
    """
    with transaction(connection):
        if send:
            connection.execute(
                f"INSERT INTO tiendo_outbox ({_COLUMNS})"
                f" SELECT {_COLUMNS} FROM tiendo_outbox_refused WHERE number = ?",
                (number,),
            )
        gone = connection.execute("DELETE FROM tiendo_outbox_refused WHERE number = ?", (number,))
        if gone.rowcount != 1:
            raise KeyError(number)


def load(connection: sqlite3.Connection) -> Load:
    """What is in the outbox."""
    found = connection.execute("SELECT waiting, refused, bytes FROM tiendo_outbox_load")
    return Load(*found.fetchone())


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """All of the block, on disk at its end, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Generator[None]:
    """All of the block or nothing, as a part of the transaction that is open."""
    connection.execute("SAVEPOINT tiendo_outbox")
    try:
        yield
        connection.execute("RELEASE tiendo_outbox")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO tiendo_outbox")
            connection.execute("RELEASE tiendo_outbox")
        raise


_MEANINGS = {
    sqlite3.SQLITE_BUSY: OutboxBusyError,
    sqlite3.SQLITE_LOCKED: OutboxBusyError,
    sqlite3.SQLITE_FULL: OutboxFullError,
}


@contextmanager
def told() -> Generator[None]:
    """Say as an error of the outbox what SQLite refuses."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte of an extended code
        raise _MEANINGS.get(code, OutboxError)(f"the outbox: {error}") from error


def _row(message: Message) -> tuple[str | bytes, ...]:
    return (
        message.id,
        message.source,
        message.type,
        message.subject,
        message.time.isoformat(),
        message.traceparent,
        message.value,
    )


def _message(row: Sequence[Any]) -> Message:
    name, source, event_type, subject, time, traceparent, value = row
    return Message(
        id=name,
        source=source,
        type=event_type,
        subject=subject,
        time=datetime.fromisoformat(time),
        value=value,
        traceparent=traceparent,
    )


def _json(refusals: Sequence[Refusal]) -> str:
    return json.dumps([asdict(one) for one in refusals], ensure_ascii=False)
