"""The local copy of the register: a projection of unit events, and what services ask of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.units import (
    UnitDissolved,
    UnitMerged,
    UnitMoved,
    UnitRegistered,
    UnitRenamed,
)
from tiendo_register.names import keys_of
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it is known here now; `version` is the last of its events that arrived."""

    unit_id: UUID
    version: int
    code: str | None
    name: str
    name_en: str
    aliases: list[str]
    level: str
    kind: str
    parent_id: UUID | None
    path: str
    ended_on: date | None
    """The day (Vietnam) from which it is merged or dissolved; it may be to come."""
    successor_ids: list[UUID]


_COLUMNS = (
    "unit_id, version, code, name, name_en, aliases, level, kind, parent_id, path, ended_on,"
    " successor_ids"
)


@dataclass(slots=True)
class _Unit:
    """A unit as the copy has it: the columns of the table, in its order."""

    unit_id: UUID
    version: int = 0
    code: str | None = None
    level: str | None = None
    kind: str | None = None
    parent_id: UUID | None = None
    path: str | None = None
    effective_on: date | None = None
    name: str = ""
    name_en: str = ""
    aliases: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])
    ended_on: date | None = None
    successor_ids: list[UUID] = field(default_factory=list[UUID])


_UNITS = Table("units", _Unit)


_UnitEvent = UnitRegistered | UnitRenamed | UnitMoved | UnitMerged | UnitDissolved


def _apply(row: _Unit, event: _UnitEvent, envelope: Envelope, _: Emit) -> None:
    row.version = envelope.subjectversion
    match event:
        case UnitRegistered():
            _name(row, event)
            row.code, row.level, row.kind = event.code, event.level, event.kind
            row.parent_id, row.path = event.parent_id, event.path
            row.effective_on, row.name_en = event.effective_on, event.name_en
        case UnitRenamed():
            _name(row, event)
        case UnitMoved():
            row.parent_id, row.path = event.parent_id, event.path
        case UnitMerged():
            row.ended_on, row.successor_ids = event.effective_on, [event.into_id]
        case UnitDissolved():
            row.ended_on, row.successor_ids = event.effective_on, list(event.successor_ids)


def _name(row: _Unit, event: UnitRegistered | UnitRenamed) -> None:
    row.name, row.aliases = event.name, list(event.aliases)
    row.keys = keys_of(event.name, event.aliases)


REGISTER = Projection(
    name="register",
    version=2,
    topics=(UnitRegistered.TOPIC,),
    tables=(_UNITS,),
    on=dict.fromkeys(get_args(_UnitEvent), (Effect(_UNITS, _apply),)),
    package="tiendo_register",
)
"""The projection that a service lists among its own to know the units."""


def _row(row: DictRow) -> UnitRow:
    return UnitRow(**{name.strip(): row[name.strip()] for name in _COLUMNS.split(",")})


def by_ids(conn: Connection[DictRow], ids: Sequence[UUID]) -> dict[UUID, UnitRow]:
    """The units of these ids that are known here."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM units WHERE unit_id = ANY(%s) AND path IS NOT NULL", (list(ids),)
    )
    return {row["unit_id"]: _row(row) for row in rows}


def listing(
    conn: Connection[DictRow], scope: str, after: tuple[Any, ...] | None, limit: int, **facts: Any
) -> list[UnitRow]:
    """Units inside of a scope by path; `facts` are columns that must be equal (code, level, kind).

    `scope` is a path prefix; `after` the last (path,) of the page before.
    """
    given = {name: value for name, value in facts.items() if value is not None}
    where = " AND ".join(["path LIKE %s", "path > %s", *(f"{name} = %s" for name in given)])
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM units WHERE {where} ORDER BY path LIMIT %s".encode(),
        (scope + "%", after[0] if after else "", *given.values(), limit),
    )
    return [_row(row) for row in rows]
