"""Text that comes in: NFC, without U+0000 and lone surrogates (decision 22 of the design)."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


def clean(text: str) -> str:
    """The text in NFC.

    Raises:
        ValueError: It holds U+0000 or half of a surrogate pair.
    """
    if "\0" in text:
        raise ValueError("U+0000")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("lone surrogate")
    return unicodedata.normalize("NFC", text)


Text = Annotated[str, AfterValidator(clean)]
"""Text from outside, made clean."""
