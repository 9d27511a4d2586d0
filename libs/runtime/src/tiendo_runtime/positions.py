"""The table of positions: read on assignment, moved only together with effects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.records import Move, Partition, Position


class StalePositionError(Exception):
    """Another owner of the partition was faster; what was decided here must not count."""


class ForeignLogError(RuntimeError):
    """The log is not the one whose positions are kept here: recreated, restored or another cluster.

    Nothing is skipped; a person must look.
    """


@dataclass(frozen=True, slots=True)
class Log:
    """A consumer's topics as they are: the cluster's id, (begin, end) offsets of all partitions."""

    cluster_id: str
    bounds: Mapping[Partition, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A position with the cluster that it was kept for."""

    position: Position
    cluster_id: str


def load(conn: Connection[DictRow], consumer: str, topics: Sequence[str]) -> dict[Partition, Kept]:
    """All positions of a consumer in topics."""
    rows = conn.execute(
        "SELECT * FROM positions WHERE consumer = %s AND topic = ANY(%s)", (consumer, list(topics))
    )
    kept: dict[Partition, Kept] = {}
    for row in rows:
        partition = Partition(row["topic"], row["partition"])
        position = Position(partition, row["next_offset"], row["sequence"])
        kept[partition] = Kept(position, row["cluster_id"])
    return kept


def begin(conn: Connection[DictRow], consumer: str, topics: Iterable[str], log: Log) -> None:
    """Start in topics that are new to the consumer: in each partition where the log does."""
    new = set(topics)
    for partition in sorted(log.bounds):
        if partition.topic in new:
            conn.execute(
                "INSERT INTO positions (consumer, topic, partition, next_offset, sequence,"
                " cluster_id) VALUES (%s, %s, %s, %s, -1, %s) ON CONFLICT DO NOTHING",
                (
                    consumer,
                    partition.topic,
                    partition.number,
                    log.bounds[partition][0],
                    log.cluster_id,
                ),
            )


def check(kept: Mapping[Partition, Kept], log: Log) -> None:
    """See that positions belong to the log; `log` must have been looked at after they were read.

    Raises:
        ForeignLogError: Another cluster, another number of partitions, or an offset outside.
    """
    for partition, one in kept.items():
        if one.cluster_id != log.cluster_id:
            raise ForeignLogError(
                f"{partition}: kept for cluster {one.cluster_id}, this is {log.cluster_id}"
            )
        if partition not in log.bounds:
            raise ForeignLogError(f"{partition}: this partition is gone")
        check_bounds(one.position, log.bounds[partition])
    topics = {partition.topic for partition in kept}
    for partition in log.bounds:
        if partition.topic in topics and partition not in kept:
            raise ForeignLogError(f"{partition}: the topic had no such partition before")


def check_bounds(position: Position, bounds: tuple[int, int]) -> None:
    """See that a position lies inside of the log, or right behind its end.

    Raises:
        ForeignLogError: It does not.
    """
    first, end = bounds
    where = f"{position.partition} at offset {position.next_offset}"
    if position.next_offset > end:
        raise ForeignLogError(f"{where}: the log ends at {end}; was an older backup restored?")
    if position.next_offset < first:
        raise ForeignLogError(f"{where}: the log begins at {first}; its start was deleted")


def move(conn: Connection[DictRow], moves: Iterable[Move]) -> None:
    """Take the steps inside of the caller's transaction, in the order of names.

    Raises:
        StalePositionError: One of them does not stand where it is said to stand.
    """
    for step in _sorted(moves):
        partition = step.before.partition
        moved = conn.execute(
            "UPDATE positions SET next_offset = %s, sequence = %s, moved_at = clock_timestamp()"
            " WHERE consumer = %s AND topic = %s AND partition = %s AND next_offset = %s"
            " AND sequence = %s",
            (
                step.after.next_offset,
                step.after.sequence,
                step.consumer,
                partition.topic,
                partition.number,
                step.before.next_offset,
                step.before.sequence,
            ),
        )
        if moved.rowcount != 1:
            raise StalePositionError(f"{step.consumer} at {partition}")


def _sorted(moves: Iterable[Move]) -> Sequence[Move]:
    return sorted(moves, key=lambda m: (m.consumer, m.before.partition))
