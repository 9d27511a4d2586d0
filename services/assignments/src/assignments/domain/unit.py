"""The register of organisations.

A unit's id is minted once and never derived from its official code: codes are used again.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tiendo_runtime.domain import Aggregate, event


class Level(StrEnum):
    """The four levels."""

    CENTRAL = "central"
    ACADEMY = "academy"
    PROVINCIAL = "provincial"
    COMMUNAL = "communal"


class Unit(Aggregate, topic="assignments.Unit"):
    """An organisation in the register."""

    class Registered(Aggregate.Created):
        """It entered the register."""

        code: str | None
        name: str
        name_en: str
        aliases: tuple[str, ...]
        level: Level
        kind: str
        parent_id: UUID | None
        path: str
        effective_on: date

    class Renamed(Aggregate.Event):
        """It has another name from a day on."""

        name: str
        aliases: tuple[str, ...]
        effective_on: date

    @event(Registered)
    def __init__(
        self,
        *,
        id: UUID,  # noqa: A002 - the library's name
        timestamp: datetime,
        code: str | None,
        name: str,
        name_en: str,
        aliases: tuple[str, ...],
        level: Level,
        kind: str,
        parent_id: UUID | None,
        path: str,
        effective_on: date,
    ) -> None:
        self.code = code
        self.name = name
        self.name_en = name_en
        self.aliases = aliases
        self.level = level
        self.kind = kind
        self.parent_id = parent_id
        self.path = path

    def rename(
        self, name: str, aliases: tuple[str, ...], effective_on: date, *, timestamp: datetime
    ) -> None:
        """Give it another name; the name it has already records nothing."""
        if (name, aliases) != (self.name, self.aliases):
            self._rename(name=name, aliases=aliases, effective_on=effective_on, timestamp=timestamp)

    @event(Renamed)
    def _rename(
        self,
        *,
        name: str,
        aliases: tuple[str, ...],
        effective_on: date,
        timestamp: datetime,
    ) -> None:
        self.name = name
        self.aliases = aliases
