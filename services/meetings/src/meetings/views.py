"""Lists of meetings and of signed notices."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, class_row

from tiendo_contracts import meetings as events
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in the list; instants in UTC, `occurred_at` None until it is held."""

    meeting_id: UUID
    version: int
    committee_id: UUID
    committee_path: str
    title: str
    series: str
    state: str
    starts_at: datetime
    occurred_at: datetime | None
    place: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A signed notice in the list, with how many items of each kind it has.

    An item that obliges several units counts as an assignment for each.
    """

    notice_id: UUID
    version: int
    committee_id: UUID
    committee_path: str
    meeting_id: UUID | None
    number: str
    title: str
    form: str
    issued_on: date
    signed_by: str
    assignments: int
    statements: int
    set_aside: int


@dataclass(slots=True)
class _Meeting:
    """The columns of the table of meetings, in its order."""

    meeting_id: UUID
    version: int = 0
    committee_id: UUID | None = None
    committee_path: str | None = None
    title: str = ""
    series: str = ""
    state: str = "scheduled"
    starts_at: datetime | None = None
    occurred_at: datetime | None = None
    place: str = ""


@dataclass(slots=True)
class _Notice:
    """The columns of the table of notices, in its order."""

    notice_id: UUID
    version: int = 0
    committee_id: UUID | None = None
    committee_path: str | None = None
    meeting_id: UUID | None = None
    number: str = ""
    title: str = ""
    form: str = ""
    issued_on: date | None = None
    signed_by: str = ""
    assignments: int = 0
    statements: int = 0
    set_aside: int = 0


_MEETINGS, _NOTICES = Table("meetings", _Meeting), Table("notices", _Notice)


def _apply(row: _Meeting, event: Contract, envelope: Envelope, _: Emit) -> None:
    row.version = envelope.subjectversion
    match event:
        case events.MeetingScheduled():
            row.committee_id, row.committee_path = event.committee_id, event.committee_path
            row.title, row.series, row.place = event.title, event.series, event.place
            row.starts_at = event.starts_at
        case events.MeetingMoved():
            row.starts_at = event.starts_at
        case events.MeetingHeld():
            row.state, row.occurred_at = "held", event.occurred_at
        case _:
            row.state = "cancelled"


def _issue(row: _Notice, notice: events.ConclusionIssued, envelope: Envelope, _: Emit) -> None:
    row.version = envelope.subjectversion
    row.committee_id, row.committee_path = notice.committee_id, notice.committee_path
    row.meeting_id, row.number, row.title = notice.meeting_id, notice.number, notice.title
    row.form, row.issued_on, row.signed_by = notice.form, notice.issued_on, notice.signed_by.name
    kinds = Counter(item.kind for item in notice.items)
    row.assignments, row.statements = kinds["assignment"], kinds["statement"]
    row.set_aside = kinds["set_aside"]


_OF_MEETINGS = (
    events.MeetingScheduled,
    events.MeetingMoved,
    events.MeetingCancelled,
    events.MeetingHeld,
)
MEETINGS_LIST = Projection(
    name="meetings_list",
    version=1,
    topics=(events.MeetingScheduled.TOPIC,),
    tables=(_MEETINGS, _NOTICES),
    on={
        **dict.fromkeys(_OF_MEETINGS, (Effect(_MEETINGS, _apply),)),
        events.ConclusionIssued: (Effect(_NOTICES, _issue),),
    },
)


def meetings(
    conn: Connection[DictRow],
    scope: str,
    after: tuple[Any, ...] | None,
    limit: int,
    *,
    committee_id: UUID | None = None,
    state: str | None = None,
) -> list[MeetingRow]:
    """Meetings of committees inside of a scope (a path prefix), the latest start first.

    `after` is the last (starts_at, meeting_id) of the page before.
    """
    where, values = _where(scope, committee_id=committee_id, state=state)
    where += " AND starts_at IS NOT NULL"
    if after:
        where += " AND (starts_at, meeting_id) < (%s, %s)"
        values += after
    with conn.cursor(row_factory=class_row(MeetingRow)) as rows:
        query = f"SELECT * FROM meetings WHERE {where} ORDER BY starts_at DESC, meeting_id DESC"
        return rows.execute(f"{query} LIMIT %s".encode(), (*values, limit)).fetchall()


def notices(
    conn: Connection[DictRow],
    scope: str,
    after: tuple[Any, ...] | None,
    limit: int,
    *,
    committee_id: UUID | None = None,
    meeting_id: UUID | None = None,
) -> list[NoticeRow]:
    """Signed notices of committees inside of a scope (a path prefix), the latest day first.

    `after` is the last (issued_on, notice_id) of the page before.
    """
    where, values = _where(scope, committee_id=committee_id, meeting_id=meeting_id)
    if after:
        where += " AND (issued_on, notice_id) < (%s, %s)"
        values += after
    with conn.cursor(row_factory=class_row(NoticeRow)) as rows:
        query = f"SELECT * FROM notices WHERE {where} ORDER BY issued_on DESC, notice_id DESC"
        return rows.execute(f"{query} LIMIT %s".encode(), (*values, limit)).fetchall()


def _where(scope: str, **facts: Any) -> tuple[str, tuple[Any, ...]]:
    given = {name: value for name, value in facts.items() if value is not None}
    where = ["starts_with(committee_path, %s)", *(f"{name} = %s" for name in given)]
    return " AND ".join(where), (scope, *given.values())
