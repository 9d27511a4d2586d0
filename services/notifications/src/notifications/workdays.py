"""Days on which offices work: Monday to Friday in Vietnam; holidays are not known."""

from datetime import UTC, datetime, timedelta

from tiendo_runtime.clock import VIETNAM

_SATURDAY = 5


def ahead(now: datetime, span: timedelta) -> datetime:
    """The instant (UTC) that lies a span of working days ahead; a weekend in between adds itself.

    A day ahead of Friday 9:00 is Monday 9:00, and of the whole weekend Tuesday 0:00.
    """
    at = _working(now.astimezone(VIETNAM))
    while at + span >= (midnight := _midnight_behind(at)):
        at, span = _working(midnight), span - (midnight - at)
    return (at + span).astimezone(UTC)


def _working(at: datetime) -> datetime:
    while at.weekday() >= _SATURDAY:
        at = _midnight_behind(at)
    return at


def _midnight_behind(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
