"""Stretches of text prepared for names, and where a name that has begun ends."""

import re
from dataclasses import dataclass

from tiendo_notices.text import masked, small
from tiendo_notices.units.forms import COMPOUND, FIELD, GROUP, HEAD, OFFICE, TAIL
from tiendo_notices.words import STOP_PAIRS, STOPS, VERBS

WORD = re.compile(r"[^\W_]+(?:[&/.'’][^\W_]+)*")
_JOINT = re.compile(r"[-–] |và |của ")
_PLACES = frozenset(("xã", "phường", "khu", "tỉnh", "thành", "phố", "thôn", "đặc", "huyện"))
_COMPLETE = re.compile(r"(?<!\w)(?:tỉnh|phường|thành phố|(?<!tác )xã(?! hội))$")
_NO_ORDERS = ("đầu tư", "đào tạo", "nghiên cứu khoa học", "quản lý", "phát triển")
_BEHIND_PLACE = re.compile(r"(?<!\w)(?<!tác )(?:xã|phường|đặc khu) $")
_LEVEL_WORD = re.compile(r"(?:tỉnh|thành phố|xã|phường|học viện|bộ|sở|tập đoàn)(?!\w)")
_SHORT_HEADS = frozenset(("bộ", "sở", "phòng", "vụ", "ban", "ngành", "cục"))
_LEVELS = (" tỉnh ", " xã ", " phường ", " thành phố ", " trung ương ")
_LONGEST_NAME = 18
_LONGEST_TAIL = 9


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of text prepared for names; all offsets are into it.

    `breaks` are offsets where a printed line starts; None where they are not known.
    """

    text: str
    low: str
    breaks: frozenset[int] | None = None

    @classmethod
    def of(cls, text: str, breaks: frozenset[int] | None = None) -> "Phrase":
        """Blank out brackets and quotes."""
        words = masked(text)
        return cls(words, small(words), breaks)


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit as named in the text.

    `vague` says that nobody can look the body up ("các đơn vị liên quan"). `doubt` is the code of
    what a person should check about the name, or None.
    """

    name: str
    start: int
    end: int
    group: bool = False
    vague: bool = False
    titled: bool = False
    doubt: str | None = None


def tidy(name: str) -> str:
    """One blank between words, no blank or mark at the ends."""
    return " ".join(name.split()).strip(" ,;:.-–")


def skip(text: str, at: int) -> int:
    """The next offset that is no blank."""
    while at < len(text) and text[at] == " ":
        at += 1
    return at


def is_stop(phrase: Phrase, at: int, *, described: bool = False) -> bool:
    """Whether the word at `at` cannot belong to a name that runs up to it.

    A description ("các xã có thôn chưa có sóng") may hold small words that a name may not.
    """
    first = WORD.match(phrase.low, at)
    if first is None:
        return True
    second = WORD.match(phrase.low, skip(phrase.low, first.end()))
    pair = f"{first.group()} {second.group() if second else ''}"
    if pair in STOP_PAIRS:
        return True
    return not described and first.group() in STOPS and phrase.text[at].islower()


def grow(
    phrase: Phrase, at: int, *, described: bool = False, first: bool = True
) -> tuple[int, int]:
    """Where the name that goes on at `at` ends, and how many small words it ends in.

    A name ends before a verb, a small word, a mark, or a blanked-out bracket. Behind its head
    (`first`) or a joining word it may go on with what is elsewhere a verb: "Ban Tổ chức …".
    """
    end, words, trailing, may_be_verb = at, 0, 0, first
    place = whole = False
    while words < _LONGEST_NAME and trailing <= _LONGEST_TAIL:
        here = skip(phrase.text, end)
        joint = _JOINT.match(phrase.low, here) if words else None
        if joint:
            if not _goes_on(phrase, joint):
                break
            end, may_be_verb = joint.end() - 1, True
            continue
        word = WORD.match(phrase.text, here) if here - end <= 1 else None
        if word is None:
            break
        capital = word.group()[0].isupper() or word.group()[0].isdigit()
        may_be_verb = may_be_verb or (capital and _inside_line(phrase, here))
        if words and not capital and _closed(phrase, end, here, place=place):
            break
        compound = COMPOUND.match(phrase.low, here) or _field_inside(phrase, here)
        if compound:
            acts = not capital and _may_order(phrase, here)
            if acts and phrase.text[:end].rsplit(" ", 1)[-1][:1].isupper():
                break
            trailing += 2 * acts
            end, words, may_be_verb, whole = compound.end(), words + 1, False, True
            continue
        pair = _capital_verb(phrase, here) if may_be_verb and capital else None
        if pair:
            end, words, trailing, may_be_verb, whole = pair, words + 1, 0, False, True
            continue
        if is_stop(phrase, here, described=described) and not (capital and may_be_verb):
            break
        tail = None if capital else TAIL.match(phrase.low, here)
        if tail:
            end, words, may_be_verb, whole = tail.end(), words + 1, False, True
            continue
        place = place or (capital and _behind_place(phrase, here))
        end, words = word.end(), words + 1
        level = not capital and word.group() in _PLACES
        trailing = 0 if capital else trailing + (0 if level else 1 + whole)
        whole = False
        may_be_verb = capital and word.group().lower() in _SHORT_HEADS
    return end, trailing


def _closed(phrase: Phrase, end: int, here: int, *, place: bool) -> bool:
    """Whether nothing in small letters can belong to the name any more.

    A place's own name has capitals only; behind "tỉnh" or "phường" the name is complete.
    """
    word = WORD.match(phrase.low, here)
    if word is None or word.group() in _PLACES:
        return False
    return place or _COMPLETE.search(phrase.text, max(0, end - 12), end) is not None


def _may_order(phrase: Phrase, at: int) -> bool:
    """Whether a known part of names in small letters may as well be an order."""
    if phrase.low.startswith(_NO_ORDERS, at):
        return False
    first = WORD.match(phrase.low, at)
    second = WORD.match(phrase.low, skip(phrase.low, first.end())) if first else None
    pair = f"{first.group()} {second.group()}" if first and second else ""
    return pair in VERBS


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


def _capital_verb(phrase: Phrase, at: int) -> int | None:
    """The end of a word of two syllables that begins a name and is elsewhere a verb."""
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
    if joint.group() != "và ":
        return True
    closed = phrase.low.endswith(_LEVELS, 0, joint.start())
    return not closed and not starts_body(phrase, after)


def starts_body(phrase: Phrase, at: int) -> bool:
    """Whether a name of a body of its own begins at `at`."""
    if FIELD.match(phrase.low, at) or phrase.low.startswith("khoa học", at):
        return False
    return bool(HEAD.match(phrase.low, at) or GROUP.match(phrase.low, at))
