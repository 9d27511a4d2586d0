"""Notices, meetings and reports over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from psycopg import Connection
from psycopg.rows import DictRow
from pydantic import BaseModel

from monitoring.agenda import opening
from monitoring.views import assignments, carrying, meetings, reports
from monitoring.views.assignments import AssignmentView, Filter
from monitoring.views.carrying import CarryOver
from monitoring.views.meetings import MeetingView, NoticeView
from monitoring.views.reports import ReportView, Timeliness
from tiendo_notices.model import Form
from tiendo_notices.writing.files import MEDIA_TYPES, Kind, written
from tiendo_runtime.domain import NotFoundError
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.http.problems import ProblemError
from tiendo_runtime.service import Runtime

Period = Annotated[
    str,
    Query(
        pattern="^([0-9]{4}-(W(0[1-9]|[1-4][0-9]|5[0-3])|0[1-9]|1[0-2]))?$",
        description="such as 2026-W47 or 2026-11",
    ),
]
_ALL = 1000


class ItemOut(BaseModel):
    """An item of a notice as it was signed, and the assignments that it became."""

    path: str
    kind: str
    text: str
    reason: str
    words: str
    assignments: list[AssignmentView]


class ChangeOut(BaseModel):
    """What an item (`by_item_path`) of a later notice does; `item_path` is empty for the whole."""

    item_path: str
    by_item_path: str
    action: str
    due_on: date | None
    lead_unit_id: UUID | None


class SupplementOut(BaseModel):
    """A later notice that changed this one, or added to it."""

    notice_id: UUID
    number: str
    issued_on: date
    changes: list[ChangeOut]


class NoticeOut(BaseModel):
    """A notice with its items, what became of each, and the later notices that changed it."""

    notice: NoticeView
    items: list[ItemOut]
    supplements: list[SupplementOut]


class ReportsOut(BaseModel):
    """Who reported for a period, and when."""

    period: str | None
    periods: list[str]
    totals: reports.Counts
    levels: dict[str, reports.Counts]
    items: list[ReportView]
    next: str | None = None


def read_notice(conn: Connection[DictRow], scope: str, now: datetime, notice_id: UUID) -> NoticeOut:
    """A notice with its items, as far as the scope sees them.

    Raises:
        NotFoundError: There is none of that id in the scope.
    """
    notice = meetings.notice(conn, scope, notice_id)
    if notice is None:
        raise NotFoundError("notice", notice_id)
    became = assignments.listing(conn, scope, now, Filter(notice_id=notice_id), None, _ALL)
    items = meetings.items(conn, scope, notice_id, (a.item_path for a in became))
    by_path: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        by_path.setdefault(item["path"], []).append(item)
    later = meetings.supplements(conn, scope, notice_id, by_path)
    return NoticeOut(
        notice=notice,
        items=[_item(same, became) for same in by_path.values()],
        supplements=[_supplement(one) for one in later],
    )


def _supplement(later: dict[str, Any]) -> SupplementOut:
    return SupplementOut(
        notice_id=later["by_notice_id"],
        number=later["number"],
        issued_on=later["issued_on"],
        changes=[ChangeOut(**change, due_on=_due_on(change)) for change in later["changes"]],
    )


def _due_on(change: dict[str, Any]) -> date | None:
    return change["deadline"]["due_on"] if change["deadline"] else None


def _item(same: list[dict[str, Any]], became: list[AssignmentView]) -> ItemOut:
    """One item of the text; the event repeats an item that obliges several units for each.

    Whoever leads now, and the parts of what was split, are told with it.
    """
    item = same[0]
    mine = [found for found in became if found.item_path == item["path"]]
    return ItemOut(
        path=item["path"],
        kind=item["kind"],
        text=item["text"],
        reason=item["reason"],
        words=item["deadline"]["words"],
        assignments=mine,
    )


def read_carry_over(
    conn: Connection[DictRow], scope: str, now: datetime, meeting_id: UUID
) -> CarryOver:
    """What a meeting goes back to.

    Raises:
        NotFoundError: There is no meeting of that id in the scope.
    """
    found = carrying.carry_over(conn, scope, now, meeting_id)
    if found is None:
        raise NotFoundError("meeting", meeting_id)
    return found


def read_reports(
    conn: Connection[DictRow],
    scope: str,
    period: str,
    timeliness: Timeliness | None,
    cursor: str,
    limit: int,
) -> ReportsOut:
    """The reports of a period, by default the newest week that has any, else the newest month."""
    after = read_cursor(cursor, int, str, UUID)
    if after and "\0" in after[1]:
        raise ProblemError(422, "bad_cursor")
    known = reports.periods(conn, scope)
    chosen = period or (known[0] if known else "")
    rows = reports.of_period(conn, scope, chosen, timeliness, after, limit + 1)
    levels = reports.by_level(conn, scope, chosen)
    more = cursor_of(*reports.key_of(rows[limit - 1])) if len(rows) > limit else None
    return ReportsOut(
        period=chosen or None,
        periods=known,
        totals=reports.total(levels.values()),
        levels=levels,
        items=list(rows[:limit]),
        next=more,
    )


def read_notices(
    conn: Connection[DictRow], scope: str, cursor: str, limit: int
) -> Page[NoticeView]:
    """A page of notices, the latest first."""
    after = read_cursor(cursor, date, UUID)
    rows = meetings.notices(conn, scope, after, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    more = cursor_of(last.issued_on, last.notice_id) if last else None
    return Page(items=list(rows[:limit]), next=more)


def read_meetings(
    conn: Connection[DictRow], scope: str, cursor: str, limit: int
) -> Page[MeetingView]:
    """A page of meetings, the latest first."""
    after = read_cursor(cursor, datetime, UUID)
    rows = meetings.meetings(conn, scope, after, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    more = cursor_of(last.starts_at, last.meeting_id) if last else None
    return Page(items=list(rows[:limit]), next=more)


def routes(runtime: Runtime) -> APIRouter:
    """The routes of notices, meetings and reports."""
    router = APIRouter(prefix="/v1", tags=["notices", "meetings", "reports"])

    @router.get("/notices")
    def notices(who: Asking, limit: Limit = 50, cursor: Cursor = "") -> Page[NoticeView]:
        """Notices of your committees, or that oblige your units, the latest first."""
        with runtime.database.transaction() as conn:
            return read_notices(conn, who.scope, cursor, limit)

    @router.get("/notices/{notice_id}")
    def notice(notice_id: Annotated[UUID, Path()], who: Asking) -> NoticeOut:
        """One notice with its items and what became of each, as far as you see them."""
        with runtime.database.transaction() as conn:
            return read_notice(conn, who.scope, runtime.clock.now(), notice_id)

    @router.get("/meetings")
    def of_committees(who: Asking, limit: Limit = 50, cursor: Cursor = "") -> Page[MeetingView]:
        """Meetings of your committees in brief, the latest first."""
        with runtime.database.transaction() as conn:
            return read_meetings(conn, who.scope, cursor, limit)

    @router.get("/meetings/{meeting_id}/carry-over")
    def carry_over(meeting_id: UUID, who: Asking) -> CarryOver:
        """What earlier notices of its series ordered, and what became of it until its hour."""
        with runtime.database.transaction() as conn:
            return read_carry_over(conn, who.scope, runtime.clock.now(), meeting_id)

    @router.get("/meetings/{meeting_id}/agenda.{kind}", response_class=Response)
    def agenda(meeting_id: UUID, kind: Kind, who: Asking, form: Form | None = None) -> Response:
        """What its agenda opens with: the carry-over, as a paper in an official form.

        `form` is `party` or `state`; without it, that of the series' latest notice.
        """
        with runtime.database.transaction() as conn:
            found = read_carry_over(conn, who.scope, runtime.clock.now(), meeting_id)
        return Response(
            written(opening(found, form), kind),
            media_type=MEDIA_TYPES[kind],
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": f'attachment; filename="chuong-trinh-{meeting_id}.{kind}"',
            },
        )

    @router.get("/reports")
    def of_period(
        who: Asking,
        period: Period = "",
        timeliness: Timeliness | None = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> ReportsOut:
        """Which units reported on time, late, or not at all; by default for the newest period."""
        with runtime.database.transaction() as conn:
            return read_reports(conn, who.scope, period, timeliness, cursor, limit)

    return router
