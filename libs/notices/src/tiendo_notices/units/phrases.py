"""Stretches of text prepared for names, and the units found in them."""

import re
from dataclasses import dataclass

from tiendo_notices.text import masked, small
from tiendo_notices.words import STOP_PAIRS, STOPS

WORD = re.compile(r"[^\W_]+(?:[&/.'’][^\W_]+)*")


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
