"""The rows that the ingest makes of events, copied into its tables: nothing is checked or known.

One connection, one transaction a batch, COPY as psycopg's documentation has it. The rows are ready
before the clock runs; indexes and constraints are the product's, since rows without them would not
be the same.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import psycopg

from ingest import taking
from ingest.sources import SourceRow
from tiendo_contracts.checking import Incoming, check_batch
from tiendo_contracts.cloudevents import encode

Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
"""The rows of a batch: receipts, and events of the store."""

_TOPIC = "ingest.Subject.Accepted"


def rows_of(bodies: Sequence[bytes], source: str, now: datetime) -> list[Rows]:
    """The rows of all batches."""
    came = taking.Came(SourceRow(source, 1, "", "", [], [], None, "", now), "http")
    numbers, versions = count(2), dict[str, int]()
    found: list[Rows] = []
    for body in bodies:
        receipts: list[tuple[Any, ...]] = []
        events: list[tuple[Any, ...]] = []
        for event in check_batch(body):
            assert isinstance(event, Incoming)
            made = taking.candidate(event, encode(event.data), came, now)
            number = next(numbers)
            version = versions[made.subject] = versions.get(made.subject, 0) + 1
            receipts.append(
                (
                    UUID(made.receipt_id),
                    source,
                    made.event_id,
                    made.type,
                    now,
                    "http",
                    bytes.fromhex(made.digest),
                    number,
                )
            )
            events.append((UUID(made.subject), version, _TOPIC, made.state, number))
        found.append((receipts, events))
    return found


def copied(url: str, batches: Sequence[Rows]) -> None:
    """Copy all batches, each in a transaction of its own."""
    with psycopg.connect(url, autocommit=True) as conn, conn.cursor() as cursor:
        for receipts, events in batches:
            with conn.transaction():
                with cursor.copy(
                    "COPY receipts (receipt_id, source, event_id, type, received_at, way, digest,"
                    " sequence) FROM STDIN"
                ) as copy:
                    for row in receipts:
                        copy.write_row(row)
                with cursor.copy(
                    "COPY stored_events (originator_id, originator_version, topic, state,"
                    " notification_id) FROM STDIN"
                ) as copy:
                    for row in events:
                        copy.write_row(row)
