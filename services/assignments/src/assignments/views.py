"""The open deadlines, for the sweep that records those that went by."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts import assignments as events
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(slots=True)
class _Deadline:
    """When an assignment is late, the deadline of it that is recorded as passed; UTC.

    `claimed` says that nothing can be late: completion is claimed, or the assignment has ended.
    """

    assignment_id: UUID
    late_from: datetime | None = None
    passed: datetime | None = None
    claimed: bool = False


_DEADLINES = Table("deadlines", _Deadline)


def _apply(row: _Deadline, event: Contract, _: Envelope, __: Emit) -> None:
    match event:
        case events.AssignmentIssued() | events.ExtensionGranted():
            row.late_from = event.deadline.late_from
        case events.DeadlinePassed():
            row.passed = event.deadline.late_from
        case _:
            row.claimed = isinstance(event, (events.CompletionReported, events.AssignmentClosed))


DEADLINES = Projection(
    name="deadlines",
    version=2,
    topics=(events.AssignmentIssued.TOPIC,),
    tables=(_DEADLINES,),
    on=dict.fromkeys(
        (
            events.AssignmentIssued,
            events.ExtensionGranted,
            events.DeadlinePassed,
            events.CompletionReported,
            events.CompletionRefused,
            events.AssignmentTransferred,
            events.AssignmentClosed,
        ),
        (Effect(_DEADLINES, _apply),),
    ),
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
