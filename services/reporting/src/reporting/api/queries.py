"""HTTP queries: the list of reports, one report, the form of what a unit has to report on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from reporting import application, views
from reporting.api.access import check_scope, own_unit
from reporting.api.bodies import (
    MOST_LINES,
    FormOut,
    PeriodText,
    RatesByLevelOut,
    ReportOut,
    UnitRatesOut,
)
from reporting.domain import Obligation, Report
from reporting.period import Period
from reporting.settings import schedules_of
from reporting.views import ReportRow, Span
from tiendo_runtime.context import Principal
from tiendo_runtime.domain import RuleError
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking, having
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work


def routes(runtime: Runtime) -> APIRouter:
    """The routes that only read."""
    router = APIRouter(prefix="/v1/reports", tags=["reports"])
    schedules = schedules_of(runtime)

    @router.get("")
    def reports(
        who: Asking,
        unit_id: UUID | None = None,
        period: Annotated[PeriodText | None, Query()] = None,
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> Page[ReportRow]:
        """The reports of units in your scope, also those that were missed, newest period first."""
        after = read_cursor(cursor, str, str, UUID)
        with runtime.database.transaction() as conn:
            rows = views.listing(conn, who.scope, after, limit, unit_id=unit_id, period=period)
        last = rows[-1] if len(rows) == limit else None
        more = cursor_of(last.period, last.unit_path, last.report_id) if last else None
        return Page(items=rows, next=more)

    @router.get("/form")
    def form(
        who: Annotated[Principal, Depends(having("reporter"))],
        period: Annotated[PeriodText | None, Query()] = None,
    ) -> FormOut:
        """What your unit has to report on for a period, by default the week that runs now."""
        unit_id, unit_path = own_unit(who)
        chosen = Period.parse(period) if period else Period.at(runtime.clock.now())
        work = Work(runtime.store, runtime.clock, runtime.ids)
        draft = application.draft_report(work, unit_id, chosen)
        reported = [line.assignment_id for line in draft.report.lines] if draft.report else []
        with runtime.database.transaction() as conn:
            rows = views.reportable(conn, unit_id, reported, MOST_LINES)
        due_at = schedules[chosen.rhythm].due_at(chosen)
        owed = Obligation(unit_id, unit_path, str(chosen), due_at)
        return FormOut.of(owed, draft, rows)

    def span(who: Principal, first: str, last: str | None) -> Span:
        until = last or first
        begin, end = Period.parse(first), Period.parse(until)
        if begin.rhythm is not end.rhythm:
            raise RuleError("periods_differ", first=first, last=until)
        if begin > end:
            raise RuleError("periods_reversed", first=first, last=until)
        grace = schedules[begin.rhythm].grace
        return Span(who.scope, first, until, runtime.clock.now(), grace)

    @router.get("/rates")
    def rates(
        who: Asking, first: PeriodText, last: Annotated[PeriodText | None, Query()] = None
    ) -> RatesByLevelOut:
        """Expected, received, on time, late, missed and excused in your scope, by level.

        Of weeks or of months: nobody adds up the two.
        """
        asked = span(who, first, last)
        with runtime.database.transaction() as conn:
            found = views.rates_by_level(conn, asked)
        return RatesByLevelOut.of(asked, found)

    @router.get("/rates/units")
    def rates_of_units(
        who: Asking,
        first: PeriodText,
        last: Annotated[PeriodText | None, Query()] = None,
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> Page[UnitRatesOut]:
        """The same, unit by unit in the order of their paths."""
        after = read_cursor(cursor, str, UUID)
        with runtime.database.transaction() as conn:
            rows = views.rates_by_unit(conn, span(who, first, last), after, limit)
        end = rows[-1] if len(rows) == limit else None
        more = cursor_of(end.path, end.unit_id) if end else None
        return Page(items=[UnitRatesOut.of_unit(row) for row in rows], next=more)

    @router.get("/{report}")
    def report(report: UUID, who: Asking, response: Response) -> ReportOut:
        """One report as it stands; its version is the ETag for the next command."""
        found = Work(runtime.store, runtime.clock, runtime.ids).get(Report, report)
        check_scope(who, found)
        response.headers["ETag"] = f'"{found.version}"'
        return ReportOut.of(found)

    return router
