"""HTTP: notices of conclusion, from the pasted text to the signature."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.responses import Response as Headers

from meetings import documents, lookups, views
from meetings.api.drafts import NoticeOut, notice_out, unit_ids
from meetings.api.reviews import (
    Confirmations,
    Correction,
    Links,
    NewNotice,
    Review,
    Signature,
)
from meetings.api.scope import known_committee, within
from meetings.application import notices as application
from meetings.application.drafting import draft
from meetings.application.linking import decide_links
from meetings.domain import Decision, Notice
from meetings.views import NoticeRow
from tiendo_register.units import UnitRow, by_ids
from tiendo_runtime.clock import local_day
from tiendo_runtime.domain import ConflictError
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

Secretariat = Annotated[Edge, command("secretariat")]


def routes(runtime: Runtime) -> APIRouter:
    """The routes of notices."""
    router = APIRouter(prefix="/v1/notices", tags=["notices"])
    _reads(router, runtime)
    _commands(router, runtime)
    return router


def _reads(router: APIRouter, runtime: Runtime) -> None:
    @router.get("")
    def notices(
        who: Asking,
        committee: UUID | None = None,
        meeting: UUID | None = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Page[NoticeRow]:
        """The signed notices of committees in your scope, the latest first.

        Drafts are told to nobody and stand in no list: whoever takes one in is told its id.
        """
        after = read_cursor(cursor, date, UUID)
        with runtime.database.transaction() as conn:
            rows = views.notices(
                conn, who.scope, after, limit, committee_id=committee, meeting_id=meeting
            )
        full = len(rows) == limit
        more = cursor_of(rows[-1].issued_on, rows[-1].notice_id) if full else None
        return Page(items=rows, next=more)

    @router.get("/{notice_id}")
    def notice(notice_id: UUID, who: Asking, response: Headers) -> NoticeOut:
        """One notice, draft or signed, with its items and what is doubtful about each."""
        found = Work(runtime.store, runtime.clock, runtime.ids).get(Notice, notice_id)
        within(who, found)
        response.headers["ETag"] = f'"{found.version}"'
        return notice_out(found, _units(runtime, found))


def _units(runtime: Runtime, notice: Notice) -> Mapping[UUID, UnitRow]:
    with runtime.database.transaction() as conn:
        return by_ids(conn, list(unit_ids(notice)))


def _commands(router: APIRouter, runtime: Runtime) -> None:
    directory = lookups.Directory()

    @router.post("", status_code=201, response_model=Done)
    def take_in(body: NewNotice, edge: Secretariat) -> Response:
        """Read a pasted text into a draft; what is not certain becomes a doubt."""
        return edge.run(lambda work: _take_in(runtime, directory, work, body, edge))

    @router.post("/{notice_id}/reviews", response_model=Done)
    def review(notice_id: UUID, body: Review, edge: Secretariat) -> Response:
        """Look at items: confirm those that are clear, decide on the others."""

        def decide(work: Work) -> Notice:
            notice = _mine(work, notice_id, edge)
            decisions = tuple(item.decision(notice.items.get(item.path)) for item in body.items)
            with runtime.database.transaction() as conn:
                lookups.check_units(conn, _named_in(decisions))
            return application.review_items(
                work, notice_id, body.confirm, decisions, by=edge.principal.subject
            )

        return edge.run(decide, changing=notice_id)

    @router.post("/{notice_id}/confirmations", response_model=Done)
    def confirm(notice_id: UUID, body: Confirmations, edge: Secretariat) -> Response:
        """Say of doubts, of items or of the head, that it is right as it was read."""

        def decide(work: Work) -> Notice:
            _mine(work, notice_id, edge)
            confirmed = tuple(one.confirmed() for one in body.doubts)
            return application.confirm_doubts(work, notice_id, confirmed, by=edge.principal.subject)

        return edge.run(decide, changing=notice_id)

    @router.post("/{notice_id}/links", response_model=Done)
    def links(notice_id: UUID, body: Links, edge: Secretariat) -> Response:
        """Say all that an item does to earlier notices; none of `links` says that it does nothing.

        It is done when the notice is signed: the earlier notices stay as they are, and list it.
        """

        def decide(work: Work) -> Notice:
            _mine(work, notice_id, edge)
            decided = [link.link() for link in body.links]
            with runtime.database.transaction() as conn:
                lookups.check_units(conn, [one.lead_unit_id for one in decided if one.lead_unit_id])
            return decide_links(work, notice_id, body.path, decided, by=edge.principal.subject)

        return edge.run(decide, changing=notice_id)

    @router.post("/{notice_id}/header", response_model=Done)
    def header(notice_id: UUID, body: Correction, edge: Secretariat) -> Response:
        """Set number, day of issue, abstract or form of a draft."""

        def decide(work: Work) -> Notice:
            _mine(work, notice_id, edge)
            return application.correct_header(
                work, notice_id, by=edge.principal.subject, **body.given()
            )

        return edge.run(decide, changing=notice_id)

    @router.post("/{notice_id}/signature", response_model=Done)
    def sign(notice_id: UUID, body: Signature, edge: Secretariat) -> Response:
        """Sign a notice: it is frozen, and its assignments are issued.

        Where it cannot be signed yet, the problem's `errors` tell every reason, each with the path
        of its item (empty for the head): an item that nobody decided, a doubt that is open, what a
        decision or the head lacks.
        """
        taken: list[ConflictError] = []

        def decide(work: Work) -> Notice:
            _mine(work, notice_id, edge)
            notice = application.sign_notice(work, notice_id, body.signed_by.person())
            taken[:] = [application.number_taken(notice)]
            return notice

        try:
            return edge.run(decide, changing=notice_id)
        except ConflictError as conflict:
            if conflict.code == "already_taken" and taken:
                raise taken[0] from None
            raise


def _take_in(
    runtime: Runtime, directory: lookups.Directory, work: Work, body: NewNotice, edge: Edge
) -> Notice:
    reading = application.read_notice(body.text)
    with runtime.database.transaction() as conn:
        committee = known_committee(conn, edge.principal, body.committee_id)
        asked = body.meeting_id
        meeting = application.concluded_meeting(work, committee, asked) if asked else None
        day = reading.issued_on or local_day(runtime.clock.now())
        made = draft(reading, directory.finder(conn, day, committee.path))
        application.check_publishable(made)
        cited = lookups.cited(conn, committee.id)
        document = documents.keep(
            conn,
            committee,
            title=made.header.title[:500] or "Thông báo kết luận",
            media_type="text/plain",
            text=body.text,
            by=edge.principal.subject,
        )
    return application.take_in_notice(work, committee, meeting, made, document, cited)


def _mine(work: Work, notice_id: UUID, edge: Edge) -> Notice:
    notice = work.get(Notice, notice_id)
    within(edge.principal, notice)
    return notice


def _named_in(decisions: tuple[Decision, ...]) -> list[UUID]:
    return [unit for d in decisions for unit in (*d.lead_unit_ids, *d.coordinator_ids)]
