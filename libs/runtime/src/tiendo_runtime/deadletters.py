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

from tiendo_runtime.records import Headers, Partition, Raw

_WINDOW = 1000
_LEAST = 20
_SHARE = 0.1


class TooManyDeadLettersError(RuntimeError):
    """So many recent events failed that the fault is not in the events; the consumer stops."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A record with the reason why it waits.

    `code`: failed; malformed (an event whose data cannot be read); behind (an earlier one of its
    key waits); no_event (it lacks an event's attributes: no relay sent it, nothing waits for it).
    """

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
                _storable(letter.reason),
                _storable(letter.stack),
            ),
        )


def _storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def waiting_keys(conn: Connection[DictRow], consumer: str) -> set[tuple[str, bytes]]:
    """The (topic, key) pairs that have an event parked."""
    rows = conn.execute(
        "SELECT DISTINCT topic, key FROM dead_letters WHERE consumer = %s AND code <> 'no_event'",
        (consumer,),
    )
    return {(row["topic"], bytes(row["key"])) for row in rows}


def lately(conn: Connection[DictRow], consumer: str) -> int:
    """How many records failed within the last hour."""
    row = conn.execute(
        "SELECT count(*) AS failed FROM dead_letters WHERE consumer = %s AND code <> 'behind'"
        " AND parked_at > clock_timestamp() - interval '1 hour'",
        (consumer,),
    ).fetchone()
    return row["failed"] if row else 0


def listing(conn: Connection[DictRow], limit: int = 200) -> Sequence[DictRow]:
    """The oldest parked records first, without their bytes."""
    return conn.execute(
        'SELECT consumer, topic, partition, "offset", key, code, reason, parked_at'
        ' FROM dead_letters ORDER BY parked_at, topic, partition, "offset" LIMIT %s',
        (limit,),
    ).fetchall()


def raw_of(row: DictRow) -> Raw:
    """The record as it came off Kafka."""
    headers = msgspec.msgpack.decode(row["headers"], type=Headers)
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
    """Stops a consumer before too large a share of its recent events is parked.

    `lately` is what a process before this one parked: a restart does not give a fresh start to a
    fault that is not in the events.
    """

    def __init__(self, lately: int = 0) -> None:
        self._recent: deque[bool] = deque([True] * min(lately, _LEAST - 1), maxlen=_WINDOW)

    def check(self, handled: int, failed: int) -> None:
        """See that a batch may be parked as it stands.

        Raises:
            TooManyDeadLettersError: Over a tenth of the last 1,000 events, and at least 20.
        """
        bad, of = sum(self._recent) + failed, len(self._recent) + handled + failed
        if failed and bad >= _LEAST and bad > _SHARE * of:
            raise TooManyDeadLettersError(f"{bad} of the last {of} events failed")

    def count(self, handled: int, failed: int) -> None:
        """Take note of a batch that was handled."""
        self._recent.extend([False] * handled + [True] * failed)
