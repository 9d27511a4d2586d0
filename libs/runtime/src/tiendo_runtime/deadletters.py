"""Records that could not be handled, parked in order.

A record that fails, and every later one of its key, waits here together with the position, so that
other keys go on and no key is overtaken by itself. Transient failures never park anything.
"""

import traceback
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.records import Partition, Raw

_WINDOW = 1000
_LEAST = 20
_SHARE = 0.1


class TooManyDeadLettersError(RuntimeError):
    """So many recent events failed that the fault is not in the events; the consumer stops."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A record with the reason why it waits. `code`: malformed, failed, or behind."""

    consumer: str
    raw: Raw
    code: str
    reason: str
    stack: str = ""

    @classmethod
    def because(cls, consumer: str, raw: Raw, code: str, error: Exception) -> "Parked":
        """Park a record for an error."""
        stack = "".join(traceback.format_exception(error))
        return cls(consumer, raw, code, f"{type(error).__name__}: {error}", stack[-8000:])


def park(conn: Connection[DictRow], parked: Iterable[Parked]) -> None:
    """Write them inside of the caller's transaction; one that is there already stays as it is."""
    for letter in parked:
        raw = letter.raw
        conn.execute(
            'INSERT INTO dead_letters (consumer, topic, partition, "offset", key, value, headers,'
            " code, reason, stack) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) ON CONFLICT DO NOTHING",
            (
                letter.consumer,
                raw.partition.topic,
                raw.partition.number,
                raw.offset,
                raw.key,
                raw.value,
                msgspec.msgpack.encode(raw.headers),
                letter.code,
                letter.reason.replace("\0", "\\0"),
                letter.stack.replace("\0", "\\0"),
            ),
        )


def waiting_keys(conn: Connection[DictRow], consumer: str) -> set[tuple[str, bytes]]:
    """The (topic, key) pairs that have something parked."""
    rows = conn.execute(
        "SELECT DISTINCT topic, key FROM dead_letters WHERE consumer = %s", (consumer,)
    )
    return {(row["topic"], bytes(row["key"])) for row in rows}


def listing(conn: Connection[DictRow], limit: int = 200) -> Sequence[DictRow]:
    """The oldest parked records first, without their bytes."""
    return conn.execute(
        'SELECT consumer, topic, partition, "offset", key, code, reason, parked_at'
        ' FROM dead_letters ORDER BY parked_at, topic, partition, "offset" LIMIT %s',
        (limit,),
    ).fetchall()


def raw_of(row: DictRow) -> Raw:
    """The record as it came off Kafka."""
    headers = msgspec.msgpack.decode(row["headers"], type=tuple[tuple[str, bytes], ...])
    partition = Partition(row["topic"], row["partition"])
    value = row["value"]
    return Raw(
        partition,
        row["offset"],
        bytes(row["key"]),
        None if value is None else bytes(value),
        headers,
    )


class Limit:
    """Stops a consumer when too large a share of its recent events was parked."""

    def __init__(self) -> None:
        self._recent: deque[bool] = deque(maxlen=_WINDOW)

    def count(self, handled: int, parked: int) -> None:
        """Take note of a batch.

        Raises:
            TooManyDeadLettersError: Over a tenth of the last 1,000 events, and at least 20.
        """
        self._recent.extend([False] * handled + [True] * parked)
        failed = sum(self._recent)
        if failed >= _LEAST and failed > _SHARE * len(self._recent):
            raise TooManyDeadLettersError(f"{failed} of the last {len(self._recent)} events failed")
