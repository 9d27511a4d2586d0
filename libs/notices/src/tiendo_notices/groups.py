"""A deadline for a whole group: "… các nhiệm vụ trên trong quý II" covers the items without one."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from tiendo_notices.doubts import confidence, doubt
from tiendo_notices.due import Due
from tiendo_notices.fields import field_reading
from tiendo_notices.model import Item
from tiendo_notices.text import printed, small

_WHOLE_GROUP = re.compile(
    r"(?:nhiệm vụ|nội dung|công việc|việc)(?: (?!trên)[^\s,;.]+){0,3}"
    r" (?:(?:nêu|nói) trên|trên đây|ở trên"
    r"|trên(?=[,.;:]|$| (?:trước|trong|chậm|xong|hoàn|báo|về|và|để|phải|gửi|cho|đến))"
    r"|(?:nêu tại|tại|ở|thuộc) (?:các )?(?:khoản|mục|điểm|phần) )"
    r"|(?:thời hạn|thời gian|tiến độ)(?: hoàn thành| thực hiện)? chung(?= ?:| là)"
)
_UNDATED = re.compile(
    r"(?:nhiệm vụ|nội dung|công việc|việc)(?: [^\s,;.]+){0,3} (?:không|chưa) (?:ghi|nêu|có|xác định"
    r"|quy định|ấn định|giao)(?: (?:rõ|cụ thể))? (?:thời hạn|thời gian|mốc|hạn)"
    r"|(?:^|[.;] )(?:đối với )?(?:các |những )?(?:nhiệm vụ|nội dung|công việc|việc)"
    r" (?:còn lại|khác)(?=,? (?:phải |cần )?(?:hoàn thành|xong|thực hiện xong|hoàn tất)(?!\w))"
)
"""What speaks of every item before it that has no deadline."""
_ONLY_WHEN = re.compile(
    r"[.;] (?P<when>(?:Tất cả |Các việc này )?(?:[Hh]oàn thành|Thời hạn|Thời gian|Xong"
    r"|Thực hiện xong)(?!\w)[^.;]*)[.;]*$"
)
_ACT = re.compile(r"(?<!\w)(?:hoàn thành|báo cáo|thực hiện|xong|thời hạn|thời gian|tiến độ)(?!\w)")
_NUMBER = r"(?:này|[ivx]+|\d{1,2}(?:\.\d{1,2})*|[a-zđ])(?!\w)"
_REFERENCES = re.compile(
    rf"(?:khoản|mục|điểm|phần) (?P<row>{_NUMBER}(?:(?:, | và |, và ){_NUMBER}){{0,20}})"
)
_ONE = re.compile(_NUMBER)
_SENTENCE_END = re.compile(r"(?<=[.;]) ")


@dataclass(frozen=True, slots=True)
class GroupDeadline:
    """A sentence about several items, found at the end of the one at `path`.

    `everywhere` says that it speaks of all items before it, whatever section they are in; `doubts`
    holds codes of why it may not be about the others.
    """

    path: str
    due: Due
    references: tuple[str, ...]
    span: tuple[int, int]
    everywhere: bool = False
    doubts: tuple[str, ...] = ()


def group_sentence(words: str) -> tuple[int, int] | None:
    """Where in an item's words a sentence about the whole group stands."""
    low = small(words)
    if not (_WHOLE_GROUP.search(low) or _UNDATED.search(low)):
        return None
    stops = [0, *(m.end() for m in _SENTENCE_END.finditer(words)), len(words)]
    for start, end in pairwise(stops):
        sentence = low[start:end]
        of_group = _WHOLE_GROUP.search(sentence) or speaks_of_undated(sentence)
        if of_group and _ACT.search(sentence):
            return start, end
    return None


def closing_sentence(words: str) -> int | None:
    """Where a last sentence stands that says no more than by when: "… Hoàn thành trước ngày D."."""
    found = _ONLY_WHEN.search(words)
    return found.start("when") if found else None


def speaks_of_undated(sentence: str) -> bool:
    """Whether a sentence speaks of every item that has no deadline, wherever it stands."""
    return _UNDATED.search(small(sentence)) is not None


def references(sentence: str) -> tuple[str, ...]:
    """The numbers that the sentence names: "khoản 1 và khoản 2", "điểm a, b, c", "mục này"."""
    rows = (m["row"] for m in _REFERENCES.finditer(small(sentence)))
    return tuple(one for row in rows for one in _ONE.findall(row))


def cover(items: list[Item], found: list[GroupDeadline]) -> list[Item]:
    """Pass the deadlines of whole groups on to the items that have none."""
    for group in found:
        items = [_covered(item, group) for item in items]
    return items


def _covered(item: Item, group: GroupDeadline) -> Item:
    if item.kind != "assignment" or item.due or item.recurring or not _is_inside(item, group):
        return item
    doubts = (*item.doubts, *(doubt(code) for code in group.doubts))
    fields = tuple(
        field_reading("due", group.span, "due.from-group", doubts) if f.name == "due" else f
        for f in item.fields
    )
    return replace(
        item,
        due=group.due.day,
        due_at=group.due.at,
        due_text=printed(group.due.words),
        rules=(*item.rules, "due.from-group"),
        doubts=doubts,
        confidence=confidence(doubts, inherited=True) if group.doubts else item.confidence,
        fields=fields,
    )


def _is_inside(item: Item, group: GroupDeadline) -> bool:
    """Whether the sentence speaks of the item; one that names no numbers looks back only."""
    numbers = [r for r in group.references if r != "này"]
    steps, here = item.path.lower().split("."), group.path.lower().split(".")
    if numbers:
        return any(_names(number, steps, here) for number in numbers)
    if item.span[0] > group.span[0]:
        return False
    if group.everywhere:
        return True
    if group.references:
        return steps[0] == here[0]
    above = here[:-1]
    return steps[: len(above)] == above


def _names(number: str, steps: list[str], here: list[str]) -> bool:
    """Whether `number` is one of the parts that hold the item, counted from a common part."""
    wanted = number.split(".")
    for depth in range(len(steps) - len(wanted) + 1):
        if steps[depth : depth + len(wanted)] == wanted and steps[:depth] == here[:depth]:
            return True
    return False
