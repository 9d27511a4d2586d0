"""Signing in at the local issuer, and out again."""

import base64
import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.connected.monitoring.world import Running

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def browser(board: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=board.url, headers=BROWSER, timeout=10) as client:
        yield client


def at_issuer(browser: httpx.Client, wanted: str = "/bao-cao") -> str:
    """Ask for a page; answers the issuer's address that the browser is sent to."""
    to_sign_in = browser.get(wanted)
    assert to_sign_in.status_code == 303
    answer = browser.get(to_sign_in.headers["location"])
    assert answer.status_code == 303
    return answer.headers["location"]


def choose(address: str) -> str:
    """Click on the first person; answers where the issuer sends the browser back to."""
    page = httpx.get(address).text
    persona = re.findall(r'name="persona" value="([^"]+)"', page)[0]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    form = {name: unescape(value) for name, value in fields.items()} | {"persona": persona}
    answer = httpx.post(address.partition("?")[0], data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_signing_in_comes_back_to_the_wanted_page(browser: httpx.Client) -> None:
    back = choose(at_issuer(browser, "/bao-cao?ky=2026-W47"))
    assert back.startswith(f"{browser.base_url}/dang-nhap/tra-ve?".replace("//dang", "/dang"))
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/bao-cao?ky=2026-W47")
    session = next(
        c for c in answer.headers.get_list("set-cookie") if c.startswith("tiendo_session=")
    )
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Secure" not in session  # the test's address is plain http
    assert "tiendo_signin" not in browser.cookies
    page = browser.get("/bao-cao")
    assert page.status_code == 200
    assert 'class="person" method="post" action="/dang-xuat"' in page.text


def test_the_issuer_is_asked_as_the_standards_say(browser: httpx.Client) -> None:
    asked = parse_qs(urlsplit(at_issuer(browser)).query)
    assert asked["response_type"] == ["code"]
    assert asked["client_id"] == ["tiendo-board"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["state"] != asked["nonce"]


def test_an_answer_to_another_sign_in_is_refused(browser: httpx.Client) -> None:
    mine = choose(at_issuer(browser))
    at_issuer(browser)  # begun anew in another tab: the first one's state is gone
    assert browser.get(mine).status_code == 400
    assert "tiendo_session" not in browser.cookies


def test_an_answer_without_a_sign_in_is_refused(browser: httpx.Client) -> None:
    back = choose(at_issuer(browser))
    stranger = httpx.get(back, headers=BROWSER)
    assert stranger.status_code == 400
    assert "hãy đăng nhập lại" in stranger.text
    assert "sign in again" in stranger.text


def test_a_code_works_once(browser: httpx.Client) -> None:
    back = choose(at_issuer(browser))
    remembered = browser.cookies["tiendo_signin"]
    assert browser.get(back).status_code == 303
    again = httpx.get(back, headers=BROWSER, cookies={"tiendo_signin": remembered})
    assert again.status_code == 400


@pytest.mark.parametrize("changed", ["state", "nonce", "verifier"])
def test_each_of_the_three_secrets_matters(browser: httpx.Client, changed: str) -> None:
    back = choose(at_issuer(browser))
    remembered = json.loads(base64.urlsafe_b64decode(browser.cookies["tiendo_signin"]))
    forged = base64.urlsafe_b64encode(
        json.dumps({**remembered, changed: "x" * 43}).encode()
    ).decode()
    answer = httpx.get(back, headers=BROWSER, cookies={"tiendo_signin": forged})
    assert answer.status_code == 400


def test_no_other_site_is_come_back_to(browser: httpx.Client) -> None:
    started = browser.get("/dang-nhap", params={"den": "https://else.example/"})
    answer = browser.get(choose(started.headers["location"]))
    assert answer.headers["location"] == "/"


def test_signing_out_needs_the_page_and_ends_the_session(browser: httpx.Client) -> None:
    browser.get(choose(at_issuer(browser)))
    forged = browser.post("/dang-xuat", data={"csrf": "0" * 64})
    assert forged.status_code == 403
    assert browser.get("/bao-cao").status_code == 200
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', browser.get("/").text)
    assert token
    answer = browser.post("/dang-xuat", data={"csrf": token[1]})
    assert answer.headers["location"] == "/da-dang-xuat"
    assert "tiendo_session" not in browser.cookies
    assert "Đã đăng xuất" in browser.get("/da-dang-xuat").text
    assert browser.get("/bao-cao").status_code == 303


def test_a_token_that_is_not_ours_is_no_session(browser: httpx.Client) -> None:
    browser.cookies.set("tiendo_session", "eyJhbGciOiJub25lIn0.e30.")
    assert browser.get("/").status_code == 303
