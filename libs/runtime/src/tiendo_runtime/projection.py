"""Views: tables that are a pure fold of the events of single aggregates.

A projection's version lives in a database schema of its own (`board_v1`) behind plain views of the
same names in `public`, so that a next version can be built beside it. `fold` sees the schema first
on its search path: SQL names tables without any version.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.records import Received

Fold = Callable[[Connection[DictRow], Sequence[Received]], None]
"""Writes what a batch changes into the view's tables, inside of the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A view's tables, the topics they come from, and the fold.

    `version` grows with any change of shape or fold; `migrations/<name>_v<version>.sql` creates
    `tables`. `package` is set where the projection is shared.
    """

    name: str
    version: int
    topics: tuple[str, ...]
    tables: tuple[str, ...]
    fold: Fold
    package: str = ""

    @property
    def schema(self) -> str:
        """The database schema of this version, and the consumer's name in positions."""
        return f"{self.name}_v{self.version}"
