import base64
import hashlib
import html
import re
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tiendo_local import personas
from tiendo_local.errors import LocalError
from tiendo_local.loopback import check
from tiendo_local.personas import Persona
from tiendo_local.platform import Platform

CALLBACK = "http://127.0.0.1:20002/callback"
UNIT = "0193a5a0-0000-7000-8000-000000000001"
REPORTER = Persona(
    key="so-noi-vu",
    name="Nguyễn <Văn> A",
    role="reporter",
    unit=UNIT,
    unit_name="Sở Nội vụ",
    unit_path=f"/{UNIT}/",
)


@pytest.fixture
def client(platform: Platform) -> Iterator[httpx.Client]:
    personas.write(platform.room, [REPORTER])
    with httpx.Client(base_url=platform.issuer_url) as client:
        yield client


class Asking:
    """A client of the sign-in service with its PKCE secret."""

    def __init__(self) -> None:
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.asked = {
            "response_type": "code",
            "client_id": "board",
            "redirect_uri": CALLBACK,
            "state": "back to where I was",
            "nonce": "once",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }

    def click(self, client: httpx.Client, persona: str) -> str:
        """Click a person and return the code that comes back."""
        answer = client.post("/authorize", data={**self.asked, "persona": persona})
        assert answer.status_code == 303
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        assert back["state"] == [self.asked["state"]]
        return back["code"][0]

    def exchange(self, client: httpx.Client, code: str, **changed: str) -> httpx.Response:
        """Ask for tokens with the code."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": "board",
            "code_verifier": self.verifier,
        }
        return client.post("/token", data={**asked, **changed})


def claims(client: httpx.Client, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(client.get("/jwks.json").json())
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


def test_one_click_gives_tokens_that_say_who_it_is(client: httpx.Client):
    asking = Asking()
    tokens = asking.exchange(client, asking.click(client, REPORTER.key)).json()
    said = claims(client, tokens["access_token"])
    assert said["iss"] == str(client.base_url).rstrip("/")
    assert said["aud"] == "tiendo"
    assert said["sub"] == REPORTER.key
    assert said["roles"] == ["reporter"]
    assert said["unit"] == UNIT
    assert said["unit_path"] == f"/{UNIT}/"
    assert said["exp"] - said["iat"] == 12 * 3600
    identity = claims(client, tokens["id_token"])
    assert identity["aud"] == "board"
    assert identity["nonce"] == "once"


def test_the_page_offers_each_person_and_is_safe_against_their_names(client: httpx.Client):
    page = client.get("/authorize", params=Asking().asked)
    assert html.escape(REPORTER.name) in page.text
    assert "<Văn>" not in page.text
    assert re.search(r"Đầu mối báo cáo.*Unit reporter", page.text)


def test_a_code_is_good_once(client: httpx.Client):
    asking = Asking()
    code = asking.click(client, REPORTER.key)
    assert asking.exchange(client, code).is_success
    assert asking.exchange(client, code).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "another"},
        {"client_id": "another"},
        {"redirect_uri": "http://127.0.0.1:1/"},
        {"grant_type": "password"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_code_is_worthless_to_another(client: httpx.Client, changed: dict[str, str]):
    asking = Asking()
    code = asking.click(client, REPORTER.key)
    assert asking.exchange(client, code, **changed).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://elsewhere.example/callback"},
        {"redirect_uri": "javascript://127.0.0.1/%0aalert(1)"},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
    ],
    ids=lambda changed: "-".join(next(iter(changed.items()))),
)
def test_what_is_not_safe_is_not_offered(client: httpx.Client, changed: dict[str, str]):
    assert client.get("/authorize", params={**Asking().asked, **changed}).status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.org", ""])  # noqa: S104
def test_sign_in_refuses_to_serve_other_machines(host: str):
    with pytest.raises(LocalError, match="Refusing to listen"):
        check(host)


def test_the_issuer_knows_the_tokens_that_its_platform_hands_out(platform: Platform):
    described = httpx.get(f"{platform.issuer_url}/.well-known/openid-configuration").json()
    assert described["issuer"] == platform.issuer_url
    assert described["jwks_uri"] == platform.jwks_url
    keys = KeySet.import_key_set(httpx.get(platform.jwks_url).json())
    token = platform.token("inspector", unit=UNIT)
    assert jwt.decode(token, keys, algorithms=["ES256"]).claims["roles"] == ["inspector"]
