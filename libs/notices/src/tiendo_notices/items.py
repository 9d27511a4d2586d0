"""From the outline to items: what is one, and what its heading passes down to it."""

from dataclasses import replace

from tiendo_notices import kinds
from tiendo_notices.actors import read_actors
from tiendo_notices.due import Due
from tiendo_notices.earlier import links_of, passed_down
from tiendo_notices.groups import (
    GroupDeadline,
    closing_sentence,
    cover,
    group_sentence,
    references,
    speaks_of_undated,
)
from tiendo_notices.model import Item
from tiendo_notices.outline import Node
from tiendo_notices.parts import Days, Given, Part, Span, due_of, item_of, mentions_span, part_of
from tiendo_notices.sentences import opens_with_verb
from tiendo_notices.text import Sheet, small
from tiendo_notices.words import STOPS

_ENDS = tuple(".;:,")
_LONGEST_HEADING = 160
_SHORT_HEADING = 80
_SUBJECT_WORDS = frozenset(("Về", "Công", "Lĩnh", "Nhiệm", "Nhóm", "Việc", "Nội"))
_SHORT_OF = 0.6
"""Which share of the line below it a line is that ended by intent."""
_SECTIONS = ("roman", "capital")
_PARAGRAPH_ENDS = (".", ";", "!", "…")
_SENTENCE_ENDS = (".", ";", "!", "…", '."', ".”")


def read_items(page: Sheet, root: Node, days: Days) -> list[Item]:
    """Read all items below the root, in the order of the text.

    Args:
        page: The text.
        root: Its outline.
        days: The days that dates without a year and counted days refer to.
    """
    return _ItemReader(page, days, root).read()


class _ItemReader:
    def __init__(self, page: Sheet, days: Days, root: Node) -> None:
        self._page = page
        self._days = days
        self._root = root
        self._groups: list[GroupDeadline] = []

    def read(self) -> list[Item]:
        root = self._root
        if not root.children:
            return self._paragraphs(root)
        opening = part_of(self._page, root.body, root.own_end)
        items: list[Item] = []
        if opening.words and not opening.words.endswith(":") and opening.actors.leads:
            items.append(self._item("¶1", opening, Given(), "kind.unclear"))
        given = replace(self._passed_down(opening, Given()), weak=True)
        for child in root.children:
            items.extend(self._visit(child, given))
        return cover(items, self._groups)

    def _item(self, path: str, part: Part, given: Given, *codes: str) -> Item:
        return item_of(self._page, path, part, given, self._days, *codes)

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
                part = part_of(self._page, start, stop)
                items.append(self._item(f"¶{len(items) + 1}", part, Given(), "kind.unclear"))
            start = stop
        return items

    def _visit(self, node: Node, given: Given) -> list[Item]:
        items: list[Item] = []
        pending = [(node, given)]
        while pending:
            part, above = pending.pop()
            if not part.children or self._is_content(part, above):
                items.extend(self._leaf(part, above))
                continue
            own = part_of(self._page, part.body, part.own_end)
            if not above.assessing and kinds.obliges_besides(own.words, own.actors):
                items.append(self._item(part.path, own, above))
            elif not above.assessing and self._says_something(own):
                items.append(self._item(part.path, own, above, "kind.unclear"))
            below = self._passed_down(own, above, section=part.kind in _SECTIONS)
            pending.extend((child, below) for child in reversed(part.children))
        return items

    def _leaf(self, node: Node, above: Given) -> list[Item]:
        """The item of a part without parts, less what is said in it of the whole group."""
        after = self._after_items(node)
        whole = part_of(self._page, node.body, after or node.end)
        part, group = self._without_group(node, whole, above)
        items: list[Item] = []
        if part.words:
            if node.kind in _SECTIONS or (not above.lead and self._is_subject(part)):
                part, above = self._behind_heading(node, part, above)
            head = part.words.split(":")[0]
            told = above.lead and not above.weak and opens_with_verb(head)
            if len(head) < _SHORT_HEADING and not part.actors.leads and not told:
                judges = kinds.assesses(head, section=node.kind in _SECTIONS)
                above = replace(above, assessing=above.assessing or judges)
            items.append(self._item(node.path, part, above))
        group = group or self._of_row(node, part)
        if group is not None:
            self._groups.append(group)
        if after:
            closing = part_of(self._page, after, node.end)
            items.append(self._item("¶", closing, Given(), "kind.after-items"))
        return items

    def _without_group(
        self, node: Node, part: Part, above: Given
    ) -> tuple[Part, GroupDeadline | None]:
        """Take a sentence about the whole group out of an item that it closes.

        What it says of an earlier notice's items is about none of this one's.
        """
        found = group_sentence(part.words)
        if found is None or links_of(part.words, above.earlier, self._days.base, self._days.met):
            return part, None
        start, end = part.start + found[0], part.start + found[1]
        sentence = part_of(self._page, start, end)
        due, span = due_of(self._page, sentence, self._days)
        if due is None or due.day is None or not self._speaks_of_group(sentence, above):
            return part, None
        where = span or self._page.span(start, end)
        named, everywhere = references(sentence.words), speaks_of_undated(sentence.words)
        group = GroupDeadline(node.path, due, named, where, everywhere)
        if found[0] and not self._page.starts_line(start) and part.actors.leads:
            return part, group
        rest = part_of(self._page, part.start, start) if found[0] else part_of(self._page, end, end)
        return rest, group

    def _of_row(self, node: Node, part: Part) -> GroupDeadline | None:
        """The deadline behind the last part of a row in a paragraph, which may be of all parts."""
        row = node.parent.children if node.parent else []
        closes = row[1:] and row[-1] is node and not self._page.starts_line(node.start)
        last = closing_sentence(part.words) if closes else None
        if last is None:
            return None
        sentence = part_of(self._page, part.start + last, part.end)
        due, span = due_of(self._page, sentence, self._days)
        if due is None or due.day is None or span is None:
            return None
        return GroupDeadline(node.path, due, (), span, doubts=("due.from-last",))

    def _speaks_of_group(self, sentence: Part, above: Given) -> bool:
        """Whether nobody in particular, or whoever the heading named, is told to act on it."""
        named = {small(name) for name in above.lead}
        return all(m.group or small(m.name) in named for m in sentence.actors.leads)

    def _after_items(self, node: Node) -> int | None:
        """Where, behind the last item of all, an unnumbered paragraph about the notice begins."""
        if node.end != self._root.end or node.inline:
            return None
        for start, _ in self._page.lines(node.body, node.end)[1:]:
            before = self._page.text[node.body : start].rstrip()
            if before.endswith(_SENTENCE_ENDS) and kinds.is_closing(
                self._page.low[start : node.end]
            ):
                return start
        return None

    def _says_something(self, own: Part) -> bool:
        """Whether a part with parts holds more than a heading, so that nothing of it gets lost."""
        if own.words.endswith(":") or len(own.words) < _LONGEST_HEADING:
            return False
        return len(self._page.lines(own.start, own.end)) > 1 and not kinds.assesses(own.words[:80])

    def _is_subject(self, part: Part) -> bool:
        """Whether the first printed line only says what the lines below are about."""
        lines = self._page.lines(part.start, part.end)
        size = lines[1][0] - part.start if len(lines) > 1 else 0
        first = part.words[:size].split()
        if part.actors.leads or not first or first[-1] in STOPS:
            return False
        return first[0] in _SUBJECT_WORDS or size < _SHORT_OF * (lines[1][1] - lines[1][0])

    def _behind_heading(self, node: Node, part: Part, above: Given) -> tuple[Part, Given]:
        """Read a part that is a heading line and what stands behind it."""
        lines = self._page.lines(part.start, part.end)
        cut = lines[1][0] - part.start if len(lines) > 1 else 0
        heading, body = part.words[:cut].rstrip(), part.words[cut:]
        if not heading or len(heading) > _LONGEST_HEADING or heading.endswith(_ENDS):
            return part, above
        if not body[:1].isupper():
            return part, above
        judges = kinds.assesses(heading, section=node.kind in _SECTIONS)
        above = replace(above, assessing=above.assessing or judges)
        actors = read_actors(body, frozenset())
        if not actors.leads:
            return part, above
        return replace(part, actors=actors.moved(cut)), above

    def _is_content(self, node: Node, given: Given) -> bool:
        if not all(child.inline for child in node.children):
            return False
        text = self._page.text
        parts = [text[c.body : c.own_end].strip() for c in node.children]
        if given.assessing or any(self._is_dated(c) for c in node.children):
            return given.assessing
        return kinds.is_content(text[node.body : node.own_end].strip(), parts)

    def _is_dated(self, node: Node) -> bool:
        """Whether a part begins a line of its own and sets a day of its own."""
        if not self._page.starts_line(node.start):
            return False
        due, _ = due_of(self._page, part_of(self._page, node.body, node.own_end), self._days)
        return due is not None and due.day is not None

    def _passed_down(self, own: Part, above: Given, *, section: bool = False) -> Given:
        heading = own.words.split(":")[0]
        organises = kinds.organises(heading)
        below = replace(
            above,
            assessing=kinds.assesses(heading, section=section)
            or (above.assessing and not organises and not own.actors.ordered),
            organising=above.organising or organises,
            earlier=passed_down(own.words, above.earlier),
        )
        own = self._behind_title(own)
        actors = own.actors
        due, span = self._due_below(own, above)
        below = replace(below, due=due, due_span=span)
        helpers = mentions_span(self._page, own, actors.helpers) or above.helpers_span
        if not actors.leads:
            names = actors.helper_names() or above.coordinators
            return replace(below, coordinators=names, helpers_span=helpers)
        return replace(
            below,
            lead=actors.lead_names(),
            coordinators=actors.helper_names(),
            doubts=tuple(actors.doubts),
            weak=section and "lead.heading" not in actors.rules,
            lead_span=mentions_span(self._page, own, actors.leads),
            helpers_span=helpers,
        )

    def _behind_title(self, own: Part) -> Part:
        """A heading whose units are named on a line of their own below its title."""
        if own.actors.leads:
            return own
        lines = self._page.lines(own.start, own.end)[1:]
        below = (a for a, b in lines if not self._page.text[a:b].strip().isupper())
        cut = next(below, own.start) - own.start
        if not cut:
            return own
        actors = read_actors(own.words[cut:], frozenset())
        return replace(own, actors=actors.moved(cut)) if actors.leads else own

    def _due_below(self, own: Part, above: Given) -> tuple[Due | None, Span | None]:
        """The deadline that a heading sets for its parts, else the one from further above."""
        says = own.actors.leads or own.words.endswith(":") or kinds.sets_deadline(own.words)
        due, span = due_of(self._page, own, self._days) if says else (None, None)
        return (due, span) if due and due.day else (above.due, above.due_span)
