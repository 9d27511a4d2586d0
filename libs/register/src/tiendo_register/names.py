"""When two names of organisations are the same name."""

import re
import unicodedata

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # grave, acute, tilde, hook, dot below
_MARKS = re.compile(r"[\s,.;:()\-–]+")


def match_key(name: str) -> str:
    """A key that is equal for equal names.

    Case, spaces and punctuation do not count, nor where in a syllable the tone mark stands (Hoà,
    Hòa); tones and letters do (Hòa is not Hoa).
    """
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return " ".join(_syllable(word) for word in _MARKS.split(decomposed) if word)


def _syllable(word: str) -> str:
    tones = "".join(sorted(c for c in word if c in _TONES))
    return unicodedata.normalize("NFC", "".join(c for c in word if c not in _TONES)) + tones


def keys_of(name: str, aliases: tuple[str, ...]) -> list[str]:
    """The keys under which a unit is found, sorted."""
    return sorted({match_key(n) for n in (name, *aliases) if n.strip()})
