"""What every service that shows pages shares: one session, one language, one set of headers.

The session is a cookie of the host, which all ports and paths of that host are sent: who signed in
at the board is signed in at every page of the same host.
"""

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from tiendo_runtime.http.messages import Language

SESSION_COOKIE = "tiendo_session"
_LANGUAGE_COOKIE = "tiendo_lang"
_YEAR_SECONDS = 365 * 24 * 3600

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Cookie, HX-Request",
}
"""The headers of every page."""


def language_of(request: Request) -> Language:
    """Vietnamese, unless `?lang=` or the cookie it leaves says English."""
    wanted = request.query_params.get("lang") or request.cookies.get(_LANGUAGE_COOKIE)
    return "en" if wanted == "en" else "vi"


def keep_language(request: Request, answer: Response) -> None:
    """Remember for a year the language that `?lang=` asked for."""
    wanted = request.query_params.get("lang")
    if wanted in ("vi", "en"):
        answer.set_cookie(_LANGUAGE_COOKIE, wanted, max_age=_YEAR_SECONDS, samesite="lax")


def to_sign_in(request: Request) -> Response:
    """Send somebody to sign in, and from there back to this address."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    where = f"/dang-nhap?{urlencode({'den': back})}"
    if "HX-Request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303, cast("Mapping[str, str]", {"Cache-Control": "no-store"}))
