"""Who asks: a signed bearer token, checked against the issuer's keys (RFC 7519, RFC 7517)."""

import asyncio
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

_KEEP_SECONDS = 300.0
_ALGORITHMS = ["ES256", "RS256"]

ROLES = frozenset({"secretariat", "reporter", "inspector", "member", "auditor", "operator"})


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
        self._read_at = 0.0
        self._lock = asyncio.Lock()

    async def principal(self, token: str) -> Principal:
        """The principal of a token.

        Raises:
            InvalidTokenError: Wrong signature, issuer, audience or time, or claims missing.
            IssuerAwayError: It cannot be checked now.
        """
        try:
            return self._check(token, await self._current(_KEEP_SECONDS))
        except JoseError:
            keys = await self._current(2.0)  # the issuer may have new keys
            try:
                return self._check(token, keys)
            except (JoseError, ValueError, KeyError, TypeError) as wrong:
                raise InvalidTokenError(str(wrong)) from None
        except (ValueError, KeyError, TypeError) as wrong:
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
        async with self._lock:
            if self._keys is None or time.monotonic() - self._read_at > age:
                await self._fetch()
            if self._keys is None:
                raise IssuerAwayError(self._url)
            return self._keys

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=3) as client:
                answer = (await client.get(self._url)).raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
            self._read_at = time.monotonic()
        except (httpx.HTTPError, ValueError):
            self._read_at = time.monotonic() if self._keys else 0.0


async def principal(request: Request) -> Principal:
    """The principal of a request (a FastAPI dependency).

    Raises:
        ProblemError: 401 without a valid token, 503 while it cannot be checked.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        token = request.cookies.get(request.app.state.session_cookie or "", "")
    return await authenticate(request, token)


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
        raise ProblemError(503, "database_away", {"Retry-After": "2"}) from None


Asking = Annotated[Principal, Depends(principal)]
"""Any principal, as a parameter of a query."""


def having(*roles: str) -> Callable[..., Coroutine[Any, Any, Principal]]:
    """A dependency that demands one of the roles."""

    async def check(who: Asking) -> Principal:
        if not who.roles & set(roles):
            raise ProblemError(403, "forbidden", roles=", ".join(roles))
        return who

    return check
