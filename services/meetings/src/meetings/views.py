"""Lists of meetings and of signed notices."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, class_row

from tiendo_contracts import meetings as events
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Received


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


def _fold(conn: Connection[DictRow], received: Sequence[Received]) -> None:
    for one in received:
        version = one.envelope.subjectversion
        match one.event:
            case events.MeetingScheduled() as scheduled:
                _schedule(conn, scheduled, version)
            case events.MeetingMoved() as moved:
                conn.execute(
                    "UPDATE meetings SET starts_at = %s, version = %s WHERE meeting_id = %s",
                    (moved.starts_at, version, moved.meeting_id),
                )
            case events.MeetingCancelled() as cancelled:
                conn.execute(
                    "UPDATE meetings SET state = 'cancelled', version = %s WHERE meeting_id = %s",
                    (version, cancelled.meeting_id),
                )
            case events.MeetingHeld() as held:
                conn.execute(
                    "UPDATE meetings SET state = 'held', occurred_at = %s, version = %s"
                    " WHERE meeting_id = %s",
                    (held.occurred_at, version, held.meeting_id),
                )
            case events.ConclusionIssued() as issued:
                _issue(conn, issued, version)
            case _:
                pass


def _schedule(conn: Connection[DictRow], meeting: events.MeetingScheduled, version: int) -> None:
    conn.execute(
        "INSERT INTO meetings VALUES (%s, %s, %s, %s, %s, %s, 'scheduled', %s, NULL, %s)",
        (
            meeting.meeting_id,
            version,
            meeting.committee_id,
            meeting.committee_path,
            meeting.title,
            meeting.series,
            meeting.starts_at,
            meeting.place,
        ),
    )


def _issue(conn: Connection[DictRow], notice: events.ConclusionIssued, version: int) -> None:
    kinds = Counter(item.kind for item in notice.items)
    conn.execute(
        "INSERT INTO notices VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            notice.notice_id,
            version,
            notice.committee_id,
            notice.committee_path,
            notice.meeting_id,
            notice.number,
            notice.title,
            notice.form,
            notice.issued_on,
            notice.signed_by.name,
            kinds["assignment"],
            kinds["statement"],
            kinds["set_aside"],
        ),
    )


MEETINGS_LIST = Projection(
    name="meetings_list",
    version=1,
    topics=(events.MeetingScheduled.TOPIC,),
    tables=("meetings", "notices"),
    fold=_fold,
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
