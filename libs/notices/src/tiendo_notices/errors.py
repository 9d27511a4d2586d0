"""What can go wrong with a whole text.

```
NoticeError
├── NotANoticeError      empty, or nothing in it looks like a notice of conclusion
└── NoticeTooLongError   longer than MAX_CHARACTERS
```
A single item that is not understood is never an error: it carries doubts.
"""

MAX_CHARACTERS = 400_000
"""The longest text that is read, after NFC: far above a hundred pages, and read within two seconds."""


class NoticeError(ValueError):
    """The text as a whole cannot be read; the message says what to do about it."""


class NotANoticeError(NoticeError):
    """There is no header, no conclusion and no item in the text."""


class NoticeTooLongError(NoticeError):
    """The text is longer than MAX_CHARACTERS; it was not looked at any further."""
