"""What waits for a person, over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from monitoring.api.assignments import read_all
from monitoring.api.board import Figured, Level, Sight, unit_of
from monitoring.views import waiting
from monitoring.views.assignments import AssignmentView
from monitoring.views.waiting import KINDS, Counts, Kind, Sought
from tiendo_runtime.http.paging import Cursor, Limit, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.http.problems import ProblemError


class WaitOut(BaseModel):
    """An assignment that waits; `by` is the role of whoever must act, in the unit `by_unit_id`."""

    kind: Kind
    since: datetime
    by: str
    by_unit_id: UUID
    by_unit_name: str | None
    assignment: AssignmentView


class WaitingOut(BaseModel):
    """What waits, the longest first; counts by level of the lead unit."""

    as_of: datetime
    totals: dict[Kind, int]
    levels: Counts
    items: list[WaitOut]
    next: str | None = None


def read_waiting(
    sight: Sight,
    *,
    kind: Kind | None,
    level: Level | None,
    below: UUID | None,
    cursor: str,
    limit: int,
) -> WaitingOut:
    """What waits, and for whom.

    Raises:
        NotFoundError: `below` is no unit that is known here.
    """
    path = unit_of(sight.picture, below).path if below else ""
    sought = Sought(sight.scope, sight.now, path, level, kind)
    after = read_cursor(cursor, datetime, str, UUID)
    if after and after[1] not in KINDS:
        raise ProblemError(422, "bad_cursor")
    rows = waiting.listing(sight.conn, sought, after, limit + 1)
    shown = rows[:limit]
    found = {row.assignment_id: row for row in read_all(sight, [w.assignment_id for w in shown])}
    levels = waiting.counted(sight.conn, sought)
    return WaitingOut(
        as_of=sight.now,
        totals=totals(levels, level),
        levels=levels,
        # One that another view does not know yet is told with its next change.
        items=[_wait(w, found[w.assignment_id]) for w in shown if w.assignment_id in found],
        next=cursor_of(*shown[-1]) if len(rows) > limit else None,
    )


def totals(levels: Counts, level: str | None = None) -> dict[Kind, int]:
    """How much waits in all levels, or in one."""
    chosen = [counts for name, counts in levels.items() if level in (None, name)]
    return {kind: sum(counts[kind] for counts in chosen) for kind in KINDS}


def _wait(wait: waiting.Wait, found: AssignmentView) -> WaitOut:
    by = KINDS[wait.kind]
    unit = (found.lead_unit_id, found.lead_unit_name)
    if by != "reporter":
        unit = (found.committee_id, found.committee_name)
    return WaitOut(
        kind=wait.kind,
        since=wait.since,
        by=by,
        by_unit_id=unit[0],
        by_unit_name=unit[1],
        assignment=found,
    )


def routes(figured: Figured) -> APIRouter:
    """The route of what waits."""
    router = APIRouter(prefix="/v1", tags=["waiting"])

    @router.get("/waiting")
    def waits(
        who: Asking,
        kind: Kind | None = None,
        level: Level | None = None,
        unit_id: Annotated[UUID | None, Query(description="with everything below it")] = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> WaitingOut:
        """What waits for somebody to act, the longest first: for whom, and since when."""
        with figured.sight(who.scope) as sight:
            return read_waiting(
                sight, kind=kind, level=level, below=unit_id, cursor=cursor, limit=limit
            )

    return router
