"""Who asks: tokens that hold, tokens that do not, and an issuer that is away."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from tests.connected.runtime.site import Answer, Site, ask_site, problem
from tests.connected.runtime.workshop import CLOCK

from tiendo_local.platform import Platform
from tiendo_local.tokens import AUDIENCE, Claims, SigningKey
from tiendo_runtime.http.principals import Tokens

Forged = Callable[[Platform], str]


def claims(**changes: Any) -> Claims:
    facts: dict[str, Any] = {"subject": "s", "name": "n", "roles": ("operator",)}
    return Claims(**facts | changes)


def signed(
    platform: Platform, issuer: str = "", audience: str = AUDIENCE, now: datetime | None = None
) -> str:
    key = SigningKey.of(platform.room)
    issuer = issuer or platform.issuer_url
    return key.sign(claims(), issuer=issuer, audience=audience, now=now)


def by_hand(platform: Platform, key: Any, alg: str, **header: str) -> str:
    content = {"iss": platform.issuer_url, "aud": "tiendo", "sub": "s", "roles": ["operator"]}
    exp = int((CLOCK.now() + timedelta(hours=1)).timestamp())
    return jwt.encode({"alg": alg} | header, content | {"exp": exp}, key, algorithms=[alg])


FORGED: dict[str, Forged] = {
    "none at all": lambda _: "",
    "no token": lambda _: "nonsense",
    "three dots": lambda _: "a.b.c",
    "not ASCII": lambda _: "é.é.é",
    "expired": lambda p: signed(p, now=CLOCK.now() - timedelta(days=2)),
    "other audience": lambda p: signed(p, audience="other"),
    "other issuer": lambda p: signed(p, issuer="http://other"),
    "other key": lambda p: by_hand(p, ECKey.generate_key("P-256"), "ES256"),
    "other key, our id": lambda p: by_hand(
        p, ECKey.generate_key("P-256"), "ES256", kid=str(p_kid(p))
    ),
    "alg none": lambda p: by_hand(p, OctKey.import_key("x" * 32), "none"),
    "a shared secret": lambda p: by_hand(p, OctKey.import_key("x" * 32), "HS256"),
    "cut off": lambda p: signed(p)[:-4],
}


def p_kid(platform: Platform) -> str:
    return httpx.get(platform.jwks_url).json()["keys"][0]["kid"]


class TestPrincipals:
    @pytest.mark.filterwarnings("ignore")  # the token library warns of what is forged here
    @pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
    def test_a_token_that_is_not_ours_is_no_token(
        self, here: Site, platform: Platform, forge: Forged
    ) -> None:
        token = forge(platform)

        async def both() -> list[Answer]:
            raw = f"Bearer {token}".encode("latin-1")
            async with here.client() as client:
                headers = [(b"authorization", raw)] if token else []
                return [await client.get("/counters", headers=headers) for _ in range(2)]

        for answer in asyncio.run(both()):
            assert problem(answer) == (401, "unauthenticated")
            assert answer.headers["www-authenticate"].startswith("Bearer")

    def test_a_role_that_may_not_is_told_which_may(self, here: Site, platform: Platform) -> None:
        answer = asyncio.run(
            ask_site(here, platform.token("member"), "POST", "/counters", json={"label": "a"})
        )
        assert problem(answer) == (403, "forbidden")
        assert "operator" in answer.json()["detail"]

    def test_a_scope_ends_with_its_unit(self, here: Site, platform: Platform) -> None:
        for path, scope in (("/a/b", "/a/b/"), ("/a/b/", "/a/b/"), ("/", "/")):
            token = platform.token("member", unit_path=path)
            assert asyncio.run(ask_site(here, token, "GET", "/counters")).json()["scope"] == scope

    def test_a_cookie_is_as_good_as_a_header(self, here: Site, token: str) -> None:
        cookie = {"cookie": f"session={token}"}
        assert (
            asyncio.run(ask_site(here, "", "GET", "/counters", headers=cookie)).status_code == 200
        )

    def test_keys_that_were_read_serve_while_the_issuer_is_away(
        self, here: Site, token: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tokens: Any = here.app.state.tokens  # shared: what is changed is put back
        assert asyncio.run(ask_site(here, token, "GET", "/counters")).status_code == 200
        monkeypatch.setattr(tokens, "_url", "http://127.0.0.1:1/")
        monkeypatch.setattr(tokens, "_read_at", float("-inf"))
        monkeypatch.setattr(tokens, "_asked_at", float("-inf"))
        assert asyncio.run(ask_site(here, token, "GET", "/counters")).status_code == 200

    def test_without_keys_a_token_cannot_be_judged(
        self, here: Site, platform: Platform, token: str
    ) -> None:
        here.app.state.tokens = Tokens("http://127.0.0.1:1/", platform.issuer_url, "tiendo")
        answer = asyncio.run(ask_site(here, token, "GET", "/counters"))
        assert problem(answer) == (503, "issuer_away")
        assert answer.headers["retry-after"]
