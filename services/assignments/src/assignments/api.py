"""HTTP: the register of organisations, and the commands in the life of an assignment."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from assignments import application
from assignments.domain import Assignment, Deadline, Level, Person, Unit
from tiendo_register.units import UnitRow, listing
from tiendo_runtime.domain import ForbiddenError
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.http.text import Text
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Answer, Work


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _stripped(text: str) -> str:
    return text.strip()


Name = Annotated[Text, AfterValidator(_stripped), Field(min_length=1, max_length=300)]
"""A unit's name, without blanks around it."""


class NewUnit(_Body):
    """An organisation to register."""

    id: UUID
    code: Annotated[Text, Field(max_length=40)] | None = None
    name: Name
    name_en: Annotated[Text, Field(max_length=300)] = ""
    aliases: Annotated[
        tuple[Annotated[Text, Field(max_length=300)], ...], Field(max_length=50)
    ] = ()
    level: Level
    kind: Annotated[Text, Field(min_length=1, max_length=40)]
    parent: UUID | None = None
    effective_on: date

    def new(self) -> application.NewUnit:
        """The unit as the use case takes it."""
        return application.NewUnit(**dict(self))


class NewUnits(_Body):
    """Organisations to register together: all of them, or none. Parents stand before children."""

    units: Annotated[list[NewUnit], Field(min_length=1, max_length=1000)]


class Rename(_Body):
    """Another name from a day on."""

    name: Name
    aliases: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    effective_on: date


_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class DeadlineIn(_Body):
    """A day in Vietnam, or an instant with a time zone."""

    due_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))] | None = None
    due_at: Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST)] | None = None
    words: Annotated[Text, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _one(self) -> "DeadlineIn":
        if (self.due_on is None) == (self.due_at is None):
            raise ValueError("due_on | due_at")
        return self

    def deadline(self) -> Deadline:
        """The deadline as the domain knows it."""
        if self.due_at is not None:
            return application.deadline_at(self.due_at, self.words)
        assert self.due_on is not None  # noqa: S101 - see _one
        return application.deadline_on(self.due_on, self.words)


Reason = Annotated[Text, Field(min_length=3, max_length=2000)]


class AskExtension(_Body):
    """More time, and why."""

    deadline: DeadlineIn
    reason: Reason


class GrantExtension(_Body):
    """Why it is granted; another deadline than the one asked for, where it differs."""

    deadline: DeadlineIn | None = None
    reason: Reason


class Because(_Body):
    """Why something is refused."""

    reason: Reason


class Finding(_Body):
    """Who checked, and what was seen."""

    office: Annotated[Text, Field(max_length=300)] = ""
    finding: Reason


class AssignmentOut(BaseModel):
    """An assignment as it stands in the store."""

    id: UUID
    version: int
    stage: str
    lead_unit_id: UUID
    text: str
    original: dict[str, Any]
    deadline: dict[str, Any]


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    return (_units(runtime), _assignments(runtime))


def _units(runtime: Runtime) -> APIRouter:
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


def _assignments(runtime: Runtime) -> APIRouter:
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
