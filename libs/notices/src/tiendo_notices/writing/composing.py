"""From the text of a notice to its paper: each part in its place, words untouched.

The words are those of the text; only what the form prescribes is set anew: the State's or the
Party's own lines, "Số", the number of a section, rules, blanks and line breaks.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import takewhile

from tiendo_notices import header
from tiendo_notices.errors import NotANoticeError
from tiendo_notices.frame import Frame, frame
from tiendo_notices.model import Form
from tiendo_notices.outline import Node, outline
from tiendo_notices.tables import Table, tables
from tiendo_notices.text import Sheet, sheet
from tiendo_notices.units import Phrase, starts_body
from tiendo_notices.writing.paper import Annex, Paper, Paragraph

_DATED = re.compile(r"(?P<place>[^,;:]{2,60}), *(?P<day>ngày .{0,40}?năm *[\dOo]{0,4})")
_SYMBOL = re.compile(r"Số ?:? *(?P<symbol>[-/–] ?[\w\-–/&]+)")
_ENDS = re.compile(r"[.;:!?…”\"/]$")
_KEPT = re.compile(r"(?i)[-–+•*]? ?lưu")
_BULLET = re.compile(r"[-–+•*] ?")
_MARKS = {
    "capital": ("{}.", "{}."),
    "roman": ("{}-", "{}."),
    "number": ("{}.", "{}."),
    "decimal": ("{}.", "{}."),
    "letter": ("{})", "{})"),
    "word": ("{},", "{},"),
}
"""How a part's number is printed in the Party's and in the State's form."""
_SIGNED_FOR = re.compile(r"(?:T/M|TM\.|K/T|KT\.|T/L|TL\.|TUQ\.|Q\.|T\.M|K\.T|T\.L)(?!\w)")
_ANNEX = re.compile(r"(?i)phụ lục|danh mục|bảng phân công")
_IS_MARKDOWN = re.compile(r"(?m)^#{1,6} |\*\*\S")
_MARKDOWN = re.compile(r"(?m)^#{1,6} +|\*\*|(?<!\S)\*(?=\S)|(?<=\S)\*(?!\S)|\\(?=[.)\-+*_#(\[\]])")
_LONGEST_SIGNATURE = 12
_SHORT = 0.6
_ZERO_MONTHS = 2
_BLANK = " " * 6


def compose(text: str, form: Form | None = None) -> Paper:
    """Lay out the text of a notice.

    Args:
        text: The text, in any Unicode form and broken into lines anywhere.
        form: The form to lay it out in; without it, the one that it has.

    Raises:
        NotANoticeError: It has no body, or no form is given and none can be seen.
    """
    text = _plain(text)
    found = tables(sheet(text).source)
    page = sheet(text, [(table.start, table.end) for table in found])
    parts = frame(page)
    form = form or header.form(page, parts.title, parts.signature)
    if form is None:
        raise NotANoticeError("It cannot be seen whether this is a Party or a State form; say it.")
    title, abstract = header.title(page, parts)
    paper = Paper(
        form=form,
        issuer=(),
        number="",
        dated="",
        title=title or "THÔNG BÁO",
        abstract=abstract or "",
        opening=_paragraphs(page, header.opening_at(page, parts), parts.body),
        body=tuple(_body(page, outline(page, parts.body, parts.end), form)),
        closing=_paragraphs(page, parts.end, _closing_end(page, parts)),
        annexes=tuple(_annex(page, table) for table in found),
    )
    if not paper.body and not found:
        raise NotANoticeError("The text has no conclusion that could be laid out.")
    return _signed(page, parts, _recipients(page, parts, _head(page, parts, paper)))


def _plain(text: str) -> str:
    """The text without the marks of Markdown, where it is Markdown."""
    return _MARKDOWN.sub("", text) if _IS_MARKDOWN.search(text) else text


def _head(page: Sheet, parts: Frame, paper: Paper) -> Paper:
    words = page.quote(0, parts.title)
    symbol = _SYMBOL.search(words)
    number, _ = header.number(page, parts.stem)
    bodies = header.issuer_lines(page, parts.title)
    first = max((at for at, line in enumerate(bodies) if _names_body(line)), default=0)
    return replace(
        paper,
        above=tuple(bodies[:first]),
        issuer=tuple(bodies[first:]),
        number=number or (f"{_BLANK}{symbol['symbol']}" if symbol else ""),
        dated=_dated(words),
    )


def _dated(words: str) -> str:
    """The place and the day of issue, as printed in the head."""
    found = _DATED.search(words)
    if found is None:
        return ""
    place = list(takewhile(_begins_name, reversed(found["place"].split())))
    return f"{' '.join(reversed(place))}, {found['day']}".lstrip(", ")


def _begins_name(word: str) -> bool:
    return word.istitle() or word == "TP."


def _names_body(line: str) -> bool:
    return starts_body(Phrase.of(line), 0)


def _paragraphs(page: Sheet, start: int, end: int, width: int = 0) -> tuple[str, ...]:
    """Printed lines put together again.

    A paragraph ends where a line ends a sentence, is a heading in capitals, or stops well before
    the `width` of the longest one; and never before a small letter.
    """
    lines = [line for a, b in page.lines(start, end) if (line := page.quote(a, b))]
    found: list[str] = []
    whole = True
    for line in lines:
        if whole and not line[0].islower():
            found.append(line)
        else:
            found[-1:] = [" ".join([*found[-1:], line])]
        short = len(line) < _SHORT * width
        whole = bool(_ENDS.search(line)) or line.isupper() or short
    return tuple(found)


def _body(page: Sheet, root: Node, form: Form) -> Iterator[Paragraph]:
    width = max((b - a for a, b in page.lines(root.body, root.end)), default=0)
    yield from (Paragraph(text) for text in _paragraphs(page, root.body, root.own_end, width))
    pending = list(reversed(root.children))
    while pending:
        node = pending.pop()
        apart = any(page.starts_line(child.start) for child in node.children)
        end = node.own_end if apart else node.end
        own = _paragraphs(page, node.body, end, width) or ("",)
        section = node.kind in ("roman", "capital")
        yield Paragraph(own[0], _label(node, form), section)
        yield from (Paragraph(text) for text in own[1:])
        if apart:
            pending.extend(reversed(node.children))


def _label(node: Node, form: Form) -> str:
    if node.kind in ("dash", "plus"):
        return node.label[0]
    party, state = _MARKS.get(node.kind, ("{}", "{}"))
    return (party if form == "party" else state).format(node.label)


def _closing_end(page: Sheet, parts: Frame) -> int:
    """Where the closing words end: before the recipients or the signature, whichever is first."""
    ends = [parts.signature]
    if parts.recipients is not None:
        ends.append(_recipients_line(page, parts.recipients))
    return max(parts.end, min(ends))


def _recipients_line(page: Sheet, behind: int) -> int:
    """Where the words "Nơi nhận:" begin."""
    return page.low.rindex("nơi nhận", 0, behind)


def _recipients(page: Sheet, parts: Frame, paper: Paper) -> Paper:
    if parts.recipients is None:
        return paper
    stop = parts.signature if parts.signature > parts.recipients else len(page.text)
    kept = ""
    for a, b in page.lines(parts.recipients, stop):
        line = page.quote(a, b)
        if _KEPT.match(line):
            kept = _BULLET.sub("", line, count=1)
    return replace(
        paper, recipients=header.recipients(page, parts.recipients, stop), kept=kept.rstrip(".")
    )


def _signed(page: Sheet, parts: Frame, paper: Paper) -> Paper:
    """Who signs for whom, as what, by name."""
    lines = [page.quote(a, b) for a, b in page.lines(parts.signature, len(page.text))]
    lines = [line for line in lines if line][:_LONGEST_SIGNATURE]
    authority: list[str] = []
    office: list[str] = []
    while lines and lines[0].isupper() and not _ANNEX.match(lines[0]):
        line = lines.pop(0)
        for_somebody = _SIGNED_FOR.match(line) and not office
        (authority if for_somebody else office).append(line)
    name = lines[0] if lines and not _ANNEX.match(lines[0]) else ""
    return replace(paper, authority=tuple(authority), office=tuple(office), signer=name)


def _annex(page: Sheet, table: Table) -> Annex:
    headings = _HEADINGS
    names = tuple(headings[column] for column in table.columns)
    rows = tuple(tuple(" ".join(cell.text.split()) for cell in row) for row in table.rows)
    before = [line for line in page.source[: table.start].splitlines() if line.strip()]
    title = before[-1].strip(" *#") if before and _ANNEX.search(before[-1]) else "PHỤ LỤC"
    return Annex(title, (names, *rows))


_HEADINGS = {
    "number": "TT",
    "lead": "Đơn vị chủ trì",
    "helpers": "Đơn vị phối hợp",
    "due": "Thời hạn hoàn thành",
    "work": "Nội dung nhiệm vụ",
    "other": "Ghi chú",
}


def issued(paper: Paper, number: str | None, day: date | None) -> Paper:
    """The paper with the number and the day under which it is issued; None leaves a part as it is.

    Days below ten and the first two months have a leading zero, as both forms want it.
    """
    if day is not None:
        place = paper.dated.split(", ngày")[0] if ", ngày" in paper.dated else ""
        month = f"{day.month:02}" if day.month <= _ZERO_MONTHS else str(day.month)
        words = f"ngày {day.day:02} tháng {month} năm {day.year}"
        paper = replace(paper, dated=f"{place}, {words}" if place else f"N{words[1:]}")
    return replace(paper, number=number) if number else paper
