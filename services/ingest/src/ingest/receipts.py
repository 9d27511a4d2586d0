"""The table of receipts: what came of each event, and what its source may read of that."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

_ROW = (
    "SELECT receipt_id, number, source, event_id, type, received_at, way, sequence, refusals, body,"
    " sequence <= (SELECT position FROM relay) AS published FROM receipts"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that may be accepted; `state` is it as the store keeps it."""

    receipt_id: UUID
    event_id: str
    type: str
    digest: bytes
    subject: UUID
    state: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """What was accepted under a receipt before."""

    digest: bytes | None
    sequence: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: new ones have the numbers from `first` on, in their order."""

    first: int
    known: dict[UUID, Known]


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that is not accepted; `body` is it as it came, or empty where nobody may keep it."""

    receipt_id: UUID
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


_BITS = 0xF << 76 | 3 << 62
_VERSION_8 = 8 << 76 | 2 << 62


def accepted_id(source: str, event_id: str) -> UUID:
    """The receipt of a source's event: made of the event's name, so that a repeat has the same."""
    return _id(b"accepted", source.encode(), event_id.encode())


def refused_id(source: str, what: bytes) -> UUID:
    """The receipt of an event that is refused: the same for the same event and reason."""
    return _id(b"refused", source.encode("utf-8", "backslashreplace"), what)


def _id(*parts: bytes) -> UUID:
    """A UUID of version 8 (RFC 9562): a digest with the bits that say so."""
    digest = int.from_bytes(hashlib.sha256(b"\0".join(parts)).digest()[:16])
    return UUID(int=digest & ~_BITS | _VERSION_8)


def take_in(
    conn: Connection[DictRow],
    source: str,
    at: datetime,
    way: str,
    topic: str,
    candidates: Sequence[Candidate],
) -> Taken:
    """Accept those of a batch that are new. One transaction by itself, on a connection of those."""
    columns = [
        [one.receipt_id for one in candidates],
        [one.event_id for one in candidates],
        [one.type for one in candidates],
        [one.digest for one in candidates],
        [one.subject for one in candidates],
        [one.state for one in candidates],
    ]
    row = conn.execute(_TAKE_IN, (source, at, way, topic, *columns), binary=True).fetchone()
    assert row is not None  # noqa: S101 - a function that is no set answers one
    lists = (row["known_digests"], row["known_sequences"], row["known_ats"])
    ids: Sequence[UUID] = row["known_ids"] or ()
    known = {one: Known(*facts) for one, *facts in zip(ids, *lists, strict=True)} if ids else {}
    return Taken(row["first_sequence"] or 0, known)


_TAKE_IN: LiteralString = (
    "SELECT * FROM take_in(%s, %b, %s, %s, %b::uuid[], %b::text[], %b::text[], %b::bytea[],"
    " %b::uuid[], %b::bytea[])"
)


def keep_refused(
    conn: Connection[DictRow], source: str, at: datetime, way: str, refused: Sequence[Refused]
) -> dict[UUID, datetime]:
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
        "SELECT receipt_id, received_at FROM receipts WHERE receipt_id = ANY(%s)",
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
