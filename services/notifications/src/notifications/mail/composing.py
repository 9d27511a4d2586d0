"""How a digest reads: Vietnamese first, English below, as plain text and as simple HTML.

Pure: the same letter gives the same words. Headers hold constants, counts and a checked address
alone; whatever people wrote stands in the body.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from uuid import UUID

from notifications.domain import Facts, Occasion
from notifications.mail import words
from notifications.mail.words import Language

_LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a mail tells. `unit` and the notice's words are empty where not known here.

    `lead` is the lead unit where somebody else is told, else empty.
    """

    notification_id: UUID
    occasion: Occasion
    facts: Facts
    link: str
    unit: str = ""
    notice_number: str = ""
    item_path: str = ""
    text: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient is told at once. `written_at` is UTC."""

    mail_id: UUID
    sender: str
    recipient: str
    name: str
    written_at: datetime
    entries: Sequence[Entry]

    @property
    def message_id(self) -> str:
        """The Message-ID: the same for every time that the mail goes out."""
        return f"<{self.mail_id}@{self.sender.partition('@')[2]}>"


def compose(letter: Letter) -> bytes:
    """The letter as it goes out (RFC 5322)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Tiến Độ", addr_spec=letter.sender)
    message["To"] = Address(addr_spec=letter.recipient)
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "vi, en"
    message.set_content("\n".join(_plain(letter)) + "\n")
    message.add_alternative("\n".join(_html(letter)) + "\n", subtype="html")
    return _folded(subject(letter.entries)) + message.as_bytes()


def _folded(subject: str) -> bytes:
    """The line of the subject (RFC 2047): where `EmailMessage` folds one, blanks get lost."""
    folded = Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {folded}\r\n".encode("ascii")


def subject(entries: Sequence[Entry]) -> str:
    """What a mail tells, counted: `[Tiến Độ] 3 nhiệm vụ mới được giao`."""
    return f"[Tiến Độ] {_counted(entries, 'vi')}"


def _counted(entries: Sequence[Entry], language: Language) -> str:
    counts = Counter(entry.occasion for entry in entries)
    told: list[str] = []
    for occasion, spoken in words.SPOKEN.items():
        if counts[occasion]:
            phrase = spoken.one if counts[occasion] == 1 else spoken.many
            told.append(phrase.say(language, count=counts[occasion]))
    return ", ".join(told)


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """The entries as a mail tells them: by occasion, then by deadline, those without one last."""
    places = {occasion: place for place, occasion in enumerate(words.SPOKEN)}

    def key(entry: Entry) -> tuple[int, str, UUID]:
        due_on = entry.facts.due_on
        return (places[entry.occasion], str(due_on or "~"), entry.notification_id)

    return sorted(entries, key=key)


def _head(entry: Entry, language: Language) -> str:
    head = words.SPOKEN[entry.occasion].head.say(language)
    if not entry.notice_number:
        return head
    notice = words.NOTICE.say(language, number=entry.notice_number, item=entry.item_path)
    return f"{head} · {notice}"


def _details(entry: Entry, language: Language) -> Iterator[str]:
    facts, spoken = entry.facts, words.SPOKEN[entry.occasion]
    if entry.unit:
        yield words.UNIT.say(language, name=entry.unit)
    if entry.lead:
        yield words.LEAD.say(language, name=entry.lead)
    if facts.period:
        yield words.PERIOD.say(language, period=words.period(facts.period, language))
    if spoken.refused and facts.granted is False:
        yield spoken.refused.say(language)
    elif spoken.due:
        yield spoken.due.say(language, due=words.due(facts, language))
    if facts.reason:
        yield spoken.said.say(language, words=_short(facts.reason))
    if spoken.act:
        yield spoken.act.say(language)


def _short(text: str) -> str:
    """In one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST_TEXT:
        return line
    return line[:_LONGEST_TEXT].rsplit(" ", 1)[0] + " …"


def _plain(letter: Letter) -> Iterator[str]:
    entries = in_order(letter.entries)
    yield from (words.GREETING.say("vi", name=_short(letter.name)), "")
    yield from (f"{_counted(entries, 'vi')}.", "")
    for number, entry in enumerate(entries, 1):
        yield from _plain_entry(number, entry, "vi")
    yield from (words.FOOT.say("vi"), "", "— English —", "")
    yield from (f"{_counted(entries, 'en')}.", "")
    for number, entry in enumerate(entries, 1):
        yield from _plain_entry(number, entry, "en")
    yield words.FOOT.say("en")


def _plain_entry(number: int, entry: Entry, language: Language) -> Iterator[str]:
    yield f"{number}. {_head(entry, language)}"
    if entry.text and language == "vi":
        yield f"   {_short(entry.text)}"
    yield from (f"   {line}" for line in _details(entry, language))
    yield from (f"   {entry.link}", "")


_PAGE = "font-family:sans-serif;font-size:15px;line-height:1.5;color:#1f2933;max-width:42em"
_QUIET = "color:#616e7c;font-size:13px"


def _html(letter: Letter) -> Iterator[str]:
    entries = in_order(letter.entries)
    yield f'<!doctype html><html lang="vi"><body style="{_PAGE}">'
    yield f"<p>{escape(words.GREETING.say('vi', name=_short(letter.name)))}</p>"
    yield from _html_part(entries, "vi")
    yield '<hr><div lang="en">'
    yield from _html_part(entries, "en")
    yield "</div></body></html>"


def _html_part(entries: Sequence[Entry], language: Language) -> Iterator[str]:
    yield f"<p>{escape(_counted(entries, language))}.</p><ol>"
    for entry in entries:
        yield f"<li><p><strong>{escape(_head(entry, language))}</strong>"
        if entry.text and language == "vi":
            yield f"<br>{escape(_short(entry.text))}"
        yield from (f"<br>{escape(line)}" for line in _details(entry, language))
        yield f'<br><a href="{escape(entry.link)}">{words.OPEN.say(language)}</a></p></li>'
    yield f'</ol><p style="{_QUIET}">{escape(words.FOOT.say(language))}</p>'
