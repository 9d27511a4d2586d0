"""What stands above and below the items: number, dates, issuer, recipients, where the body lies."""

import re
from dataclasses import dataclass
from datetime import date

from tiendo_notices.model import Form
from tiendo_notices.text import Sheet

_NUMBER = re.compile(
    r"(?<![\w/])số ?:? ?(?P<digits>\d{1,5})? ?(?P<rest>[-/–] ?(?:tb|qđ|kl|tbkl)[\w\-–/&]*)(?!\w)"
)
_PLACE_DATE = re.compile(
    r"ngày (?P<day>\d{1,2})? ?tháng ?(?P<month>\d{1,2})? ?năm ?(?P<year>\d{4})?"
)
_TITLE = re.compile(r"(?<!\w)(?:thông báo(?: kết luận)?|kết luận)(?!\w)")
_CONCLUSION = re.compile(
    r"(?:kết luận|ý kiến chỉ đạo|chỉ đạo|quyết định|yêu cầu|một số nội dung|các nội dung|ý kiến)"
    r"(?:[^.:;]{0,120}?)(?:như sau|sau đây|sau)? ?:"
)
_PLAIN_DATE = re.compile(
    r"(?<!\w)ngày (?P<day>\d{1,2})(?: ?[/.\-] ?| tháng )(?P<month>\d{1,2})(?: ?[/.\-] ?| năm )(?P<year>\d{4})"
)
_SPREAD = re.compile(
    r"(?:các ngày|từ ngày|ngày) \d{1,2}(?:,| và| đến| đến ngày| ?[-–]) [^.;]{0,30}?(?P<day>\d{1,2})"
    r"(?: ?[/.] ?| tháng )(?P<month>\d{1,2})(?: ?[/.] ?| năm )(?P<year>\d{4})"
)
_RECIPIENTS = re.compile(r"(?<!\w)nơi nhận ?:?")
_SIGNATURE = re.compile(
    r"(?<!\w)(?:T/M|TM\.|K/T|KT\.|T/L|TL\.|TUQ\.|Q\.|T\.M|K\.T|T\.L|CHÁNH VĂN PHÒNG|PHÓ CHÁNH VĂN PHÒNG|GIÁM ĐỐC|TRƯỞNG BAN)(?!\w)"
)
_NOTIFIES = re.compile(
    r"(?:trân trọng |xin |kính )?thông báo(?: (?:để|đến|tới|và|kết luận|ý kiến|nội dung)|\.?/|\.?$| ?$)|trên đây là"
)
_CHAIR = re.compile(r"(?<!\w)(?:đã )?(?:chủ trì|đi kiểm tra|đi thị sát|làm việc)(?! (?:của|,))")
_OFFICE = re.compile(
    r"(?:Đồng chí|đồng chí|Thủ tướng Chính phủ|Phó Thủ tướng Chính phủ|Phó Thủ tướng|Bộ trưởng|Thứ trưởng|Chủ tịch|Phó Chủ tịch|Giám đốc|Phó Giám đốc|GS,? ?TS|PGS,? ?TS) [^.;]{2,240}$"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the parts of a notice lie: header, body and what follows it."""

    title: int
    stem: int
    body: int
    end: int
    recipients: int | None
    signature: int
    concluded: bool


def frame(sheet: Sheet) -> Frame:
    """Find the body: after "… kết luận như sau:", before the closing words and the recipients."""
    title = _title_at(sheet)
    tail = _RECIPIENTS.search(sheet.low, title)
    stop = tail.start() if tail else _without_recipients(sheet, title)
    stem = _stem(sheet, title, stop)
    body = stem[1] if stem else _first_mark(sheet, title, stop)
    end = _before_closing(sheet, body, stop)
    signature = _signature_at(sheet, tail.end() if tail else end)
    return Frame(
        title,
        stem[0] if stem else body,
        body,
        end,
        tail.end() if tail else None,
        signature,
        stem is not None,
    )


def _title_at(sheet: Sheet) -> int:
    """Where the title line stands: a line of capitals, or at least a line of its own."""
    for match in _TITLE.finditer(sheet.low, 0, min(len(sheet.low), 4_000)):
        printed = sheet.text[match.start() : match.end()]
        if printed.isupper() or (sheet.starts_line(match.start()) and printed[0].isupper()):
            return match.start()
    return 0


def _without_recipients(sheet: Sheet, start: int) -> int:
    for match in _SIGNATURE.finditer(sheet.text, start):
        if sheet.starts_line(match.start()):
            return match.start()
    return len(sheet.text)


def _stem(sheet: Sheet, start: int, stop: int) -> tuple[int, int] | None:
    limit = min(stop, start + 12_000)
    first = _first_mark(sheet, start, stop)
    for match in _CONCLUSION.finditer(sheet.low, start, limit):
        if match.start() > first and first > start:
            break
        if "kết luận" in match.group() or match.group().rstrip(": ").endswith(("sau", "sau đây")):
            return match.start(), match.end()
    return None


def _first_mark(sheet: Sheet, start: int, stop: int) -> int:
    mark = re.compile(r"(?:I|1|A)[.\-–/)] ")
    for a in sheet.line_starts:
        if start <= a < stop and mark.match(sheet.text, a):
            return a
    return start


def _before_closing(sheet: Sheet, body: int, stop: int) -> int:
    """Leave out "X trân trọng thông báo để … biết, thực hiện./." at the end."""
    low = sheet.low[max(body, stop - 1_500) : stop].rstrip()
    offset = max(body, stop - 1_500)
    found = None
    for start in re.finditer(r"(?:^|[.;:] |\./\. )(?=\w)", low):
        sentence = low[start.end() : start.end() + 260]
        if re.match(r"trên đây là", sentence):
            found = start.end()
            break
        if _NOTIFIES.search(sentence[:170]) and re.match(_CLOSER, sentence):
            found = start.end()
    return offset + found if found is not None else stop


_CLOSER = re.compile(
    r"(?:(?:thừa lệnh [^,]{3,60}, |thay mặt [^,]{3,60}, |nay )?(?:văn phòng|ban chỉ đạo|ban|cơ quan|tổ|trung tâm|học viện|sở|bộ|ủy ban|tỉnh ủy)"
    r"[^.;:]{0,110}? |xin |kính )?(?:trân trọng |xin |xin trân trọng )?thông báo(?! kết luận số)"
)


def _signature_at(sheet: Sheet, start: int) -> int:
    for match in _SIGNATURE.finditer(sheet.text, start):
        if sheet.starts_line(match.start()):
            return match.start()
    return len(sheet.text)


def number(sheet: Sheet, limit: int) -> tuple[str | None, bool]:
    """The number, and whether a place for one was found (a draft leaves it blank)."""
    match = _NUMBER.search(sheet.low, 0, min(limit, 4_000))
    if match is None:
        return None, False
    if not match["digits"]:
        return None, True
    printed = sheet.text[match.start("digits") : match.end()]
    return "".join(printed.split()).rstrip("-–/").replace("–", "-"), True


def issued_on(sheet: Sheet, limit: int) -> tuple[date | None, date | None]:
    """The day of issue, and the last day of its month where only the day is blank."""
    for match in _PLACE_DATE.finditer(sheet.low, 0, min(limit, 4_000)):
        day, month, year = match["day"], match["month"], match["year"]
        if day and month and year:
            return _date(day, month, year), None
        if month and year:
            return None, _date("1", month, year)
        return None, None
    return None, None


def meeting_on(sheet: Sheet, start: int, stop: int) -> tuple[date | None, bool]:
    """The (last) day of the meeting, and whether it ran over several days.

    A date that opens a sentence comes first; a cited document's date never counts.
    """
    spread = _SPREAD.search(sheet.low, start, stop)
    found = [
        m for m in _PLAIN_DATE.finditer(sheet.low, start, stop) if _tells_meeting(sheet, m.start())
    ]
    plain = next((m for m in found if _opens_sentence(sheet, m.start())), None) or next(
        iter(found), None
    )
    if spread and (plain is None or spread.start() <= plain.start()):
        plain, several = spread, True
    else:
        several = False
    return (_date(plain["day"], plain["month"], plain["year"]), several) if plain else (None, False)


def _tells_meeting(sheet: Sheet, at: int) -> bool:
    if sheet.text[at] == "N":
        return sheet.text[at : at + 4] != "NGÀY"
    return not re.search(
        r"(?:số \S+,? |\d+-\S+ |từ |đến |trước )$", sheet.low[max(0, at - 40) : at]
    )


def _opens_sentence(sheet: Sheet, at: int) -> bool:
    left = sheet.text[max(0, at - 30) : at]
    part = re.search(
        r"(?:^|[.;:] |\s)(?:Sáng|Chiều|Tối|Trưa|Vào|Trong|Hôm nay,?)(?: (?:sáng|chiều|tối))? $",
        left,
    )
    return part is not None or (
        sheet.text[at] == "N"
        and (sheet.starts_line(at) or left.rstrip().endswith((".", ";", ":", "")))
    )


def _date(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def form(sheet: Sheet, head_end: int, signature: int) -> Form | None:
    """`party` or `state` by the header; without one by how the signature is abbreviated."""
    head = sheet.low[: max(head_end, 1)]
    if "cộng hòa xã hội chủ nghĩa" in head or "độc lập - tự do" in head:
        return "state"
    if "đảng cộng sản việt nam" in head:
        return "party"
    tail = sheet.text[signature : signature + 400]
    if re.search(r"\b[TK]/[MLT]\b", tail):
        return "party"
    if re.search(r"\b(?:TM|KT|TL|TUQ|Q)\.", tail):
        return "state"
    match = _NUMBER.search(sheet.low, 0, min(head_end, 4_000))
    if match is None:
        return None
    return "party" if match["rest"].startswith(("-", "–")) else "state"


def issuer(sheet: Sheet, head_end: int) -> str | None:
    """Who issues it: the header less the state's or party's own lines, up to the number."""
    lines = [sheet.text[a:b].strip() for a, b in sheet.lines(0, head_end)] if head_end else []
    kept: list[str] = []
    for line in lines:
        if re.match(r"(?i)số ?:? ?[\d\-/–]", line) or _PLACE_DATE.search(line.lower()):
            break
        kept.append(line)
    words = " ".join(kept)
    for state_line in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc"):  # fmt: skip
        words = words.replace(state_line, " ")
    words = " ".join(words.replace("*", " ").split())
    return words[:200] or None


_OPENING = re.compile(
    r"(?:(?:Sáng|Chiều|Tối|Trong|Từ|Vào|Hôm) )?(?:Ngày|ngày|các ngày) \d|(?:Căn cứ|Thực hiện|Sau khi|Tại|Ngày) "
)


def opening_at(sheet: Sheet, frame_: Frame) -> int:
    """Where the title ends and the opening sentence begins."""
    for start, _ in sheet.lines(frame_.title, frame_.stem)[1:]:
        if _OPENING.match(sheet.text, start):
            return start
    return min(frame_.stem, frame_.title + 600)


def title(sheet: Sheet, frame_: Frame) -> tuple[str | None, str | None]:
    """The title and the abstract below it."""
    end = opening_at(sheet, frame_)
    words = sheet.quote(frame_.title, end).replace("*", "").strip(" ,")
    match = re.match(r"(?i)thông báo", words)
    if match is None:
        return None, words or None
    return words[: match.end()].upper(), words[match.end() :].strip(" :-") or None


def chair(sheet: Sheet, start: int, stop: int) -> str | None:
    """Who chaired, as printed before the first "chủ trì"."""
    match = _CHAIR.search(sheet.low, start, stop)
    if match is None:
        return None
    before = sheet.text[max(start, match.start() - 300) : match.start()]
    cut = re.split(r"[.;] |\d{4}, |, tại [^,]{3,60}, ", before)[-1]
    found = _OFFICE.search(cut)
    return " ".join(found.group().split()) if found else None


def recipients(sheet: Sheet, start: int | None, stop: int) -> tuple[str, ...]:
    """The recipients, without the line that says where the notice is kept."""
    if start is None:
        return ()
    rows: list[str] = []
    for a, b in sheet.lines(start, stop):
        line = sheet.quote(a, b)
        if re.match(r"[-–+•*] ?", line):
            rows.append(re.sub(r"^[-–+•*] ?", "", line))
        elif rows:
            rows[-1] = f"{rows[-1]} {line}"
        elif line:
            rows.append(line)
    if len(rows) == 1:
        rows = [part.strip() for part in re.split(r"[;,] [-–] | [-–] (?=[A-ZĐ])", rows[0])]
    return tuple(
        kept for row in rows if (kept := row.strip(" ;,.")) and not row.lower().startswith("lưu")
    )
