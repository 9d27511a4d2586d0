"""A system of somebody else, to try publishing with: registered here, as an operator would."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import httpx

from tiendo_contracts.catalogue import catalogue
from tiendo_local import services
from tiendo_local.addresses import Addresses
from tiendo_local.errors import LocalError
from tiendo_local.room import Room
from tiendo_local.tokens import Claims, SigningKey
from tiendo_runtime.clock import Uuid7

_NAMES = UUID("6f1c0a4e-7a53-5d0e-9c5e-0f2f1b8f7a10")


def register(room: Room, name: str) -> Mapping[str, str]:
    """Let the running ingest take events of a system, about a unit that is made up for it.

    Returns:
        What the samples of `docs/publish.md` read from the environment.

    Raises:
        LocalError: The ingest does not run, or refuses the name.
    """
    addresses = Addresses.read(room)
    ingest = services.addresses(room).get("ingest", "")
    if addresses is None or not ingest:
        raise _not_running()
    key = SigningKey.of(room)
    unit = str(uuid5(_NAMES, f"{name}/unit"))
    source = f"https://{name}.example"
    operator = Claims(subject="local-operator", name="tiendo local", roles=("operator",))
    body = {"uri": source, "subject": name, "types": _open_types(), "units": [unit]}
    _put(f"{ingest}/v1/sources/{name}", body, key.sign(operator, issuer=addresses.issuer))
    itself = Claims(subject=name, name=name, roles=("publisher",))
    return {
        "TIENDO_INGEST": ingest,
        "TIENDO_TOKEN": key.sign(itself, issuer=addresses.issuer),
        "TIENDO_SOURCE": source,
        "TIENDO_UNIT": unit,
        "TIENDO_INDICATOR": str(uuid5(_NAMES, f"{name}/indicator")),
        "TIENDO_KAFKA": addresses.kafka,
        "TIENDO_TOPIC": f"tiendo.inbound.{name}.v1",
    }


def _open_types() -> list[str]:
    """The types that others may publish now."""
    return [
        kind
        for kind, model in catalogue().items()
        if model.OWNER == "ingest" and model.STATUS == "published"
    ]


def _put(url: str, body: Mapping[str, Any], token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(Uuid7().new())}
    try:
        answer = httpx.put(url, json=body, headers=headers, timeout=30)
    except httpx.HTTPError:
        raise _not_running() from None
    if not answer.is_success:
        why = _detail(answer)
        raise LocalError(f"Nơi nhận từ chối đăng ký: {why}", f"The ingest refuses it: {why}")


def _detail(answer: httpx.Response) -> str:
    try:
        return answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} {answer.text[:500]}"


def _not_running() -> LocalError:
    return LocalError(
        "Nơi nhận chưa chạy. Ở một cửa sổ khác: .venv/bin/tiendo local up --only ingest",
        "The ingest does not run. In another terminal: .venv/bin/tiendo local up --only ingest",
    )
