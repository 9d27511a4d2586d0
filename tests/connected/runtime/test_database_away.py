"""PostgreSQL that is cut off, comes back, or swallows an answer."""

import time
from collections.abc import Callable

import psycopg
import pytest
from tests.connected.runtime.workshop import (
    CLOCK,
    IDS,
    count,
    cuttable,
    done,
    key,
    opened,
    publisher,
    rows,
    start,
    until,
)

from tiendo_runtime.database import ANSWER_SECONDS, SESSION, Database, DatabaseAwayError
from tiendo_runtime.store import Store

pytestmark = pytest.mark.usefixtures("acted")

AT_ONCE = 7.0
"""Seconds. A pool waits for 2 and a connection for 2; the library's own tries would take 20, an
answer that is not given up 8."""


def _in_one_transaction(database: Database, *steps: str | Callable[[], None]) -> None:
    with database.transaction() as conn:
        for step in steps:
            if isinstance(step, str):
                conn.execute(step.encode())
            else:
                step()


def answers(database: Database) -> bool:
    try:
        database.ping()
    except DatabaseAwayError:
        return False
    return True


def saves(store: Store) -> bool:
    try:
        store.transact(start)
    except DatabaseAwayError:
        return False
    return True


def test_a_store_that_is_cut_off_says_so_at_once_and_recovers_by_itself(url: str) -> None:
    with cuttable(url) as (address, wire), opened(address) as store:
        counter = store.transact(start)
        wire.cut()
        for call in (
            lambda: store.transact(lambda work: count(work, counter.id, "x")),
            lambda: store.answer(key("any")),
        ):
            begun = time.monotonic()
            with pytest.raises(DatabaseAwayError):
                call()
            assert time.monotonic() - begun < AT_ONCE
        wire.join()
        until(lambda: saves(store))


def test_views_that_are_cut_off_say_so_at_once_and_recover_by_themselves(url: str) -> None:
    with cuttable(url) as (address, wire):
        database = Database(address, "test")
        database.open()
        until(lambda: answers(database))
        with pytest.raises(DatabaseAwayError):
            _in_one_transaction(database, "SELECT 1", wire.cut, "SELECT 2")
        begun = time.monotonic()
        assert not answers(database)
        assert time.monotonic() - begun < AT_ONCE
        wire.join()
        until(lambda: answers(database))
        database.close()


def test_a_pool_that_was_cut_off_for_long_is_back_soon(url: str) -> None:
    with cuttable(url) as (address, wire):
        database = Database(address, "test")
        database.open()
        until(lambda: answers(database))
        wire.cut()
        end = time.monotonic() + 4
        while time.monotonic() < end:
            assert not answers(database)
        wire.join()
        begun = time.monotonic()
        until(lambda: answers(database), 10)
        assert time.monotonic() - begun < 4
        database.close()


def test_a_key_tells_whether_a_lost_answer_was_saved(url: str) -> None:
    with cuttable(url) as (address, wire), opened(address) as store:
        counter = store.transact(start)
        wire.deadly = b"save_work"
        with pytest.raises(DatabaseAwayError):
            store.transact(
                lambda work: count(work, counter.id, "once"), key=key("lost"), answer=done
            )
    with opened(url) as store:
        found = until(lambda: store.answer(key("lost")))
        assert found is not None
        assert found[1].body == b'{"version":2}'
    assert rows(url, "SELECT count(*) FROM stored_events") == [(2,)]


def test_a_frozen_database_is_given_up_within_seconds_and_used_again_afterwards(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its kernel goes on acknowledging, so that no time-out of the network notices anything."""
    assert 5 < ANSWER_SECONDS < 10  # longer than a wait for a lock, shorter than people's patience
    monkeypatch.setattr("tiendo_runtime.database.ANSWER_SECONDS", 1.0)
    with cuttable(url) as (address, wire), opened(address) as store:
        database = Database(address, "test")
        database.open()
        until(lambda: answers(database))
        counter = store.transact(start)
        wire.is_mute = True
        for call in (
            lambda: store.transact(lambda work: count(work, counter.id, "x")),
            lambda: store.transact(start),
            lambda: store.answer(key("any")),
            database.ping,
        ):
            begun = time.monotonic()
            with pytest.raises(DatabaseAwayError):
                call()
            assert time.monotonic() - begun < AT_ONCE
        wire.cut()
        wire.is_mute = False
        wire.join()
        until(lambda: answers(database))
        until(lambda: saves(store))
        database.close()


def test_a_slow_answer_is_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiendo_runtime.database.ANSWER_SECONDS", 1.0)
    database = Database(url, "test")
    database.open()
    _in_one_transaction(database, *(["SELECT pg_sleep(0.5)"] * 3))
    database.close()


def test_a_process_that_slept_in_a_transaction_is_told_that_it_is_out(url: str) -> None:
    database = Database(url, "test")
    database.open()
    timeout = "SET LOCAL idle_in_transaction_session_timeout = '50ms'"
    with pytest.raises(DatabaseAwayError):
        _in_one_transaction(database, timeout, lambda: time.sleep(0.2), "SELECT 1")
    database.ping()
    database.close()


def test_nobody_waits_for_ever_for_the_locks_of_a_sleeping_process(url: str) -> None:
    database = Database(url, "test")
    database.open()
    with database.transaction() as conn:
        found = {
            name: conn.execute(f"SHOW {name}".encode()).fetchone()
            for name in (
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "transaction_timeout",
            )
        }
    database.close()
    assert found == {
        "lock_timeout": {"lock_timeout": "5s"},
        "idle_in_transaction_session_timeout": {"idle_in_transaction_session_timeout": "10s"},
        "transaction_timeout": {"transaction_timeout": "30s"},
    }


def test_who_falls_asleep_in_the_midst_of_sending_rows_loses_what_it_locked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried = str(SESSION["options"]).replace("transaction_timeout=30s", "transaction_timeout=1s")
    monkeypatch.setattr("tiendo_runtime.database.SESSION", {**SESSION, "options": hurried})
    database = Database(url, "test")
    database.open()

    def asleep() -> None:
        with database.transaction() as conn:
            conn.execute("UPDATE relay SET position = position")
            with conn.cursor().copy("COPY relay (owner) FROM STDIN") as copy:
                copy.write(b"half a row")
                with psycopg.connect(url, options="-c lock_timeout=8s") as other:
                    other.execute("UPDATE relay SET position = position")

    with pytest.raises(DatabaseAwayError):
        asleep()
    database.ping()
    database.close()


def test_what_the_database_can_never_take_is_not_told_as_its_absence(url: str) -> None:
    database = Database(url, "test")
    database.open()
    long = "".join(str(IDS.new()) for _ in range(2000))  # for an index, even when packed
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        _in_one_transaction(
            database, f"INSERT INTO reservations VALUES ('{long}', '', '{IDS.new()}')"
        )
    database.close()


def test_a_store_connects_as_its_address_says(url: str) -> None:
    named = url + ("&" if "?" in url else "?") + "application_name=named"
    store = Store(named, publisher(), CLOCK, IDS)
    assert ("named",) in rows(url, "SELECT application_name FROM pg_stat_activity")
    store.close()
