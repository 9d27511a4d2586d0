"""HTTP: units' addresses, and what was told to whom."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from notifications import contacts, views
from notifications.contacts import Contact, ContactRow
from notifications.domain import Occasion
from notifications.views import NotificationRow
from tiendo_runtime.context import Principal
from tiendo_runtime.http.commands import Edge, command
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking, having
from tiendo_runtime.http.text import Text
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Answer, Work

_KEEPERS = ("operator", "secretariat")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_UNIT = "019a8c40-0000-7000-8000-000000000002"


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("ten@don-vi.vn")
    return text


Email = Annotated[str, Field(max_length=254), AfterValidator(_address)]
"""A bare address in ASCII (RFC 5321)."""
Name = Annotated[Text, Field(min_length=1, max_length=300)]


class ContactIn(BaseModel):
    """Where a unit gets its mail, and whom its mails address."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"email": "vanthu@khcn.binhson.example", "name": "Văn thư Sở KH&CN"}
        },
    )

    email: Email
    name: Name


class UnitContactIn(BaseModel):
    """The contact of one unit."""

    model_config = ConfigDict(extra="forbid")

    unit_id: UUID
    email: Email
    name: Name


class ContactsIn(BaseModel):
    """Contacts to keep together: all of them, or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "contacts": [
                    {
                        "unit_id": _UNIT,
                        "email": "vanthu@khcn.binhson.example",
                        "name": "Văn thư Sở KH&CN",
                    }
                ]
            }
        },
    )

    contacts: Annotated[list[UnitContactIn], Field(min_length=1, max_length=1000)]


class ContactKept(BaseModel):
    """The contact of this unit is kept."""

    unit_id: UUID


class ContactsKept(BaseModel):
    """So many contacts are kept."""

    kept: int


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    return (_contacts(runtime), _notifications(runtime))


def _keep(edge: Edge, new: Sequence[Contact], told: dict[str, Any]) -> Response:
    """Keep contacts and the command's key with its answer, in one transaction."""
    principal = edge.principal

    def decide(work: Work) -> None:
        work.write(
            partial(
                contacts.put_contacts,
                contacts=new,
                scope=principal.scope,
                actor=principal.subject,
            )
        )

    return edge.answer(decide, lambda _: Answer(200, msgspec.json.encode(told)))


def _contacts(runtime: Runtime) -> APIRouter:
    router = APIRouter(prefix="/v1/contacts", tags=["contacts"])

    @router.put("/{unit_id}", response_model=ContactKept)
    def put(
        unit_id: Annotated[UUID, Path(examples=[_UNIT])],
        body: ContactIn,
        edge: Annotated[Edge, command(*_KEEPERS)],
    ) -> Response:
        """Keep where a unit gets its mail; what was kept before is forgotten."""
        new = Contact(unit_id, body.email, body.name)
        return _keep(edge, [new], {"unit_id": str(unit_id)})

    @router.post("", response_model=ContactsKept)
    def put_many(body: ContactsIn, edge: Annotated[Edge, command(*_KEEPERS)]) -> Response:
        """Keep the contacts of up to 1,000 units."""
        new = [Contact(one.unit_id, one.email, one.name) for one in body.contacts]
        return _keep(edge, new, {"kept": len(new)})

    @router.get("")
    def listing(
        who: Annotated[Principal, Depends(having(*_KEEPERS))],
        unit_id: UUID | None = None,
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> Page[ContactRow]:
        """The contacts of units in your scope, by the units' paths."""
        after = read_cursor(cursor, str)
        with runtime.database.transaction() as conn:
            rows = contacts.listing(conn, who.scope, after, limit, unit_id)
        more = cursor_of(rows[-1].unit_path) if len(rows) == limit else None
        return Page(items=rows, next=more)

    return router


def _notifications(runtime: Runtime) -> APIRouter:
    router = APIRouter(prefix="/v1/notifications", tags=["notifications"])

    @router.get("")
    def listing(
        who: Asking,
        unit_id: UUID | None = None,
        state: Literal["requested", "sent", "failed"] | None = None,
        occasion: Occasion | None = None,
        subject_id: UUID | None = None,
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> Page[NotificationRow]:
        """What units in your scope were told, when, or why not; latest first."""
        after = read_cursor(cursor, datetime, UUID)
        given = {"unit_id": unit_id, "state": state, "occasion": occasion, "subject_id": subject_id}
        with runtime.database.transaction() as conn:
            rows = views.listing(conn, who.scope, after, limit, **given)
        last = rows[-1] if len(rows) == limit else None
        more = cursor_of(last.requested_at, last.notification_id) if last else None
        return Page(items=rows, next=more)

    return router
