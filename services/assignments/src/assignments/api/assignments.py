"""HTTP: the commands in the life of an assignment."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from assignments import application
from assignments.api.bodies import AskExtension, Because, Finding, GrantExtension
from assignments.domain import Assignment, Person
from tiendo_runtime.domain import ForbiddenError
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work


class AssignmentOut(BaseModel):
    """An assignment as it stands in the store."""

    id: UUID
    version: int
    stage: str
    lead_unit_id: UUID
    text: str
    original: dict[str, Any]
    deadline: dict[str, Any]


def routes(runtime: Runtime) -> APIRouter:
    """The routes of assignments."""
    router = APIRouter(prefix="/v1/assignments", tags=["assignments"])

    @router.get("/{assignment_id}")
    def assignment(assignment_id: UUID, who: Asking, response: Response) -> AssignmentOut:
        """One assignment as it stands; its version is the ETag for the next command."""
        work = Work(runtime.store, runtime.clock, runtime.ids)
        found = work.get(Assignment, assignment_id)
        place = found.place
        if not who.sees(place.lead_unit_path, place.committee_path):
            raise ForbiddenError("out_of_scope")
        response.headers["ETag"] = f'"{found.version}"'
        return AssignmentOut(
            id=found.id,
            version=found.version,
            stage=found.stage,
            lead_unit_id=place.lead_unit_id,
            text=found.text,
            original=msgspec.to_builtins(found.original),
            deadline=msgspec.to_builtins(found.deadline),
        )

    @router.post("/{assignment_id}/extension-requests", response_model=Done)
    def ask(
        assignment_id: UUID, body: AskExtension, edge: Annotated[Edge, command("reporter")]
    ) -> Response:
        """Ask for more time; only the lead unit may."""
        asked, unit = body.deadline.deadline(), edge.principal.unit_id

        def decide(work: Work) -> Assignment:
            return application.request_extension(
                work, assignment_id, asked, body.reason, by_unit=unit
            )

        return edge.run(decide, changing=assignment_id)

    @router.post("/{assignment_id}/extensions", response_model=Done)
    def grant(
        assignment_id: UUID, body: GrantExtension, edge: Annotated[Edge, command("secretariat")]
    ) -> Response:
        """Grant more time."""
        deadline = body.deadline.deadline() if body.deadline else None

        def decide(work: Work) -> Assignment:
            _assigned_by(edge, work, assignment_id)
            return application.grant_extension(work, assignment_id, deadline, body.reason)

        return edge.run(decide, changing=assignment_id)

    @router.post("/{assignment_id}/extension-refusals", response_model=Done)
    def refuse_extension(
        assignment_id: UUID, body: Because, edge: Annotated[Edge, command("secretariat")]
    ) -> Response:
        """Refuse more time."""

        def decide(work: Work) -> Assignment:
            _assigned_by(edge, work, assignment_id)
            return application.refuse_extension(work, assignment_id, body.reason)

        return edge.run(decide, changing=assignment_id)

    @router.post("/{assignment_id}/verifications", response_model=Done)
    def verify(
        assignment_id: UUID, body: Finding, edge: Annotated[Edge, command("inspector")]
    ) -> Response:
        """Confirm a claimed completion after an inspection."""
        inspector = Person(edge.principal.name, body.office)

        def decide(work: Work) -> Assignment:
            _assigned_by(edge, work, assignment_id)
            return application.verify_completion(work, assignment_id, inspector, body.finding)

        return edge.run(decide, changing=assignment_id)

    @router.post("/{assignment_id}/refusals", response_model=Done)
    def refuse(
        assignment_id: UUID, body: Finding, edge: Annotated[Edge, command("inspector")]
    ) -> Response:
        """Refuse a claimed completion after an inspection."""
        inspector = Person(edge.principal.name, body.office)

        def decide(work: Work) -> Assignment:
            _assigned_by(edge, work, assignment_id)
            return application.refuse_completion(work, assignment_id, inspector, body.finding)

        return edge.run(decide, changing=assignment_id)

    return router


def _assigned_by(edge: Edge, work: Work, assignment: UUID) -> None:
    """The committee that assigned it must be inside of the principal's scope."""
    place = work.get(Assignment, assignment).place
    if not edge.principal.sees(place.committee_path):
        raise ForbiddenError("out_of_scope")
