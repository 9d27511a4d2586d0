"""Assignments one by one: lists, one of them, its timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from monitoring.views.stages import COUNTED, IS_DONE, RANK, rank_of

State = Literal["done_on_time", "done_late", "within_time", "overdue", "regular", "called_off"]
Wanted = Literal[
    "done_on_time",
    "done_late",
    "within_time",
    "overdue",
    "regular",
    "called_off",
    "accepted",
    "contested",
    "claimed_unverified",
    "sampled",
    "verified",
    "closed",
    "extended",
]


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline: the day in Vietnam, the instant from which it is late (UTC), and its words."""

    due_on: date | None
    late_from: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """What the latest report said. `reported_at` is UTC; `done` is the unit's own claim."""

    report_id: UUID
    reported_at: datetime
    percent: int
    done: bool
    difficulties: str
    product_url: str
    returned: bool


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """An assignment as the board tells it, at an instant; `version` is the one it reflects."""

    assignment_id: UUID
    version: int
    state: State
    stage: str
    committee_id: UUID
    committee_name: str | None
    lead_unit_id: UUID
    lead_unit_name: str | None
    lead_unit_path: str
    notice_id: UUID | None
    notice_number: str
    item_path: str
    issued_on: date | None
    text: str
    coordinator_ids: list[UUID]
    confirmed_ids: list[UUID]
    declined_ids: list[UUID]
    recurring: str | None
    original: Term
    deadline: Term
    asked: int
    granted: int
    refused: int
    asked_late: int
    pending_due_on: date | None
    claimed_at: datetime | None
    refused_claims: int
    contest_ground: str | None
    transfers: int
    sampled_at: datetime | None
    superseded_by: UUID | None
    ended_reason: str
    split_into: list[UUID]
    joined_into: UUID | None
    split_from: UUID | None
    joined_from: list[UUID]
    in_time: bool | None
    in_time_originally: bool | None
    latest: Line | None


_STATE = f"""
    CASE WHEN a.{IS_DONE} THEN
              CASE WHEN a.claimed_at >= a.late_from THEN 'done_late' ELSE 'done_on_time' END
         WHEN NOT a.{COUNTED} THEN 'called_off'
         WHEN a.late_from IS NULL THEN 'regular'
         WHEN a.late_from <= %(now)s THEN 'overdue'
         ELSE 'within_time' END
"""
_SELECT = f"""
    SELECT a.*, {_STATE} AS state, c.name AS committee_name, u.name AS lead_unit_name,
           a.claimed_at < a.late_from AS in_time,
           a.claimed_at < a.original_late_from AS in_time_originally,
           coalesce(r.stage = 'returned', false) AS returned
    FROM assignments a
    LEFT JOIN units u ON u.unit_id = a.lead_unit_id
    LEFT JOIN units c ON c.unit_id = a.committee_id
    LEFT JOIN reports r ON r.report_id = a.report_id
    WHERE (starts_with(a.lead_unit_path, %(scope)s) OR starts_with(a.committee_path, %(scope)s))
"""
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_LATE = "coalesce(a.late_from, '9999-12-31Z')"  # as the index has it, letter by letter


def _view(row: DictRow) -> AssignmentView:
    line = None
    if row["report_id"] is not None:
        line = Line(
            row["report_id"],
            row["reported_at"],
            row["percent"],
            row["report_done"],
            row["difficulties"],
            row["product_url"],
            row["returned"],
        )
    plain = {name: row[name] for name in AssignmentView.__slots__ if name in row}
    return AssignmentView(
        **plain,
        original=Term(row["original_due_on"], row["original_late_from"], row["original_words"]),
        deadline=Term(row["due_on"], row["late_from"], row["due_words"]),
        latest=line,
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """Which assignments: of a unit, of units under a path, in a state, from a notice, these."""

    unit_id: UUID | None = None
    below: str | None = None
    state: Wanted | None = None
    notice_id: UUID | None = None
    committee_id: UUID | None = None
    ids: list[UUID] | None = None


def listing(
    conn: Connection[DictRow],
    scope: str,
    now: datetime,
    which: Filter,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[AssignmentView]:
    """Assignments, those open the longest past their deadline first, then by deadline.

    `after` is the key (see `key_of`) of the last row of the page before.
    """
    rank, late, key = after or (None, None, None)
    rank = None if rank is None else max(0, min(rank, 3))
    rows = conn.execute(
        f"""
        {_SELECT} {_where(which)}
          AND (%(key)s::uuid IS NULL OR ({RANK}, {_LATE}, a.assignment_id)
               > (%(rank)s::int, %(late)s::timestamptz, %(key)s::uuid))
        ORDER BY {RANK}, {_LATE}, a.assignment_id LIMIT %(limit)s
        """.encode(),
        {
            "scope": scope,
            "now": now,
            "unit": which.unit_id,
            "below": which.below,
            "state": which.state,
            "notice": which.notice_id,
            "committee": which.committee_id,
            "ids": which.ids,
            "rank": rank,
            "late": late,
            "key": key,
            "limit": limit,
        },
    )
    return [_view(row) for row in rows]


def key_of(row: AssignmentView) -> tuple[int, datetime, UUID]:
    """Where a row stands in the order of lists."""
    return (
        rank_of(row.stage),
        row.deadline.late_from or _NEVER,
        row.assignment_id,
    )


_OF_STATE = {
    "claimed_unverified": f"{RANK} = 1",
    "overdue": f"{RANK} = 0 AND {_LATE} <= %(now)s",
    "within_time": f"{RANK} = 0 AND {_LATE} > %(now)s AND a.late_from IS NOT NULL",
    "regular": f"{RANK} = 0 AND a.late_from IS NULL",
    "done_late": f"{RANK} IN (1, 2) AND a.claimed_at >= a.late_from",
    "done_on_time": f"{RANK} IN (1, 2) AND a.claimed_at >= a.late_from IS NOT TRUE",
    "called_off": f"{RANK} = 3",
    "accepted": f"{RANK} = 0 AND a.stage = 'accepted'",
    "contested": f"{RANK} = 0 AND a.stage = 'contested'",
    "sampled": f"{RANK} = 1 AND a.sampled_at > a.claimed_at",
    "verified": f"{RANK} = 2",
    "closed": f"{RANK} = 2 AND a.stage = 'closed'",
    "extended": f"{RANK} < 3 AND a.granted > 0",
}


def _where(which: Filter) -> str:
    parts = {
        "a.lead_unit_id = %(unit)s": which.unit_id,
        "starts_with(a.lead_unit_path, %(below)s)": which.below,
        "a.notice_id = %(notice)s": which.notice_id,
        "a.committee_id = %(committee)s": which.committee_id,
        "a.assignment_id = ANY(%(ids)s)": which.ids,
        _OF_STATE.get(which.state or "", ""): which.state,
    }
    return "".join(f" AND {sql}" for sql, given in parts.items() if given is not None)


def one(
    conn: Connection[DictRow], scope: str, now: datetime, assignment_id: UUID
) -> AssignmentView | None:
    """One assignment, where the scope may see it."""
    row = conn.execute(
        f"{_SELECT} AND a.assignment_id = %(key)s".encode(),
        {"scope": scope, "now": now, "key": assignment_id},
    ).fetchone()
    return _view(row) if row else None


def version(conn: Connection[DictRow], assignment_id: UUID) -> int:
    """The version of an assignment that the view reflects, 0 while it is not known."""
    row = conn.execute(
        "SELECT version FROM assignments WHERE assignment_id = %s", (assignment_id,)
    ).fetchone()
    return row["version"] if row else 0


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry of a timeline. `at` is when it was recorded, UTC; `facts` depend on the kind."""

    event_id: str
    at: datetime
    kind: str
    actor: str
    facts: dict[str, Any]


def timeline(
    conn: Connection[DictRow], scope: str, assignment_id: UUID, limit: int = 1000
) -> Sequence[EntryView]:
    """What happened to an assignment that the scope may see, in order."""
    rows = conn.execute(
        "SELECT t.event_id, t.recorded_at AS at, t.kind, t.actor, t.facts FROM timeline t"
        " JOIN assignments a USING (assignment_id) WHERE t.assignment_id = %(key)s"
        " AND (starts_with(a.lead_unit_path, %(scope)s)"
        "      OR starts_with(a.committee_path, %(scope)s))"
        " ORDER BY t.recorded_at, t.version, t.event_id LIMIT %(limit)s",
        {"key": assignment_id, "scope": scope, "limit": limit},
    )
    return [EntryView(**row) for row in rows]
