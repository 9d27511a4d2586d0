"""Reporting periods: ISO weeks, and when a report for one is due.

A week here is a week of Vietnam: Monday 00:00 to Sunday 24:00 in Asia/Ho_Chi_Minh. Instants are
UTC. ISO years begin with the week that holds their first Thursday: 2027-01-03 belongs to 2026-W53.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tiendo_runtime.domain import RuleError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")  # stands here too: a domain does not import the clock
PATTERN = r"^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$"
_FORM = re.compile(PATTERN)
_FIRST_YEAR, _LAST_YEAR = 2000, 9000  # with room for every shift and every time zone
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """An ISO week; written `2026-W47`, and texts sort as periods do."""

    year: int
    week: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read a period.

        Raises:
            RuleError: `no_such_period`: not of that form, or the year has no such week.
        """
        if not _FORM.fullmatch(text):
            raise RuleError("no_such_period", period=text)
        year, week = int(text[:4]), int(text[6:])
        if not _FIRST_YEAR <= year <= _LAST_YEAR or week > _weeks(year):
            raise RuleError("no_such_period", period=text)
        return cls(year, week)

    @classmethod
    def of(cls, day: date) -> "Period":
        """The period that a day belongs to."""
        year, week, _ = day.isocalendar()
        return cls(year, week)

    @classmethod
    def at(cls, instant: datetime) -> "Period":
        """The period that runs in Vietnam at an instant."""
        return cls.of(instant.astimezone(VIETNAM).date())

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.week, 1)

    def shift(self, weeks: int) -> "Period":
        """The period so many weeks later, or earlier."""
        return Period.of(self.monday + weeks * _WEEK)

    @property
    def previous(self) -> "Period":
        """The period before it."""
        return self.shift(-1)

    @property
    def next(self) -> "Period":
        """The period after it."""
        return self.shift(1)

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.week:02}"


def _weeks(year: int) -> int:
    return date(year, 12, 28).isocalendar().week  # always within the last week


_RULE = re.compile(r"([1-7]) ([0-9]{2}:[0-9]{2}:[0-9]{2})")


@dataclass(frozen=True, slots=True)
class DueRule:
    """The moment in its own week at which a report is due: ISO weekday, time in Vietnam."""

    weekday: int
    at: time

    @classmethod
    def parse(cls, text: str) -> "DueRule":
        """Read `5 16:00:00`: Friday, 16:00 in Vietnam.

        Raises:
            ValueError: It is not of that form.
        """
        found = _RULE.fullmatch(text)
        if found is None:
            raise ValueError("it is written like 5 16:00:00: ISO weekday 1 to 7, HH:MM:SS")
        return cls(int(found[1]), time.fromisoformat(found[2]))

    def due_at(self, period: Period) -> datetime:
        """The instant (UTC) at which a period's report is due."""
        day = date.fromisocalendar(period.year, period.week, self.weekday)
        return datetime.combine(day, self.at, VIETNAM).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.weekday} {self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When reports are due, and what holds so long before and after that instant.

    From `ahead` before it the obligation is open; `grace` after it a missing report has missed its
    period; `lock` after it nothing is taken any more, but where somebody allowed it.
    """

    rule: DueRule
    grace: timedelta
    ahead: timedelta = timedelta(days=4)
    lock: timedelta = timedelta(weeks=8)

    def due_at(self, period: Period) -> datetime:
        """The instant (UTC) at which a period's report is due."""
        return self.rule.due_at(period)

    def missed_at(self, period: Period) -> datetime:
        """The instant (UTC) from which a report that is not there has missed its period."""
        return self.due_at(period) + self.grace

    def opens_at(self, period: Period) -> datetime:
        """The instant (UTC) from which a period's obligation is open."""
        return self.due_at(period) - self.ahead

    def coming(self, now: datetime) -> list[Period]:
        """The periods whose obligations are open at `now` and not yet due, oldest first."""
        period, found = Period.at(now), list[Period]()
        while self.opens_at(period) <= now:
            if now < self.due_at(period):
                found.append(period)
            period = period.next
        return found

    def gone_by(self, now: datetime, count: int) -> list[Period]:
        """The last `count` periods that can be missed at `now`, oldest first."""
        period = Period.at(now)
        while self.missed_at(period) > now:
            period = period.previous
        return [period.shift(-back) for back in reversed(range(count))]

    def next_missed_at(self, now: datetime) -> datetime:
        """The first instant (UTC) behind `now` from which a further period can be missed."""
        return self.missed_at(self.gone_by(now, 1)[0].next)
