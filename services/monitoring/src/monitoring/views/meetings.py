"""Meetings and notices of conclusion: their rows, what events do to them, and lists of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.meetings import (
    ConclusionIssued,
    ConclusionSupplemented,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingScheduled,
)
from tiendo_runtime.projection import Emit, Table

Json = dict[str, Any]


@dataclass(slots=True)
class MeetingRow:
    """A meeting as the view has it: the columns of the table, in its order."""

    meeting_id: UUID
    committee_id: UUID | None = None
    committee_path: str | None = None
    title: str = ""
    series: str = ""
    place: str = ""
    starts_at: datetime | None = None
    stage: str = "scheduled"
    cancel_reason: str = ""
    chair: Json | None = None
    expected: int = 0
    present: int = 0
    bridge_points: list[str] = field(default_factory=list[str])
    documents: list[Json] = field(default_factory=list[Json])
    previous_meeting_id: UUID | None = None


@dataclass(slots=True)
class NoticeRow:
    """A notice of conclusion as the view has it: the columns of the table, in its order."""

    notice_id: UUID
    committee_id: UUID | None = None
    committee_path: str | None = None
    meeting_id: UUID | None = None
    number: str = ""
    title: str = ""
    form: str = ""
    issued_on: date | None = None
    signed_by: Json | None = None
    document: Json | None = None
    items: list[Json] = field(default_factory=list[Json])
    supplements: list[Json] = field(default_factory=list[Json])


MEETINGS, NOTICES = Table("meetings", MeetingRow), Table("notices", NoticeRow)
KINDS = (MeetingScheduled, MeetingMoved, MeetingCancelled, MeetingHeld)


def apply_meeting(
    row: MeetingRow,
    event: MeetingScheduled | MeetingMoved | MeetingCancelled | MeetingHeld,
    _: Envelope,
    __: Emit,
) -> None:
    """Let an event of the meeting change its row."""
    row.committee_id, row.committee_path = event.committee_id, event.committee_path
    match event:
        case MeetingScheduled():
            row.title, row.series, row.place = event.title, event.series, event.place
            row.starts_at = event.starts_at
            _prepare(row, event)
        case MeetingMoved():
            row.starts_at = event.starts_at
        case MeetingCancelled():
            row.stage, row.cancel_reason = "cancelled", event.reason
        case MeetingHeld():
            row.stage, row.title, row.starts_at = "held", event.title, event.occurred_at
            row.chair = event.chair.model_dump(mode="json")
            row.expected = len(event.attendance)
            row.present = sum(attendee.present for attendee in event.attendance)
            row.documents = [document.model_dump(mode="json") for document in event.documents]
            _prepare(row, event)


def _prepare(row: MeetingRow, event: MeetingScheduled | MeetingHeld) -> None:
    row.bridge_points = list(event.bridge_points)
    row.previous_meeting_id = event.previous_meeting_id


def apply_notice(row: NoticeRow, event: ConclusionIssued, _: Envelope, __: Emit) -> None:
    """Let a notice be as it was signed."""
    row.committee_id, row.committee_path = event.committee_id, event.committee_path
    row.meeting_id = event.meeting_id
    row.number, row.title, row.form = event.number, event.title, event.form
    row.issued_on = event.issued_on
    row.signed_by = event.signed_by.model_dump(mode="json")
    row.document = event.document.model_dump(mode="json")
    row.items = [item.model_dump(mode="json") for item in event.items]


def apply_supplement(row: NoticeRow, event: ConclusionSupplemented, _: Envelope, __: Emit) -> None:
    """Let a notice list what a later one does to it; its own items stay as they were signed."""
    later = event.model_dump(
        mode="json", include={"by_notice_id", "number", "issued_on", "changes"}
    )
    row.supplements = [*row.supplements, later]


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting in brief. `starts_at` is UTC; once it was held, when it began."""

    meeting_id: UUID
    committee_id: UUID
    committee_name: str | None
    title: str
    series: str
    place: str
    starts_at: datetime | None
    stage: str
    cancel_reason: str
    chair: dict[str, str] | None
    expected: int
    present: int
    bridge_points: list[str]
    documents: list[dict[str, Any]]
    notices: list[dict[str, Any]]


def meetings(
    conn: Connection[DictRow], scope: str, after: tuple[Any, ...] | None, limit: int
) -> Sequence[MeetingView]:
    """Meetings of the scope's committees, the latest first; `after`: (starts at, id)."""
    rows = conn.execute(
        """
        SELECT m.meeting_id, m.committee_id, u.name AS committee_name, m.title, m.series, m.place,
               m.starts_at, m.stage, m.cancel_reason, m.chair, m.expected, m.present,
               m.bridge_points, m.documents,
               coalesce((SELECT jsonb_agg(jsonb_build_object('id', n.notice_id, 'number', n.number)
                                          ORDER BY n.issued_on, n.number)
                         FROM notices n WHERE n.meeting_id = m.meeting_id), '[]') AS notices
        FROM meetings m LEFT JOIN units u ON u.unit_id = m.committee_id
        WHERE starts_with(m.committee_path, %(scope)s) AND m.starts_at IS NOT NULL
          AND (%(at)s::timestamptz IS NULL OR (m.starts_at, m.meeting_id) < (%(at)s, %(id)s))
        ORDER BY m.starts_at DESC, m.meeting_id DESC LIMIT %(limit)s
        """,
        {"scope": scope, "limit": limit, **_after(after)},
    )
    return [MeetingView(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice of conclusion; `assigned` counts the assignments it became, split ones once."""

    notice_id: UUID
    committee_id: UUID
    committee_name: str | None
    meeting_id: UUID | None
    meeting_title: str | None
    number: str
    title: str
    form: str
    issued_on: date
    signed_by: dict[str, str]
    assigned: int


_NOTICE = """
    SELECT n.notice_id, n.committee_id, u.name AS committee_name, n.meeting_id,
           m.title AS meeting_title, n.number, n.title, n.form, n.issued_on, n.signed_by,
           (SELECT count(*) FROM assignments a WHERE a.notice_id = n.notice_id
            AND a.split_from IS NULL AND a.joined_from = '{}'
            AND (starts_with(a.lead_unit_path, %(scope)s)
                 OR starts_with(a.committee_path, %(scope)s))) AS assigned
    FROM notices n LEFT JOIN units u ON u.unit_id = n.committee_id
    LEFT JOIN meetings m USING (meeting_id)
    WHERE (starts_with(n.committee_path, %(scope)s)
           OR EXISTS (SELECT FROM assignments a WHERE a.notice_id = n.notice_id
                      AND starts_with(a.lead_unit_path, %(scope)s)))
"""


def notices(
    conn: Connection[DictRow], scope: str, after: tuple[Any, ...] | None, limit: int
) -> Sequence[NoticeView]:
    """Notices of the scope's committees, or that oblige its units, the latest first."""
    rows = conn.execute(
        f"{_NOTICE} AND (%(at)s::date IS NULL OR (n.issued_on, n.notice_id) < (%(at)s, %(id)s))"
        " ORDER BY n.issued_on DESC, n.notice_id DESC LIMIT %(limit)s",
        {"scope": scope, "limit": limit, **_after(after)},
    )
    return [NoticeView(**row) for row in rows]


def notice(conn: Connection[DictRow], scope: str, notice_id: UUID) -> NoticeView | None:
    """One notice, where the scope may see it."""
    row = conn.execute(
        f"{_NOTICE} AND n.notice_id = %(notice)s", {"scope": scope, "notice": notice_id}
    ).fetchone()
    return NoticeView(**row) if row else None


def items(
    conn: Connection[DictRow], scope: str, notice_id: UUID, obliging: Iterable[str]
) -> list[dict[str, Any]]:
    """The items of a notice, as they were signed.

    Who is outside of the committee's scope sees those that oblige its own units: the numbers of
    these items are in `obliging`.
    """
    row = conn.execute(
        "SELECT items, starts_with(committee_path, %s) AS whole FROM notices WHERE notice_id = %s",
        (scope, notice_id),
    ).fetchone()
    if row is None:
        return []
    allowed = set(obliging)
    return [item for item in row["items"] if row["whole"] or item["path"] in allowed]


def supplements(
    conn: Connection[DictRow], scope: str, notice_id: UUID, obliging: Iterable[str]
) -> list[dict[str, Any]]:
    """The later notices that changed one, in the order of their signing, with what each did.

    Who is outside of the committee's scope sees what is done to the items in `obliging`.
    """
    row = conn.execute(
        "SELECT supplements, starts_with(committee_path, %s) AS whole FROM notices"
        " WHERE notice_id = %s",
        (scope, notice_id),
    ).fetchone()
    if row is None:
        return []
    allowed = set(obliging)
    seen = [
        later
        | {"changes": [c for c in later["changes"] if row["whole"] or c["item_path"] in allowed]}
        for later in row["supplements"]
    ]
    return [later for later in seen if later["changes"]]


def _after(after: tuple[Any, ...] | None) -> dict[str, Any]:
    at, key = after or (None, None)
    return {"at": at, "id": key}
