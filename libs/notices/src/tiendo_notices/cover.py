"""A deadline for a whole group: "… các nhiệm vụ trên trong quý II" covers the items without one."""

import re
from dataclasses import replace
from datetime import date

from tiendo_notices.due import Due, resolve
from tiendo_notices.model import Item
from tiendo_notices.text import printed, small

_WHOLE_GROUP = re.compile(
    r"(?:nhiệm vụ|nội dung|công việc)(?: (?!trên)[^\s,;.]+){0,3}"
    r" (?:nêu trên|ở trên|trên đây|nói trên|trên)(?!\w)"
)
_ACT = re.compile(r"(?<!\w)(?:hoàn thành|báo cáo|thực hiện)(?!\w)")
_SENTENCE_END = re.compile(r"[.;] ")


def cover(items: list[Item], base: date | None) -> list[Item]:
    """Pass deadlines of whole groups on; a sentence that does only that is no item."""
    covered = list(items)
    for item in items:
        sentence = _about_group(item.text)
        due = resolve(sentence, base) if sentence else None
        if sentence is None or due is None or due.day is None:
            continue
        above = item.path.rpartition(".")[0]
        covered = [_covered(other, due, above) if other is not item else other for other in covered]
        if len(sentence.strip()) >= len(item.text) - 2:
            covered = [other for other in covered if other is not item]
    return covered


def _about_group(text: str) -> str | None:
    if not _WHOLE_GROUP.search(small(text)):
        return None
    for sentence in _SENTENCE_END.split(text):
        low = small(sentence)
        if _WHOLE_GROUP.search(low) and _ACT.search(low):
            return sentence
    return None


def _covered(item: Item, due: Due, above: str) -> Item:
    inside = item.path.startswith(f"{above}.") if above else True
    if not inside or item.kind != "assignment" or item.due or item.recurring:
        return item
    rules = (*item.rules, "due.from-group")
    return replace(item, due=due.day, due_at=due.at, due_text=printed(due.words), rules=rules)
