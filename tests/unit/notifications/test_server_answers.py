"""What a mail server's answers mean."""

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from notifications.mail.transport import (
    MailError,
    PostponedError,
    RejectedError,
    ServerAwayError,
    meaning,
    without_addresses,
)
from tiendo_contracts.notifications import NotificationFailed

RECIPIENT = "vanthu@khcn.binhson.example"


def refused(code: int, said: str = "no") -> aiosmtplib.SMTPRecipientsRefused:
    return aiosmtplib.SMTPRecipientsRefused(
        [aiosmtplib.SMTPRecipientRefused(code, said, RECIPIENT)]
    )


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused(550), RejectedError),
        (refused(450), PostponedError),
        (aiosmtplib.SMTPDataError(554, "spam"), RejectedError),
        (aiosmtplib.SMTPDataError(452, "full"), PostponedError),
        (aiosmtplib.SMTPSenderRefused(550, "who?", "tien-do@localhost"), ServerAwayError),
        (aiosmtplib.SMTPAuthenticationError(535, "wrong password"), ServerAwayError),
        (aiosmtplib.SMTPConnectResponseError(554, "no service"), ServerAwayError),
        (aiosmtplib.SMTPServerDisconnected("gone"), ServerAwayError),
        (aiosmtplib.SMTPNotSupported("STARTTLS"), ServerAwayError),
        (ConnectionRefusedError(111, "refused"), ServerAwayError),
        (TimeoutError(), ServerAwayError),
    ],
)
def test_only_a_refused_mail_or_recipient_is_the_mails_own_fault(
    error: Exception, kind: type[MailError]
):
    assert type(meaning(error, RECIPIENT)) is kind


def test_the_answer_is_kept_without_the_address():
    said = f"5.1.1 <{RECIPIENT}>: Recipient address rejected: User VANTHU unknown"
    kept = str(meaning(refused(550, said), RECIPIENT))
    assert kept == "550 5.1.1 <…>: Recipient address rejected: User … unknown"


def test_the_domain_alone_is_left_out_too():
    assert "binhson" not in without_addresses("no mx for khcn.binhson.example.", RECIPIENT)


@given(said=st.text(), recipient=st.sampled_from([RECIPIENT, "a@b.vn"]))
def test_whatever_a_server_says_can_be_published(said: str, recipient: str):
    kept = without_addresses(f"550 {said} {recipient}", recipient)
    assert recipient not in kept
    pattern = TypeAdapter(NotificationFailed.__annotations__["detail"])
    pattern.validate_python(kept)
    assert "@" not in kept
    assert len(kept) <= 1000
    assert "\0" not in kept
