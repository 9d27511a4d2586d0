"""Meetings and notices of conclusion: written from their events, and told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from tiendo_contracts.base import Contract, Model
from tiendo_contracts.meetings import (
    ConclusionIssued,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingScheduled,
)

MeetingEvent = MeetingScheduled | MeetingMoved | MeetingCancelled | MeetingHeld


def write(
    conn: Connection[DictRow], event: Contract
) -> tuple[str, UUID, UUID | None, list[str]] | None:
    """Write what the event says; answers the change, or None for another kind of event."""
    match event:
        case ConclusionIssued():
            _upsert(conn, "notices", "notice_id", _notice(event))
            return ("notice", event.notice_id, event.committee_id, [event.committee_path])
        case MeetingScheduled() | MeetingMoved() | MeetingCancelled() | MeetingHeld():
            _upsert(conn, "meetings", "meeting_id", _meeting(event))
            return ("meeting", event.meeting_id, event.committee_id, [event.committee_path])
        case _:
            return None


def _upsert(conn: Connection[DictRow], table: str, key: str, columns: dict[str, Any]) -> None:
    names = ", ".join(columns)
    values = ", ".join(f"%({name})s" for name in columns)
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    conn.execute(
        f"INSERT INTO {table} ({names}) VALUES ({values})"
        f" ON CONFLICT ({key}) DO UPDATE SET {changed}".encode(),
        columns,
    )


def _meeting(event: MeetingEvent) -> dict[str, Any]:
    """The columns that a kind of event owns."""
    owner = {
        "meeting_id": event.meeting_id,
        "committee_id": event.committee_id,
        "committee_path": event.committee_path,
    }
    match event:
        case MeetingScheduled():
            return owner | {
                "title": event.title,
                "series": event.series,
                "place": event.place,
                "starts_at": event.starts_at,
                "bridge_points": list(event.bridge_points),
                "previous_meeting_id": event.previous_meeting_id,
            }
        case MeetingMoved():
            return owner | {"starts_at": event.starts_at}
        case MeetingCancelled():
            return owner | {"stage": "cancelled", "cancel_reason": event.reason}
        case MeetingHeld():
            return owner | {
                "stage": "held",
                "title": event.title,
                "starts_at": event.occurred_at,
                "chair": _json(event.chair),
                "expected": len(event.attendance),
                "present": sum(attendee.present for attendee in event.attendance),
                "bridge_points": list(event.bridge_points),
                "documents": _json(*event.documents, many=True),
                "previous_meeting_id": event.previous_meeting_id,
            }


def _notice(event: ConclusionIssued) -> dict[str, Any]:
    return {
        "notice_id": event.notice_id,
        "committee_id": event.committee_id,
        "committee_path": event.committee_path,
        "meeting_id": event.meeting_id,
        "number": event.number,
        "title": event.title,
        "form": event.form,
        "issued_on": event.issued_on,
        "signed_by": _json(event.signed_by),
        "document": _json(event.document),
        "items": _json(*event.items, many=True),
    }


def _json(*models: Model, many: bool = False) -> Jsonb:
    plain = [model.model_dump(mode="json") for model in models]
    return Jsonb(plain if many else plain[0])


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
    """A notice of conclusion; `assigned` counts the assignments it became."""

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


def _after(after: tuple[Any, ...] | None) -> dict[str, Any]:
    at, key = after or (None, None)
    return {"at": at, "id": key}
