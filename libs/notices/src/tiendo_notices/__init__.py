"""The reader of notices of conclusion: text in, reading out; only `documents` opens files.

`read(text)` gives a `Reading` with its items; `is_classified(text)` says whether a text is marked
secret and must be refused.
"""

from tiendo_notices.classified import is_classified
from tiendo_notices.due import Due, resolve
from tiendo_notices.errors import (
    MAX_CHARACTERS,
    NotANoticeError,
    NoticeError,
    NoticeTooLongError,
    UnreadableDocumentError,
)
from tiendo_notices.model import Doubt, FieldReading, Form, Item, Kind, Link, Reading
from tiendo_notices.reader import read

__all__ = [
    "MAX_CHARACTERS", "Doubt", "Due", "FieldReading", "Form", "Item", "Kind", "Link",
    "NotANoticeError", "NoticeError", "NoticeTooLongError", "Reading",
    "UnreadableDocumentError", "is_classified", "read", "resolve",
]  # fmt: skip
