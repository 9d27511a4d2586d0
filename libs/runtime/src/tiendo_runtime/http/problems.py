"""Errors over HTTP: RFC 9457 problem+json, in Vietnamese or English (`Accept-Language`).

`type` is `urn:tiendo:problem:<code>` and stable; `detail` is a sentence for people.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import psycopg
from eventsourcing import persistence
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from opentelemetry import trace
from starlette.exceptions import HTTPException

from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.domain import (
    NotFoundError,
    NotYetKnownError,
    Reason,
    ReasonsError,
    RuleError,
)
from tiendo_runtime.http.messages import (
    BASE,
    FIELD_ERRORS,
    OTHER_FIELD_ERROR,
    Language,
    Messages,
    Sentence,
)
from tiendo_runtime.store import VersionConflictError

log = logging.getLogger(__name__)

_TOO_MUCH = (psycopg.errors.ProgramLimitExceeded, psycopg.errors.StatementTooComplex)


class ProblemError(Exception):
    """An answer other than success, decided at the edge."""

    def __init__(
        self, status: int, code: str, headers: Mapping[str, str] | None = None, **facts: Any
    ) -> None:
        super().__init__(code, facts)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.facts = facts


def language_of(request: Request) -> Language:
    """English where the caller prefers it to Vietnamese, else Vietnamese."""
    accepted = request.headers.get("accept-language", "").lower()
    vi, en = accepted.find("vi"), accepted.find("en")
    return "en" if en >= 0 and (vi < 0 or en < vi) else "vi"


class Problems:
    """Writes problems with the sentences of one service."""

    def __init__(self, messages: Messages) -> None:
        self._messages = {**BASE, **messages}

    def install(self, app: FastAPI) -> None:
        """Answer every error of the app as a problem."""
        app.add_exception_handler(ProblemError, self._problem)
        app.add_exception_handler(RuleError, self._rule)
        app.add_exception_handler(NotFoundError, self._not_found)
        app.add_exception_handler(RequestValidationError, self._invalid)
        app.add_exception_handler(HTTPException, self._http)
        app.add_exception_handler(DatabaseAwayError, self._away)
        app.add_exception_handler(VersionConflictError, self._busy)
        for unfit in (psycopg.DataError, persistence.DataError, *_TOO_MUCH, OverflowError):
            app.add_exception_handler(unfit, self._unfit)

    def answer(
        self,
        request: Request,
        status: int,
        code: str,
        facts: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> Response:
        """A problem document; `facts` stand in it as they are in its sentence, for programs."""
        language = language_of(request)
        sentence = self._messages.get(code, Sentence(code, code))
        body: dict[str, Any] = {
            "type": f"urn:tiendo:problem:{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": sentence.say(language, facts),
            "code": code,
        }
        if facts:
            body["facts"] = dict(facts)
        if errors:
            body["errors"] = list(errors)
        return Response(
            json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str).encode(
                "utf-8", "backslashreplace"
            ),
            status,
            headers={"Content-Language": language, **(headers or {})},
            media_type="application/problem+json",
        )

    async def _problem(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)  # noqa: S101
        return self.answer(request, error.status, error.code, error.facts, error.headers)

    async def _rule(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RuleError)  # noqa: S101
        again = {"Retry-After": "1"} if isinstance(error, NotYetKnownError) else {}
        reasons = error.reasons if isinstance(error, ReasonsError) else ()
        errors = [self._reason(reason, language_of(request)) for reason in reasons]
        return self.answer(request, error.status, error.code, error.facts, again, errors)

    def _reason(self, reason: Reason, language: Language) -> dict[str, str]:
        said = self._messages.get(reason.code, Sentence(reason.code, reason.code))
        return {
            "path": reason.path,
            "field": reason.field,
            "code": reason.code,
            "message": said.say(language, reason.facts),
            "vi": said.say("vi", reason.facts),
            "en": said.say("en", reason.facts),
        }

    async def _not_found(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, NotFoundError)  # noqa: S101
        facts = {"kind": error.kind, "identity": error.identity}
        return self.answer(request, 404, "not_found", facts)

    async def _invalid(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        language = language_of(request)
        errors = [_field_error(e, language) for e in error.errors()]
        malformed = any(e["type"] == "json_invalid" for e in error.errors())
        code = "malformed" if malformed else "invalid"
        return self.answer(request, 400 if malformed else 422, code, {}, errors=errors[:100])

    async def _http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        code = {404: "no_such_page", 405: "method_not_allowed"}.get(error.status_code, "malformed")
        return self.answer(request, error.status_code, code, {}, error.headers)

    async def _away(self, request: Request, error: Exception) -> Response:
        log.warning("database away: %s", error)
        return self.answer(request, 503, "database_away", {}, {"Retry-After": "2"})

    async def _busy(self, request: Request, _: Exception) -> Response:
        return self.answer(request, 503, "busy", {}, {"Retry-After": "1"})

    async def _unfit(self, request: Request, error: Exception) -> Response:
        """What no field's rule caught, and the database or the calendar cannot hold."""
        log.warning("unfit value", exc_info=error)
        return self.answer(request, 422, "invalid", {})

    def unexpected(self, request: Request, error: Exception) -> Response:
        """The answer to an error that nobody foresaw; the log has the rest under its trace."""
        log.error("unexpected", exc_info=error)
        span = trace.get_current_span().get_span_context()
        return self.answer(request, 500, "internal", {"trace": f"{span.trace_id:032x}"})


def _field_error(error: Mapping[str, Any], language: Language) -> dict[str, str]:
    sentence = FIELD_ERRORS.get(error["type"], OTHER_FIELD_ERROR)
    loc = () if error["type"] == "json_invalid" else error["loc"][1:]
    path = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in loc)
    return {"path": path or "/", "message": sentence.say(language, error.get("ctx") or {})}
