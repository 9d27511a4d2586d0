"""What the sweeps look for: deadlines that went by, and open work of units that have ended."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, get_args
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from assignments.domain import Claim
from tiendo_contracts import assignments as events
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(slots=True)
class _Deadline:
    """When an assignment is late, the deadline of it that is recorded as passed; UTC.

    `claimed` says that nothing can be late: completion is claimed, or the assignment has ended.
    `settled` says that nobody has to act any more: it is verified, or has ended.
    """

    assignment_id: UUID
    late_from: datetime | None = None
    passed: datetime | None = None
    claimed: bool = False
    lead_unit_id: UUID | None = None
    settled: bool = False
    committee_id: UUID | None = None
    claimed_at: datetime | None = None
    refused: int = 0


_DEADLINES = Table("deadlines", _Deadline)


_Event = (
    events.AssignmentIssued
    | events.ExtensionGranted
    | events.DeadlinePassed
    | events.CompletionReported
    | events.CompletionRefused
    | events.CompletionVerified
    | events.AssignmentTransferred
    | events.AssignmentClosed
)


def _apply(row: _Deadline, event: _Event, _: Envelope, __: Emit) -> None:
    row.lead_unit_id, row.committee_id = event.lead_unit_id, event.committee_id
    match event:
        case events.AssignmentIssued() | events.ExtensionGranted():
            row.late_from = event.deadline.late_from
        case events.DeadlinePassed():
            row.passed = event.deadline.late_from
        case events.AssignmentTransferred():
            if event.cause == "decision":
                row.claimed = False
        case events.CompletionVerified() | events.AssignmentClosed():
            row.claimed = row.settled = True
        case events.CompletionReported():
            row.claimed, row.claimed_at = True, event.claimed_at
        case events.CompletionRefused():
            row.claimed, row.refused = False, row.refused + 1


DEADLINES = Projection(
    name="deadlines",
    version=2,
    topics=(events.AssignmentIssued.TOPIC,),
    tables=(_DEADLINES,),
    on=dict.fromkeys(get_args(_Event), (Effect(_DEADLINES, _apply),)),
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


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open work of a unit that has ended: it waits to be passed on, or for a person."""

    assignment_id: UUID
    unit_id: UUID
    unit_name: str
    ended_on: date
    successor_ids: list[UUID]


_WAITING = """
SELECT assignment_id, unit_id, name AS unit_name, ended_on, successor_ids
FROM units JOIN deadlines ON lead_unit_id = unit_id AND NOT settled
WHERE ended_on <= %(today)s AND starts_with(path, %(scope)s)
  AND (cardinality(successor_ids) = 1) = %(alone)s
  AND (%(after)s::uuid IS NULL OR assignment_id > %(after)s)
ORDER BY assignment_id LIMIT %(limit)s
"""


def waiting(
    conn: Connection[DictRow],
    scope: str,
    today: date,
    after: UUID | None,
    limit: int,
    *,
    alone: bool,
) -> list[Waiting]:
    """Open work whose lead unit has ended by a day (Vietnam), by id.

    `alone` chooses between what one unit follows, which is passed on by itself, and what waits for
    a person.
    """
    values = {"scope": scope, "today": today, "after": after, "limit": limit, "alone": alone}
    return [Waiting(**row) for row in conn.execute(_WAITING, values)]


def claims(conn: Connection[DictRow], committee_id: UUID, limit: int) -> list[Claim]:
    """The claims that stand unverified in a committee's assignments."""
    rows = conn.execute(
        "SELECT assignment_id, lead_unit_id AS unit_id, claimed_at FROM deadlines"
        " WHERE committee_id = %s AND claimed AND NOT settled ORDER BY assignment_id LIMIT %s",
        (committee_id, limit),
    )
    return [Claim(**row) for row in rows]


def units_refused(conn: Connection[DictRow], committee_id: UUID) -> list[UUID]:
    """The units of which a claim was ever refused in a committee's assignments."""
    rows = conn.execute(
        "SELECT DISTINCT lead_unit_id FROM deadlines WHERE committee_id = %s AND refused > 0",
        (committee_id,),
    )
    return [row["lead_unit_id"] for row in rows]
