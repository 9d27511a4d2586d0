"""The board's figures over HTTP: in all, by level, by unit."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from psycopg import Connection
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, JsonValue

from monitoring.views.figures import LEVELS, Picture, Unit, UnitFigures
from monitoring.views.past import Past, look_at, pasts
from monitoring.views.picturing import Figuring, whole
from monitoring.views.sums import Figures, add
from tiendo_runtime.clock import Clock
from tiendo_runtime.database import Database
from tiendo_runtime.domain import NotFoundError
from tiendo_runtime.http.paging import Cursor, Limit, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking

Level = Literal["central", "academy", "provincial", "communal"]


class Rate(BaseModel):
    """An exact fraction: of `told` done assignments with a deadline, `kept` were claimed before."""

    kept: int
    told: int


class OnTime(BaseModel):
    """The on-time rate against the deadline that holds, and against the original one."""

    current: Rate
    original: Rate


class FiguresOut(BaseModel):
    """Exact counts; `done_on_time` to `regular` add up to `total`, `called_off` is in none.

    `verified` are those that an inspector saw, closed since or not; `extended` were granted more
    time.
    """

    total: int
    done_on_time: int
    done_late: int
    within_time: int
    overdue: int
    regular: int
    accepted: int
    contested: int
    claimed_unverified: int
    verified: int
    closed: int
    extended: int
    called_off: int
    late_originally: int
    on_time: OnTime
    overdue_since: datetime | None

    @classmethod
    def of(cls, figures: Figures) -> "FiguresOut":
        """The figures as JSON has them."""
        counts = figures._asdict()
        return cls(
            **{name: counts[name] for name in cls.model_fields if name in counts},
            on_time=OnTime(
                current=Rate(kept=figures.current_kept, told=figures.current_told),
                original=Rate(kept=figures.original_kept, told=figures.original_told),
            ),
        )


class LevelOut(FiguresOut):
    """The figures of one level: assignments whose lead unit is of it."""

    level: str


_FIGURES: dict[str, JsonValue] = {
    "total": 96,
    "done_on_time": 2,
    "done_late": 1,
    "within_time": 90,
    "overdue": 1,
    "regular": 2,
    "accepted": 61,
    "contested": 1,
    "claimed_unverified": 2,
    "verified": 1,
    "closed": 1,
    "extended": 4,
    "called_off": 1,
    "late_originally": 1,
    "on_time": {"current": {"kept": 2, "told": 3}, "original": {"kept": 2, "told": 3}},
    "overdue_since": "2026-11-18T17:00:00Z",
}


class BoardOut(BaseModel):
    """The board at an instant; `sequence` is the last change that it shows."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "as_of": "2026-11-22T09:06:51Z",
                    "sequence": 412,
                    "overall": _FIGURES,
                    "levels": [{"level": "central", **_FIGURES}],
                }
            ]
        }
    )

    as_of: datetime
    sequence: int
    overall: FiguresOut
    levels: list[LevelOut]


class UnitOut(BaseModel):
    """A unit with its own figures, and with everything below it.

    `began_on` and `ended_on` are days in Vietnam; `successor_ids` are those who follow it then.
    """

    unit_id: UUID
    name: str
    name_en: str
    level: str
    kind: str
    path: str
    began_on: date | None
    ended_on: date | None
    successor_ids: tuple[UUID, ...]
    own: FiguresOut
    below: FiguresOut

    @classmethod
    def of(cls, row: UnitFigures) -> "UnitOut":
        """The unit as JSON has it."""
        own, below = FiguresOut.of(row.own), FiguresOut.of(row.below)
        return cls(**row.unit._asdict(), own=own, below=below)


class UnitsOut(BaseModel):
    """A page of units, the worst first; `next` is None on the last one."""

    as_of: datetime
    items: list[UnitOut]
    next: str | None = None


class AboveOut(BaseModel):
    """A unit above."""

    unit_id: UUID
    name: str
    level: str


class UnitPageOut(UnitOut):
    """A unit with those above it, from the top down."""

    as_of: datetime
    above: list[AboveOut]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a scope sees at an instant (UTC), and where to read more of the same."""

    conn: Connection[DictRow]
    scope: str
    now: datetime
    picture: Picture


class Figured:
    """Pictures for requests: one for each scope, kept while it is true."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._figuring = Figuring()

    @contextmanager
    def sight(self, scope: str, past: Past | None = None) -> Generator[Sight]:
        """One sight of the board: whatever is read through it is of one build of the view.

        It is one transaction, and readers are not given another build while one has a view open.
        Of a past, everything is as it stood then, the clock too.
        """
        with self._database.transaction() as conn:
            if past is not None:
                look_at(conn, past)
                yield Sight(conn, scope, past.as_of, whole(conn, scope, past.as_of))
                return
            now = self._clock.now()
            yield Sight(conn, scope, now, self._figuring.picture(conn, scope, now))

    def pasts(self) -> list[Past]:
        """The instants that can be looked back at, the latest first."""
        with self._database.transaction() as conn:
            return pasts(conn)

    def now(self, scope: str) -> tuple[datetime, Picture]:
        """The picture of a scope, and the instant it is of."""
        with self.sight(scope) as sight:
            return sight.now, sight.picture


def unit_of(picture: Picture, unit_id: UUID) -> Unit:
    """A unit of the register.

    Raises:
        NotFoundError: It is not known here.
    """
    unit = picture.units.get(unit_id)
    if unit is None:
        raise NotFoundError("unit", unit_id)
    return unit


def above(picture: Picture, unit: Unit) -> list[Unit]:
    """The units above one, from the top down."""
    ids = [UUID(part) for part in unit.path.strip("/").split("/")[:-1]]
    return [found for key in ids if (found := picture.units.get(key))]


def page_of(
    rows: list[UnitFigures], cursor: str, limit: int
) -> tuple[list[UnitFigures], str | None]:
    """A page of ranked units, and the cursor behind it."""
    after = read_cursor(cursor, int, int, float, str, str)
    rest = [row for row in rows if after is None or row.rank > after]
    shown = rest[:limit]
    return shown, cursor_of(*shown[-1].rank) if len(rest) > limit else None


def routes(figured: Figured) -> APIRouter:
    """The routes of the board and its units."""
    router = APIRouter(prefix="/v1", tags=["board"])

    @router.get("/board")
    def board(
        who: Asking,
        level: Level | None = None,
        unit_id: Annotated[UUID | None, Query(description="with everything below it")] = None,
        committee_id: UUID | None = None,
    ) -> BoardOut:
        """The four states and regular assignments: in all, and by the level of the lead unit."""
        now, picture = figured.now(who.scope)
        below = unit_of(picture, unit_id).path if unit_id else ""
        levels = picture.levels
        if unit_id or committee_id:
            levels = picture.by_level(picture.chosen(committee_id=committee_id, below=below))
        shown = {name: found for name, found in levels.items() if level in (None, name)}
        return BoardOut(
            as_of=now,
            sequence=picture.sequence,
            overall=FiguresOut.of(add(shown.values())),
            levels=[
                LevelOut(level=name, **dict(FiguresOut.of(figures)))
                for name, figures in shown.items()
                if name in LEVELS or figures.total
            ],
        )

    @router.get("/board/units")
    def units(
        who: Asking,
        level: Level | None = None,
        unit_id: Annotated[UUID | None, Query(description="it and the units below it")] = None,
        committee_id: UUID | None = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> UnitsOut:
        """Units with work of their own or below them, the worst first."""
        now, picture = figured.now(who.scope)
        below = unit_of(picture, unit_id).path if unit_id else ""
        rows = picture.worst(below=below, level=level, committee_id=committee_id)
        shown, more = page_of(rows, cursor, limit)
        return UnitsOut(as_of=now, items=[UnitOut.of(row) for row in shown], next=more)

    @router.get("/units/{unit_id}")
    def unit(unit_id: UUID, who: Asking) -> UnitPageOut:
        """One unit: its own figures, those of everything below it, and the units above it."""
        now, picture = figured.now(who.scope)
        found = unit_of(picture, unit_id)
        own = UnitOut.of(picture.unit(found))
        over = [
            AboveOut(unit_id=u.unit_id, name=u.name, level=u.level) for u in above(picture, found)
        ]
        return UnitPageOut(**dict(own), as_of=now, above=over)

    return router
