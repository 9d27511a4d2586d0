"""From requests that wait to mails that were taken over.

    write     requests that wait together for one address → one row in the outbox, its exact bytes
    lease     one replica has the row for 90 seconds, by the database's clock
    prepare   every enclosed notification records the mail's id: all of them, or the row goes
    send      the conversation with the mail server
    record    every enclosed notification records its end
    drop      the row goes, and the address with it

What a kill -9 leaves behind, and what then happens, step by step:

    before write     requests that wait; the next round writes their mail
    write–prepare    a row that no event speaks of; whoever leases it goes on with `prepare`, and
                     throws it away where another mail was faster
    prepare–send     events that name the mail, and its row: after the lease it is sent, once
    during send      nobody knows whether the server took it: after the lease it goes out again,
                     same Message-ID, same bytes; this is the one way to a second copy, together
                     with `send–record` and a process that froze for longer than its lease
    record–drop      a row of a mail that was sent; whoever leases it reads so in the aggregates
                     and drops it without sending

The views lag behind the store, so they only say where to look. Whether a notification may go into
a mail is decided on the aggregate; its version lets one of two replicas win, and the outbox holds a
notification once. Requests that others put on our topic have no aggregate here: nothing is sent.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from notifications import application
from notifications.domain import About, Notification, Occasion, Subject
from notifications.mail import outbox
from notifications.mail.composing import Entry, Letter, compose
from notifications.mail.outbox import Mail
from notifications.mail.transport import (
    Connection,
    PostponedError,
    RejectedError,
    ServerAwayError,
)
from notifications.settings import Settings, settings_of
from notifications.views import Pending, pending
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.domain import ConflictError
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

log = logging.getLogger(__name__)

_AT_ONCE = 1000
_LARGEST_DIGEST = 100
_LONGEST_GATHERING = 5  # times the silence that is waited for
_SERVER_BACK_SECONDS = 15
_MAIL_TAKEN_SECONDS = 600
_WAIT_FOR_WORDS = timedelta(seconds=30)
_SERVICE = "service:notifications"


async def send_waiting(runtime: Runtime, stop: asyncio.Event) -> int:
    """One round: write the mails that are due, then send what is free; answers how many it sent.

    After `stop` no further mail is begun.

    Raises:
        ServerAwayError: The mail server takes nothing now; what was not sent waits in the outbox.
        DatabaseAwayError: PostgreSQL is away.
    """
    await asyncio.to_thread(write_mails, runtime)
    sent = 0
    async with Connection(settings_of(runtime)) as connection:
        while not stop.is_set() and (mail := await asyncio.to_thread(lease, runtime)):
            sent += await deliver(runtime, connection, mail)
    return sent


def write_mails(runtime: Runtime) -> int:
    """Put what waits together into mails, give up what has no address; answers how many mails."""
    settings, now = settings_of(runtime), runtime.clock.now()
    patience = timedelta(seconds=settings.address_patience_seconds)
    with runtime.database.transaction() as conn:
        found = pending(conn, now - patience, _AT_ONCE)
    _give_up(runtime, [one.notification_id for one in found if one.email is None])
    silence = timedelta(seconds=settings.mail_gather_seconds)
    return sum(_write(runtime, group) for group in ripe_groups(found, now, silence))


def ripe_groups(found: Sequence[Pending], now: datetime, silence: timedelta) -> list[list[Pending]]:
    """What goes into one mail each: the same address, and nothing new for it during `silence`.

    It never waits longer than five times that. What lacks its assignment's words waits up to 30
    seconds for them.
    """

    def address(one: Pending) -> str:
        return (one.email or "").lower()

    known = [one for one in found if one.email and _has_words(one, now)]
    groups = [list(group) for _, group in groupby(sorted(known, key=address), address)]
    return [group for group in groups if _is_ripe(group, now, silence)]


def _has_words(one: Pending, now: datetime) -> bool:
    has_none = Occasion(one.occasion).subject is not Subject.ASSIGNMENT
    return has_none or one.text is not None or now - one.requested_at > _WAIT_FOR_WORDS


def _is_ripe(group: Sequence[Pending], now: datetime, silence: timedelta) -> bool:
    times = [one.requested_at for one in group]
    return now - max(times) >= silence or now - min(times) >= _LONGEST_GATHERING * silence


def _give_up(runtime: Runtime, without_address: Sequence[UUID]) -> None:
    if not without_address:
        return

    def decide(work: Work) -> None:
        for notification in without_address:
            application.give_up(work, notification)

    with acting(Cause(actor=_SERVICE, correlation_id="no-address")):
        runtime.store.transact(decide)


def _write(runtime: Runtime, group: Sequence[Pending]) -> bool:
    work = Work(runtime.store, runtime.clock, runtime.ids)
    ours = [(one, application.waiting(work, one.notification_id)) for one in group]
    told = [(one, found) for one, found in ours if found is not None][:_LARGEST_DIGEST]
    if not told:
        return False
    several_units = len({found.about.unit_id for _, found in told}) > 1
    settings, first = settings_of(runtime), told[0][0]
    letter = Letter(
        mail_id=runtime.ids.new(),
        sender=settings.smtp_from,
        recipient=first.email or "",
        name=first.contact or "",
        written_at=runtime.clock.now(),
        entries=[_entry(settings, *one, name_unit=several_units) for one in told],
    )
    enclosed = tuple(found.id for _, found in told)
    mail = Mail(letter.mail_id, letter.message_id, letter.recipient, compose(letter), enclosed)
    with runtime.database.transaction() as conn:
        return outbox.keep(conn, mail)


def _entry(
    settings: Settings, one: Pending, notification: Notification, *, name_unit: bool
) -> Entry:
    about = notification.about
    board = str(settings.public_url).rstrip("/")
    return Entry(
        notification_id=notification.id,
        occasion=about.occasion,
        facts=notification.facts,
        link=f"{board}/{_page(about)}",
        unit=(one.unit or "") if name_unit else "",
        notice_number=one.notice_number or "",
        item_path=one.item_path or "",
        text=one.text or "",
        lead=one.lead or "",
    )


def _page(about: About) -> str:
    match about.occasion.subject:
        case Subject.ASSIGNMENT:
            return f"nhiem-vu/{about.subject_id}"
        case Subject.REPORT:
            return f"don-vi/{about.unit_id}"
        case Subject.UNIT:
            return f"don-vi/{about.subject_id}"


def lease(runtime: Runtime) -> Mail | None:
    """Take a mail that nobody has; None where there is none."""
    with runtime.database.transaction() as conn:
        return outbox.lease(conn)


async def deliver(runtime: Runtime, connection: Connection, mail: Mail) -> bool:
    """Bring one leased mail to its end, or let it wait; answers whether it was taken over."""
    if not await asyncio.to_thread(prepare, runtime, mail):
        return False
    try:
        await connection.send(mail)
    except RejectedError as refused:
        log.warning("mail refused for good: %s", refused, extra={"mail": str(mail.mail_id)})
        await asyncio.to_thread(_record_rejected, runtime, mail, str(refused))
        return False
    except PostponedError as later:
        log.info("mail postponed: %s", later, extra={"mail": str(mail.mail_id)})
        await asyncio.to_thread(_postpone, runtime, mail, _MAIL_TAKEN_SECONDS)
        return False
    except ServerAwayError:
        await asyncio.to_thread(_postpone, runtime, mail, _SERVER_BACK_SECONDS)
        raise
    await asyncio.to_thread(record_sent, runtime, mail)
    log.info("mail sent", extra={"mail": str(mail.mail_id), "enclosed": len(mail.enclosed)})
    return True


def prepare(runtime: Runtime, mail: Mail) -> bool:
    """Record the mail's id in all that it encloses; False, and no mail, where its time is over."""
    try:
        with acting(_because_of(mail)):
            runtime.store.transact(
                lambda work: application.prepare_mail(work, mail.mail_id, mail.enclosed)
            )
    except ConflictError:
        _drop(runtime, mail)
        return False
    return True


def record_sent(runtime: Runtime, mail: Mail) -> None:
    """Record that the mail was taken over, and forget it."""
    with acting(_because_of(mail)):
        runtime.store.transact(
            lambda work: application.record_sent(work, mail.mail_id, mail.enclosed, mail.message_id)
        )
    _drop(runtime, mail)


def _record_rejected(runtime: Runtime, mail: Mail, detail: str) -> None:
    with acting(_because_of(mail)):
        runtime.store.transact(
            lambda work: application.record_rejected(work, mail.mail_id, mail.enclosed, detail)
        )
    _drop(runtime, mail)


def _because_of(mail: Mail) -> Cause:
    return Cause(actor=_SERVICE, correlation_id=str(mail.mail_id))


def _postpone(runtime: Runtime, mail: Mail, longest: float) -> None:
    with runtime.database.transaction() as conn:
        outbox.postpone(conn, mail.mail_id, longest)


def _drop(runtime: Runtime, mail: Mail) -> None:
    with runtime.database.transaction() as conn:
        outbox.drop(conn, mail.mail_id)
