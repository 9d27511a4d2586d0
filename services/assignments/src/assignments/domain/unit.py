"""The register of organisations.

A unit's id is minted once and never derived from its official code: codes are used again. A unit
that was merged or dissolved stays in the register, with the day on which that came into force and
with those who follow it: what it did stands under its name. Where the unit above ends or moves,
those below go along: see `application.follow_above`.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from assignments.domain.values import Change
from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event


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

    class Merged(Aggregate.Event):
        """It became part of another one."""

        into_id: UUID
        effective_on: date
        legal_basis: str

    class Dissolved(Aggregate.Event):
        """It ended; several others may follow it, or nobody."""

        successor_ids: tuple[UUID, ...]
        effective_on: date
        legal_basis: str

    class Moved(Aggregate.Event):
        """It is below another unit from a day on, or the one above it is."""

        parent_id: UUID | None
        path: str
        from_path: str
        effective_on: date
        legal_basis: str

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
        self.effective_on = effective_on
        self.ended_on: date | None = None
        self.successors: tuple[UUID, ...] = ()
        self.legal_basis = ""
        self.change = Change.MERGED
        self.placed_on = effective_on

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

    def move(
        self,
        parent_id: UUID | None,
        parent_path: str,
        effective_on: date,
        legal_basis: str,
        *,
        timestamp: datetime,
    ) -> None:
        """Put it below another unit from a day on (Vietnam); where it is there, nothing happens.

        `parent_path` is `/` where nothing is above.

        Raises:
            ConflictError: It has ended.
            RuleError: It would be below itself, or move before it began.
        """
        path = f"{parent_path}{self.id}/"
        if (parent_id, path) == (self.parent_id, self.path):
            return
        if self.ended_on is not None:
            raise ConflictError("unit_ended", name=self.name, ended_on=self.ended_on)
        if f"/{self.id}/" in parent_path:
            raise RuleError("below_itself", name=self.name)
        if effective_on < self.effective_on:
            raise RuleError("moves_before_it_began", name=self.name, began_on=self.effective_on)
        self._move(
            parent_id=parent_id,
            path=path,
            from_path=self.path,
            effective_on=effective_on,
            legal_basis=legal_basis,
            timestamp=timestamp,
        )

    @event(Moved)
    def _move(
        self,
        *,
        parent_id: UUID | None,
        path: str,
        from_path: str,
        effective_on: date,
        legal_basis: str,
        timestamp: datetime,
    ) -> None:
        self.parent_id, self.path = parent_id, path
        self.placed_on, self.legal_basis = effective_on, legal_basis

    def merge(
        self, into_id: UUID, effective_on: date, legal_basis: str, *, timestamp: datetime
    ) -> None:
        """Let it become part of another one from a day on (Vietnam), past or to come.

        Raises:
            ConflictError: It has ended already.
            RuleError: It would become part of itself, or end before it began.
        """
        self._check_end((into_id,), effective_on)
        self._merge(
            into_id=into_id,
            effective_on=effective_on,
            legal_basis=legal_basis,
            timestamp=timestamp,
        )

    @event(Merged)
    def _merge(
        self, *, into_id: UUID, effective_on: date, legal_basis: str, timestamp: datetime
    ) -> None:
        self.ended_on, self.successors = effective_on, (into_id,)
        self.change = Change.MERGED
        self.legal_basis = legal_basis

    def dissolve(
        self,
        successor_ids: tuple[UUID, ...],
        effective_on: date,
        legal_basis: str,
        *,
        timestamp: datetime,
    ) -> None:
        """End it from a day on (Vietnam), split into others or without anybody who follows.

        Raises:
            ConflictError: It has ended already.
            RuleError: It would follow itself, or end before it began.
        """
        self._check_end(successor_ids, effective_on)
        self._dissolve(
            successor_ids=successor_ids,
            effective_on=effective_on,
            legal_basis=legal_basis,
            timestamp=timestamp,
        )

    @event(Dissolved)
    def _dissolve(
        self,
        *,
        successor_ids: tuple[UUID, ...],
        effective_on: date,
        legal_basis: str,
        timestamp: datetime,
    ) -> None:
        self.ended_on, self.successors = effective_on, successor_ids
        self.change = Change.DISSOLVED
        self.legal_basis = legal_basis

    def _check_end(self, successors: tuple[UUID, ...], effective_on: date) -> None:
        if self.ended_on is not None:
            raise ConflictError("unit_ended", name=self.name, ended_on=self.ended_on)
        if self.id in successors:
            raise RuleError("follows_itself", name=self.name)
        if effective_on < self.effective_on:
            raise RuleError("ends_before_it_began", name=self.name, began_on=self.effective_on)
