"""What a rebuild is asked for, and what it tells at its end."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding.comparing import Comparison


class RebuildError(RuntimeError):
    """A rebuild or rollback cannot be done as things are; the message says what to do."""


@dataclass(frozen=True, slots=True)
class View:
    """A projection in its service's database, and the log it comes from."""

    projection: Projection
    package: str
    database_url: str
    bootstrap: str
    topic_prefix: str = ""

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics, with what stands before their names here."""
        return tuple(self.topic_prefix + topic for topic in self.projection.topics)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a rebuild is wanted. `as_of` (with a zone): as the view stood at that instant."""

    workers: int = 0
    as_of: datetime | None = None
    accept_differences: bool = False
    restart: bool = False
    directory: Path | None = None


@dataclass(slots=True)
class Report:
    """What a rebuild did. `comparison` is None where there was nothing to compare with."""

    schema: str
    events: int = 0
    rows: dict[str, int] = field(default_factory=dict[str, int])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    peak_bytes: int = 0
    set_aside: int = 0
    comparison: Comparison | None = None
    uncompared: str = ""
    is_switched: bool = False

    @property
    def is_same(self) -> bool:
        """Whether nothing speaks against a switch."""
        return not self.uncompared and not (self.comparison and self.comparison.differences)
