"""The open deadlines, for the sweep that records those that went by."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier

from tiendo_contracts import assignments as events
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Received


def _fold(conn: Connection[DictRow], received: Sequence[Received]) -> None:
    for one in received:
        match one.event:
            case events.AssignmentIssued() as issued:
                conn.execute(
                    "INSERT INTO deadlines VALUES (%s, %s, NULL, false) ON CONFLICT DO NOTHING",
                    (issued.assignment_id, issued.deadline.late_from),
                )
            case events.ExtensionGranted() as granted:
                _set(conn, "late_from", granted.deadline.late_from, granted.assignment_id)
            case events.DeadlinePassed() as passed:
                _set(conn, "passed", passed.deadline.late_from, passed.assignment_id)
            case events.CompletionReported() as reported:
                _set(conn, "claimed", True, reported.assignment_id)
            case events.CompletionRefused() as refused:
                _set(conn, "claimed", False, refused.assignment_id)
            case _:
                pass


def _set(
    conn: Connection[DictRow], column: LiteralString, value: datetime | bool | None, row: UUID
) -> None:
    conn.execute(
        SQL("UPDATE deadlines SET {} = %s WHERE assignment_id = %s").format(Identifier(column)),
        (value, row),
    )


DEADLINES = Projection(
    name="deadlines",
    version=1,
    topics=(events.AssignmentIssued.TOPIC,),
    tables=("deadlines",),
    fold=_fold,
)


class Due(NamedTuple):
    """A deadline (UTC) of an assignment that went by."""

    late_from: datetime
    assignment_id: UUID


def gone_by(conn: Connection[DictRow], now: datetime, after: Due | None, limit: int) -> list[Due]:
    """Deadlines that went by at `now` (UTC) and are not recorded yet, oldest first.

    `after` is the last one of the page before.
    """
    late_from, assignment_id = after or (None, None)
    rows = conn.execute(
        "SELECT late_from, assignment_id FROM deadlines WHERE NOT claimed AND late_from <= %s"
        " AND late_from IS DISTINCT FROM passed AND"
        " (%s::timestamptz IS NULL OR (late_from, assignment_id) > (%s, %s))"
        " ORDER BY late_from, assignment_id LIMIT %s",
        (now, late_from, late_from, assignment_id, limit),
    )
    return [Due(row["late_from"], row["assignment_id"]) for row in rows]
