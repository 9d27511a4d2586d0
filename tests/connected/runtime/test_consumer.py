"""The consumer loop: every event has its effect once, whatever is repeated, moved or cut off."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from tests.connected.runtime.log import event, running, send, until_so
from tests.connected.runtime.workshop import (
    IDS,
    TOPIC,
    Counter,
    cuttable,
    one,
    rows,
    start,
    wire,
)

from tiendo_contracts.units import UnitRenamed
from tiendo_local.testing import Broker
from tiendo_runtime.consumer import ConsumerLoop, Handler
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Parked, listing, raw_of
from tiendo_runtime.domain import NotYetKnownError
from tiendo_runtime.kafka import ensure_topics
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Projection
from tiendo_runtime.reactions import ReactionHandler, Reactions
from tiendo_runtime.records import Move, Outgoing, Received
from tiendo_runtime.store import Store, Work

KEYS = [str(IDS.new()) for _ in range(4)]
TALLY = """
CREATE SCHEMA IF NOT EXISTS tally_v1;
DROP TABLE IF EXISTS tally_v1.tally;
CREATE TABLE tally_v1.tally (place bigserial, key text, name text, sequence bigint);
"""


class PoisonError(Exception):
    pass


def fold(conn: Connection[DictRow], events: Sequence[Received]) -> None:
    """Writes a row per event, and would write it twice."""
    for received in events:
        assert isinstance(received.event, UnitRenamed)
        if received.event.name == "poison":
            raise PoisonError("half \ud800, NUL \0")
        conn.execute(
            "INSERT INTO tally (key, name, sequence) VALUES (%s, %s, %s)",
            (received.envelope.subject, received.event.name, received.envelope.sequence),
        )


@dataclass
class Bench:
    """A topic and a table that counts what had its effect."""

    url: str
    kafka: Broker
    topic: str
    group: str = field(default_factory=lambda: str(IDS.new()))

    def loop(self, database: Database, handler: Handler | None = None, **given: str) -> Any:
        facts = {"group": self.group, "bootstrap": self.kafka.bootstrap} | given
        handler = handler or ProjectionHandler(
            Projection("tally", 1, (self.topic,), ("tally",), fold), database
        )
        return ConsumerLoop(
            "tally_v1", topics=(self.topic,), database=database, handler=handler, **facts
        )

    @asynccontextmanager
    async def consuming(self, *handlers: Handler, **given: str) -> AsyncGenerator[ConsumerLoop]:
        """One loop, with a group of its own unless it is given."""
        facts = {"group": str(IDS.new())} | given
        async with AsyncExitStack() as stack:
            database = self.database()
            stack.callback(database.close)
            loop = self.loop(database, *handlers, **facts)
            await stack.enter_async_context(running(loop.run))
            yield loop

    def database(self) -> Database:
        database = Database(self.url, "consumer")
        database.open()
        return database

    def send(self, *records: Outgoing) -> Any:
        return send(self.kafka.bootstrap, records)

    def event(self, key: int, name: str, sequence: int, **more: Any) -> Outgoing:
        return event(self.topic, KEYS[key], name, sequence, **more)

    def names(self) -> list[str]:
        return [r[0] for r in rows(self.url, "SELECT name FROM tally_v1.tally ORDER BY place")]

    def parked(self) -> list[tuple[str, str]]:
        """(key's number, code) of what waits, in order."""
        found = rows(
            self.url,
            "SELECT convert_from(key, 'UTF8'), code FROM dead_letters ORDER BY \"offset\"",
        )
        return [(str(KEYS.index(key)) if key in KEYS else key, code) for key, code in found]

    def until_names(self, *names: str) -> Any:
        return until_so(lambda: sorted(self.names()) == sorted(names))

    def done(self, records: int) -> Any:
        """Wait until the positions stand behind that many records."""
        sql = "SELECT coalesce(sum(next_offset), 0) FROM positions"
        return until_so(lambda: one(self.url, sql) == records)


@pytest.fixture
def bench(url: str, kafka: Broker) -> Bench:
    with psycopg.connect(url) as conn:
        conn.execute(TALLY)
    topic = f"{kafka.prefix}.{TOPIC}"
    asyncio.run(ensure_topics(kafka.bootstrap, [topic], partitions=1))
    return Bench(url, kafka, topic)


def test_what_kafka_delivers_again_has_no_second_effect(bench: Bench) -> None:
    async def scenario() -> None:
        await bench.send(*(bench.event(0, f"n{n}", n) for n in range(3)))
        async with bench.consuming() as loop:
            await bench.until_names("n0", "n1", "n2")
            assert loop.health.reason is None
        await bench.send(bench.event(0, "n3", 3))
        async with bench.consuming():  # a group that Kafka knows nothing of begins at the start
            await bench.done(4)
        assert bench.names() == ["n0", "n1", "n2", "n3"]

    asyncio.run(scenario())


def test_what_a_relay_repeats_under_new_offsets_has_no_second_effect(bench: Bench) -> None:
    async def scenario() -> None:
        async with bench.consuming():
            for n in (0, 1, 2, 1, 2, 3):
                await bench.send(bench.event(n % 2, f"n{n}", n))
            await bench.done(6)
        assert bench.names() == ["n0", "n1", "n2", "n3"]

    asyncio.run(scenario())


@dataclass
class Slow:
    """A handler that takes its time before each transaction, as often as it is told."""

    handler: Handler
    entered: threading.Event = field(default_factory=threading.Event)
    leave: threading.Event = field(default_factory=threading.Event)

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        self.entered.set()
        assert self.leave.wait(20)
        self.handler.handle(events, moves, parked)


def test_a_rebalance_in_the_middle_of_a_batch_neither_doubles_nor_loses(
    url: str, kafka: Broker, bench: Bench
) -> None:
    bench.topic += "-wide"
    asyncio.run(ensure_topics(kafka.bootstrap, [bench.topic], partitions=4))
    projection = Projection("tally", 1, (bench.topic,), ("tally",), fold)

    async def scenario() -> None:
        database = bench.database()
        slow = Slow(ProjectionHandler(projection, database))
        await bench.send(*(bench.event(n % 4, f"a{n}", n) for n in range(200)))
        async with bench.consuming(slow, group="g" + bench.group):
            await until_so(slow.entered.is_set)
            async with bench.consuming(group="g" + bench.group):  # joins while the batch is open
                await until_so(lambda: len(bench.names()) > 0)  # it took over and handles
                slow.leave.set()
                await bench.send(*(bench.event(n % 4, f"b{n}", n) for n in range(200, 400)))
                await bench.done(400)
            await bench.send(*(bench.event(n % 4, f"c{n}", n) for n in range(400, 500)))
            await bench.done(500)  # the first one goes on alone, nothing of the batch left behind
        database.close()

    asyncio.run(scenario())
    assert len(bench.names()) == len(set(bench.names())) == 500
    disorder = """SELECT count(*) FROM (SELECT sequence, lag(sequence) OVER
        (PARTITION BY key ORDER BY place) AS before FROM tally_v1.tally) AS t
        WHERE before > sequence"""
    assert one(url, disorder) == 0
    assert bench.parked() == []


def test_two_members_share_the_work_and_each_effect_happens_once(
    kafka: Broker, bench: Bench
) -> None:
    bench.topic += "-wide"
    asyncio.run(ensure_topics(kafka.bootstrap, [bench.topic], partitions=4))

    async def scenario() -> None:
        async with bench.consuming(group=bench.group), bench.consuming(group=bench.group):
            for n in range(0, 400, 50):
                await bench.send(*(bench.event(m % 4, f"n{m}", m) for m in range(n, n + 50)))
            await bench.done(400)

    asyncio.run(scenario())
    assert len(bench.names()) == len(set(bench.names())) == 400


def test_a_member_without_partitions_is_ready(bench: Bench) -> None:
    async def scenario() -> None:
        async with (
            bench.consuming(group=bench.group) as first,
            bench.consuming(group=bench.group) as second,
        ):
            await until_so(lambda: first.health.reason is None and second.health.reason is None)

    asyncio.run(scenario())


@pytest.fixture
def reaction(store: Store) -> ReactionHandler:
    """Reacts to a renamed unit by a counter whose id is the event's."""

    def react(work: Work, received: Received[UnitRenamed]) -> None:
        identity = received.event.unit_id
        if work.find(Counter, identity) is None:
            start(work, received.event.name, identity)

    return ReactionHandler("test", Reactions("tally_v1", {UnitRenamed: react}), store)


def test_a_replay_from_the_beginning_changes_nothing_where_ids_are_derived(
    url: str, bench: Bench, reaction: ReactionHandler
) -> None:
    async def scenario() -> None:
        await bench.send(*(bench.event(n, "n", n) for n in range(4)))
        async with bench.consuming(reaction):
            await bench.done(4)
        before = rows(url, "SELECT * FROM stored_events ORDER BY notification_id")
        assert len(before) == 4
        with psycopg.connect(url) as conn:
            conn.execute("DELETE FROM positions")
        async with bench.consuming(reaction):
            await bench.done(4)
        assert rows(url, "SELECT * FROM stored_events ORDER BY notification_id") == before

    asyncio.run(scenario())


def test_a_reaction_acts_for_the_service_on_behalf_of_whoever_caused_it(
    url: str, bench: Bench, reaction: ReactionHandler
) -> None:
    async def scenario() -> None:
        await bench.send(bench.event(0, "n", 0, correlationid="chain", actor="user:7"))
        async with bench.consuming(reaction):
            await bench.done(1)

    asyncio.run(scenario())
    state = bytes(one(url, "SELECT state FROM stored_events")).decode()
    assert '"actor":"service:test"' in state
    assert '"on_behalf_of":"user:7"' in state
    assert '"correlation_id":"chain"' in state
    assert f'"causation_id":"{KEYS[0]}/0"' in state


def test_what_fails_is_parked_with_all_that_follows_of_its_key_and_the_rest_goes_on(
    url: str, bench: Bench
) -> None:
    async def scenario() -> None:
        await bench.send(
            bench.event(0, "a", 0),
            bench.event(1, "poison", 1),
            bench.event(1, "behind", 2),
            bench.event(2, "b", 3, value=b'{"unit_id": 7}'),
            bench.event(2, "behind", 4),
            Outgoing(bench.topic, b"noise", b"\xff", (), 5),
            bench.event(0, "c", 6),
        )
        async with bench.consuming():
            await bench.done(7)
            assert bench.names() == ["a", "c"]
            await bench.send(bench.event(1, "behind", 7), bench.event(0, "d", 8))
            await bench.until_names("a", "c", "d")
        async with bench.consuming():  # a new process remembers who waits
            await bench.send(
                bench.event(2, "behind", 9),
                event(bench.topic, KEYS[3], "e", 10),
                Outgoing(bench.topic, KEYS[3].encode(), b"", (), 11),
                event(bench.topic, KEYS[3], "f", 12),
            )
            await bench.done(13)
        async with bench.consuming():
            await bench.send(event(bench.topic, KEYS[3], "g", 13))
            await bench.done(14)

    asyncio.run(scenario())
    assert bench.names() == ["a", "c", "d", "e", "f", "g"]
    assert bench.parked() == [
        ("1", "failed"), ("1", "behind"), ("2", "malformed"), ("2", "behind"),
        ("noise", "no_event"), ("1", "behind"), ("2", "behind"), ("3", "no_event"),
    ]  # fmt: skip
    reason, stack = rows(url, "SELECT reason, stack FROM dead_letters WHERE code = 'failed'")[0]
    assert "PoisonError" in reason
    assert "fold" in stack
    with Connection[DictRow].connect(url, row_factory=dict_row) as conn:
        assert len(listing(conn)) == 8
        letters = conn.execute("SELECT * FROM dead_letters").fetchall()
        assert {raw_of(letter).partition.topic for letter in letters} == {bench.topic}


def test_a_fault_that_lies_not_in_the_events_stops_the_loop_before_it_parks_them(
    bench: Bench,
) -> None:
    async def scenario() -> None:
        keys = [str(IDS.new()) for _ in range(40)]
        await bench.send(*(event(bench.topic, k, "poison", n) for n, k in enumerate(keys)))
        async with bench.consuming() as loop:
            await until_so(lambda: "20 of the last 20" in (loop.health.reason or ""))
        assert len(bench.parked()) == 19
        async with bench.consuming() as loop:
            await until_so(lambda: "of the last" in (loop.health.reason or ""))
        assert len(bench.parked()) == 19

    asyncio.run(scenario())


def test_a_fact_that_arrives_a_little_later_is_waited_for(bench: Bench) -> None:
    asked: list[int] = []

    @dataclass
    class Unknowing:
        handler: Handler

        def handle(
            self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
        ) -> None:
            asked.append(1)
            if len(asked) < 4:
                raise NotYetKnownError("unit")
            self.handler.handle(events, moves, parked)

    async def scenario() -> None:
        database = bench.database()
        projection = Projection("tally", 1, (bench.topic,), ("tally",), fold)
        await bench.send(bench.event(0, "a", 0), bench.event(0, "b", 1))
        async with bench.consuming(Unknowing(ProjectionHandler(projection, database))):
            await bench.until_names("a", "b")
        database.close()

    asyncio.run(scenario())
    assert bench.parked() == []


def test_while_the_database_is_away_nothing_is_parked_and_the_same_batch_comes_again(
    url: str, bench: Bench
) -> None:
    with cuttable(url) as (address, proxy):

        async def scenario() -> None:
            bench.url = address
            async with bench.consuming() as loop:
                bench.url = url
                await until_so(lambda: loop.health.reason is None)
                await asyncio.to_thread(proxy.cut)
                await bench.send(*(bench.event(0, f"n{n}", n) for n in range(5)))
                await until_so(lambda: loop.health.reason is not None)
                proxy.join()
                await bench.until_names(*(f"n{n}" for n in range(5)))
                await until_so(lambda: loop.health.reason is None)

        asyncio.run(scenario())
    assert bench.parked() == []


def test_while_kafka_is_away_the_loop_is_unready_and_goes_on_by_itself(
    kafka: Broker, bench: Bench
) -> None:
    host, _, port = kafka.bootstrap.partition(":")
    with wire(host, int(port)) as proxy:
        proxy.cut()

        async def scenario() -> None:
            async with bench.consuming(bootstrap=f"127.0.0.1:{proxy.here}") as loop:
                await until_so(lambda: loop.health.reason not in (None, "starting"))
                await bench.send(bench.event(0, "a", 0))
                proxy.join()
                await bench.until_names("a")

        asyncio.run(scenario())


WRONG: dict[str, tuple[str, str]] = {
    "another cluster": ("UPDATE positions SET cluster_id = 'other'", "kept for cluster other"),
    "an older backup": ("UPDATE positions SET next_offset = 99", "the log ends at 3"),
    "fewer partitions": (
        "INSERT INTO positions SELECT consumer, topic, 7, 0, -1, cluster_id FROM positions",
        "this partition is gone",
    ),
}


@pytest.mark.parametrize(("change", "reason"), WRONG.values(), ids=WRONG.keys())
def test_another_log_stops_the_loop_with_the_reason(
    url: str, bench: Bench, change: str, reason: str
) -> None:
    async def scenario() -> None:
        await bench.send(*(bench.event(0, f"n{n}", n) for n in range(3)))
        async with bench.consuming():
            await bench.done(3)
        with psycopg.connect(url) as conn:
            conn.execute(change.encode())
        async with bench.consuming() as loop:
            await until_so(lambda: reason in (loop.health.reason or ""))
        assert len(bench.names()) == 3

    asyncio.run(scenario())


def test_more_partitions_than_before_stop_the_loop(
    bench: Bench, more_partitions: Callable[[str, int], None]
) -> None:
    async def scenario() -> None:
        async with bench.consuming() as loop:
            await until_so(lambda: loop.health.reason is None)
        await asyncio.to_thread(more_partitions, bench.topic, 2)
        async with bench.consuming() as loop:
            await until_so(lambda: "no such partition before" in (loop.health.reason or ""))

    asyncio.run(scenario())


@pytest.fixture
def more_partitions(kafka: Broker) -> Callable[[str, int], None]:
    async def grow(topic: str, total: int) -> None:
        admin: Any = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        await admin.start()
        try:
            await admin.create_partitions({topic: NewPartitions(total)})
        finally:
            await admin.close()

    return lambda topic, total: asyncio.run(grow(topic, total))


def test_a_missing_topic_is_told(bench: Bench) -> None:
    async def scenario() -> None:
        bench.topic += "-missing"
        async with bench.consuming() as loop:
            await until_so(lambda: "tiendo ops migrate" in (loop.health.reason or ""))

    asyncio.run(scenario())
