"""A real SMTP server that keeps what it gets instead of sending it on.

Run as `python -m tiendo_local.smtp`. Messages are kept as .eml files under `mail/` of the room
and listed at `GET /messages`. A recipient whose address contains "refuse" is refused with 550.
"""

import argparse
import asyncio
import contextlib
import email
import email.policy
import itertools
import time
from collections.abc import AsyncGenerator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from tiendo_local import loopback
from tiendo_local.room import Room

REFUSED = "refuse"
_LARGEST_MESSAGE = 10_000_000


class Message(BaseModel):
    """One received message.

    Attributes:
        id: Its file's name without the ending; sorts by arrival.
        sender: The envelope's sender, which may differ from the header's.
        recipients: The envelope's recipients.
        message_id: The header that stays the same when a message is sent again.
        text: The plain text, decoded.
    """

    id: str
    sender: str
    recipients: list[str]
    subject: str
    message_id: str
    text: str


class Mailbox:
    """Received messages as files, in the order of their arrival."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._numbers = itertools.count()

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Keep one message with its envelope."""
        name = f"{time.time_ns():020d}-{next(self._numbers):06d}"
        head = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        partial = self._folder / f"{name}.part"
        partial.write_bytes(head.encode() + content)
        partial.replace(self._folder / f"{name}.eml")

    def list(self) -> list[Message]:
        """Return all messages, first come first."""
        return [_read(path) for path in sorted(self._folder.glob("*.eml"))]

    def source(self, name: str) -> str | None:
        """Return a message as it came, or None if there is none of that id."""
        known = {path.stem: path for path in self._folder.glob("*.eml")}
        return known[name].read_text(errors="replace") if name in known else None

    def empty(self) -> None:
        """Remove all messages."""
        for path in self._folder.glob("*.eml"):
            path.unlink()


class Sink:
    """The SMTP conversation: aiosmtpd calls these by name."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(  # noqa: N802 - named by the library
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Accept a recipient, unless its address asks to be refused."""
        if REFUSED in address.lower():
            return "550 5.1.1 mailbox unavailable"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - named by the library
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a message."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        self._mailbox.keep(envelope.mail_from or "", envelope.rcpt_tos, raw)
        return "250 OK: kept"


def make_app(mailbox: Mailbox, host: str, port: int) -> FastAPI:
    """Return the listing's app, which runs the SMTP server as long as it lives itself."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        def conversation() -> SMTP:
            return SMTP(Sink(mailbox), enable_SMTPUTF8=True, data_size_limit=_LARGEST_MESSAGE)

        server = await asyncio.get_running_loop().create_server(conversation, host, port)
        async with server:
            yield

    app = FastAPI(title="Tiến Độ: local mail", openapi_url=None, lifespan=lifespan)

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ready"}

    @app.get("/messages")
    def messages() -> dict[str, list[Message]]:
        return {"items": mailbox.list()}

    @app.delete("/messages", status_code=204)
    def empty() -> None:
        mailbox.empty()

    @app.get("/messages/{name}")
    def message(name: str) -> PlainTextResponse:
        source = mailbox.source(name)
        if source is None:
            raise HTTPException(404, "no such message")
        return PlainTextResponse(source)

    return app


def _read(path: Path) -> Message:
    parsed: Any = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    content: EmailMessage = parsed
    body = content.get_body(("plain", "html"))
    return Message(
        id=path.stem,
        sender=content.get("X-Envelope-From", ""),
        recipients=[part.strip() for part in content.get("X-Envelope-To", "").split(",") if part],
        subject=content.get("Subject", ""),
        message_id=content.get("Message-ID", ""),
        text=body.get_content() if body else "",
    )


def _make(room: Room, given: argparse.Namespace) -> FastAPI:
    return make_app(Mailbox(room.path / "mail"), given.host, given.smtp_port)


if __name__ == "__main__":
    loopback.serve("Local mail sink of Tiến Độ", _make)
