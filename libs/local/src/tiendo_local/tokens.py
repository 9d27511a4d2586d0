"""Signed tokens of the local issuer: its key, and the claims that the services read."""

import contextlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from tiendo_local.room import Room
from tiendo_runtime.clock import SystemClock

ALGORITHM = "ES256"
AUDIENCE = "tiendo"
LIFETIME = timedelta(hours=12)
ROLES = (
    "secretariat",
    "leader",
    "reporter",
    "inspector",
    "member",
    "auditor",
    "operator",
    "publisher",
)


@dataclass(frozen=True)
class Claims:
    """Who a token speaks for.

    Attributes:
        unit: The unit's id as UUID text; None for people of no unit, such as operators.
        unit_path: Ids from the top down to the unit, as "/<id>/<id>/".
    """

    subject: str
    name: str
    roles: Sequence[str]
    unit: str | None = None
    unit_path: str | None = None


class SigningKey:
    """The issuer's ES256 key pair, kept in the room so that tokens outlive a restart."""

    def __init__(self, key: ECKey) -> None:
        self._key = key

    @classmethod
    def of(cls, room: Room) -> "SigningKey":
        """Return the room's key, making it on first use."""
        path = room.path / "issuer" / "key.json"
        if not path.exists():
            _keep(ECKey.generate_key("P-256", auto_kid=True), path)
        return cls(ECKey.import_key(json.loads(path.read_text())))

    def public(self) -> dict[str, object]:
        """Return the public key set (RFC 7517) that services check signatures with."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}]}

    def sign(
        self,
        claims: Claims,
        *,
        issuer: str,
        audience: str = AUDIENCE,
        nonce: str | None = None,
        now: datetime | None = None,
    ) -> str:
        """Return a token (a compact JWS) that holds for twelve hours from `now`."""
        issued = now or SystemClock().now()
        content = {
            "iss": issuer,
            "aud": audience,
            "sub": claims.subject,
            "name": claims.name,
            "roles": list(claims.roles),
            "unit": claims.unit,
            "unit_path": claims.unit_path,
            "nonce": nonce,
            "iat": int(issued.timestamp()),
            "exp": int((issued + LIFETIME).timestamp()),
        }
        header = {"alg": ALGORITHM, "kid": self._key.kid, "typ": "JWT"}
        known = {name: value for name, value in content.items() if value is not None}
        return jwt.encode(header, known, self._key, algorithms=[ALGORITHM])


def _keep(key: ECKey, path: Path) -> None:
    # Two processes may get here at once: whoever links first has made the key.
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:
        json.dump(key.as_dict(private=True), file)
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
