"""The consumer loop: every event has its effect once, whatever is repeated or moved."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
import pytest
from tests.connected.runtime.bench import KEYS, Bench, Tally
from tests.connected.runtime.log import running, until_so
from tests.connected.runtime.workshop import Counter, one, rows, start

from tiendo_contracts.units import UnitRenamed
from tiendo_local.testing import Broker
from tiendo_runtime.applying import Handler
from tiendo_runtime.consumer import ConsumerLoop
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.kafka import ensure_topics
from tiendo_runtime.reactions import ReactionHandler, Reactions
from tiendo_runtime.records import Move, Received
from tiendo_runtime.store import Store, Work


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
        assert self.leave.wait(60)
        self.handler.handle(events, moves, parked)


def test_a_rebalance_in_the_middle_of_a_batch_neither_doubles_nor_loses(
    url: str, kafka: Broker, bench: Bench
) -> None:
    bench.topic += "-wide"
    asyncio.run(ensure_topics(kafka.bootstrap, [bench.topic], partitions=4))

    async def scenario() -> None:
        database = bench.database()
        slow = Slow(Tally(database))
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


def test_a_batch_counts_for_whom_it_was_fetched_whoever_reads_meanwhile(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of it readers get another build, and a rebalance asks which one."""
    monkeypatch.setattr("tiendo_runtime.consumer._PIECE_BYTES", 1)  # a transaction for each record
    reading, counted = ["tally_v1"], list[str]()

    @dataclass
    class Overtaken:
        handler: Handler

        def handle(
            self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
        ) -> None:
            counted.append(moves[0].consumer)
            self.handler.handle(events, moves, parked)
            reading[:] = ["tally_v2"]
            loop._ask_whose()  # pyright: ignore[reportPrivateUsage] - as the listener does

    database = bench.database()
    loop = ConsumerLoop(
        "",
        bench.group,
        (bench.topic,),
        bench.kafka.bootstrap,
        database,
        Overtaken(Tally(database)),
        whose=lambda _: reading[0],
    )

    async def scenario() -> None:
        await bench.send(*(bench.event(n, f"n{n}", n) for n in range(3)))
        async with running(loop.run):
            await bench.done(3)

    asyncio.run(scenario())
    database.close()
    assert counted == ["tally_v1"] * 3
    assert bench.names() == ["n0", "n1", "n2"]


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
