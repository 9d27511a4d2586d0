"""The page of what waits for a person."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from monitoring.api.board import Level, Sight, unit_of
from monitoring.api.waiting import read_waiting
from monitoring.pages.browsing import BrowserRoute
from monitoring.pages.routes import PAGE_SIZE, Facts, Pages
from monitoring.views.figures import LEVELS
from monitoring.views.waiting import KINDS, Kind
from tiendo_runtime.http.paging import Cursor
from tiendo_runtime.http.principals import Asking


def routes(pages: Pages) -> APIRouter:
    """The route of what waits."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)

    @router.get("/cho-xu-ly")
    def waits(
        request: Request,
        who: Asking,
        viec: Kind | None = None,
        cap: Level | None = None,
        duoi: UUID | None = None,
        cursor: Cursor = "",
    ) -> Response:
        def read(sight: Sight) -> Facts:
            page = read_waiting(
                sight, kind=viec, level=cap, below=duoi, cursor=cursor, limit=PAGE_SIZE
            )
            return {
                "page": page,
                "kind": viec,
                "level": cap,
                "under": unit_of(sight.picture, duoi) if duoi else None,
                "cursor": cursor,
                "KINDS": KINDS,
                "LEVELS": LEVELS,
            }

        return pages.show(request, who, "waiting.html", read)

    return router
