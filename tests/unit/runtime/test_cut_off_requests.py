"""What is said to whoever still waits for an answer when the process leaves."""

import asyncio
import json
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from tiendo_runtime.http.app import Outermost
from tiendo_runtime.http.problems import Problems

SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/",
    "headers": [],
    "query_string": b"",
    "app": None,
}


def _cut_off(*, after_its_start: bool) -> list[Message]:
    """What a request gets that is cancelled while the application hangs."""
    sent: list[Message] = []
    hangs = asyncio.Event()

    async def app(_: Scope, __: Receive, send: Send) -> None:
        if after_its_start:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        hangs.set()
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    async def scenario() -> None:
        request = asyncio.create_task(Outermost(app, Problems({}))(dict(SCOPE), receive, send))
        await hangs.wait()
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)

    asyncio.run(scenario())
    return sent


def test_a_command_that_is_cut_off_is_told_to_come_again() -> None:
    start, body = _cut_off(after_its_start=False)
    assert start["status"] == 503
    assert (b"retry-after", b"1") in start["headers"]
    assert json.loads(body["body"])["type"] == "urn:tiendo:problem:leaving"


def test_half_an_answer_is_not_mended() -> None:
    [start] = _cut_off(after_its_start=True)
    assert start["status"] == 200
