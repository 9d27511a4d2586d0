"""Serving people: the language of a page, pages inside of their frame, errors as pages."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from opentelemetry import trace
from starlette.exceptions import HTTPException

from monitoring.messages import MESSAGES
from monitoring.pages.charts import parts, reported, stages
from monitoring.pages.look import Look, environment
from monitoring.pages.statics import address_of
from monitoring.pages.words import WORDS
from tiendo_runtime.clock import Clock, SystemClock
from tiendo_runtime.context import Principal
from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.domain import NotFoundError, RuleError
from tiendo_runtime.http.browsers import (
    PAGE_HEADERS,
    SESSION_COOKIE,
    keep_language,
    language_of,
    to_sign_in,
)
from tiendo_runtime.http.messages import BASE, Language, Sentence
from tiendo_runtime.http.principals import csrf_token
from tiendo_runtime.http.problems import ProblemError

log = logging.getLogger(__name__)

_templates = environment()


def render(
    request: Request,
    template: str,
    clock: Clock,
    who: Principal | None,
    facts: Mapping[str, Any],
    status: int = 200,
) -> Response:
    """A page; its content alone, where htmx asks for it again."""
    language = language_of(request)
    fragment = "HX-Request" in request.headers
    session = request.cookies.get(SESSION_COOKIE, "")
    look = Look(language, clock.now())

    def link(**changed: str | None) -> str:
        return _here(request, {"cursor": None, **changed})

    body = _templates.get_template(template).render(
        {
            "layout": "fragment.html" if fragment else "base.html",
            "look": look,
            "static": address_of,
            "parts": parts,
            "stages": stages,
            "reported": reported,
            "t": look.t,
            "two": look.two,
            "who": who,
            "here": _here(request, {}),
            "other": _here(request, {"lang": "vi" if language == "en" else "en"}),
            "link": link,
            "csrf": csrf_token(session) if session else "",
            "sequence": None,
            "past": None,
            "watch": None,
        }
        | dict(facts)
    )
    page = HTMLResponse(body, status, {**PAGE_HEADERS, "Content-Language": language})
    keep_language(request, page)
    return page


def _here(request: Request, changed: Mapping[str, str | None]) -> str:
    """This address with other parameters; None takes one away."""
    kept = {**request.query_params, **changed}
    query = urlencode({name: value for name, value in kept.items() if value is not None})
    return f"{request.url.path}?{query}" if query else request.url.path


def wants_page(request: Request) -> bool:
    """Whether a browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "")


class BrowserRoute(APIRoute):
    """A route whose errors are pages for browsers, and who is not signed in is sent to do so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the handler of errors around the route's own."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except Exception as error:
                if not wants_page(request) and "HX-Request" not in request.headers:
                    raise
                return _answer(request, error)

        return handle


def _answer(request: Request, error: Exception) -> Response:
    status, code, facts, headers = _told(error)
    if status == HTTPStatus.UNAUTHORIZED:
        return to_sign_in(request)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("unexpected", exc_info=error)
    sentence = ({**BASE, **MESSAGES}).get(code, Sentence(code, code))
    title = f"error_{status}"
    said = {language: sentence.say(language, _named(facts, language)) for language in ("vi", "en")}
    again = "/dang-nhap" if request.url.path.startswith("/dang-nhap") else _here(request, {})
    shown = {"title": title if title in WORDS else "error", "said": said, "again": again}
    page = render(request, "error.html", SystemClock(), None, shown, status)
    page.headers.update(headers)
    return page


def _told(error: Exception) -> tuple[int, str, Mapping[str, Any], Mapping[str, str]]:
    """Status, code, facts and headers of an error."""
    match error:
        case ProblemError():
            return error.status, error.code, error.facts, error.headers
        case RuleError():
            return error.status, error.code, error.facts, {}
        case NotFoundError():
            return 404, "not_found", {"kind": error.kind, "identity": error.identity}, {}
        case RequestValidationError():
            return 422, "bad_address", {}, {}
        case HTTPException():
            return error.status_code, "no_such_page", {}, error.headers or {}
        case DatabaseAwayError():
            return 503, "database_away", {}, {"Retry-After": "2"}
        case _:
            span = trace.get_current_span().get_span_context()
            return 500, "internal", {"trace": f"{span.trace_id:032x}"}, {}


def _named(facts: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
    kind = WORDS.get(f"kind_{facts.get('kind')}")
    return {**facts, "kind": kind.say(language, {})} if kind else facts
