"""Words and the notice's date in, the last day in Vietnam out; `resolve` answers for one item."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from tiendo_notices.due.meetings import MeetingBound, bound
from tiendo_notices.due.periods import CELL, READERS, WITHIN, Found, within
from tiendo_notices.due.zone import VIETNAM
from tiendo_notices.text import small

_END_OF_DAY = time(23, 59, 59)
_COUNTED = re.compile(r"(?<!\w)(?:tính|kể từ|từ) ?(?:đến )?$")
_NOT_DUE = re.compile(
    r"(?<!\w)(?:được giao|giai đoạn(?! (?:\d|[ivx]{1,3}|một|hai|ba|đầu)(?!\w))|có hiệu lực|tính"
    r"|không có khả năng|thời kỳ|kế hoạch vốn(?! $))(?!\w)"
)
_CONDITION = re.compile(r"(?<!\w)(?:nếu|trường hợp)(?!\w)")
_DONE = re.compile(r"(?<!\w)(?:đã|vẫn còn|chậm tiến độ|chưa)(?!\w)")
_YEARLY = re.compile(r",? (?:của )?(?:hằng|hàng|mỗi) năm(?!\w)")
_SO_FAR = re.compile(
    r"(?:,? [^,;.]{1,60})?? (?:mới (?:chỉ|đạt|có|được|giải ngân|hoàn thành|thực hiện)"
    r"|đã (?!được giao)|vẫn (?:còn|chưa)|chỉ (?:mới|đạt)|chưa (?:có|đạt|hoàn thành|được))"
)
"""What stands behind "đến ngày D" where what was reached by then is told."""
_LONG_AHEAD = timedelta(days=183)
"""A day without a year that would lie so far ahead has passed, where what was reached is told."""

_MEETING = re.compile(
    r"(?<!\w)(?:(?:(?:chậm nhất|ít nhất|tối thiểu)(?: là)? )?"
    r"\d{1,2} ngày(?: làm việc)? (?=trước ))?"
    r"(?:tại|trước \d{1,2} ngày(?: làm việc)? so với|trước|đến|vào|trong|phục vụ|tổ chức|chuẩn bị)"
    r"(?: (?:cuộc|các cuộc|cho|thành công)){0,3}"
    r" (?:ngày )?"
    r"(?:phiên họp|kỳ họp|cuộc họp|họp|hội nghị|buổi làm việc|giao ban|phiên giao ban)(?!\w)"
    r"(?P<rest>[^,;.]{0,90})"
)
_NEXT_MEETING = re.compile(
    r"(?<!\w)(?:tiếp theo|gần nhất|sắp tới|tới|tháng \d{1,2}|quý|thứ (?:\d+|\w+)|lần thứ|kế tiếp"
    r"|định kỳ|cuối năm|giữa năm|thường kỳ|thường lệ|chuyên đề|tuần \d+|\d+ ngày|lần \d+)(?!\w)"
)
_PAST_MEETING = re.compile(
    r"(?:kết luận|(?<!ban )chỉ đạo|phát biểu|ý kiến|nêu|giao|báo cáo của \S+)(?: [^\s,;.]+){0,3} $"
)
_NO_DAY = re.compile(
    r"theo (?:đúng )?(?:cam kết|lộ trình đã cam kết)|trong thời gian (?:sớm nhất|tới)|sớm nhất"
    r"|khi có yêu cầu"
)
_FIGURES = (
    r"(?:\d{1,2}-\d{1,2}-\d{4}"
    r"|\d{1,2}(?: ?[/.] ?| tháng )\d{1,2}(?:(?: ?[/.] ?| năm )\d{4})?)"
)
_ON_DAY = re.compile(
    rf"(?<!từ )(?<!\w)(?:dịp (?=\d))?(?P<when>(?:ngày |(?<=dịp )){_FIGURES})(?![\w/])"
)
_IN_PERIOD = re.compile(
    r"(?<!\w)(?<!chương )(?:trong|trình|báo cáo|hoàn thành|ban hành|xong|gửi|tổ chức|phê duyệt"
    r"|kết thúc|sơ kết"
    r"|tổng kết)"
    r"(?:(?! (?:năm|tháng|ngày|số|họp|phiên|hội"
    r"|buổi)(?!\w)) [^\s,;.:]+){0,8} (?P<when>(?:tháng \d{1,2}|quý (?:iv|iii|ii|i|[1-4]))"
    r"(?: ?/ ?| năm )\d{4}) ?(?=[.,;)]|$)"
)
_PERIOD_FIRST = re.compile(
    r"(?:^|[;,.] )(?P<when>(?:tháng \d{1,2}|quý (?:iv|iii|ii|i|[1-4]))(?: ?/ ?| năm )\d{4})"
    r" (?:phải )?(?:hoàn thành|xong|kết thúc)(?!\w)"
)
_OF_A_PAPER = re.compile(
    r"(?:số \S+|nghị quyết|công văn|thông báo|quyết định|kế hoạch|tờ trình|hướng dẫn|văn bản|luật"
    r"|hợp đồng|chỉ thị|kết luận|công điện|báo cáo|quy định|nghị định|thông tư|đề án|ký|từ)"
    r"(?: này)?,? (?:ký )?$"
)
_AT_THE_END = re.compile(
    rf"(?:[:,] |\()(?P<when>(?:ngày )?{_FIGURES}|(?:tháng \d{{1,2}}|quý (?:iv|iii|ii|i|[1-4]))"
    r"(?:(?: ?/ ?| năm )\d{4})?)\)?[ .;]*$"
)
_WITHOUT_CUE = (
    (_ON_DAY, "vào "),
    (_AT_THE_END, "vào "),
    (_IN_PERIOD, "trong "),
    (_PERIOD_FIRST, "trong "),
)
_UNREAD = re.compile(
    r"(?<!\w)(?:trước|chậm nhất|muộn nhất|thời hạn|hạn chót|hạn cuối)(?: là| vào|:)?"
    r" (?:ngày|tháng|quý|năm|tuần|tết|kỳ|mùa|dịp|\d{1,2}(?:h|[/.]\d))[^,;.]{0,30}"
    r"|(?<!\w)hạn(?: [^\s,;.:]+){1,3} ?: ?(?:ngày|tháng|quý|năm|tuần|\d)[^,;.]{0,30}"
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
    meeting: MeetingBound | None = None


def _clause(low: str, start: int) -> str:
    clause = low[max(0, start - 160) : start]
    return clause[max(clause.rfind(mark) for mark in (",", ";", ".", "(", ")")) + 1 :]


def _cited(low: str, start: int) -> bool:
    """Whether the date only says which thing is meant."""
    clause = _clause(low, start)
    return bool(_COUNTED.search(clause) or _NOT_DUE.search(clause))


def _over(low: str, start: int, day: date | None, base: date | None) -> bool:
    """Whether the words tell of a thing already done: nothing was done on a day still to come."""
    past = base is None or day is None or day < base
    return past and bool(_DONE.search(_clause(low, start)))


def _each_year(low: str, match: re.Match[str]) -> bool:
    """Whether the day is that of every year ("trước ngày 15/12 hằng năm")."""
    return _YEARLY.match(low, match.end()) is not None


def _reached(low: str, match: re.Match[str], day: date | None, base: date | None) -> bool:
    """Whether the words tell what was reached by a day ("đến hết tháng 3 mới giải ngân 4 %").

    A goal may be said in the same words: of a day to come nothing can be told.
    """
    cue = match.groupdict().get("cue", "")
    by = cue.startswith("đến") or low.endswith(("đến ", "đến hết "), 0, match.start())
    if not by or _SO_FAR.match(low, match.end()) is None:
        return False
    if base is None or day is None or day < base:
        return True
    return str(day.year) not in match.group() and day - base > _LONG_AHEAD


def deadlines(words: str, base: date | None, met: date | None = None) -> Iterator[Due]:
    """Every deadline in the words, in no particular order."""
    low = small(words)
    for rule, pattern, reader in READERS:
        for match in pattern.finditer(low):
            named = _cited(low, match.start()) or _each_year(low, match)
            found = None if named else reader(match, base)
            if found is None or _reached(low, match, found.day, base):
                continue
            if not _over(low, match.start(), found.day, base):
                yield _due(found, _widened(words, low, match), rule, match.start())
    for match in WITHIN.finditer(low):
        found = None if _cited(low, match.start()) else within(match, base, met)
        if found is not None and not _over(low, match.start(), found.day, base):
            yield _due(found, _widened(words, low, match), "due.within-days", match.start())


def _widened(words: str, low: str, match: re.Match[str]) -> str:
    """The words of a deadline, with "hoàn thành" where it stands right before."""
    finish = "hoàn thành "
    start = match.start()
    start -= len(finish) * low.endswith(finish, 0, start)
    return words[start : match.end()].strip(" .,;()")


def _due(found: Found, words: str, rule: str, start: int) -> Due:
    rule = "due.before-hour" if found.clock else rule
    if found.day is None:
        return Due(None, None, words, rule, start, found.doubts)
    at = datetime.combine(found.day, found.clock or _END_OF_DAY, VIETNAM)
    return Due(found.day, at, words, rule, start, found.doubts)


def resolve(words: str, base: date | None, met: date | None = None) -> Due | None:
    """The deadline of an item, or None where the words hold none.

    Of two milestones the last counts, and a doubt says that there were more.

    Args:
        words: The item, one blank between words.
        base: The notice's date, else the meeting's; None where neither is known.
        met: The meeting's day, for what counts from it.
    """
    found = list(deadlines(words, base, met))
    dated = [due for due in found if due.day and due.at]
    if dated:
        low = small(words)
        firm = [due for due in dated if "dự kiến" not in _clause(low, due.start)]
        last = _last(firm or dated, base, also_undated=len(dated) < len(found))
        conditional = _CONDITION.search(_clause(low, last.start)) is not None
        return replace(last, doubts=(*last.doubts, "due.condition")) if conditional else last
    return next(iter(found), None) or _event(words, base) or _without_day(words)


def resolve_cell(words: str, base: date | None, met: date | None = None) -> Due | None:
    """The deadline in a table's cell, where a bare `31/12/2025` or `Quý II` is one."""
    plain = resolve(words, base, met)
    if plain is not None and plain.rule != "due.unread":
        return plain
    if not CELL.match(small(words)):
        return plain
    found = resolve(f"thời hạn: {words}", base, met)
    return replace(found, words=words.strip()) if found else plain


def _event(words: str, base: date | None) -> Due | None:
    """A day or a period without a word like "trước" that what is ordered falls on."""
    low = small(words)
    for pattern, cue in _WITHOUT_CUE:
        for match in pattern.finditer(low):
            named = _cited(low, match.start()) or _each_year(low, match)
            if named or _OF_A_PAPER.search(low[: match.start()][-60:]):
                continue
            due = next(iter(deadlines(cue + match["when"], base)), None)
            if due is None or _reached(low, match, due.day, base):
                continue
            ahead = due.day is not None and (base is None or due.day >= base)
            if ahead and not _over(low, match.start(), due.day, base):
                text = words[match.start("when") : match.end("when")]
                rule = "due.on-day" if cue == "vào " else "due.bare-period"
                codes = (*due.doubts, rule)
                return replace(due, words=text, rule=rule, start=match.start("when"), doubts=codes)
    return None


def _last(dated: list[Due], base: date | None, *, also_undated: bool) -> Due:
    last = max(dated, key=lambda due: (due.day or date.min, due.start))
    codes = list(last.doubts)
    if len({due.day for due in dated}) > 1:
        codes.append("due.several")
    if also_undated:
        codes.append("due.also-undated")
    if base and last.day and last.day < base:
        codes.append("due.past")
    return replace(last, doubts=tuple(codes))


def _without_day(words: str) -> Due | None:
    """A deadline that names no day: a meeting, a promise, or words that were not understood."""
    low = small(words)
    meeting = next((m for m in _MEETING.finditer(low) if _is_ahead(low, m)), None)
    if meeting:
        return _open(words, meeting, "due.meeting", "due.meeting")
    unread = next((m for m in _UNREAD.finditer(low) if not _cited(low, m.start())), None)
    if unread and not _over(low, unread.start(), None, None):
        return _open(words, unread, "due.unread", "due.unread")
    vague = _NO_DAY.search(low)
    return _open(words, vague, "due.no-day") if vague else None


def _open(words: str, match: re.Match[str], rule: str, *codes: str) -> Due:
    said = words[match.start() : match.end()].strip()
    meeting = bound(small(said)) if rule == "due.meeting" else None
    return Due(None, None, said, rule, match.start(), codes, meeting)


def _is_ahead(low: str, meeting: re.Match[str]) -> bool:
    """Whether the meeting is one to come and not one whose conclusions are cited."""
    start = meeting.start()
    if not _NEXT_MEETING.search(meeting["rest"]) or _cited(low, start):
        return False
    return _PAST_MEETING.search(low[max(0, start - 40) : start]) is None
