"""The pages about reports: of a period, their rates, one of them with what was said about it."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request, Response

from monitoring.api import assignments, notices, rates
from monitoring.api.board import Level, Sight, above
from monitoring.pages.browsing import BrowserRoute
from monitoring.pages.routes import PAGE_SIZE, Facts, Pages
from monitoring.views.figures import LEVELS
from monitoring.views.reports import Timeliness
from tiendo_runtime.http.paging import Cursor
from tiendo_runtime.http.principals import Asking


def _rates(told: rates.Told, sight: Sight, level: Level | None, cursor: str) -> Facts:
    """What was expected and what came in: as a picture, by period, by level, by unit."""
    shown, more = told.page(cursor, PAGE_SIZE)
    return {
        "period": told.period,
        "shown": told.shown,
        "periods": told.periods,
        "levels": told.found.levels,
        "total": told.found.total,
        "ranked": [row for row in shown if told.under is None or row.unit != told.under],
        "under": told.under,
        "above": above(sight.picture, told.under) if told.under else [],
        "level": level,
        "more": more,
        "cursor": cursor,
        "LEVELS": LEVELS,
    }


def _report(sight: Sight, report_id: UUID) -> Facts:
    """A report, the assignments that it speaks of, and what was said about it."""
    found = rates.read_report(sight.conn, sight.scope, report_id)
    unit = sight.picture.units.get(found.report.unit_id)
    return {
        "r": found.report,
        "above": [*above(sight.picture, unit), unit] if unit else [],
        "comments": found.comments,
        "tasks": assignments.read_all(sight, found.assignment_ids),
    }


def routes(pages: Pages, grace: timedelta) -> APIRouter:
    """The routes of reports."""
    router = APIRouter(prefix="/bao-cao", include_in_schema=False, route_class=BrowserRoute)

    @router.get("")
    def of_period(
        request: Request,
        who: Asking,
        ky: notices.Period = "",
        nop: Timeliness | None = None,
        cursor: Cursor = "",
    ) -> Response:
        def read(sight: Sight) -> Facts:
            page = notices.read_reports(sight.conn, sight.scope, ky, nop, cursor, PAGE_SIZE)
            return {"page": page, "chosen": nop, "cursor": cursor}

        return pages.show(request, who, "reports.html", read)

    @router.get("/ty-le")
    def of_units(
        request: Request,
        who: Asking,
        ky: rates.Period = "",
        cap: Level | None = None,
        duoi: UUID | None = None,
        cursor: Cursor = "",
    ) -> Response:
        def read(sight: Sight) -> Facts:
            told = rates.Told(sight, grace, period=ky, level=cap, below=duoi)
            return _rates(told, sight, cap, cursor)

        return pages.show(request, who, "rates.html", read)

    @router.get("/{report_id}")
    def report(request: Request, who: Asking, report_id: UUID) -> Response:
        return pages.show(request, who, "report.html", lambda s: _report(s, report_id))

    return router
