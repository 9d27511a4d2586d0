"""Where a name that has begun ends, walked word by word.

A name ends before a verb, a small word, a mark, or a blanked-out bracket. What it takes in in small
letters must be known to stand in names; else a doubt is left, by counting.
"""

import re
from dataclasses import dataclass

from tiendo_notices.units.forms import BODY, COMPOUND, FIELD, GROUP, HEAD, OFFICE, TAIL
from tiendo_notices.units.phrases import WORD, Phrase, is_stop, skip
from tiendo_notices.words import VERBS

_JOINT = re.compile(r"[-–] ?|và |& |của ")
_PLACES = frozenset(("xã", "phường", "khu", "tỉnh", "thành", "phố", "thôn", "đặc", "huyện"))
_COMPLETE = re.compile(r"(?<!\w)(?:tỉnh|phường|thành phố|(?<!tác )xã(?! hội))$")
_NO_ORDERS = ("đầu tư", "đào tạo", "nghiên cứu khoa học", "quản lý", "phát triển")
_NO_ADVERBS = (
    "đầu tư", "đào tạo", "quản lý", "phát triển", "tổng hợp", "khai thác", "tuyên truyền", "bảo vệ",
    "bồi dưỡng", "nghiên cứu", "kiểm tra", "giám sát", "thanh tra", "thiết kế", "xây dựng",
    "tư vấn", "điều hành", "thi công", "vận hành", "thống kê", "phục vụ", "hỗ trợ", "xúc tiến",
)  # fmt: skip
_ORDER_FOLLOWS = (
    " chủ trì", " phối hợp", " có trách nhiệm", " khẩn trương", " chịu trách nhiệm", " rà soát",
    " báo cáo", " hoàn thành", " tham mưu", " cùng",
)  # fmt: skip
_BEHIND_PLACE = re.compile(r"(?<!\w)(?<!tác )(?:xã|phường|đặc khu) $")
_LEVEL_WORD = re.compile(r"(?:tỉnh|thành phố|xã|phường|học viện|bộ|sở|tập đoàn)(?!\w)")
_SHORT_HEADS = frozenset(("bộ", "sở", "phòng", "vụ", "ban", "ngành", "cục"))
_LEVELS = (" tỉnh ", " xã ", " phường ", " thành phố ", " trung ương ")
_LONGEST_NAME = 18
_LONGEST_TAIL = 9


def grow(
    phrase: Phrase, at: int, *, described: bool = False, first: bool = True
) -> tuple[int, int]:
    """Where the name that goes on at `at` ends, and how many unknown small words it ends in.

    Args:
        phrase: The words.
        at: Behind the head of the name, or what is known of it.
        described: A description follows, which may hold small words that a name may not.
        first: The next word may be what is elsewhere a verb: "Ban Tổ chức …".
    """
    name = _Name(phrase, at, described=described, may_be_verb=first)
    while name.words < _LONGEST_NAME and name.trailing <= _LONGEST_TAIL and name.step():
        continue
    return name.end, name.trailing


@dataclass(slots=True)
class _Name:
    """A name under way.

    `place` says that a place's own name has begun, `whole` that the last part was a known one.
    """

    phrase: Phrase
    end: int
    described: bool
    may_be_verb: bool
    words: int = 0
    trailing: int = 0
    place: bool = False
    whole: bool = False

    def step(self) -> bool:
        """Take in what follows; False where the name ends."""
        here = skip(self.phrase.text, self.end)
        joint = _JOINT.match(self.phrase.low, here) if self.words else None
        if joint:
            return self._join(joint)
        word = WORD.match(self.phrase.text, here) if here - self.end <= 1 else None
        if word is None:
            return False
        if word.group()[0].isupper() or word.group()[0].isdigit():
            return self._capital(word)
        return self._small(word)

    def _join(self, joint: re.Match[str]) -> bool:
        if not _goes_on(self.phrase, joint):
            return False
        self.end, self.may_be_verb = joint.end() - joint.group().endswith(" "), True
        return True

    def _capital(self, word: re.Match[str]) -> bool:
        here = word.start()
        self.may_be_verb = self.may_be_verb or _inside_line(self.phrase, here)
        known = COMPOUND.match(self.phrase.low, here) or _field_inside(self.phrase, here)
        if known:
            return self._take(known.end(), whole=True)
        pair = _verb(self.phrase, here) if self.may_be_verb else None
        if pair:
            self.trailing = 0
            return self._take(pair, whole=True)
        stops = is_stop(self.phrase, here, described=self.described)
        if stops and not self.may_be_verb:
            return False
        self.place = self.place or _behind_place(self.phrase, here)
        self.trailing = 0
        self._take(word.end(), whole=False)
        self.may_be_verb = word.group().lower() in _SHORT_HEADS
        return True

    def _small(self, word: re.Match[str]) -> bool:
        here = word.start()
        if self.words and self._is_complete(word.group()):
            return False
        if word.group() == "mới" and not self.phrase.low.endswith("thôn ", 0, here):
            return False
        known = COMPOUND.match(self.phrase.low, here) or _field_inside(self.phrase, here)
        if known:
            return self._take_known(known)
        named_after = _named_after(self.phrase, here)
        if named_after:
            return self._take(named_after, whole=True)
        if is_stop(self.phrase, here, described=self.described):
            return False
        tail = TAIL.match(self.phrase.low, here)
        if tail:
            return self._take(tail.end(), whole=True)
        self.trailing += 0 if word.group() in _PLACES else 1 + self.whole
        return self._take(word.end(), whole=False)

    def _take_known(self, known: re.Match[str]) -> bool:
        """A known part in small letters, unless it may as well be the order itself."""
        if _may_order(self.phrase, known.start()):
            if self.phrase.text[: self.end].rsplit(" ", 1)[-1][:1].isupper():
                return False
            self.trailing += 2
        return self._take(known.end(), whole=True)

    def _take(self, end: int, *, whole: bool) -> bool:
        self.end, self.words, self.may_be_verb, self.whole = end, self.words + 1, False, whole
        return True

    def _is_complete(self, word: str) -> bool:
        """Whether nothing in small letters can belong to the name any more.

        A place's own name has capitals only; behind "tỉnh" or "phường" the name is complete.
        """
        if word in _PLACES:
            return False
        start = max(0, self.end - 12)
        return self.place or _COMPLETE.search(self.phrase.text, start, self.end) is not None


def _named_after(phrase: Phrase, at: int) -> int | None:
    """The end of what a body is named after, where it is a verb elsewhere and an order follows."""
    end = _verb(phrase, at)
    found = end is not None and phrase.low.startswith(_ORDER_FOLLOWS, end)
    return end if found and phrase.low.startswith(_NO_ADVERBS, at) else None


def _may_order(phrase: Phrase, at: int) -> bool:
    """Whether a known part of names in small letters may as well be an order."""
    if phrase.low.startswith(_NO_ORDERS, at):
        return False
    return _verb(phrase, at) is not None


def _behind_place(phrase: Phrase, at: int) -> bool:
    """Whether a place's own name begins at `at`: all its words have capitals."""
    return _BEHIND_PLACE.search(phrase.low, max(0, at - 9), at) is not None


def _inside_line(phrase: Phrase, at: int) -> bool:
    """Whether a capital at `at` cannot begin an order: orders begin lines and sentences only."""
    return phrase.breaks is not None and at not in phrase.breaks


def _field_inside(phrase: Phrase, at: int) -> re.Match[str] | None:
    """A field of several words as a part of a longer name ("Quỹ Phát triển khoa học và …")."""
    field = FIELD.match(phrase.low, at)
    return field if field and len(field.group().split()) > 2 else None


def _verb(phrase: Phrase, at: int) -> int | None:
    """The end of a word of two syllables at `at` that is elsewhere a verb."""
    first = WORD.match(phrase.low, at)
    second = WORD.match(phrase.low, skip(phrase.low, first.end())) if first else None
    if first is None or second is None or f"{first.group()} {second.group()}" not in VERBS:
        return None
    return second.end()


def _goes_on(phrase: Phrase, joint: re.Match[str]) -> bool:
    """Whether a name goes on behind "và", "của" or a dash; a body of its own does not."""
    after = joint.end()
    if joint.group() == "của " and _LEVEL_WORD.match(phrase.low, after):
        return True
    if not phrase.text[after : after + 1].isupper() or OFFICE.match(phrase.low, after):
        return False
    if joint.group() not in ("và ", "& "):
        return True
    closed = phrase.low.endswith(_LEVELS, 0, joint.start())
    return not closed and not starts_body(phrase, after)


def starts_body(phrase: Phrase, at: int) -> bool:
    """Whether a name of a body of its own begins at `at`."""
    field = FIELD.match(phrase.low, at)
    if field and not (
        HEAD.match(phrase.low, at) and _LEVEL_WORD.match(phrase.low, field.end() + 1)
    ):
        return False
    if phrase.low.startswith("khoa học", at):
        return False
    return any(form.match(phrase.low, at) for form in (HEAD, GROUP, BODY))
