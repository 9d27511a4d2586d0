"""A consumer whose database, broker or log is away or another one."""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from tests.connected.runtime.bench import Bench
from tests.connected.runtime.log import until_so
from tests.connected.runtime.workshop import cuttable, wire

from tiendo_local.testing import Broker
from tiendo_runtime.kafka import Consumer


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


def test_a_frozen_database_is_waited_for_and_nothing_is_parked(
    url: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiendo_runtime.database.ANSWER_SECONDS", 1.0)
    with cuttable(url) as (address, proxy):

        async def scenario() -> None:
            bench.url = address
            async with bench.consuming() as loop:
                bench.url = url
                await until_so(lambda: loop.health.reason is None)
                proxy.is_mute = True
                await bench.send(*(bench.event(0, f"n{n}", n) for n in range(5)))
                await until_so(lambda: loop.health.reason is not None)
                await asyncio.to_thread(proxy.cut)  # what it would have answered is lost
                proxy.is_mute = False
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
    "a deleted start": ("UPDATE positions SET next_offset = -1", "the log begins at 0"),
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


def test_another_cluster_is_noticed_in_silence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def another(consumer: Consumer) -> str:
        return f"not that of {consumer}"

    async def scenario() -> None:
        async with bench.consuming() as loop:
            await until_so(lambda: loop.health.reason is None)
            monkeypatch.setattr(Consumer, "cluster", another)
            await until_so(lambda: "kept for cluster" in (loop.health.reason or ""))

    asyncio.run(scenario())


def test_more_partitions_are_noticed_in_silence(
    bench: Bench, more_partitions: Callable[[str, int], None]
) -> None:
    async def scenario() -> None:
        async with bench.consuming() as loop:
            await until_so(lambda: loop.health.reason is None)
            await asyncio.to_thread(more_partitions, bench.topic, 2)
            await until_so(lambda: "no such partition before" in (loop.health.reason or ""), 90)
            assert "restart this process" in (loop.health.reason or "")

    asyncio.run(scenario())
