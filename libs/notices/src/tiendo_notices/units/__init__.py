"""Names of units in running text: where a name starts, where it ends, who is meant.

All functions take a `Phrase` (brackets and quotes blanked out) and offsets into it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from tiendo_notices.units.bodies import body
from tiendo_notices.units.forms import LONGEST_ROW, OFFICE, SEPARATOR
from tiendo_notices.units.groups import described_body, group, headed_group
from tiendo_notices.units.growing import grow, starts_body
from tiendo_notices.units.phrases import WORD, Mention, Phrase, is_stop, skip, tidy

__all__ = [
    "Mention",
    "Phrase",
    "described_body",
    "goes_on",
    "starts",
    "starts_body",
    "unit_list",
    "unknown_body",
]

_DEPUTY = re.compile(r"(?:các )?(?:đồng chí |đ/c )?(?:phó|thứ trưởng)(?!\w)")
_PERSON = re.compile(r"(?:các )?(?:đồng chí|đ/c|ông|bà) ")
_TRUONG = re.compile(r"trưởng (ban|phòng|khoa)$")
_HOLDS_SEVERAL = re.compile(r"^(?:(?:đồng chí|đ/c) .*|(?!các ).*(?:bí thư|trưởng ban))$")
_RANK = re.compile(
    r"(?:(?:ủy viên|thành viên|đại biểu|đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá)"
    r"[^,;.:]{0,60}?(?:, | - )){0,3}(?:ủy viên|thành viên|đại biểu)[^,;.:]{2,60}?(?=,| -|$)"
)
_OFFICE_FOLLOWS = re.compile(r"(?:,| [-–])? ")
_NEXT_OFFICE = re.compile(r"(?:,| [-–]) ")
_OF_BODY = re.compile(r"(?:văn phòng|thanh tra)$")
_NUMBERED = re.compile(
    r"(.+ (?:khu vực|vùng|số|phòng|chi nhánh|tổ|nhóm|quân khu|thôn|khu phố|ấp)) (?:[IVX]+|\d{1,2})"
)
_NUMBER_ALONE = re.compile(r"[IVX]{1,5}(?!\w)|\d{1,2}(?=,| và \d|[.;:]|$)")
_OTHER_LEVELS = re.compile(r"(?:,| và) phường(?:(?:,| và) đặc khu)?(?!\w)")
_START = re.compile(r"(?<![\w&/])(?=[^\W\d_])")
_MOST_OFFICES = 4


def unit_list(phrase: Phrase, at: int) -> list[Mention]:
    """All units named in a row from `at` on: `A, B và C`; empty where none is."""
    found = _one(phrase, at)
    while 0 < len(found) < LONGEST_ROW:
        mark = SEPARATOR.match(phrase.low, _behind_bracket(phrase.text, found[-1].end))
        more = _next_of_row(phrase, found[-1], mark.end()) if mark else []
        if not more:
            break
        found = [*found, *more]
    return found


def _next_of_row(phrase: Phrase, last: Mention, at: int) -> list[Mention]:
    """What a row names next; a bare number stands for the body named before, with that number."""
    number = _NUMBER_ALONE.match(phrase.text, at)
    numbered = _NUMBERED.fullmatch(last.name) if number else None
    if number is None or numbered is None:
        return _one(phrase, at)
    return [replace(last, name=f"{numbered[1]} {number.group()}", start=at, end=number.end())]


def unknown_body(phrase: Phrase, at: int) -> list[Mention]:
    """A body known by nothing but its capitals, where the words before it call for one."""
    if not phrase.text[at : at + 1].isupper() or is_stop(phrase, at):
        return []
    end, _ = grow(phrase, at)
    return [Mention(tidy(phrase.text[at:end]), at, end, doubt="lead.name-end")]


def goes_on(phrase: Phrase, end: int) -> bool:
    """Whether a row of units seems to go on behind `end` with a name that was not recognised."""
    if phrase.text[end : end + 1] == " " and phrase.text[end + 1 : end + 2].isupper():
        return end + 1 not in (phrase.breaks or ())
    mark = SEPARATOR.match(phrase.low, end)
    if mark is None or is_stop(phrase, mark.end()):
        return False
    return phrase.text[mark.end() : mark.end() + 1].isupper() or mark.group() == " và "


def starts(phrase: Phrase) -> Iterator[int]:
    """Offsets where a word begins."""
    return (m.start() for m in _START.finditer(phrase.text))


def _behind_bracket(text: str, at: int) -> int:
    """Step over a blanked-out bracket behind a name, up to the next mark."""
    end = skip(text, at)
    return end if end - at > 1 and text[end : end + 1] in (",", ";") else at


def _one(phrase: Phrase, at: int) -> list[Mention]:
    return _titled(phrase, at) or _person(phrase, at) or _untitled(phrase, at)


def _untitled(phrase: Phrase, at: int) -> list[Mention]:
    found = group(phrase, at) or headed_group(phrase, at)
    if found:
        return found
    single = body(phrase, at)
    return [_of_level(phrase, single)] if single else []


def _of_level(phrase: Phrase, one: Mention) -> Mention:
    """A body of every place of a level: "Đảng ủy xã, phường, đặc khu"."""
    more = _OTHER_LEVELS.match(phrase.low, one.end) if one.name.endswith(" xã") else None
    if more is None or phrase.text[more.end() + 1 : more.end() + 2].isupper():
        return one
    return replace(one, name=tidy(phrase.text[one.start : more.end()]), end=more.end(), group=True)


def _titled(phrase: Phrase, at: int) -> list[Mention]:
    """A leader who stands for a unit: "Bộ trưởng Bộ X", "Thủ trưởng các bộ"."""
    title = OFFICE.match(phrase.low, at)
    if title is None:
        return []
    office = _last_of_row(phrase, title)
    inner = _body_of_office(phrase, office)
    if not inner:
        end, _ = grow(phrase, title.end())
        return [_unplaced(phrase, at, end)]
    if office.start() != title.start():
        return [_row_of_offices(phrase, at, inner)]
    if _HOLDS_SEVERAL.search(title.group()) and not inner[0].group:
        inner = _last_office(phrase, inner)
    code = "lead.deputy" if _DEPUTY.match(phrase.low, at) else None
    named = [replace(m, start=at, titled=True, doubt=m.doubt or code or _bare(m)) for m in inner]
    return [*named[:-1], replace(named[-1], end=_personal_name(phrase, named[-1].end))]


def _bare(mention: Mention) -> str | None:
    """A doubt about a body that is named by its kind alone ("Bí thư đảng ủy")."""
    return "lead.name-end" if mention.name.islower() and not mention.group else None


def _unplaced(phrase: Phrase, at: int, end: int) -> Mention:
    name = tidy(phrase.text[at:end])
    return Mention(name, at, end, titled=True, doubt="lead.person")


def _body_of_office(phrase: Phrase, office: re.Match[str]) -> list[Mention]:
    inside = _OF_BODY.search(office.group())
    own = _untitled(phrase, office.start() + inside.start()) if inside else []
    if own:
        return own
    if of_body := _TRUONG.search(office.group()):
        whole = _untitled(phrase, office.start() + of_body.start(1))
        if whole and whole[0].end > office.end():
            return whole
    after = skip(phrase.text, office.end())
    if phrase.low.startswith("thường trực ", after):
        after += len("thường trực ")
    return _untitled(phrase, after) or described_body(phrase, after)


def _last_of_row(phrase: Phrase, title: re.Match[str]) -> re.Match[str]:
    """The last of offices in a row that share a body: "Bộ trưởng, Thủ trưởng cơ quan …"."""
    for _ in range(_MOST_OFFICES):
        mark = SEPARATOR.match(phrase.low, title.end())
        following = OFFICE.match(phrase.low, mark.end()) if mark else None
        if following is None:
            break
        title = following
    return title


def _row_of_offices(phrase: Phrase, at: int, inner: list[Mention]) -> Mention:
    """Heads of several kinds of bodies, as printed: nobody stands for all of them by name."""
    person = _PERSON.match(phrase.low, at)
    end = inner[-1].end
    name = tidy(phrase.text[person.end() if person else at : end])
    return Mention(name, at, end, group=True, titled=True)


def _last_office(phrase: Phrase, inner: list[Mention]) -> list[Mention]:
    """Of one person's offices the last named counts ("Bí thư Đảng ủy, Bộ trưởng Bộ X")."""
    end = inner[-1].end
    title = OFFICE.match(phrase.low, end + 2) if phrase.text[end : end + 2] == ", " else None
    if title and _PERSON.match(title.group()):
        return inner
    return (title and _untitled(phrase, skip(phrase.text, title.end()))) or inner


def _personal_name(phrase: Phrase, at: int) -> int:
    """Skip a person's own name after an office ("Bộ trưởng Bộ X Nguyễn Văn A")."""
    for _ in range(_MOST_OFFICES):
        word = WORD.match(phrase.text, at + 1)
        if word is None or not word.group().istitle() or is_stop(phrase, word.start()):
            break
        at = word.end()
    return at


def _person(phrase: Phrase, at: int) -> list[Mention]:
    """A comrade by name, who stands for the unit of the last office named with it."""
    word = _PERSON.match(phrase.low, at)
    end, _ = grow(phrase, word.end()) if word else (at, 0)
    if word is None or end <= word.end():
        return []
    follow: re.Match[str] | None = _OFFICE_FOLLOWS.match(phrase.low, end)
    placed: list[Mention] = []
    for _ in range(_MOST_OFFICES):
        rank = _RANK.match(phrase.low, follow.end()) if follow else None
        if rank:
            end, follow = rank.end(), _NEXT_OFFICE.match(phrase.low, rank.end())
        holder = _titled(phrase, follow.end()) if follow else []
        if not holder:
            break
        end = holder[-1].end
        placed = [m for m in holder if m.doubt != "lead.person"] or placed
        follow = _NEXT_OFFICE.match(phrase.low, end)
    if placed:
        return [replace(m, start=at, end=max(m.end, end)) for m in placed]
    return [_unplaced(phrase, at, end)]
