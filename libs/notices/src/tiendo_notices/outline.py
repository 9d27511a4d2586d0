"""The printed structure of a notice's body: sections, items, sub-items, dashes, inline parts."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tiendo_notices.marks import Mark, marks
from tiendo_notices.text import Sheet, masked
from tiendo_notices.units.forms import HEAD
from tiendo_notices.words import is_verb

_RANK = {
    "capital": -1, "roman": 0, "number": 1, "word": 1.5, "decimal": 2, "letter": 3,
    "lettered": 3.5, "paren": 4, "lower": 4.5, "inner": 5, "dash": 6, "plus": 7,
}  # fmt: skip
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
_COMPOUNDS = re.compile(
    r"(?:(?:hình|trọng|thí|địa|thời|quan|đặc|ưu|nhược|cao) điểm|(?:danh|hạng|chuyên|đề) mục"
    r"|(?:thành|cổ|học|tín) phần|tài khoản|chi tiết|(?:nhiệm|thời|định|học) kỳ|biến số)$"
)
"""Words that end like a reference and are none ("mô hình điểm")."""
_LAST_STEP = re.compile(r"\.?(?:\d+|[a-zđ])$")
_EVERY = frozenset(("hằng", "hàng", "mỗi", "từng", "đầu", "cuối", "giữa", "học"))
_FAR = 10
_HEADING = 160
_AHEAD = 80
_DEEPEST = 9
_LONGEST_PART = 3_000
_SHORT_OF = 0.7
"""Which share of the longest line is a short one; no wrap leaves so much of a line empty."""


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
    sign: str = ""
    parent: "Node | None" = None
    children: "list[Node]" = field(default_factory=list["Node"])

    @property
    def path(self) -> str:
        """The printed numbering, joined by dots; `1.2` below `1` is not doubled."""
        parts: list[str] = []
        node: Node | None = self
        while node is not None and node.label:
            parts.append(node.label)
            above = node.parent
            while above is not None and above.label and _holds(node.label, above.label):
                above = above.parent
            node = above
        return ".".join(reversed(parts))

    def size(self) -> int:
        """How many parts there are below this one."""
        count = 0
        pending: list[Node] = [self]
        while pending:
            children = pending.pop().children
            count += len(children)
            pending.extend(children)
        return count


def _holds(label: str, above: str) -> bool:
    """Whether a printed number holds the one above it: `1.2` holds `1`, `a1` holds `a`."""
    rest = label.removeprefix(above)
    return rest != label and (rest.startswith(".") or above.isalpha() or rest.isalpha())


def outline(sheet: Sheet, start: int, end: int) -> Node:
    """Read the structure of `sheet.text[start:end]`."""
    return _Builder(sheet, start, end).build()


def _section(mark: Mark, label: str) -> Mark:
    return replace(mark, kind="roman", label=label, order=len(label))


class _Builder:
    """Walks the marks from left to right and keeps the open parts as a stack."""

    def __init__(self, sheet: Sheet, start: int, end: int) -> None:
        self._sheet = sheet
        self._end = end
        self.root = Node("", "root", 0, start, start)
        self._stack = [self.root]
        self._found: dict[str, int] = {}
        self._width = max((b - a for a, b in sheet.lines(start, end)), default=0)
        self._later: Sequence[Mark] = ()

    def build(self) -> Node:
        found = list(marks(self._sheet, self.root.start, self._end))
        for place, one in enumerate(found):
            self._later = later = found[place + 1 : place + 1 + _AHEAD]
            mark = self._as_number(self._as_scanned(self._as_letter(one, later), later), later)
            if len(self._stack) <= _DEEPEST and self._accepts(mark):
                self._open(mark)
        self._close(self.root, self._end)
        return self.root

    def _as_letter(self, mark: Mark, later: Sequence[Mark]) -> Mark:
        """Read `(i)` as a letter where `(h)` is open, and `i)` where no `ii)` follows."""
        if not mark.as_letter:
            return mark
        kind = "letter" if mark.kind == "lower" else mark.kind
        above = self._of_kind(kind)
        if above is not None and mark.as_letter == above.order + 1:
            return replace(mark, kind=kind, order=mark.as_letter)
        row = self._of_kind("lower")
        goes_on = row is not None and mark.order == row.order + 1
        if mark.kind != "lower" or goes_on or (mark.order == 1 and self._second(later, "lower")):
            return mark
        return replace(mark, kind="letter", order=mark.as_letter)

    def _as_scanned(self, mark: Mark, later: Sequence[Mark]) -> Mark:
        """Read `l.` and `ll.` of a scan as sections, and `I.` as one, where the row says so."""
        if not mark.at_line:
            return mark
        section = self._of_kind("roman")
        signs = self._sheet.text[mark.start : mark.body].rstrip(" .)/-")
        if signs == "ll" and section is not None and section.order == 1:
            ten = self._of_kind("number")
            return mark if ten is not None and ten.order == 10 else _section(mark, "II")
        if signs == "l" and len(self._stack) == 1 and self._second(later, "roman"):
            return _section(mark, "I")
        if signs == "I" and mark.kind == "roman" and self._of_kind("capital") is None:
            in_row = section is None and self._second(later, "roman")
            if not in_row and self._second(later, "number"):
                return replace(mark, kind="number", label="1", order=1)
        return mark

    def _second(self, later: Sequence[Mark], kind: str) -> bool:
        """Whether a second part of a kind begins a line before a first one does."""
        for mark in later:
            signs = self._sheet.text[mark.start : mark.body].rstrip(" .)/-,")
            if mark.at_line and mark.kind in (kind, "number" if signs == "ll" else kind):
                order = 2 if signs == "ll" and kind == "roman" else mark.order
                if order <= 2:
                    return order == 2
        return False

    def _as_number(self, mark: Mark, later: Sequence[Mark]) -> Mark:
        """Read `l.` of a scan as one where no `k.` is open, and `1,` where a second follows."""
        if mark.scanned and mark.order == 1 and mark.at_line and self._second(later, "number"):
            return replace(mark, scanned=False)
        if mark.kind != "letter" or mark.label != "l":
            return mark
        above = self._of_kind("letter")
        if above is not None and above.label == "k":
            return mark
        return replace(mark, kind="number", label="1", order=1)

    def _of_kind(self, kind: str) -> Node | None:
        return next((n for n in reversed(self._stack) if n.kind == kind), None)

    def _of_row(self, mark: Mark) -> Node | None:
        """The open part that a mark goes on from: of its kind, and rather of its sign."""
        open_ones = [n for n in reversed(self._stack) if n.kind == mark.kind]
        of_sign = (n for n in open_ones if n.sign == mark.sign)
        return next(of_sign, None) or next(iter(open_ones), None)

    def _accepts(self, mark: Mark) -> bool:
        if mark.inline:
            return self._accepts_paren(mark)
        if mark.is_dash:
            return self._accepts_dash(mark)
        if mark.kind == "capital":
            return self._accepts_capital(mark)
        if mark.kind in ("decimal", "lettered"):
            return self._accepts_decimal(mark)
        if mark.kind == "word":
            return self._accepts_word(mark)
        return self._accepts_number(mark)

    def _left_short(self, mark: Mark) -> bool:
        """Whether the line before the mark could have held the next word: it ended by intent."""
        start = self._sheet.line_starts[bisect_left(self._sheet.line_starts, mark.start) - 1]
        return mark.start - start < _SHORT_OF * self._width

    def _before(self, mark: Mark) -> str:
        return self._sheet.text[max(self.root.start, mark.start - 12) : mark.start].rstrip()

    def _closed(self, mark: Mark) -> bool:
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

    def _after_reference(self, mark: Mark) -> bool:
        before = self._sheet.low[max(self.root.start, mark.start - 12) : mark.start].rstrip()
        words = before.split()
        if mark.at_line and _COMPOUNDS.search(before):
            return False
        if mark.at_line and words[-1:] in (["năm"], ["số"]):  # "ký số", "5 năm": no number follows
            return False
        if mark.at_line and words[-2:-1] and (words[-2] in _EVERY or words[-2].isdigit()):
            return False
        if mark.kind == "letter" and words[-1:] == ["điều"]:  # articles have numbers
            return False
        return bool(words) and words[-1] in _AFTER_REFERENCE

    def _accepts_number(self, mark: Mark) -> bool:
        open_one = self._of_row(mark)
        follows = open_one is not None and mark.order == open_one.order + 1
        opens = mark.order == 1 and (open_one is None or self._nests(mark, open_one))
        skips = open_one is None or open_one.order < mark.order <= open_one.order + _FAR
        closed = self._closed(mark)
        upper = self._upper(mark.body)
        if mark.scanned:
            return mark.at_line and follows and closed and upper
        if mark.kind == "roman":
            next_line = follows and mark.at_line and upper and not self._after_reference(mark)
            return self._accepts_section(mark, next_line or (closed and (skips or opens)))
        if not mark.at_line:
            return self._accepts_inside(mark, follows=follows, opens=opens)
        if closed:
            begins = upper or follows or self._begins_row_of_lines(mark)
            return (follows or opens or skips) and begins
        if opens and self._begins_lines(mark):
            return True
        return (follows or (opens and upper)) and not self._after_reference(mark)

    def _accepts_inside(self, mark: Mark, *, follows: bool, opens: bool) -> bool:
        """Whether a number or letter inside a paragraph is a part of a row."""
        if self._after_reference(mark) or not (mark.sign or self._upper(mark.body)):
            return False
        if follows:
            return self._closed(mark) or self._before(mark).endswith((",", " và"))
        return opens and (self._closed(mark) or self._introduced(mark)) and self._begins_row(mark)

    def _begins_row(self, mark: Mark) -> bool:
        """Whether a row inside a paragraph begins; in small letters it needs its second one."""
        if not self._introduced(mark):
            return False
        second = " b) " if mark.kind == "letter" else " 2) "
        near = mark.body <= self._next(second, mark.body) < mark.body + _LONGEST_PART
        return near or self._upper(mark.body)

    def _introduced(self, mark: Mark) -> bool:
        """Whether a colon, a word that hands out or a heading in capitals is before the mark."""
        capitals = self._in_capitals(self._stack[-1].body, mark.start)
        return capitals or self._before(mark).endswith((":", " giao", " yêu cầu", " đề nghị"))

    def _accepts_section(self, mark: Mark, fits: bool) -> bool:
        words = self._sheet.text[mark.body : mark.body + 40].split()
        capitals = len(words) > 1 and words[0].isupper() and words[1].isupper()
        return (mark.at_line and (fits or capitals)) or (fits and capitals)

    def _accepts_capital(self, mark: Mark) -> bool:
        """`A.` opens a section in its row, before a heading in capitals or where `B.` follows."""
        open_one = self._of_kind("capital")
        fits = mark.order == (open_one.order + 1 if open_one else 1)
        words = self._sheet.text[mark.body : mark.body + 40].split()
        heads = len(words) > 1 and words[1].isupper()
        row = open_one or (len(self._stack) == 1 and self._second(self._later, "capital"))
        return fits and mark.at_line and (heads or (bool(row) and self._closed(mark)))

    def _accepts_word(self, mark: Mark) -> bool:
        """`Thứ nhất, …` and `Một là, …` open parts where they stand in a row, each on its line."""
        open_one = self._of_kind("word")
        if open_one is not None and mark.order == open_one.order + 1:
            return mark.at_line
        return mark.at_line and mark.order == 1 and self._begins_row_of_lines(mark)

    def _accepts_decimal(self, mark: Mark) -> bool:
        above = _LAST_STEP.sub("", mark.label)
        parents = [n for n in self._stack if n.label == above]
        open_one = self._of_kind(mark.kind)
        follows = open_one is not None and _LAST_STEP.sub("", open_one.label) == above
        follows = follows and open_one is not None and mark.order == open_one.order + 1
        if mark.kind == "lettered" and not (follows or parents):
            return False
        begins = mark.order == 1 and (bool(parents) or self._begins_lines(mark))
        fits = follows or begins
        if not self._upper(mark.body):
            row = follows or self._begins_row_of_lines(mark)
            row = self._begins_lines(mark) or (row and self._closed(mark))
            return mark.at_line and fits and row
        starts = open_one is None or bool(parents) or mark.order == 1
        if mark.at_line:
            return fits or (self._closed(mark) and starts)
        return fits and self._closed(mark)

    def _accepts_paren(self, mark: Mark) -> bool:
        before = self._before(mark)
        introduced = before.endswith((".", ";", ":", ",", " và", "gồm", "…"))
        open_one = self._of_kind(mark.kind)
        follows = open_one is not None and mark.order == open_one.order + 1
        below = mark.at_line and (self._after_heading(mark) or self._begins_lines(mark))
        next_line = follows and mark.at_line and not self._after_reference(mark)
        tells = mark.order == 1 and self._orders(mark)
        if not (introduced or below or next_line or tells or self._closed(mark)):
            return False
        if follows:
            return True
        if mark.order != 1:
            return False
        second = "(2)" if mark.kind == "paren" else "(b)" if mark.label == "(a)" else "(ii)"
        return mark.body <= self._next(second, mark.body) < mark.body + 20_000

    def _orders(self, mark: Mark) -> bool:
        """Whether an order stands behind the mark: "khẩn trương (1) rà soát …; (2) …"."""
        words = self._sheet.low[mark.body : mark.body + 40].replace(",", " ").split()
        return len(words) > 1 and is_verb(*words[:2]) and not self._after_reference(mark)

    def _next(self, words: str, start: int) -> int:
        """Where the words stand next; each stretch of text is searched once only."""
        at = self._found.get(words, -1)
        if at < start:
            at = self._sheet.text.find(words, start, self._end)
            self._found[words] = at = len(self._sheet.text) if at < 0 else at
        return at if at < self._end else -1

    def _accepts_dash(self, mark: Mark) -> bool:
        before = self._before(mark)
        open_one = self._of_kind(mark.kind)
        if not mark.at_line:
            ends = before.endswith((";", ".", ":")) and self._upper(mark.body)
            return ends and (open_one is not None or before.endswith(":"))
        if not before or before[-1] in ".;:,…":
            return before[-1:] != "," or open_one is not None
        if self._begins_lines(mark):
            return True
        if open_one is not None and self._left_short(mark):
            return True
        return self._upper(mark.body) and (open_one is not None or self._after_heading(mark))

    def _after_heading(self, mark: Mark) -> bool:
        """Whether the open part so far is a short bare heading, so that a dash may follow it."""
        top = self._stack[-1]
        words = self._sheet.text[top.body : mark.start]
        if len(words) > 200 or any(c in words for c in ";:."):
            return self._in_capitals(top.body, mark.start)
        after = self._sheet.low[mark.body : mark.body + 40].replace(",", " ").split()
        if len(words.split()) > 15 or len(after) < 2:
            return False
        names = HEAD.match(self._sheet.low, mark.body) and after[:2] != ["xã", "hội"]
        if names or is_verb(after[0], after[1]):
            return True
        return top.kind == "roman" and not self._sheet.text[mark.body : mark.body + 20].isupper()

    def _begins_lines(self, mark: Mark) -> bool:
        """Whether the mark stands below a short bare line and begins a row of lines."""
        body = self._stack[-1].body
        heading = masked(self._sheet.text[body : min(mark.start, body + _HEADING)], "()")
        bare = mark.start - body <= _HEADING and not any(c in heading for c in ";.")
        return bare and self._begins_row_of_lines(mark)

    def _begins_row_of_lines(self, mark: Mark) -> bool:
        """Whether the next mark of the row begins a line as well.

        A second dash stands behind the end of a sentence or a short line, or both begin with a
        capital. What stands between may have parts of its own. A line in the midst of a sentence,
        on which a dash or a number happens to fall, has no such second one.
        """
        for after in self._later:
            if after.at_line and _RANK[after.kind] <= _RANK[mark.kind]:
                order = mark.order + (not mark.is_dash)
                in_row = after.kind == mark.kind and after.order == order
                ended = self._before(after).endswith((".", ";", "./", ","))
                upper = self._upper(mark.body) and self._upper(after.body)
                ends = not mark.is_dash or ended or upper or self._left_short(after)
                return in_row and ends
        return False

    def _open(self, mark: Mark) -> None:
        same = self._of_row(mark)
        if same is not None and not (mark.order == 1 and self._nests(mark, same)):
            while self._stack[-1] is not same:
                self._stack.pop()
            self._stack.pop()
        elif not mark.inline or (mark.at_line and not self._inside_paragraph(mark)):
            self._pop_deeper(mark)
        self._add(mark)

    def _add(self, mark: Mark) -> None:
        parent = self._stack[-1]
        before = parent.children[-1] if parent.children else None
        previous = before.order if before is not None and before.kind == mark.kind else 0
        order = previous + 1 if mark.is_dash else mark.order
        sign = {"dash": "-", "plus": "+"}.get(mark.kind)
        label = f"{sign}{order}" if sign else mark.label
        node = Node(label, mark.kind, order, mark.start, mark.body, parent=parent)
        in_row = before is not None and before.kind == mark.kind and before.inline
        node.sign = mark.sign
        node.inline = mark.inline and (not mark.at_line or in_row)
        node.gap = order > previous + 1
        parent.children.append(node)
        self._stack.append(node)

    def _nests(self, mark: Mark, same: Node) -> bool:
        """Whether a first part may stand below an open one of its kind."""
        apart = self._stack[-1] is not same or (mark.kind == "number" and mark.sign != same.sign)
        return mark.kind not in ("dash", "plus", "decimal") and apart

    def _inside_paragraph(self, mark: Mark) -> bool:
        return self._before(mark).endswith((":", ";", ","))

    def _pop_deeper(self, mark: Mark) -> None:
        rank = _RANK[mark.kind]
        while len(self._stack) > 1 and (
            _RANK[self._stack[-1].kind] > rank or (self._stack[-1].inline and mark.is_dash)
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
