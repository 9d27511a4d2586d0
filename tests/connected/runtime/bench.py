"""A topic, a consumer loop, and a table that counts what had its effect."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow
from tests.connected.runtime.log import event, running, send, until_so
from tests.connected.runtime.workshop import IDS, one, rows

from tiendo_contracts.units import UnitRenamed
from tiendo_local.testing import Broker
from tiendo_runtime.applying import Handler
from tiendo_runtime.consumer import ConsumerLoop
from tiendo_runtime.database import Database
from tiendo_runtime.kafka import partition_of
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Outgoing, Received


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
        facts: dict[str, Any] = {"group": self.group, "bootstrap": self.kafka.bootstrap} | given
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
