"""Where the parts of a running platform answer, kept in its room for those who join it."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from tiendo_local.room import Room


@dataclass(frozen=True)
class Served:
    """What a server's address is, and the container that serves it, if one does."""

    address: str
    container: str = ""


@dataclass(frozen=True)
class Addresses:
    """All parts of one platform.

    Attributes:
        postgres: Administrative database, with the password in it.
        kafka: Bootstrap servers.
        smtp: As smtp://host:port.
        mail: The listing of received mail.
        containers: Ids of the containers to remove at the end.
    """

    postgres: str
    kafka: str
    issuer: str
    smtp: str
    mail: str
    containers: tuple[str, ...] = ()

    @classmethod
    def read(cls, room: Room) -> "Addresses | None":
        """Return the addresses of the room's platform, or None if it never ran."""
        try:
            content: dict[str, Any] = json.loads(room.addresses.read_text())
        except (FileNotFoundError, ValueError):
            return None
        containers = tuple(content.pop("containers", ()))
        return cls(**content, containers=containers)

    def write(self, room: Room) -> None:
        """Keep them for those who join; the file has a password, so it is for its owner alone."""
        room.addresses.touch(mode=0o600)
        room.addresses.write_text(json.dumps(asdict(self), indent=1))
