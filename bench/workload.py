"""What commands the benches of the store, the relay and reactions work with: weekly reports.

Of the size that a year of the nation has: 600,000 lines in 30,000 reports, 20 lines in each. The
same seed gives the same reports.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from reporting.domain import Line, Obligation
from reporting.period import Period, Rhythm

LINES = 20
_DIFFICULTIES = ("", "", "Thiếu nhân lực; đã đề nghị bổ sung.", "Chờ ý kiến của bộ chủ quản.")


@dataclass(frozen=True)
class Filed:
    """A unit's report, ready to be submitted; `leads` tells whose assignments the lines name."""

    owed: Obligation
    lines: tuple[Line, ...]
    leads: Mapping[UUID, UUID]


def reports(count: int, now: datetime, *, done: int = 0) -> list[Filed]:
    """Reports of as many units for the present month; their first `done` lines claim completion."""
    chance = random.Random(2026)
    committee = _id(chance)
    units = [_id(chance) for _ in range(count)]
    return reports_of([(unit, f"/{committee}/{unit}/") for unit in units], now, done=done)


def reports_of(
    units: Sequence[tuple[UUID, str]], now: datetime, *, lines: int = LINES, done: int = 0
) -> list[Filed]:
    """Reports of units, given by id and path."""
    return list(_reports_of(units, now, lines, done))


def _reports_of(
    units: Sequence[tuple[UUID, str]], now: datetime, lines: int, done: int
) -> Iterator[Filed]:
    chance = random.Random(len(units))
    period = str(Period.at(now, Rhythm.MONTHLY))  # goes out in one form, as with the peers
    due = now + timedelta(days=2)
    for unit, path in units:
        owed = Obligation(unit, path, period, due)
        said = tuple(_line(chance, number < done) for number in range(lines))
        yield Filed(owed, said, {line.assignment_id: unit for line in said})


def _line(chance: random.Random, done: bool) -> Line:
    percent = 100 if done else chance.randrange(100)
    return Line(_id(chance), percent, done, chance.choice(_DIFFICULTIES), "")


def _id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
