"""Where time and ids enter: nothing else may ask the machine for either.

Instants are UTC; people see Asia/Ho_Chi_Minh. A day-only deadline runs to the end of that day
there, so it is late from the next local midnight.
"""

import os
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """The present instant in UTC, to the microsecond."""
        ...


class Ids(Protocol):
    """Makes ids for new things."""

    def new(self) -> UUID:
        """An id that was never given before."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC, to the microsecond."""
        return datetime.now(UTC)  # noqa: TID251 - this is the clock


class Uuid7:
    """Time-ordered ids (RFC 9562, 5.7): neighbours in time are neighbours on disk."""

    def new(self) -> UUID:
        """A fresh version 7 UUID."""
        millis = time.time_ns() // 1_000_000
        random = int.from_bytes(os.urandom(10))
        high = random >> 68  # 12 bits
        low = random & ((1 << 62) - 1)
        return UUID(int=millis << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


def late_from(day: date) -> datetime:
    """The instant (UTC) from which a deadline on that day in Vietnam is late."""
    midnight = datetime.combine(day + timedelta(days=1), time_of_day.min, VIETNAM)
    return midnight.astimezone(UTC)


def local_day(instant: datetime) -> date:
    """The day in Vietnam at that instant."""
    return instant.astimezone(VIETNAM).date()


def last_day(until: datetime) -> date:
    """The day in Vietnam that an instant ends: midnight ends the day before it."""
    return local_day(until - timedelta(microseconds=1))
