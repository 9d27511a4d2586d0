"""A small web application on the runtime: what every service's edge does."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, FastAPI, Form
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict
from tests.connected.runtime.workshop import CLOCK, Counter, count, one, start

from tiendo_runtime.database import Database
from tiendo_runtime.domain import ForbiddenError
from tiendo_runtime.health import Health
from tiendo_runtime.http.app import build, probes
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.paging import Cursor, read_cursor
from tiendo_runtime.http.principals import Asking, Tokens
from tiendo_runtime.http.problems import Problems
from tiendo_runtime.http.text import Text
from tiendo_runtime.store import Store, Work

Answer = httpx.Response
Ask = Callable[..., Answer]


class Label(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: Text


@dataclass
class Site:
    """The application, and what a test may change behind it."""

    app: FastAPI
    parts: list[Health]
    before: Callable[[], object] = lambda: None
    """Called inside of each decision, before it is taken."""

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)


def site(store: Store, database: Database, tokens: Tokens) -> Site:
    parts: list[Health] = []
    app = build("test", "test", Problems({}), [probes(lambda: parts)])
    made = Site(app, parts)
    app.include_router(_routes(made, database))
    app.state.store = store
    app.state.session_cookie = "session"
    app.state.tokens = tokens
    return made


def _routes(made: Site, database: Database) -> APIRouter:  # noqa: C901 - a row of routes
    router = APIRouter()

    def decided(decide: Callable[[Work], Counter]) -> Callable[[Work], Counter]:
        def with_interruption(work: Work) -> Counter:
            made.before()
            return decide(work)

        return with_interruption

    @router.post("/counters", response_model=Done)
    def create(body: Label, edge: Annotated[Edge, command("operator")]) -> Response:
        return edge.run(decided(lambda work: start(work, body.label)))

    @router.post("/counters/{identity}/labels", response_model=Done)
    def add(identity: UUID, body: Label, edge: Annotated[Edge, command("operator")]) -> Response:
        return edge.run(decided(lambda work: count(work, identity, body.label)), changing=identity)

    @router.post("/counters/{identity}/closing", response_model=Done)
    def close(identity: UUID, edge: Annotated[Edge, command("operator", "auditor")]) -> Response:
        def decide(work: Work) -> Counter:
            found = work.get(Counter, identity)
            found.close_once(timestamp=CLOCK.now())
            return found

        return edge.run(decided(decide))

    @router.post("/counters/{identity}/secrets", response_model=Done)
    def hide(identity: UUID, body: Label, edge: Annotated[Edge, command("operator")]) -> Response:
        """Only for insiders, and only once."""

        def decide(work: Work) -> Counter:
            found = work.get(Counter, identity)
            if body.label == "outsider":
                raise ForbiddenError("out_of_scope")
            found.close_once(timestamp=CLOCK.now())
            return found

        return edge.run(decided(decide), changing=identity)

    @router.post("/named/{name}", response_model=Done)
    def named(name: str, edge: Annotated[Edge, command("operator")]) -> Response:
        return edge.run(decided(lambda work: start(work, name[:20] or "x")))

    @router.post("/form", response_model=Done)
    def form(label: Annotated[str, Form()], edge: Annotated[Edge, command("operator")]) -> Response:
        return edge.run(decided(lambda work: start(work, label)))

    @router.get("/counters")
    def counters(who: Asking, name: str = "", cursor: Cursor = "") -> dict[str, Any]:
        after = read_cursor(cursor, str)
        with database.transaction() as conn:
            conn.execute("SELECT %s::text, %s::text", (name, after[0] if after else ""))
        return {"scope": who.scope}

    @router.get("/bug")
    def bug() -> None:
        raise KeyError("nobody foresaw this")

    @router.get("/days")
    def days(add: int) -> str:
        return str(CLOCK.now().replace(day=1, year=9000 + add))

    @router.get("/stream")
    async def stream() -> StreamingResponse:
        async def pieces() -> AsyncGenerator[str]:
            for n in range(3):
                yield f"data: {n}\n\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(pieces(), media_type="text/event-stream")

    return router


async def ask_site(
    here: Site,
    token: str,
    method: str,
    path: str,
    *,
    key: str | None = "key-number-1",
    match: int | str | None = None,
    language: str = "vi",
    headers: dict[str, str] | None = None,
    **body: Any,
) -> Answer:
    given = {
        "authorization": f"Bearer {token}" if token else None,
        "idempotency-key": key,
        "if-match": f'"{match}"' if isinstance(match, int) else match,
        "accept-language": language,
    }
    given |= headers or {}
    async with here.client(**{k: v for k, v in given.items() if v is not None}) as client:
        return await client.request(method, path, **body)


def problem(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["type"] == f"urn:tiendo:problem:{found['code']}"
    assert found["status"] == answer.status_code
    assert found["detail"]
    assert found["detail"] != found["code"]
    return answer.status_code, found["code"]


def events(url: str) -> int:
    return one(url, "SELECT count(*) FROM stored_events")
