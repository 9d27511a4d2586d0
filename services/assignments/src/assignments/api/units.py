"""HTTP: the register of organisations."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import Response

from assignments import application
from assignments.api.bodies import NewUnits, Rename
from assignments.domain import Level, Unit
from tiendo_register.units import UnitRow, listing
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Answer, Work


def routes(runtime: Runtime) -> APIRouter:
    """The routes of units."""
    router = APIRouter(prefix="/v1/units", tags=["units"])

    @router.post("", status_code=201)
    def register(body: NewUnits, edge: Annotated[Edge, command("operator")]) -> Response:
        """Register organisations in one go."""
        new = [unit.new() for unit in body.units]

        def told(units: list[Unit]) -> Answer:
            return Answer(201, msgspec.json.encode({"registered": len(units)}))

        return edge.answer(lambda work: application.register_units(work, new), told)

    @router.post("/{unit_id}/name", response_model=Done)
    def rename(unit_id: UUID, body: Rename, edge: Annotated[Edge, command("operator")]) -> Response:
        """Give a unit another name from a day on."""

        def decide(work: Work) -> Unit:
            return application.rename_unit(
                work, unit_id, body.name, body.aliases, body.effective_on
            )

        return edge.run(decide, changing=unit_id)

    @router.get("")
    def units(
        who: Asking,
        code: Annotated[str | None, Query(max_length=40)] = None,
        level: Level | None = None,
        kind: Annotated[str | None, Query(max_length=40)] = None,
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> Page[UnitRow]:
        """The units in your scope, by path."""
        after = read_cursor(cursor, str)
        with runtime.database.transaction() as conn:
            rows = listing(conn, who.scope, after, limit, code=code, level=level, kind=kind)
        more = cursor_of(rows[-1].path) if len(rows) == limit else None
        return Page(items=rows, next=more)

    return router
