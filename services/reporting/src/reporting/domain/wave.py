"""The roll-out of reporting by waves: which units report in which rhythm, from which day on.

As long as no wave of weekly reports has begun, every unit owes them; from the day of the first
one on, units owe what waves say. Reports of months are owed by nobody before a wave says so. So who
owed a period follows from the waves and its first day alone, whenever it is asked.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from reporting.domain.values import Person
from reporting.period import VIETNAM, Rhythm
from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whom a wave is for: units that are named, and those of a level below a unit, itself included.

    Without `below_unit_id` the named ones alone; without a `level` those of every level. Which
    units are below is told by the register of the day on which an obligation comes to be.
    """

    unit_ids: tuple[UUID, ...]
    below_unit_id: UUID | None
    level: str | None


class Wave(Aggregate, topic="reporting.Wave"):
    """Units that begin to report in a rhythm together."""

    class Ordered(Aggregate.Created):
        """Its units owe a report for every period that begins on `from_day` or later."""

        name: str
        rhythm: Rhythm
        from_day: date
        coverage: Coverage
        unit_path: str
        decided_by: Person

    class Ended(Aggregate.Event):
        """Its units owe none for periods that begin on `ends_on` or later."""

        ends_on: date
        unit_path: str
        decided_by: Person
        reason: str

    def __init__(
        self,
        *,
        name: str,
        rhythm: Rhythm,
        from_day: date,
        coverage: Coverage,
        unit_path: str,
        decided_by: Person,
    ) -> None:
        self.name = name
        self.rhythm = rhythm
        self.from_day = from_day
        self.coverage = coverage
        self.unit_path = unit_path
        self.decided_by = decided_by
        self.ends_on: date | None = None

    @classmethod
    def order(
        cls,
        identity: UUID,
        name: str,
        rhythm: Rhythm,
        from_day: date,
        coverage: Coverage,
        unit_path: str,
        by: Person,
        *,
        timestamp: datetime,
    ) -> Self:
        """Let units begin; `unit_path` is that of the unit that decides.

        Raises:
            RuleError: `wave_of_nobody`, or `wave_in_past`: what was owed once stays as it was.
        """
        if not coverage.unit_ids and coverage.below_unit_id is None:
            raise RuleError("wave_of_nobody", path="/unit_ids")
        _check_ahead(from_day, timestamp, "/from_day")
        return cls._create(
            cls.Ordered,
            id=identity,
            timestamp=timestamp,
            name=name,
            rhythm=rhythm,
            from_day=from_day,
            coverage=coverage,
            unit_path=unit_path,
            decided_by=by,
        )

    def end(self, ends_on: date, by: Person, reason: str, *, timestamp: datetime) -> None:
        """Let its units off, for periods from a day on.

        Raises:
            ConflictError: `wave_ended`.
            RuleError: `wave_in_past`.
        """
        if self.ends_on is not None:
            raise ConflictError("wave_ended", name=self.name, day=self.ends_on)
        _check_ahead(ends_on, timestamp, "/ends_on")
        self._end(
            ends_on=ends_on,
            unit_path=self.unit_path,
            decided_by=by,
            reason=reason,
            timestamp=timestamp,
        )

    @event(Ended)
    def _end(
        self, *, ends_on: date, unit_path: str, decided_by: Person, reason: str, timestamp: datetime
    ) -> None:
        self.ends_on = ends_on


def _check_ahead(day: date, now: datetime, path: str) -> None:
    today = now.astimezone(VIETNAM).date()
    if day < today:
        raise RuleError("wave_in_past", path=path, today=today)
