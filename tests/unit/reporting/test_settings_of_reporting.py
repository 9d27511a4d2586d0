from datetime import UTC, datetime

import pytest

from reporting.period import Period, Rhythm
from reporting.settings import ReportingSettings
from tiendo_runtime import settings

NEEDED = {
    "TIENDO_DATABASE_URL": "postgresql://localhost/reporting",
    "TIENDO_KAFKA_BOOTSTRAP_SERVERS": "localhost:9092",
    "TIENDO_TOKEN_ISSUER": "http://localhost:1",
    "TIENDO_JWKS_URL": "http://localhost:1/jwks",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_reports_are_due_on_friday_at_four_unless_told_otherwise() -> None:
    schedule = settings.read(ReportingSettings).schedules[Rhythm.WEEKLY]
    assert schedule.due_at(Period(2026, 47)) == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert schedule.missed_at(Period(2026, 47)) == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_another_moment_and_another_grace_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIENDO_REPORT_DUE", "1 08:30:00")
    monkeypatch.setenv("TIENDO_REPORT_GRACE_SECONDS", "60")
    schedule = settings.read(ReportingSettings).schedules[Rhythm.WEEKLY]
    assert schedule.missed_at(Period(2026, 47)) == datetime(2026, 11, 16, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIENDO_REPORT_DUE", "Friday 16:00"),
        ("TIENDO_REPORT_DUE", "5 24:00:00"),
        ("TIENDO_REPORT_DUE", ""),
        ("TIENDO_REPORT_DUE", "25 16:00:00"),
        ("TIENDO_REPORT_DUE_MONTHLY", "31 16:00:00"),
        ("TIENDO_REPORT_DUE_MONTHLY", "0 16:00:00"),
        ("TIENDO_REPORT_GRACE_SECONDS", "-1"),
        ("TIENDO_REPORT_GRACE_SECONDS", "99999999"),
        ("TIENDO_REPORT_GRACE_SECONDS", "two days"),
    ],
)
def test_settings_that_make_no_sense_end_the_start_with_their_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        settings.read(ReportingSettings)
    assert name in capsys.readouterr().err


def test_refused_due_rule_is_answered_with_an_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIENDO_REPORT_DUE", "Friday")
    with pytest.raises(SystemExit):
        settings.read(ReportingSettings)
    assert "5 16:00:00" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        (None, datetime(2026, 11, 25, 9, tzinfo=UTC)),
        ("28 08:00:00", datetime(2026, 11, 28, 1, tzinfo=UTC)),
        ("+3 16:00:00", datetime(2026, 12, 3, 9, tzinfo=UTC)),
    ],
)
def test_a_months_report_is_due_on_a_day_of_that_month_or_of_the_one_behind(
    rule: str | None, due: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rule:
        monkeypatch.setenv("TIENDO_REPORT_DUE_MONTHLY", rule)
    schedule = settings.read(ReportingSettings).schedules[Rhythm.MONTHLY]
    assert schedule.due_at(Period.parse("2026-11")) == due
