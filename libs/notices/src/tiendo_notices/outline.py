"""The printed structure of a notice's body: sections, items, sub-items, dashes, inline parts."""

import re
from dataclasses import dataclass, field

from tiendo_notices.text import Sheet
from tiendo_notices.words import is_verb

_MARK = re.compile(
    r"(?<!\S)(?:(?P<paren>\((?:\d{1,2}|[a-zđ]|[ivx]{2,4})\))"
    r"|(?P<roman>[IVX]{1,5})\s?[.\-–/)](?=\s)"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,3})\.?(?=\s)"
    r"|(?P<number>\d{1,2})(?:\s?[.)/]|-)(?=\s)"
    r"|(?P<letter>[a-zđ])\s?[)./](?=\s)"
    r"|(?P<plus>\+)(?=\s)|(?P<dash>[-–—•·▪*])(?=\s))"
)
_RANK = {"roman": 0, "number": 1, "decimal": 2, "letter": 3, "paren": 4, "inner": 5, "dash": 6, "plus": 7}  # fmt: skip
_ALPHABET = "abcdđeghiklmnopqrstuvxy"
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")  # fmt: skip
_AFTER_REFERENCE = frozenset(
    [
        "khoản",
        "điều",
        "điểm",
        "mục",
        "số",
        "tháng",
        "ngày",
        "quý",
        "năm",
        "phần",
        "kỳ",
        "thứ",
        "tiết",
        "chương",
        "tuần",
        "đợt",
        "và",
    ]
)
_FAR = 10


@dataclass(slots=True)
class Node:
    """One enumerated part; the root is the whole body and has no label.

    `start` is where its mark stands, `body` where its words begin, `own_end` where its first child
    begins, `end` where its last child ends.
    """

    label: str
    kind: str
    order: int
    start: int
    body: int
    end: int = 0
    own_end: int = 0
    inline: bool = False
    gap: bool = False
    parent: "Node | None" = None
    children: "list[Node]" = field(default_factory=lambda: list[Node]())

    @property
    def path(self) -> str:
        """The numbering as printed, joined by dots; a number that holds its parent's is not doubled."""
        parts: list[str] = []
        node: Node | None = self
        while node is not None and node.label:
            parts.append(node.label)
            above = node.parent
            while above is not None and above.label and node.label.startswith(f"{above.label}."):
                above = above.parent
            node = above
        return ".".join(reversed(parts))


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    label: str
    order: int
    start: int
    body: int
    at_line: bool


def outline(sheet: Sheet, start: int, end: int) -> Node:
    """Read the structure of `sheet.text[start:end]`."""
    return _Builder(sheet, start, end).build()


def _order(kind: str, label: str) -> int:
    if kind == "roman":
        return _ROMANS.index(label.lower()) + 1 if label.lower() in _ROMANS else 0
    if kind == "letter":
        return _ALPHABET.find(label) + 1
    if kind == "decimal":
        return int(label.rsplit(".", 1)[-1])
    return int(label) if label.isdigit() else 0


class _Builder:
    """Walks the marks from left to right and keeps the open parts as a stack."""

    def __init__(self, sheet: Sheet, start: int, end: int) -> None:
        self._sheet = sheet
        self._end = end
        self.root = Node("", "root", 0, start, start)
        self._stack = [self.root]
        self._found: dict[str, int] = {}
        self._count = 0

    def build(self) -> Node:
        for match in _MARK.finditer(self._sheet.text, self.root.start, self._end):
            mark = self._read(match)
            if mark is not None and self._accepts(mark):
                self._open(mark)
        self._close(self.root, self._end)
        return self.root

    def _read(self, match: re.Match[str]) -> _Mark | None:
        group = match.lastgroup or ""
        label = match[group]
        at_line = match.start() == self.root.start or self._sheet.starts_line(match.start())
        if group == "paren":
            return self._paren(match, label, at_line)
        order = 1 if group in ("dash", "plus") else _order(group, label)
        if not order:
            return None
        return _Mark(group, label, order, match.start(), self._body(match), at_line)

    def _body(self, match: re.Match[str]) -> int:
        at = match.end()
        while at < self._end and self._sheet.text[at] == " ":
            at += 1
        return at

    def _paren(self, match: re.Match[str], label: str, at_line: bool) -> _Mark | None:
        inside = label[1:-1]
        if inside.isdigit():
            return _Mark("paren", label, int(inside), match.start(), self._body(match), at_line)
        letter, roman = _ALPHABET.find(inside) + 1 if len(inside) == 1 else 0, 0
        if inside in _ROMANS:
            roman = _ROMANS.index(inside) + 1
        open_one = self._of_kind("inner")
        if roman and not (open_one and letter == open_one.order + 1):
            letter = roman
        if not letter:
            return None
        return _Mark("inner", label, letter, match.start(), self._body(match), at_line)

    def _of_kind(self, kind: str) -> Node | None:
        return next((n for n in reversed(self._stack) if n.kind == kind), None)

    def _accepts(self, mark: _Mark) -> bool:
        if mark.body >= self._end:
            return False
        if mark.kind in ("paren", "inner"):
            return self._accepts_paren(mark)
        if mark.kind in ("dash", "plus"):
            return self._accepts_dash(mark)
        if mark.kind == "decimal":
            return self._accepts_decimal(mark)
        return self._accepts_number(mark)

    def _before(self, mark: _Mark) -> str:
        return self._sheet.text[max(self.root.start, mark.start - 12) : mark.start].rstrip()

    def _closed(self, mark: _Mark) -> bool:
        before = self._before(mark)
        if not before or before[-1] in '.;:!?…”"':
            return True
        return self._in_capitals(self._stack[-1].body, mark.start)

    def _in_capitals(self, start: int, end: int) -> bool:
        words = self._sheet.text[start : min(end, start + 400)]
        return end - start < 400 and words.isupper()

    def _upper(self, at: int) -> bool:
        while at < self._end and self._sheet.text[at] in '“"*(':
            at += 1
        return self._sheet.text[at : at + 1].isupper()

    def _after_reference(self, mark: _Mark) -> bool:
        words = self._sheet.low[max(self.root.start, mark.start - 12) : mark.start].split()
        return bool(words) and words[-1] in _AFTER_REFERENCE

    def _accepts_number(self, mark: _Mark) -> bool:
        open_one = self._of_kind(mark.kind)
        follows = open_one is not None and mark.order == open_one.order + 1
        opens = mark.order == 1 and (open_one is None or open_one is not self._stack[-1])
        skips = open_one is None or open_one.order < mark.order <= open_one.order + _FAR
        closed = self._closed(mark)
        upper = self._upper(mark.body)
        if mark.kind == "roman":
            return self._accepts_section(mark, closed and (skips or opens))
        if not mark.at_line:
            inside = closed and upper and not self._after_reference(mark)
            return inside and (follows or (opens and self._before(mark).endswith(":")))
        if closed:
            return (follows or opens or skips) and (upper or follows)
        return (follows or opens) and upper and not self._after_reference(mark)

    def _accepts_section(self, mark: _Mark, fits: bool) -> bool:
        line_end = mark.body + 24
        capitals = self._in_capitals(mark.body, line_end)
        return (mark.at_line and (fits or capitals)) or (fits and capitals)

    def _accepts_decimal(self, mark: _Mark) -> bool:
        above = mark.label.rsplit(".", 1)[0]
        parents = [n for n in self._stack if n.label == above]
        open_one = self._of_kind("decimal")
        follows = open_one is not None and open_one.label.rsplit(".", 1)[0] == above
        follows = follows and open_one is not None and mark.order == open_one.order + 1
        fits = follows or (bool(parents) and mark.order == 1)
        if not self._upper(mark.body):
            return False
        if mark.at_line:
            return fits or (self._closed(mark) and (bool(parents) or open_one is None))
        return fits and self._closed(mark)

    def _accepts_paren(self, mark: _Mark) -> bool:
        before = self._before(mark)
        if not before.endswith((".", ";", ":", ",", " và", "gồm", "…")) and not self._closed(mark):
            return False
        open_one = self._of_kind(mark.kind)
        if open_one is not None and mark.order == open_one.order + 1:
            return True
        if mark.order != 1:
            return False
        second = "(2)" if mark.kind == "paren" else "(b)" if mark.label == "(a)" else "(ii)"
        return mark.body <= self._next(second, mark.body) < mark.body + 20_000

    def _next(self, words: str, start: int) -> int:
        """Where the words stand next; each stretch of text is searched once only."""
        at = self._found.get(words, -1)
        if at < start:
            at = self._sheet.text.find(words, start, self._end)
            self._found[words] = at = len(self._sheet.text) if at < 0 else at
        return at if at < self._end else -1

    def _accepts_dash(self, mark: _Mark) -> bool:
        before = self._before(mark)
        open_one = self._of_kind(mark.kind)
        if not mark.at_line:
            ends = before.endswith((";", ".", ":")) and self._upper(mark.body)
            return ends and (open_one is not None or before.endswith(":"))
        if not before or before[-1] in ".;:,…":
            return before[-1:] != "," or open_one is not None
        return self._upper(mark.body) and (open_one is not None or self._after_heading(mark))

    def _after_heading(self, mark: _Mark) -> bool:
        """Whether the open part so far is a short bare heading, so that a dash may follow it."""
        top = self._stack[-1]
        words = self._sheet.text[top.body : mark.start]
        if len(words) > 200 or any(c in words for c in ",;:."):
            return self._in_capitals(top.body, mark.start)
        after = self._sheet.low[mark.body : mark.body + 40].replace(",", " ").split()
        return len(words.split()) <= 15 and len(after) >= 2 and is_verb(after[0], after[1])

    def _open(self, mark: _Mark) -> None:
        same = self._of_kind(mark.kind)
        if same is not None and not (mark.order == 1 and self._nests(mark, same)):
            while self._stack[-1] is not same:
                self._stack.pop()
            self._stack.pop()
        elif mark.kind not in ("paren", "inner") or (
            mark.at_line and not self._inside_paragraph(mark)
        ):
            self._pop_deeper(mark)
        parent = self._stack[-1]
        order = (
            mark.order
            if mark.kind not in ("dash", "plus")
            else 1 + sum(c.kind == mark.kind for c in parent.children)
        )
        label = {"dash": f"-{order}", "plus": f"+{order}"}.get(mark.kind, mark.label)
        previous = (
            parent.children[-1].order
            if parent.children and parent.children[-1].kind == mark.kind
            else 0
        )
        inline = mark.kind in ("paren", "inner")
        node = Node(label, mark.kind, order, mark.start, mark.body, inline=inline, parent=parent)
        node.gap = order > previous + 1 and bool(previous)
        parent.children.append(node)
        self._stack.append(node)

    def _nests(self, mark: _Mark, same: Node) -> bool:
        return mark.kind not in ("dash", "plus", "decimal") and self._stack[-1] is not same

    def _inside_paragraph(self, mark: _Mark) -> bool:
        return self._before(mark).endswith((":", ";", ","))

    def _pop_deeper(self, mark: _Mark) -> None:
        rank = _RANK[mark.kind]
        while len(self._stack) > 1 and (
            _RANK[self._stack[-1].kind] > rank
            or (self._stack[-1].inline and mark.kind in ("dash", "plus"))
        ):
            self._stack.pop()

    def _close(self, node: Node, end: int) -> None:
        pending = [(node, end)]
        while pending:
            part, stop = pending.pop()
            part.end = stop
            part.own_end = part.children[0].start if part.children else stop
            stops = [c.start for c in part.children[1:]] + [stop]
            pending.extend(zip(part.children, stops, strict=False))
