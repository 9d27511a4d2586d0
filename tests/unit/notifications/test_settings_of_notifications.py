"""Settings are checked at start, with a sentence for each that is wrong."""

import pytest

from notifications.settings import Settings
from tiendo_runtime.settings import read

GOOD = {
    "DATABASE_URL": "postgresql://notifications@127.0.0.1/notifications",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
    "TOKEN_ISSUER": "https://issuer.example",
    "JWKS_URL": "https://issuer.example/jwks.json",
    "PUBLIC_URL": "https://board.example",
    "SMTP_HOST": "mail.example",
}


def given(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for name, value in {**GOOD, **more}.items():
        monkeypatch.setenv(f"TIENDO_{name}", value)


def test_what_is_not_set_has_a_plain_meaning(monkeypatch: pytest.MonkeyPatch):
    given(monkeypatch)
    found = read(Settings)
    assert (found.smtp_port, found.smtp_from) == (25, "tien-do@localhost")
    assert (found.smtp_starttls, found.smtp_username) == (False, None)
    assert (found.due_soon_days, found.address_patience_seconds) == (3, 0)
    assert found.report_due_soon_seconds == 24 * 3600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_HOST", ""),
        ("SMTP_PORT", "70000"),
        ("SMTP_FROM", "Tiến Độ"),
        ("SMTP_FROM", "a@b\r\nBcc: c@d"),
        ("PUBLIC_URL", "board"),
        ("DUE_SOON_DAYS", "-1"),
        ("REPORT_DUE_SOON_SECONDS", "-1"),
        ("REPORT_DUE_SOON_SECONDS", "2419201"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
):
    given(monkeypatch, **{name: value})
    with pytest.raises(SystemExit):
        read(Settings)
    assert f"TIENDO_{name}" in capsys.readouterr().err


def test_a_user_without_a_password_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    given(monkeypatch, SMTP_USERNAME="tien-do")
    with pytest.raises(SystemExit):
        read(Settings)
    assert "TIENDO_SMTP_PASSWORD" in capsys.readouterr().err


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    given(monkeypatch, SMTP_USERNAME="tien-do", SMTP_PASSWORD="hush-hush")
    assert "hush-hush" not in repr(read(Settings))
