"""Kinds of values that come in over HTTP."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from meetings.application.drafting import FIRST_DAY, LAST_DAY
from meetings.domain import Named, Person
from tiendo_register.units import UnitRow
from tiendo_runtime.http.text import Text


def _stripped(text: str) -> str:
    return text.strip()


def _in_range(value: datetime) -> datetime:
    if not FIRST_DAY.year <= value.year <= LAST_DAY.year:
        raise ValueError(f"{FIRST_DAY.year} … {LAST_DAY.year}")
    return value.astimezone(UTC)


def _day_in_range(value: date) -> date:
    if not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError(f"{FIRST_DAY} … {LAST_DAY}")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_in_range)]
"""An instant with a time zone, made UTC."""

Day = Annotated[date, AfterValidator(_day_in_range)]
"""A day of the calendar in Vietnam."""

Line = Annotated[Text, AfterValidator(_stripped)]
"""Text without blanks around it."""

Title = Annotated[Line, Field(min_length=1, max_length=500)]
Place = Annotated[Line, Field(max_length=300)]
BridgePoints = Annotated[
    tuple[Annotated[Line, Field(min_length=1, max_length=300)], ...], Field(max_length=500)
]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Reason = Annotated[Line, Field(min_length=3, max_length=1000)]


class Body(BaseModel):
    """What is sent along: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class PersonIn(Body):
    """Somebody as printed: name and office."""

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    office: Annotated[Line, Field(max_length=300)] = ""

    def person(self) -> Person:
        """The person as the domain knows them."""
        return Person(self.name, self.office)


class PersonOut(BaseModel):
    """Somebody as printed."""

    name: str
    office: str


class DocumentOut(BaseModel):
    """A reference to a document: `GET /v1/documents/{sha256}` gives its bytes."""

    sha256: str
    title: str
    media_type: str
    size: int


class DeadlineOut(BaseModel):
    """By when: the last day in Vietnam, the instant (UTC) from which it is late, the words."""

    due_on: date | None
    late_from: datetime | None
    words: str


class UnitOut(BaseModel):
    """A unit of the register's copy; the name is None where the copy lacks it."""

    unit_id: UUID
    name: str | None
    path: str | None


Units = Mapping[UUID, UnitRow]
"""What is known here of units."""


class CandidateOut(UnitOut):
    """A unit that may be meant; `score` (0 to 1) only ranks, `why` is the register's word."""

    score: float | None
    why: str


class NamedOut(BaseModel):
    """A name in the notice: the unit that alone bears it, or those that may be meant.

    `origin` are the words of the group that it is one of, else empty.
    """

    name: str
    unit: UnitOut | None
    candidates: list[CandidateOut]
    origin: str


def named_out(named: Named, units: Units) -> NamedOut:
    """A name with the units that it may mean."""
    unit = units_out([named.unit_id], units)[0] if named.unit_id else None
    likely = [
        CandidateOut(
            **unit_out(one.unit_id, units.get(one.unit_id)).model_dump(),
            score=one.score,
            why=one.why,
        )
        for one in named.candidates
    ]
    return NamedOut(name=named.name, unit=unit, candidates=likely, origin=named.origin)


def units_out(ids: Iterable[UUID], units: Units) -> list[UnitOut]:
    """Units by their ids, with what is known of them here."""
    return [unit_out(one, units.get(one)) for one in ids]


def unit_out(unit_id: UUID, row: UnitRow | None) -> UnitOut:
    """A unit, with what is known of it here."""
    return UnitOut(unit_id=unit_id, name=row.name if row else None, path=row.path if row else None)
