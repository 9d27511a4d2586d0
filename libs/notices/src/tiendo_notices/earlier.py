"""What an item says about an earlier notice: a proposal for a person to confirm, never more.

```
heading: what is done, to which notice ──► Earlier, passed down to its parts
words of an item ──► sentences ──► actions × notices × numbers of items ──► Link
```
A change is proposed where one sentence names both what is done ("gia hạn", "bãi bỏ") and the
notice that it is done to; a heading may say either for its parts. To tell that something was done
before, or to ask somebody to look into it, changes nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise, product
from typing import NamedTuple

from tiendo_notices.due import Due, resolve
from tiendo_notices.model import Link, LinkKind
from tiendo_notices.text import masked, small
from tiendo_notices.units import Phrase, unit_list

_MOST_LINKS = 40
_DAY = (
    r"(?P<d{0}>\d{{1,2}})(?: ?[/.\-] ?| tháng )(?P<m{0}>\d{{1,2}})(?: ?[/.\-] ?| năm )"
    r"(?P<y{0}>\d{{4}})"
)
_NOTICE = re.compile(
    r"(?<!\w)(?:thông báo|kết luận)(?: (?!số)[^\s,;.:()]+){0,8}?"
    r"(?: số:? ?(?P<number>\d{1,5} ?[-/–] ?(?:tbkl|tb|kl|qđ)[\w\-–/&]*)"
    r"(?: [ivx]{1,4}(?=,? ngày))?"
    rf"(?:,? ?(?:ký |ban hành )?ngày {_DAY.format('')})?| ngày {_DAY.format('2')})"
)
_PLAIN = r"(?:[ivx]{1,5}|\d{1,3}|[a-zđ])(?:\.(?:\d{1,3}|[a-zđ]))*(?![\w/])"
_STEP = re.compile(
    r"(?<!\w)(?P<word>phần|tiểu mục|mục|khoản|điểm|nhiệm vụ số|gạch đầu dòng thứ) "
    rf"(?P<label>hai|ba|tư|nhất|{_PLAIN})(?P<more>(?:(?:, | và |, và ){_PLAIN}){{0,30}})"
)
_LABEL = re.compile(r"(?<!\w)(?!và )[\w.]+")
_DASH = "gạch đầu dòng thứ"
_DASHES = {"nhất": "1", "hai": "2", "ba": "3", "tư": "4"}
_ROMAN = re.compile(r"[IVX]+(?:\.|$)")
_RANKS = {"phần": 0, "mục": 1, "tiểu mục": 2, "khoản": 2, "nhiệm vụ số": 2, "điểm": 3, _DASH: 4}
_SENTENCE_END = re.compile(r"(?<=[^.]{3}\.) (?=[^\W\d_a-zà-ỹđ])")

_ACTIONS: tuple[tuple[LinkKind, str, re.Pattern[str]], ...] = (
    (
        "hand-over",
        "link.other-lead",
        re.compile(
            r"chuyển giao|bàn giao nhiệm vụ"
            r"|chuyển (?:\S+ ){0,2}(?:nhiệm vụ|nội dung|công việc|việc|chủ trì|đầu mối)"
            r"|(?:điều chỉnh|thay đổi|thay) (?:\S+ ){0,3}(?:đơn vị|cơ quan) (?:chủ trì|đầu mối)"
            r"|chủ trì,? thay(?: cho| thế)?(?!\w)"
        ),
    ),
    (
        "re-date",
        "link.other-deadline",
        re.compile(
            r"gia hạn|(?:điều chỉnh|lùi|kéo dài|rút ngắn|thay đổi|sửa đổi|hoãn|sửa)"
            r" (?:\S+ ){0,6}(?:thời hạn|thời gian|tiến độ|mốc|hạn hoàn thành)"
            r"|(?:thời hạn|thời gian|tiến độ)(?: \S+){0,4} (?:được )?(?:lùi|kéo dài|rút ngắn)"
        ),
    ),
    (
        "revoke",
        "link.called-off",
        re.compile(
            r"bãi bỏ|hủy bỏ|hủy nhiệm vụ|thôi giao|chấm dứt|thu hồi nhiệm vụ"
            r"|(?:dừng|ngừng|không tiếp tục|không) (?:thực hiện|triển khai|giao)(?: tiếp)?"
        ),
    ),
    ("revoke", "link.replaced", re.compile(r"thay thế")),
    (
        "add",
        "link.supplement",
        re.compile(
            r"bổ sung (?:thêm |một số |các |\d+ )?"
            r"(?:nhiệm vụ|nội dung|mục|khoản|điểm|vào|cho|thông báo|kết luận)"
        ),
    ),
)  # fmt: skip
_NOT_NOW = re.compile(
    r"(?:đã(?: được)?|chưa(?: được)?|đề xuất(?: việc)?|tham mưu(?: việc)?|xem xét(?:,? quyết định)?"
    r"(?: việc)?|nghiên cứu(?: việc)?|kiến nghị(?: việc)?|đề nghị(?: cho)?(?: phép)?|xin|báo cáo"
    r"(?: việc)?|trường hợp|nếu|không|việc)(?: được)? $"
)
_NEW_LEAD = (
    re.compile(r"(?<!\w)(?:sang cho|sang|về cho|về|cho) "),
    re.compile(r"(?<!\w)do "),
    re.compile(r"(?<!\w)(?:là|thành|giao) "),
)
_NEW_DAY = re.compile(r"(?<!\w)(?:sang|thành|là|tới)(?= (?:hết )?(?:ngày|tháng|quý|\d{1,2}/))")
_TO = "đến "
_CONFIDENCE = {"add": 0.8}
_SURE, _NO_ITEM, _NO_NUMBER = 0.9, 0.6, 0.5


class _Days(NamedTuple):
    """The days that dates without a year and counted days refer to."""

    base: date | None
    met: date | None


@dataclass(frozen=True, slots=True)
class _Action:
    kind: LinkKind
    rule: str


@dataclass(frozen=True, slots=True)
class _Cited:
    """An earlier notice as it is named; offsets are those of the words."""

    number: str | None
    issued_on: date | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a heading says for its parts: what is done, and to which notice and items of it."""

    actions: tuple[_Action, ...] = ()
    cited: _Cited | None = None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Items that a row of words names: "điểm a, điểm b khoản 2 mục II"."""

    paths: tuple[str, ...]
    start: int
    end: int


def passed_down(words: str, above: Earlier) -> Earlier:
    """What a heading and those above it say for the parts below."""
    if not above.actions and not _mentions(words):
        return above
    low = small(words)
    cited = next(_notices(words, low, 0, len(words)), above.cited)
    actions = _actions(low) or above.actions
    paths = tuple(p for numbers in _numbers(words, low, 0, len(words)) for p in numbers.paths)
    return Earlier(actions, cited, paths or above.paths) if cited else above


def links_of(words: str, above: Earlier, base: date | None, met: date | None) -> tuple[Link, ...]:
    """The changes of earlier notices that an item's words, or a heading's, propose.

    Spans are offsets into the words.

    Args:
        words: The item, one blank between words.
        above: What its headings say.
        base: The notice's date, else the meeting's; None where neither is known.
        met: The meeting's day, for what counts from it.
    """
    if not (_mentions(words) or (above.actions and above.cited)):
        return ()
    return tuple(islice(_found(words, above, _Days(base, met)), _MOST_LINKS))


def _mentions(words: str) -> bool:
    low = small(words)
    return "thông báo" in low or "kết luận" in low


def _found(words: str, above: Earlier, days: _Days) -> Iterator[Link]:
    low = small(words)
    stops = [0, *(m.end() for m in _SENTENCE_END.finditer(words)), len(words)]
    cites = False
    for start, end in pairwise(stops):
        notices = list(_notices(words, low, start, end))
        actions = _actions(low[start:end]) or (above.actions if above.cited else ())
        cites = cites or bool(notices)
        for at, cited in enumerate(notices if actions else ()):
            begin = notices[at - 1].end if at else start
            stop = notices[at + 1].start if at + 1 < len(notices) else end
            yield from _of_notice(words, low, actions, cited, (begin, stop), days)
    if not cites and above.actions and above.cited:
        yield from _of_heading(words, low, above, days)


def _of_notice(
    words: str,
    low: str,
    actions: Sequence[_Action],
    cited: _Cited,
    within: tuple[int, int],
    days: _Days,
) -> Iterator[Link]:
    """The links of one notice that a sentence names; the numbers before its name come first."""
    begin, stop = within
    numbers = list(_numbers(words, low, begin, cited.start))
    numbers = numbers or list(_numbers(words, low, cited.end, stop))[:1]
    start = min([cited.start, *(n.start for n in numbers)])
    end = max([cited.end, *(n.end for n in numbers)])
    paths = [path for n in numbers for path in n.paths]
    due = _due(words[end:stop], days) or _due(words[begin:start], days)
    lead = _lead(words[end:stop]) or _lead(words[begin:start])
    yield from _links(actions, cited, paths, (start, end), due, lead)


def _of_heading(words: str, low: str, above: Earlier, days: _Days) -> Iterator[Link]:
    """The links of a part whose heading names the notice."""
    assert above.cited is not None  # noqa: S101 - see `_found`
    actions = _actions(low) or above.actions
    numbers = list(_numbers(words, low, 0, len(words)))
    paths = [path for n in numbers for path in n.paths] or list(above.paths)
    span = (numbers[0].start, numbers[-1].end) if numbers else (0, min(len(words), 80))
    after = words[numbers[-1].end :] if numbers else words
    yield from _links(actions, above.cited, paths, span, _due(after, days), _lead(after))


def _links(
    actions: Sequence[_Action],
    cited: _Cited,
    paths: Sequence[str],
    span: tuple[int, int],
    due: Due | None,
    lead: str | None,
) -> Iterator[Link]:
    for action, path in product(actions, paths or [None]):
        sure = _CONFIDENCE.get(action.kind, _SURE)
        if path is None and action.kind != "add":
            sure = min(sure, _NO_ITEM)
        if cited.number is None:
            sure = min(sure, _NO_NUMBER)
        dated = due if action.kind == "re-date" else None
        yield Link(
            kind=action.kind,
            number=cited.number,
            issued_on=cited.issued_on,
            item_path=path,
            due=dated.day if dated else None,
            due_text=dated.words if dated else None,
            lead=lead if action.kind == "hand-over" else None,
            span=span,
            rule=action.rule,
            confidence=sure,
        )


def _notices(words: str, low: str, start: int, end: int) -> Iterator[_Cited]:
    for match in _NOTICE.finditer(low, start, end):
        number = words[match.start("number") : match.end("number")] if match["number"] else None
        day = _day(match["d"] or match["d2"], match["m"] or match["m2"], match["y"] or match["y2"])
        if number or day:
            tight = "".join(number.split()).replace("–", "-").rstrip("-/") if number else None
            yield _Cited(tight, day, match.start(), match.end())


def _day(day: str | None, month: str | None, year: str | None) -> date | None:
    if not (day and month and year):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _actions(low: str) -> tuple[_Action, ...]:
    """What is done, each kind once; a supplement only where nothing else is."""
    found: dict[LinkKind, _Action] = {}
    for kind, rule, pattern in _ACTIONS:
        if kind in found or (rule == "link.replaced" and "hand-over" in found):
            continue
        if any(_is_now(low, match.start()) for match in pattern.finditer(low)):
            found[kind] = _Action(kind, rule)
    if len(found) > 1:
        found.pop("add", None)
    return tuple(found.values())


def _is_now(low: str, at: int) -> bool:
    """Whether a word begins at it that orders: not told of, asked for or refused."""
    if at and low[at - 1].isalnum():
        return False
    return _NOT_NOW.search(low[max(0, at - 40) : at]) is None


def _numbers(words: str, low: str, start: int, end: int) -> Iterator[_Numbers]:
    """Rows of numbers, the parts of each from the outermost to the innermost."""
    row: dict[int, list[str]] = {}
    first = last = previous = -1
    for match in _STEP.finditer(low, start, end):
        labels = _labels(words, match)
        rank = 0 if _ROMAN.match(labels[0]) else _RANKS[match["word"]]
        apart = last >= 0 and low[last : match.start()].strip(" ,") not in _JOINS
        if row and (apart or (rank in row and rank != previous)):
            yield _Numbers(_paths(row), first, last)
            row = {}
        first = match.start() if not row else first
        row.setdefault(rank, []).extend(labels)
        last, previous = match.end(), rank
    if row:
        yield _Numbers(_paths(row), first, last)


_JOINS = ("", "và", "của", "thuộc", "tại", "ở", "trong")


def _labels(words: str, match: re.Match[str]) -> list[str]:
    """The printed labels of one step: "mục II.3, II.4 và II.5"."""
    printed = words[match.start("label") : match.end("more")]
    labels = [label.rstrip(".") for label in _LABEL.findall(printed)]
    if match["word"] == _DASH:
        return [f"-{_DASHES.get(label, label)}" for label in labels]
    return labels


def _paths(row: dict[int, list[str]]) -> tuple[str, ...]:
    steps = [row[rank] for rank in sorted(row)]
    return tuple(".".join(path) for path in islice(product(*steps), _MOST_LINKS))


def _due(words: str, days: _Days) -> Due | None:
    """The new day; the last that stands there ("từ ngày 30/6 sang ngày 30/9")."""
    changed = [m.end() for m in _NEW_DAY.finditer(small(words))]
    if changed:
        due = resolve(_TO.rstrip() + words[changed[-1] :], days.base, days.met)
    else:
        due = resolve(words, days.base, days.met)
    if due is None or due.day is None:
        return None
    return Due(due.day, due.at, due.words.removeprefix(_TO), due.rule, due.start, due.doubts)


def _lead(words: str) -> str | None:
    """The new lead unit as printed, behind the word that says to whom."""
    phrase = Phrase.of(masked(words))
    for cue in _NEW_LEAD:
        for match in cue.finditer(phrase.low):
            named = unit_list(phrase, match.end())
            if named:
                return named[0].name
    return None
