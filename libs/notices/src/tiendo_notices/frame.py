"""Where the parts of a notice lie: title, opening, body, recipients, signature."""

import re
from dataclasses import dataclass

from tiendo_notices.text import Sheet

HEADER_LENGTH = 4_000
_OPENING_LENGTH = 12_000
_CLOSING_LENGTH = 1_500
_TITLE = re.compile(r"(?<!\w)(?:thông báo(?: kết luận)?|kết luận)(?!\w)")
_CONCLUSION = re.compile(
    r"(?:kết luận|ý kiến chỉ đạo|chỉ đạo|quyết định|yêu cầu|một số nội dung|các nội dung|ý kiến)"
    r"(?:(?!kết luận)[^.:;]){0,120}?:"
)
_FIRST_MARK = re.compile(r"(?:I|1|A)[.\-–/)] ")
_RECIPIENTS = re.compile(r"(?<!\w)nơi nhận ?:?")
_SIGNATURE = re.compile(
    r"(?<!\w)(?:T/M|TM\.|K/T|KT\.|T/L|TL\.|TUQ\.|Q\.|T\.M|K\.T|T\.L|(?:PHÓ )?CHÁNH VĂN PHÒNG"
    r"|GIÁM ĐỐC|TRƯỞNG BAN)(?!\w)"
)
_TITLE_LINE = re.compile(
    r"(?:(?:T/M|TM\.|K/T|KT\.|T/L|TL\.|TUQ\.|Q\.) ?[^\d.;:]{2,60}|(?:PHÓ )?(?:HIỆU TRƯỞNG|BÍ THƯ"
    r"|CHỦ TỊCH|TỔ TRƯỞNG|VIỆN TRƯỞNG|CỤC TRƯỞNG|VỤ TRƯỞNG|TRƯỞNG BAN|TRƯỞNG PHÒNG|GIÁM ĐỐC"
    r"|TỔNG GIÁM ĐỐC|CHÁNH VĂN PHÒNG|BỘ TRƯỞNG|CHỦ NHIỆM|CHÍNH ỦY|TRƯỞNG KHOA)[^\d.;:]{0,60})$"
)
_SIGNED_LENGTH = 400
_SENTENCE = re.compile(r"(?:^|[.;:] |\./\. )(?=\w)")
_NUMBERED = re.compile(r"(?:^|\s)(?:\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|[-–+]) $")
_SUMS_UP = re.compile(r"trên đây là|(?:thông báo|kết luận) này (?:được )?gửi")
_APPEALS = re.compile(
    r"(?:(?:căn cứ|theo)[^.;:\d]{3,60}, )?(?:(?:yêu cầu|đề nghị) )?"
    r"(?:các|thủ trưởng|toàn thể)[^.;:\d]{0,120}"
    r"(?:(?:tổ chức|triển khai|nghiêm túc|khẩn trương|thực hiện) ?){1,4}"
    r"(?:(?:các nội dung )?(?:thông báo|kết luận)?(?: kết luận)? ?(?:này|trên)?)? ?\.?/?\.?$"
)
_NOTIFIES = re.compile(
    r"(?:trân trọng |xin |kính )?thông báo"
    r"(?: (?:để|đến|tới|và|kết luận|ý kiến|nội dung|các|cho|tới)|\.?/|\.?$| ?$)"
)
_WHO_NOTIFIES = re.compile(
    r"(?:(?:thừa lệnh [^,]{3,60}, |thay mặt [^,]{3,60}, |nay )?"
    r"(?:văn phòng|ban chỉ đạo|ban|cơ quan|tổ|trung tâm|học viện|sở|bộ|ủy ban|tỉnh ủy)"
    r"[^.;:]{0,110}? |xin |kính )?(?:trân trọng |xin |xin trân trọng )?thông báo(?! kết luận số)"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Offsets of the parts; `concluded` says that "… kết luận như sau:" was found."""

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
    stop = _signed_before(sheet, title, tail.start()) if tail else signature_at(sheet, title)
    stem = _stem(sheet, title, stop)
    body = stem[1] if stem else _first_mark(sheet, title, stop)
    end = _before_closing(sheet, body, stop)
    return Frame(
        title=title,
        stem=stem[0] if stem else body,
        body=body,
        end=end,
        recipients=tail.end() if tail else None,
        signature=signature_at(sheet, tail.end() if tail else end),
        concluded=stem is not None,
    )


def signature_at(sheet: Sheet, start: int) -> int:
    """Where the signature block begins; the end of the text where there is none."""
    for match in _SIGNATURE.finditer(sheet.text, start):
        if sheet.starts_line(match.start()):
            return match.start()
    return len(sheet.text)


def _signed_before(sheet: Sheet, start: int, stop: int) -> int:
    """Where the signature stands if it comes before the recipients; else `stop`."""
    for line, end in sheet.lines(max(start, stop - _SIGNED_LENGTH), stop):
        words = sheet.text[line:end].strip()
        if words.isupper() and _TITLE_LINE.match(words) and sheet.starts_line(line):
            return line
    return stop


def _title_at(sheet: Sheet) -> int:
    """Where the title stands: words in capitals, or at least a line of its own; else 0."""
    for match in _TITLE.finditer(sheet.low, 0, min(len(sheet.low), HEADER_LENGTH)):
        words = sheet.text[match.start() : match.end()]
        if words[: len("thông báo")].isupper() or (
            sheet.starts_line(match.start()) and words[0].isupper()
        ):
            return match.start()
    return 0


def _stem(sheet: Sheet, start: int, stop: int) -> tuple[int, int] | None:
    first = _first_mark(sheet, start, stop)
    for match in _CONCLUSION.finditer(sheet.low, start, min(stop, start + _OPENING_LENGTH)):
        if start < first < match.start():
            break
        words = match.group().rstrip(": ")
        if "kết luận" in words or words.endswith((" sau", " sau đây")):
            return match.start(), match.end()
    return None


def _first_mark(sheet: Sheet, start: int, stop: int) -> int:
    """The first line that is numbered one; `start` where there is none."""
    for line, _ in sheet.lines(start, stop):
        if _FIRST_MARK.match(sheet.text, line):
            return line
    return start


def _before_closing(sheet: Sheet, body: int, stop: int) -> int:
    """Leave out "X trân trọng thông báo để … biết, thực hiện./." at the end."""
    start = max(body, stop - _CLOSING_LENGTH)
    low = sheet.low[start:stop].rstrip()
    found = stop
    for mark in _SENTENCE.finditer(low):
        sentence = low[mark.end() : mark.end() + 260]
        numbered = _NUMBERED.search(low[max(0, mark.end() - 8) : mark.end()])
        if numbered and not sheet.starts_line(start + mark.end()):
            continue
        if _APPEALS.match(sentence) and sheet.starts_line(start + mark.end()):
            return start + mark.end()
        if _SUMS_UP.match(sentence):
            return start + mark.end()
        if _NOTIFIES.search(sentence[:170]) and _WHO_NOTIFIES.match(sentence):
            found = start + mark.end()
    return found
