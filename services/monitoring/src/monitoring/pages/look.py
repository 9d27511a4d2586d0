"""How values look to people: languages, numbers, days and times."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from monitoring.pages.words import WORDS
from tiendo_runtime.clock import VIETNAM, local_day
from tiendo_runtime.http.messages import Language, Sentence

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Look:
    """Everything a template asks for to show a value in one language."""

    language: Language
    now: datetime

    def t(self, key: str, **facts: Any) -> str:
        """A sentence of the table."""
        return self.say(WORDS[key], **facts)

    def say(self, sentence: Sentence, **facts: Any) -> str:
        """A sentence with its facts, numbers as this language writes them."""
        shown = {k: self.number(v) if isinstance(v, int) else v for k, v in facts.items()}
        return sentence.say(self.language, shown)

    def two(self, key: str) -> Markup:
        """A sentence with the other language small beside it."""
        sentence = WORDS[key]
        other: Language = "en" if self.language == "vi" else "vi"
        main, beside = sentence.say(self.language, {}), sentence.say(other, {})
        if main == beside:
            return escape(main)
        return Markup('{} <small class="beside" lang="{}">{}</small>').format(main, other, beside)

    def number(self, value: int) -> str:
        """A whole number: 1.287 in Vietnamese, 1,287 in English."""
        text = f"{value:,}"
        return text.replace(",", ".") if self.language == "vi" else text

    def rate(self, kept: int, told: int) -> str:
        """A fraction in percent with one decimal, rounded down: 100 % means all of them."""
        tenths = kept * 1000 // told if told else 0
        mark = "," if self.language == "vi" else "."
        return f"{tenths // 10}{mark}{tenths % 10}%"

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return local_day(self.now)

    def day(self, value: date | str | None) -> str:
        """A day, dd/mm/yyyy."""
        if value is None:
            return "–"
        found = date.fromisoformat(value) if isinstance(value, str) else value
        return f"{found:%d/%m/%Y}"

    def day_before(self, value: date) -> str:
        """The last day before one."""
        return self.day(value - timedelta(days=1))

    def time(self, value: datetime | str) -> str:
        """A moment in Vietnam: dd/mm/yyyy hh:mm."""
        return f"{self.local(value):%d/%m/%Y %H:%M}"

    def instant(self, value: datetime) -> str:
        """A moment in Vietnam to the second: dd/mm/yyyy hh:mm:ss."""
        return f"{self.day(self.local(value).date())} {self.clock(value)}"

    def clock(self, value: datetime) -> str:
        """The time of day in Vietnam, to the second."""
        return f"{self.local(value):%H:%M:%S}"

    def since(self, value: datetime) -> str:
        """From when it is late: the day, with the hour where it is not midnight."""
        local = self.local(value)
        return f"{local:%d/%m/%Y}" if local.hour == local.minute == 0 else self.time(value)

    def local(self, value: datetime | str) -> datetime:
        """A moment in Vietnam."""
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return found.astimezone(VIETNAM)

    def days(self, since: datetime) -> int:
        """Whole days that have gone by."""
        return int((self.now - since).total_seconds() // DAY_SECONDS)

    def overdue(self, since: datetime) -> str:
        """How long it is late, in days."""
        days = self.days(since)
        if days == 0:
            return self.t("overdue_today")
        return self.t("overdue_day") if days == 1 else self.t("overdue_days", n=days)

    def week(self, period: str) -> str:
        """A period such as 2026-W47 or 2026-11 in words."""
        year, _, part = period.partition("-")
        kind, number = ("week", part[1:]) if part.startswith("W") else ("month", part)
        return WORDS[kind].say(self.language, {"number": int(number), "year": year})

    def who(self, actor: str) -> str:
        """An actor: an opaque subject; services are the system."""
        return self.t("system") if actor.startswith("service:") else actor

    def judged(self, in_time: bool | None) -> str:
        """Whether something was in time, None where there was no deadline to keep."""
        if in_time is None:
            return self.t("told_open")
        return self.t("in_time") if in_time else self.t("too_late")


def environment() -> Environment:
    """The templates of this package; a name that nobody gave is an error."""
    return Environment(
        loader=PackageLoader("monitoring.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
