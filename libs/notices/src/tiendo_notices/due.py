"""By when: words and the notice's date in, the last day in Vietnam out.

`resolve` answers for one item. "Trước ngày D" is D; of two milestones the last counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from tiendo_notices.periods import READERS, Found
from tiendo_notices.text import small

VIETNAM = timezone(timedelta(hours=7), "+07:00")
_END_OF_DAY = time(23, 59, 59)
_COUNTED = re.compile(r"(?<!\w)(?:tính|kể từ|từ) ?(?:đến )?$")
_NOT_DUE = re.compile(
    r"(?<!\w)(?:được giao|giai đoạn|có hiệu lực|tính|không có khả năng|thời kỳ|kế hoạch vốn)(?!\w)"
)
_DONE = re.compile(r"(?<!\w)(?:đã|vẫn còn|chậm tiến độ|chưa)(?!\w)")
_MEETING = re.compile(
    r"(?<!\w)(?:tại|trước|đến|vào|trong|phục vụ|tổ chức|chuẩn bị)(?: (?:cuộc|các cuộc|cho|thành công))* "
    r"(?:phiên họp|kỳ họp|cuộc họp|họp|hội nghị|buổi làm việc|giao ban|phiên giao ban)(?!\w)"
    r"(?P<rest>[^,;.]{0,90})"
)
_NEXT_MEETING = re.compile(
    r"(?<!\w)(?:tiếp theo|gần nhất|sắp tới|tới|tháng \d{1,2}|quý|thứ (?:\d+|\w+)|lần thứ|kế tiếp|định kỳ|cuối năm|tuần \d+)(?!\w)"
)
_PAST_MEETING = re.compile(
    r"(?:kết luận|chỉ đạo|phát biểu|ý kiến|nêu|giao|báo cáo của \S+)(?: [^\s,;.]+){0,3} $"
)
_VAGUE = re.compile(
    r"theo (?:đúng )?(?:cam kết|lộ trình đã cam kết)|trong thời gian (?:sớm nhất|tới)|sớm nhất|khi có yêu cầu"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as far as the words and the base date fix it.

    `day` is the last day in Vietnam, `at` its instant (the end of that day unless the words name an
    hour). Both are None where a person must say; `doubts` holds the codes of the reasons.
    """

    day: date | None
    at: datetime | None
    words: str
    rule: str
    start: int = 0
    doubts: tuple[str, ...] = ()


def _clause(low: str, start: int) -> str:
    clause = low[max(0, start - 160) : start]
    return clause[max(clause.rfind(mark) for mark in (",", ";", ".", "(")) + 1 :]


def _cited(low: str, start: int) -> bool:
    """Whether the date only says which thing is meant."""
    clause = _clause(low, start)
    return bool(_COUNTED.search(clause) or _NOT_DUE.search(clause))


def _over(low: str, start: int, day: date | None, base: date | None) -> bool:
    """Whether the words tell of a thing already done: nothing was done on a day still to come."""
    past = base is None or day is None or day < base
    return past and bool(_DONE.search(_clause(low, start)))


def deadlines(words: str, base: date | None) -> Iterator[Due]:
    """Every deadline in the words, in no particular order."""
    low = small(words)
    for rule, pattern, reader in READERS:
        for match in pattern.finditer(low):
            found = None if _cited(low, match.start()) else reader(match, base)
            if found is not None and not _over(low, match.start(), found.day, base):
                yield _due(found, _widened(words, low, match), rule, match.start())


def _widened(words: str, low: str, match: re.Match[str]) -> str:
    lead = re.search(
        r"(?:hoàn thành|xong|báo cáo|gửi|trình)(?: [^\s,;.]+){0,6} $",
        low[max(0, match.start() - 60) : match.start()],
    )
    finish = lead is not None and lead.group() == "hoàn thành "
    return words[match.start() - (len("hoàn thành ") if finish else 0) : match.end()].strip()


def _due(found: Found, words: str, rule: str, start: int) -> Due:
    at = (
        datetime.combine(found.day, found.clock or time(23, 59, 59), VIETNAM) if found.day else None
    )
    rule = "due.before-hour" if found.clock else rule
    return Due(found.day, at, words, rule, start, found.doubts)


def _bound_to_meeting(words: str) -> Due | None:
    low = small(words)
    for match in _MEETING.finditer(low):
        if not _NEXT_MEETING.search(match["rest"]):
            continue
        if _PAST_MEETING.search(low[max(0, match.start() - 40) : match.start()]) or _cited(
            low, match.start()
        ):
            continue
        return Due(
            None,
            None,
            words[match.start() : match.end()].strip(),
            "due.meeting",
            match.start(),
            ("due.meeting",),
        )
    return None


def resolve(words: str, base: date | None) -> Due | None:
    """The deadline of an item, or None where the words hold none.

    Of two milestones the last counts, and a doubt says that there were more.

    Args:
        words: The item, one blank between words.
        base: The notice's date, else the meeting's; None where neither is known.
    """
    found = list(deadlines(words, base))
    dated = sorted((d for d in found if d.at), key=lambda d: (d.at or datetime.min, d.start))
    if not dated:
        return next(iter(found), None) or _bound_to_meeting(words) or _vague(words)
    last = dated[-1]
    codes = list(last.doubts)
    if len({d.day for d in dated}) > 1:
        codes.append("due.several")
    if any(d.at is None for d in found):
        codes.append("due.also-undated")
    if base and last.day and last.day < base:
        codes.append("due.past")
    return Due(last.day, last.at, last.words, last.rule, last.start, tuple(codes))


def _vague(words: str) -> Due | None:
    match = _VAGUE.search(small(words))
    if match is None:
        return None
    return Due(None, None, words[match.start() : match.end()], "due.no-day", match.start(), ())
