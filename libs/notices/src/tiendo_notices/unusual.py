"""Leads in unusual places: in brackets, as the agent of a noun, behind the part they play."""

import re
from dataclasses import dataclass, replace

from tiendo_notices.text import small
from tiendo_notices.units import Mention, Phrase, unit_list

LEADS_BEHIND = re.compile(
    r" *+,? *+(?:chủ trì|(?:làm )?đầu mối|là (?:cơ quan|đơn vị) (?:chủ trì|đầu mối)"
    r"|chịu trách nhiệm)"
)
"""What makes a leader of the units before it."""
HELPS_IN_BRACKET = re.compile(
    r" ?\((?:(?:cơ quan|đơn vị) )?(?:tham gia |cùng )?phối hợp[^()]{0,40}\)"
)
"""What stands behind a unit that only helps: "X (chủ trì), Y (phối hợp)"."""
LEADS_IN_BRACKET = re.compile(r" ?\((?:cơ quan |đơn vị )?chủ trì[^()]{0,40}\)")
"""What stands behind the unit that leads where a row shares out roles in brackets."""
LABELLED = re.compile(
    r"(?:(?:các )?(?:cơ quan|đơn vị|bộ phận) )?"
    r"(?:(?P<lead>(?:thực hiện |làm )?chủ trì|(?:làm )?đầu mối|chịu trách nhiệm(?: chính)?)"
    r"|(?P<help>(?:cùng |tham gia )?phối hợp))"
    r"(?: thực hiện| tham mưu| chính)? ?: ?"
)
"""A label before the units that lead or help: "Đơn vị chủ trì: X; phối hợp: Y"."""
_BRACKET = re.compile(r"\((?:[Gg]iao )?([^()]{3,160})\)")
_ACTS_IN_BRACKET = re.compile(
    r"(?:,? (?:chủ trì|thực hiện|tham mưu|chịu trách nhiệm|phụ trách)[^.;]{0,90})?"
    r"(?:[;,] (?:[^.;]{3,60} )?phối hợp[^.;]{0,90})? *"
)
_AGENT = re.compile(r"(?<!\w)do (?=\w)")
_PARTS_PLAYED = frozenset(
    ("chủ đầu tư", "nhà đầu tư", "nhà thầu", "đơn vị tư vấn", "nhà thầu thi công")
)
_NAMED_BEHIND = re.compile(r" (?:thi công )?\(([^()]{3,60})\)")


@dataclass(frozen=True, slots=True)
class Found:
    """Units that lead, with the rule that found them and the code of a doubt."""

    units: list[Mention]
    rule: str
    doubt: str | None


def lead(words: str, phrase: Phrase, start: int) -> Found | None:
    """The lead of an item whose sentences name none.

    Args:
        words: The item, brackets included.
        phrase: The same with brackets blanked out.
        start: Where the order begins.
    """
    return _in_brackets(words) or _agent(phrase, start)


def _in_brackets(words: str) -> Found | None:
    """A unit in brackets behind what must be done: "… (Sở X chủ trì)"."""
    for found in _BRACKET.finditer(words):
        inside = Phrase.of(found[1])
        label = LABELLED.match(inside.low)
        units = unit_list(inside, label.end() if label and label["lead"] else 0)
        if units and _ACTS_IN_BRACKET.fullmatch(inside.low, units[-1].end):
            by = found.start(1)
            moved = [replace(m, start=m.start + by, end=m.end + by) for m in units]
            return Found(moved, "lead.bracket", None if label else "lead.bracket")
    return None


def brackets(words: str) -> list[tuple[int, str]]:
    """What stands in brackets and may name helpers, with its place."""
    found = _BRACKET.finditer(words)
    return [(one.start(1), one[1]) for one in found if "phối hợp" in small(one[1])]


def _agent(phrase: Phrase, start: int) -> Found | None:
    """A unit that heads what is named: "Nhóm nhiệm vụ do X chủ trì:"."""
    for found in _AGENT.finditer(phrase.low, start):
        units = unit_list(phrase, found.end())
        if units and LEADS_BEHIND.match(phrase.low, units[-1].end):
            heading = phrase.text.rstrip().endswith(":")
            return Found(units, "lead.agent", None if heading else "lead.inside-sentence")
    return None


def spelled_out(words: str, mention: Mention) -> Mention:
    """Whoever is only called by a part played, with the name in brackets behind it."""
    named = _NAMED_BEHIND.match(words, mention.end)
    if named is None or small(mention.name) not in _PARTS_PLAYED:
        return mention
    return replace(mention, name=f"{mention.name} ({named[1]})")


def helpers_of_row(words: str, units: list[Mention]) -> list[Mention]:
    """Those of a row that only help: "X (chủ trì), Y, Z (phối hợp)", "X, Y (phối hợp)"."""
    low = small(words)
    leaders = [at for at, unit in enumerate(units) if LEADS_IN_BRACKET.match(low, unit.end)]
    if leaders:
        return units[leaders[-1] + 1 :]
    return [unit for unit in units if HELPS_IN_BRACKET.match(low, unit.end)]
