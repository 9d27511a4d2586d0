"""What stands above and below the items: number, dates, issuer, chair, title, recipients."""

import re
from datetime import date

from tiendo_notices.frame import HEADER_LENGTH, Frame
from tiendo_notices.model import Form
from tiendo_notices.text import Sheet, printed

_NUMBER = re.compile(
    r"(?<![\w/])số ?:? ?(?P<digits>\d{1,5})? ?(?P<rest>[-/–] ?(?:tb|qđ|kl"
    r"|tbkl)[\w\-–/&]*(?:(?<=kv) [ivx]{1,4})?)(?!\w)"
)
_COLUMN_GAP = re.compile(r"(?: {4,}|\t)\s*")
_WIDEST_INDENT = 16
"""Blanks before a line that stands in the right column only."""
_REGION = re.compile(r"[IVX]{1,4}")
_PLACE_DATE = re.compile(
    r"ngày (?P<day>\d{1,2})? ?tháng ?(?P<month>\d{1,2})? ?năm ?(?P<year>\d{4})?"
)
_IN_FIGURES = r" (?P<day>\d{1,2})(?: ?[/.\-] ?| tháng )(?P<month>\d{1,2})(?: ?[/.\-] ?| năm )"
_HEADER_DATE = re.compile(rf", (?:ngày)?{_IN_FIGURES}(?P<year>\d{{4}})")
_PLACED_DATE = re.compile(rf"(?<!\w)[A-ZĐ]\w*(?: [A-ZĐ]\w*){{1,3}}, {_PLACE_DATE.pattern}")
_PLAIN_DATE = re.compile(rf"(?<!\w)(?:ngày|sáng|chiều|tối){_IN_FIGURES}(?P<year>\d{{4}})")
_SPREAD_DATE = re.compile(
    r"(?:các ngày|từ ngày|ngày) \d{1,2}(?:,| và| đến| đến ngày| ?[-–]) [^.;]{0,30}?"
    r"(?P<day>\d{1,2})(?: ?[/.] ?| tháng )(?P<month>\d{1,2})(?: ?[/.] ?| năm )(?P<year>\d{4})"
)
_CITED_DATE = re.compile(r"(?:số \S*\d\S*,? |\d+-\S+ |từ |đến |trước )$")
_PART_OF_DAY = re.compile(
    r"(?<!\w)(?:Sáng|Chiều|Tối|Trưa|Vào|Trong|Hôm nay,?)(?: (?:sáng|chiều|tối))? $"
)
_OPENING = re.compile(
    r"(?:(?:Sáng|Chiều|Tối|Trong|Từ|Vào|Hôm) (?:ngày|các ngày)|Ngày|Các ngày) \d"
    r"|(?:Sáng|Chiều|Tối) \d|(?:Căn cứ|Thực hiện|Sau khi|Tại|Ngày) "
)
_CHAIRS = re.compile(r"(?<!\w)(?:đã )?(?:chủ trì|đi kiểm tra|đi thị sát|làm việc)(?! (?:của|,))")
_CHAIR = re.compile(
    r"(?:Đồng chí|đồng chí|(?:Phó )?Thủ tướng|Bộ trưởng|Thứ trưởng|(?:Phó )?Chủ tịch"
    r"|(?:Phó )?Giám đốc|GS,? ?TS|PGS,? ?TS) [^.;]{2,240}$"
)
_BEFORE_CHAIR = re.compile(r"[.;] |\d{4}, |, tại [^,]{3,60}, |(?<=^)tại [^,]{3,60}, ")
_STATE_LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc",
)  # fmt: skip
_STATE_WORDS = re.compile("|".join(r"\s+".join(line.split()) for line in _STATE_LINES))
_NUMBER_LINE = re.compile(r"(?i:số) ?:? ?[\d\-/–]|Số ?:?$")
_BULLET = re.compile(r"[-–+•*] ?")
_JOINED_BULLETS = re.compile(r"[;,] [-–] | [-–] (?=[A-ZĐ])")
_TITLE_WORDS = re.compile("thông báo|kết luận")
_LONGEST_TITLE = 600
_LONGEST_NAME = 200


def number(sheet: Sheet, limit: int) -> tuple[str | None, bool]:
    """The number, and whether a place for one was found (a draft leaves it blank)."""
    match = _NUMBER.search(sheet.low, 0, min(limit, HEADER_LENGTH))
    if match is None:
        return None, False
    if not match["digits"]:
        return None, True
    words = sheet.text[match.start("digits") : match.end()]
    return _tight(words).rstrip("-–/").replace("–", "-"), True


def _tight(words: str) -> str:
    """A number without blanks, save the one before a region ("… /HVCTKV II")."""
    parts = words.split()
    region = parts.pop() if _REGION.fullmatch(parts[-1]) and len(parts) > 1 else None
    return "".join(parts) + (f" {region}" if region else "")


def issued_on(sheet: Sheet, frame: Frame) -> tuple[date | None, date | None]:
    """The day of issue, and the first of its month where only the day is blank.

    It stands above the title; below it only behind a place ("Hà Nội, ngày …"), as any other date
    there is the meeting's.
    """
    above = min(frame.title or frame.stem, HEADER_LENGTH)
    match = _PLACE_DATE.search(sheet.low, 0, above) or _HEADER_DATE.search(sheet.low, 0, above)
    match = match or _PLACED_DATE.search(sheet.text, above, min(frame.stem, HEADER_LENGTH))
    if match is None or not (match["month"] and match["year"]):
        return None, None
    if match["day"]:
        return _date(match["day"], match["month"], match["year"]), None
    return None, _date("1", match["month"], match["year"])


def meeting_on(sheet: Sheet, start: int, stop: int) -> tuple[date | None, bool]:
    """The (last) day of the meeting, and whether it ran over several days.

    A date that opens a sentence comes first; a cited document's date never counts.
    """
    dates = [m for m in _PLAIN_DATE.finditer(sheet.low, start, stop) if not _is_cited(sheet, m)]
    opening = [m for m in dates if _opens_sentence(sheet, m.start())]
    plain = next(iter(opening or dates), None)
    spread = _SPREAD_DATE.search(sheet.low, start, stop)
    several = spread is not None and (plain is None or spread.start() <= plain.start())
    found = spread if several else plain
    return (_date(found["day"], found["month"], found["year"]), several) if found else (None, False)


def _is_cited(sheet: Sheet, found: re.Match[str]) -> bool:
    at = found.start()
    if sheet.text[at] == "N":
        return sheet.text.startswith("NGÀY", at)
    return _CITED_DATE.search(sheet.low[max(0, at - 40) : at]) is not None


def _opens_sentence(sheet: Sheet, at: int) -> bool:
    left = sheet.text[max(0, at - 30) : at]
    return sheet.text[at] in "NSCT" or _PART_OF_DAY.search(left) is not None


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
    match = _NUMBER.search(sheet.low, 0, min(head_end, HEADER_LENGTH))
    if match is None:
        return None
    return "party" if match["rest"].startswith(("-", "–")) else "state"


def issuer(sheet: Sheet, head_end: int) -> str | None:
    """Who issues it: the header less the State's or the Party's own lines, up to the number."""
    words = " ".join(issuer_lines(sheet, head_end))
    return " ".join(words.split())[:_LONGEST_NAME] or None


def issuer_lines(sheet: Sheet, head_end: int) -> list[str]:
    """The printed lines that name the issuer and whom it belongs to."""
    kept: list[str] = []
    for start, end in sheet.lines(0, head_end):
        line = sheet.text[start:end].strip()
        if _NUMBER_LINE.match(line) or _PLACE_DATE.search(line.lower()):
            break
        kept.append(line)
    words = _STATE_WORDS.sub("\n", "\n".join(kept))
    lines = (" ".join(line.replace("*", " ").split()) for line in words.split("\n"))
    return [line for line in lines if line]


def opening_at(sheet: Sheet, frame: Frame) -> int:
    """Where the title ends and the opening sentence begins; the start where there is no title."""
    if _TITLE_WORDS.match(sheet.low, frame.title) is None:
        return frame.title
    for start, _ in sheet.lines(frame.title, frame.stem)[1:]:
        if _OPENING.match(sheet.text, start):
            return start
    return min(frame.stem, frame.title + _LONGEST_TITLE)


def behind_title(sheet: Sheet, frame: Frame) -> int:
    """Where the title's first words end; the start where there is no title."""
    words = _TITLE_WORDS.match(sheet.low, frame.title)
    return min(words.end() if words else frame.title, frame.stem)


def title(sheet: Sheet, frame: Frame) -> tuple[str | None, str | None]:
    """The title ("THÔNG BÁO") and the abstract below it, if there are any."""
    words = sheet.quote(frame.title, opening_at(sheet, frame)).replace("*", "").strip(" ,")
    match = re.match(r"(?i)thông báo", words)
    if match is None:
        return None, words or None
    return match.group().upper(), words[match.end() :].strip(" :-") or None


def chair(sheet: Sheet, start: int, stop: int) -> str | None:
    """Who chaired, as printed before the first "chủ trì"."""
    match = _CHAIRS.search(sheet.low, start, stop)
    if match is None:
        return None
    before = sheet.text[max(start, match.start() - 300) : match.start()]
    found = _CHAIR.search(_BEFORE_CHAIR.split(before)[-1])
    return " ".join(found.group().split()) if found else None


def _left_column(sheet: Sheet, start: int, end: int) -> str:
    """A line of recipients without the signature that a wide gap sets beside it."""
    first, last = sheet.span(start, end)
    before = sheet.source[:first][-_WIDEST_INDENT:]
    if start and not before.strip(" \t") and len(before) == _WIDEST_INDENT:
        return ""
    return printed(_COLUMN_GAP.split(sheet.source[first:last].strip(), maxsplit=1)[0])


def recipients(sheet: Sheet, start: int | None, stop: int) -> tuple[str, ...]:
    """The recipients, without the line that says where the notice is kept."""
    if start is None:
        return ()
    rows: list[str] = []
    for a, b in sheet.lines(start, stop):
        line = _left_column(sheet, a, b)
        if not line:
            continue
        if _BULLET.match(line) or not rows:
            rows.append(_BULLET.sub("", line, count=1))
        else:
            rows[-1] = f"{rows[-1]} {line}"
    if len(rows) == 1:
        rows = _JOINED_BULLETS.split(rows[0])
    named = (row.strip(" ;,.") for row in rows)
    return tuple(row for row in named if row and not row.lower().startswith("lưu"))
