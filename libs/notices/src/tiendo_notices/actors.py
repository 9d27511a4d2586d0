"""Who must act and who helps, read from the words of one item.

The words are walked once from left to right. Each row of unit names gets a role from what stands
before and behind it; a row that is only an object ("gửi Bộ X", "của Bộ Y") gets none.
"""

import re
from dataclasses import dataclass, field

from tiendo_notices.text import small
from tiendo_notices.units import Mention, Phrase, described_body, starts, unit_list
from tiendo_notices.words import HELP, OPENER, ORDER, STATING, is_verb

_BLANKS = re.compile(r" *")
_TWO = re.compile(r" *,? *(\w+)(?: +(\w+))?")
_ADVERBIAL = re.compile(
    r" *,? *(?:theo(?! dõi)|căn cứ|trên cơ sở|với|trong|trước|tại|chậm nhất|ngoài|từ|sau khi|để|bằng|sớm|nhanh|cùng|tự|làm đầu mối"
    r"|là (?:cơ quan|đơn vị|đầu mối)|có (?:trách nhiệm|văn bản|kế hoạch|giải pháp|phương án|báo cáo|ý kiến|cam kết|hướng dẫn)"
    r"|không (?:để|được)|hằng|hàng|mỗi|định kỳ|giúp)(?!\w)"
)
_BEHIND_HELPS = re.compile(
    r" *,? *(?:cùng )?(?:phối hợp|tham gia phối hợp|hỗ trợ phối hợp)(?= *[,;.)]|$| thực hiện| triển khai|,? theo)(?! (?:chặt chẽ )?với)"
)
_BEHIND_WITH = re.compile(
    r" *,? *(?:(?:cùng|chủ động|tích cực) )?phối hợp(?!(?: chặt chẽ)? với)(?!\w)"
)
_STRONG = frozenset(
    [
        "khẩn trương",
        "chủ trì",
        "chủ động",
        "có trách",
        "tập trung",
        "tiếp tục",
        "rà soát",
        "nghiên cứu",
        "tổng hợp",
        "thực hiện",
        "hướng dẫn",
        "xây dựng",
        "hoàn thiện",
        "tham mưu",
        "phối hợp",
        "báo cáo",
        "đề xuất",
        "tổ chức",
        "triển khai",
        "bố trí",
        "làm đầu",
        "quyết liệt",
        "thường xuyên",
        "xem xét",
        "đẩy nhanh",
        "theo dõi",
        "đôn đốc",
        "kiểm tra",
        "chịu trách",
        "ban hành",
        "hoàn thành",
        "công bố",
    ]
)
_SPEAKER = re.compile(
    r"(?:đã )?(?:thống nhất |đồng ý |nhất trí |kết luận |chỉ đạo và )?(?:yêu cầu|giao|đề nghị|phân công|kết luận)(?!\w)"
)
_DIRECTS = re.compile(r" *,? *(?:trực tiếp )?(?:chỉ đạo|giao)(?= )")
_ONLY_SPEAKS = re.compile(
    r"(?:đã |rất )*(?:ghi nhận|đánh giá cao|biểu dương|hoan nghênh|cảm ơn|cám ơn|đồng ý|nhất trí|tán thành|nhận thấy"
    r"|cho rằng|nhấn mạnh|khẳng định|cơ bản (?:thống nhất|đồng ý|nhất trí)|chấp thuận"
    r"|thống nhất (?:chủ trương|đánh giá|với|về|cao|nhận|ghi|thông qua|bổ sung|lấy|chọn|kết luận|như))(?!\w)"
)
_AUTHORITY = re.compile(
    r"(?:^|[.;:,] |đồng chí )(?:đồng chí )?(?:phó )?(?:thủ tướng(?: chính phủ)?|tổng bí thư|chủ tịch nước|ban bí thư|bộ chính trị|chính phủ"
    r"|trưởng ban|phó trưởng ban(?: thường trực)?|đồng chí|hội nghị)(?: [^.;:,]{1,40})? (?:đã )?$"
)
_NOT_AN_ORDER = re.compile(
    r"(?:việc|được|đã|theo|đáp ứng|các|những|khi|nội dung|có|cần|khẩn trương|chủ động|xem xét|để|về) $"
)
_LEADS_BEHIND = re.compile(
    r" *,? *(?:chủ trì|làm đầu mối|là (?:cơ quan|đơn vị) (?:chủ trì|đầu mối)|chịu trách nhiệm)"
)
_SUBJECT = re.compile(r"(?:về|đối với)(?: việc)? ")
_SENTENCE_MARKS = ".;:"


@dataclass(slots=True)
class Actors:
    """What one item says about units.

    `after` is where the words behind the first lead begin; `orders` says that somebody is told to do
    something; `heading` that the row of leads is all there is, or ends in a colon.
    """

    leads: list[Mention] = field(default_factory=list[Mention])
    helpers: list[Mention] = field(default_factory=list[Mention])
    rules: list[str] = field(default_factory=list[str])
    doubts: list[str] = field(default_factory=list[str])
    after: int = 0
    begins: int = 0
    helps_only: bool = False

    def lead_names(self) -> tuple[str, ...]:
        """Names of the leads, each once, as printed."""
        return _names(self.leads)

    def helper_names(self) -> tuple[str, ...]:
        """Names of the helpers that can be looked up and do not lead."""
        leads = {small(m.name) for m in self.leads}
        return _names([m for m in self.helpers if not m.vague and small(m.name) not in leads])


def _names(mentions: list[Mention]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for mention in mentions:
        seen.setdefault(small(mention.name), mention.name)
    return tuple(seen.values())


def read_actors(words: str, breaks: frozenset[int] = frozenset()) -> Actors:
    """Read leads and helpers from the words of an item (its number left out)."""
    phrase = Phrase.of(words, breaks)
    return _Reader(phrase, _order_starts(phrase)).read()


def _order_starts(phrase: Phrase) -> int:
    """Where the order begins when the item names its subject first ("Về …: giao X")."""
    subject = _SUBJECT.match(phrase.low)
    if subject is None:
        return 0
    colons = [m.end() for m in re.finditer(r": ?", phrase.text)][:6]
    for at in colons:
        if ORDER.match(phrase.low, at) or OPENER.match(phrase.low, at) or _acts_at(phrase, at):
            return at
    return colons[0] if colons else 0


def _acts_at(phrase: Phrase, at: int) -> bool:
    units = unit_list(phrase, at)
    return bool(units) and _acts(phrase, units[-1].end, hard=True) is not None


def _acts(phrase: Phrase, at: int, *, hard: bool) -> str | None:
    """Whether what follows a row of units tells them to act: `verb`, `unknown` or None.

    `hard` means that the row opens its sentence; otherwise only plain verbs of order count.
    """
    at = _blank(phrase, at)
    if at >= len(phrase.text) or phrase.text[at] == ":":
        return "heading" if hard else None
    if _ADVERBIAL.match(phrase.low, at):
        return "verb" if hard else None
    two = _TWO.match(phrase.low, at)
    if two is None or _ONLY_SPEAKS.match(phrase.low, at):
        return None
    first, second = two.group(1), two.group(2) or ""
    pair = f"{first} {second}"
    comma = phrase.text[at] == ","
    if not comma and (pair in _STRONG or (first in ("phải", "cần") and hard)):
        return "verb"
    if comma or (first in STATING and not is_verb(first, second)):
        return (
            "verb" if comma and hard and is_verb(first, second) and first not in STATING else None
        )
    if is_verb(first, second):
        return "verb"
    return (
        "unknown"
        if hard
        and first.isalpha()
        and phrase.text[two.start(1)].islower()
        and first not in ("và", "của", "hoặc")
        else None
    )


def _blank(phrase: Phrase, at: int) -> int:
    found = _BLANKS.match(phrase.text, at)
    return found.end() if found else at


class _Reader:
    """One walk over the words; `_done` is how far they are used up."""

    def __init__(self, phrase: Phrase, start: int) -> None:
        self._phrase = phrase
        self._start = start
        self._done = start
        self._out = Actors(after=start, begins=start)
        self._last_was_order = False

    def read(self) -> Actors:
        for at in starts(self._phrase):
            if at < self._done:
                continue
            self._visit(at)
        self._out.helps_only = bool(self._out.helpers) and not self._out.leads
        return self._out

    def _visit(self, at: int) -> None:
        low = self._phrase.low
        order = ORDER.match(low, at)
        if order and self._is_order(at):
            self._take_order(order.end())
            return
        help_ = HELP.match(low, at)
        if help_:
            self._take_help(at, help_)
            return
        units = unit_list(self._phrase, at)
        if units:
            self._take_row(at, units)

    def _left(self, at: int) -> str:
        return self._phrase.low[max(self._start, at - 40) : at]

    def _is_hard(self, at: int) -> bool:
        """Whether a sentence or a printed clause begins at `at`."""
        left = self._phrase.text[max(self._start, at - 6) : at].rstrip()
        return (
            at <= self._start
            or (not left and at - self._start < 6)
            or left.endswith(tuple(_SENTENCE_MARKS))
        )

    def _is_order(self, at: int) -> bool:
        if self._is_hard(at):
            return True
        left = self._left(at)
        if _NOT_AN_ORDER.search(left):
            return False
        if re.search(r"(?:, |và |đồng thời,? |thống nhất |đồng ý |nhất trí )$", left):
            return not self._out.leads or "giao" in self._phrase.low[at : at + 12]
        return (
            not self._out.leads
            and _AUTHORITY.search(self._phrase.low[max(self._start, at - 90) : at]) is not None
        )

    def _take_order(self, at: int) -> None:
        start = _blank(self._phrase, at)
        if self._phrase.text[start : start + 1] == ":":
            start = _blank(self._phrase, start + 1)
        units = unit_list(self._phrase, start)
        if not units:
            self._done = at
            return
        self._lead(units, "lead.giao")

    def _take_help(self, at: int, found: re.Match[str]) -> None:
        start = _blank(self._phrase, found.end())
        units = unit_list(self._phrase, start)
        if not units and found.group().endswith("với"):
            units = described_body(self._phrase, start)
        if not units:
            if re.match(
                r",? [^,;.]{1,40} với ", self._phrase.low[found.end() : found.end() + 50]
            ) and self._near_start(at):
                self._doubt("coordinators.task-itself")
            self._done = found.end()
            return
        if self._belongs_to_lead(at):
            self._help(units, "helpers.phoi-hop")
        elif not self._out.helpers and self._near_start(at):
            self._doubt("coordinators.task-itself")
        self._done = units[-1].end

    def _near_start(self, at: int) -> bool:
        return at - self._start < 120

    def _belongs_to_lead(self, at: int) -> bool:
        """Whether "phối hợp" is said of the lead and not of somebody inside the sentence."""
        if self._is_hard(at):
            return True
        left = self._left(at)
        if re.search(
            r"(?:chủ trì|chủ động|tích cực|khẩn trương|tiếp tục|tăng cường|thường xuyên|đầu mối|có trách nhiệm|và|đồng thời|phải|cần|nghiêm túc|kịp thời)[, ]+$",
            left,
        ):
            return True
        if left.endswith((", ", "; ")):
            return True
        return bool(self._out.leads) and self._phrase.text[self._out.after : at].strip(" ,") == ""

    def _take_row(self, at: int, units: list[Mention]) -> None:
        end = units[-1].end
        if self._speaks(at, end) or self._names_subject_only(at, units):
            return
        hard = self._is_hard(at) or self._opens_after_adverb(at)
        if self._helps_behind(end):
            self._help(units, "helpers.behind")
            return
        acts = _acts(self._phrase, end, hard=hard)
        if hard and acts:
            self._lead(
                units,
                "lead.heading" if acts == "heading" else "lead.subject",
                doubt=acts == "unknown",
            )
            return
        if not hard and acts:
            self._soft_row(at, units)
        self._done = end

    def _helps_behind(self, end: int) -> bool:
        """Whether "phối hợp" behind a row makes it helpers ("X chủ trì, Y phối hợp")."""
        if not self._out.leads:
            return False
        if _BEHIND_HELPS.match(self._phrase.low, end):
            return True
        leads = _LEADS_BEHIND.match(self._phrase.low, self._out.after)
        return leads is not None and _BEHIND_WITH.match(self._phrase.low, end) is not None

    def _names_subject_only(self, at: int, units: list[Mention]) -> bool:
        """A leader without a unit who directs a unit: the unit leads."""
        last = units[-1]
        directs = _DIRECTS.match(self._phrase.low, last.end)
        if (
            directs is None
            or last.doubt not in ("lead.person", "lead.deputy")
            or not self._is_hard(at)
        ):
            return False
        inner = unit_list(self._phrase, _blank(self._phrase, directs.end()))
        if not inner:
            return False
        self._lead(inner, "lead.directed")
        return True

    def _speaks(self, at: int, end: int) -> bool:
        """ "The chair asks X …": the one who speaks is no lead."""
        verb = _SPEAKER.match(self._phrase.low, _blank(self._phrase, end))
        if verb is None or (not self._is_hard(at) and not self._left(at).endswith(", ")):
            return False
        units = unit_list(self._phrase, _blank(self._phrase, verb.end()))
        if units:
            self._lead(units, "lead.asked")
            return True
        return False

    def _opens_after_adverb(self, at: int) -> bool:
        left = self._phrase.low[max(self._start, at - 30) : at]
        found = re.search(
            r"(?:^|[.;:] )(?:đồng thời|trước mắt|ngoài ra|trong đó|cụ thể|theo đó|do đó|vì vậy|riêng|và|các đồng chí),? $",
            left,
        )
        return found is not None

    def _soft_row(self, at: int, units: list[Mention]) -> None:
        """A row after a comma: the subject where its sentence began with an adverbial."""
        left = self._left(at)
        if left.endswith(", "):
            if self._sentence_opens_adverbially(at):
                self._lead(units, "lead.after-adverbial")
            elif not self._out.leads:
                self._lead(units, "lead.after-comma", code="lead.inside-sentence")
            elif not self._same(units):
                self._lead(units, "lead.after-comma")
        elif (
            len(units) > 1
            and self._sentence_opens_adverbially(at)
            and "," in self._phrase.text[units[-2].end : units[-1].start]
        ):
            self._lead(units[-1:], "lead.after-adverbial")

    def _same(self, units: list[Mention]) -> bool:
        known = {small(m.name) for m in self._out.leads}
        return all(small(m.name) in known for m in units)

    def _sentence_opens_adverbially(self, at: int) -> bool:
        text = self._phrase.text
        cut = max(text.rfind(f"{mark} ", self._start, at) for mark in _SENTENCE_MARKS)
        begin = cut + 2 if cut >= 0 else self._start
        return OPENER.match(self._phrase.low, _blank(self._phrase, begin)) is not None

    def _lead(
        self, units: list[Mention], rule: str, *, doubt: bool = False, code: str | None = None
    ) -> None:
        out = self._out
        if out.leads and not self._same(units):
            self._doubt("lead.several")
            self._doubt("coordinators.several-leads")
        if not out.leads:
            out.after = units[-1].end
        out.leads.extend(u for u in units if not self._same([u]))
        out.rules.append(rule)
        for name in (code, "lead.unknown-verb" if doubt else None, *(u.doubt for u in units)):
            if name:
                self._doubt(name)
        if any(u.vague for u in units):
            self._doubt("lead.nobody-to-look-up")
        self._done = units[-1].end

    def _help(self, units: list[Mention], rule: str) -> None:
        self._out.helpers.extend(units)
        self._out.rules.append(rule)
        if any(u.doubt and not u.vague for u in units):
            self._doubt("coordinators.name")
        self._done = units[-1].end

    def _doubt(self, code: str) -> None:
        if code not in self._out.doubts:
            self._out.doubts.append(code)


def opens_with_verb(words: str) -> bool:
    """Whether the words begin like an order without a subject ("Khẩn trương rà soát …")."""
    phrase = Phrase.of(words)
    two = _TWO.match(phrase.low)
    return two is not None and (
        is_verb(two.group(1), two.group(2) or "") or two.group(1) in ("phải", "cần")
    )


def is_bare_name(words: str) -> bool:
    """Whether the words are nothing but a row of units, with or without a colon."""
    phrase = Phrase.of(words.strip())
    units = unit_list(phrase, 0)
    return bool(units) and not phrase.text[units[-1].end :].strip(" :,.")


def after_row(words: str) -> int:
    """Where the words behind an opening row of units begin; 0 where none opens them."""
    units = unit_list(Phrase.of(words), 0)
    return units[-1].end + 1 if units else 0
