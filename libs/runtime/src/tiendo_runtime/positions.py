"""The table of positions: read on assignment, moved only together with effects."""

from collections.abc import Iterable, Mapping, Sequence

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.records import Move, Partition, Position


class StalePositionError(Exception):
    """Another owner of the partition was faster; what was decided here must not count."""


class ForeignLogError(RuntimeError):
    """The log is not the one whose positions are kept here: recreated, restored or another cluster.

    Nothing is skipped; a person must look.
    """


def load(
    conn: Connection[DictRow],
    consumer: str,
    cluster_id: str,
    bounds: Mapping[Partition, tuple[int, int]],
) -> dict[Partition, Position]:
    """The positions of a consumer in partitions with their (begin, end) offsets.

    A partition that is new to the consumer starts where the log does.

    Raises:
        ForeignLogError: A position belongs to another cluster or lies outside of the log.
    """
    for partition, (first, _) in bounds.items():
        conn.execute(
            "INSERT INTO positions (consumer, topic, partition, next_offset, sequence, cluster_id)"
            " VALUES (%s, %s, %s, %s, -1, %s) ON CONFLICT DO NOTHING",
            (consumer, partition.topic, partition.number, first, cluster_id),
        )
    rows = conn.execute("SELECT * FROM positions WHERE consumer = %s", (consumer,)).fetchall()
    found: dict[Partition, Position] = {}
    for row in rows:
        partition = Partition(row["topic"], row["partition"])
        if partition not in bounds:
            continue
        _check(row, cluster_id, *bounds[partition])
        found[partition] = Position(partition, row["next_offset"], row["sequence"])
    return found


def _check(row: DictRow, cluster_id: str, begin: int, end: int) -> None:
    where = f"{row['consumer']} at {row['topic']}[{row['partition']}] offset {row['next_offset']}"
    if row["cluster_id"] != cluster_id:
        raise ForeignLogError(
            f"{where}: kept for cluster {row['cluster_id']}, this is {cluster_id}"
        )
    if row["next_offset"] > end:
        raise ForeignLogError(f"{where}: the log ends at {end}; was an older backup restored?")
    if row["next_offset"] < begin:
        raise ForeignLogError(f"{where}: the log begins at {begin}; its start was deleted")


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
