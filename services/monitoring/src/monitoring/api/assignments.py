"""Assignments over HTTP: lists, one of them, its timeline."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from psycopg import Connection
from psycopg.rows import DictRow
from pydantic import BaseModel, TypeAdapter

from monitoring.api.board import Figured, Sight, unit_of
from monitoring.views import assignments as views
from monitoring.views.assignments import AssignmentView, EntryView, Filter, Wanted
from tiendo_runtime.database import Database
from tiendo_runtime.domain import ForbiddenError, NotFoundError
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime

_WAIT_SECONDS = 2.0
_LOOK_EVERY = 0.05
_ALL = 1000
_ONE = TypeAdapter(AssignmentView)


class NotYet(BaseModel):
    """The view does not reflect the version that was asked for; ask again."""

    id: UUID
    version: int
    at_least: int


def read_page(sight: Sight, which: Filter, cursor: str, limit: int) -> Page[AssignmentView]:
    """A page of assignments, those open the longest past their deadline first."""
    after = read_cursor(cursor, int, datetime, UUID)
    rows = views.listing(sight.conn, sight.scope, sight.now, which, after, limit + 1)
    more = cursor_of(*views.key_of(rows[limit - 1])) if len(rows) > limit else None
    return Page(items=rows[:limit], next=more)


def read_one(
    conn: Connection[DictRow], scope: str, now: datetime, assignment_id: UUID
) -> AssignmentView:
    """One assignment.

    Raises:
        NotFoundError: There is none of that id, as far as is known here.
        ForbiddenError: It is outside of the scope.
    """
    found = views.one(conn, scope, now, assignment_id)
    if found is None and views.version(conn, assignment_id):
        raise ForbiddenError("out_of_scope")
    if found is None:
        raise NotFoundError("assignment", assignment_id)
    return found


def read_all(sight: Sight, ids: Sequence[UUID]) -> list[AssignmentView]:
    """Those of these assignments that are seen, in the order of all lists."""
    which = Filter(ids=list(ids))
    return views.listing(sight.conn, sight.scope, sight.now, which, None, _ALL)


def routes(runtime: Runtime, figured: Figured) -> APIRouter:
    """The routes of assignments."""
    router = APIRouter(prefix="/v1/assignments", tags=["assignments"])

    def one(scope: str, assignment_id: UUID) -> AssignmentView:
        with runtime.database.transaction() as conn:
            return read_one(conn, scope, runtime.clock.now(), assignment_id)

    @router.get("")
    def assignments(
        who: Asking,
        unit_id: Annotated[UUID | None, Query(description="the lead unit")] = None,
        below: Annotated[
            UUID | None, Query(description="a unit; the lead unit is it, or below it")
        ] = None,
        state: Wanted | None = None,
        notice_id: UUID | None = None,
        committee_id: UUID | None = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Page[AssignmentView]:
        """Assignments in your scope: open ones first, those overdue for the longest on top."""
        with figured.sight(who.scope) as sight:
            path = unit_of(sight.picture, below).path if below else None
            which = Filter(unit_id, path, state, notice_id, committee_id)
            return read_page(sight, which, cursor, limit)

    @router.get(
        "/{assignment_id}", response_model=AssignmentView, responses={202: {"model": NotYet}}
    )
    async def assignment(
        assignment_id: UUID,
        who: Asking,
        at_least: Annotated[
            int, Query(ge=0, le=2**62, description="wait for this version, up to 2 s")
        ] = 0,
    ) -> Response:
        """One assignment; its version is in `ETag`, as the board knows it."""
        await _wait_for(runtime.database, assignment_id, at_least)
        try:
            found = await asyncio.to_thread(one, who.scope, assignment_id)
        except NotFoundError:
            if not at_least:
                raise
            return _pending(assignment_id, 0, at_least)
        if found.version < at_least:
            return _pending(assignment_id, found.version, at_least)
        tag = {"ETag": f'"{found.version}"'}
        return Response(_ONE.dump_json(found), media_type="application/json", headers=tag)

    @router.get("/{assignment_id}/timeline")
    def timeline(assignment_id: UUID, who: Asking) -> list[EntryView]:
        """What happened to it, in order; each entry is an event."""
        with runtime.database.transaction() as conn:
            read_one(conn, who.scope, runtime.clock.now(), assignment_id)
            return list(views.timeline(conn, who.scope, assignment_id))

    return router


def _pending(assignment_id: UUID, version: int, at_least: int) -> Response:
    pending = NotYet(id=assignment_id, version=version, at_least=at_least)
    return JSONResponse(pending.model_dump(mode="json"), 202, {"Retry-After": "1"})


async def _wait_for(database: Database, assignment_id: UUID, at_least: int) -> None:
    """Wait until the view reflects a version, but not for long."""

    def look() -> int:
        with database.transaction() as conn:
            return views.version(conn, assignment_id)

    loop = asyncio.get_running_loop()
    end = loop.time() + _WAIT_SECONDS
    while at_least and await asyncio.to_thread(look) < at_least and loop.time() < end:  # noqa: ASYNC110 - another process writes the view
        await asyncio.sleep(_LOOK_EVERY)
