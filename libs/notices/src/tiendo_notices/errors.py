"""What can go wrong with a whole text.

```
NoticeError
├── UnreadableDocumentError  a file without text that can be had
├── NotANoticeError          empty, or nothing in it looks like a notice of conclusion
└── NoticeTooLongError       longer than MAX_CHARACTERS, or more than MAX_PARTS
```
A single item that is not understood is never an error: it carries doubts.
"""

MAX_CHARACTERS = 120_000
"""The longest text that is read: some fifty pages, within two seconds on a slow machine as well."""

MAX_PARTS = 2_000
"""The most numbered parts that one notice can have."""


class NoticeError(ValueError):
    """The text as a whole cannot be read; the message says what to do about it."""


class NotANoticeError(NoticeError):
    """There is no header, no conclusion and no item in the text."""


class UnreadableDocumentError(NoticeError):
    """No text can be had from the file: broken, locked, a scan, or of an unknown form."""


class NoticeTooLongError(NoticeError):
    """The text is far larger than any notice; it was not looked at any further."""
