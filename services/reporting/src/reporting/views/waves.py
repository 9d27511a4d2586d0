"""The waves of the roll-out, and the units that they name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.reporting import WaveEnded, WaveOrdered
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(slots=True)
class _Wave:
    """The columns of the table, in its order; days are of Vietnam, instants UTC."""

    wave_id: UUID
    version: int = 0
    unit_path: str = ""
    name: str = ""
    rhythm: str = ""
    from_day: date | None = None
    unit_ids: list[UUID] = field(default_factory=list[UUID])
    below_unit_id: UUID | None = None
    level: str | None = None
    ordered_at: datetime | None = None
    ordered_by: str = ""
    ends_on: date | None = None
    ended_by: str = ""
    end_reason: str = ""


_WAVES = Table("waves", _Wave)


def _apply(row: _Wave, event: WaveOrdered | WaveEnded, envelope: Envelope, _: Emit) -> None:
    row.version, row.unit_path = envelope.subjectversion, event.unit_path
    match event:
        case WaveOrdered():
            row.name, row.rhythm, row.from_day = event.name, event.rhythm, event.from_day
            row.unit_ids, row.below_unit_id = list(event.unit_ids), event.below_unit_id
            row.level = event.level
            row.ordered_at, row.ordered_by = envelope.time, event.decided_by.name
        case WaveEnded():
            row.ends_on, row.ended_by = event.ends_on, event.decided_by.name
            row.end_reason = event.reason


WAVES = Projection(
    name="waves",
    version=1,
    topics=(WaveOrdered.TOPIC,),
    tables=(_WAVES,),
    on=dict.fromkeys((WaveOrdered, WaveEnded), (Effect(_WAVES, _apply),)),
)


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A wave in the list; days are of Vietnam, instants UTC."""

    wave_id: UUID
    version: int
    name: str
    rhythm: str
    from_day: date
    unit_ids: list[UUID]
    below_unit_id: UUID | None
    level: str | None
    ordered_at: datetime
    ordered_by: str
    ends_on: date | None
    ended_by: str
    end_reason: str


def waves(conn: Connection[DictRow], scope: str, after: UUID | None, limit: int) -> list[WaveRow]:
    """The waves that units in a scope ordered, and those above it; the newest first."""
    rows = conn.execute(
        "SELECT wave_id, version, name, rhythm, from_day, unit_ids, below_unit_id, level,"
        " ordered_at, ordered_by, ends_on, ended_by, end_reason FROM waves"
        " WHERE (starts_with(unit_path, %(scope)s) OR starts_with(%(scope)s, unit_path))"
        " AND (%(after)s::uuid IS NULL OR wave_id < %(after)s)"
        " ORDER BY wave_id DESC LIMIT %(limit)s",
        {"scope": scope, "after": after, "limit": limit},
    )
    return [WaveRow(**row) for row in rows]


def paths(conn: Connection[DictRow], unit_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The present paths of these units, as far as they are known here."""
    rows = conn.execute(
        "SELECT unit_id, path FROM units WHERE unit_id = ANY(%s) AND path IS NOT NULL",
        (list(unit_ids),),
    )
    return {row["unit_id"]: row["path"] for row in rows}
