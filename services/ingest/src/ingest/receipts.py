"""The table of receipts: what came of each event, and what its source may read of that."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, LiteralString
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

_ROW = (
    "SELECT receipt_id, number, source, event_id, type, received_at, way, sequence, refusals, body,"
    " sequence <= (SELECT position FROM relay) AS published FROM receipts"
)


class Candidate(msgspec.Struct, frozen=True):
    """An event that may be accepted; `state` is it as the store keeps it, `digest` hexadecimal.

    Ids are text here: making UUIDs of them costs more than anything else that is done with them.
    """

    receipt_id: str
    event_id: str
    type: str
    digest: str
    subject: str
    state: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """What was accepted under a receipt before."""

    digest: str
    sequence: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: new ones have the numbers from `first` on, in their order."""

    first: int
    known: dict[str, Known]


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that is not accepted; `body` is it as it came, or empty where nobody may keep it."""

    receipt_id: str
    event_id: str
    type: str
    refusals: Sequence[dict[str, str]]
    body: str
    place: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt as it is kept. `published` is None for what will never be."""

    receipt_id: UUID
    number: int
    source: str
    event_id: str
    type: str
    received_at: datetime
    way: str
    sequence: int | None
    refusals: list[dict[str, str]] | None
    body: str | None
    published: bool | None


def accepted_id(source: str, event_id: str) -> str:
    """The receipt of a source's event: made of the event's name, so that a repeat has the same."""
    return _id(f"accepted\0{source}\0{event_id}".encode())


def refused_id(source: str, what: bytes) -> str:
    """The receipt of an event that is refused: the same for the same event and reason."""
    return _id(f"refused\0{source}\0".encode() + what)


def _id(made_of: bytes) -> str:
    """A UUID of version 8 (RFC 9562): a digest with the bits that say so."""
    digest = hashlib.sha256(made_of).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def take_in(
    conn: Connection[DictRow],
    source: str,
    at: datetime,
    way: str,
    topic: str,
    candidates: Sequence[Candidate],
) -> Taken:
    """Accept those of a batch that are new. One transaction by itself, on a connection of those."""
    rows = [(c.receipt_id, c.event_id, c.type, c.digest, c.subject) for c in candidates]
    texts = ["\n".join(column) for column in zip(*rows, strict=True)]
    states = [one.state for one in candidates]
    starts = "\n".join(map(str, accumulate(map(len, states), initial=1)))
    values = (source, at, way, topic, *texts, starts, b"".join(states))
    row = conn.execute(_TAKE_IN, values).fetchone()
    assert row is not None  # noqa: S101 - a function that is no set answers one
    lists = (row["known_digests"], row["known_sequences"], row["known_ats"])
    ids: Sequence[str] = row["known_ids"] or ()
    known = {one: Known(*facts) for one, *facts in zip(ids, *lists, strict=True)} if ids else {}
    return Taken(row["first_sequence"] or 0, known)


_TAKE_IN: LiteralString = "SELECT * FROM take_in(%s, %b, %s, %s, %s, %s, %s, %s, %s, %s, %b)"
"""Lists travel as lines of one text: nothing in them holds a line's end (JSON escapes it), and an
array would be put together here element by element."""


def keep_refused(
    conn: Connection[DictRow], source: str, at: datetime, way: str, refused: Sequence[Refused]
) -> dict[str, datetime]:
    """Keep what was refused; answers when each of them was refused first."""
    kept = {one.receipt_id: one for one in refused}
    # One batch of a source after the other: two that meet would wait for each other in a circle.
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (source,))
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO receipts"
            " (receipt_id, source, event_id, type, received_at, way, refusals, body)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (receipt_id) DO NOTHING",
            [
                (
                    *(r.receipt_id, source, r.event_id, r.type),
                    *(at, f"{way} {r.place}".strip(), Jsonb(r.refusals), r.body),
                )
                for r in kept.values()
            ],
        )
    found = conn.execute(
        "SELECT receipt_id::text, received_at FROM receipts WHERE receipt_id = ANY(%s::uuid[])",
        (list(kept),),
    )
    return {row["receipt_id"]: row["received_at"] for row in found}


def by_id(conn: Connection[DictRow], receipt_id: UUID) -> ReceiptRow | None:
    """One receipt."""
    row = conn.execute(f"{_ROW} WHERE receipt_id = %s".encode(), (receipt_id,)).fetchone()
    return ReceiptRow(**row) if row else None


def listing(
    conn: Connection[DictRow],
    source: str,
    after: tuple[Any, ...] | None,
    limit: int,
    *,
    refused: bool,
) -> list[ReceiptRow]:
    """Receipts of a source in the order in which they came; `after` is the (number,) before."""
    only = " AND refusals IS NOT NULL" if refused else ""
    rows = conn.execute(
        f"{_ROW} WHERE source = %s AND number > %s{only} ORDER BY number LIMIT %s".encode(),
        (source, after[0] if after else 0, limit),
    )
    return [ReceiptRow(**row) for row in rows]


def forget_refused(conn: Connection[DictRow], before: datetime) -> int:
    """Drop up to 10,000 receipts of what was refused before; answers how many."""
    return conn.execute(
        "DELETE FROM receipts WHERE receipt_id = ANY(ARRAY(SELECT receipt_id FROM receipts"
        " WHERE refusals IS NOT NULL AND received_at < %s ORDER BY received_at LIMIT 10000))",
        (before,),
    ).rowcount
