"""HTTP: the register of organisations."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import Response

from assignments import application, views
from assignments.api.bodies import Move, NewUnits, Rename, UnitChange
from assignments.application import UnitEnd
from assignments.domain import Level, Unit
from tiendo_register.units import UnitRow, listing
from tiendo_runtime.clock import local_day
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

    @router.post("/{unit_id}/parent", response_model=Done)
    def move(unit_id: UUID, body: Move, edge: Annotated[Edge, command("operator")]) -> Response:
        """Put a unit below another one; those below it and its open work go along by themselves."""

        def decide(work: Work) -> Unit:
            return application.move_unit(
                work, unit_id, body.parent, body.effective_on, body.legal_basis
            )

        return edge.run(decide, changing=unit_id)

    @router.post("/changes", status_code=201)
    def change(body: UnitChange, edge: Annotated[Edge, command("operator")]) -> Response:
        """Let units end and others follow them from a day on, all together or not at all.

        Open work of who ended passes to the one that follows, or waits for a person where that is
        not one.
        """
        new = [unit.new() for unit in body.new]
        ends = [UnitEnd(end.unit, end.successors) for end in body.ends]

        def told(units: list[Unit]) -> Answer:
            counts = {"registered": len(new), "ended": len(units) - len(new)}
            return Answer(201, msgspec.json.encode(counts))

        return edge.answer(
            lambda work: application.reorganise(
                work, new, ends, body.effective_on, body.legal_basis
            ),
            told,
        )

    @router.get("/waiting")
    def waiting_for_a_lead(
        who: Asking, limit: Limit = 100, cursor: Cursor = ""
    ) -> Page[views.Waiting]:
        """Open work of ended units in your scope that waits for a person to say who leads it."""
        after = read_cursor(cursor, UUID)
        today = local_day(runtime.clock.now())
        with runtime.database.transaction() as conn:
            rows = views.waiting(
                conn, who.scope, today, after[0] if after else None, limit, alone=False
            )
        more = cursor_of(rows[-1].assignment_id) if len(rows) == limit else None
        return Page(items=rows, next=more)

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
