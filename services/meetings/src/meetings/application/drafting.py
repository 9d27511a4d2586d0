"""From a reading to a draft: names become units, and what is not certain becomes a doubt.

Whom a name means is asked of the register of the notice's day, from its issuer's point of view.
What only looks alike is proposed, ranked, never chosen. A group ("các bộ, ngành") that the register
understands becomes its members, each with the group's words as its origin; whether they are right
and complete is for a person to say.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from meetings.domain import (
    Candidate,
    Deadline,
    Doubt,
    DraftItem,
    DueMeeting,
    FieldRead,
    Header,
    ItemKind,
    LinkKind,
    Named,
    Paths,
    ProposedLink,
    ReadFacts,
)
from tiendo_notices import Item, Reading
from tiendo_notices.register import Proposal, Resolution
from tiendo_runtime.clock import VIETNAM, late_from, local_day
from tiendo_runtime.domain import RuleError

Find = Callable[[str], Resolution]
"""Whom a name means, or who may be meant."""

MAX_ITEM_TEXT = 8000
_MAX_PATH = 70
_MAX_NUMBER = 80
_MAX_TITLE = 1000
_MAX_WORDS = 500
FIRST_DAY, LAST_DAY = date(1945, 9, 2), date(2199, 12, 31)
"""Days outside of these are misread, or mistyped."""

_LINKS: Mapping[str, LinkKind] = {
    "re-date": LinkKind.RE_DATED,
    "hand-over": LinkKind.HANDED_OVER,
    "revoke": LinkKind.REVOKED,
    "add": LinkKind.ADDED,
}

_GROUP = re.compile(
    r"(?:tất cả|toàn thể|toàn bộ|các|những|mọi|mỗi|từng|một số|nhiều|(?:bộ|sở|ban),? ngành)(?!\w)"
)
_MEMBERS = re.compile(r"(?<!\w)(?:các|những|mọi)(?!\w)")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a text became."""

    header: Header
    facts: ReadFacts
    items: tuple[DraftItem, ...]
    doubts: tuple[Doubt, ...]
    links: tuple[ProposedLink, ...]


@dataclass(slots=True)
class _Drafting:
    find: Find
    known: dict[str, tuple[Named, ...]] = field(default_factory=dict[str, tuple[Named, ...]])
    why: dict[str, str] = field(default_factory=dict[str, str])

    def item(self, item: Item, path: str) -> DraftItem:
        leads = self.named(item.lead)
        coordinators = self.named(item.coordinators)
        deadline, doubts = _deadline(item)
        if path != item.path:
            doubts.append(Doubt("path", "path.changed", item.path))
        doubts += self.doubts("lead", item.lead) + self.doubts("coordinators", item.coordinators)
        read = [Doubt(doubt.field, doubt.code, "") for doubt in item.doubts]
        return DraftItem(
            path=path,
            kind=ItemKind(item.kind),
            text=item.text,
            span=item.span,
            leads=leads,
            coordinators=coordinators,
            deadline=deadline,
            due_meeting=DueMeeting(**item.meeting.to_dict()) if item.meeting else None,
            recurring=item.recurring,
            doubts=(*read, *doubts),
            fields=tuple(FieldRead(f.name, f.span, f.rule, f.confidence) for f in item.fields),
        )

    def links(self, item: Item, path: str) -> Iterator[ProposedLink]:
        """What an item seems to do to earlier notices; which ones is not asked yet."""
        for link in item.links:
            words = (link.due_text or "")[:_MAX_WORDS]
            days = link.due is not None and FIRST_DAY <= link.due <= LAST_DAY
            yield ProposedLink(
                path=path,
                kind=_LINKS[link.kind],
                number=link.number,
                issued_on=link.issued_on,
                cited=link.item_path,
                notice_id=None,
                item_path=None,
                deadline=deadline_on(link.due, words) if link.due and days else None,
                lead=self._alone(link.lead) if link.lead else None,
                span=link.span,
                rule=link.rule,
                confidence=link.confidence,
            )

    def named(self, names: Iterable[str]) -> tuple[Named, ...]:
        return tuple(named for name in names for named in self._whom(name))

    def _alone(self, name: str) -> Named:
        """One unit, or the name with whoever may be meant: of a group nobody leads alone."""
        whom = self._whom(name)
        return whom[0] if len(whom) == 1 else Named(name, None, (), "")

    def _whom(self, name: str) -> tuple[Named, ...]:
        if name not in self.known:
            found = self.find(name)
            self.known[name] = _named(name, found)
            self.why[name] = _why(name, found)
        return self.known[name]

    def doubts(self, field_name: str, names: Iterable[str]) -> list[Doubt]:
        return [Doubt(field_name, self.why[n], n) for n in dict.fromkeys(names) if self.why[n]]


def _named(name: str, found: Resolution) -> tuple[Named, ...]:
    if found.members:
        return tuple(Named(one.name, UUID(one.unit_id), (), name) for one in found.members)
    if found.unit_id and not _is_group(name):
        return (Named(name, UUID(found.unit_id), (), ""),)
    likely = () if _is_group(name) else tuple(map(_candidate, found.proposals))
    return (Named(name, None, likely, ""),)


def _candidate(found: Proposal) -> Candidate:
    return Candidate(UUID(found.unit_id), found.score, found.why)


def _is_group(name: str) -> bool:
    return _GROUP.match(name.casefold()) is not None


def _why(name: str, found: Resolution) -> str:
    """The code of the doubt about a name, empty where one unit bears it."""
    if found.members:
        return "unit.members"
    if found.unit_id and not _is_group(name):
        return ""
    if found.rule == "unit.several":
        return found.rule
    if _is_group(name) or _MEMBERS.search(name.casefold()):
        return "unit.group"
    return "unit.alike" if found.proposals else "unit.unknown"


def draft(reading: Reading, find: Find) -> Draft:
    """The draft of a notice.

    Raises:
        RuleError: `no_items`, or `item_too_long` with the paths.
    """
    if not reading.items:
        raise RuleError("no_items")
    paths = _paths(item.path for item in reading.items)
    pairs = list(zip(reading.items, paths, strict=True))
    long = Paths.of(path for item, path in pairs if len(item.text) > MAX_ITEM_TEXT)
    if long:
        raise RuleError("item_too_long", paths=long, limit=MAX_ITEM_TEXT)
    drafting = _Drafting(find)
    header, doubts = _header(reading)
    return Draft(
        header=header,
        facts=ReadFacts(
            meeting_on=reading.meeting_on,
            issuer=reading.issuer or "",
            chair=reading.chair or "",
            recipients=reading.recipients,
        ),
        items=tuple(drafting.item(item, path) for item, path in pairs if item.text),
        doubts=doubts,
        links=tuple(link for item, path in pairs for link in drafting.links(item, path)),
    )


def _paths(printed: Iterable[str]) -> list[str]:
    """Paths as printed; a second of the same name gets a mark, for each must be found by its own.

    No path that is printed holds a `#`.
    """
    seen: Counter[str] = Counter()
    unique: list[str] = []
    for path in printed:
        stem = path[:_MAX_PATH].replace("#", "") or "-"
        seen[stem] += 1
        unique.append(stem if seen[stem] == 1 else f"{stem}#{seen[stem]}")
    return unique


def _header(reading: Reading) -> tuple[Header, tuple[Doubt, ...]]:
    title = reading.abstract or reading.title or ""
    number, issued = reading.number, reading.issued_on
    doubts = [Doubt(doubt.field, doubt.code, "") for doubt in reading.doubts]
    if len(title) > _MAX_TITLE:
        doubts.append(Doubt("title", "title.cut", ""))
    if number is not None and len(number) > _MAX_NUMBER:
        doubts.append(Doubt("number", "number.too-long", number[:_MAX_NUMBER]))
        number = None
    if issued is not None and not FIRST_DAY <= issued <= LAST_DAY:
        doubts.append(Doubt("issued_on", "day.impossible", str(issued)))
        issued = None
    return Header(number, issued, title[:_MAX_TITLE], reading.form), tuple(doubts)


def _deadline(item: Item) -> tuple[Deadline, list[Doubt]]:
    words = (item.due_text or "")[:_MAX_WORDS]
    none = Deadline(None, None, words)
    if item.due is None:
        return none, []
    if not FIRST_DAY <= item.due <= LAST_DAY:
        return none, [Doubt("due", "day.impossible", str(item.due))]
    at = item.due_at
    exact = at is not None and at.astimezone(VIETNAM) < _end_of(item.due)
    deadline = deadline_at(at, words) if at and exact else deadline_on(item.due, words)
    beside = item.recurring is not None
    return deadline, [Doubt("due", "due.beside-rhythm", words)] if beside else []


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), VIETNAM)


def deadline_on(day: date, words: str) -> Deadline:
    """A deadline that runs to the end of a day in Vietnam."""
    return Deadline(day, late_from(day), words)


def deadline_at(instant: datetime, words: str) -> Deadline:
    """A deadline at an instant; at midnight in Vietnam its last day is the day before."""
    moment = instant.astimezone(UTC)
    return Deadline(local_day(moment - timedelta(microseconds=1)), moment, words)
