"""HTTP commands: submit a report, return a report."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from reporting import application, views
from reporting.api.access import check_scope, own_unit, refuse_classified
from reporting.api.bodies import ReportIn, ReturnIn
from reporting.domain import Obligation, Report
from reporting.period import Period
from reporting.settings import schedule_of
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work


def routes(runtime: Runtime) -> APIRouter:
    """The routes that change something."""
    router = APIRouter(prefix="/v1/reports", tags=["reports"])
    schedule = schedule_of(runtime)

    def leads(ids: Sequence[UUID]) -> dict[UUID, UUID]:
        with runtime.database.transaction() as conn:
            return views.leads(conn, ids)

    @router.post("", status_code=201, response_model=Done)
    def submit(body: ReportIn, edge: Annotated[Edge, command("reporter")]) -> Response:
        """Report for your own unit: a first time, or again after it was returned or missed."""
        unit_id, unit_path = own_unit(edge.principal)
        lines, period = body.checked(), Period.parse(body.period)
        owed = Obligation(unit_id, unit_path, str(period), schedule.due_at(period))
        return edge.run(lambda work: application.submit_report(work, owed, lines, leads))

    @router.post("/{report}/return", response_model=Done)
    def send_back(
        report: UUID, body: ReturnIn, edge: Annotated[Edge, command("secretariat")]
    ) -> Response:
        """Return a report to its unit for correction."""
        refuse_classified(body.reason, "/reason")

        def decide(work: Work) -> Report:
            check_scope(edge.principal, work.get(Report, report))
            return application.return_report(work, report, body.reason)

        return edge.run(decide, changing=report)

    return router
