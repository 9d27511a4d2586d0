"""What the workers of a build are told: everything, since they are processes of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from tiendo_contracts.base import Contract
from tiendo_runtime.projection import Effect, Projection
from tiendo_runtime.rebuilding.pieces import Room
from tiendo_runtime.records import Partition


@dataclass(frozen=True)
class Job:
    """A build. It is pickled, so the functions of a projection stand in modules.

    `bounds` are the offsets (begin, end) that it takes of each partition; what was recorded later
    than `as_of` (UTC) is left out. `discarded` are records that people set aside for good; `bad`
    are those that an effect turned out to be unable to take, with (code, reason, stack).
    """

    projection: Projection
    schema: str
    database_url: str
    bootstrap: str
    directory: Path
    buckets: int
    bounds: Mapping[Partition, tuple[int, int]]
    as_of: datetime | None = None
    discarded: frozenset[tuple[Partition, int]] = frozenset()
    bad: Mapping[tuple[Partition, int], tuple[str, str, str]] = field(
        default_factory=dict[tuple[Partition, int], tuple[str, str, str]]
    )

    @property
    def room(self) -> Room:
        """Where its files are."""
        return Room(self.directory)

    @property
    def units(self) -> list[Partition]:
        """The partitions, in the order in which their pieces are applied."""
        return sorted(self.bounds)

    @cached_property
    def effects(self) -> Sequence[tuple[type[Contract], Effect[Any, Any]]]:
        """All effects: pieces name them by their place here."""
        by_type = sorted(self.projection.on.items(), key=lambda item: item[0].TYPE)
        return [(contract, effect) for contract, effects in by_type for effect in effects]

    @cached_property
    def tables(self) -> Mapping[str, int]:
        """The numbers of tables."""
        return {table.name: number for number, table in enumerate(self.projection.tables)}
