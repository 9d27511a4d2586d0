"""Read models: assignments as mails speak of them, and what was told to whom.

Both are hints where something is decided: the decision is taken on the aggregate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts import assignments as events
from tiendo_contracts import notifications as own
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Received

Rows = Connection[DictRow]


def _fold_assignments(conn: Rows, received: Sequence[Received]) -> None:
    for one in received:
        version = one.envelope.subjectversion
        match one.event:
            case events.AssignmentIssued() as issued:
                _issue(conn, issued, version)
            case events.ExtensionGranted() as granted:
                deadline = granted.deadline
                conn.execute(
                    "UPDATE assignments SET due_on = %s, late_from = %s, version = %s"
                    " WHERE assignment_id = %s",
                    (deadline.due_on, deadline.late_from, version, granted.assignment_id),
                )
            case events.CompletionReported() | events.CompletionVerified() as done:
                _set_open(conn, done.assignment_id, version, is_open=False)
            case events.CompletionRefused() as refused:
                _set_open(conn, refused.assignment_id, version, is_open=True)
            case _:
                pass


def _issue(conn: Rows, issued: events.AssignmentIssued, version: int) -> None:
    conn.execute(
        "INSERT INTO assignments VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, true)"
        " ON CONFLICT DO NOTHING",
        (
            issued.assignment_id,
            version,
            issued.lead_unit_id,
            issued.lead_unit_path,
            issued.notice_number,
            issued.item_path,
            issued.text,
            issued.deadline.due_on,
            issued.deadline.late_from,
        ),
    )


def _set_open(conn: Rows, assignment: UUID, version: int, *, is_open: bool) -> None:
    conn.execute(
        "UPDATE assignments SET is_open = %s, version = %s WHERE assignment_id = %s",
        (is_open, version, assignment),
    )


ASSIGNMENTS = Projection(
    name="assignments",
    version=1,
    topics=(events.AssignmentIssued.TOPIC,),
    tables=("assignments",),
    fold=_fold_assignments,
)


def _fold_notifications(conn: Rows, received: Sequence[Received]) -> None:
    for one in received:
        version = one.envelope.subjectversion
        match one.event:
            case own.NotificationRequested() as requested:
                _request(conn, requested, version, one.envelope.time)
            case own.NotificationSent() as sent:
                conn.execute(
                    "UPDATE notifications SET state = 'sent', sent_at = %s, message_id = %s,"
                    " version = %s WHERE notification_id = %s",
                    (sent.sent_at, sent.message_id, version, sent.notification_id),
                )
            case own.NotificationFailed() as failed:
                conn.execute(
                    "UPDATE notifications SET state = 'failed', failed_at = %s, code = %s,"
                    " detail = %s, version = %s WHERE notification_id = %s",
                    (
                        one.envelope.time,
                        failed.code,
                        failed.detail,
                        version,
                        failed.notification_id,
                    ),
                )
            case _:
                pass


def _request(conn: Rows, requested: own.NotificationRequested, version: int, at: datetime) -> None:
    conn.execute(
        "INSERT INTO notifications (notification_id, version, occasion, unit_id, unit_path,"
        " subject_id, due_on, requested_at, state)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'requested') ON CONFLICT DO NOTHING",
        (
            requested.notification_id,
            version,
            requested.occasion,
            requested.unit_id,
            requested.unit_path,
            requested.subject_id,
            requested.due_on,
            at,
        ),
    )


NOTIFICATIONS = Projection(
    name="notifications",
    version=1,
    topics=(own.NotificationRequested.TOPIC,),
    tables=("notifications",),
    fold=_fold_notifications,
)


@dataclass(frozen=True, slots=True)
class DueSoon:
    """An open assignment whose deadline comes up."""

    assignment_id: UUID
    lead_unit_id: UUID
    lead_unit_path: str
    due_on: date
    late_from: datetime


def due_soon(conn: Rows, now: datetime, last_day: date, limit: int) -> list[DueSoon]:
    """Open assignments due by `last_day` in Vietnam and not late at `now` (UTC), not reminded of.

    A reminder that was requested a moment ago may still be missing in this view.
    """
    rows = conn.execute(
        "SELECT assignment_id, lead_unit_id, lead_unit_path, due_on, late_from FROM assignments a"
        " WHERE is_open AND due_on <= %s AND late_from > %s AND NOT EXISTS"
        " (SELECT FROM notifications n WHERE n.occasion = 'due_soon'"
        "  AND n.subject_id = a.assignment_id AND n.due_on = a.due_on)"
        " ORDER BY late_from, assignment_id LIMIT %s",
        (last_day, now, limit),
    )
    return [DueSoon(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that no mail has yet, with what its mail needs; addresses never leave this service.

    `email` is None where the unit has none; `text` where the assignment is not known here (yet).
    """

    notification_id: UUID
    occasion: str
    requested_at: datetime
    email: str | None
    contact: str | None
    unit: str | None
    notice_number: str | None
    item_path: str | None
    text: str | None


def pending(conn: Rows, no_address_before: datetime, limit: int) -> list[Pending]:
    """Requests to be dealt with, oldest first.

    Those without an address wait until they are older than `no_address_before` (UTC). The view
    lags: what is listed here may be under way or done.
    """
    rows = conn.execute(
        "SELECT n.notification_id, n.occasion, n.requested_at, c.email, c.name AS contact,"
        " u.name AS unit, a.notice_number, a.item_path, a.text FROM notifications n"
        " LEFT JOIN contacts c USING (unit_id) LEFT JOIN units u USING (unit_id)"
        " LEFT JOIN assignments a ON a.assignment_id = n.subject_id"
        " WHERE n.state = 'requested' AND (c.email IS NOT NULL OR n.requested_at <= %s)"
        " AND NOT EXISTS (SELECT FROM enclosures e WHERE e.notification_id = n.notification_id)"
        " ORDER BY n.requested_at, n.notification_id LIMIT %s",
        (no_address_before, limit),
    )
    return [Pending(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """What a unit was told, when, or why not; never the address. Instants are UTC."""

    notification_id: UUID
    version: int
    occasion: str
    unit_id: UUID
    unit_path: str
    subject_id: UUID
    due_on: date | None
    requested_at: datetime
    state: str
    sent_at: datetime | None
    message_id: str | None
    failed_at: datetime | None
    code: str | None
    detail: str | None


def listing(
    conn: Rows, scope: str, after: tuple[Any, ...] | None, limit: int, **facts: Any
) -> list[NotificationRow]:
    """Notifications to units inside of a scope, latest first; `facts` are columns to be equal.

    `scope` is a path prefix; `after` the (requested_at, notification_id) of the last row before.
    """
    given = {name: value for name, value in facts.items() if value is not None}
    where: list[str] = ["unit_path ^@ %s", *(f"{name} = %s" for name in given)]
    values: list[Any] = [scope, *given.values()]
    if after is not None:
        where.append("(requested_at, notification_id) < (%s, %s)")
        values += after
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM notifications WHERE {' AND '.join(where)}"
        " ORDER BY requested_at DESC, notification_id DESC LIMIT %s".encode(),
        (*values, limit),
    )
    return [NotificationRow(**row) for row in rows]


_COLUMNS: LiteralString = (
    "notification_id, version, occasion, unit_id, unit_path, subject_id, due_on, requested_at,"
    " state, sent_at, message_id, failed_at, code, detail"
)
