"""Live projections: batches side by side give what a fold of the same events in memory gives."""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from tests.connected.runtime.workshop import blocked, until
from tests.histories import (
    WORK,
    Contents,
    Stream,
    batches,
    empty,
    in_memory,
    in_postgres,
    received,
    stream,
    worlds,
)
from tests.projections import EVERY, OF_SERVICES

from monitoring.views.board import BOARD
from tiendo_contracts.examples import assignments as assigned
from tiendo_contracts.examples import reporting as reported
from tiendo_local.platform import Platform
from tiendo_local.testing import fresh_database
from tiendo_runtime import positions, schema
from tiendo_runtime.database import Database
from tiendo_runtime.positions import Log, StalePositionError
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Move, Partition, Position

PARTITIONS = (Partition("t", 0), Partition("t", 1))
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Single(Database):
    """A database by one connection: threads of a pool would use the randomness of hypothesis."""

    def __init__(self, url: str) -> None:
        self._conn = connected(url)

    def close(self) -> None:
        self._conn.close()

    @contextmanager
    def transaction(self) -> Generator[Connection[DictRow]]:
        with self._conn.transaction():
            yield self._conn


def connected(url: str) -> Connection[DictRow]:
    return Connection[DictRow].connect(url, row_factory=dict_row, autocommit=True)


@dataclass
class View:
    """A live projection on a database of its own."""

    projection: Projection
    url: str
    conn: Connection[DictRow]
    at: dict[Partition, Position] = field(default_factory=dict[Partition, Position])

    def begin(self) -> None:
        """Start with nothing, at the start of the log."""
        empty(self.conn, self.projection)
        self.conn.execute("DELETE FROM positions")
        bounds = dict.fromkeys(PARTITIONS, (0, 1000))
        positions.begin(self.conn, self.projection.schema, {"t"}, Log("cluster", bounds))
        self.at = {partition: Position(partition, 0, -1) for partition in PARTITIONS}

    def fold(self, partition: Partition, batches: Sequence[Stream]) -> None:
        """Fold what comes along one partition, as its owner."""
        with closing(Single(self.url)) as database:
            handler = ProjectionHandler(self.projection, database, live=True)
            for batch in batches:
                before = self.at[partition]
                after = Position(partition, before.next_offset + len(batch), before.sequence)
                handler.handle(batch, (Move(self.projection.schema, before, after),), ())
                self.at[partition] = after

    def contents(self) -> Contents:
        return in_postgres(self.conn, self.projection)

    def one(self, query: str) -> Any:
        row = self.conn.execute(query.encode()).fetchone()
        assert row is not None
        return next(iter(row.values()))


@contextmanager
def opened(platform: Platform, projection: Projection) -> Generator[View]:
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, OF_SERVICES[projection], (projection,))
        with connected(url) as conn:
            yield View(projection, url, conn)


@pytest.fixture(scope="module", params=EVERY, ids=lambda one: one.name)
def view(request: pytest.FixtureRequest, platform: Platform) -> Iterator[View]:
    """Each projection in turn."""
    with opened(platform, request.param) as found:
        yield found


@pytest.fixture(scope="module")
def shared_board(platform: Platform) -> Iterator[View]:
    with opened(platform, BOARD) as found:
        yield found


@pytest.fixture
def board(shared_board: View) -> View:
    """The board, empty."""
    shared_board.begin()
    return shared_board


@FEW
@given(data=st.data())
def test_batches_give_the_rows_that_a_fold_in_memory_gives(view: View, data: st.DataObject) -> None:
    history = data.draw(batches(data.draw(worlds())))
    view.begin()
    view.fold(PARTITIONS[0], history)
    assert view.contents() == in_memory(view.projection, history)


@FEW
@given(data=st.data())
def test_two_workers_side_by_side_give_the_same_rows(view: View, data: st.DataObject) -> None:
    streams = data.draw(worlds())
    sides = [data.draw(batches(streams[side::2])) for side in (0, 1)]
    view.begin()
    together = Barrier(2)

    def work(side: int) -> None:
        together.wait(10)
        view.fold(PARTITIONS[side], sides[side])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (0, 1)))
    assert view.contents() == in_memory(view.projection, streams)


def test_workers_that_want_the_same_new_rows_in_opposite_orders_both_come_through(
    board: View,
) -> None:
    """Lines of many reports on the same assignments, which nobody has heard of before."""
    sides = [
        [
            stream([reported.REPORT_SUBMITTED.model_copy(update={"lines": lines})], report_id=key)
            for key in keys
        ]
        for lines, keys in _reports_on_the_same()
    ]
    together = Barrier(2)

    def work(side: int) -> None:
        together.wait(10)
        board.fold(PARTITIONS[side], sides[side])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (0, 1)))
    assert board.contents() == in_memory(BOARD, [*sides[0], *sides[1]])


def _reports_on_the_same() -> Iterator[tuple[tuple[Any, ...], list[Any]]]:
    line = reported.REPORT_SUBMITTED.lines[0]
    lines = [line.model_copy(update={"assignment_id": key}) for key in WORK]
    for side in (0, 1):
        yield tuple(lines[:: 1 - 2 * side]), [WORK[side]]


def test_a_row_that_another_worker_adds_meanwhile_is_not_overwritten(board: View) -> None:
    request = stream([assigned.EXTENSION_REQUESTED], assignment_id=WORK[0])
    with ThreadPoolExecutor(1) as pool:
        with connected(board.url) as other, other.transaction():
            into = f"INSERT INTO {BOARD.schema}.assignments (assignment_id, asked)"
            other.execute(f"{into} VALUES (%s, 4)".encode(), (WORK[0],))
            done = pool.submit(board.fold, PARTITIONS[0], [request])
            until(lambda: blocked(board.url))
        done.result(20)
    assert board.one("SELECT asked FROM assignments") == 5


def test_a_row_that_stays_as_it_is_is_not_written(board: View) -> None:
    first = stream([assigned.ASSIGNMENT_ISSUED])
    board.fold(PARTITIONS[0], [first])
    written = board.one(f"SELECT xmin::text FROM {BOARD.schema}.assignments")
    passed = received(assigned.DEADLINE_PASSED.model_copy(update=_same_assignment()), 1, 5)
    board.fold(PARTITIONS[0], [[passed]])
    assert board.one(f"SELECT xmin::text FROM {BOARD.schema}.assignments") == written
    assert board.one("SELECT count(*) FROM timeline") == 2


def _same_assignment() -> dict[str, Any]:
    issued = assigned.ASSIGNMENT_ISSUED
    return {
        name: getattr(issued, name) for name in ("assignment_id", "lead_unit_id", "lead_unit_path")
    }


def test_who_does_not_own_a_partition_any_more_changes_nothing(board: View) -> None:
    board.fold(PARTITIONS[0], [stream([assigned.ASSIGNMENT_ISSUED], assignment_id=WORK[0])])
    before = board.contents()
    board.at[PARTITIONS[0]] = Position(PARTITIONS[0], 0, -1)
    with pytest.raises(StalePositionError):
        board.fold(PARTITIONS[0], [stream([assigned.ASSIGNMENT_ISSUED], assignment_id=WORK[1])])
    assert board.contents() == before


def test_a_counter_that_lacks_a_row_that_counted_is_an_error(board: View) -> None:
    life = stream([assigned.ASSIGNMENT_ISSUED, assigned.COMPLETION_REPORTED], assignment_id=WORK[0])
    board.fold(PARTITIONS[0], [life[:1]])
    board.conn.execute(f"DELETE FROM {BOARD.schema}.counters".encode())
    with pytest.raises(AssertionError, match="counter"):
        board.fold(PARTITIONS[0], [life[1:]])
    assert board.one("SELECT stage FROM assignments") == "open"
