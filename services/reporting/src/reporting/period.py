"""Reporting periods, weeks and months, and when a report for one is due.

Periods are those of Vietnam: they begin at midnight in Asia/Ho_Chi_Minh. Instants are UTC. ISO
years begin with the week that holds their first Thursday: 2027-01-03 belongs to 2026-W53.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tiendo_runtime.domain import RuleError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")  # stands here too: a domain does not import the clock
PATTERN = r"^[0-9]{4}-(W(0[1-9]|[1-4][0-9]|5[0-3])|0[1-9]|1[0-2])$"
_FORM = re.compile(PATTERN)
_FIRST_YEAR, _LAST_YEAR = 2000, 9000  # with room for every shift and every time zone


class Rhythm(StrEnum):
    """How often a report is owed."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """An ISO week, written `2026-W47`, or a month, `2026-11`.

    Only those of one rhythm have an order, and their texts sort as they do.
    """

    year: int
    number: int
    rhythm: Rhythm = Rhythm.WEEKLY

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read a period.

        Raises:
            RuleError: `no_such_period`: not of that form, or the year has no such week.
        """
        if not _FORM.fullmatch(text):
            raise RuleError("no_such_period", period=text)
        weekly = text[5] == "W"
        year, number = int(text[:4]), int(text[6:] if weekly else text[5:])
        if not _FIRST_YEAR <= year <= _LAST_YEAR or (weekly and number > _weeks(year)):
            raise RuleError("no_such_period", period=text)
        return cls(year, number, Rhythm.WEEKLY if weekly else Rhythm.MONTHLY)

    @classmethod
    def of(cls, day: date, rhythm: Rhythm = Rhythm.WEEKLY) -> "Period":
        """The period that a day belongs to."""
        if rhythm is Rhythm.MONTHLY:
            return cls(day.year, day.month, rhythm)
        year, week, _ = day.isocalendar()
        return cls(year, week, rhythm)

    @classmethod
    def at(cls, instant: datetime, rhythm: Rhythm = Rhythm.WEEKLY) -> "Period":
        """The period that runs in Vietnam at an instant."""
        return cls.of(instant.astimezone(VIETNAM).date(), rhythm)

    @property
    def first(self) -> date:
        """Its first day."""
        if self.rhythm is Rhythm.MONTHLY:
            return date(self.year, self.number, 1)
        return date.fromisocalendar(self.year, self.number, 1)

    def shift(self, count: int) -> "Period":
        """The period so many later, or earlier."""
        if self.rhythm is Rhythm.MONTHLY:
            years, month = divmod(self.number - 1 + count, 12)
            return Period(self.year + years, month + 1, self.rhythm)
        return Period.of(self.first + timedelta(weeks=count))

    @property
    def previous(self) -> "Period":
        """The period before it."""
        return self.shift(-1)

    @property
    def next(self) -> "Period":
        """The period after it."""
        return self.shift(1)

    def __str__(self) -> str:
        week = "W" if self.rhythm is Rhythm.WEEKLY else ""
        return f"{self.year:04}-{week}{self.number:02}"


def _weeks(year: int) -> int:
    return date(year, 12, 28).isocalendar().week  # always within the last week


_RULE = re.compile(r"(\+?)([1-9][0-9]?) ([0-9]{2}:[0-9]{2}:[0-9]{2})")
_MOST_DAYS: Mapping[Rhythm, int] = {Rhythm.WEEKLY: 7, Rhythm.MONTHLY: 28}  # every month has these


@dataclass(frozen=True, slots=True)
class DueRule:
    """The moment at which a report is due: a day of its period, the time in Vietnam.

    Days are ISO weekdays or days of the month. `after` means that of the period behind.
    """

    day: int
    at: time
    rhythm: Rhythm = Rhythm.WEEKLY
    after: bool = False

    @classmethod
    def parse(cls, text: str, rhythm: Rhythm = Rhythm.WEEKLY) -> "DueRule":
        """Read `5 16:00:00`: Friday, 16:00 in Vietnam; `+3 16:00:00`: the 3rd of the month behind.

        Raises:
            ValueError: It is not of that form.
        """
        found, most = _RULE.fullmatch(text), _MOST_DAYS[rhythm]
        if found is None or int(found[2]) > most:
            raise ValueError(
                f"it is written like 5 16:00:00: a day from 1 to {most}, HH:MM:SS;"
                " with + before it, in the period behind"
            )
        return cls(int(found[2]), time.fromisoformat(found[3]), rhythm, bool(found[1]))

    def due_at(self, period: Period) -> datetime:
        """The instant (UTC) at which a period's report is due."""
        of = period.next if self.after else period
        day = of.first + timedelta(days=self.day - 1)
        return datetime.combine(day, self.at, VIETNAM).astimezone(UTC)

    def __str__(self) -> str:
        return f"{'+' if self.after else ''}{self.day} {self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When reports of a rhythm are due, and what holds so long before and after that instant.

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
        period, found = Period.at(now, self.rule.rhythm).previous, list[Period]()
        while self.opens_at(period) <= now:
            if now < self.due_at(period):
                found.append(period)
            period = period.next
        return found

    def gone_by(self, now: datetime, count: int) -> list[Period]:
        """The last `count` periods that can be missed at `now`, oldest first."""
        period = Period.at(now, self.rule.rhythm)
        while self.missed_at(period) > now:
            period = period.previous
        return [period.shift(-back) for back in reversed(range(count))]

    def next_missed_at(self, now: datetime) -> datetime:
        """The first instant (UTC) behind `now` from which a further period can be missed."""
        return self.missed_at(self.gone_by(now, 1)[0].next)


Schedules = Mapping[Rhythm, Schedule]
"""The schedule of each rhythm."""
