"""The live stream over HTTP: server-sent events."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from monitoring.live import Live
from tiendo_runtime.http.principals import Asking

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def routes(live: Live) -> APIRouter:
    """The route of the stream."""
    router = APIRouter(prefix="/v1", tags=["live"])

    @router.get("/stream", response_class=StreamingResponse)
    async def stream(
        who: Asking,
        last_event_id: Annotated[str, Header(max_length=40)] = "",
        since: Annotated[
            int | None, Query(ge=0, le=2**62, description="the last change that is known")
        ] = None,
    ) -> StreamingResponse:
        """Changes in your scope as they happen: `change`, and `time` when a deadline passes.

        The id of an event is the number of a change; `Last-Event-ID`, or `since`, asks for what
        came after it. Data: `{"sequence", "kinds", "assignments", "units", "more"}`; `more` says
        that not everything is named. A comment every 15 s keeps the connection.
        """
        known = int(last_event_id) if _is_number(last_event_id) else since
        viewer = await live.join(who.scope, known)
        return StreamingResponse(
            live.stream(viewer), media_type="text/event-stream", headers=_HEADERS
        )

    return router


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
