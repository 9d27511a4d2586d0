"""Dead letters as people see them, and as a retry takes them: one after the other of a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.deadletters.parking import code_of, reason_of, stack_of
from tiendo_runtime.records import Headers, Key, Partition, Raw

_OWN = (
    *("id", "consumer", "code", "reason", "stack", "parked_at", "tries", "tried_at"),
    *("discarded_at", "discarded_by", "discarded_because"),
)
_WAITS = "discarded_at IS NULL"
_BLOCKS = f"{_WAITS} AND code <> 'no_event'"


class NotWaitingError(Exception):
    """The letter does not wait any more: somebody else retried or discarded it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A parked record; `id` is its short name within its service's database. Instants are UTC."""

    id: int
    consumer: str
    raw: Raw
    code: str
    reason: str
    stack: str
    parked_at: datetime
    tries: int
    tried_at: datetime | None
    discarded_at: datetime | None
    discarded_by: str | None
    discarded_because: str | None

    @property
    def key(self) -> Key:
        """The key whose order is kept."""
        return (self.raw.partition.topic, self.raw.key)

    @classmethod
    def of(cls, row: DictRow) -> "Letter":
        """Read a row of the table."""
        partition = Partition(row["topic"], row["partition"])
        raw = Raw(
            partition,
            row["offset"],
            row["key"],
            row["value"],
            msgspec.msgpack.decode(row["headers"], type=Headers),
        )
        own: dict[str, Any] = {name: row[name] for name in _OWN}
        return cls(raw=raw, **own)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters to list; what is empty does not matter."""

    consumer: str = ""
    key: str = ""
    is_discarded: bool = False


def listing(
    conn: Connection[DictRow], wanted: Wanted = Wanted(), after: int = 0, limit: int = 200
) -> Sequence[Letter]:
    """A page of letters in the order in which they were parked, behind the id `after`."""
    rows = conn.execute(
        "SELECT * FROM dead_letters WHERE id > %(after)s"
        " AND (discarded_at IS NOT NULL) = %(is_discarded)s"
        " AND (%(consumer)s = '' OR consumer = %(consumer)s)"
        " AND (%(key)s = ''::bytea OR key = %(key)s) ORDER BY id LIMIT %(limit)s",
        {
            "after": after,
            "is_discarded": wanted.is_discarded,
            "consumer": wanted.consumer,
            "key": wanted.key.encode(),
            "limit": limit,
        },
    )
    return [Letter.of(row) for row in rows]


def find(conn: Connection[DictRow], identity: int) -> Letter | None:
    """A letter by its id, waiting or discarded."""
    row = conn.execute("SELECT * FROM dead_letters WHERE id = %s", (identity,)).fetchone()
    return Letter.of(row) if row else None


def head(conn: Connection[DictRow], consumer: str, key: Key) -> Letter | None:
    """The first letter of a key that waits: the only one that may be retried."""
    row = conn.execute(
        f"SELECT * FROM dead_letters WHERE consumer = %s AND topic = %s AND key = %s AND {_BLOCKS}"
        ' ORDER BY "offset" LIMIT 1',
        (consumer, *key),
    ).fetchone()
    return Letter.of(row) if row else None


def behind(conn: Connection[DictRow], letter: Letter) -> int:
    """How many records of its key wait behind a letter."""
    row = conn.execute(
        "SELECT count(*) AS n FROM dead_letters WHERE consumer = %s AND topic = %s AND key = %s"
        f' AND "offset" > %s AND {_BLOCKS}',
        (letter.consumer, *letter.key, letter.raw.offset),
    ).fetchone()
    return row["n"] if row else 0


def heads(conn: Connection[DictRow]) -> Sequence[Letter]:
    """The first letter of each key that waits, in the order in which they were parked."""
    rows = conn.execute(
        "SELECT * FROM (SELECT DISTINCT ON (consumer, topic, key) * FROM dead_letters"
        f' WHERE {_BLOCKS} ORDER BY consumer, topic, key, "offset") AS first ORDER BY id'
    )
    return [Letter.of(row) for row in rows]


def renew(conn: Connection[DictRow], letter: Letter, error: Exception) -> None:
    """Note that a retry failed, and why."""
    conn.execute(
        "UPDATE dead_letters SET code = %s, reason = %s, stack = %s, tries = tries + 1,"
        f" tried_at = clock_timestamp() WHERE id = %s AND {_WAITS}",
        (code_of(error), reason_of(error), stack_of(error), letter.id),
    )


def discard(conn: Connection[DictRow], letter: Letter, by: str, because: str) -> None:
    """Set a letter aside for good. The row stays for audit, and no replay handles the record.

    Raises:
        NotWaitingError: It does not wait any more.
    """
    done = conn.execute(
        "UPDATE dead_letters SET discarded_at = clock_timestamp(), discarded_by = %s,"
        f" discarded_because = %s WHERE id = %s AND {_WAITS}",
        (by, because, letter.id),
    )
    if done.rowcount != 1:
        raise NotWaitingError
