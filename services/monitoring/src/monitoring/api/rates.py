"""Rates of reports over HTTP: by period, by level, by unit."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from psycopg import Connection
from psycopg.rows import DictRow
from pydantic import BaseModel

from monitoring.api.board import Figured, Level, Sight, unit_of
from monitoring.views import obligations, reports
from monitoring.views.obligations import Asked, PeriodRates, Rates, UnitRates
from monitoring.views.reports import CommentView, ReportView
from tiendo_runtime.domain import NotFoundError
from tiendo_runtime.http.paging import Cursor, Limit, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking

Period = Annotated[
    str,
    Query(
        pattern="^([0-9]{4}-(W(0[1-9]|[1-4][0-9]|5[0-3])|0[1-9]|1[0-2]))?$",
        description="such as 2026-W47 or 2026-11",
    ),
]


class RatesOut(BaseModel):
    """How many reports: `expected` are `received` and `missed`, `received` all that came in."""

    expected: int
    received: int
    on_time: int
    late: int
    returned: int
    missed: int
    excused: int
    waiting: int

    @classmethod
    def of(cls, rates: Rates) -> "RatesOut":
        """The rates as JSON has them."""
        return cls(expected=rates.expected, received=rates.received, **rates._asdict())


class UnitRatesOut(BaseModel):
    """A unit's own report, and those of itself and everything below it."""

    unit_id: UUID
    name: str
    level: str
    own: RatesOut
    below: RatesOut


class PeriodRatesOut(BaseModel):
    """The rates of a period, of the periods around it, and of units, the worst first."""

    as_of: datetime
    period: str | None
    periods: dict[str, RatesOut]
    total: RatesOut
    levels: dict[str, RatesOut]
    items: list[UnitRatesOut]
    next: str | None = None


class ReportOut(BaseModel):
    """A report, and what was said about it, the earliest first."""

    report: ReportView
    assignment_ids: list[UUID]
    comments: list[CommentView]


class Told:
    """The rates of one question: of a unit with everything below it, of a level, in a period.

    Without a period that is the newest one that nobody is waited for any more, or the newest.
    """

    def __init__(
        self,
        sight: Sight,
        grace: timedelta,
        *,
        period: str = "",
        level: Level | None = None,
        below: UUID | None = None,
    ) -> None:
        self.under = unit_of(sight.picture, below) if below else None
        path = self.under.path if self.under else ""
        asked = Asked(sight.scope, sight.now, grace, path, level)
        weeks = not period or "W" in period
        known = obligations.periods(sight.conn, weeks=weeks)
        if period and period not in known:
            known = obligations.periods(sight.conn, weeks=weeks, last=period)
        self.periods = obligations.by_period(sight.conn, asked, known)
        told = (name for name, n in self.periods.items() if n.expected and not n.waiting)
        self.period = period or next(told, known[0] if known else "")
        self.found: PeriodRates = obligations.of_period(
            sight.conn, asked, self.period, sight.picture.units
        )

    @property
    def shown(self) -> Rates:
        """The rates of the period, of the level that was asked for."""
        return self.periods.get(self.period, Rates())

    def page(self, cursor: str, limit: int) -> tuple[list[UnitRates], str | None]:
        """A page of units, and the cursor behind it."""
        after = read_cursor(cursor, int, int, int, str, str)
        rest = [row for row in self.found.units if after is None or row.rank > after]
        shown = rest[:limit]
        return shown, cursor_of(*shown[-1].rank) if len(rest) > limit else None


def read_report(conn: Connection[DictRow], scope: str, report_id: UUID) -> ReportOut:
    """A report with what was said about it.

    Raises:
        NotFoundError: There is none of that id in the scope.
    """
    found = reports.one(conn, scope, report_id)
    if found is None:
        raise NotFoundError("report", report_id)
    report, assignment_ids = found
    said = reports.comments(conn, report_id)
    return ReportOut(report=report, assignment_ids=assignment_ids, comments=said)


def routes(figured: Figured, grace: timedelta) -> APIRouter:
    """The routes of rates and of one report."""
    router = APIRouter(prefix="/v1/reports", tags=["reports"])

    @router.get("/rates")
    def rates(
        who: Asking,
        period: Period = "",
        level: Level | None = None,
        unit_id: Annotated[UUID | None, Query(description="with everything below it")] = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> PeriodRatesOut:
        """What was expected of a period and what came in, by level and by unit."""
        with figured.sight(who.scope) as sight:
            told = Told(sight, grace, period=period, level=level, below=unit_id)
            shown, more = told.page(cursor, limit)
            return PeriodRatesOut(
                as_of=sight.now,
                period=told.period or None,
                periods={name: RatesOut.of(found) for name, found in told.periods.items()},
                total=RatesOut.of(told.shown),
                levels={name: RatesOut.of(found) for name, found in told.found.levels.items()},
                items=[_unit(row) for row in shown],
                next=more,
            )

    @router.get("/{report_id}")
    def report(report_id: Annotated[UUID, Path()], who: Asking) -> ReportOut:
        """One report, with what the levels above and the unit itself said about it."""
        with figured.sight(who.scope) as sight:
            return read_report(sight.conn, sight.scope, report_id)

    return router


def _unit(row: UnitRates) -> UnitRatesOut:
    return UnitRatesOut(
        unit_id=row.unit.unit_id,
        name=row.unit.name,
        level=row.unit.level,
        own=RatesOut.of(row.own),
        below=RatesOut.of(row.below),
    )
