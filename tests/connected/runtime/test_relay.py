"""From the store to Kafka: in order, nothing skipped, one leader whatever happens to it."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from tests.connected.runtime.log import read, running, send, sequences, until_so
from tests.connected.runtime.workshop import (
    CLOCK,
    TOPIC,
    Counter,
    count,
    cuttable,
    one,
    opened,
    publisher,
    rows,
    start,
    until,
    wire,
)

from tiendo_contracts.cloudevents import Envelope
from tiendo_local.testing import Broker
from tiendo_runtime.database import Database
from tiendo_runtime.kafka import KafkaError, TopicError, ensure_topics
from tiendo_runtime.records import Outgoing, Raw
from tiendo_runtime.relay import Relay
from tiendo_runtime.store import Store, Work

pytestmark = pytest.mark.usefixtures("acted", "topic")

ROOT = Path(__file__).resolve().parents[3]
Running = subprocess.Popen[bytes]


@pytest.fixture
def topic(kafka: Broker) -> str:
    name = f"{kafka.prefix}.{TOPIC}"
    asyncio.run(ensure_topics(kafka.bootstrap, [name], partitions=3))
    return name


@pytest.fixture
def relaying(url: str, kafka: Broker, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start a process that relays; killed at the end."""
    with ExitStack() as processes:

        def begin(flaw: str = "none") -> Running:
            command = [sys.executable, "-m", "tests.connected.runtime.relaying"]
            arguments = [url, kafka.bootstrap, f"{kafka.prefix}.", flaw]
            with (tmp_path / "log").open("ab") as out:
                process = subprocess.Popen(command + arguments, cwd=ROOT, stderr=out)
            processes.callback(process.wait)
            processes.callback(process.kill)
            return process

        yield begin


def relay(url: str, kafka: Broker, store: Store, bootstrap: str = "") -> tuple[Relay, Database]:
    database = Database(url, "relay")
    database.open()
    prefixed = publisher(f"{kafka.prefix}.")
    return Relay(store, prefixed, database, bootstrap or kafka.bootstrap), database


def leads(url: str, process: Running) -> bool:
    return f"/{process.pid}/" in one(url, "SELECT owner FROM relay")


def stands_by(url: str, process: Running) -> None:
    up = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
    until(lambda: rows(url, up, f"relay-{process.pid}"))


def save(store: Store, number: int) -> None:
    def decide(work: Work) -> None:
        for n in range(number):
            start(work, f"n{n}")

    store.transact(decide)


def position(url: str) -> int:
    return one(url, "SELECT position FROM relay")


def public(url: str) -> list[int]:
    found = rows(url, "SELECT notification_id, topic FROM stored_events ORDER BY 1")
    return [sequence for sequence, topic in found if topic != "test.Counter.Kept"]


def first_seen(found: list[Raw]) -> list[list[int]]:
    """The sequences of each partition without repeats, as a receiver takes them."""
    taken: dict[int, list[int]] = {}
    for raw, sequence in zip(found, sequences(found), strict=True):
        mine = taken.setdefault(raw.partition.number, [])
        if not mine or sequence > mine[-1]:
            mine.append(sequence)
    return list(taken.values())


def test_every_public_event_arrives_once_in_order_with_its_attributes(
    url: str, kafka: Broker, topic: str, store: Store
) -> None:
    counter = store.transact(start)
    store.transact(lambda w: w.get(Counter, counter.id).keep("private", timestamp=CLOCK.now()))
    store.transact(lambda work: count(work, counter.id, "third"))
    save(store, 700)
    own, database = relay(url, kafka, store)

    async def scenario() -> list[Raw]:
        async with running(own.run):
            last = one(url, "SELECT max(notification_id) FROM stored_events")
            await until_so(lambda: position(url) == last)
            assert own.health.reason is None
        return await read(kafka.bootstrap, topic)

    found = asyncio.run(scenario())
    database.close()
    assert sorted(sequences(found)) == public(url)
    for place in {raw.partition for raw in found}:
        numbers = sequences([raw for raw in found if raw.partition == place])
        assert all(a < b for a, b in pairwise(numbers))
    mine = [Envelope.parse(r.headers) for r in found if r.key == str(counter.id).encode()]
    assert [(e.subjectversion, e.actor) for e in mine] == [(1, "user:tester"), (3, "user:tester")]
    assert one(url, "SELECT owner FROM relay") == ""


def test_a_save_wakes_the_relay_up(
    url: str, kafka: Broker, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiendo_runtime.relay._POLL_SECONDS", 600.0)  # nothing else would
    own, database = relay(url, kafka, store)

    async def scenario() -> None:
        async with running(own.run) as stop:
            for _ in range(5):
                await asyncio.to_thread(save, store, 1)
                await until_so(lambda: position(url) == public(url)[-1])
            stop.set()
            await asyncio.to_thread(save, store, 1)  # wakes it up to leave

    asyncio.run(scenario())
    database.close()


def test_a_second_relay_stands_by_and_is_ready(
    url: str, kafka: Broker, topic: str, store: Store
) -> None:
    (first, one_database), (second, other_database) = (relay(url, kafka, store) for _ in range(2))

    async def scenario() -> None:
        async with running(first.run, second.run):
            await until_so(lambda: first.health.reason is None and second.health.reason is None)
            for _ in range(5):
                await asyncio.to_thread(save, store, 20)
            await until_so(lambda: position(url) == public(url)[-1])
            assert one(url, "SELECT epoch FROM relay") == 1
        assert sequences(await read(kafka.bootstrap, topic)).count(public(url)[0]) == 1
        assert len(await read(kafka.bootstrap, topic)) == 100

    asyncio.run(scenario())
    one_database.close()
    other_database.close()


def test_after_a_leader_was_killed_another_takes_over_within_five_seconds(
    url: str, kafka: Broker, topic: str, store: Store, relaying: Callable[..., Running]
) -> None:
    first = relaying()
    until(lambda: leads(url, first))
    second = relaying()
    save(store, 10)
    until(lambda: position(url) == public(url)[-1])
    stands_by(url, second)
    first.kill()
    begun = time.monotonic()
    until(lambda: leads(url, second))
    assert time.monotonic() - begun < 5
    save(store, 10)
    until(lambda: position(url) == public(url)[-1])
    assert len(asyncio.run(read(kafka.bootstrap, topic))) == 20


def test_a_leader_that_dies_between_sending_and_noting_it_leaves_only_known_repeats(
    url: str, kafka: Broker, topic: str, store: Store, relaying: Callable[..., Running]
) -> None:
    save(store, 30)
    first = relaying("die")
    assert first.wait(30) == 9
    assert position(url) == 0
    relaying()
    save(store, 5)
    until(lambda: position(url) == public(url)[-1])
    found = asyncio.run(read(kafka.bootstrap, topic))
    assert len(found) == 65
    assert sorted(chain.from_iterable(first_seen(found))) == public(url)


def test_from_a_frozen_leader_another_takes_over_within_five_seconds_for_good(
    url: str, kafka: Broker, topic: str, store: Store, relaying: Callable[..., Running]
) -> None:
    frozen = relaying("freeze")
    until(lambda: leads(url, frozen))
    awake = relaying()
    stands_by(url, awake)
    save(store, 30)  # it freezes when it has sent them
    until(lambda: "T" in Path(f"/proc/{frozen.pid}/stat").read_text().split(") ")[1][:1])
    begun = time.monotonic()
    until(lambda: leads(url, awake))
    assert time.monotonic() - begun < 5
    save(store, 10)
    until(lambda: position(url) == public(url)[-1])
    frozen.send_signal(signal.SIGCONT)
    end = time.monotonic() + 2
    while time.monotonic() < end:
        assert position(url) == public(url)[-1]
        assert leads(url, awake)
    found = asyncio.run(read(kafka.bootstrap, topic))
    assert sorted(chain.from_iterable(first_seen(found))) == public(url)


def test_two_relays_at_a_broker_that_is_slower_than_a_lease_do_not_take_turns_for_ever(
    url: str, kafka: Broker, topic: str, store: Store, relaying: Callable[..., Running]
) -> None:
    save(store, 30)
    for _ in range(2):
        relaying("slow")
    until(lambda: position(url) == public(url)[-1], 60)
    assert one(url, "SELECT epoch FROM relay") == 1
    assert len(asyncio.run(read(kafka.bootstrap, topic))) == 30


def test_an_event_that_cannot_be_mapped_stops_the_relay_behind_all_that_come_before_it(
    url: str, kafka: Broker, topic: str, store: Store
) -> None:
    save(store, 5)
    counter = store.transact(start)
    good = public(url)
    with psycopg.connect(url) as conn:
        conn.execute("INSERT INTO stored_events VALUES (%s, 2, 'test.Gone', '{}')", (counter.id,))
    save(store, 5)
    own, database = relay(url, kafka, store)
    named = f"event {good[-1] + 1}, test.Gone {counter.id}"

    async def scenario() -> None:
        async with running(own.run):
            await until_so(lambda: named in (own.health.reason or ""))
        assert position(url) == good[-1]
        assert sorted(sequences(await read(kafka.bootstrap, topic))) == good

    asyncio.run(scenario())
    database.close()


def relayed(own: Relay, url: str) -> None:
    """Let a relay send all there is, and leave."""

    async def scenario() -> None:
        async with running(own.run):
            await until_so(lambda: position(url) == public(url)[-1])
            await until_so(lambda: own.health.reason is None)

    asyncio.run(scenario())


def stands(own: Relay, reason: str) -> None:
    """See that a relay stops for a reason."""

    async def scenario() -> None:
        async with running(own.run):
            await until_so(lambda: reason in (own.health.reason or ""))

    asyncio.run(scenario())


def test_a_topic_that_was_made_anew_stops_the_relay(
    url: str, kafka: Broker, topic: str, store: Store, make_anew: Callable[[str], None]
) -> None:
    save(store, 10)
    own, database = relay(url, kafka, store)
    relayed(own, url)
    before = position(url)
    make_anew(topic)
    save(store, 3)
    stands(relay(url, kafka, store)[0], "was deleted and made again")
    assert position(url) == before
    assert asyncio.run(read(kafka.bootstrap, topic)) == []
    database.close()


def test_a_topic_that_is_made_anew_under_a_relay_stops_it(
    url: str, kafka: Broker, topic: str, store: Store, make_anew: Callable[[str], None]
) -> None:
    save(store, 30)
    own, database = relay(url, kafka, store)

    async def scenario() -> None:
        async with running(own.run):
            await until_so(lambda: position(url) == public(url)[-1])
            await asyncio.to_thread(make_anew, topic)
            await asyncio.to_thread(save, store, 1)
            await until_so(lambda: "was deleted and made again" in (own.health.reason or ""))
        assert position(url) == public(url)[-2]

    asyncio.run(scenario())
    database.close()


def restore_to_before(url: str, sequence: int) -> None:
    """What a backup does that was made before an event."""
    with psycopg.connect(url) as conn:
        conn.execute("DELETE FROM stored_events WHERE notification_id >= %s", (sequence,))
        conn.execute("UPDATE relay SET position = least(position, %s)", (sequence - 1,))
        conn.execute("SELECT setval('stored_events_notification_id_seq', %s, false)", (sequence,))


@pytest.mark.parametrize("since", [1, 5, 40], ids=["fewer", "as many", "more"])
def test_a_database_that_was_restored_to_an_earlier_state_stops_the_relay(
    url: str, kafka: Broker, topic: str, store: Store, since: int
) -> None:
    """Whether it has fewer events than were sent, or other ones under their numbers."""
    save(store, 10)
    own, database = relay(url, kafka, store)
    relayed(own, url)
    restore_to_before(url, public(url)[-5])
    save(store, since)
    stands(relay(url, kafka, store)[0], "restored to an earlier state")
    assert len(asyncio.run(read(kafka.bootstrap, topic))) == 10
    database.close()


def test_what_others_wrote_to_a_topic_does_not_stop_the_relay(
    url: str, kafka: Broker, topic: str, store: Store
) -> None:
    save(store, 10)
    own, database = relay(url, kafka, store)
    relayed(own, url)
    noise = [
        Outgoing(topic, str(n).encode(), b"noise", headers, 0)
        for n in range(50)
        for headers in ((), (("ce_id", b"x"),))
    ]
    asyncio.run(send(kafka.bootstrap, noise))
    save(store, 3)
    relayed(relay(url, kafka, store)[0], url)
    assert len(asyncio.run(read(kafka.bootstrap, topic))) == 113
    database.close()


def test_repeats_of_a_former_leader_at_the_end_of_a_topic_do_not_stop_the_relay(
    url: str, kafka: Broker, topic: str, store: Store
) -> None:
    """Who slept over its lease wakes up and sends the rest of its page, behind what came since."""
    save(store, 90)
    own, database = relay(url, kafka, store)
    relayed(own, url)
    page = asyncio.run(read(kafka.bootstrap, topic))
    save(store, 30)
    relayed(own, url)
    late = [
        Outgoing(topic, raw.key, raw.value or b"", plain(raw), sequence)
        for raw, sequence in zip(page, sequences(page), strict=True)
    ]
    asyncio.run(send(kafka.bootstrap, late))
    save(store, 3)
    relayed(relay(url, kafka, store)[0], url)
    found = asyncio.run(read(kafka.bootstrap, topic))
    assert len(found) == 213
    assert sorted(chain.from_iterable(first_seen(found))) == public(url)
    database.close()


def plain(raw: Raw) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, value or b"") for name, value in raw.headers)


@pytest.fixture
def make_anew(kafka: Broker) -> Callable[[str], None]:
    """Delete a topic, and make one of the same name."""

    async def remake(topic: str) -> None:
        admin: Any = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        await admin.start()
        try:
            await admin.delete_topics([topic])
        finally:
            await admin.close()
        await _made(topic)

    async def _made(topic: str) -> None:
        while True:
            with suppress(TopicError, KafkaError):  # while the old one is still being deleted
                await ensure_topics(kafka.bootstrap, [topic], partitions=3)
                if not await read(kafka.bootstrap, topic):
                    return
            await asyncio.sleep(0.1)  # between looks

    return lambda topic: asyncio.run(asyncio.wait_for(remake(topic), 30))


def test_pages_are_as_large_as_their_bytes_allow(store: Store) -> None:
    first = store.transact(start)
    texts = ["x" * 1000] * 5
    for text in texts:
        store.transact(
            lambda w, text=text: w.get(Counter, first.id).keep(text, timestamp=CLOCK.now())
        )
    (before,) = {n.id - 1 for n in store.notifications(0, 1)}
    assert [len(store.notifications(before, 100, most)) for most in (1, 2500, 10**9)] == [1, 3, 6]
    assert len(store.notifications(before, 4, 10**9)) == 4


def test_while_kafka_is_away_the_relay_is_unready_and_goes_on_by_itself(
    url: str, kafka: Broker, store: Store
) -> None:
    host, _, port = kafka.bootstrap.partition(":")
    with wire(host, int(port)) as proxy:
        proxy.cut()
        own, database = relay(url, kafka, store, bootstrap=f"127.0.0.1:{proxy.here}")

        async def scenario() -> None:
            async with running(own.run):
                await asyncio.to_thread(save, store, 3)
                await until_so(lambda: own.health.reason not in (None, "starting"))
                proxy.join()
                await until_so(lambda: position(url) == public(url)[-1])
                await until_so(lambda: own.health.reason is None)

        asyncio.run(scenario())
        database.close()


def test_a_relay_whose_database_is_cut_off_goes_on_when_it_is_back(url: str, kafka: Broker) -> None:
    with cuttable(url) as (address, proxy), opened(address) as store:
        own, database = relay(address, kafka, store)

        async def scenario() -> None:
            async with running(own.run):
                await until_so(lambda: own.health.reason is None)
                await asyncio.to_thread(proxy.cut)
                await until_so(lambda: own.health.reason is not None)
                proxy.join()
                with opened(url) as direct:
                    await asyncio.to_thread(save, direct, 3)
                await until_so(lambda: position(url) == public(url)[-1])

        asyncio.run(scenario())
        database.close()
