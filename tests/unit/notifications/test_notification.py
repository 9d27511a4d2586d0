"""One unit is told one thing, once."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.application import notification_id
from notifications.domain import About, Facts, Failure, Notification, Occasion, State
from notifications.publishing import publish
from tiendo_contracts import notifications as public
from tiendo_runtime.domain import ConflictError

NOW = datetime(2026, 12, 12, 1, tzinfo=UTC)
UNIT = UUID("019a8c40-0000-7000-8000-000000000003")
SUBJECT = UUID("c3a1f2f0-9f0d-5c55-8a7e-0b6a1c7f4d02")
MAIL, OTHER_MAIL = (uuid5(UNIT, name) for name in ("mail", "other"))
ABOUT = About(Occasion.DUE_SOON, UNIT, f"/{UNIT}/", SUBJECT)


def requested() -> Notification:
    facts = Facts(due_on=date(2026, 12, 15))
    return Notification(id=uuid5(UNIT, "n"), timestamp=NOW, about=ABOUT, facts=facts)


def prepared() -> Notification:
    notification = requested()
    notification.prepare_mail(MAIL, timestamp=NOW)
    return notification


def told(notification: Notification) -> list[str]:
    return [type(event).__name__ for event in notification.collect_events()]


def test_it_goes_out_with_the_mail_that_was_prepared():
    notification = prepared()
    notification.record_sent(MAIL, "<m@x>", timestamp=NOW)
    assert notification.state is State.SENT
    assert told(notification) == ["Requested", "MailPrepared", "Sent"]


def test_a_mail_must_be_prepared_before_it_is_sent():
    with pytest.raises(ConflictError):
        requested().record_sent(MAIL, "<m@x>", timestamp=NOW)


def test_a_second_mail_is_refused():
    with pytest.raises(ConflictError):
        prepared().prepare_mail(OTHER_MAIL, timestamp=NOW)


def test_the_end_of_another_mail_is_refused():
    with pytest.raises(ConflictError):
        prepared().record_sent(OTHER_MAIL, "<o@x>", timestamp=NOW)


def test_preparing_the_same_mail_again_records_nothing():
    notification = prepared()
    notification.prepare_mail(MAIL, timestamp=NOW)
    assert told(notification) == ["Requested", "MailPrepared"]


def test_recording_the_same_end_again_records_nothing():
    notification = prepared()
    notification.record_sent(MAIL, "<m@x>", timestamp=NOW)
    notification.record_sent(MAIL, "<m@x>", timestamp=NOW)
    assert told(notification).count("Sent") == 1


def test_what_was_sent_is_never_prepared_again():
    notification = prepared()
    notification.record_sent(MAIL, "<m@x>", timestamp=NOW)
    with pytest.raises(ConflictError):
        notification.prepare_mail(MAIL, timestamp=NOW)


def test_a_mail_that_was_refused_ends_it():
    notification = prepared()
    notification.record_rejected(MAIL, "550 5.1.1", timestamp=NOW)
    notification.record_rejected(MAIL, "550 5.1.1", timestamp=NOW)
    assert notification.state is State.FAILED
    assert told(notification).count("Failed") == 1


def test_it_is_given_up_only_before_a_mail_has_it():
    waiting, under_way = requested(), prepared()
    waiting.give_up(timestamp=NOW)
    under_way.give_up(timestamp=NOW)
    assert (waiting.state, under_way.state) == (State.FAILED, State.PREPARED)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["prepare", "sent", "rejected", "give up"]),
            st.sampled_from([MAIL, OTHER_MAIL]),
        ),
        max_size=12,
    )
)
def test_whatever_is_tried_it_has_one_mail_and_one_end_at_most(steps: list[tuple[str, UUID]]):
    notification = requested()
    for step, mail in steps:
        try:
            match step:
                case "prepare":
                    notification.prepare_mail(mail, timestamp=NOW)
                case "sent":
                    notification.record_sent(mail, "<m@x>", timestamp=NOW)
                case "rejected":
                    notification.record_rejected(mail, "550", timestamp=NOW)
                case _:
                    notification.give_up(timestamp=NOW)
        except ConflictError:
            pass
    names = told(notification)
    assert names.count("MailPrepared") <= 1
    assert names.count("Sent") + names.count("Failed") <= 1


def test_ids_differ_by_occasion_unit_and_what_makes_it_once():
    other_unit = About(Occasion.DUE_SOON, MAIL, "/", SUBJECT)
    overdue = About(Occasion.OVERDUE, UNIT, "/", SUBJECT)
    ids = {
        notification_id(ABOUT, "2026-12-15"),
        notification_id(ABOUT, "2026-12-31"),
        notification_id(other_unit, "2026-12-15"),
        notification_id(overdue, "2026-12-15"),
    }
    assert len(ids) == 4
    assert notification_id(ABOUT, "2026-12-15") in ids


def test_others_hear_of_all_but_which_mail_it_is_in():
    sent, given_up = prepared(), requested()
    sent.record_sent(MAIL, "<m@x>", timestamp=NOW)
    given_up.give_up(timestamp=NOW)
    events = [*sent.collect_events(), *given_up.collect_events()]
    assert [publish(event) for event in events] == [
        public.NotificationRequested(**_public(), due_on=date(2026, 12, 15)),
        None,
        public.NotificationSent(**_public(), sent_at=NOW, message_id="<m@x>"),
        public.NotificationRequested(**_public(), due_on=date(2026, 12, 15)),
        public.NotificationFailed(**_public(), code=Failure.NO_ADDRESS.value, detail=""),
    ]


def test_what_the_closed_occasions_have_no_word_for_is_told_as_a_telling():
    asked = About(Occasion.HELP_ASKED, UNIT, "", SUBJECT)
    facts = Facts(due_on=date(2026, 12, 15))
    notification = Notification(id=uuid5(UNIT, "n"), timestamp=NOW, about=asked, facts=facts)
    notification.prepare_mail(MAIL, timestamp=NOW)
    notification.record_sent(MAIL, "<m@x>", timestamp=NOW)
    given: dict[str, Any] = _public() | {"occasion": "help_asked", "unit_path": None}
    assert [publish(event) for event in notification.collect_events()] == [
        public.TellingRequested(**given, due_on=date(2026, 12, 15)),
        None,
        public.TellingSent(**given, sent_at=NOW, message_id="<m@x>"),
    ]


def test_an_assignment_ends_once_whichever_event_says_so():
    ends = [
        Occasion.CONTEST_UPHELD,
        Occasion.CALLED_OFF,
        Occasion.SUPERSEDED,
        Occasion.SPLIT,
        Occasion.JOINED,
    ]
    assert len({notification_id(About(end, UNIT, "/", SUBJECT)) for end in ends}) == 1


def _public() -> dict[str, Any]:
    return {
        "notification_id": uuid5(UNIT, "n"),
        "occasion": "due_soon",
        "unit_id": UNIT,
        "unit_path": f"/{UNIT}/",
        "subject_id": SUBJECT,
    }
