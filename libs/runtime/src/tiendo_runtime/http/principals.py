"""Who asks: a signed bearer token, checked against the issuer's keys (RFC 7519, RFC 7517)."""

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tiendo_runtime.context import Principal
from tiendo_runtime.http.problems import ProblemError

log = logging.getLogger(__name__)

_KEEP_SECONDS = 300.0
_RETRY_SECONDS = 2.0
_UNREADABLE = (JoseError, ValueError, KeyError, TypeError, AttributeError)
_ALGORITHMS = ["ES256", "RS256"]
_READING = ("GET", "HEAD")

ROLES = frozenset(
    {"secretariat", "leader", "reporter", "inspector", "member", "auditor", "operator", "publisher"}
)


class InvalidTokenError(Exception):
    """The token is not one of ours, or no longer."""


class IssuerAwayError(Exception):
    """The issuer's keys cannot be read now, and none are kept."""


class Tokens:
    """Checks tokens; keeps the issuer's keys for five minutes, and while the issuer is away."""

    def __init__(self, jwks_url: str, issuer: str, audience: str) -> None:
        self._url = jwks_url
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        self._keys: KeySet | None = None
        self._read_at = self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def prepare(self) -> None:
        """Read the keys, if none are kept yet.

        Raises:
            IssuerAwayError: They cannot be read now.
        """
        await self._current(_KEEP_SECONDS)

    async def principal(self, token: str) -> Principal:
        """The principal of a token.

        Raises:
            InvalidTokenError: Wrong signature, issuer, audience or time, or claims missing.
            IssuerAwayError: It cannot be checked now.
        """
        keys = await self._current(_KEEP_SECONDS)
        try:
            return self._check(token, keys)
        except _UNREADABLE:
            newer = await self._current(0)  # the issuer may have new keys
        try:
            return self._check(token, newer)
        except _UNREADABLE as wrong:
            raise InvalidTokenError(str(wrong)) from None

    def _check(self, token: str, keys: KeySet) -> Principal:
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        self._claims.validate(claims)
        unit = claims.get("unit")
        return Principal(
            subject=str(claims["sub"]),
            name=str(claims.get("name", "")),
            roles=frozenset(claims["roles"]) & ROLES,
            unit_id=UUID(unit) if unit else None,
            unit_path=str(claims.get("unit_path", "")),
        )

    async def _current(self, age: float) -> KeySet:
        keys = self._fresh(age)
        if keys is None:
            async with self._lock:
                keys = self._fresh(age)
                if keys is None:
                    await self._fetch()
                    keys = self._keys
        if keys is None:
            raise IssuerAwayError(self._url)
        return keys

    def _fresh(self, age: float) -> KeySet | None:
        """The keys that are kept, or None when it is time to ask for them."""
        now = time.monotonic()
        asked_lately = now - self._asked_at < _RETRY_SECONDS
        if self._keys is None and asked_lately:
            raise IssuerAwayError(self._url)
        return self._keys if asked_lately or now - self._read_at < age else None

    async def _fetch(self) -> None:
        if self._keys is not None:
            self._asked_at = time.monotonic()  # others go on with the keys that are kept
        try:
            async with httpx.AsyncClient(timeout=3) as client:
                answer = (await client.get(self._url)).raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
            self._read_at = time.monotonic()
        except (httpx.HTTPError, *_UNREADABLE) as error:
            log.warning("the issuer's keys cannot be read at %s: %s", self._url, error)
        self._asked_at = time.monotonic()


async def principal(request: Request) -> Principal:
    """The principal of a request (a FastAPI dependency).

    A browser sends its session's cookie whichever page makes it: so a command that comes with
    nothing else must also bring what only our own pages know (`X-CSRF-Token`).

    Raises:
        ProblemError: 401 without a valid token, 403 `csrf`, 503 while it cannot be checked.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        token = request.cookies.get(request.app.state.session_cookie or "", "")
        if token and request.method not in _READING:
            check_csrf(token, request.headers.get("x-csrf-token", ""))
    return await authenticate(request, token)


def csrf_token(session: str) -> str:
    """What a page must send back: nobody else can know it, since it comes from the session."""
    return hmac.new(session.encode(), b"tiendo csrf", hashlib.sha256).hexdigest()


def check_csrf(session: str, told: str) -> None:
    """See that a request comes from one of our pages.

    Raises:
        ProblemError: 403 `csrf`: it does not.
    """
    if not session or not hmac.compare_digest(told.encode(), csrf_token(session).encode()):
        raise ProblemError(403, "csrf")


async def authenticate(request: Request, token: str) -> Principal:
    """The principal of a token that came with a request; errors as `principal`."""
    challenge = {"WWW-Authenticate": 'Bearer realm="tiendo"'}
    if not token:
        raise ProblemError(401, "unauthenticated", challenge)
    tokens: Tokens = request.app.state.tokens
    try:
        return await tokens.principal(token)
    except InvalidTokenError:
        raise ProblemError(401, "unauthenticated", challenge) from None
    except IssuerAwayError:
        raise ProblemError(503, "issuer_away", {"Retry-After": "2"}) from None


Asking = Annotated[Principal, Depends(principal)]
"""Any principal, as a parameter of a query."""


def having(*roles: str) -> Callable[..., Coroutine[Any, Any, Principal]]:
    """A dependency that demands one of the roles."""

    async def check(who: Asking) -> Principal:
        if not who.roles & set(roles):
            raise ProblemError(403, "forbidden", roles=", ".join(roles))
        return who

    return check
