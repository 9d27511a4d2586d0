"""HTTP: the commands in the life of an assignment."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from assignments import application
from assignments.api.bodies import (
    AskExtension,
    AskHelp,
    Because,
    Contest,
    Finding,
    GrantExtension,
    Join,
    Remark,
    Split,
    Supersede,
    Transfer,
)
from assignments.domain import LIFE, ROLES, Assignment, Person
from tiendo_runtime.clock import local_day
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
    due_meeting: dict[str, Any] | None
    """The meeting that the deadline follows, as the notice tells of it."""
    meeting_id: UUID | None
    """That meeting, once one fits."""
    helpers: dict[UUID, str]
    """Coordinating units: asked, confirmed or declined."""
    superseded_by: UUID | None
    """What took its place; of several parts, the first."""
    parts: tuple[UUID, ...]
    """The parts that it was split into."""
    made_by: str | None
    """Whether it is a part of a split whole, or joins others: `split`, `join`."""
    sources: list[dict[str, Any]]
    """What it was made of, with all items of notices that those go back to."""


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
            due_meeting=msgspec.to_builtins(found.due_meeting),
            meeting_id=found.meeting_id,
            helpers=dict(found.helpers),
            superseded_by=found.superseded_by,
            parts=found.parts,
            made_by=found.how,
            sources=msgspec.to_builtins(found.sources),
        )

    @router.post("/{assignment_id}/acceptances", response_model=Done)
    def accept(assignment_id: UUID, edge: Annotated[Edge, _step("accept")]) -> Response:
        """Take it on."""
        return _take(edge, "accept", assignment_id, lambda it, at: it.accept(timestamp=at))

    @router.post("/{assignment_id}/contests", response_model=Done)
    def contest(
        assignment_id: UUID, body: Contest, edge: Annotated[Edge, _step("contest")]
    ) -> Response:
        """Say that it is not for your unit, or that it was given to it twice."""

        def decide(work: Work) -> Assignment:
            application.check_assignment(work, body.duplicate_of)
            return application.take_step(
                work,
                "contest",
                assignment_id,
                edge.principal,
                lambda it, at: it.contest(
                    body.ground, body.reason, body.duplicate_of, timestamp=at
                ),
            )

        return edge.run(decide, changing=assignment_id)

    @router.post("/{assignment_id}/contest-approvals", response_model=Done)
    def uphold_contest(
        assignment_id: UUID, body: Because, edge: Annotated[Edge, _step("uphold_contest")]
    ) -> Response:
        """Agree with the unit; the assignment is called off."""
        return _take(
            edge,
            "uphold_contest",
            assignment_id,
            lambda it, at: it.uphold_contest(body.reason, timestamp=at),
        )

    @router.post("/{assignment_id}/contest-rejections", response_model=Done)
    def reject_contest(
        assignment_id: UUID, body: Because, edge: Annotated[Edge, _step("reject_contest")]
    ) -> Response:
        """Let it stand."""
        return _take(
            edge,
            "reject_contest",
            assignment_id,
            lambda it, at: it.reject_contest(body.reason, timestamp=at),
        )

    @router.post("/{assignment_id}/transfers", response_model=Done)
    def transfer(
        assignment_id: UUID, body: Transfer, edge: Annotated[Edge, _step("transfer")]
    ) -> Response:
        """Let another unit lead; for leaders of the committee that assigned it."""

        def decide(work: Work) -> Assignment:
            path = application.check_unit(work, body.unit).path
            on = body.effective_on or local_day(work.clock.now())
            return application.take_step(
                work,
                "transfer",
                assignment_id,
                edge.principal,
                lambda it, at: it.transfer(body.unit, path, on, body.reason, timestamp=at),
            )

        return edge.run(decide, changing=assignment_id)

    @router.post("/{assignment_id}/help-requests", response_model=Done)
    def ask_help(
        assignment_id: UUID, body: AskHelp, edge: Annotated[Edge, _step("ask_help")]
    ) -> Response:
        """Ask another unit to take a part; it has none before it confirms."""

        def decide(work: Work) -> Assignment:
            application.check_unit(work, body.unit)
            return application.take_step(
                work,
                "ask_help",
                assignment_id,
                edge.principal,
                lambda it, at: it.ask_help(body.unit, body.part, timestamp=at),
            )

        return edge.run(decide, changing=assignment_id)

    @router.post("/{assignment_id}/help-confirmations", response_model=Done)
    def confirm_help(
        assignment_id: UUID, body: Remark, edge: Annotated[Edge, _step("confirm_help")]
    ) -> Response:
        """Take your unit's part on."""
        unit = _unit(edge)
        return _take(
            edge,
            "confirm_help",
            assignment_id,
            lambda it, at: it.confirm_help(unit, body.remark, timestamp=at),
        )

    @router.post("/{assignment_id}/help-refusals", response_model=Done)
    def decline_help(
        assignment_id: UUID, body: Because, edge: Annotated[Edge, _step("decline_help")]
    ) -> Response:
        """Do not take your unit's part."""
        unit = _unit(edge)
        return _take(
            edge,
            "decline_help",
            assignment_id,
            lambda it, at: it.decline_help(unit, body.reason, timestamp=at),
        )

    @router.post("/{assignment_id}/extension-requests", response_model=Done)
    def request_extension(
        assignment_id: UUID, body: AskExtension, edge: Annotated[Edge, _step("request_extension")]
    ) -> Response:
        """Ask for more time."""
        asked = body.deadline.deadline()
        return _take(
            edge,
            "request_extension",
            assignment_id,
            lambda it, at: it.request_extension(asked, body.reason, timestamp=at),
        )

    @router.post("/{assignment_id}/extensions", response_model=Done)
    def grant_extension(
        assignment_id: UUID, body: GrantExtension, edge: Annotated[Edge, _step("grant_extension")]
    ) -> Response:
        """Grant more time; for leaders of the committee that assigned it."""
        deadline = body.deadline.deadline() if body.deadline else None
        return _take(
            edge,
            "grant_extension",
            assignment_id,
            lambda it, at: it.grant_extension(deadline, body.reason, timestamp=at),
        )

    @router.post("/{assignment_id}/extension-refusals", response_model=Done)
    def refuse_extension(
        assignment_id: UUID, body: Because, edge: Annotated[Edge, _step("refuse_extension")]
    ) -> Response:
        """Refuse more time; for leaders of the committee that assigned it."""
        return _take(
            edge,
            "refuse_extension",
            assignment_id,
            lambda it, at: it.refuse_extension(body.reason, timestamp=at),
        )

    @router.post("/{assignment_id}/verifications", response_model=Done)
    def verify_completion(
        assignment_id: UUID, body: Finding, edge: Annotated[Edge, _step("verify_completion")]
    ) -> Response:
        """Confirm a claimed completion after an inspection."""
        inspector = Person(edge.principal.name, body.office)
        return _take(
            edge,
            "verify_completion",
            assignment_id,
            lambda it, at: it.verify_completion(inspector, body.finding, timestamp=at),
        )

    @router.post("/{assignment_id}/refusals", response_model=Done)
    def refuse_completion(
        assignment_id: UUID, body: Finding, edge: Annotated[Edge, _step("refuse_completion")]
    ) -> Response:
        """Refuse a claimed completion after an inspection."""
        inspector = Person(edge.principal.name, body.office)
        return _take(
            edge,
            "refuse_completion",
            assignment_id,
            lambda it, at: it.refuse_completion(inspector, body.finding, timestamp=at),
        )

    @router.post("/{assignment_id}/closures", response_model=Done)
    def close(assignment_id: UUID, body: Remark, edge: Annotated[Edge, _step("close")]) -> Response:
        """Take what is verified off the list of what is followed."""
        return _take(
            edge, "close", assignment_id, lambda it, at: it.close(body.remark, timestamp=at)
        )

    @router.post("/{assignment_id}/cancellations", response_model=Done)
    def cancel(
        assignment_id: UUID, body: Because, edge: Annotated[Edge, _step("cancel")]
    ) -> Response:
        """Call it off; for leaders of the committee that assigned it."""
        return _take(
            edge, "cancel", assignment_id, lambda it, at: it.cancel(body.reason, timestamp=at)
        )

    @router.post("/{assignment_id}/supersessions", response_model=Done)
    def supersede(
        assignment_id: UUID, body: Supersede, edge: Annotated[Edge, _step("supersede")]
    ) -> Response:
        """Let an assignment of a later notice take its place."""

        def decide(work: Work) -> Assignment:
            application.check_assignment(work, body.by)
            return application.take_step(
                work,
                "supersede",
                assignment_id,
                edge.principal,
                lambda it, at: it.supersede(body.by, body.reason, timestamp=at),
            )

        return edge.run(decide, changing=assignment_id)

    @router.post("/{assignment_id}/splits", response_model=Done)
    def split(assignment_id: UUID, body: Split, edge: Annotated[Edge, _step("split")]) -> Response:
        """Let parts take its place; for leaders of the committee that assigned it.

        The parts are told by the whole (`GET`), and each has the deadlines of the whole.
        """
        parts = [part.new() for part in body.parts]

        def decide(work: Work) -> Assignment:
            return application.split_assignment(
                work, assignment_id, edge.principal, parts, body.reason
            )

        return edge.run(decide, changing=assignment_id)

    @router.post("", status_code=201, response_model=Done)
    def join(body: Join, edge: Annotated[Edge, _step("join")]) -> Response:
        """Let one assignment take the place of several; for leaders of the committee.

        It has the earliest of their original deadlines.
        """
        joined = {one.id: one.version for one in body.assignments}

        def decide(work: Work) -> Assignment:
            return application.join_assignments(
                work, edge.principal, joined, body.text, body.deadline_of, body.reason
            )

        return edge.run(decide)

    return router


def _step(name: str) -> Any:
    """The dependency that makes an `Edge` for the role that may take a step."""
    return command(ROLES[LIFE[name].by])


def _take(
    edge: Edge, name: str, assignment_id: UUID, take: Callable[[Assignment, datetime], None]
) -> Response:
    def decide(work: Work) -> Assignment:
        return application.take_step(work, name, assignment_id, edge.principal, take)

    return edge.run(decide, changing=assignment_id)


def _unit(edge: Edge) -> UUID:
    unit = edge.principal.unit_id
    if unit is None:
        raise ForbiddenError("out_of_scope")
    return unit
