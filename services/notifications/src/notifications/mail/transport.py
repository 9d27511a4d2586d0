"""The conversation with the mail server (RFC 5321), and what its answers mean.

    MailError
    ├── RejectedError     this mail or its recipient is refused for good (5xx)
    ├── PostponedError    this mail cannot be taken now (4xx); others may be
    └── ServerAwayError   no mail can be handed over now: no connection, or the server does not
                          want us (greeting, login, sender), which no other recipient would mend

A connection that breaks after the last byte leaves open whether the mail was taken: that is a
ServerAwayError, and the mail goes out again under the same Message-ID.
"""

import asyncio
import re
from types import TracebackType
from typing import Self

import aiosmtplib

from notifications.mail.outbox import Mail
from notifications.settings import Settings

_PATIENCE_SECONDS = 20.0
"""For one answer of the server."""
_CONVERSATION_SECONDS = 60.0
"""For one mail; less than its lease in the outbox."""
_LONGEST_ANSWER, _LONGEST_DETAIL = 2000, 500
_ADDRESS = re.compile(r"\S*@\S*")


class MailError(Exception):
    """A mail was not handed over; the message has no addresses."""


class RejectedError(MailError):
    """The server refuses this mail or its recipient for good."""


class PostponedError(MailError):
    """The server cannot take this mail now."""


class ServerAwayError(MailError):
    """No mail can be handed over now."""


class Connection:
    """A connection to the mail server for some mails, opened with the first of them."""

    def __init__(self, settings: Settings) -> None:
        password = settings.smtp_password
        self._sender = settings.smtp_from
        self._smtp = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            start_tls=settings.smtp_starttls,
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
            timeout=_PATIENCE_SECONDS,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._smtp.is_connected:
                await self._smtp.quit()
        except (aiosmtplib.SMTPException, OSError):
            pass  # nothing was promised to us by a goodbye
        finally:
            self._smtp.close()

    async def send(self, mail: Mail) -> None:
        """Hand a mail over.

        Raises:
            MailError: It was not taken, or nobody knows.
        """
        try:
            async with asyncio.timeout(_CONVERSATION_SECONDS):
                if not self._smtp.is_connected:
                    await self._smtp.connect()
                await self._smtp.sendmail(self._sender, [mail.recipient], mail.content)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            meant = meaning(error, mail.recipient)
            if isinstance(meant, ServerAwayError):
                self._smtp.close()  # in the middle of a conversation, there is no goodbye
            raise meant from None  # the library's errors repeat addresses


def meaning(error: Exception, recipient: str) -> MailError:
    """What an error of the conversation means for the mail to `recipient`."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return meaning(error.recipients[0], recipient)
        case aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPDataError():
            kind = RejectedError if 500 <= error.code <= 599 else PostponedError
            return kind(without_addresses(f"{error.code} {error.message}", recipient))
        case aiosmtplib.SMTPResponseException():
            said = without_addresses(f"{error.code} {error.message}", recipient)
            return ServerAwayError(f"the mail server refuses us: {said}")
        case _:
            return ServerAwayError(f"the mail server cannot be reached ({type(error).__name__})")


def without_addresses(said: str, recipient: str) -> str:
    """A server's answer in one line without any address, nor the parts of the recipient's."""
    text = said[:_LONGEST_ANSWER].encode("utf-8", "replace").decode("utf-8")
    for part in (recipient, *recipient.split("@")):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "…", text, flags=re.IGNORECASE)
    text = _ADDRESS.sub("…", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_DETAIL]
