"""From the words of one part to an item: kind, who, by when, how often, each with its reason."""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from tiendo_notices import kinds
from tiendo_notices.actors import read_actors
from tiendo_notices.doubts import confidence, doubt
from tiendo_notices.due import Due, recurrence, resolve
from tiendo_notices.earlier import Earlier, links_of
from tiendo_notices.fields import field_reading
from tiendo_notices.model import Doubt, FieldReading, Item, Link
from tiendo_notices.said import Actors
from tiendo_notices.text import Sheet, masked, printed, small
from tiendo_notices.units import Mention

_QUOTES = '“”""'
_ROWS = (
    (" (1) ", " (2) "),
    (" (a) ", " (b) "),
    (" (i) ", " (ii) "),
    (" a) ", " b) "),
    (" 1) ", " 2) "),
    (" 1. ", " 2. "),
)
"""How a row of numbers begins that the outline did not take for parts."""

_HOW_OFTEN = re.compile(
    r"\(((?:thực hiện |báo cáo |cập nhật )?(?:định kỳ|hằng|hàng|mỗi|thường xuyên|\d{1,2} lần"
    r"|một lần|(?:tuần|tháng|quý) (?:một|01|1) lần"
    r"|(?:vào|bắt đầu|ngày|trước|sáng|chiều|một cách)(?!\w)[^()]{0,40}(?<!\w)(?:hằng|hàng|mỗi"
    r"|thường xuyên|tháng cuối))(?!\w)[^()]{0,60})\)"
)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Days:
    """The days that dates without a year and counted days refer to; None where not known."""

    base: date | None
    met: date | None


@dataclass(frozen=True, slots=True)
class Given:
    """What a heading passes down to its parts.

    `weak` marks a lead that comes from the opening sentence of a whole section.
    """

    lead: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    due: Due | None = None
    doubts: tuple[str, ...] = ()
    assessing: bool = False
    organising: bool = False
    weak: bool = False
    from_heading: bool = False
    lead_span: Span | None = None
    helpers_span: Span | None = None
    due_span: Span | None = None
    earlier: Earlier = field(default_factory=Earlier)


@dataclass(frozen=True, slots=True)
class Part:
    """The words of one part, read; offsets are those of the sheet."""

    words: str
    actors: Actors
    start: int
    end: int


def part_of(page: Sheet, start: int, end: int) -> Part:
    """The words between two offsets, without blanks around them and the closing `./.`."""
    text = page.text
    while end > start and text[end - 1] == " ":
        end -= 1
    if text.endswith("./.", start, end):
        end -= 2
    while start < end and text[start] == " ":
        start += 1
    breaks = frozenset(a - start for a, _ in page.lines(start, end) if a > start)
    words = text[start:end]
    return Part(words, read_actors(words, breaks), start, end)


def mentions_span(page: Sheet, part: Part, mentions: list[Mention]) -> Span | None:
    """Where units are named, from the first to the last."""
    if not mentions:
        return None
    first, last = min(m.start for m in mentions), max(m.end for m in mentions)
    return page.span(part.start + first, part.start + last)


def due_of(page: Sheet, part: Part, days: Days) -> tuple[Due | None, Span | None]:
    """The deadline in a part's words behind its subject, and where it stands."""
    begins = part.actors.begins
    said = masked(part.words, _QUOTES)[begins:]
    due = resolve(said, days.base, days.met)
    if due is None:
        return None, None
    at = said.find(due.words, max(0, due.start - 12))
    start = part.start + begins + (at if at >= 0 else due.start)
    return due, page.span(start, start + len(due.words))


def _holds_parts(words: str) -> bool:
    spaced = f" {words}"
    return any(0 <= spaced.find(one) < spaced.rfind(two) for one, two in _ROWS)


@dataclass(slots=True)
class _Draft:
    """An item under way: every step adds its codes and its fields."""

    page: Sheet
    part: Part
    given: Given
    item: Item
    codes: list[str]
    spans: dict[str, tuple[Span | None, str]]

    def note(self, name: str, span: Span | None, rule: str) -> None:
        self.spans[name] = (span, rule)


def item_of(page: Sheet, path: str, part: Part, given: Given, days: Days, *codes: str) -> Item:
    """Read one item.

    Args:
        page: The text.
        path: The printed numbering.
        part: The item's words.
        given: What headings above it pass down.
        days: The notice's and the meeting's day.
        codes: Doubts known beforehand.
    """
    if given.lead:
        part = replace(part, actors=part.actors.below())
    verdict = kinds.kind_of(
        part.words,
        part.actors,
        assessing=given.assessing,
        organising=given.organising,
        led=bool(given.lead),
        weakly=given.weak,
    )
    if verdict.kind == "statement" and not given.assessing and _is_dated(page, part, days):
        verdict = replace(verdict, doubts=tuple(dict.fromkeys((*verdict.doubts, "kind.unclear"))))
    if verdict.kind == "assignment" and not part.actors.ordered and _is_past(page, part, days):
        verdict = replace(verdict, doubts=tuple(dict.fromkeys((*verdict.doubts, "kind.unclear"))))
    text, span = page.quote(part.start, part.end), page.span(part.start, part.end)
    item = Item(path, verdict.kind, text, span, rules=(verdict.rule,))
    if verdict.kind == "assignment" and _holds_parts(part.words):
        codes = (*codes, "kind.parts-inside", "lead.parts-inside", "due.parts-inside")
    draft = _Draft(page, part, given, item, [*verdict.doubts, *codes], {})
    draft.note("kind", span, verdict.rule)
    if verdict.kind == "assignment" or verdict.unclear:
        _add_units(draft)
        _add_time(draft, days)
    return replace(_finished(draft), links=_links(page, part, given, days))


def _links(page: Sheet, part: Part, given: Given, days: Days) -> tuple[Link, ...]:
    found = links_of(part.words, given.earlier, days.base, days.met)
    return tuple(
        replace(link, span=page.span(*(part.start + at for at in link.span))) for link in found
    )


def _is_dated(page: Sheet, part: Part, days: Days) -> bool:
    """Whether a statement names a deadline still to come, so that it may order something."""
    due, _ = due_of(page, part, days)
    if due is None or due.day is None or due.rule in ("due.on-day", "due.bare-period"):
        return False
    return days.base is None or due.day >= days.base


def _is_past(page: Sheet, part: Part, days: Days) -> bool:
    """Whether the only day named lies before the notice's, so that it may tell what was done."""
    due, _ = due_of(page, part, days)
    return due is not None and "due.past" in due.doubts


def _add_units(draft: _Draft) -> None:
    """Fill in lead and helpers; an item with a lead of its own starts afresh."""
    actors, given, item = draft.part.actors, draft.given, draft.item
    rules = (*item.rules, *dict.fromkeys(actors.rules))
    draft.codes += actors.doubts
    own = actors.helper_names()
    own_span = mentions_span(draft.page, draft.part, actors.helpers) if own else None
    rule = next((r for r in actors.rules if r.startswith("helpers.")), "helpers.none")
    if actors.leads:
        draft.item = replace(item, lead=actors.lead_names(), coordinators=own, rules=rules)
        lead_rule = next((r for r in actors.rules if r.startswith("lead.")), "lead.subject")
        draft.note("lead", mentions_span(draft.page, draft.part, actors.leads), lead_rule)
        draft.note("coordinators", own_span, rule if own else "helpers.none")
        return
    leads = {small(unit) for unit in given.lead}
    helpers = tuple(
        unit for unit in dict.fromkeys((*own, *given.coordinators)) if small(unit) not in leads
    )
    if own and given.coordinators:
        draft.codes.append("coordinators.inherited")
    inherited = not own and bool(given.coordinators)
    draft.note(
        "coordinators",
        own_span or given.helpers_span,
        "helpers.inherited" if inherited else rule if own else "helpers.none",
    )
    if not given.lead:
        draft.codes.append("lead.missing")
        draft.note("lead", None, "lead.none")
        draft.item = replace(item, coordinators=helpers, rules=rules)
        return
    draft.codes += [code for code in given.doubts if code not in draft.codes]
    if given.weak or item.kind == "statement":
        draft.codes.append("lead.from-section")
    rules = (*item.rules, "lead.inherited", *dict.fromkeys(actors.rules))
    draft.note("lead", given.lead_span, "lead.inherited")
    draft.item = replace(item, lead=given.lead, coordinators=helpers, rules=rules)


def _add_time(draft: _Draft, days: Days) -> None:
    part, given = draft.part, draft.given
    begins = part.actors.begins
    due, span = due_of(draft.page, part, days)
    said = _without_asides(masked(part.words, _QUOTES)[begins:])
    often = recurrence(
        said,
        after_lead=max(0, part.actors.after - begins),
        dated=due is not None and due.day is not None,
    )
    draft.codes += often.doubts
    rules = [*draft.item.rules, *([often.rule] if often.rule else [])]
    where = None if often.at is None else _of_words(draft, *often.at)
    draft.note("recurring", where, often.rule or "recurring.none")
    draft.item = replace(draft.item, recurring=often.period, rrule=often.rrule)
    if (due is None or due.rule == "due.unread") and often.period is None and given.due:
        due, span = given.due, given.due_span
        rules.append("due.inherited")
    if due is None or (often.period and due.day is None):
        draft.note("due", None, "due.none")
        draft.item = replace(draft.item, rules=tuple(rules))
        return
    inherited = "due.inherited" in rules
    draft.note("due", span, "due.inherited" if inherited else due.rule)
    draft.codes += due.doubts
    draft.item = replace(
        draft.item,
        due=due.day,
        due_at=due.at,
        due_text=printed(due.words),
        meeting=due.meeting,
        rules=(*rules, due.rule),
    )


def _without_asides(words: str) -> str:
    """The words with brackets blanked out, save those that say how often."""
    said = list(masked(words))
    for found in _HOW_OFTEN.finditer(small(words)):
        said[found.start(1) : found.end(1)] = words[found.start(1) : found.end(1)]
    return "".join(said)


def _of_words(draft: _Draft, start: int, end: int) -> Span:
    at = draft.part.start + draft.part.actors.begins
    return draft.page.span(at + start, at + end)


def _finished(draft: _Draft) -> Item:
    doubts = tuple(doubt(code) for code in dict.fromkeys(draft.codes))
    inherited = "lead.inherited" in draft.item.rules
    return replace(
        draft.item,
        doubts=doubts,
        fields=_fields(draft, doubts),
        confidence=confidence(doubts, inherited=inherited),
    )


def _fields(draft: _Draft, doubts: tuple[Doubt, ...]) -> tuple[FieldReading, ...]:
    return tuple(
        field_reading(name, span, rule, doubts) for name, (span, rule) in draft.spans.items()
    )
