"""From waiting requests to mails that a real server took, with everything that may go wrong."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from tests.connected.notifications.harness import (
    MailServer,
    Parts,
    Unit,
    execute,
    mails,
    received,
)

from notifications.domain import Failure, Notification, Occasion, State
from notifications.jobs import remind
from notifications.mail import sending
from notifications.mail.outbox import Mail
from notifications.mail.transport import Connection, ServerAwayError
from notifications.main import service as definition
from notifications.settings import settings_of
from notifications.views import due_soon
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.examples import assignments
from tiendo_contracts.examples.units import UNIT_DISSOLVED
from tiendo_local import ports
from tiendo_local.platform import Platform

DUE = Deadline.on(date(2026, 12, 15))


def send(bench: Parts) -> int:
    """One round of sending, on a view that is up to date."""
    bench.project()
    return asyncio.run(sending.send_waiting(bench.runtime, asyncio.Event()))


def asked(bench: Parts, unit: Unit, count: int = 1) -> list[Notification]:
    """So many requests for a unit that has an address."""
    bench.know(unit)
    issued = [unit.assigned(item, DUE) for item in range(1, count + 1)]
    bench.issue(*issued)
    return [bench.load(bench.ask(one)) for one in issued]


def header(content: bytes, name: str) -> str:
    return str(message_from_bytes(content, policy=default)[name])


def leases_end(bench: Parts) -> None:
    execute(bench.url, "UPDATE mails SET free_at = clock_timestamp()")


def test_several_at_once_become_one_digest(bench: Parts, platform: Platform):
    unit = Unit("digest")
    waiting = asked(bench, unit, 3)
    assert send(bench) == 1
    (mail,) = mails(platform, unit)
    assert mail["subject"] == "[Tiến Độ] 3 nhiệm vụ mới được giao"
    for item in (1, 2, 3):
        assert f"Việc số {item} của digest" in mail["text"]
        assert f"https://board.example/nhiem-vu/{unit.assigned(item).assignment_id}" in mail["text"]
    assert {bench.load(one.id).state for one in waiting} == {State.SENT}


def test_units_that_share_an_address_share_a_digest_that_names_them(
    bench: Parts, platform: Platform
):
    one, other = Unit("chung"), Unit("rieng")
    asked(bench, one)
    asked(bench, other)
    execute(bench.url, "UPDATE contacts SET email = %s", one.email)
    assert send(bench) == 1
    (mail,) = mails(platform, one)
    assert "Đơn vị: Sở chung" in mail["text"]
    assert "Đơn vị: Sở rieng" in mail["text"]


def test_what_was_sent_is_not_sent_again_while_the_view_lags(bench: Parts):
    asked(bench, Unit("lag"))
    with MailServer() as server:
        here = bench.with_settings(smtp_port=server.port)
        assert send(here) == 1
        for _ in range(3):
            asyncio.run(sending.send_waiting(here.runtime, asyncio.Event()))
    assert len(server.taken) == 1
    assert bench.count("SELECT count(*) FROM mails") == 0


def test_a_foreign_request_on_our_topic_sends_nothing(bench: Parts):
    unit = Unit("foreign")
    asked(bench, unit)
    bench.project()
    execute(bench.url, "TRUNCATE stored_events")
    with MailServer() as server:
        here = bench.with_settings(smtp_port=server.port)
        assert asyncio.run(sending.send_waiting(here.runtime, asyncio.Event())) == 0
    assert server.taken == []


def test_a_mail_whose_end_nobody_saw_goes_out_again_as_the_same_mail(bench: Parts):
    (waiting,) = asked(bench, Unit("killed"))
    with MailServer() as server:
        here = bench.with_settings(smtp_port=server.port)
        here.project()
        sending.write_mails(here.runtime)
        mail = sending.lease(here.runtime)
        assert mail is not None
        assert sending.prepare(here.runtime, mail)
        assert bench.load(waiting.id).mail_id == mail.mail_id
        asyncio.run(_hand_over(here, mail))
        # Killed here: the server has it, nothing is recorded.
        leases_end(here)
        assert send(here) == 1
    first, second = server.taken
    assert first == second
    assert header(first.content, "Message-ID") == mail.message_id
    assert bench.load(waiting.id).state is State.SENT


async def _hand_over(bench: Parts, mail: Mail) -> None:
    async with Connection(settings_of(bench.runtime)) as connection:
        await connection.send(mail)


def test_a_kill_after_writing_a_mail_loses_nothing_and_doubles_nothing(bench: Parts):
    (waiting,) = asked(bench, Unit("written"))
    with MailServer() as server:
        here = bench.with_settings(smtp_port=server.port)
        here.project()
        assert sending.write_mails(here.runtime) == 1
        assert sending.write_mails(here.runtime) == 0
        assert bench.load(waiting.id).state is State.REQUESTED
        assert send(here) == 1
    assert len(server.taken) == 1


def test_a_kill_after_recording_sends_nothing_more(bench: Parts):
    asked(bench, Unit("recorded"))
    with MailServer() as server:
        here = bench.with_settings(smtp_port=server.port)
        here.project()
        sending.write_mails(here.runtime)
        mail = sending.lease(here.runtime)
        assert mail is not None
        sending.prepare(here.runtime, mail)
        sending.record_sent(here.runtime, mail)
        execute(  # the row is still there, as if the process had died before dropping it
            here.url,
            "INSERT INTO mails (mail_id, message_id, recipient, content) VALUES (%s, %s, %s, %s)",
            mail.mail_id,
            mail.message_id,
            mail.recipient,
            mail.content,
        )
        execute(here.url, "INSERT INTO enclosures VALUES (%s, %s)", mail.enclosed[0], mail.mail_id)
        assert send(here) == 0
    assert server.taken == []
    assert bench.count("SELECT count(*) FROM mails") == 0


def test_replicas_side_by_side_send_each_mail_once(bench: Parts):
    for number in range(8):
        asked(bench, Unit(f"replica-{number}"))
    with MailServer() as server:
        here = bench.with_settings(smtp_port=server.port)
        here.project()

        async def side_by_side() -> None:
            stop = asyncio.Event()
            await asyncio.gather(*(sending.send_waiting(here.runtime, stop) for _ in range(3)))

        asyncio.run(side_by_side())
    assert len(server.taken) == 8
    assert len({letter.recipient for letter in server.taken}) == 8


def test_a_recipient_that_is_refused_fails_for_good(bench: Parts, platform: Platform):
    (waiting,) = asked(bench, Unit("refuse-me"))
    assert send(bench) == 0
    assert bench.load(waiting.id).state is State.FAILED
    bench.project()
    assert bench.count(
        "SELECT count(*) FROM notifications WHERE state = 'failed' AND code = %s"
        " AND detail = '550 5.1.1 mailbox unavailable'",
        Failure.REJECTED,
    )
    assert send(bench) == 0
    assert mails(platform, Unit("refuse-me")) == []


def test_a_refused_recipient_does_not_hold_up_the_others(bench: Parts, platform: Platform):
    asked(bench, Unit("refuse-first"))
    asked(bench, Unit("behind"))
    assert send(bench) == 1
    assert len(mails(platform, Unit("behind"))) == 1


def test_a_mail_that_cannot_be_taken_now_is_tried_later_and_nothing_is_recorded(bench: Parts):
    (waiting,) = asked(bench, Unit("greylisted"))
    with MailServer() as server:
        server.answers = ["451 4.7.1 try again later"]
        here = bench.with_settings(smtp_port=server.port)
        assert send(here) == 0
        assert bench.load(waiting.id).state is State.PREPARED
        assert here.count("SELECT count(*) FROM mails WHERE free_at > clock_timestamp()") == 1
        leases_end(here)
        assert send(here) == 1
    first, second = server.taken
    assert first.content == second.content


def test_what_waits_while_the_mail_server_is_down_is_sent_when_it_is_up(bench: Parts):
    (waiting,) = asked(bench, Unit("down"))
    port = ports.any_free()
    here = bench.with_settings(smtp_port=port)
    with pytest.raises(ServerAwayError):
        send(here)
    assert bench.load(waiting.id).state is State.PREPARED
    with MailServer(port) as server:
        leases_end(here)
        assert send(here) == 1
    assert len(server.taken) == 1


def test_without_an_address_it_fails_at_once(bench: Parts):
    unit = Unit("nowhere")
    bench.know(unit, email=False)
    bench.issue(unit.assigned(1))
    waiting = bench.ask(unit.assigned(1))
    assert send(bench) == 0
    assert bench.load(waiting).state is State.FAILED
    bench.project()
    assert bench.count("SELECT count(*) FROM notifications WHERE code = 'no_address'") == 1


def test_with_patience_it_waits_for_an_address(bench: Parts, platform: Platform):
    unit = Unit("patient")
    here = bench.with_settings(address_patience_seconds=3600)
    here.know(unit, email=False)
    here.issue(unit.assigned(1))
    waiting = here.ask(unit.assigned(1))
    assert send(here) == 0
    assert here.load(waiting).state is State.REQUESTED
    execute(
        here.url,
        "INSERT INTO contacts (unit_id, email, name, changed_by) VALUES (%s, %s, 'a', 'b')",
        unit.id,
        unit.email,
    )
    assert send(here) == 1
    assert len(mails(platform, unit)) == 1


def test_no_event_holds_an_address(bench: Parts):
    asked(bench, Unit("secret"))
    asked(bench, Unit("refuse-secret"))
    send(bench)
    events = bench.count(
        "SELECT count(*) FROM stored_events WHERE convert_from(state, 'UTF8') ILIKE %s", "%binhson%"
    )
    assert events == 0


@dataclass
class At:
    """A clock that stands."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


def late(days: float) -> At:
    """So many days before the deadline goes by."""
    assert DUE.late_from is not None
    return At(DUE.late_from - timedelta(days=days))


def reminders(bench: Parts) -> int:
    return bench.count("SELECT count(*) FROM stored_events WHERE originator_version = 1")


def test_an_open_deadline_is_spoken_of_three_days_before_once(bench: Parts):
    bench.issue(Unit("soon").assigned(1, DUE))
    assert remind(bench.with_clock(late(4.001)).runtime) == 0
    for days in (4, 3.5, 0.001):
        remind(bench.with_clock(late(days)).runtime)
    assert reminders(bench) == 1
    bench.project()
    assert remind(bench.with_clock(late(2)).runtime) == 0


def test_a_deadline_that_is_past_is_never_spoken_of_as_coming(bench: Parts):
    bench.issue(Unit("past").assigned(1, DUE))
    assert remind(bench.with_clock(late(0)).runtime) == 0
    assert reminders(bench) == 0


def test_a_new_deadline_is_spoken_of_again(bench: Parts):
    unit = Unit("longer")
    issued = unit.assigned(1, DUE)
    bench.issue(issued)
    remind(bench.with_clock(late(1)).runtime)
    granted = assignments.EXTENSION_GRANTED.model_copy(
        update={
            "assignment_id": issued.assignment_id,
            "deadline": Deadline.on(date(2026, 12, 31)),
        }
    )
    bench.fold_assignments(granted)
    assert remind(bench.with_clock(late(1)).runtime) == 0
    remind(bench.with_clock(At(datetime(2026, 12, 30, tzinfo=UTC))).runtime)
    assert reminders(bench) == 2


def test_what_is_claimed_is_not_reminded_of_until_the_claim_is_refused(bench: Parts):
    issued = Unit("claimed").assigned(1, DUE)
    bench.issue(issued)
    which = {"assignment_id": issued.assignment_id}
    bench.fold_assignments(assignments.COMPLETION_REPORTED.model_copy(update=which))
    assert remind(bench.with_clock(late(1)).runtime) == 0
    bench.fold_assignments(assignments.COMPLETION_REFUSED.model_copy(update=which))
    assert remind(bench.with_clock(late(1)).runtime) == 1


def test_two_replicas_remind_once(bench: Parts):
    for item in range(20):
        bench.issue(Unit("twice").assigned(item, DUE))
    runtime = bench.with_clock(late(1)).runtime

    async def side_by_side() -> None:
        await asyncio.gather(*(asyncio.to_thread(remind, runtime) for _ in range(3)))

    asyncio.run(side_by_side())
    assert reminders(bench) == 20


def dissolved(unit: Unit, on: date, *followers: Unit) -> Contract:
    return UNIT_DISSOLVED.model_copy(
        update={
            "unit_id": unit.id,
            "effective_on": on,
            "successor_ids": tuple(one.id for one in followers),
        }
    )


def test_a_unit_that_ends_is_spoken_of_from_its_day_while_its_work_waits_for_a_person(
    bench: Parts,
):
    ended, followed = Unit("ends"), Unit("followed")
    bench.know(ended, followed)
    bench.issue(ended.assigned(1), followed.assigned(1))
    day = date(2026, 12, 1)
    register = definition.projections[0]
    happened = [
        dissolved(ended, day, Unit("one"), Unit("two")),
        dissolved(followed, day, Unit("one")),
    ]
    bench.fold(register, [received(one, 2) for one in happened])
    assert remind(bench.with_clock(At(datetime(2026, 11, 30, 16, 59, tzinfo=UTC))).runtime) == 0
    midnight = bench.with_clock(At(datetime(2026, 11, 30, 17, tzinfo=UTC))).runtime
    assert [remind(midnight), remind(midnight)] == [1, 1]
    assert reminders(bench) == 1
    bench.project()
    assert remind(midnight) == 0


def test_a_reminder_says_that_the_deadline_comes_up(bench: Parts, platform: Platform):
    unit = Unit("reminded")
    bench.know(unit)
    bench.issue(unit.assigned(1, DUE))
    bench.ask(unit.assigned(1, DUE), Occasion.DUE_SOON)
    send(bench)
    (mail,) = mails(platform, unit)
    assert mail["subject"] == "[Tiến Độ] 1 nhiệm vụ sắp đến hạn"
    assert "Thời hạn: ngày 15/12/2026" in mail["text"]


def test_the_reminders_to_come_are_found_by_day_in_vietnam(bench: Parts):
    bench.issue(Unit("day").assigned(1, DUE))
    with bench.runtime.database.transaction() as conn:
        assert due_soon(conn, late(2).now(), date(2026, 12, 14), 10) == []
        assert len(due_soon(conn, late(2).now(), date(2026, 12, 15), 10)) == 1
