"""The local sign-in service: OpenID Connect's code flow with PKCE, one click per person.

Run as `python -m tiendo_local.issuer`. It believes whoever clicks, so it serves the loopback
only and sends codes nowhere else.
"""

import argparse
import base64
import hashlib
import html
import secrets
import time
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Form, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from tiendo_local import loopback, personas
from tiendo_local.errors import LocalError
from tiendo_local.personas import ROLE_NAMES, Persona
from tiendo_local.room import Room
from tiendo_local.tokens import ALGORITHM, AUDIENCE, LIFETIME, ROLES, SigningKey

_CODE_SECONDS = 60.0


class Asked(BaseModel):
    """What a client asks of `/authorize`, carried through the sign-in page."""

    response_type: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str
    state: str = ""
    nonce: str = ""
    scope: str = "openid"


class Choice(Asked):
    """The same with the person who was clicked."""

    persona: str


class Exchange(BaseModel):
    """A client's code for tokens."""

    grant_type: str
    code: str
    redirect_uri: str
    client_id: str
    code_verifier: str


@dataclass(frozen=True)
class _Code:
    choice: Choice
    person: Persona
    expires: float


def make_app(room: Room, issuer: str) -> FastAPI:
    """Return the sign-in service that signs with the room's key."""
    app = FastAPI(title="Tiến Độ: local issuer", openapi_url=None)
    key = SigningKey.of(room)
    codes: dict[str, _Code] = {}

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ready"}

    @app.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, object]:
        return _configuration(issuer)

    @app.get("/jwks.json")
    async def jwks() -> dict[str, object]:
        return key.public()

    @app.get("/authorize")
    async def authorize(asked: Annotated[Asked, Query()]) -> HTMLResponse:
        _check(asked)
        return HTMLResponse(_page(asked, personas.read(room)))

    @app.post("/authorize")
    async def choose(choice: Annotated[Choice, Form()]) -> RedirectResponse:
        _check(choice)
        person = next((p for p in personas.read(room) if p.key == choice.persona), None)
        if person is None:
            raise HTTPException(400, "unknown persona")
        code = secrets.token_urlsafe(32)
        codes[code] = _Code(choice, person, time.monotonic() + _CODE_SECONDS)
        query = urlencode({"code": code, "state": choice.state, "iss": issuer})
        joint = "&" if urlsplit(choice.redirect_uri).query else "?"
        return RedirectResponse(f"{choice.redirect_uri}{joint}{query}", status_code=303)

    @app.post("/token")
    async def token(exchange: Annotated[Exchange, Form()]) -> dict[str, object]:
        code = _redeem(codes.pop(exchange.code, None), exchange)
        claims = code.person.claims()
        return {
            "access_token": key.sign(claims, issuer=issuer),
            "id_token": key.sign(
                claims, issuer=issuer, audience=exchange.client_id, nonce=code.choice.nonce or None
            ),
            "token_type": "Bearer",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": code.choice.scope,
        }

    return app


def _configuration(issuer: str) -> dict[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks.json",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": ["openid"],
        "claims_supported": ["sub", "name", "roles", "unit", "unit_path"],
        "audience": AUDIENCE,
    }


def _check(asked: Asked) -> None:
    if asked.response_type != "code" or asked.code_challenge_method != "S256":
        raise HTTPException(400, "only the code flow with PKCE (S256) is offered")
    target = urlsplit(asked.redirect_uri)
    try:
        loopback.check(target.hostname or "")
    except LocalError:
        raise HTTPException(400, "redirect_uri must be on this machine") from None
    if target.scheme not in {"http", "https"}:
        raise HTTPException(400, "redirect_uri must be on this machine")


def _redeem(code: _Code | None, exchange: Exchange) -> _Code:
    digest = hashlib.sha256(exchange.code_verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if (
        exchange.grant_type != "authorization_code"
        or code is None
        or time.monotonic() > code.expires
        or code.choice.client_id != exchange.client_id
        or code.choice.redirect_uri != exchange.redirect_uri
        or not secrets.compare_digest(code.choice.code_challenge, challenge)
    ):
        raise HTTPException(400, "invalid_grant")
    return code


def _page(asked: Asked, people: list[Persona]) -> str:
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(str(value))}">'
        for name, value in asked.model_dump().items()
    )
    in_order = sorted(people, key=lambda person: ROLES.index(person.role))
    page = Template(files("tiendo_local").joinpath("signin.html").read_text(encoding="utf-8"))
    return page.substitute(fields=fields, people="".join(map(_button, in_order)))


def _button(person: Persona) -> str:
    vietnamese, english = ROLE_NAMES[person.role]
    unit = f"<span>{html.escape(person.unit_name)}</span>" if person.unit_name else ""
    return (
        f'<button name="persona" value="{html.escape(person.key)}">'
        f"<b>{html.escape(person.name)}</b>{unit}<small>{vietnamese} · "
        f'<i lang="en">{english}</i></small></button>'
    )


def _make(room: Room, given: argparse.Namespace) -> FastAPI:
    return make_app(room, f"http://{given.host}:{given.port}")


if __name__ == "__main__":
    loopback.serve("Local sign-in service of Tiến Độ", _make)
