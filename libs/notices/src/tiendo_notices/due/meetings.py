"""Deadlines bound to a meeting that has no day yet: which meeting, and how far before it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from tiendo_notices.due.zone import VIETNAM

MeetingKind = Literal["session", "meeting", "conference", "briefing", "working-session"]

_KINDS: dict[str, MeetingKind] = {
    "phiên họp": "session",
    "kỳ họp": "session",
    "phiên giao ban": "briefing",
    "giao ban": "briefing",
    "hội nghị": "conference",
    "buổi làm việc": "working-session",
    "cuộc họp": "meeting",
    "họp": "meeting",
}
_ORDINALS = (
    "nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai",
)  # fmt: skip
_KIND = re.compile(rf"(?<!\w)(?:{'|'.join(_KINDS)})(?!\w)")
_ORDINAL = re.compile(rf"(?:lần )?thứ (?:(\d{{1,3}})|({'|'.join(reversed(_ORDINALS))}))(?!\w)")
_NUMBERED = re.compile(r"(?<!\w)lần (\d{1,3})(?!\w)")
_MONTH = re.compile(r"(?<!\w)tháng (\d{1,2})(?:(?:/| năm )(\d{4}))?")
_QUARTER = re.compile(r"(?<!\w)quý (iv|iii|ii|i|[1-4])(?:(?:/| năm )(\d{4}))?(?!\w)")
_NEXT = re.compile(r"(?<!\w)(?:tiếp theo|gần nhất|sắp tới|tới|kế tiếp)(?!\w)")
_DAYS_BEFORE = re.compile(
    r"(?:trước (?P<a>\d{1,2}) ngày|(?P<b>\d{1,2}) ngày trước"
    r"|trước [^,;.]{0,60}? (?P<c>\d{1,2}) ngày)"
)
_WORKING_DAYS_BEFORE = re.compile(r"\d ngày làm việc trước|trước [^,;.]{0,60}?\d ngày làm việc")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, slots=True)
class MeetingBound:
    """Which meeting a deadline waits for.

    What is None is not said. `days_before` counts back from the meeting's day; a thing to be shown
    at the meeting is due on its day.
    """

    kind: MeetingKind
    words: str
    ordinal: int | None = None
    month: int | None = None
    quarter: int | None = None
    year: int | None = None
    next: bool = False
    days_before: int = 0

    def resolve(self, held_on: date) -> tuple[date, datetime]:
        """The last day and its instant, once the meeting is scheduled or moved to `held_on`."""
        day = held_on - timedelta(days=self.days_before)
        return day, datetime.combine(day, time(23, 59, 59), VIETNAM)

    def to_dict(self) -> dict[str, Any]:
        """The form of `read --json`."""
        return {
            "kind": self.kind,
            "words": self.words,
            "ordinal": self.ordinal,
            "month": self.month,
            "quarter": self.quarter,
            "year": self.year,
            "next": self.next,
            "days_before": self.days_before,
        }


def bound(words: str) -> MeetingBound | None:
    """The meeting that small-letter words such as "tại phiên họp tháng 4" name.

    None where they name none, or count working days back from it.
    """
    kind = _KIND.search(words)
    if kind is None:
        return None
    if _WORKING_DAYS_BEFORE.search(words):  # no calendar of holidays goes with the meeting
        return None
    month, quarter = _MONTH.search(words), _QUARTER.search(words)
    dated = month or quarter
    before = _DAYS_BEFORE.search(words)
    return MeetingBound(
        kind=_KINDS[kind.group()],
        words=words,
        ordinal=_ordinal(words),
        month=int(month[1]) if month else None,
        quarter=_QUARTERS[quarter[1]] if quarter else None,
        year=int(dated[2]) if dated and dated[2] else None,
        next=_NEXT.search(words) is not None,
        days_before=int(next(n for n in before.groups() if n)) if before else 0,
    )


def _ordinal(words: str) -> int | None:
    found = _ORDINAL.search(words)
    if found:
        return int(found[1]) if found[1] else _ORDINALS.index(found[2]) + 1
    numbered = _NUMBERED.search(words)
    return int(numbered[1]) if numbered else None
