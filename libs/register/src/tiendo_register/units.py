"""The local copy of the register: a projection of unit events, and what services ask of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts.units import UnitRegistered, UnitRenamed
from tiendo_register.names import asked_keys, keys_of
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Received


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


_COLUMNS = "unit_id, version, code, name, name_en, aliases, level, kind, parent_id, path"


def _fold(conn: Connection[DictRow], events: Sequence[Received]) -> None:
    # Additions first: each unit is registered before it is renamed.
    _register(conn, events)
    for received in events:
        if isinstance(received.event, UnitRenamed):
            _rename(conn, received.event, received.envelope.subjectversion)


def _register(conn: Connection[DictRow], events: Sequence[Received]) -> None:
    conn.cursor().executemany(
        f"INSERT INTO units ({_COLUMNS}, effective_on, keys)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [
            _values(one.event, one.envelope.subjectversion)
            for one in events
            if isinstance(one.event, UnitRegistered)
        ],
    )


def _values(unit: UnitRegistered, version: int) -> tuple[Any, ...]:
    return (
        unit.unit_id,
        version,
        unit.code,
        unit.name,
        unit.name_en,
        list(unit.aliases),
        unit.level,
        unit.kind,
        unit.parent_id,
        unit.path,
        unit.effective_on,
        keys_of(unit.name, unit.aliases),
    )


def _rename(conn: Connection[DictRow], renamed: UnitRenamed, version: int) -> None:
    conn.execute(
        "UPDATE units SET name = %s, aliases = %s, keys = %s, version = %s WHERE unit_id = %s",
        (
            renamed.name,
            list(renamed.aliases),
            keys_of(renamed.name, renamed.aliases),
            version,
            renamed.unit_id,
        ),
    )


REGISTER = Projection(
    name="register",
    version=1,
    topics=(UnitRegistered.TOPIC,),
    tables=("units",),
    fold=_fold,
    package="tiendo_register",
)
"""The projection that a service lists among its own to know the units."""


def _row(row: DictRow) -> UnitRow:
    return UnitRow(**{name.strip(): row[name.strip()] for name in _COLUMNS.split(",")})


def by_ids(conn: Connection[DictRow], ids: Sequence[UUID]) -> dict[UUID, UnitRow]:
    """The units of these ids that are known here."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM units WHERE unit_id = ANY(%s)", (list(ids),))
    return {row["unit_id"]: _row(row) for row in rows}


def named(conn: Connection[DictRow], name: str) -> list[UnitRow]:
    """All units that a notice may mean by a name; the caller asks a person unless it is one."""
    for key in asked_keys(name):
        rows = conn.execute(
            f"SELECT {_COLUMNS} FROM units WHERE keys @> ARRAY[%s] ORDER BY path LIMIT 20", (key,)
        ).fetchall()
        if rows:
            return [_row(row) for row in rows]
    return []


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
