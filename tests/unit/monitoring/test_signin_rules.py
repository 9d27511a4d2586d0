import pytest
from pydantic import ValidationError

from monitoring.settings import BoardSettings
from monitoring.signin import local_page
from tiendo_runtime.http.principals import csrf_token

NEEDED = {
    "database_url": "postgresql://x",
    "kafka_bootstrap_servers": "localhost:9092",
    "token_issuer": "http://issuer",
    "jwks_url": "http://issuer/jwks.json",
}


def settings(**given: object) -> BoardSettings:
    return BoardSettings.model_validate(NEEDED | given)


@pytest.mark.parametrize("wanted", ["/", "/don-vi/1?state=overdue", "/bao-cao?ky=2026-W47"])
def test_a_page_of_this_site_is_come_back_to(wanted: str) -> None:
    assert local_page(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "https://else.example/",
        "//else.example/",
        "/\\else.example/",
        "javascript:alert(1)",
        "/\r\nSet-Cookie: a=b",
        "/" + "x" * 2000,
    ],
)
def test_another_site_is_never_come_back_to(wanted: str) -> None:
    assert local_page(wanted) == "/"


def test_a_form_of_another_session_is_not_ours() -> None:
    assert csrf_token("a") != csrf_token("b")
    assert "a-token" not in csrf_token("a-token")


def test_without_a_public_address_it_is_the_one_listened_on() -> None:
    assert settings(http_port=8080).address == "http://127.0.0.1:8080"
    assert settings(public_url="https://board.example.vn").address == "https://board.example.vn"


@pytest.mark.parametrize("wrong", ["board.example.vn", "https://board.example.vn/", "ftp://x"])
def test_a_public_address_is_a_plain_origin(wrong: str) -> None:
    with pytest.raises(ValidationError):
        settings(public_url=wrong)
