"""Where the drafting pages are, and what they are made of.

All of their addresses lie below `/soan-thao`, the commands that they give as well, so that they
can stand on the board's host and share its session. The commands are those of the public API.
"""

import hashlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel

from meetings import documents, lookups, views
from meetings.api import notices, papers
from meetings.api.drafts import notice_out, unit_ids
from meetings.api.fields import UnitOut
from meetings.api.scope import within
from meetings.domain import Notice
from meetings.pages import arranging
from meetings.pages.segments import pieces
from meetings.pages.words import WORDS
from tiendo_register.units import by_ids
from tiendo_runtime.clock import VIETNAM
from tiendo_runtime.context import Principal
from tiendo_runtime.http.browsers import (
    PAGE_HEADERS,
    SESSION_COOKIE,
    keep_language,
    language_of,
    to_sign_in,
)
from tiendo_runtime.http.principals import Asking, csrf_token, having
from tiendo_runtime.http.problems import ProblemError
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

_PLACE = "/soan-thao"
_MEDIA = {
    "drafting.css": "text/css; charset=utf-8",
    "drafting.js": "text/javascript; charset=utf-8",
}
_MEETINGS = 100
_EARLIER = 200
_templates = Environment(
    loader=PackageLoader("meetings.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
Drafter = Annotated[Principal, Depends(having("secretariat"))]


class Found(BaseModel):
    """The units that a search found, the nearest first."""

    items: list[UnitOut]


class _PageRoute(APIRoute):
    """A route that sends a browser to sign in, where nobody is."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except ProblemError as problem:
                if problem.status == 401:
                    return to_sign_in(request)
                raise

        return handle


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """The pages, their files, and the commands that they give."""
    commands = APIRouter(prefix=_PLACE, include_in_schema=False)
    for part in (notices, papers):
        commands.include_router(part.routes(runtime))
    return (_files(), _pages(runtime), commands)


def _pages(runtime: Runtime) -> APIRouter:
    router = APIRouter(prefix=_PLACE, include_in_schema=False, route_class=_PageRoute)

    @router.get("")
    def begin(request: Request, who: Drafter) -> Response:
        with runtime.database.transaction() as conn:
            held = views.meetings(conn, who.scope, None, _MEETINGS, state="held")
        return _render(request, "begin.html", {"meetings": held})

    @router.get("/don-vi")
    def units(_: Asking, q: Annotated[str, Query(max_length=200)] = "") -> Found:
        with runtime.database.transaction() as conn:
            found = lookups.search(conn, q)
        return Found(
            items=[UnitOut(unit_id=row.unit_id, name=row.name, path=row.path) for row in found]
        )

    @router.get("/{notice_id}")
    def draft(request: Request, who: Drafter, notice_id: UUID) -> Response:
        notice = Work(runtime.store, runtime.clock, runtime.ids).get(Notice, notice_id)
        within(who, notice)
        with runtime.database.transaction() as conn:
            told = notice_out(notice, by_ids(conn, list(unit_ids(notice))))
            kept = documents.content(conn, notice.committee.path, notice.document.sha256)
            signed = views.notices(conn, who.scope, None, _EARLIER, committee_id=told.committee_id)
        text = kept.content.decode() if kept else ""
        facts = {
            "notice": told,
            "items": sorted(told.items, key=arranging.urgency),
            "pieces": pieces(text, notice.items.values()),
            "fields": {item.path: item.fields for item in told.items},
            "doubtful_paths": {i.path for i in told.items if arranging.is_doubtful(i)},
            "earlier": [one for one in signed if one.notice_id != notice_id],
            "links_of": arranging.links_of,
            "waiting": arranging.waiting(told),
            "units_of": arranging.units_of,
            "candidates": arranging.candidates,
            "doubts_open": arranging.is_open,
        }
        return _render(request, "draft.html", facts)

    return router


def _local(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def _render(request: Request, template: str, facts: Mapping[str, Any]) -> Response:
    language = language_of(request)

    def t(key: str, **more: Any) -> str:
        return WORDS[key].say(language, more)

    other = urlencode({**request.query_params, "lang": "vi" if language == "en" else "en"})
    body = _templates.get_template(template).render(
        {
            "t": t,
            "language": language,
            "other": f"{request.url.path}?{other}",
            "csrf": csrf_token(request.cookies.get(SESSION_COOKIE, "")),
            "static": _address_of,
            "local": _local,
            **facts,
        }
    )
    page = HTMLResponse(body, headers={**PAGE_HEADERS, "Content-Language": language})
    keep_language(request, page)
    return page


@cache
def _read() -> dict[str, bytes]:
    folder = files("meetings.pages") / "static"
    return {name: (folder / name).read_bytes() for name in _MEDIA}


def _address_of(name: str) -> str:
    """The address of a file; another content has another address."""
    return f"{_PLACE}/static/{name}?v={hashlib.sha256(_read()[name]).hexdigest()[:12]}"


def _files() -> APIRouter:
    router = APIRouter(prefix=_PLACE, include_in_schema=False)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in _MEDIA:
            raise ProblemError(404, "no_such_page")
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(_read()[name], media_type=_MEDIA[name], headers=kept)

    return router
