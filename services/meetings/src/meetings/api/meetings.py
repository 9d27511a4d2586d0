"""HTTP: the calendar of meetings, and what happened at them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response as Headers

from meetings import documents, lookups, views
from meetings.api.fields import (
    Body,
    BridgePoints,
    DocumentOut,
    Instant,
    Line,
    PersonIn,
    PersonOut,
    Place,
    Reason,
    Sha256,
    Title,
)
from meetings.api.scope import known_committee, within
from meetings.application import meetings as application
from meetings.domain import Attendee, Meeting, MeetingState
from meetings.views import MeetingRow
from tiendo_runtime.domain import RuleError
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

Secretariat = Annotated[Edge, command("secretariat")]


class NewMeeting(Body):
    """A meeting for the calendar."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "committee_id": "019a8c40-0000-7000-8000-000000000001",
                    "title": "Phiên họp tháng 12 năm 2026 của Ban Chỉ đạo",
                    "series": "Phiên họp hằng tháng",
                    "starts_at": "2026-12-04T08:00:00+07:00",
                    "place": "Phòng họp số 2",
                    "bridge_points": ["UBND phường Sông Trà", "UBND xã Đồng Lúa"],
                }
            ]
        }
    )

    committee_id: UUID
    title: Title
    series: Annotated[Line, Field(max_length=200)] = ""
    previous_meeting_id: UUID | None = None
    starts_at: Instant
    place: Place = ""
    bridge_points: BridgePoints = ()


class Move(Body):
    """Another start."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"starts_at": "2026-12-04T14:00:00+07:00"}]}
    )

    starts_at: Instant


class Cancellation(Body):
    """Why it will not be held."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Chuyển nội dung sang phiên họp tháng 1"}]}
    )

    reason: Reason


class AttendeeIn(Body):
    """One who was expected; `unit_id` is left out where the register lacks the unit."""

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    office: Annotated[Line, Field(max_length=300)] = ""
    unit_id: UUID | None = None
    present: bool = True
    bridge_point: Annotated[Line, Field(max_length=300)] = ""


class Record(Body):
    """How a meeting went; documents are uploaded before, bridge points default to those planned."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "occurred_at": "2026-11-20T14:05:00+07:00",
                    "chair": {
                        "name": "Trần Thị Bích Hạnh",
                        "office": "Phó Bí thư Tỉnh ủy, Trưởng Ban Chỉ đạo",
                    },
                    "attendance": [
                        {
                            "name": "Nguyễn Văn Thuận",
                            "office": "Giám đốc Sở Khoa học và Công nghệ",
                            "present": True,
                        },
                        {
                            "name": "Phạm Thu Hà",
                            "office": "Chủ tịch UBND xã Đồng Lúa",
                            "present": False,
                            "bridge_point": "UBND xã Đồng Lúa",
                        },
                    ],
                }
            ]
        }
    )

    occurred_at: Instant
    chair: PersonIn
    attendance: Annotated[tuple[AttendeeIn, ...], Field(max_length=2000)] = ()
    bridge_points: BridgePoints | None = None
    documents: Annotated[tuple[Sha256, ...], Field(max_length=200)] = ()
    previous_meeting_id: UUID | None = None


class AttendeeOut(BaseModel):
    """One who was expected."""

    person: PersonOut
    unit_id: UUID | None
    present: bool
    bridge_point: str


class MeetingOut(BaseModel):
    """A meeting as it stands in the store; instants in UTC."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    state: MeetingState
    committee_id: UUID
    committee_path: str
    title: str
    series: str
    previous_meeting_id: UUID | None
    starts_at: datetime
    place: str
    bridge_points: tuple[str, ...]
    reason: str
    occurred_at: datetime | None
    chair: PersonOut | None
    attendance: tuple[AttendeeOut, ...]
    documents: tuple[DocumentOut, ...]


def meeting_out(meeting: Meeting) -> MeetingOut:
    """The meeting as it is told."""
    facts = {name: getattr(meeting, name, None) for name in MeetingOut.model_fields}
    facts |= {"committee_id": meeting.committee.id, "committee_path": meeting.committee.path}
    return MeetingOut.model_validate(facts, from_attributes=True)


def routes(runtime: Runtime) -> APIRouter:
    """The routes of meetings."""
    router = APIRouter(prefix="/v1/meetings", tags=["meetings"])
    _reads(router, runtime)
    _commands(router, runtime)
    return router


def _reads(router: APIRouter, runtime: Runtime) -> None:
    @router.get("")
    def meetings(
        who: Asking,
        committee: UUID | None = None,
        state: Literal["scheduled", "cancelled", "held"] | None = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Page[MeetingRow]:
        """The meetings of committees in your scope, the latest first."""
        after = read_cursor(cursor, datetime, UUID)
        with runtime.database.transaction() as conn:
            rows = views.meetings(
                conn, who.scope, after, limit, committee_id=committee, state=state
            )
        full = len(rows) == limit
        more = cursor_of(rows[-1].starts_at, rows[-1].meeting_id) if full else None
        return Page(items=rows, next=more)

    @router.get("/{meeting_id}")
    def meeting(meeting_id: UUID, who: Asking, response: Headers) -> MeetingOut:
        """One meeting as it stands; its version is the ETag for the next command."""
        found = Work(runtime.store, runtime.clock, runtime.ids).get(Meeting, meeting_id)
        within(who, found)
        response.headers["ETag"] = f'"{found.version}"'
        return meeting_out(found)


def _commands(router: APIRouter, runtime: Runtime) -> None:
    @router.post("", status_code=201, response_model=Done)
    def schedule(body: NewMeeting, edge: Secretariat) -> Response:
        """Put a meeting on the calendar."""

        def decide(work: Work) -> Meeting:
            with runtime.database.transaction() as conn:
                committee = known_committee(conn, edge.principal, body.committee_id)
            new = application.NewMeeting(
                committee=committee,
                title=body.title,
                series=body.series,
                previous_meeting_id=body.previous_meeting_id,
                starts_at=body.starts_at,
                place=body.place,
                bridge_points=body.bridge_points,
            )
            return application.schedule_meeting(work, new)

        return edge.run(decide)

    @router.post("/{meeting_id}/moves", response_model=Done)
    def move(meeting_id: UUID, body: Move, edge: Secretariat) -> Response:
        """Move a meeting; to where it already is changes nothing."""

        def decide(work: Work) -> Meeting:
            within(edge.principal, work.get(Meeting, meeting_id))
            return application.move_meeting(work, meeting_id, body.starts_at)

        return edge.run(decide, changing=meeting_id)

    @router.post("/{meeting_id}/cancellation", response_model=Done)
    def cancel(meeting_id: UUID, body: Cancellation, edge: Secretariat) -> Response:
        """Take a meeting off the calendar."""

        def decide(work: Work) -> Meeting:
            within(edge.principal, work.get(Meeting, meeting_id))
            return application.cancel_meeting(work, meeting_id, body.reason)

        return edge.run(decide, changing=meeting_id)

    @router.post("/{meeting_id}/record", response_model=Done)
    def record(meeting_id: UUID, body: Record, edge: Secretariat) -> Response:
        """Record that a meeting was held: who chaired, who came, which documents."""

        def decide(work: Work) -> Meeting:
            meeting = work.get(Meeting, meeting_id)
            within(edge.principal, meeting)
            holding = _holding(runtime, meeting, body)
            return application.hold_meeting(work, meeting_id, holding)

        return edge.run(decide, changing=meeting_id)


def _holding(runtime: Runtime, meeting: Meeting, body: Record) -> application.Holding:
    digests = list(dict.fromkeys(body.documents))
    with runtime.database.transaction() as conn:
        lookups.check_units(conn, (a.unit_id for a in body.attendance if a.unit_id is not None))
        kept = documents.kept(conn, meeting.committee.id, digests)
    missing = [digest for digest in digests if digest not in kept]
    if missing:
        raise RuleError("unknown_document", documents=", ".join(missing[:20]))
    return application.Holding(
        occurred_at=body.occurred_at,
        chair=body.chair.person(),
        attendance=tuple(_attendee(one) for one in body.attendance),
        bridge_points=body.bridge_points,
        documents=tuple(kept[digest] for digest in digests),
        previous_meeting_id=body.previous_meeting_id,
    )


def _attendee(one: AttendeeIn) -> Attendee:
    person = PersonIn(name=one.name, office=one.office).person()
    return Attendee(person, one.unit_id, one.present, one.bridge_point)
