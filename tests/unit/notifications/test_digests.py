"""What goes into one mail, and when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.mail.sending import ripe_groups
from notifications.views import Pending

NOW = datetime(2026, 12, 12, 1, tzinfo=UTC)
SILENCE = timedelta(seconds=2)
NAMES = UUID("019a8c40-0000-7000-8000-000000000003")


def waiting(
    age: float, email: str | None = "a@x", *, text: str | None = "words", occasion: str = "assigned"
) -> Pending:
    return Pending(
        notification_id=uuid5(NAMES, f"{age}/{email}/{text}"),
        occasion=occasion,
        requested_at=NOW - timedelta(seconds=age),
        email=email,
        contact="Sở",
        unit="Sở",
        notice_number="1",
        item_path="1",
        text=text,
        lead=None,
    )


def sizes(*found: Pending) -> list[int]:
    return sorted(len(group) for group in ripe_groups(found, NOW, SILENCE))


def test_what_waits_together_for_one_address_becomes_one_mail():
    assert sizes(waiting(9), waiting(5), waiting(3), waiting(3, "b@x")) == [1, 3]


def test_addresses_that_differ_in_case_are_one():
    assert sizes(waiting(3, "Van.Thu@x"), waiting(4, "van.thu@X")) == [2]


def test_a_mail_waits_for_silence():
    assert sizes(waiting(3), waiting(1.9)) == []


def test_a_mail_does_not_wait_for_silence_for_ever():
    assert sizes(waiting(10), waiting(0)) == [2]


def test_without_an_address_there_is_no_mail():
    assert sizes(waiting(99, None)) == []


def test_an_assignment_waits_half_a_minute_for_its_words():
    assert sizes(waiting(29, text=None)) == []
    assert sizes(waiting(31, text=None)) == [1]


@pytest.mark.parametrize(
    "occasion",
    ["returned", "commented", "late_allowed", "report_due_soon", "leaderless"],
)
def test_what_is_about_no_assignment_has_no_words_to_wait_for(occasion: str):
    assert sizes(waiting(3, text=None, occasion=occasion)) == [1]


@given(
    st.lists(
        st.builds(
            waiting,
            st.floats(0, 20).map(lambda age: round(age, 3)),
            st.sampled_from(["a@x", "A@x", "b@x", None]),
        ),
        unique_by=lambda one: one.notification_id,
    )
)
def test_no_request_is_in_two_mails_and_no_mail_has_two_recipients(found: list[Pending]):
    groups = ripe_groups(found, NOW, SILENCE)
    ids = [one.notification_id for group in groups for one in group]
    assert len(ids) == len(set(ids))
    recipients = [{str(one.email).lower() for one in group} for group in groups]
    assert all(len(group) == 1 for group in recipients)
    assert len({next(iter(group)) for group in recipients}) == len(groups)
