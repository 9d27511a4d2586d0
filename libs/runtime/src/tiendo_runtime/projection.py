"""Views: tables that are a pure fold of the events of single aggregates.

A projection says which rows an event touches and what it does to each; it knows no SQL and no
order between aggregates. So one definition is folded live, in batches onto locked rows, and in a
rebuild, in memory by parts of the tables.

A version of a view lives in a database schema of its own (`board_v1`) behind plain views of the
same names in `public`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.records import Received

R = TypeVar("R")
P = TypeVar("P")
C = TypeVar("C", bound=tuple[Any, ...])

Emit = Callable[[Any], None]
"""Adds a row to an appended table: which one is told by the row's type."""


@dataclass(frozen=True, slots=True, eq=False)
class Table(Generic[R]):
    """A table of a view.

    `row` is a dataclass with slots whose fields are the columns, in the order of the DDL. The first
    `key` of them are the primary key, and all others have a default: a row may be born from any
    event. Values are never changed in place. A table that is `appended` to (a timeline) gets rows
    only by `Emit`, none of them changes; every other has one uuid as its key.
    """

    name: str
    row: type[R]
    key: int = 1
    appended: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Effect(Generic[R, P]):
    """What a kind of event does to rows of one table.

    Without `split` that is one row, whose key is the event's Kafka key (the id of its aggregate),
    and `apply` is given the event itself. With it, an event touches rows of another aggregate:
    `split` tells their keys, each once, in no order, with the part of the event that is theirs, a
    `msgspec.Struct` of type `part`.

    `apply` changes the row; it is deterministic and has an answer for every state of a row.
    """

    table: Table[R]
    apply: Callable[[R, P, Envelope, Emit], None]
    split: Callable[[Received[Any]], Iterable[tuple[UUID, P]]] | None = None
    part: type[P] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Counters(Generic[R, C]):
    """How many rows of the table `of` are in each cell.

    `cells` is a NamedTuple; the table has `cell uuid PRIMARY KEY` (its digest), its fields, and
    `n bigint`, never 0 or less. `cell` answers None for a row that does not count.
    """

    name: str
    of: Table[R]
    cells: type[C]
    cell: Callable[[R], C | None]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a batch did: rows by table, and by how much counters moved."""

    rows: Mapping[str, Sequence[Any]]
    moved: Mapping[str, Mapping[Any, int]]

    def of(self, table: Table[R]) -> Sequence[R]:
        """The rows of a table that events touched, as they are now; of an appended one the new."""
        return self.rows.get(table.name, ())

    def cells(self, counters: Counters[Any, C]) -> Mapping[C, int]:
        """The cells whose counts changed, by how much."""
        return self.moved.get(counters.name, {})


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A view: its tables, the topics they come from, and what each kind of event does to them.

    `version` grows with any change of shape or effect; `migrations/<name>_v<version>.sql` creates
    the tables and those of the counters. `package` is set where the projection is shared. `told` is
    called live only, inside of the transaction, after the rows were written; `switched` inside of
    the one in which readers get another build of the view.
    """

    name: str
    version: int
    topics: tuple[str, ...]
    tables: tuple[Table[Any], ...]
    on: Mapping[type[Contract], tuple[Effect[Any, Any], ...]]
    counters: tuple[Counters[Any, Any], ...] = ()
    told: Callable[[Connection[DictRow], Changed], None] | None = None
    switched: Callable[[Connection[DictRow]], None] | None = None
    package: str = ""

    @property
    def schema(self) -> str:
        """The database schema of this version's first build; consumers are named by schemas."""
        return f"{self.name}_v{self.version}"

    @property
    def relations(self) -> tuple[str, ...]:
        """The names of all its tables: readers have a plain view of the same name for each."""
        return tuple(one.name for one in (*self.tables, *self.counters))
