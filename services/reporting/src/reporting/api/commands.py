"""HTTP commands: submit, return, excuse a report, let it be late, comment on it."""

from collections.abc import Sequence
from datetime import UTC
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from reporting import application, views
from reporting.api.access import (
    check_above,
    check_above_unit,
    check_scope,
    own_unit,
    refuse_classified,
)
from reporting.api.bodies import (
    AllowLateIn,
    CommentIn,
    ExcuseAheadIn,
    ExcuseIn,
    ReportIn,
    ReturnIn,
)
from reporting.domain import Obligation, Person, Report
from reporting.period import Period
from reporting.settings import schedules_of
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work


def routes(runtime: Runtime) -> APIRouter:
    """The routes that change something."""
    router = APIRouter(prefix="/v1/reports", tags=["reports"])
    schedules = schedules_of(runtime)

    def leads(ids: Sequence[UUID]) -> dict[UUID, UUID]:
        with runtime.database.transaction() as conn:
            return views.leads(conn, ids)

    @router.post("", status_code=201, response_model=Done)
    def submit(body: ReportIn, edge: Annotated[Edge, command("reporter")]) -> Response:
        """Report for your own unit: a first time, or again after it was returned or missed."""
        unit_id, unit_path = own_unit(edge.principal)
        lines, period = body.checked(), Period.parse(body.period)
        schedule = schedules[period.rhythm]
        owed = Obligation(unit_id, unit_path, str(period), schedule.due_at(period))
        return edge.run(
            lambda work: application.submit_report(work, owed, lines, leads, schedule.lock)
        )

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


def decisions(runtime: Runtime) -> APIRouter:
    """The routes by which the chain above decides and speaks; none of them changes a line."""
    router = APIRouter(prefix="/v1/reports", tags=["reports"])
    schedules = schedules_of(runtime)

    @router.post("/excuse", status_code=201, response_model=Done)
    def excuse_to_come(body: ExcuseAheadIn, edge: Annotated[Edge, command("leader")]) -> Response:
        """Let a unit below yours off its report for a period that is to come, opened or not."""
        refuse_classified(body.reason, "/reason")
        by, period = Person(edge.principal.name, body.office), Period.parse(body.period)
        with runtime.database.transaction() as conn:
            path = views.paths(conn, [body.unit_id]).get(body.unit_id)
        check_above_unit(edge.principal, body.unit_id, path)
        schedule = schedules[period.rhythm]
        owed = Obligation(body.unit_id, path or "", str(period), schedule.due_at(period))
        return edge.run(
            lambda work: application.excuse_ahead(
                work, owed, schedule.opens_at(period), by, body.reason
            )
        )

    @router.post("/{report}/excuse", response_model=Done)
    def excuse(report: UUID, body: ExcuseIn, edge: Annotated[Edge, command("leader")]) -> Response:
        """Let a unit below yours off its report: not counted as missed."""
        refuse_classified(body.reason, "/reason")
        by = Person(edge.principal.name, body.office)

        def decide(work: Work) -> Report:
            check_above(edge.principal, work.get(Report, report))
            return application.excuse_report(work, report, by, body.reason)

        return edge.run(decide, changing=report)

    @router.post("/{report}/allow-late", response_model=Done)
    def allow_late(
        report: UUID, body: AllowLateIn, edge: Annotated[Edge, command("leader")]
    ) -> Response:
        """Let a unit below yours report until an instant, though its period is locked."""
        refuse_classified(body.reason, "/reason")
        by, until = Person(edge.principal.name, body.office), body.until.astimezone(UTC)

        def decide(work: Work) -> Report:
            check_above(edge.principal, work.get(Report, report))
            return application.allow_late_report(work, report, until, by, body.reason)

        return edge.run(decide, changing=report)

    @router.post("/{report}/comments", response_model=Done)
    def comment(
        report: UUID,
        body: CommentIn,
        edge: Annotated[Edge, command("leader", "secretariat", "reporter")],
    ) -> Response:
        """Say something about a report of your unit or of one below; it stays as it is."""
        refuse_classified(body.text, "/text")
        unit_id, _ = own_unit(edge.principal)
        author = Person(edge.principal.name, body.office)

        def decide(work: Work) -> Report:
            check_scope(edge.principal, work.get(Report, report))
            return application.comment_on_report(work, report, author, unit_id, body.text)

        return edge.run(decide, changing=report)

    return router
