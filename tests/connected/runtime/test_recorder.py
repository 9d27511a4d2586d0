"""How events are saved: by one statement, under one lock; a reader of the log skips nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import psycopg
import pytest
from eventsourcing.persistence import Notification, StoredEvent
from tests.connected.runtime.workshop import IDS, blocked, one, until

from tiendo_runtime import schema
from tiendo_runtime.recorder import Effects, Recorder, VersionConflictError, datastore_of


def events(number: int = 1) -> list[StoredEvent]:
    return [StoredEvent(IDS.new(), 1, "t", b"{}") for _ in range(number)]


def recorder(url: str) -> Recorder:
    return Recorder(datastore_of(url))


def test_the_library_is_the_version_that_the_overrides_were_written_for() -> None:
    assert version("eventsourcing") == "9.5.6"


def test_a_save_waits_for_what_must_be_unique_without_locking_out_the_others(url: str) -> None:
    both = recorder(url)
    with ThreadPoolExecutor(1) as pool:
        with psycopg.connect(url) as other:
            other.execute("INSERT INTO reservations VALUES ('n', 'v', %s)", (IDS.new(),))
            mine = pool.submit(
                both.insert_events, events(), effects=Effects(reserved=(("n", "v", IDS.new()),))
            )
            until(lambda: blocked(url))
            both.insert_events(events())  # passes, while the first one waits
            other.rollback()
        mine.result()
    both.datastore.close()
    assert one(url, "SELECT count(*) FROM stored_events") == 2


def test_two_saves_that_wait_for_each_other_are_a_race_and_no_failure(url: str) -> None:
    """A save sorts its claims; only a foreign hand can make a circle."""
    writer = recorder(url)
    claim = "INSERT INTO reservations VALUES ('n', %s, %s)"
    claims = tuple(("n", value, IDS.new()) for value in ("a", "b"))
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url) as other:
        other.execute("SET deadlock_timeout = '1min'")  # the save is the one that notices
        other.execute(claim, ("b", IDS.new()))
        mine = pool.submit(writer.insert_events, events(), effects=Effects(reserved=claims))
        until(lambda: blocked(url))
        other.execute(claim, ("a", IDS.new()))
        with pytest.raises(VersionConflictError):
            mine.result()
    writer.datastore.close()


def test_listeners_are_woken_up_by_a_save(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as bell:
        bell.execute("LISTEN stored_events")
        writer = recorder(url)
        writer.insert_events(events())
        writer.datastore.close()
        assert [n.channel for n in bell.notifies(timeout=5, stop_after=1)] == ["stored_events"]


def rewritten(url: str, *changes: tuple[str, str]) -> None:
    """Change the function that saves."""
    source: str = one(url, "SELECT pg_get_functiondef('save_work'::regproc)")
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    with psycopg.connect(url) as conn:
        conn.execute(source.encode())


LOCK = "LOCK TABLE stored_events IN EXCLUSIVE MODE;"
DAWDLE = "SELECT * FROM unnest(originator_ids, originator_versions, topics, states);"
DAWDLING = f"{DAWDLE} PERFORM pg_sleep(0.004 * floor(random() * 2));"  # between ids and commit


def missed_by_a_reader(url: str) -> int:
    """How many events a tailing reader misses while eight writers save, some slowly."""
    writers, reader = [recorder(url) for _ in range(8)], recorder(url)
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

    def write(writer: Recorder) -> None:
        for _ in range(15):
            writer.insert_events(events(2))

    before = one(url, "SELECT count(*) FROM stored_events")
    tailing = threading.Thread(target=tail)
    tailing.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, writers))
    ended.set()
    tailing.join()
    for each in (*writers, reader):
        each.datastore.close()
    return before + 240 - len(seen)


def test_a_tailing_reader_misses_nothing_under_many_writers(database_url: str) -> None:
    schema.migrate(database_url, "tiendo_runtime", ())
    rewritten(database_url, (DAWDLE, DAWDLING))
    assert missed_by_a_reader(database_url) == 0


def test_without_the_table_lock_a_tailing_reader_misses_events(database_url: str) -> None:
    schema.migrate(database_url, "tiendo_runtime", ())
    rewritten(database_url, (DAWDLE, DAWDLING), (LOCK, ""))
    assert any(missed_by_a_reader(database_url) > 0 for _ in range(5))


def test_the_librarys_readers_can_follow_this_log(url: str) -> None:
    """It has the interface of the library's recorders: from, to, by topic, page by page."""
    here = recorder(url)
    mixed = [StoredEvent(IDS.new(), 1, topic, b"{}") for topic in ("a", "b", "a", "b")]
    here.insert_events(mixed)
    first = here.select_notifications(None, 1)[0].id
    found = here.select_notifications(first, 9, topics=["a"])
    assert [n.id - first for n in found] == [0, 2]
    found = here.select_notifications(first, 9, stop=first + 1, inclusive_of_start=False)
    assert [n.id - first for n in found] == [1]
    assert here.max_notification_id() == first + 3
    again = [StoredEvent(mixed[0].originator_id, n, "a", b"{}") for n in (2, 3)]
    here.insert_events(again)
    versions = here.select_events(mixed[0].originator_id, gt=1, desc=True)
    assert [event.originator_version for event in versions] == [3, 2]
    assert here.select_events(mixed[0].originator_id, lte=2, limit=1)[0] == mixed[0]
    here.datastore.close()
