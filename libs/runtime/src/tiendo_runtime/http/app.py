"""The HTTP application of a service: its routes inside of what all services share."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tiendo_runtime.health import Health
from tiendo_runtime.http.problems import Problems
from tiendo_runtime.telemetry import serving

log = logging.getLogger("tiendo.http")

MAX_BODY = 1024 * 1024
_QUIET = ("/livez", "/readyz")
_FORMS = ("application/json", "application/x-www-form-urlencoded")


def probes(parts: Callable[[], Sequence[Health]]) -> APIRouter:
    """`/livez`: the process answers. `/readyz`: every part of it can do its work now."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        unready = {part.name: part.reason for part in parts() if part.reason is not None}
        status = "unready" if unready else "ready"
        return JSONResponse({"status": status, "unready": unready}, 503 if unready else 200)

    return router


class Outermost:
    """Around everything: a span and a log line a request, a bound on its size, its media type."""

    def __init__(self, app: ASGIApp, problems: Problems, max_body: int = MAX_BODY) -> None:
        self._app = app
        self._problems = problems
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        begun = time.perf_counter()
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with serving(scope["method"], scope["path"], headers.get("traceparent", "")):
            try:
                await self._serve(scope, receive, watched, headers)
            finally:
                if scope["path"] not in _QUIET:
                    millis = round((time.perf_counter() - begun) * 1000, 1)
                    facts = {"method": scope["method"], "path": scope["path"], "status": status}
                    log.info("request", extra={**facts, "millis": millis})

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]
    ) -> None:
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        too_large = False
        received = 0

        async def bounded() -> Message:
            nonlocal received, too_large
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_body:
                too_large = True
                raise _TooLargeError
            return message

        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            if not too_large:
                await send(message)

        with suppress(_TooLargeError):
            await self._app(scope, bounded, noting)
        if too_large:
            await self._too_large(scope)(scope, receive, send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> ASGIApp | None:
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:12]) > self._max_body:
            return self._too_large(scope)
        writes = scope["method"] in ("POST", "PUT", "PATCH") and length != "0"
        media = headers.get("content-type", "").partition(";")[0].strip().lower()
        if writes and media not in _FORMS:
            return self._problem(scope, 415, "wrong_type", {})
        return None

    def _too_large(self, scope: Scope) -> ASGIApp:
        return self._problem(scope, 413, "too_large", {"limit": self._max_body})

    def _problem(self, scope: Scope, status: int, code: str, facts: dict[str, int]) -> ASGIApp:
        return self._problems.answer(Request(scope), status, code, facts)


class _TooLargeError(Exception):
    pass


def build(
    title: str, description: str, problems: Problems, routers: Sequence[APIRouter]
) -> FastAPI:
    """A FastAPI application with problems, probes' router and routes, inside of `Outermost`."""
    app = FastAPI(title=title, description=description, version="1", redoc_url=None)
    app.state.session_cookie = ""
    problems.install(app)
    for router in routers:
        app.include_router(router)
    app.add_middleware(Outermost, problems=problems)
    return app
