"""The pages: where they are, and what they are made of."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from monitoring.api import assignments, notices
from monitoring.api.board import Figured, Level, Sight, above, page_of, unit_of
from monitoring.api.waiting import totals
from monitoring.pages import looking_back, succession
from monitoring.pages.browsing import BrowserRoute, render
from monitoring.views import assignments as rows
from monitoring.views import reports, waiting
from monitoring.views.assignments import AssignmentView, Filter, Wanted
from monitoring.views.figures import LEVELS, Picture, Unit
from monitoring.views.waiting import Kind, Sought
from tiendo_runtime.clock import Clock, local_day
from tiendo_runtime.context import Principal
from tiendo_runtime.http.paging import Cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.http.problems import ProblemError

PAGE_SIZE = 25
_TOP = 8
_WORST = 10

Facts = Mapping[str, Any]
"""What a template shows."""


class Pages:
    """Shows a page of what one sight of the board holds, so that no two builds mix on it."""

    def __init__(self, clock: Clock, figured: Figured) -> None:
        self._clock = clock
        self._figured = figured

    def show(
        self, request: Request, who: Principal, template: str, read: Callable[[Sight], Facts]
    ) -> Response:
        """Read, and put it into the frame of all pages."""
        past = looking_back.chosen(request, self._figured)
        with self._figured.sight(who.scope, past) as sight:
            picture = sight.picture
            frame = {"now": sight.now, "units": picture.units, "past": past}
            live = {"sequence": picture.sequence} if past is None else {}
            facts = {**frame, **live, **read(sight)}
        clock = looking_back.At(past.as_of) if past else self._clock
        return render(request, template, clock, who, facts)


def _overview(sight: Sight, who: Principal, level: Level | None) -> Facts:
    """What is late, whose, since when; then the whole picture, levels and units."""
    picture = sight.picture
    shown = level or _first_level(picture, who)
    ranked = picture.worst(level=shown)
    return {
        "home": picture.units.get(who.unit_id) if who.unit_id else None,
        "figures": picture.total,
        "waits": _waits(sight, ""),
        "late_units": _late_units(picture),
        "latest": assignments.read_page(sight, Filter(state="overdue"), "", _TOP).items,
        "levels": picture.levels,
        "level": shown,
        "ranked": ranked[:_WORST],
        "ranked_count": len(ranked),
        "reports": notices.read_reports(sight.conn, sight.scope, "", None, "", 1),
        "LEVELS": LEVELS,
    }


def _waits(sight: Sight, below: str) -> Mapping[Kind, int]:
    """How much waits for a person, by what it waits for."""
    return totals(waiting.counted(sight.conn, Sought(sight.scope, sight.now, below)))


def _units(sight: Sight, level: Level | None, below: UUID | None, cursor: str) -> Facts:
    """All units with work, the worst first."""
    under = unit_of(sight.picture, below) if below else None
    ranked = sight.picture.worst(level=level, below=under.path if under else "")
    ranked = [row for row in ranked if row.unit.unit_id != below]
    shown, more = page_of(ranked, cursor, PAGE_SIZE)
    return {
        "under": under,
        "level": level,
        "ranked": shown,
        "ranked_count": len(ranked),
        "ended_count": sum(row.unit.has_ended(local_day(sight.now)) for row in ranked),
        "more": more,
        "cursor": cursor,
        "LEVELS": LEVELS,
    }


def _unit(sight: Sight, unit_id: UUID, state: Wanted | None, cursor: str) -> Facts:
    """One unit with what is below it, its own assignments and reports."""
    found = unit_of(sight.picture, unit_id)
    below = [row for row in sight.picture.worst(below=found.path) if row.unit.unit_id != unit_id]
    which = Filter(unit_id=unit_id, state=state)
    return {
        "unit": sight.picture.unit(found),
        "waits": _waits(sight, found.path),
        "above": above(sight.picture, found),
        "below": below[:_WORST],
        "below_count": len(below),
        "state": state,
        "page": assignments.read_page(sight, which, cursor, PAGE_SIZE),
        "cursor": cursor,
        "reports": reports.of_unit(sight.conn, sight.scope, unit_id),
        **succession.of_unit(sight, found),
    }


def _assignments(sight: Sight, state: Wanted | None, below: UUID | None, cursor: str) -> Facts:
    """All assignments of the scope, or of a unit and those below it, by state."""
    under = unit_of(sight.picture, below) if below else None
    which = Filter(below=under.path if under else None, state=state)
    return {
        "figures": sight.picture.unit(under).below if under else sight.picture.total,
        "under": under,
        "state": state,
        "page": assignments.read_page(sight, which, cursor, PAGE_SIZE),
        "cursor": cursor,
    }


def _assignment(sight: Sight, assignment_id: UUID) -> Facts:
    """One assignment with its words, both deadlines and what happened to it."""
    found = assignments.read_one(sight.conn, sight.scope, sight.now, assignment_id)
    units = sight.picture.units

    def named(unit_id: str | UUID) -> Unit | None:
        return units.get(UUID(str(unit_id)))

    entries = rows.timeline(sight.conn, sight.scope, assignment_id)
    return {
        "watch": assignment_id,
        "a": found,
        "awaits": found.deadline.late_from is None
        and any(e.kind == "issued" and e.facts.get("due_meeting") for e in entries),
        "above": _above(sight.picture, found),
        "coordinators": [
            (unit, _answer(found, key))
            for key in found.coordinator_ids
            if (unit := units.get(key)) is not None
        ],
        "entries": entries,
        "named": named,
        **succession.of_assignment(sight, found, entries),
    }


def _answer(found: AssignmentView, unit_id: UUID) -> str:
    """How a coordinating unit stands to its part; a key of the words."""
    if unit_id in found.confirmed_ids:
        return "help_confirmed"
    return "help_declined" if unit_id in found.declined_ids else "help_waits"


def _notice(sight: Sight, notice_id: UUID) -> Facts:
    """A notice with its items and what became of each."""
    found = notices.read_notice(sight.conn, sight.scope, sight.now, notice_id)
    committee = sight.picture.units.get(found.notice.committee_id)
    return {
        "notice": found.notice,
        "items": found.items,
        "supplements": found.supplements,
        "units": sight.picture.units,
        "whole": committee is None or committee.path.startswith(sight.scope),
    }


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


def routes(pages: Pages) -> APIRouter:
    """The routes of the board, units, assignments and a notice."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)

    @router.get("/")
    def overview(request: Request, who: Asking, cap: Level | None = None) -> Response:
        return pages.show(request, who, "overview.html", lambda s: _overview(s, who, cap))

    @router.get("/don-vi")
    def units(
        request: Request,
        who: Asking,
        cap: Level | None = None,
        duoi: UUID | None = None,
        cursor: Cursor = "",
    ) -> Response:
        return pages.show(request, who, "units.html", lambda s: _units(s, cap, duoi, cursor))

    @router.get("/don-vi/{unit_id}")
    def unit(
        request: Request,
        who: Asking,
        unit_id: UUID,
        state: Wanted | None = None,
        cursor: Cursor = "",
    ) -> Response:
        return pages.show(request, who, "unit.html", lambda s: _unit(s, unit_id, state, cursor))

    @router.get("/nhiem-vu")
    def of_state(
        request: Request,
        who: Asking,
        state: Wanted | None = None,
        duoi: UUID | None = None,
        cursor: Cursor = "",
    ) -> Response:
        def read(sight: Sight) -> Facts:
            return _assignments(sight, state, duoi, cursor)

        return pages.show(request, who, "assignments.html", read)

    @router.get("/nhiem-vu/{assignment_id}")
    def assignment(request: Request, who: Asking, assignment_id: UUID) -> Response:
        return pages.show(request, who, "assignment.html", lambda s: _assignment(s, assignment_id))

    @router.get("/thong-bao/{notice_id}")
    def notice(request: Request, who: Asking, notice_id: UUID) -> Response:
        return pages.show(request, who, "notice.html", lambda s: _notice(s, notice_id))

    return router


def more_routes(pages: Pages) -> APIRouter:
    """The routes of plain lists: notices, meetings."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)

    @router.get("/thong-bao")
    def all_notices(request: Request, who: Asking, cursor: Cursor = "") -> Response:
        def read(sight: Sight) -> Facts:
            page = notices.read_notices(sight.conn, sight.scope, cursor, PAGE_SIZE)
            return {"page": page, "cursor": cursor}

        return pages.show(request, who, "notices.html", read)

    @router.get("/cuoc-hop")
    def meetings(request: Request, who: Asking, cursor: Cursor = "") -> Response:
        def read(sight: Sight) -> Facts:
            page = notices.read_meetings(sight.conn, sight.scope, cursor, PAGE_SIZE)
            return {"page": page, "cursor": cursor}

        return pages.show(request, who, "meetings.html", read)

    @router.get("/cuoc-hop/{meeting_id}")
    def meeting(request: Request, who: Asking, meeting_id: UUID) -> Response:
        def read(sight: Sight) -> Facts:
            return {
                "meeting": notices.read_carry_over(sight.conn, sight.scope, sight.now, meeting_id)
            }

        return pages.show(request, who, "meeting.html", read)

    return router


def nowhere() -> APIRouter:
    """Addresses that nothing else answers, for browsers and programs alike."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)

    @router.get("/{path:path}")
    def no_such_page(path: str) -> Response:
        raise ProblemError(404, "no_such_page", path=path)

    return router
