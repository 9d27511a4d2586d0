"""What is used of the pinned library's private hooks holds; a reader of the log skips nothing."""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresProcessRecorder
from psycopg import Cursor
from psycopg.rows import DictRow
from tests.connected.runtime.workshop import IDS, rows

from tiendo_runtime.recorder import Recorder, datastore_of


def events(number: int = 1) -> list[StoredEvent]:
    return [StoredEvent(IDS.new(), 1, "t", b"{}") for _ in range(number)]


def recorder(url: str, kind: type[Recorder] = Recorder) -> Recorder:
    return kind(datastore_of(url))


def test_the_library_is_the_version_that_the_overrides_were_written_for() -> None:
    assert version("eventsourcing") == "9.5.6"


@pytest.mark.parametrize("hook", ["_insert_events", "_insert_stored_events", "_lock_table"])
def test_the_library_has_the_hooks(hook: str) -> None:
    assert callable(getattr(PostgresProcessRecorder, hook))


def test_what_the_hook_writes_stands_in_the_transaction_of_the_events(url: str) -> None:
    seen: list[list[tuple[Any, ...]]] = []

    class Looking(Recorder):
        def _insert_events(
            self, curs: Cursor[DictRow], stored_events: Sequence[StoredEvent], **kwargs: Any
        ) -> None:
            super()._insert_events(curs, stored_events, **kwargs)
            curs.execute("INSERT INTO reservations VALUES ('a', 'b', %s)", (IDS.new(),))
            seen.append(rows(url, "SELECT name FROM reservations"))

    looking = recorder(url, Looking)
    assert looking.insert_events(events(2)) is not None
    looking.datastore.close()
    assert seen == [[]]
    assert rows(url, "SELECT name FROM reservations") == [("a",)]


def test_the_table_is_locked_for_writers_only_after_the_effects(url: str) -> None:
    order: list[str] = []

    class Noting(Recorder):
        def _insert_events(self, *args: Any, **kwargs: Any) -> None:
            order.append("effects")
            super()._insert_events(*args, **kwargs)

        def _lock_table(self, curs: Cursor[DictRow]) -> None:
            order.append("lock")
            super()._lock_table(curs)

    noting = recorder(url, Noting)
    noting.insert_events(events())
    noting.datastore.close()
    assert order == ["effects", "lock"]


def test_listeners_are_woken_up_by_a_save(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as bell:
        bell.execute("LISTEN stored_events")
        writer = recorder(url)
        writer.insert_events(events())
        writer.datastore.close()
        assert [n.channel for n in bell.notifies(timeout=5, stop_after=1)] == ["stored_events"]


@pytest.mark.parametrize(
    "call", ["insert_events", "select_events", "select_notifications", "max_notification_id"]
)
def test_the_librarys_ten_tries_are_taken_off(call: str) -> None:
    assert hasattr(getattr(PostgresProcessRecorder, call), "__wrapped__")
    assert not hasattr(getattr(Recorder, call), "__wrapped__")


class Unlocked(Recorder):
    """As it would be without the table lock."""

    def _lock_table(self, curs: Cursor[DictRow]) -> None:
        pass


def missed_by_a_reader(url: str, kind: type[Recorder]) -> int:
    """How many events a tailing reader misses while eight writers save, some slowly."""

    class Dawdling(kind):
        def _insert_stored_events(self, *args: Any, **kwargs: Any) -> None:
            super()._insert_stored_events(*args, **kwargs)
            time.sleep(random.choice((0, 0, 0.004)))  # noqa: S311 - between ids and commit

    writer, reader = recorder(url, Dawdling), recorder(url)
    seen: list[Notification] = []
    ended = threading.Event()

    def tail() -> None:
        while True:
            last_look = ended.is_set()
            after = seen[-1].id if seen else 0
            page = reader.select_notifications(after, 50, inclusive_of_start=False)
            seen.extend(page)
            if last_look and not page:
                return

    tailing = threading.Thread(target=tail)
    tailing.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(writer.insert_events, [events(2) for _ in range(120)]))
    ended.set()
    tailing.join()
    for one in (writer, reader):
        one.datastore.close()
    return 240 - len(seen)


def test_a_tailing_reader_misses_nothing_under_many_writers(url: str) -> None:
    assert missed_by_a_reader(url, Recorder) == 0


def test_without_the_table_lock_a_tailing_reader_misses_events(url: str) -> None:
    assert any(missed_by_a_reader(url, Unlocked) > 0 for _ in range(5))
