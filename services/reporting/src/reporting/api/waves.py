"""HTTP: the roll-out of reporting by waves, as the secretariat orders it."""

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from reporting import application, views
from reporting.api.access import own_unit, refuse_classified
from reporting.api.bodies import EndWaveIn, WaveIn
from reporting.domain import Coverage, Person, Wave
from reporting.views import WaveRow
from tiendo_runtime.context import Principal
from tiendo_runtime.domain import ForbiddenError, NotYetKnownError
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

_Paths = Callable[[Sequence[UUID]], dict[UUID, str]]


def routes(runtime: Runtime) -> APIRouter:
    """The routes of waves."""
    router = APIRouter(prefix="/v1/waves", tags=["waves"])

    def paths(ids: Sequence[UUID]) -> dict[UUID, str]:
        with runtime.database.transaction() as conn:
            return views.paths(conn, ids)

    @router.post("", status_code=201, response_model=Done)
    def order(body: WaveIn, edge: Annotated[Edge, command("secretariat")]) -> Response:
        """Let units of your scope begin to report, weekly or monthly, from a day on."""
        refuse_classified(body.name, "/name")
        _, unit_path = own_unit(edge.principal)
        coverage = Coverage(tuple(body.unit_ids), body.below_unit_id, body.level)
        by = Person(edge.principal.name, body.office)

        def decide(work: Work) -> Wave:
            wave = application.order_wave(
                work, body.name, body.rhythm, body.from_day, coverage, unit_path, by
            )
            _check_coverage(edge.principal, coverage, paths)
            return wave

        return edge.run(decide)

    @router.post("/{wave}/end", response_model=Done)
    def end(wave: UUID, body: EndWaveIn, edge: Annotated[Edge, command("secretariat")]) -> Response:
        """Let the units of a wave off, for periods that begin on a day or later."""
        refuse_classified(body.reason, "/reason")
        by = Person(edge.principal.name, body.office)

        def decide(work: Work) -> Wave:
            if not edge.principal.sees(work.get(Wave, wave).unit_path):
                raise ForbiddenError("out_of_scope", path=f"/v1/waves/{wave}")
            return application.end_wave(work, wave, body.ends_on, by, body.reason)

        return edge.run(decide, changing=wave)

    @router.get("")
    def waves(who: Asking, limit: Limit = 100, cursor: Cursor = "") -> Page[WaveRow]:
        """The waves of units in your scope and of those above you, the newest first."""
        (after,) = read_cursor(cursor, UUID) or (None,)
        with runtime.database.transaction() as conn:
            rows = views.waves(conn, who.scope, after, limit)
        more = cursor_of(rows[-1].wave_id) if len(rows) == limit else None
        return Page(items=rows, next=more)

    return router


def _check_coverage(who: Principal, coverage: Coverage, paths: _Paths) -> None:
    """See that a wave is for units in the principal's scope alone.

    Raises:
        NotYetKnownError: `unit_not_yet_known`.
        ForbiddenError: `out_of_scope`.
    """
    named = [(unit, f"/unit_ids/{number}") for number, unit in enumerate(coverage.unit_ids)]
    if coverage.below_unit_id is not None:
        named.append((coverage.below_unit_id, "/below_unit_id"))
    found = paths([unit for unit, _ in named])
    for unit, path in named:
        if unit not in found:
            raise NotYetKnownError("unit_not_yet_known", path=path, unit=unit)
        if not who.sees(found[unit]):
            raise ForbiddenError("out_of_scope", path=path)
