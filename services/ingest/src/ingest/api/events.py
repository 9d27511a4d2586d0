"""HTTP: events come in, one or many, in every mode of CloudEvents."""

import math
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

import anyio.to_thread
import msgspec
from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ingest import arriving, sources
from ingest.api.bodies import RefusedOut, TakenOut
from ingest.arriving import Arrived, NotGzipError, TooMuchError
from ingest.limits import Rates
from ingest.messages import MESSAGES
from ingest.settings import settings_of
from ingest.sources import SourceRow
from ingest.taking import Came, Outcome, Told, take
from tiendo_contracts.checking import MAX_BATCH_BYTES, RefusedError, content_mode
from tiendo_runtime.context import Principal
from tiendo_runtime.http.principals import having
from tiendo_runtime.http.problems import ProblemError, language_of
from tiendo_runtime.metrics import TAKEN
from tiendo_runtime.service import Runtime
from tiendo_runtime.telemetry import traceparent

_AT_ONCE = 4
"""Batches in work at once, as many as there are connections; others wait with nothing in hand."""

_ONE = {"type": "object", "description": "CloudEvents 1.0, the event as JSON"}
_OPENAPI: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": _ONE},
            "application/cloudevents-batch+json": {
                "schema": {"type": "array", "items": _ONE, "maxItems": 1000}
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": "the data; the attributes are headers `ce-…`",
                }
            },
        },
    }
}


def routes(runtime: Runtime) -> APIRouter:
    """The route that events come in by."""
    router = APIRouter(prefix="/v1/events", tags=["events"])
    settings = settings_of(runtime)
    rates = Rates(settings.ingest_rate, settings.ingest_burst)
    limiter = CapacityLimiter(_AT_ONCE)

    @router.post(
        "",
        response_model=TakenOut,
        responses={
            207: {"model": TakenOut, "description": "some were refused"},
            422: {
                "description": "all were refused",
                "content": {"application/problem+json": {"schema": RefusedOut.model_json_schema()}},
            },
        },
        openapi_extra=_OPENAPI,
    )
    async def post(
        request: Request, who: Annotated[Principal, Depends(having("publisher"))]
    ) -> Response:
        """Send events: one in binary or structured mode, or up to 1,000 as a batch; gzip or not.

        The answer tells of each in its order, and stands for what is stored. 200: all are accepted
        or were known already; 207: some are refused; 422: all of them are.
        """
        body = await request.body()
        work = _Request(runtime, rates, request, who, body)
        told = await anyio.to_thread.run_sync(work.answer, limiter=limiter)
        return _response(request, told)

    return router


class _Request:
    """A request in the hands of a thread."""

    def __init__(
        self, runtime: Runtime, rates: Rates, request: Request, who: Principal, body: bytes
    ) -> None:
        self._runtime = runtime
        self._rates = rates
        self._headers = request.headers
        self._raw: Sequence[tuple[bytes, bytes]] = request.headers.raw
        self._who = who
        self._body = body

    def answer(self) -> list[Told]:
        source = self._source()
        self._check_rate(source)
        arrived = self._read(_content(self._body, self._headers.get("content-encoding", "")))
        self._rates.spend(source.name, max(1, len(arrived.checked)))
        told = take(self._runtime, Came(source, "http", traceparent()), arrived)
        for outcome, count in Counter([one.outcome for one in told]).items():
            TAKEN.add(count, {"way": "http", "outcome": outcome.value})
        return told

    def _source(self) -> SourceRow:
        with self._runtime.database.transaction() as conn:
            found = sources.by_subject(conn, self._who.subject)
        if found is None:
            raise ProblemError(403, "no_source")
        return found

    def _check_rate(self, source: SourceRow) -> None:
        wait = self._rates.wait(source.name)
        if wait > 0:
            again = {"Retry-After": str(math.ceil(wait))}
            raise ProblemError(429, "too_fast", again, name=source.name, rate=self._rates.rate)

    def _read(self, body: bytes) -> Arrived:
        now = self._runtime.clock.now()
        mode = content_mode(self._headers.get("content-type", ""))
        if mode == "structured":
            return arriving.structured(body, now)
        if mode == "binary":
            return arriving.binary(arriving.pairs(self._raw), body, "ce-", now)
        try:
            return arriving.batch(body, now)
        except RefusedError as error:
            why = error.refusals[0]
            status = 413 if why.code in ("too_large", "too_many") else 400
            facts = {"vi": why.vi, "en": why.en, "limit": MAX_BATCH_BYTES}
            code = why.code if why.code in MESSAGES else "bad_body"
            raise ProblemError(status, code, None, **facts) from None


def _content(body: bytes, encoding: str) -> bytes:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise ProblemError(415, "wrong_encoding", {"Accept-Encoding": "gzip"})
    try:
        return arriving.inflate(body, MAX_BATCH_BYTES)
    except TooMuchError:
        raise ProblemError(413, "too_large", None, limit=MAX_BATCH_BYTES) from None
    except NotGzipError:
        raise ProblemError(400, "bad_gzip") from None


def _response(request: Request, told: Sequence[Told]) -> Response:
    seen = Counter([one.outcome for one in told])
    counts = {outcome: seen[outcome] for outcome in Outcome}
    body: dict[str, Any] = {**counts, "receipts": told}
    if not counts[Outcome.REFUSED]:
        return Response(msgspec.json.encode(body), 200, media_type="application/json")
    if counts[Outcome.REFUSED] < len(told):
        return Response(msgspec.json.encode(body), 207, media_type="application/json")
    language = language_of(request)
    problem = {
        "type": "urn:tiendo:problem:refused",
        "title": HTTPStatus(422).phrase,
        "status": 422,
        "detail": MESSAGES["refused"].say(language, {}),
        "code": "refused",
        **body,
    }
    return Response(
        msgspec.json.encode(problem),
        422,
        headers={"Content-Language": language},
        media_type="application/problem+json",
    )
