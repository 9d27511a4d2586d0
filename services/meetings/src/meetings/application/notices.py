"""Use cases of notices."""

from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID

from meetings import corrections
from meetings.application.drafting import Draft
from meetings.application.linking import Cited, resolved, supplement_earlier
from meetings.application.meetings import meeting_of
from meetings.domain import (
    Committee,
    Confirmed,
    Decision,
    Document,
    Doubt,
    Header,
    Meeting,
    Notice,
    Person,
    plain_number,
)
from tiendo_notices import (
    MAX_CHARACTERS,
    NotANoticeError,
    NoticeTooLongError,
    Reading,
    is_classified,
    read,
)
from tiendo_runtime.clock import local_day
from tiendo_runtime.domain import ConflictError, RuleError
from tiendo_runtime.publishing import MAX_EVENT_BYTES
from tiendo_runtime.store import Work

_BYTES_AN_ITEM = 300  # at least, beside its text, in the public event


def refuse_classified(text: str) -> None:
    """Refuse a text that is marked secret, before anything of it is stored or logged.

    Raises:
        RuleError: `classified`.
    """
    if is_classified(text):
        raise RuleError("classified")


def read_notice(text: str) -> Reading:
    """Read a notice that is not marked secret.

    Raises:
        RuleError: `classified`, `not_a_notice`, `notice_too_long`.
    """
    refuse_classified(text)
    try:
        return read(text)
    except NoticeTooLongError:
        raise RuleError("notice_too_long", size=len(text), limit=MAX_CHARACTERS) from None
    except NotANoticeError:
        raise RuleError("not_a_notice") from None


def check_publishable(draft: Draft) -> None:
    """Refuse at once what could never be signed: its items do not fit into one event.

    Raises:
        RuleError: `event_too_large`.
    """
    size = sum(len(item.text.encode()) + _BYTES_AN_ITEM for item in draft.items)
    if size > MAX_EVENT_BYTES:
        raise RuleError("event_too_large", size=size, limit=MAX_EVENT_BYTES)


def concluded_meeting(work: Work, committee: Committee, meeting_id: UUID) -> Meeting:
    """The meeting that a notice concludes.

    Raises:
        RuleError: `unknown_meeting`, `other_committee`.
        ConflictError: `meeting_not_held`.
    """
    meeting = meeting_of(work, committee.id, meeting_id)
    if meeting.occurred_at is None:
        raise ConflictError("meeting_not_held", state=meeting.state)
    return meeting


def take_in_notice(
    work: Work,
    committee: Committee,
    meeting: Meeting | None,
    draft: Draft,
    document: Document,
    cited: Cited,
) -> Notice:
    """Make a draft of what was read; `cited` knows the notices of the committee."""
    held = meeting.occurred_at if meeting else None
    day = local_day(held) if held else None
    notice = work.add(
        Notice(
            id=work.ids.new(),
            timestamp=work.clock.now(),
            committee=committee,
            meeting_id=meeting.id if meeting else None,
            meeting_day=day,
            document=document,
            header=draft.header,
            facts=draft.facts,
            items=draft.items,
            doubts=(*draft.doubts, *_day_doubts(day, draft.facts.meeting_on)),
        )
    )
    notice.propose_links(resolved(work, draft.links, cited), timestamp=work.clock.now())
    return notice


def _day_doubts(held: date | None, read_day: date | None) -> tuple[Doubt, ...]:
    if held is None or read_day is None or held == read_day:
        return ()
    return (Doubt("meeting_on", "meeting_on.differs", str(held)),)


def review_items(
    work: Work,
    notice_id: UUID,
    confirmed: tuple[str, ...],
    decisions: tuple[Decision, ...],
    *,
    by: str,
) -> Notice:
    """Look at items of a draft; `by` is the subject of whoever does."""
    notice = work.get(Notice, notice_id)
    notice.review(confirmed, decisions, by=by, timestamp=work.clock.now())
    return notice


def confirm_doubts(
    work: Work, notice_id: UUID, confirmed: tuple[Confirmed, ...], *, by: str
) -> Notice:
    """Say of doubts that it is right as it was read."""
    notice = work.get(Notice, notice_id)
    notice.confirm_doubts(confirmed, by=by, timestamp=work.clock.now())
    return notice


def correct_header(
    work: Work,
    notice_id: UUID,
    *,
    by: str,
    number: str | None = None,
    issued_on: date | None = None,
    title: str | None = None,
    form: str | None = None,
) -> Notice:
    """Set what is given of a draft's head; None leaves it as it is."""
    notice = work.get(Notice, notice_id)
    given = {"number": number, "issued_on": issued_on, "title": title, "form": form}
    changed = {name: value for name, value in given.items() if value is not None}
    header: Header = replace(notice.header, **changed)  # pyright: ignore[reportArgumentType]
    notice.correct_header(header, by=by, timestamp=work.clock.now())
    return notice


def sign_notice(work: Work, notice_id: UUID, signed_by: Person) -> Notice:
    """Sign a notice; its number is taken from then on, for its committee and year.

    The earlier notices that it changes are told with it, or it is not signed.

    Raises:
        ConflictError: `already_taken`, when it is saved: the number is another notice's.
        RuleError: See `Notice`.
    """
    notice = work.get(Notice, notice_id)
    notice.sign(signed_by, timestamp=work.clock.now())
    supplement_earlier(work, notice)
    work.reserve("notice_number", number_key(notice), notice.id)
    work.write(partial(corrections.keep, notice=notice))
    return notice


def number_taken(notice: Notice) -> ConflictError:
    """What to say where the number is another notice's."""
    header = notice.header
    year = header.issued_on.year if header.issued_on else 0
    return ConflictError("number_taken", number=header.number, year=year)


def number_key(notice: Notice) -> str:
    """What may exist once: the issuer, the year and the number, however it is spelled."""
    header = notice.header
    year = header.issued_on.year if header.issued_on else 0
    return f"{notice.committee.id}/{year}/{plain_number(header.number or '')}"
