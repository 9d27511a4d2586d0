"""The two small servers beside PostgreSQL and Kafka: sign-in and mail."""

import sys
from dataclasses import dataclass

from tiendo_local import ports
from tiendo_local.program import Program, http_ready
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor


@dataclass(frozen=True)
class Companions:
    """Where they answer.

    Attributes:
        issuer: Address of the sign-in service.
        smtp: Address of the mail server, as smtp://host:port.
        mail: Address of the listing of received mail.
    """

    issuer: str
    smtp: str
    mail: str


def start(room: Room, supervisor: Supervisor) -> Companions:
    """Start both and wait until they answer (errors: see `Supervisor.start`)."""
    issuer, smtp, mail = (ports.choose(room.path, name) for name in ("issuer", "smtp", "mail"))
    supervisor.start_together(
        [
            _program(room, "issuer", issuer),
            _program(room, "smtp", mail, "--smtp-port", str(smtp)),
        ]
    )
    return Companions(
        issuer=f"http://{ports.HOST}:{issuer}",
        smtp=f"smtp://{ports.HOST}:{smtp}",
        mail=f"http://{ports.HOST}:{mail}",
    )


def _program(room: Room, name: str, port: int, *more: str) -> Program:
    arguments = ["--room", str(room.path), "--port", str(port), *more]
    return Program(
        name,
        [sys.executable, "-m", f"tiendo_local.{name}", *arguments],
        ready=http_ready(f"http://{ports.HOST}:{port}/readyz"),
        restart=True,
    )
