"""The pages: where they are, and what they are made of."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from monitoring.api import assignments, notices
from monitoring.api.board import Figured, Level, above, page_of, unit_of
from monitoring.pages.browsing import BrowserRoute, render
from monitoring.views import assignments as rows
from monitoring.views import reports
from monitoring.views.assignments import STATES, AssignmentView, Filter, Wanted
from monitoring.views.figures import LEVELS, Picture, Unit
from monitoring.views.reports import Timeliness
from tiendo_runtime.clock import Clock
from tiendo_runtime.context import Principal
from tiendo_runtime.http.paging import Cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.http.problems import ProblemError
from tiendo_runtime.service import Runtime

_PAGE = 25
_TOP = 8
_WORST = 10


class Pages:
    """What the pages read from; a method for each that has parts of its own."""

    def __init__(self, runtime: Runtime, figured: Figured) -> None:
        self.runtime = runtime
        self.figured = figured

    @property
    def clock(self) -> Clock:
        """The process's clock."""
        return self.runtime.clock

    def overview(self, request: Request, who: Principal, level: Level | None) -> Response:
        """What is late, whose, since when; then the whole picture, levels and units."""
        now, picture = self.figured.now(who.scope)
        shown = level or _first_level(picture, who)
        ranked = picture.worst(level=shown)
        late = Filter(state="overdue")
        facts = {
            "now": now,
            "sequence": picture.sequence,
            "home": picture.units.get(who.unit_id) if who.unit_id else None,
            "figures": picture.total,
            "late_units": _late_units(picture),
            "latest": assignments.read_page(self.runtime, who.scope, late, "", _TOP).items,
            "levels": picture.levels,
            "level": shown,
            "ranked": ranked[:_WORST],
            "ranked_count": len(ranked),
            "reports": notices.read_reports(self.runtime, who.scope, "", None, "", 1),
            "units": picture.units,
            "LEVELS": LEVELS,
        }
        return render(request, "overview.html", self.clock, who, facts)

    def units(
        self, request: Request, who: Principal, level: Level | None, below: UUID | None, cursor: str
    ) -> Response:
        """All units with work, the worst first."""
        now, picture = self.figured.now(who.scope)
        under = unit_of(picture, below) if below else None
        ranked = picture.worst(level=level, below=under.path if under else "")
        ranked = [row for row in ranked if row.unit.unit_id != below]
        shown, more = page_of(ranked, cursor, _PAGE)
        facts = {
            "now": now,
            "sequence": picture.sequence,
            "under": under,
            "level": level,
            "ranked": shown,
            "ranked_count": len(ranked),
            "more": more,
            "cursor": cursor,
            "units": picture.units,
            "LEVELS": LEVELS,
        }
        return render(request, "units.html", self.clock, who, facts)

    def unit(
        self, request: Request, who: Principal, unit_id: UUID, state: Wanted | None, cursor: str
    ) -> Response:
        """One unit with what is below it, its own assignments and reports."""
        now, picture = self.figured.now(who.scope)
        found = unit_of(picture, unit_id)
        below = [row for row in picture.worst(below=found.path) if row.unit.unit_id != unit_id]
        with self.runtime.database.transaction() as conn:
            recent = reports.of_unit(conn, who.scope, unit_id)
        which = Filter(unit_id=unit_id, state=state)
        page = assignments.read_page(self.runtime, who.scope, which, cursor, _PAGE)
        facts = {
            "now": now,
            "sequence": picture.sequence,
            "unit": picture.unit(found),
            "above": above(picture, found),
            "below": below[:_WORST],
            "below_count": len(below),
            "state": state,
            "page": page,
            "cursor": cursor,
            "reports": recent,
            "units": picture.units,
            "STATES": STATES,
        }
        return render(request, "unit.html", self.clock, who, facts)

    def assignments(
        self,
        request: Request,
        who: Principal,
        state: Wanted | None,
        below: UUID | None,
        cursor: str,
    ) -> Response:
        """All assignments of the scope, or of a unit and those below it, by state."""
        now, picture = self.figured.now(who.scope)
        under = unit_of(picture, below) if below else None
        path = under.path if under else None
        page = assignments.read_page(
            self.runtime, who.scope, Filter(below=path, state=state), cursor, _PAGE
        )
        facts = {
            "now": now,
            "sequence": picture.sequence,
            "figures": picture.unit(under).below if under else picture.total,
            "under": under,
            "state": state,
            "page": page,
            "cursor": cursor,
            "STATES": STATES,
        }
        return render(request, "assignments.html", self.clock, who, facts)

    def assignment(self, request: Request, who: Principal, assignment_id: UUID) -> Response:
        """One assignment with its words, both deadlines and what happened to it."""
        now, picture = self.figured.now(who.scope)
        found = assignments.read_one(self.runtime, who.scope, assignment_id)
        with self.runtime.database.transaction() as conn:
            entries = rows.timeline(conn, who.scope, assignment_id)
        facts = {
            "now": now,
            "sequence": picture.sequence,
            "watch": assignment_id,
            "a": found,
            "above": _above(picture, found),
            "coordinators": [picture.units.get(key) for key in found.coordinator_ids],
            "entries": entries,
        }
        return render(request, "assignment.html", self.clock, who, facts)

    def notice(self, request: Request, who: Principal, notice_id: UUID) -> Response:
        """A notice with its items and what became of each."""
        now, picture = self.figured.now(who.scope)
        found = notices.read_notice(self.runtime, who.scope, notice_id)
        committee = picture.units.get(found.notice.committee_id)
        facts = {
            "now": now,
            "sequence": picture.sequence,
            "notice": found.notice,
            "items": found.items,
            "units": picture.units,
            "whole": committee is None or committee.path.startswith(who.scope),
        }
        return render(request, "notice.html", self.clock, who, facts)


_WORST_LEVELS = ("provincial", "central", "academy", "communal")


def _first_level(picture: Picture, who: Principal) -> str:
    """The level whose units are ranked first: the nearest one with others than one's own unit."""
    for level in _WORST_LEVELS:
        if any(row.unit.unit_id != who.unit_id for row in picture.worst(level=level)):
            return level
    return _WORST_LEVELS[0]


def _late_units(picture: Picture) -> int:
    return len({cell.unit_id for cell in picture.all_cells if cell.figures.overdue})


def _above(picture: Picture, found: AssignmentView) -> list[Unit]:
    lead = picture.units.get(found.lead_unit_id)
    return [*above(picture, lead), lead] if lead else []


def routes(runtime: Runtime, figured: Figured) -> APIRouter:
    """The routes of all pages."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)
    pages = Pages(runtime, figured)

    @router.get("/")
    def overview(request: Request, who: Asking, cap: Level | None = None) -> Response:
        return pages.overview(request, who, cap)

    @router.get("/don-vi")
    def units(
        request: Request,
        who: Asking,
        cap: Level | None = None,
        duoi: UUID | None = None,
        cursor: Cursor = "",
    ) -> Response:
        return pages.units(request, who, cap, duoi, cursor)

    @router.get("/don-vi/{unit_id}")
    def unit(
        request: Request,
        who: Asking,
        unit_id: UUID,
        state: Wanted | None = None,
        cursor: Cursor = "",
    ) -> Response:
        return pages.unit(request, who, unit_id, state, cursor)

    @router.get("/nhiem-vu")
    def of_state(
        request: Request,
        who: Asking,
        state: Wanted | None = None,
        duoi: UUID | None = None,
        cursor: Cursor = "",
    ) -> Response:
        return pages.assignments(request, who, state, duoi, cursor)

    @router.get("/nhiem-vu/{assignment_id}")
    def assignment(request: Request, who: Asking, assignment_id: UUID) -> Response:
        return pages.assignment(request, who, assignment_id)

    @router.get("/thong-bao/{notice_id}")
    def notice(request: Request, who: Asking, notice_id: UUID) -> Response:
        return pages.notice(request, who, notice_id)

    return router


def more_routes(runtime: Runtime, figured: Figured) -> APIRouter:
    """The routes of plain lists: notices, meetings, reports."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)

    def listed(request: Request, who: Principal, template: str, **facts: object) -> Response:
        now, picture = figured.now(who.scope)
        frame = {"now": now, "sequence": picture.sequence, "units": picture.units}
        return render(request, template, runtime.clock, who, {**frame, **facts})

    @router.get("/thong-bao")
    def all_notices(request: Request, who: Asking, cursor: Cursor = "") -> Response:
        page = notices.read_notices(runtime, who.scope, cursor, _PAGE)
        return listed(request, who, "notices.html", page=page, cursor=cursor)

    @router.get("/cuoc-hop")
    def meetings(request: Request, who: Asking, cursor: Cursor = "") -> Response:
        page = notices.read_meetings(runtime, who.scope, cursor, _PAGE)
        return listed(request, who, "meetings.html", page=page, cursor=cursor)

    @router.get("/bao-cao")
    def of_period(
        request: Request,
        who: Asking,
        ky: notices.Period = "",
        nop: Timeliness | None = None,
        cursor: Cursor = "",
    ) -> Response:
        page = notices.read_reports(runtime, who.scope, ky, nop, cursor, _PAGE)
        return listed(request, who, "reports.html", page=page, chosen=nop, cursor=cursor)

    return router


def nowhere() -> APIRouter:
    """Addresses that nothing else answers, for browsers and programs alike."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)

    @router.get("/{path:path}")
    def no_such_page(path: str) -> Response:
        raise ProblemError(404, "no_such_page", path=path)

    return router
