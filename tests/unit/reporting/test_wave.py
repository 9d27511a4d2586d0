"""Who begins to report when: what may be ordered."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from reporting.domain import Coverage, Person, Wave
from reporting.period import Rhythm
from tiendo_runtime.domain import ConflictError, RuleError

CHIEF = Person("Lê Thị Hòa", "Chánh Văn phòng")
NAMED = Coverage((UUID(int=1),), None, None)
SUNDAY_NIGHT = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)  # Monday, 00:30 in Vietnam


def order(from_day: date, coverage: Coverage = NAMED) -> Wave:
    return Wave.order(
        UUID(int=9), "Đợt 1", Rhythm.MONTHLY, from_day, coverage, "/", CHIEF, timestamp=SUNDAY_NIGHT
    )


def test_a_wave_begins_today_at_the_earliest_as_days_are_in_vietnam() -> None:
    assert order(date(2026, 11, 30)).from_day == date(2026, 11, 30)
    with pytest.raises(RuleError) as refused:
        order(date(2026, 11, 29))
    assert (refused.value.code, refused.value.facts["path"]) == ("wave_in_past", "/from_day")


@pytest.mark.parametrize("level", [None, "communal"])
def test_a_wave_is_for_somebody(level: str | None) -> None:
    with pytest.raises(RuleError) as refused:
        order(date(2026, 12, 1), Coverage((), None, level))
    assert refused.value.code == "wave_of_nobody"


def test_a_wave_ends_once_and_not_in_the_past() -> None:
    wave = order(date(2026, 12, 1))
    with pytest.raises(RuleError) as refused:
        wave.end(date(2026, 11, 29), CHIEF, "thôi", timestamp=SUNDAY_NIGHT)
    assert (refused.value.code, refused.value.facts["path"]) == ("wave_in_past", "/ends_on")
    wave.end(date(2027, 7, 1), CHIEF, "chuyển sang tuần", timestamp=SUNDAY_NIGHT)
    with pytest.raises(ConflictError) as ended:
        wave.end(date(2027, 8, 1), CHIEF, "chuyển sang tuần", timestamp=SUNDAY_NIGHT)
    assert ended.value.code == "wave_ended"
    assert wave.ends_on == date(2027, 7, 1)
