import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.contracts.publisher.scripted import message

from tiendo_contracts.publisher import (
    Load,
    Outbox,
    OutboxBusyError,
    OutboxError,
    OutboxFullError,
    SetAside,
    UnsafeOutboxError,
    tables,
)
from tiendo_contracts.refusals import refusal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(file: Path) -> Outbox:
    return Outbox(file, patience=0)


@pytest.fixture
def own(outbox: Outbox) -> Iterator[sqlite3.Connection]:
    """The caller's own connection to the file, with a table of its own."""
    with closing(sqlite3.connect(outbox.file)) as connection:
        connection.execute("CREATE TABLE learners (name TEXT)")
        yield connection


def waiting(file: Path) -> list[str]:
    with closing(Outbox(file).connection()) as connection:
        return [one.message.id for one in tables.head(connection, 1000, 1_000_000)]


def set_aside(outbox: Outbox, number: int) -> SetAside:
    """Let the message of a number be refused."""
    with closing(outbox.connection()) as connection:
        [one] = [one for one in tables.head(connection, 9, 999) if one.number == number]
        aside = SetAside(number, one.message, (refusal("unknown_type", "/type"),))
        tables.settle(connection, [], [aside])
    return aside


def test_what_is_put_is_in_the_file_unchanged_and_in_order(outbox: Outbox, file: Path) -> None:
    outbox.put(message(1), message(2, "b"))
    outbox.put(message(3))
    with closing(Outbox(file).connection()) as connection:
        found = tables.head(connection, 1000, 1_000_000)
    assert [one.message for one in found] == [message(1), message(2, "b"), message(3)]
    assert sorted(one.number for one in found) == [one.number for one in found]


def test_numbers_are_never_used_again(outbox: Outbox) -> None:
    outbox.put(message(1))
    with closing(outbox.connection()) as connection:
        [first] = tables.head(connection, 9, 999)
        tables.settle(connection, [first.number], [])
        outbox.put(message(2))
        [second] = tables.head(connection, 9, 999)
    assert second.number > first.number


def test_what_is_put_within_the_callers_transaction_shares_its_fate(
    outbox: Outbox, own: sqlite3.Connection, file: Path
) -> None:
    own.execute("INSERT INTO learners VALUES ('Hà')")
    outbox.put(message(1), within=own)
    assert waiting(file) == []
    own.commit()
    own.execute("INSERT INTO learners VALUES ('Thuận')")
    outbox.put(message(2), within=own)
    own.rollback()
    assert waiting(file) == ["1"]
    assert own.execute("SELECT name FROM learners").fetchall() == [("Hà",)]


def test_a_connection_without_a_transaction_is_refused(
    outbox: Outbox, own: sqlite3.Connection, file: Path
) -> None:
    with pytest.raises(UnsafeOutboxError, match="no transaction"):
        outbox.put(message(1), within=own)
    assert waiting(file) == []


def test_a_connection_that_does_not_wait_for_the_disk_is_refused(
    outbox: Outbox, own: sqlite3.Connection
) -> None:
    own.execute("PRAGMA synchronous = NORMAL")
    own.execute("INSERT INTO learners VALUES ('Hà')")
    with pytest.raises(UnsafeOutboxError, match="power cut"):
        outbox.put(message(1), within=own)


def test_a_connection_to_a_file_without_an_outbox_is_refused(outbox: Outbox) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as elsewhere:
        elsewhere.execute("BEGIN")
        with pytest.raises(OutboxError, match="no such table"):
            outbox.put(message(1), within=elsewhere)


def test_our_own_connections_wait_for_the_disk(outbox: Outbox) -> None:
    with closing(outbox.connection()) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_more_than_may_wait_is_refused_as_a_whole(file: Path) -> None:
    outbox = Outbox(file, limit=10)
    outbox.put(message(1, size=6))
    with pytest.raises(OutboxFullError, match="12 bytes, 10 at most"):
        outbox.put(message(2, size=3), message(3, size=3))
    assert outbox.load() == Load(waiting=1, refused=0, bytes=6)


def test_a_full_outbox_leaves_the_callers_transaction_usable(
    file: Path, own: sqlite3.Connection
) -> None:
    own.execute("INSERT INTO learners VALUES ('Hà')")
    with pytest.raises(OutboxFullError):
        Outbox(file, limit=1).put(message(1), within=own)
    own.commit()
    assert waiting(file) == []
    assert own.execute("SELECT count(*) FROM learners").fetchone() == (1,)


def test_a_full_disk_is_said_and_nothing_is_stored(
    outbox: Outbox, own: sqlite3.Connection, file: Path
) -> None:
    [pages] = own.execute("PRAGMA page_count").fetchone()
    own.execute(f"PRAGMA max_page_count = {pages}")
    own.execute("BEGIN")
    with pytest.raises(OutboxFullError, match="full"):
        outbox.put(message(1), message(2, size=100_000), within=own)
    if own.in_transaction:
        own.commit()
    assert waiting(file) == []
    assert outbox.load() == Load(0, 0, 0)


def test_a_writer_that_does_not_end_is_said(outbox: Outbox, own: sqlite3.Connection) -> None:
    own.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutboxBusyError):
        outbox.put(message(1))
    own.rollback()
    outbox.put(message(1))


def test_a_file_that_is_no_database_is_said(file: Path) -> None:
    file.write_text("Không phải SQLite. " * 100)
    with pytest.raises(OutboxError, match="not a database"):
        Outbox(file)


def test_a_page_is_bounded_by_bytes_but_never_empty(outbox: Outbox) -> None:
    outbox.put(message(1, size=50), message(2, size=50), message(3, size=50))
    with closing(outbox.connection()) as connection:
        assert [one.message.id for one in tables.head(connection, 9, 100)] == ["1", "2"]
        assert [one.message.id for one in tables.head(connection, 9, 10)] == ["1"]
        assert [one.message.id for one in tables.head(connection, 2, 1000)] == ["1", "2"]


def test_what_was_refused_is_kept_with_its_reasons_and_counts(outbox: Outbox, file: Path) -> None:
    outbox.put(message(1), message(2))
    aside = set_aside(outbox, 1)
    assert outbox.set_aside() == [aside]
    assert outbox.load() == Load(waiting=1, refused=1, bytes=4)
    assert waiting(file) == ["2"]


def test_what_was_refused_can_be_put_again_behind_the_others(outbox: Outbox, file: Path) -> None:
    outbox.put(message(1), message(2))
    set_aside(outbox, 1)
    outbox.put_again(1)
    assert waiting(file) == ["2", "1"]
    assert outbox.load() == Load(waiting=2, refused=0, bytes=4)


def test_what_was_refused_can_be_dropped_once(outbox: Outbox) -> None:
    outbox.put(message(1))
    set_aside(outbox, 1)
    outbox.discard(1)
    assert outbox.load() == Load(0, 0, 0)
    with pytest.raises(KeyError):
        outbox.discard(1)
    with pytest.raises(KeyError):
        outbox.put_again(1)
    assert outbox.load() == Load(0, 0, 0)
