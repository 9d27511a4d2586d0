"""What one transaction of the store holds, and how it tells apart what was broken."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing import persistence
from eventsourcing.persistence import StoredEvent
from tests.connected.runtime.workshop import (
    CAUSE,
    CLOCK,
    IDS,
    Counter,
    blocked,
    count,
    done,
    key,
    one,
    rows,
    start,
    until,
)

from tiendo_runtime.context import NoActorError, acting
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.domain import (
    Aggregate,
    ConflictError,
    NotFoundError,
    RuleError,
    event,
)
from tiendo_runtime.positions import StalePositionError
from tiendo_runtime.publishing import MAX_EVENT_BYTES
from tiendo_runtime.recorder import Effects
from tiendo_runtime.records import Move, Partition, Position, Raw
from tiendo_runtime.store import Answer, KeyRepeatedError, Store, VersionConflictError, Work

pytestmark = pytest.mark.usefixtures("acted")

PLACE = Partition("topic", 0)
TABLES = ("stored_events", "idempotency_keys", "reservations", "dead_letters")


def step(offset: int) -> Move:
    return Move("c", Position(PLACE, offset, offset - 1), Position(PLACE, offset + 1, offset))


def letter() -> Parked:
    raw = Raw(PLACE, 0, b"k", b"v", ())
    return Parked.because("c", raw, "failed", ValueError("because \udc80\0"))


def place(url: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute("INSERT INTO positions VALUES ('c', 'topic', 0, 0, -1, 'cluster')")


def counts(url: str) -> list[int]:
    return [one(url, f"SELECT count(*) FROM {table}") for table in TABLES]


def test_events_key_position_reservation_and_dead_letter_are_saved_together(
    url: str, store: Store
) -> None:
    place(url)

    def decide(work: Work) -> Counter:
        found = start(work)
        work.reserve("name", "A", found.id)
        return found

    store.transact(decide, key=key("k"), answer=done, moves=(step(0),), parked=(letter(),))
    assert counts(url) == [1, 1, 1, 1]
    assert rows(url, "SELECT next_offset, sequence FROM positions") == [(1, 0)]
    assert rows(url, "SELECT reason FROM dead_letters") == [("ValueError: because \\udc80\\0",)]


@pytest.mark.parametrize(
    "broken",
    [
        StoredEvent(IDS.new(), 1, "topic with \0", b"{}"),
        StoredEvent(IDS.new(), 1, None, b"{}"),  # pyright: ignore[reportArgumentType] - NOT NULL
        StoredEvent("no uuid", 1, "t", b"{}"),
        StoredEvent(IDS.new(), 2**70, "t", b"{}"),
    ],
    ids=["client-side", "server-side", "no uuid", "out of range"],
)
def test_an_error_while_events_are_inserted_leaves_nothing_behind(
    url: str, store: Store, broken: StoredEvent
) -> None:
    place(url)
    effects = Effects(
        key("k"), Answer(200, b"{}"), (step(0),), (letter(),), (("name", "A", IDS.new()),)
    )
    with pytest.raises((persistence.PersistenceError, psycopg.Error, UnicodeError, ValueError)):
        store.insert([StoredEvent(IDS.new(), 1, "t", b"{}"), broken], effects)
    assert counts(url) == [0, 0, 0, 0]
    assert rows(url, "SELECT next_offset FROM positions") == [(0,)]


def test_each_uniqueness_is_told_by_its_own_error(url: str, store: Store) -> None:
    place(url)
    taken = IDS.new()
    event = StoredEvent(taken, 1, "t", b"{}")
    store.insert([event], Effects(key("k"), Answer(200, b"{}"), reserved=(("n", "v", taken),)))
    with pytest.raises(VersionConflictError):
        store.insert([event], Effects())
    with pytest.raises(KeyRepeatedError):
        store.insert([], Effects(key("k", b"other"), Answer(200, b"{}")))
    with pytest.raises(ConflictError, match="already_taken"):
        store.insert([], Effects(reserved=(("n", "v", IDS.new()),)))
    with pytest.raises(StalePositionError):
        store.insert([], Effects(moves=(step(7),)))
    assert counts(url) == [1, 1, 1, 0]


def test_what_breaks_no_known_constraint_is_no_conflict(url: str, store: Store) -> None:
    with psycopg.connect(url) as conn:
        conn.execute("ALTER TABLE stored_events ADD CONSTRAINT odd CHECK (topic <> 'odd')")
    with pytest.raises(persistence.IntegrityError):
        store.insert([StoredEvent(IDS.new(), 1, "odd", b"{}")], Effects())


def test_a_lost_race_is_decided_again_on_what_stands_now(store: Store) -> None:
    counter = store.transact(start)
    tries: list[list[str]] = []

    def decide(work: Work) -> Counter:
        found = work.get(Counter, counter.id)
        tries.append(list(found.labels))
        if len(tries) == 1:
            store.transact(lambda other: count(other, counter.id, "faster"))
        return count(work, counter.id, "slower")

    store.transact(decide)
    assert tries == [["first"], ["first", "faster"]]
    loaded = store.load(counter.id)
    assert isinstance(loaded, Counter)
    assert loaded.labels == ["first", "faster", "slower"]


def test_a_race_that_is_lost_for_good_is_told(store: Store) -> None:
    counter = store.transact(start)

    def decide(work: Work) -> Counter:
        found = count(work, counter.id, "slower")
        store.transact(lambda other: count(other, counter.id, "faster"))
        return found

    with pytest.raises(VersionConflictError):
        store.transact(decide)


def test_ten_writers_of_one_aggregate_are_all_counted_once(store: Store) -> None:
    counter = store.transact(start)

    def write(label: str) -> None:
        with acting(CAUSE):
            store.transact(lambda work: count(work, counter.id, label))

    labels = [str(n) for n in range(10)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, labels))
    loaded = store.load(counter.id)
    assert isinstance(loaded, Counter)
    assert sorted(loaded.labels[1:]) == labels


def test_an_id_that_is_in_use_is_a_conflict_and_not_a_race(store: Store) -> None:
    first = store.transact(start)
    with pytest.raises(ConflictError, match="already_taken"):
        store.transact(lambda work: start(work, identity=first.id))


def test_one_id_twice_in_one_work_is_a_conflict(url: str, store: Store) -> None:
    identity = IDS.new()

    def decide(work: Work) -> None:
        start(work, identity=identity)
        start(work, identity=identity)

    with pytest.raises(ConflictError):
        store.transact(decide)
    assert counts(url)[0] == 0


def test_a_released_value_can_be_claimed_again_in_one_transaction(url: str, store: Store) -> None:
    first, second = IDS.new(), IDS.new()
    store.transact(lambda work: work.reserve("n", "v", first))

    def swap(work: Work) -> None:
        work.release("n", "v")
        work.reserve("n", "v", second)

    store.transact(swap)
    assert rows(url, "SELECT holder FROM reservations") == [(second,)]


def test_two_reservations_in_opposite_order_do_not_stand_in_each_others_way(store: Store) -> None:
    barrier = threading.Barrier(2, timeout=10)

    def claim(*values: str) -> str:
        def decide(work: Work) -> None:
            for value in values:
                work.reserve("n", value, IDS.new())
            barrier.wait()

        try:
            with acting(CAUSE):
                store.transact(decide)
        except ConflictError:
            return "taken"
        return "mine"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(claim, "a", "b"), pool.submit(claim, "b", "a")]
        assert sorted(o.result() for o in outcomes) == ["mine", "taken"]


def test_an_aggregate_of_another_kind_is_not_found(store: Store) -> None:
    class Other(Aggregate, topic="test.Other"):
        pass

    counter = store.transact(start)

    def decide(work: Work) -> None:
        assert work.find(Other, counter.id) is None
        assert work.find(Counter, counter.id) is not None
        assert work.find(Aggregate, counter.id) is not None
        work.get(Other, counter.id)

    with pytest.raises(NotFoundError):
        store.transact(decide)


@pytest.mark.parametrize(
    "label",
    ["", "x" * 301, "with \0 inside", "half \ud800 of a pair"],
    ids=["empty", "long", "NUL", "surrogate"],
)
def test_what_cannot_be_published_is_not_saved(url: str, store: Store, label: str) -> None:
    with pytest.raises(RuleError, match="unpublishable"):
        store.transact(lambda work: start(work, label))
    assert counts(url) == [0, 0, 0, 0]


def test_what_is_too_large_to_be_published_is_not_saved(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiendo_runtime.publishing.MAX_EVENT_BYTES", 100)
    assert MAX_EVENT_BYTES == 256 * 1024
    with pytest.raises(RuleError, match="event_too_large"):
        store.transact(start)
    assert counts(url)[0] == 0


def test_a_private_event_is_saved_with_any_text_that_can_be_written(store: Store) -> None:
    counter = store.transact(start)

    def keep(work: Work, text: str) -> None:
        work.get(Counter, counter.id).keep(text, timestamp=CLOCK.now())

    store.transact(lambda work: keep(work, "NUL \0, chữ Việt, 𠮷"))
    with pytest.raises(RuleError, match="unpublishable"):
        store.transact(lambda work: keep(work, "half \ud800"))
    loaded = store.load(counter.id)
    assert isinstance(loaded, Counter)
    assert loaded.kept == ["NUL \0, chữ Việt, 𠮷"]


def test_an_answer_is_found_under_its_key_until_seven_days_are_over(url: str, store: Store) -> None:
    store.transact(start, key=key("young"), answer=done)
    store.transact(start, key=key("old"), answer=done)
    with psycopg.connect(url) as conn:
        conn.execute(
            "UPDATE idempotency_keys SET created_at = now() - CASE key"
            " WHEN 'old' THEN interval '7 days 1 s' ELSE interval '7 days' - interval '1 h' END"
        )
    assert store.forget_keys() == 1
    assert store.answer(key("old")) is None
    assert store.answer(key("young")) == (key("young").body_sha256, Answer(200, b'{"version":1}'))


def test_notification_ids_follow_the_order_of_events_within_a_save(url: str, store: Store) -> None:
    def decide(work: Work) -> list[UUID]:
        return [start(work, f"n{n}").id for n in range(200)]

    ids = store.transact(decide)
    stored = rows(url, "SELECT originator_id FROM stored_events ORDER BY notification_id")
    assert [row[0] for row in stored] == ids


def test_nothing_is_saved_without_a_cause(url: str, store: Store) -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(NoActorError):  # no cause is open there
        pool.submit(store.transact, start).result()
    assert counts(url)[0] == 0


def _queued(store: Store) -> int:
    return len(store._together._queue)  # pyright: ignore[reportPrivateUsage]


def together(url: str, store: Store, *commands: Callable[[], object]) -> list[Future[object]]:
    """The outcomes of commands that all came while one before them was being saved."""

    def acted(command: Callable[[], object]) -> object:
        with acting(CAUSE):
            return command()

    with ThreadPoolExecutor(len(commands) + 1) as pool:
        with psycopg.connect(url) as conn:
            conn.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
            first = pool.submit(acted, lambda: store.transact(start))
            until(lambda: blocked(url))
            outcomes = [pool.submit(acted, command) for command in commands]
            until(lambda: _queued(store) == len(commands))
        first.result()
        for outcome in outcomes:
            outcome.exception()
    return outcomes


def test_commands_that_come_at_once_are_saved_in_one_transaction(url: str, store: Store) -> None:
    def command(n: int) -> Callable[[], object]:
        return lambda: store.transact(start, key=key(f"k{n}"), answer=done)

    outcomes = together(url, store, *(command(n) for n in range(20)))
    assert not any(outcome.exception() for outcome in outcomes)
    assert one(url, "SELECT count(DISTINCT xmin::text) FROM stored_events") == 2
    assert counts(url)[:2] == [21, 20]
    assert all(store.answer(key(f"k{n}")) for n in range(20))


def test_in_a_group_each_command_fails_for_itself(url: str, store: Store) -> None:
    store.transact(start, key=key("used"), answer=done)
    taken = store.transact(start)
    store.transact(lambda work: work.reserve("n", "taken", taken.id))
    raced = store.transact(start)

    outcomes = together(
        url,
        store,
        lambda: store.transact(start, key=key("fresh"), answer=done),
        lambda: store.transact(start, key=key("used"), answer=done),
        lambda: store.transact(lambda work: work.reserve("n", "taken", IDS.new())),
        lambda: store.transact(lambda work: start(work, identity=taken.id)),
        lambda: store.transact(start),
        lambda: store.transact(lambda work: count(work, raced.id, "a")),
        lambda: store.transact(lambda work: count(work, raced.id, "b")),
        lambda: store.transact(start, key=key("twin"), answer=done),
        lambda: store.transact(start, key=key("twin"), answer=done),
    )
    errors = [type(outcome.exception()).__name__ for outcome in outcomes]
    assert errors[:7] == [
        "NoneType",
        "KeyRepeatedError",
        "ConflictError",
        "ConflictError",
        "NoneType",
        "NoneType",
        "NoneType",
    ]
    assert sorted(errors[7:]) == ["KeyRepeatedError", "NoneType"]
    loaded = store.load(raced.id)
    assert isinstance(loaded, Counter)
    assert sorted(loaded.labels[1:]) == ["a", "b"]


class Ledger(Aggregate, topic="test.Ledger"):
    """Its entries had no currency once, and a figure without decimals."""

    class Opened(Aggregate.Created):
        pass

    class Entered(Aggregate.Event):
        class_version = 2
        amount: Decimal
        currency: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["amount"] = f"{state.pop('figure')}.00"
            state["currency"] = "VND"

    @event(Opened)
    def __init__(self, *, id: UUID, timestamp: datetime) -> None:  # noqa: A002, ARG002
        self.entries: list[tuple[Decimal, str]] = []

    @event(Entered)
    def enter(self, amount: Decimal, currency: str, *, timestamp: datetime) -> None:  # noqa: ARG002
        self.entries.append((amount, currency))


FIRST_ENTRY = (
    b'{"v":1,"data":{"timestamp":"2026-01-02T03:04:05.678901Z","figure":1500},'
    b'"meta":{"actor":"user:tester","recorded_at":"2026-01-02T03:04:05.678901Z",'
    b'"correlation_id":"c"}}'
)
"""Frozen: an entry as version 1 of the class wrote it."""


def test_an_event_of_an_older_class_is_upcast_when_it_is_read_and_stays_as_it_was_stored(
    url: str, store: Store
) -> None:
    identity = IDS.new()
    store.transact(lambda work: work.add(Ledger(id=identity, timestamp=CLOCK.now())))
    store.insert([StoredEvent(identity, 2, "test.Ledger.Entered", FIRST_ENTRY)], Effects())

    def enter(work: Work) -> Ledger:
        found = work.get(Ledger, identity)
        found.enter(Decimal("2.50"), "EUR", timestamp=CLOCK.now())
        return found

    assert store.transact(enter).version == 3
    loaded = store.load(identity)
    assert isinstance(loaded, Ledger)
    assert loaded.entries == [(Decimal("1500.00"), "VND"), (Decimal("2.50"), "EUR")]
    kept = rows(url, "SELECT state FROM stored_events ORDER BY originator_version")
    assert bytes(kept[1][0]) == FIRST_ENTRY
    assert kept[2][0].startswith(b'{"v":2,')
