"""A topic, a consumer loop, and a table that counts what had its effect."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow
from tests.connected.runtime.log import event, running, send, until_so
from tests.connected.runtime.workshop import IDS, one, rows

from tiendo_contracts.partitions import partition_of
from tiendo_contracts.units import UnitRenamed
from tiendo_local.testing import Broker
from tiendo_runtime import deadletters, positions
from tiendo_runtime.applying import Handler
from tiendo_runtime.consumer import ConsumerLoop
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.records import Move, Outgoing, Received


def _key_in(partition: int) -> str:
    """A fresh key that lies in that one of four partitions."""
    fresh = iter(lambda: str(IDS.new()), "")
    return next(key for key in fresh if partition_of(key.encode(), 4) == partition)


KEYS = [_key_in(partition) for partition in range(4)]
"""One key for each of four partitions."""
TALLY = """
CREATE SCHEMA IF NOT EXISTS tally_v1;
DROP TABLE IF EXISTS tally_v1.tally;
CREATE TABLE tally_v1.tally (place bigserial, key text, name text, sequence bigint);
"""


class PoisonError(Exception):
    pass


Write = Callable[[Connection[DictRow], Received], None]


def write(conn: Connection[DictRow], received: Received) -> None:
    """A row for the event; it would be written twice."""
    conn.execute(
        "INSERT INTO tally (key, name, sequence) VALUES (%s, %s, %s)",
        (received.envelope.subject, name_of(received), received.envelope.sequence),
    )


def write_unless_poison(conn: Connection[DictRow], received: Received) -> None:
    if name_of(received) == "poison":
        raise PoisonError("half \ud800, NUL \0")
    write(conn, received)


def name_of(received: Received) -> str:
    assert isinstance(received.event, UnitRenamed)
    return received.event.name


@dataclass
class Tally:
    """Handles batches as reactions and projections do, in one transaction."""

    database: Database
    write: Write = write_unless_poison

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        with self.database.transaction() as conn:
            conn.execute("SET LOCAL search_path = tally_v1, public")
            positions.move(conn, moves)
            deadletters.park(conn, parked)
            for received in events:
                self.write(conn, received)


@dataclass
class Bench:
    """A topic and a table that counts what had its effect."""

    url: str
    kafka: Broker
    topic: str
    group: str = field(default_factory=lambda: str(IDS.new()))

    def loop(self, database: Database, handler: Handler | None = None, **given: str) -> Any:
        facts: dict[str, Any] = {"group": self.group, "bootstrap": self.kafka.bootstrap} | given
        handler = handler or Tally(database)
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
