"""Read a notice: its frame, its header, then every item."""

import re
import unicodedata
from collections import Counter
from dataclasses import replace

from tiendo_notices import header
from tiendo_notices.appendix import appendix_items
from tiendo_notices.doubts import doubt
from tiendo_notices.errors import MAX_CHARACTERS, MAX_PARTS, NotANoticeError, NoticeTooLongError
from tiendo_notices.frame import Frame, frame
from tiendo_notices.items import read_items
from tiendo_notices.model import Item, Reading
from tiendo_notices.outline import Node, outline
from tiendo_notices.parts import Days
from tiendo_notices.tables import tables
from tiendo_notices.text import Sheet, sheet

_LONGEST_PARAGRAPH = 1_200
_OTHER_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f\u3000", " "))
"""Blanks that do not break, which writers set between a number and its word."""
_APPENDIX = re.compile(r"(?<!\w)(?:PHỤ LỤC|Phụ lục|DANH MỤC NHIỆM VỤ)(?!\w)")


def read(text: str) -> Reading:
    """Read a notice of conclusion.

    The text may be in any Unicode form and broken into lines anywhere; spans count in its NFC form.
    Nothing is guessed silently: what needs a person is in the doubts of the item or of the notice.

    Raises:
        NotANoticeError: Empty, or there is no header, no conclusion and no item.
        NoticeTooLongError: Longer than `MAX_CHARACTERS`.
    """
    if len(text) > MAX_CHARACTERS:
        raise NoticeTooLongError(
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. "
            "Give the notice alone, without its attachments."
        )
    source = unicodedata.normalize("NFC", text).translate(_OTHER_BLANKS)
    found = tables(source)
    page = sheet(source, [(table.start, table.end) for table in found])
    if not page.text.strip():
        raise NotANoticeError("The text is empty; give the whole notice, header included.")
    parts = frame(page)
    root = outline(page, parts.body, parts.end)
    _check_size(root)
    reading, codes = _header(page, parts)
    if not root.children and not found and not parts.concluded and _is_bare(reading, parts, codes):
        raise NotANoticeError(
            "This is no notice of conclusion: no header, no “kết luận như sau:” and no numbered "
            "item were found. Give the whole text of the notice."
        )
    _, month = header.issued_on(page, parts)
    base = reading.issued_on or reading.meeting_on or month
    days = Days(base, reading.meeting_on)
    items = read_items(page, root, days) if root.body < root.end or not found else []
    items += appendix_items(found, _numbers(items), days)
    reading = replace(reading, items=tuple(items))
    return _doubted(
        reading, [*codes, *_body_doubts(page, parts, root, reading, tabled=bool(found))]
    )


def _numbers(items: list[Item]) -> set[str]:
    """The numbers that occur in the body, those of headings as well."""
    steps = [item.path.split(".") for item in items]
    return {".".join(one[:length]) for one in steps for length in range(1, len(one) + 1)}


def _header(page: Sheet, parts: Frame) -> tuple[Reading, list[str]]:
    """Everything but the items, and the codes of doubts about it."""
    number, placed = header.number(page, parts.stem)
    issued, _ = header.issued_on(page, parts)
    met, several = header.meeting_on(page, header.behind_title(page, parts), parts.body)
    title, abstract = header.title(page, parts)
    reading = Reading(
        number=number,
        form=header.form(page, parts.title, parts.signature),
        issued_on=issued,
        meeting_on=met,
        title=title,
        abstract=abstract,
        issuer=header.issuer(page, parts.title),
        chair=header.chair(page, header.opening_at(page, parts), parts.stem),
        recipients=header.recipients(page, parts.recipients, parts.signature),
        items=(),
    )
    return reading, _header_doubts(reading, placed=placed, several=several)


def _is_bare(reading: Reading, parts: Frame, codes: list[str]) -> bool:
    """Whether nothing of a notice's header was found."""
    return reading.form is None and "number.missing" in codes and not parts.title


def _check_size(root: Node) -> None:
    if root.size() > MAX_PARTS:
        raise NoticeTooLongError(
            f"The text has more than {MAX_PARTS:,} numbered parts; a notice has far fewer. "
            "Give one notice at a time."
        )


def _header_doubts(reading: Reading, *, placed: bool, several: bool) -> list[str]:
    codes: list[str] = []
    if reading.number is None:
        codes.append("number.blank" if placed else "number.missing")
    if reading.form is None:
        codes.append("form.unknown")
    if reading.issued_on is None:
        codes.append("issued_on.missing")
    if reading.meeting_on is None:
        codes.append("meeting_on.missing")
    elif reading.issued_on and reading.meeting_on > reading.issued_on:
        codes.append("meeting_on.after-issue")
    return [*codes, "meeting_on.several"] if several else codes


def _body_doubts(
    page: Sheet, frame: Frame, root: Node, reading: Reading, *, tabled: bool
) -> list[str]:
    codes: list[str] = []
    if not reading.items:
        codes.append("items.none")
    if len(page.lines(frame.body, frame.end)) * _LONGEST_PARAGRAPH < frame.end - frame.body:
        codes.append("items.no-lines")
    if _has_gap(root):
        codes.append("items.gap")
    if any(count > 1 for count in Counter(i.path for i in reading.items).values()):
        codes.append("items.same-path")
    if not tabled and _APPENDIX.search(page.text, frame.signature):
        codes.append("items.appendix")
    return codes


def _has_gap(root: Node) -> bool:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.gap:
            return True
        pending.extend(node.children)
    return False


def _doubted(reading: Reading, codes: list[str]) -> Reading:
    return replace(reading, doubts=tuple(doubt(code) for code in codes))
