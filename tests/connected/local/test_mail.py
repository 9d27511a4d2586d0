import smtplib
from email.message import EmailMessage

import httpx
import pytest

from tiendo_local.platform import Platform


def letter(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "tien-do@example.vn"
    message["To"] = to
    message["Subject"] = "Sắp đến hạn: báo cáo tuần"
    message["Message-ID"] = f"<{to}>"
    message.set_content("Còn ba ngày.")
    return message


def test_a_sent_message_is_kept_and_listed(platform: Platform):
    with smtplib.SMTP(platform.smtp_host, platform.smtp_port) as smtp:
        smtp.send_message(letter("a@example.vn"))
    items = httpx.get(f"{platform.mail_url}/messages").json()["items"]
    kept = next(item for item in items if item["message_id"] == "<a@example.vn>")
    assert kept["subject"] == "Sắp đến hạn: báo cáo tuần"
    assert kept["recipients"] == ["a@example.vn"]
    assert kept["text"].strip() == "Còn ba ngày."
    source = httpx.get(f"{platform.mail_url}/messages/{kept['id']}")
    assert "Message-ID: <a@example.vn>" in source.text


def test_a_recipient_can_be_refused(platform: Platform):
    with (
        smtplib.SMTP(platform.smtp_host, platform.smtp_port) as smtp,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refusal,
    ):
        smtp.send_message(letter("refuse-me@example.vn"))
    assert refusal.value.recipients["refuse-me@example.vn"][0] == 550


def test_a_message_outside_the_mailbox_is_not_shown(platform: Platform):
    assert httpx.get(f"{platform.mail_url}/messages/..%2Fkey").status_code == 404
