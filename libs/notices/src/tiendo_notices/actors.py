"""Who must act and who helps, read from the words of one item.

The words are walked once from left to right. Each row of unit names gets a role from what stands
before and behind it; a row that is only an object ("gửi Bộ X", "của Bộ Y") gets none.
"""

import re

from tiendo_notices import sentences, unusual
from tiendo_notices.said import Actors
from tiendo_notices.sentences import Acts, blank
from tiendo_notices.text import small
from tiendo_notices.units import (
    Mention,
    Phrase,
    described_body,
    goes_on,
    starts,
    unit_list,
    unknown_body,
)
from tiendo_notices.words import HELP, ORDER

_HELP_BEHIND = re.compile(
    r" *+,? *+(?:cùng )?(?:tham gia |hỗ trợ )?phối hợp"
    r"(?= *+[,;.:)]|$| thực hiện| triển khai|,? theo)(?! (?:chặt chẽ )?với)"
)
_HELP_WITH_VERB = re.compile(
    r" *+,? *+(?:(?:cùng|chủ động|tích cực) )?phối hợp(?!(?: chặt chẽ)? với)(?!\w)"
)
_SPEAKS = re.compile(
    r"(?:đã )?(?:thống nhất |đồng ý |nhất trí |kết luận |chỉ đạo và )?"
    r"(?:yêu cầu|giao|đề nghị|phân công|kết luận)(?!\w)"
)
_ASKS = re.compile(r"(?:yêu cầu|đề nghị)$")
_DIRECTS = re.compile(
    r"(?: (?:phụ trách|được phân công)[^,;.]{0,60}?)? *+,? *+(?:trực tiếp )?(?:chỉ đạo|giao)(?= )"
)
_NO_ORDER = re.compile(r"(?:được|đã|theo|các|những|khi|có|cần|để|về|vốn|nhiệm vụ) \w+$|(?<!giao)$")
_AUTHORITY = re.compile(
    r"(?:ban chỉ đạo|ban thường vụ|thường trực|ban giám đốc|ban giám hiệu|ban chấp hành|ban bí thư"
    r"|ban lãnh đạo|hội đồng)"
)
_DECIDES = re.compile(
    r" (?:cơ bản |đã )?(?:thống nhất|nhất trí|đồng ý|quyết định|đánh giá)(?!\w)(?! giao| lại)"
)
_POINTS_BACK = re.compile(
    r" (?:nêu |nói )?(?:trên|này)(?= (?:phải|cần|có|khẩn|chủ|rà|tổ|báo)|[ ,]*$)"
)
_THROUGH = ("chỉ đạo", "đôn đốc", "nhắc")
"""What somebody does to have others act: below a heading that names the lead, the lead does it."""
_EACH = re.compile(r"^(?:\w+(?: \w+)? nào|(?:mỗi|từng) \w+(?: \w+)?$)")
_WITH_SOMEBODY = re.compile(r",? [^,;.]{1,40} với ")
_CONCERNS = re.compile(
    r"(?:riêng )?đối với |(?:các |những )?(?:nhóm )?(?:nhiệm vụ|trách nhiệm|phần việc|công việc)"
    r"(?: cụ thể)? (?:của|giao(?: cho)?|thuộc) "
)
_CONCERNED = re.compile(r"(?: (?:thực hiện|triển khai|chủ trì)[^:]{0,60})?[ .]*(?::|$)")
_NEAR = 120
_LONGEST_NAME = 80


def read_actors(words: str, breaks: frozenset[int] | None = None) -> Actors:
    """Read leads and helpers from the words of an item (its number left out)."""
    phrase = Phrase.of(words, breaks)
    return _Walk(words, phrase, sentences.order_starts(phrase)).read()


class _Walk:
    """One walk over the words; `_done` is how far they are used up."""

    def __init__(self, words: str, phrase: Phrase, start: int) -> None:
        self._words = words
        self._phrase = phrase
        self._start = start
        self._done = start
        self._out = Actors(after=start, begins=start)
        self._known: set[str] = set()

    def read(self) -> Actors:
        for at in starts(self._phrase):
            if at >= self._done:
                self._visit(at)
        found = None if self._out.leads else unusual.lead(self._words, self._phrase, self._start)
        if found is not None:
            self._lead(found.units, found.rule, found.doubt)
            self._out.after = self._start
        elif self._out.leads == []:
            self._take_subject()
        self._take_brackets()
        self._out.leads = [unusual.spelled_out(self._words, lead) for lead in self._out.leads]
        return self._out

    def _take_brackets(self) -> None:
        """Helpers named in brackets: "… (Sở X chủ trì, Sở Y phối hợp)"."""
        for at, inside in unusual.brackets(self._words):
            inner = read_actors(inside).moved(at)
            leads = {small(m.name) for m in inner.leads}
            if inner.helpers and leads <= {small(m.name) for m in self._out.leads}:
                self._help(inner.helpers, "helpers.bracket")

    def _take_subject(self) -> None:
        """Units that the item is about: "Đối với X: …", "Nhiệm vụ của X:" tell X what to do."""
        found = _CONCERNS.match(self._phrase.low)
        units = self._units(found.end()) if found else []
        end = units[-1].end if units else 0
        if units and _CONCERNED.match(self._phrase.low, end):
            self._lead(units, "lead.heading")
            self._out.after = max(end, self._start)

    def _visit(self, at: int) -> None:
        order = ORDER.match(self._phrase.low, at)
        led = bool(self._out.leads)
        label = unusual.LABELLED.match(self._phrase.low, at) if self._apart(at) else None
        if label and (units := self._units(label.end())):
            self._take_labelled(label, units)
        elif order and sentences.is_order(self._phrase, at, self._start, led=led):
            self._take_order(at, order.end())
        elif order and not led and self._orders_inside(order.end()):
            self._take_order(at, order.end())
            self._doubt("lead.inside-sentence")
        elif help_ := HELP.match(self._phrase.low, at):
            self._take_help(at, help_)
        elif units := unit_list(self._phrase, at):
            self._take_row(at, units)

    def _apart(self, at: int) -> bool:
        """Whether a mark or a sentence's end stands before `at`."""
        return not self._phrase.text[max(self._start, at - 2) : at].strip(" ,;-–") or (
            self._opens(at)
        )

    def _take_labelled(self, label: re.Match[str], units: list[Mention]) -> None:
        """Units behind a label: "Đơn vị chủ trì: X; đơn vị phối hợp: Y"."""
        if label["lead"]:
            self._lead(units, "lead.labelled")
        else:
            self._help(units, "helpers.labelled")

    def _orders_inside(self, end: int) -> bool:
        """Whether "giao" inside a sentence hands what stands before it to a unit that acts."""
        if _NO_ORDER.search(self._phrase.low, max(self._start, end - 24), end):
            return False
        units = self._units(end)
        return bool(units) and sentences.acts(self._phrase, units[-1].end, opens=False) is not None

    def _opens(self, at: int) -> bool:
        return sentences.opens_sentence(self._phrase, at, self._start)

    def _units(self, at: int) -> list[Mention]:
        return unit_list(self._phrase, blank(self._phrase, at))

    def _take_order(self, order_at: int, at: int) -> None:
        start = blank(self._phrase, at)
        start += self._phrase.text[start : start + 1] == ":"
        units = self._units(start) or unknown_body(self._phrase, blank(self._phrase, start))
        self._done = at
        if units and self._out.leads and all(m.doubt == "lead.person" for m in units):
            self._doubt("lead.several")
            self._done = units[-1].end
        elif units:
            directed = self._directed(units)
            through = self._phrase.low.startswith(_THROUGH, order_at)
            rule = "lead.told-through" if through else "lead.giao"
            self._lead(directed or units, rule, "lead.deputy" if directed else None)
        elif self._opens(order_at):
            self._out.rules.append("order.no-unit")

    def _take_help(self, at: int, found: re.Match[str]) -> None:
        units = self._units(found.end())
        if not units and found.group().endswith("với"):
            behind = blank(self._phrase, found.end())
            units = described_body(self._phrase, behind) or unknown_body(self._phrase, behind)
        self._done = units[-1].end if units else found.end()
        if units and self._of_the_lead(at):
            self._help(units, "helpers.phoi-hop")
        elif not units and self._names_somebody(at, found):
            self._doubt("coordinators.name")
        elif at - self._start < _NEAR and not self._out.helpers:
            behind = self._phrase.low[found.end() : found.end() + 50]
            if units or _WITH_SOMEBODY.match(behind):
                self._doubt("coordinators.task-itself")

    def _names_somebody(self, at: int, found: re.Match[str]) -> bool:
        """Whether a helper seems to be named that was not recognised.

        It stands behind "phối hợp với", or before "phối hợp": "…, Nhóm A phối hợp".
        """
        if self._out.leads and self._stands_behind_a_name(at):
            return True
        if not found.group().endswith("với") or not self._of_the_lead(at):
            return False
        behind = self._phrase.low[found.end() : found.end() + 60].split(",")[0]
        return "liên quan" not in behind

    def _stands_behind_a_name(self, at: int) -> bool:
        known = max((m.end for m in self._out.helpers), default=0)
        comma = self._phrase.text.rfind(", ", max(self._start, known), at) + 2
        name = self._phrase.text[comma:at].strip() if comma > 1 else ""
        return name[:1].isupper() and len(name) <= _LONGEST_NAME

    def _of_the_lead(self, at: int) -> bool:
        if sentences.is_of_the_lead(self._phrase, at, self._start):
            return True
        return bool(self._out.leads) and not self._phrase.text[self._out.after : at].strip(" ,")

    def _take_row(self, at: int, units: list[Mention]) -> None:
        end = units[-1].end
        if self._out.leads and self._is_of_group(units[0], end):
            self._done = end
            return
        if self._out.leads and self._phrase.low.endswith("; riêng ", self._start, at):
            self._done = end
            self._doubt("lead.several")
            return
        if self._decides(units):
            self._done = end
            return
        if self._only_speaks(at, end) or self._only_directs(at, units):
            return
        if self._opens(at) and self._phrase.text[end : end + 2] == "; ":
            units = [*units, *self._units(end + 2)]
            end = units[-1].end
        self._done = end
        if self._helps_behind(at, end):
            self._help(units, "helpers.behind")
            return
        opens = self._opens(at) or sentences.opens_behind_adverb(self._phrase, at, self._start)
        how = sentences.acts(self._phrase, end, opens=opens)
        if how is None and self._phrase.text[end : end + 1] == ":" and self._late(at):
            self._lead(units, "lead.after-adverbial")
        if how is None:
            return
        if not opens:
            self._take_late_row(at, units)
            return
        code = "lead.unknown-verb" if how is Acts.UNKNOWN_VERB else None
        self._lead(units, "lead.heading" if how is Acts.HEADING else "lead.subject", code)

    def _is_of_group(self, unit: Mention, end: int) -> bool:
        """Whether those named before are meant: "các đơn vị trên", "khoa nào", "trưởng khoa"."""
        name = small(unit.name)
        if unit.titled and any(m.group and small(m.name).endswith(name) for m in self._out.leads):
            return True
        back = _POINTS_BACK.match(self._phrase.low, end)
        return unit.group and (back is not None or _EACH.search(name) is not None)

    def _helps_behind(self, at: int, end: int) -> bool:
        """Whether "phối hợp" behind a row makes it helpers ("X chủ trì, Y phối hợp")."""
        if not self._out.leads and not self._verb_opens(at):
            return False
        if _HELP_BEHIND.match(self._phrase.low, end):
            return True
        leads = unusual.LEADS_BEHIND.match(self._phrase.low, self._out.after)
        helps = _HELP_WITH_VERB.match(self._phrase.low, end)
        if helps is None or leads is not None:
            return helps is not None
        return self._behind_comma(at) and not self._units(helps.end())

    def _verb_opens(self, at: int) -> bool:
        """Whether an order without a subject opens the item, so that a row in it may help."""
        return not self._late(at) and sentences.opens_with_verb(self._words[self._start :])

    def _only_directs(self, at: int, units: list[Mention]) -> bool:
        """A leader without a unit of his own who directs a unit: the unit leads."""
        inner = self._directed(units) if self._opens(at) else []
        if inner:
            self._lead(inner, "lead.directed")
        return bool(inner)

    def _directed(self, units: list[Mention]) -> list[Mention]:
        """The units that somebody without a unit of his own directs."""
        directs = _DIRECTS.match(self._phrase.low, units[-1].end)
        if directs is None or units[-1].doubt not in ("lead.person", "lead.deputy"):
            return []
        return self._units(directs.end())

    def _decides(self, units: list[Mention]) -> bool:
        """Whether those who hold the meeting only agree ("Ban Giám đốc thống nhất …")."""
        decides = len(units) == 1 and _DECIDES.match(self._phrase.low, units[-1].end)
        return bool(decides) and _AUTHORITY.match(small(units[0].name)) is not None

    def _only_speaks(self, at: int, end: int) -> bool:
        """Whoever asks others ("Ban Chỉ đạo yêu cầu X …") does not lead."""
        verb = _SPEAKS.match(self._phrase.low, blank(self._phrase, end))
        if verb is None or not (self._opens(at) or self._behind_comma(at)):
            return False
        units = self._units(verb.end())
        if units:
            self._lead(units, "lead.asked")
        elif _ASKS.search(verb.group()):
            self._out.rules.append("order.no-unit")
            self._done = verb.end()
        return bool(units) or _ASKS.search(verb.group()) is not None

    def _late(self, at: int) -> bool:
        """Whether the sentence names its subject late: "Trong tháng 5, X:"."""
        return sentences.opens_adverbially(self._phrase, at, self._start)

    def _behind_comma(self, at: int) -> bool:
        return self._phrase.text[max(self._start, at - 2) : at] == ", "

    def _take_late_row(self, at: int, units: list[Mention]) -> None:
        """A row inside the sentence: its subject where the sentence began with an adverbial."""
        late = sentences.opens_adverbially(self._phrase, at, self._start)
        if self._behind_comma(at):
            sure = late or bool(self._out.leads)
            rule = "lead.after-adverbial" if late else "lead.after-comma"
            if late or not self._same(units):
                self._lead(units, rule, None if sure else "lead.inside-sentence")
        elif late and len(units) > 1:
            between = self._phrase.text[units[-2].end : units[-1].start]
            if "," in between:
                self._lead(units[-1:], "lead.after-adverbial")

    def _same(self, units: list[Mention]) -> bool:
        return all(small(m.name) in self._known for m in units)

    def _lead(self, units: list[Mention], rule: str, code: str | None = None) -> None:
        out = self._out
        helpers = unusual.helpers_of_row(self._words, units)
        if helpers and len(helpers) < len(units):
            self._help(helpers, "helpers.bracket")
            self._lead([u for u in units if u not in helpers], rule, code)
            self._done = units[-1].end
            return
        if out.leads and not self._same(units):
            self._doubt("lead.several")
            self._doubt("coordinators.several-leads")
        if not out.leads:
            out.after = units[-1].end
        out.leads.extend(u for u in units if not self._same([u]))
        self._known.update(small(u.name) for u in units)
        out.rules.append(rule)
        if goes_on(self._phrase, units[-1].end):
            self._doubt("lead.name-end")
        vague = "lead.nobody-to-look-up" if any(u.vague for u in units) else None
        for name in (code, vague, *(u.doubt for u in units)):
            self._doubt(name)
        self._done = units[-1].end

    def _help(self, units: list[Mention], rule: str) -> None:
        self._out.helpers.extend(units)
        self._out.rules.append(rule)
        unsure = any(u.doubt and not u.vague for u in units)
        if unsure or goes_on(self._phrase, units[-1].end):
            self._doubt("coordinators.name")
        self._done = units[-1].end

    def _doubt(self, code: str | None) -> None:
        if code and code not in self._out.doubts:
            self._out.doubts.append(code)
