"""A build that is whole goes on with what the log got since: as a live one, but into its schema."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import uvloop
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import deadletters, positions
from tiendo_runtime.applying import Applier, Owned
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Limit
from tiendo_runtime.kafka_log import log_reader, look
from tiendo_runtime.positions import Log
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding.pool import Advance
from tiendo_runtime.records import Partition

_BATCH = 2000
T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run something that waits for Kafka, from code that does not."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def discarded_of(conn: Connection[DictRow], projection: str) -> frozenset[tuple[Partition, int]]:
    """The places of records that people set aside for good, for whichever build of a view."""
    rows = conn.execute(
        'SELECT DISTINCT topic, partition, "offset" FROM dead_letters'
        " WHERE consumer ~ %s AND discarded_at IS NOT NULL",
        (f"^{projection}_v[0-9]+(_[0-9]+)?$",),
    )
    return frozenset((Partition(row["topic"], row["partition"]), row["offset"]) for row in rows)


class CatchingUp:
    """Folds the log into a build, up to wherever it is asked to."""

    def __init__(
        self,
        projection: Projection,
        schema: str,
        database: Database,
        bootstrap: str,
        topics: tuple[str, ...],
    ) -> None:
        self._schema = schema
        self._projection = projection.name
        self._database = database
        self._bootstrap = bootstrap
        self._topics = topics
        handler = ProjectionHandler(projection, database, schema=schema)
        self._applier = Applier(schema, handler, Limit())

    def log(self) -> Log:
        """The log as it is now.

        Raises:
            KafkaError: It cannot be looked at.
        """
        return run(look(self._bootstrap, self._topics))

    def to_the_end(self, advance: Advance) -> None:
        """Take everything that is in the log now; raises like `to`, and ForeignLogError."""
        log = self.log()
        with self._database.transaction() as conn:
            kept = positions.load(conn, self._schema, self._topics)
        positions.check(kept, log)
        self.to({partition: end for partition, (_, end) in log.bounds.items()}, advance)

    def to(self, ends: Mapping[Partition, int], advance: Advance) -> int:
        """Take everything that stands before some offsets; answers how many records that was.

        Raises:
            KafkaError, DatabaseAwayError: One of them is away.
            TooManyDeadLettersError: Too much of it cannot be handled.
        """
        with self._database.transaction() as conn:
            kept = positions.load(conn, self._schema, self._topics)
            waiting = deadletters.waiting_keys(conn, self._schema)
            discarded = discarded_of(conn, self._projection)
        now = {partition: one.position for partition, one in kept.items()}
        wanted = {p: end for p, end in ends.items() if p in now and now[p].next_offset < end}
        if not wanted:
            return 0
        return run(self._take(Owned(now, waiting, discarded), wanted, advance))

    async def _take(self, owned: Owned, wanted: Mapping[Partition, int], advance: Advance) -> int:
        taken = 0
        async with log_reader(self._bootstrap) as log:
            for partition, end in sorted(wanted.items()):
                begin = owned.positions[partition].next_offset
                async for records in log.read(partition, begin, end, _BATCH):
                    await self._applier.apply(owned, records)
                    taken += len(records)
                    advance(len(records))
        return taken
