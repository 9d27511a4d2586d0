"""From the outline to items: what is one, and what its heading passes down to it."""

from dataclasses import dataclass, replace
from datetime import date

from tiendo_notices import kinds
from tiendo_notices.actors import Actors, read_actors
from tiendo_notices.cover import cover
from tiendo_notices.doubts import confidence, doubt
from tiendo_notices.due import Due, resolve
from tiendo_notices.model import Item
from tiendo_notices.outline import Node
from tiendo_notices.recurring import recurrence
from tiendo_notices.text import Sheet, masked, printed, small

_QUOTES = '“”""'
_ENDS = tuple(".;:,")
_LONGEST_HEADING = 160
_PARAGRAPH_ENDS = (".", ";", "!", "…")


@dataclass(frozen=True, slots=True)
class _Given:
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


@dataclass(frozen=True, slots=True)
class _Part:
    """The words of one part, read."""

    words: str
    actors: Actors
    start: int
    end: int


def read_items(page: Sheet, root: Node, base: date | None) -> list[Item]:
    """Read all items below the root, in the order of the text.

    Args:
        page: The text.
        root: Its outline.
        base: The day that dates without a year refer to; None where none is known.
    """
    return _ItemReader(page, base).read(root)


class _ItemReader:
    def __init__(self, page: Sheet, base: date | None) -> None:
        self._page = page
        self._base = base

    def read(self, root: Node) -> list[Item]:
        if not root.children:
            return self._paragraphs(root)
        opening = self._part(root.body, root.own_end)
        items: list[Item] = []
        if opening.words and not opening.words.endswith(":") and opening.actors.leads:
            items.append(self._item("¶1", opening, _Given(), "kind.unclear"))
        given = replace(self._passed_down(opening, _Given()), weak=True)
        for child in root.children:
            items.extend(self._visit(child, given))
        return cover(items, self._base)

    def _part(self, start: int, end: int) -> _Part:
        """The words between two offsets, without blanks around them and the closing `./.`."""
        text = self._page.text
        while end > start and text[end - 1] == " ":
            end -= 1
        if text.endswith("./.", start, end):
            end -= 2
        while start < end and text[start] == " ":
            start += 1
        breaks = frozenset(a - start for a, _ in self._page.lines(start, end) if a > start)
        words = text[start:end]
        return _Part(words, read_actors(words, breaks), start, end)

    def _paragraphs(self, root: Node) -> list[Item]:
        """A body without any numbering: one item for each printed paragraph."""
        items: list[Item] = []
        start = root.body
        stops = [a for a, _ in self._page.lines(root.body, root.end)][1:]
        for stop in [*stops, root.end]:
            words = self._page.text[start:stop].strip()
            if stop != root.end and not words.endswith(_PARAGRAPH_ENDS):
                continue
            if words:
                part = self._part(start, stop)
                items.append(self._item(f"¶{len(items) + 1}", part, _Given(), "kind.unclear"))
            start = stop
        return items

    def _visit(self, node: Node, given: _Given) -> list[Item]:
        items: list[Item] = []
        pending = [(node, given)]
        while pending:
            part, above = pending.pop()
            if not part.children or self._is_content(part, above):
                words = self._part(part.body, part.end)
                if part.kind == "roman":
                    words, above = self._behind_heading(words, above)
                items.append(self._item(part.path, words, above))
                continue
            own = self._part(part.body, part.own_end)
            if not above.assessing and kinds.obliges_besides(own.words, own.actors):
                items.append(self._item(part.path, own, above))
            below = self._passed_down(own, above, section=part.kind == "roman")
            pending.extend((child, below) for child in reversed(part.children))
        return items

    def _behind_heading(self, part: _Part, above: _Given) -> tuple[_Part, _Given]:
        """Read a section without numbered parts: a heading line and what stands behind it."""
        lines = self._page.lines(part.start, part.end)
        cut = lines[1][0] - part.start if len(lines) > 1 else 0
        heading, body = part.words[:cut].rstrip(), part.words[cut:]
        if not heading or len(heading) > _LONGEST_HEADING or heading.endswith(_ENDS):
            return part, above
        if not body[:1].isupper():
            return part, above
        above = replace(above, assessing=above.assessing or kinds.assesses(heading))
        actors = part.actors if part.actors.leads else read_actors(body)
        if actors is part.actors or not actors.leads:
            return part, above
        moved = replace(actors, begins=actors.begins + cut, after=actors.after + cut)
        return replace(part, actors=moved), above

    def _is_content(self, node: Node, given: _Given) -> bool:
        if not all(child.inline for child in node.children):
            return False
        text = self._page.text
        parts = [text[c.body : c.own_end].strip() for c in node.children]
        return given.assessing or kinds.is_content(text[node.body : node.own_end].strip(), parts)

    def _passed_down(self, own: _Part, above: _Given, *, section: bool = False) -> _Given:
        heading = own.words.split(":")[0]
        organises = kinds.organises(heading)
        below = replace(
            above,
            assessing=kinds.assesses(heading) or (above.assessing and not organises),
            organising=above.organising or organises,
        )
        actors = own.actors
        if actors.leads or own.words.endswith(":"):
            due = resolve(own.words[actors.begins :], self._base)
            below = replace(below, due=due if due and due.day else above.due)
        if not actors.leads:
            return replace(below, coordinators=actors.helper_names() or above.coordinators)
        return replace(
            below,
            lead=actors.lead_names(),
            coordinators=actors.helper_names(),
            doubts=tuple(actors.doubts),
            weak=section and "lead.heading" not in actors.rules,
        )

    def _item(self, path: str, part: _Part, given: _Given, *codes: str) -> Item:
        kind, found = kinds.kind_of(
            part.words,
            part.actors,
            assessing=given.assessing,
            organising=given.organising,
            led=bool(given.lead),
            weakly=given.weak,
        )
        text, span = self._page.quote(part.start, part.end), self._page.span(part.start, part.end)
        item = Item(path, kind, text, span, rules=("kind.statement",))
        if kind == "statement":
            return _finished(item, [*found, *codes])
        item, about_units = _with_units(item, part.actors, given)
        item, about_time = self._with_time(item, part, given)
        return _finished(item, [*found, *codes, *about_units, *about_time])

    def _with_time(self, item: Item, part: _Part, given: _Given) -> tuple[Item, list[str]]:
        begins = part.actors.begins
        said = masked(part.words, _QUOTES)[begins:]
        due = resolve(said, self._base)
        dated = due is not None and due.day is not None
        behind_lead = max(0, part.actors.after - begins)
        often = recurrence(masked(said), after_lead=behind_lead, dated=dated)
        rules = [*item.rules, *([often.rule] if often.rule else [])]
        item = replace(item, recurring=often.period)
        if due is None and often.period is None and given.due is not None:
            due = given.due
            rules.append("due.inherited")
        if due is None or (often.period and due.day is None):
            return replace(item, rules=tuple(rules)), [*often.doubts]
        item = replace(item, due=due.day, due_at=due.at, due_text=printed(due.words))
        return replace(item, rules=(*rules, due.rule)), [*often.doubts, *due.doubts]


def _with_units(item: Item, actors: Actors, given: _Given) -> tuple[Item, list[str]]:
    """Fill in lead and helpers; an item with a lead of its own starts afresh."""
    rules, codes = tuple(dict.fromkeys(actors.rules)), list(actors.doubts)
    own = actors.helper_names()
    if actors.leads:
        return replace(item, lead=actors.lead_names(), coordinators=own, rules=rules), codes
    leads = {small(unit) for unit in given.lead}
    helpers = tuple(
        unit for unit in dict.fromkeys((*own, *given.coordinators)) if small(unit) not in leads
    )
    if own and given.coordinators:
        codes.append("coordinators.inherited")
    if not given.lead:
        return replace(item, coordinators=helpers, rules=rules), [*codes, "lead.missing"]
    codes += [code for code in given.doubts if code not in codes]
    if given.weak:
        codes.append("lead.from-section")
    rules = ("lead.inherited", *rules)
    return replace(item, lead=given.lead, coordinators=helpers, rules=rules), codes


def _finished(item: Item, codes: list[str]) -> Item:
    doubts = tuple(doubt(code) for code in dict.fromkeys(codes))
    inherited = "lead.inherited" in item.rules
    return replace(item, doubts=doubts, confidence=confidence(doubts, inherited=inherited))
