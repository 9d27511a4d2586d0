"""Values that meetings and notices share."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tiendo_runtime.domain import Aggregate, ConflictError

_SHOWN = 40
_LONGEST_STREAM = 400


@dataclass(frozen=True, slots=True)
class Committee:
    """Whose it is, with its unit path on the day of creation; public events repeat it."""

    id: UUID
    path: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by printed name and office."""

    name: str
    office: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """One who was expected at a meeting; `bridge_point` is empty for the main room."""

    person: Person
    unit_id: UUID | None
    present: bool
    bridge_point: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is kept under the digest of its bytes; `size` in bytes."""

    sha256: str
    title: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when: the last day in Vietnam, the instant (UTC) from which it is late, the words."""

    due_on: date | None
    late_from: datetime | None
    words: str


class Paths(tuple[str, ...]):
    """Paths of items, as a fact of an error: in a sentence they stand with commas between."""

    __slots__ = ()

    @classmethod
    def of(cls, paths: Iterable[str]) -> "Paths":
        """The paths in their order, each once."""
        return cls(dict.fromkeys(paths))

    def __str__(self) -> str:
        shown = ", ".join(self[:_SHOWN])
        more = len(self) - _SHOWN
        return f"{shown}, … (+{more})" if more > 0 else shown

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def plain_number(number: str) -> str:
    """A notice's number, however it is spelled: blanks, dashes, capitals and forms of letters."""
    spelled = unicodedata.normalize("NFKC", number).casefold()
    return "".join("-" if c in "‐‑‒–—" else c for c in spelled if not c.isspace())


def check_room(aggregate: Aggregate) -> None:
    """Refuse to let a stream grow beyond what can be replayed at each command.

    Raises:
        ConflictError: It was changed too often.
    """
    if aggregate.version >= _LONGEST_STREAM:
        raise ConflictError("too_many_changes", limit=_LONGEST_STREAM)
