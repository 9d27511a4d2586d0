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

    Nothing is skipped; a person must look, and the message says where.
    """


_REBUILD = (
    "have views built anew (`tiendo ops rebuild`), and what reactions missed judged by a person;"
    " then restart this process"
)
_TOPIC_ANEW = f"restore the topic as it was, and restart this process; or {_REBUILD}"


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
        _check_cluster(one.cluster_id, log)
        if partition not in log.bounds:
            raise ForeignLogError(f"{partition}: this partition is gone; {_TOPIC_ANEW}")
        check_bounds(one.position, log.bounds[partition])
    _check_partitions(kept, log)


def check_again(owned: Mapping[Partition, Position], before: Log, now: Log) -> None:
    """See that the log still is the one that was begun with.

    Raises:
        ForeignLogError: It is not.
    """
    _check_cluster(before.cluster_id, now)
    _check_partitions(before.bounds, now)
    for partition, position in owned.items():
        if partition not in now.bounds:
            raise ForeignLogError(f"{partition}: this partition is gone; {_TOPIC_ANEW}")
        check_bounds(position, now.bounds[partition])


def _check_cluster(kept: str, log: Log) -> None:
    if kept != log.cluster_id:
        raise ForeignLogError(
            f"positions are kept for cluster {kept}, this is {log.cluster_id}: set"
            " TIENDO_KAFKA_BOOTSTRAP_SERVERS to the former one; if that is lost for good,"
            f" {_REBUILD}"
        )


def _check_partitions(before: Iterable[Partition], log: Log) -> None:
    known = set(before)
    topics = {partition.topic for partition in known}
    for partition in log.bounds:
        if partition.topic in topics and partition not in known:
            raise ForeignLogError(
                f"{partition}: the topic had no such partition before, and keys have changed"
                f" places; {_TOPIC_ANEW}"
            )


def check_bounds(position: Position, bounds: tuple[int, int]) -> None:
    """See that a position lies inside of the log, or right behind its end.

    Raises:
        ForeignLogError: It does not.
    """
    first, end = bounds
    where = f"{position.partition} at offset {position.next_offset}"
    if position.next_offset > end:
        raise ForeignLogError(
            f"{where}: the log ends at {end}; was an older backup of Kafka restored? Restore a"
            f" newer one; if there is none, {_REBUILD}"
        )
    if position.next_offset < first:
        raise ForeignLogError(
            f"{where}: the log begins at {first}; its start was deleted. Set the topic's"
            f" retention back (`tiendo ops migrate` checks it) and restore it; or {_REBUILD}"
        )


def move(conn: Connection[DictRow], moves: Iterable[Move]) -> None:
    """Take the steps inside of the caller's transaction, in the order of names.

    Raises:
        StalePositionError: One of them does not stand where it is said to stand.
    """
    steps = sorted(moves, key=lambda m: (m.consumer, m.before.partition))
    if not steps:
        return
    with conn.cursor() as curs:
        curs.executemany(
            "UPDATE positions SET next_offset = %s, sequence = %s, moved_at = clock_timestamp()"
            " WHERE consumer = %s AND topic = %s AND partition = %s AND next_offset = %s"
            " AND sequence = %s",
            [
                (
                    step.after.next_offset,
                    step.after.sequence,
                    step.consumer,
                    *step.before.partition,
                    step.before.next_offset,
                    step.before.sequence,
                )
                for step in steps
            ],
        )
        if curs.rowcount != len(steps):
            places = ", ".join(
                f"{p.topic}[{p.number}]" for p in (s.before.partition for s in steps)
            )
            raise StalePositionError(f"{steps[0].consumer} at one of {places}")
