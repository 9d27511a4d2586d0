"""What was told to whom, and what waits to be told."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString, get_args
from uuid import UUID

from notifications.views.rows import Rows
from tiendo_contracts import notifications as own
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(slots=True)
class _Notification:
    """The columns of the table of notifications, in its order."""

    notification_id: UUID
    version: int = 0
    occasion: str | None = None
    unit_id: UUID | None = None
    unit_path: str | None = None
    subject_id: UUID | None = None
    due_on: date | None = None
    requested_at: datetime | None = None
    state: str = "requested"
    sent_at: datetime | None = None
    message_id: str | None = None
    failed_at: datetime | None = None
    code: str | None = None
    detail: str | None = None


_NOTIFICATIONS = Table("notifications", _Notification)
_Requested = own.NotificationRequested | own.TellingRequested
_Sent = own.NotificationSent | own.TellingSent
_Failed = own.NotificationFailed | own.TellingFailed
_NotificationEvent = _Requested | _Sent | _Failed


def _tell(row: _Notification, event: _NotificationEvent, envelope: Envelope, _: Emit) -> None:
    row.version = envelope.subjectversion
    row.occasion, row.subject_id = event.occasion, event.subject_id
    row.unit_id, row.unit_path = event.unit_id, event.unit_path
    match event:
        case own.NotificationRequested() | own.TellingRequested():
            row.due_on, row.requested_at = event.due_on, envelope.time
        case own.NotificationSent() | own.TellingSent():
            row.state, row.sent_at, row.message_id = "sent", event.sent_at, event.message_id
        case own.NotificationFailed() | own.TellingFailed():
            row.state, row.failed_at = "failed", envelope.time
            row.code, row.detail = event.code, event.detail


NOTIFICATIONS = Projection(
    name="notifications",
    version=2,
    topics=(own.NotificationRequested.TOPIC,),
    tables=(_NOTIFICATIONS,),
    on=dict.fromkeys(get_args(_NotificationEvent), (Effect(_NOTIFICATIONS, _tell),)),
)


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that no mail has yet, with what its mail needs; addresses never leave this service.

    `email` is None where the unit has none; `text` where the assignment is not known here (yet).
    `lead` is the lead unit of what it is about, where that is not the unit which is told.
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
    lead: str | None


def pending(conn: Rows, no_address_before: datetime, limit: int) -> list[Pending]:
    """Requests to be dealt with, oldest first.

    Those without an address wait until they are older than `no_address_before` (UTC). The view
    lags: what is listed here may be under way or done.
    """
    rows = conn.execute(
        "SELECT n.notification_id, n.occasion, n.requested_at, c.email, c.name AS contact,"
        " u.name AS unit, a.notice_number, a.item_path, a.text, l.name AS lead"
        " FROM notifications n"
        " LEFT JOIN contacts c USING (unit_id) LEFT JOIN units u USING (unit_id)"
        " LEFT JOIN assignments a ON a.assignment_id = n.subject_id"
        " LEFT JOIN units l ON l.unit_id = coalesce(a.lead_unit_id, n.subject_id)"
        "  AND l.unit_id <> n.unit_id"
        " WHERE n.state = 'requested' AND (c.email IS NOT NULL OR n.requested_at <= %s)"
        " AND NOT EXISTS (SELECT FROM enclosures e WHERE e.notification_id = n.notification_id)"
        " ORDER BY n.requested_at, n.notification_id LIMIT %s",
        (no_address_before, limit),
    )
    return [Pending(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """What a unit was told, when, or why not; never the address. Instants are UTC.

    `unit_path` is None where the register's copy here does not know the unit yet.
    """

    notification_id: UUID
    version: int
    occasion: str
    unit_id: UUID
    unit_path: str | None
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
    where: list[str] = [
        f"{_PATH} ^@ %s",
        "requested_at IS NOT NULL",
        *(f"n.{name} = %s" for name in given),
    ]
    values: list[Any] = [scope, *given.values()]
    if after is not None:
        where.append("(requested_at, notification_id) < (%s, %s)")
        values += after
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM notifications n LEFT JOIN units u USING (unit_id)"
        f" WHERE {' AND '.join(where)}"
        " ORDER BY requested_at DESC, notification_id DESC LIMIT %s".encode(),
        (*values, limit),
    )
    return [NotificationRow(**row) for row in rows]


_PATH: LiteralString = "coalesce(n.unit_path, u.path)"
_COLUMNS: LiteralString = (
    f"notification_id, n.version, occasion, unit_id, {_PATH} AS unit_path, subject_id, due_on,"
    " requested_at, state, sent_at, message_id, failed_at, n.code, detail"
)
