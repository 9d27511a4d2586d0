"""The HTTP application of a service: its routes inside of what all services share."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, Response
from opentelemetry.trace import Span
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tiendo_runtime.exposition import MEDIA_TYPE
from tiendo_runtime.health import Health
from tiendo_runtime.http.commands import BODY_DIGEST
from tiendo_runtime.http.problems import Problems
from tiendo_runtime.metrics import OPEN_REQUESTS, REQUESTS
from tiendo_runtime.paces import PACES
from tiendo_runtime.telemetry import serving

log = logging.getLogger("tiendo.http")

MAX_BODY = 1024 * 1024
_STREAM_SECONDS = 30.0
"""What takes longer is a stream, and says nothing of how fast requests are answered."""
_QUIET = ("/livez", "/readyz", "/metrics")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Bodies:
    """What bodies a service takes: bytes at most as they travel, and their media types."""

    most: int = MAX_BODY
    media: tuple[str, ...] = ("application/json", "application/x-www-form-urlencoded")


_COMMON = Bodies()


def probes(parts: Callable[[], Sequence[Health]]) -> APIRouter:
    """`/livez`: the process answers. `/readyz`: every part that it needs can do its work now."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        failing = [(part, part.reason) for part in parts() if part.reason is not None]
        unready = {part.name: reason for part, reason in failing if part.needed}
        degraded = {part.name: reason for part, reason in failing if not part.needed}
        status = "unready" if unready else "degraded" if degraded else "ready"
        answer = {"status": status, "unready": unready, "degraded": degraded}
        return JSONResponse(answer, 503 if unready else 200)

    return router


def scraped(text: Callable[[], str]) -> APIRouter:
    """`/metrics`, for Prometheus."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(text(), media_type=MEDIA_TYPE)

    return router


class _TooLargeError(Exception):
    pass


class _Exchange:
    """One request and its answer as they pass: how much came, what its digest is, what was said."""

    def __init__(self, receive: Receive, send: Send, max_body: int) -> None:
        self._receive = receive
        self._send = send
        self._left = max_body
        self.digest = hashlib.sha256()
        self.status = 0

    @property
    def is_too_large(self) -> bool:
        """Whether more came than may come; the application's own answer does not count then."""
        return self._left < 0

    async def receive(self) -> Message:
        message = await self._receive()
        body: bytes = message.get("body", b"")
        self._left -= len(body)
        self.digest.update(body)
        if self.is_too_large:
            raise _TooLargeError
        return message

    async def send(self, message: Message) -> None:
        if self.is_too_large and not self.status:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


class Outermost:
    """Around everything: a span and a log line a request, a bound on its size, its media type.

    What nobody foresaw is answered here, inside of the span, so that the answer names its trace.
    Streams pass piece by piece. The digest of the body stands in the scope under `BODY_DIGEST`.
    """

    def __init__(self, app: ASGIApp, problems: Problems, bodies: Bodies = _COMMON) -> None:
        self._app = app
        self._problems = problems
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        begun = time.perf_counter()
        method = {"http.request.method": _method(scope)}
        OPEN_REQUESTS.add(1, method)
        exchange = _Exchange(receive, send, self._bodies.most)
        scope[BODY_DIGEST] = exchange.digest
        with serving(scope["method"], scope["path"], headers.get("traceparent", "")) as span:
            try:
                answer = await self._serve(scope, exchange, headers)
                if answer is not None:
                    exchange.status = answer.status_code
                    await answer(scope, receive, send)
            finally:
                OPEN_REQUESTS.add(-1, method)
                _note(scope, exchange.status, time.perf_counter() - begun, span)

    async def _serve(
        self, scope: Scope, exchange: _Exchange, headers: dict[str, str]
    ) -> Response | None:
        """Let the application answer; what it cannot answer is answered by what comes back."""
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            return refusal
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except (_TooLargeError, ClientDisconnect):
            pass
        except asyncio.CancelledError:
            if exchange.status:
                raise
            # The process leaves; whether a command was saved is told by its key.
            retry = {"Retry-After": "1"}
            return self._problems.answer(Request(scope), 503, "leaving", {}, retry)
        except Exception as error:
            if exchange.status:
                raise  # half an answer cannot be mended
            return self._problems.unexpected(Request(scope), error)
        return self._too_large(scope) if exchange.is_too_large and not exchange.status else None

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:12]) > self._bodies.most:
            return self._too_large(scope)
        has_body = length not in ("", "0") or "transfer-encoding" in headers
        media = headers.get("content-type", "").partition(";")[0].strip().lower()
        writes = scope["method"] in ("POST", "PUT", "PATCH")
        if writes and has_body and media not in self._bodies.media:
            return self._problems.answer(Request(scope), 415, "wrong_type", {})
        return None

    def _too_large(self, scope: Scope) -> Response:
        return self._problems.answer(Request(scope), 413, "too_large", {"limit": self._bodies.most})


def _method(scope: Scope) -> str:
    """The method, if it is a known one: callers must not make up labels."""
    return scope["method"] if scope["method"] in _METHODS else "_OTHER"


def _note(scope: Scope, status: int, seconds: float, span: Span) -> None:
    """Log and measure a request, and name its span by the route instead of the ids in its path."""
    route = getattr(scope.get("route"), "path", None)
    if route:
        span.update_name(f"{scope['method']} {route}")
    span.set_attribute("http.response.status_code", status)
    if scope["path"] not in _QUIET:
        measured = {"http.request.method": _method(scope), "http.response.status_code": status}
        if seconds < _STREAM_SECONDS:
            PACES.note("http", seconds)
        REQUESTS.record(seconds, measured | ({"http.route": route} if route else {}))
        facts = {"method": scope["method"], "path": scope["path"], "status": status}
        log.info("request", extra={**facts, "millis": round(seconds * 1000, 1)})


def build(
    title: str,
    description: str,
    problems: Problems,
    routers: Sequence[APIRouter],
    bodies: Bodies = _COMMON,
) -> FastAPI:
    """A FastAPI application with problems, probes' router and routes, inside of `Outermost`."""
    app = FastAPI(
        title=title,
        description=description,
        version="1",
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False},  # Outermost does both
    )
    app.state.session_cookie = ""
    problems.install(app)
    for router in routers:
        app.include_router(router)
    app.add_middleware(Outermost, problems=problems, bodies=bodies)
    return app
