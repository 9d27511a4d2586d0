"""A retry runs beside the consumers: in order, once, and handed back without a gap."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from tests.connected.runtime.bench import (
    KEYS,
    Bench,
    Tally,
    name_of,
    write,
    write_unless_poison,
)
from tests.connected.runtime.log import until_so
from tests.connected.runtime.workshop import blocked, one

from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.deadletters import Letter, letters, listing
from tiendo_runtime.deadletters.retrying import Outcome, StoredShelf, drain
from tiendo_runtime.records import Received

KEY = KEYS[1].encode()


@dataclass
class Held:
    """Writes, and then waits inside of its transaction; `times` it is not held any more."""

    entered: threading.Event = field(default_factory=threading.Event)
    leave: threading.Event = field(default_factory=threading.Event)

    def write(self, conn: Connection[DictRow], received: Received) -> None:
        write(conn, received)
        self.entered.set()
        assert self.leave.wait(30)


@pytest.fixture
def database(bench: Bench) -> Iterator[Database]:
    opened = bench.database()
    yield opened
    opened.close()


async def retry(bench: Bench, tally: Tally) -> list[Outcome]:
    shelf = StoredShelf(tally.database, "tally_v1")
    return [outcome async for outcome in drain(shelf, tally, (bench.topic, KEY))]


def waiting(url: str) -> list[Letter]:
    with Connection[DictRow].connect(url, row_factory=dict_row) as conn:
        return list(listing(conn))


async def park(bench: Bench, *names: str) -> None:
    """Let a loop meet poison, with others of its key behind it."""
    names = ("poison", *names)
    await bench.send(*(bench.event(1, name, n) for n, name in enumerate(names)))
    async with bench.consuming():
        await bench.done(len(names))


def test_a_retry_stops_at_what_fails_again_and_notes_the_reason(
    url: str, bench: Bench, database: Database
) -> None:
    def half(conn: Connection[DictRow], received: Received) -> None:
        if name_of(received) == "b":
            raise ValueError("not this one")
        write(conn, received)

    async def scenario() -> None:
        await park(bench, "a", "b", "c")
        assert [o.failure is None for o in await retry(bench, Tally(database, half))] == [
            True, True, False,
        ]  # fmt: skip

    asyncio.run(scenario())
    first, second = waiting(url)
    assert (first.code, first.tries, first.reason) == ("failed", 1, "ValueError: not this one")
    assert "half" in first.stack
    assert (second.code, second.tries) == ("behind", 0)
    assert bench.names() == ["poison", "a"]


def test_a_key_that_was_drained_goes_on_live_in_order_though_a_loop_believes_it_waits(
    url: str, bench: Bench, database: Database
) -> None:
    async def scenario() -> None:
        await bench.send(*(bench.event(1, name, n) for n, name in enumerate(("poison", "a"))))
        async with bench.consuming() as loop:
            await bench.done(2)
            await retry(bench, Tally(database, write))
            await bench.send(bench.event(1, "b", 2), bench.event(0, "x", 3))
            await bench.send(bench.event(1, "poison", 4), bench.event(1, "c", 5))
            await bench.done(6)
            assert loop.health.reason is None
        assert bench.names() == ["poison", "a", "b", "x"]
        assert [letter.code for letter in waiting(url)] == ["failed", "behind"]

    asyncio.run(scenario())


def test_while_the_last_letter_is_retried_the_loop_waits_and_does_not_pass(
    url: str, bench: Bench, database: Database
) -> None:
    held = Held()

    async def scenario() -> None:
        await bench.send(bench.event(1, "poison", 0))
        async with bench.consuming():
            await bench.done(1)
            retrying = asyncio.ensure_future(retry(bench, Tally(database, held.write)))
            await until_so(held.entered.is_set)
            await bench.send(bench.event(1, "a", 1))
            await until_so(lambda: blocked(url))
            assert bench.names() == []
            held.leave.set()
            await bench.done(2)
            assert [o.failure for o in await retrying] == [None]
        assert bench.names() == ["poison", "a"]

    asyncio.run(scenario())
    assert waiting(url) == []


def test_while_the_loop_parks_behind_the_last_letter_a_retry_waits_and_finds_the_new_one(
    url: str, bench: Bench, database: Database
) -> None:
    held = Held()

    def on_other_keys(conn: Connection[DictRow], received: Received) -> None:
        if name_of(received) == "slow":
            held.write(conn, received)
        else:
            write_unless_poison(conn, received)

    async def scenario() -> None:
        other = bench.database()
        await bench.send(bench.event(1, "poison", 0))
        async with bench.consuming(Tally(other, on_other_keys)):
            await bench.done(1)
            await bench.send(bench.event(1, "a", 1), bench.event(0, "slow", 2))
            await until_so(held.entered.is_set)  # "a" is parked, and its transaction open
            retrying = asyncio.ensure_future(retry(bench, Tally(database, write)))
            await until_so(lambda: blocked(url))
            held.leave.set()
            assert [o.letter.raw.offset for o in await retrying] == [0, 1]
            await bench.send(bench.event(1, "b", 3))
            await bench.done(4)
        other.close()
        assert bench.names() == ["slow", "poison", "a", "b"]

    asyncio.run(scenario())
    assert waiting(url) == []


def test_two_retries_of_one_key_share_the_work_and_nothing_is_handled_twice(
    url: str, bench: Bench, database: Database
) -> None:
    names = [f"n{n}" for n in range(40)]

    async def scenario() -> None:
        await park(bench, *names)
        both = await asyncio.gather(*(retry(bench, Tally(database, write)) for _ in range(2)))
        assert sum(len(outcomes) for outcomes in both) == 41

    asyncio.run(scenario())
    assert bench.names() == ["poison", *names]
    assert waiting(url) == []


def test_a_retry_that_dies_before_its_transaction_ends_has_done_nothing(
    url: str, bench: Bench, database: Database
) -> None:
    def dies(conn: Connection[DictRow], received: Received) -> None:
        write(conn, received)
        pid = conn.info.backend_pid
        one(url, "SELECT pg_terminate_backend(%s)", pid)

    async def scenario() -> None:
        await park(bench, "a")
        with pytest.raises(DatabaseAwayError):
            await retry(bench, Tally(database, dies))
        assert bench.names() == []
        assert [(x.code, x.tries) for x in waiting(url)] == [("failed", 0), ("behind", 0)]
        await retry(bench, Tally(database, write))

    asyncio.run(scenario())
    assert bench.names() == ["poison", "a"]


def test_what_is_discarded_stays_for_audit_and_lets_the_rest_of_its_key_go(
    url: str, bench: Bench, database: Database
) -> None:
    async def scenario() -> None:
        await park(bench, "a")
        with database.transaction() as conn:
            letters.discard(conn, waiting(url)[0], "ops:7", "sent by mistake")
        await retry(bench, Tally(database))
        async with bench.consuming():
            await bench.send(bench.event(1, "b", 2))
            await bench.done(3)

    asyncio.run(scenario())
    assert bench.names() == ["a", "b"]
    assert waiting(url) == []
    with Connection[DictRow].connect(url, row_factory=dict_row) as conn:
        kept = conn.execute("SELECT * FROM dead_letters").fetchall()
        assert [(k["discarded_by"], k["discarded_because"]) for k in kept] == [
            ("ops:7", "sent by mistake")
        ]
        with pytest.raises(letters.NotWaitingError):
            letters.discard(conn, Letter.of(kept[0]), "ops:8", "again")


def test_a_replay_passes_over_what_was_discarded(
    url: str, bench: Bench, database: Database
) -> None:
    async def scenario() -> None:
        await park(bench, "a")
        with database.transaction() as conn:
            letters.discard(conn, waiting(url)[0], "ops:7", "sent by mistake")
            conn.execute("DELETE FROM positions")
            conn.execute("DELETE FROM dead_letters WHERE discarded_at IS NULL")
        async with bench.consuming(Tally(database)):
            await bench.done(2)

    asyncio.run(scenario())
    assert bench.names() == ["a"]
