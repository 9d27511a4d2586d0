"""Units that a token can be for, by id or by official code."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from tiendo_local.errors import LocalError
from tiendo_local.tokens import Claims, SigningKey


@dataclass(frozen=True)
class Unit:
    """A unit as tokens name it.

    Attributes:
        path: Ids from the top down to it, as "/<id>/<id>/".
    """

    id: str
    path: str


def find(wanted: str, assignments_url: str, key: SigningKey, issuer: str) -> Unit:
    """Return a unit by official code, or an id as it is, with the unit alone as its path.

    Raises:
        LocalError: The service does not run, or has no such code.
    """
    if _is_id(wanted):
        return Unit(wanted, f"/{wanted}/")
    operator = Claims(subject="local-operator", name="tiendo local", roles=("operator",))
    token = key.sign(operator, issuer=issuer)
    items = _ask(f"{assignments_url}/v1/units", {"code": wanted}, token)
    if items is None:
        raise LocalError(
            "Dịch vụ assignments chưa chạy nên không tra được mã. Dùng id, hoặc chạy: make demo",
            "The assignments service does not run, so codes cannot be looked up. Give an id.",
        )
    if not items:
        raise LocalError(f"Không có đơn vị mã {wanted}.", f"There is no unit with code {wanted}.")
    return Unit(items[0]["id"], items[0]["path"])


def _ask(url: str, query: dict[str, str], token: str) -> list[dict[str, Any]] | None:
    try:
        answer = httpx.get(
            url, params=query, headers={"Authorization": f"Bearer {token}"}, timeout=5
        )
        return answer.json()["items"] if answer.is_success else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
