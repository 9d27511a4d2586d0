"""A small country for the workload: a committee, provinces, communes, and who acts for them."""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tests.chaos.calling import Line, NoAnswerError

from tiendo_local.platform import Platform

_PROVINCES, _COMMUNES = 8, 6
_EFFECTIVE = date(2025, 7, 1)
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Unit:
    """A unit of the register; `path` are the ids from the top down to it."""

    id: str
    name: str
    level: str
    parent: str | None
    path: str


@dataclass(frozen=True)
class Country:
    """The units, and a token for each who acts."""

    committee: Unit
    units: Sequence[Unit]
    """Those that get assignments and report."""
    operator: str
    secretary: str
    leader: str
    inspector: str
    reporters: dict[str, str]
    """By unit id."""


def found(platform: Platform, dice: random.Random) -> Country:
    """Make the units up; the same for the same dice."""
    committee = _unit(dice, "Ban Chỉ đạo", "central", None)
    units = [
        _unit(dice, f"Cơ quan Trung ương {number}", "central", committee) for number in range(4)
    ]
    units.append(_unit(dice, "Học viện", "academy", committee))
    for number in range(_PROVINCES):
        province = _unit(dice, f"Tỉnh {number}", "provincial", committee)
        communes = [
            _unit(dice, f"Xã {number}.{one}", "communal", province) for one in range(_COMMUNES)
        ]
        units += [province, *communes]

    def token(role: str, unit: Unit | None) -> str:
        place = unit.id if unit else None
        return platform.token(
            role,
            unit=place,
            unit_path=unit.path if unit else "/",
            name=f"{role} {unit.name if unit else ''}".strip(),
            subject=f"{role}-{place}",
        )

    return Country(
        committee=committee,
        units=units,
        operator=token("operator", None),
        secretary=token("secretariat", committee),
        leader=token("leader", committee),
        inspector=token("inspector", committee),
        reporters={unit.id: token("reporter", unit) for unit in units},
    )


def _unit(dice: random.Random, name: str, level: str, parent: Unit | None) -> Unit:
    identity = str(UUID(int=dice.getrandbits(128), version=4))
    above = parent.path if parent else "/"
    return Unit(identity, name, level, parent.id if parent else None, f"{above}{identity}/")


def settle(country: Country, line: Line) -> None:
    """Register the units, and give each above the communes an address for its mail."""
    every = [country.committee, *country.units]
    units = [_registration(number, unit) for number, unit in enumerate(every)]
    contacts = [
        {"unit_id": unit.id, "email": f"don-vi-{number}@chaos.example", "name": unit.name}
        for number, unit in enumerate(country.units)
        if unit.level != "communal"
    ]
    _insist(line, country, "assignments", "/v1/units", {"units": units})
    _insist(line, country, "notifications", "/v1/contacts", {"contacts": contacts})


def _registration(number: int, unit: Unit) -> dict[str, Any]:
    return {
        "id": unit.id,
        "code": f"CH{number:03}",
        "name": unit.name,
        "level": unit.level,
        "kind": "committee" if unit.parent is None else "agency",
        "parent": unit.parent,
        "effective_on": _EFFECTIVE.isoformat(),
    }


def _insist(line: Line, country: Country, service: str, path: str, body: dict[str, Any]) -> None:
    headers = {
        "Authorization": f"Bearer {country.operator}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"settling {path}",
    }
    deadline = time.monotonic() + _PATIENCE_SECONDS
    said: object = None
    while time.monotonic() < deadline:
        try:
            answer = line.call(service, "POST", path, json.dumps(body).encode(), headers)
        except NoAnswerError as error:
            said = error
        else:
            if answer.status < 300:
                return
            said = answer
        time.sleep(0.3)  # as Retry-After asks
    raise AssertionError(f"{path}: {said}")
