"""From the outline to items: what is one, what its heading passes down, which kind it is."""

import re
from dataclasses import dataclass, replace
from datetime import date

from tiendo_notices.actors import Actors, after_row, is_bare_name, opens_with_verb, read_actors
from tiendo_notices.doubts import confidence, doubt
from tiendo_notices.due import Due, resolve
from tiendo_notices.model import Doubt, Item, Kind
from tiendo_notices.outline import Node
from tiendo_notices.recurring import recurrence
from tiendo_notices.text import Sheet, masked, printed, small
from tiendo_notices.words import AGREED, ASSESSING, ORGANISING, PRAISE, TELLING

_CONTENT_STEM = re.compile(
    r"(?:chức năng|mục tiêu|tiêu chí|nguyên tắc|lĩnh vực|kết quả|yếu tố|thành phần|trụ cột|nguyên nhân"
    r"|hạn chế|khó khăn|nhóm|đặc điểm|bao gồm|gồm|quan điểm|điều kiện|hồ sơ|tài liệu)(?: [^\s,;:.]+){0,3} ?:$"
)
_ITEM_STEM = re.compile(
    r"(?:sau|sau đây|tập trung|đề nghị|yêu cầu|giao|thực hiện|nhiệm vụ|các việc|các nội dung|trọng tâm) ?:$"
)
_WHOLE_GROUP = re.compile(
    r"(?:nhiệm vụ|nội dung|công việc|nội dung công việc)(?: (?!trên)[^\s,;.]+){0,3} (?:nêu trên|ở trên|trên đây|trên|nói trên)(?!\w)"
)
_GROUP_ACT = re.compile(r"(?<!\w)(?:hoàn thành|báo cáo|thực hiện)(?!\w)")
_SENTENCE = re.compile(r"[^.;]+(?:\.(?=\S)[^.;]*)*[.;]?")


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


class ItemReader:
    """Reads all items of one notice; `base` is the day that dates without a year refer to."""

    def __init__(self, page: Sheet, base: date | None) -> None:
        self._page = page
        self._base = base

    def read(self, root: Node) -> list[Item]:
        """Read the items below the root, in the order of the text."""
        if not root.children:
            return self._paragraphs(root)
        words = self._words(root.body, root.own_end)
        given = self._passed_down(words, self._actors(root.body, root.own_end), Given())
        given = replace(given, weak=True)
        items = self._opening(root, words)
        for child in root.children:
            items.extend(self._visit(child, given))
        return self._cover(items)

    def _words(self, start: int, end: int) -> str:
        return self._page.text[start:end].strip()

    def _actors(self, start: int, end: int) -> Actors:
        text = self._page.text[start:end]
        shift = start + len(text) - len(text.lstrip())
        breaks = frozenset(a - shift for a, _ in self._page.lines(start, end) if a > shift)
        return read_actors(text.strip(), breaks)

    def _opening(self, root: Node, words: str) -> list[Item]:
        """Unnumbered words before the first number that oblige somebody."""
        if not words or words.endswith(":"):
            return []
        actors = self._actors(root.body, root.own_end)
        if not actors.leads:
            return []
        return [self._item("¶1", root.body, root.own_end, Given(), extra=("kind.unclear",))]

    def _paragraphs(self, root: Node) -> list[Item]:
        """A body without any numbering: one item for each printed paragraph."""
        items: list[Item] = []
        start = root.body
        stops = [a for a, _ in self._page.lines(root.body, root.end)][1:]
        for stop in [*stops, root.end]:
            words = self._words(start, stop)
            if stop != root.end and not words.endswith((".", ";", "!", "…")):
                continue
            if words:
                path = f"¶{len(items) + 1}"
                items.append(self._item(path, start, stop, Given(), extra=("kind.unclear",)))
            start = stop
        return items

    def _visit(self, node: Node, given: Given) -> list[Item]:
        items: list[Item] = []
        pending: list[tuple[Node, Given]] = [(node, given)]
        while pending:
            part, above = pending.pop()
            if not part.children or self._is_content(part, above):
                items.append(self._item(part.path, part.body, part.end, above, node=part))
                continue
            words = self._words(part.body, part.own_end)
            actors = self._actors(part.body, part.own_end)
            if self._obliges_besides(words, actors, above):
                items.append(self._item(part.path, part.body, part.own_end, above, node=part))
            below = self._passed_down(words, actors, above)
            pending.extend((child, below) for child in reversed(part.children))
        return items

    def _is_content(self, node: Node, given: Given) -> bool:
        """Whether inline parts only enumerate what the paragraph is about."""
        if not all(child.inline for child in node.children):
            return False
        words = self._words(node.body, node.own_end)
        low = small(words)
        if given.assessing or self._assesses(words):
            return True
        if _CONTENT_STEM.search(low):
            return True
        if _ITEM_STEM.search(low) or is_bare_name(words):
            return False
        parts = [self._words(c.body, c.own_end) for c in node.children]
        orders = sum(opens_with_verb(p) or bool(read_actors(p).leads) for p in parts)
        return orders * 2 < len(parts)

    def _assesses(self, words: str) -> bool:
        heading = small(words[:160])
        return bool(ASSESSING.search(heading)) and not ORGANISING.search(heading)

    def _obliges_besides(self, words: str, actors: Actors, given: Given) -> bool:
        """Whether a paragraph with parts says something of its own that must be done."""
        if given.assessing or not words or is_bare_name(words):
            return False
        if not words.endswith(":"):
            return bool(actors.leads) and len(words) - actors.after > 12
        earlier = max(words.rfind(". ", 0, -1), words.rfind("; ", 0, -1))
        if earlier < 0:
            return False
        head = read_actors(words[: earlier + 1])
        return bool(head.leads) and earlier - head.after > 12

    def _passed_down(self, words: str, actors: Actors, above: Given) -> Given:
        heading = words.split(":", maxsplit=1)[0] if ":" in words else words
        section = Given(
            assessing=self._assesses(heading)
            or (above.assessing and not ORGANISING.search(small(heading))),
            organising=above.organising or bool(ORGANISING.search(small(heading))),
        )
        due = (
            resolve(words[actors.begins :], self._base)
            if actors.leads or words.endswith(":")
            else None
        )
        due = due if due and due.day else above.due
        if actors.leads:
            codes = tuple(c for c in actors.doubts)
            return replace(
                section,
                lead=actors.lead_names(),
                coordinators=actors.helper_names(),
                due=due,
                doubts=codes,
            )
        helpers = actors.helper_names() or above.coordinators
        return replace(
            section,
            lead=above.lead,
            coordinators=helpers,
            due=due,
            doubts=above.doubts,
            weak=above.weak,
        )

    def _item(
        self,
        path: str,
        start: int,
        end: int,
        given: Given,
        *,
        node: Node | None = None,
        extra: tuple[str, ...] = (),
    ) -> Item:
        start, end = self._trim(start, end)
        words = self._page.text[start:end]
        actors = self._actors(start, end)
        kind, codes = self._kind(words, actors, given)
        codes = [*codes, *extra]
        text, span = self._page.quote(start, end), self._page.span(start, end)
        if kind == "statement":
            return self._finish(
                Item(path, kind, text, span, rules=("kind.statement",)), codes, inherited=False
            )
        item, more, inherited = self._with_actors(Item(path, kind, text, span), actors, given)
        codes += more
        item, more = self._with_time(item, words, actors, given)
        return self._finish(item, [*codes, *more], inherited=inherited)

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        text = self._page.text
        while end > start and text[end - 1] == " ":
            end -= 1
        if text.endswith("./.", start, end):
            end -= 2
        while start < end and text[start] == " ":
            start += 1
        return start, end

    def _kind(self, words: str, actors: Actors, given: Given) -> tuple[Kind, list[str]]:
        low = small(words[actors.begins :])
        ordered = any(r in ("lead.giao", "lead.asked") for r in actors.rules)
        if given.assessing or self._assessing_alone(words):
            return ("assignment", ["kind.assessment-orders"]) if ordered else ("statement", [])
        if actors.leads:
            return "assignment", []
        low = low[after_row(words[actors.begins :]) :] or low
        if AGREED.match(low) and given.lead and not given.weak:
            return "statement", ["kind.unclear"]
        if PRAISE.match(low) or AGREED.match(low) or TELLING.match(low):
            return "statement", []
        if opens_with_verb(words[actors.begins :]) or actors.helps_only:
            return "assignment", []
        if given.lead and not given.weak:
            return "assignment", ["kind.unclear"]
        return "statement", ["kind.unclear"] if given.organising or given.weak else []

    def _assessing_alone(self, words: str) -> bool:
        """A section without parts that has a heading of its own in capitals ("ĐÁNH GIÁ CHUNG …")."""
        heading: list[str] = []
        for word in words[:300].split():
            if word != word.upper():
                break
            heading.append(word)
        return len(heading) > 1 and self._assesses(" ".join(heading))

    def _with_actors(
        self, item: Item, actors: Actors, given: Given
    ) -> tuple[Item, list[str], bool]:
        codes = list(actors.doubts)
        if actors.leads:
            item = replace(
                item,
                lead=actors.lead_names(),
                coordinators=actors.helper_names(),
                rules=tuple(dict.fromkeys(actors.rules)),
            )
            return item, codes, False
        own = actors.helper_names()
        helpers = tuple(dict.fromkeys((*own, *given.coordinators)))
        helpers = tuple(h for h in helpers if small(h) not in {small(u) for u in given.lead})
        if own and given.coordinators:
            codes.append("coordinators.inherited")
        if not given.lead:
            codes.append("lead.missing")
            return (
                replace(item, coordinators=helpers, rules=tuple(dict.fromkeys(actors.rules))),
                codes,
                False,
            )
        codes += [c for c in given.doubts if c not in codes]
        if given.weak:
            codes.append("lead.from-section")
        rules = tuple(dict.fromkeys(("lead.inherited", *actors.rules)))
        return replace(item, lead=given.lead, coordinators=helpers, rules=rules), codes, True

    def _with_time(
        self, item: Item, words: str, actors: Actors, given: Given
    ) -> tuple[Item, list[str]]:
        said = masked(words, '“”""')[actors.begins :]
        due = resolve(said, self._base)
        dated = due is not None and due.day is not None
        often = recurrence(
            masked(said), after_lead=max(0, actors.after - actors.begins), dated=dated
        )
        codes = [*often.doubts]
        rules = [*item.rules, *([often.rule] if often.rule else [])]
        item = replace(item, recurring=often.period)
        if due is None and given.due is not None and often.period is None:
            due, rules = given.due, [*rules, "due.inherited"]
        if due is None:
            return replace(item, rules=tuple(rules)), codes
        if often.period and due.day is None:
            return replace(item, rules=tuple(rules)), codes
        rules.append(due.rule)
        return replace(
            item, due=due.day, due_at=due.at, due_text=printed(due.words), rules=tuple(rules)
        ), [*codes, *due.doubts]

    def _finish(self, item: Item, codes: list[str], *, inherited: bool) -> Item:
        doubts: tuple[Doubt, ...] = tuple(doubt(c) for c in dict.fromkeys(codes))
        return replace(item, doubts=doubts, confidence=confidence(doubts, inherited=inherited))

    def _cover(self, items: list[Item]) -> list[Item]:
        """Let a deadline for a whole group cover the items of the group that have none."""
        covered = list(items)
        for item in items:
            found = self._group_due(item)
            if found is None:
                continue
            due, whole = found
            above = item.path.rpartition(".")[0]
            for i, other in enumerate(covered):
                if other.path.startswith(f"{above}." if above else "") and other is not item:
                    covered[i] = self._covered(other, due)
            if whole:
                covered = [other for other in covered if other is not item]
        return covered

    def _group_due(self, item: Item) -> tuple[Due, bool] | None:
        low = small(item.text)
        if not _WHOLE_GROUP.search(low):
            return None
        for sentence in _SENTENCE.finditer(item.text):
            words = sentence.group()
            if _WHOLE_GROUP.search(small(words)) and _GROUP_ACT.search(small(words)):
                due = resolve(words, self._base)
                if due and due.day:
                    return due, len(words.strip()) >= len(item.text) - 2
        return None

    def _covered(self, item: Item, due: Due) -> Item:
        if item.kind != "assignment" or item.due or item.recurring:
            return item
        rules = (*item.rules, "due.from-group")
        return replace(item, due=due.day, due_at=due.at, due_text=printed(due.words), rules=rules)
