"""What the workers of a build do: tasks that need a connection, which a worker keeps."""

import asyncio
from functools import cache

import uvloop
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.database import connected
from tiendo_runtime.kafka_log import LogReader
from tiendo_runtime.rebuilding import indexes
from tiendo_runtime.rebuilding.indexes import Index
from tiendo_runtime.rebuilding.job import Job
from tiendo_runtime.rebuilding.mapping import Advance, map_unit
from tiendo_runtime.rebuilding.reducing import Reduced, Slice, reduce_slice
from tiendo_runtime.records import Partition


@cache
def _connection(url: str) -> Connection[DictRow]:
    return connected(url)


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


@cache
def _log(bootstrap: str) -> LogReader:
    return _runner().run(_opened(bootstrap))


async def _opened(bootstrap: str) -> LogReader:
    reader = LogReader(bootstrap)
    await reader.start()
    return reader


def map_task(job: Job, partition: Partition, advance: Advance) -> None:
    """Write the pieces of a partition."""
    _runner().run(map_unit(job, partition, _log(job.bootstrap), advance))


def reduce_task(job: Job, part: Slice, advance: Advance) -> Reduced:
    """Fold a slice of a bucket and write its rows."""
    return reduce_slice(job, _connection(job.database_url), part, advance)


def index_task(job: Job, made: list[Index], table: str, advance: Advance) -> None:
    """Make the indexes of a table."""
    indexes.make(_connection(job.database_url), job.schema, table, made)
    advance(1)
