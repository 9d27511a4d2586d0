"""Signing in with the issuer: OpenID Connect's authorization code flow with PKCE (RFC 7636).

`/dang-nhap` sends the browser to the issuer; what must be remembered until it comes back (state,
nonce, verifier, the page that was wanted) waits in a cookie of ten minutes. `/dang-nhap/tra-ve`
turns the code into a token, which is the session: a cookie that no script can read.
"""

import base64
import hashlib
import hmac
import os
import time
from dataclasses import dataclass
from typing import Annotated, Any, cast
from urllib.parse import urlencode

import httpx
import msgspec
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from monitoring.pages.browsing import BrowserRoute, render
from monitoring.settings import BoardSettings
from tiendo_runtime.clock import Clock
from tiendo_runtime.http.browsers import SESSION_COOKIE
from tiendo_runtime.http.principals import InvalidTokenError, IssuerAwayError, Tokens, check_csrf
from tiendo_runtime.http.problems import ProblemError

_WAITING_COOKIE = "tiendo_signin"
_WAITING_SECONDS = 600
_KEEP_SECONDS = 300.0


class Waiting(msgspec.Struct):
    """What is remembered while somebody is at the issuer."""

    state: str
    nonce: str
    verifier: str
    back: str


class _Configuration(msgspec.Struct):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str


class _Answer(msgspec.Struct):
    access_token: str
    id_token: str
    expires_in: int = 3600


@dataclass(frozen=True, slots=True)
class Callback:
    """What the issuer sends the browser back with."""

    code: str
    state: str
    issuer: str


class Issuer:
    """The issuer as a client sees it."""

    def __init__(self, settings: BoardSettings) -> None:
        self._settings = settings
        self._known: _Configuration | None = None
        self._read_at = 0.0
        self._id_tokens = Tokens(
            str(settings.jwks_url), settings.token_issuer, settings.oidc_client_id
        )

    @property
    def redirect_uri(self) -> str:
        """Where the issuer sends browsers back to."""
        return f"{self._settings.address}/dang-nhap/tra-ve"

    async def address(self, waiting: Waiting) -> str:
        """Where somebody signs in."""
        challenge = _encoded(hashlib.sha256(waiting.verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": waiting.state,
            "nonce": waiting.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{(await self._configuration()).authorization_endpoint}?{urlencode(query)}"

    async def redeem(self, callback: Callback, waiting: Waiting) -> _Answer:
        """Turn the code into tokens, and check that they are for this sign-in.

        Raises:
            ProblemError: 400 where anything does not fit, 503 while the issuer is away.
        """
        known = await self._configuration()
        same = hmac.compare_digest(callback.state.encode(), waiting.state.encode())
        if not same or not callback.code or callback.issuer not in ("", known.issuer):
            raise ProblemError(400, "signin_failed")
        answer = await self._exchange(known, callback.code, waiting.verifier)
        try:
            await self._id_tokens.principal(answer.id_token)
        except InvalidTokenError:
            raise ProblemError(400, "signin_failed") from None
        except IssuerAwayError:
            raise _away() from None
        if not hmac.compare_digest(_nonce(answer.id_token), waiting.nonce):
            raise ProblemError(400, "signin_failed")
        return answer

    async def _exchange(self, known: _Configuration, code: str, verifier: str) -> _Answer:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self._settings.oidc_client_id,
            "code_verifier": verifier,
        }
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                answer = await client.post(known.token_endpoint, data=form)
            if answer.is_client_error:
                raise ProblemError(400, "signin_failed")
            return msgspec.json.decode(answer.raise_for_status().content, type=_Answer)
        except (httpx.HTTPError, msgspec.MsgspecError):
            raise _away() from None

    async def _configuration(self) -> _Configuration:
        if self._known is None or time.monotonic() - self._read_at > _KEEP_SECONDS:
            self._known = await self._discover()
            self._read_at = time.monotonic()
        return self._known

    async def _discover(self) -> _Configuration:
        issuer = self._settings.token_issuer.rstrip("/")
        try:
            async with httpx.AsyncClient(timeout=3) as client:
                answer = await client.get(f"{issuer}/.well-known/openid-configuration")
            found = msgspec.json.decode(answer.raise_for_status().content, type=_Configuration)
        except (httpx.HTTPError, msgspec.MsgspecError):
            raise _away() from None
        if found.issuer.rstrip("/") != issuer:
            raise _away()
        return found


def _away() -> ProblemError:
    return ProblemError(503, "issuer_away", {"Retry-After": "5"})


def _nonce(token: str) -> str:
    """The nonce of a token whose signature was checked."""
    part = token.split(".")[1]
    claims: dict[str, Any] = msgspec.json.decode(
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    )
    return str(claims.get("nonce", ""))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def local_page(wanted: str) -> str:
    """The page to come back to: one of this site, or the overview."""
    harmless = wanted.startswith("/") and wanted[1:2] not in ("/", "\\") and wanted.isprintable()
    return wanted if harmless and len(wanted) <= 1000 else "/"


def _remembered(request: Request) -> Waiting:
    raw = request.cookies.get(_WAITING_COOKIE, "")
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(raw), type=Waiting)
    except (ValueError, msgspec.MsgspecError):
        raise ProblemError(400, "signin_failed") from None


def routes(settings: BoardSettings, clock: Clock) -> APIRouter:
    """The routes of signing in and out."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)
    issuer = Issuer(settings)
    secure = settings.address.startswith("https://")

    def keep(answer: Response, name: str, value: str, seconds: int, path: str = "/") -> None:
        answer.set_cookie(
            name, value, seconds, path=path, secure=secure, httponly=True, samesite="lax"
        )

    @router.get("/dang-nhap")
    async def sign_in(den: Annotated[str, Query(max_length=2000)] = "/") -> Response:
        state, nonce, verifier = (_encoded(os.urandom(32)) for _ in range(3))
        waiting = Waiting(state, nonce, verifier, local_page(den))
        answer = RedirectResponse(await issuer.address(waiting), 303)
        remembered = base64.urlsafe_b64encode(msgspec.json.encode(waiting)).decode()
        keep(answer, _WAITING_COOKIE, remembered, _WAITING_SECONDS, "/dang-nhap")
        return answer

    @router.get("/dang-nhap/tra-ve")
    async def come_back(
        request: Request,
        code: Annotated[str, Query(max_length=2000)] = "",
        state: Annotated[str, Query(max_length=200)] = "",
        iss: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        waiting = _remembered(request)
        tokens = await issuer.redeem(Callback(code, state, iss), waiting)
        await _check_session(request, tokens.access_token)
        answer = RedirectResponse(local_page(waiting.back), 303)
        keep(answer, SESSION_COOKIE, tokens.access_token, tokens.expires_in)
        answer.delete_cookie(_WAITING_COOKIE, path="/dang-nhap")
        return answer

    @router.post("/dang-xuat")
    async def sign_out(
        request: Request, csrf: Annotated[str, Form(max_length=200)] = ""
    ) -> Response:
        session = request.cookies.get(SESSION_COOKIE, "")
        check_csrf(session, csrf)
        answer = RedirectResponse("/da-dang-xuat", 303)
        answer.delete_cookie(SESSION_COOKIE, path="/")
        return answer

    @router.get("/da-dang-xuat")
    def signed_out(request: Request) -> Response:
        return render(request, "signed_out.html", clock, None, {})

    return router


async def _check_session(request: Request, token: str) -> None:
    tokens = cast("Tokens", request.app.state.tokens)
    try:
        await tokens.principal(token)
    except InvalidTokenError:
        raise ProblemError(400, "signin_failed") from None
    except IssuerAwayError:
        raise _away() from None
