"""What a build must know to go on after it was interrupted: kept with its entry in the registry."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding.indexes import Index
from tiendo_runtime.rebuilding.job import Job
from tiendo_runtime.records import Partition

Place = tuple[str, int, int]
"""A topic, a partition, an offset."""


class Facts(msgspec.Struct, frozen=True):
    """The facts of a build, decided when it began; only `stage`, `bad` and `left_out` change.

    `stage`: reading (the log into rows), whole (rows, counters and positions are there), ready
    (indexes too). `bounds`: topic, partition, and the offsets (begin, end) of what is read.
    `incomparable`: why it cannot be compared with the live one, or nothing. `left_out`: how many
    events a build as of an instant lacks, which nobody could handle; any other has dead letters.
    """

    directory: str
    buckets: int
    cluster: str
    bounds: list[tuple[str, int, int, int]]
    indexes: list[Index]
    discarded: list[Place]
    incomparable: str = ""
    as_of: datetime | None = None
    stage: Literal["reading", "whole", "ready"] = "reading"
    bad: list[tuple[Place, tuple[str, str, str]]] = msgspec.field(
        default_factory=list[tuple[Place, tuple[str, str, str]]]
    )
    left_out: int = 0

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Facts":
        """Read what was stored."""
        return msgspec.convert(stored, cls)

    @property
    def stored(self) -> dict[str, Any]:
        """What is stored."""
        return msgspec.to_builtins(self)

    @property
    def events(self) -> int:
        """How many offsets are read: events, and what else is in the log."""
        return sum(end - begin for _, _, begin, end in self.bounds)

    def job(self, projection: Projection, schema: str, url: str, bootstrap: str) -> Job:
        """The job that workers do."""
        return Job(
            projection=projection,
            schema=schema,
            database_url=url,
            bootstrap=bootstrap,
            directory=Path(self.directory),
            buckets=self.buckets,
            bounds={Partition(topic, n): (begin, end) for topic, n, begin, end in self.bounds},
            as_of=self.as_of,
            discarded=frozenset((Partition(topic, n), at) for topic, n, at in self.discarded),
            bad={(Partition(topic, n), at): why for (topic, n, at), why in self.bad},
        )
