"""What fails waits in order, and never without need."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from tests.connected.runtime.bench import KEYS, Bench, Tally, write
from tests.connected.runtime.log import event, until_so
from tests.connected.runtime.workshop import IDS, rows

from tiendo_runtime.applying import Handler
from tiendo_runtime.deadletters import Parked, listing
from tiendo_runtime.domain import NotYetKnownError
from tiendo_runtime.records import Move, Outgoing, Received


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
    assert "write_unless_poison" in stack
    with Connection[DictRow].connect(url, row_factory=dict_row) as conn:
        assert len(listing(conn)) == 8
        assert {letter.raw.partition.topic for letter in listing(conn)} == {bench.topic}


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
            assert "restart this process" in (loop.health.reason or "")
        assert len(bench.parked()) == 19
        database = bench.database()
        async with bench.consuming(Tally(database, write)) as loop:  # mended, and started again
            await bench.done(40)
            assert loop.health.reason is None
        database.close()
        assert len(bench.names()) == 21
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
        await bench.send(bench.event(0, "a", 0), bench.event(0, "b", 1))
        async with bench.consuming(Unknowing(Tally(database))):
            await bench.until_names("a", "b")
        database.close()

    asyncio.run(scenario())
    assert bench.parked() == []
