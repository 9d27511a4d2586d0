"""board-read: the board's totals by level, of 3,400 units, against plain SQL over all rows.

Both sides are asked for the same figures by a function that is given a connection: ours makes or
keeps a picture from counters, the peer groups the rows of `assignments`. The picture's price
depends on what happened since it was made, so three reads are told:

    board-read            after a change of one assignment: the picture is brought up to date
    board-read-unchanged  nothing has changed since: the picture is looked at
    board-read-first      the first read of a process: the picture is made from all counters

The goal is judged on the first, the dearest that repeats: a board is read again because something
changed. Whoever else looks before the next change pays the second.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from bench import grounds
from bench.harness import Bench, Block, Peer, Row, Run, at_least
from bench.nation import BEGIN, UNITS, Nation
from bench.peers import board_sql
from psycopg import Connection
from psycopg.rows import DictRow

from monitoring.views.board import BOARD
from monitoring.views.picturing import Figuring
from tiendo_contracts.base import Deadline
from tiendo_local.console import plain
from tiendo_local.platform import Platform
from tiendo_register.units import REGISTER
from tiendo_runtime.database import Database, connected
from tiendo_runtime.folding import Memory, cell_id, fold_in_memory, values_of
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.rebuilding.copying import Copier
from tiendo_runtime.records import Move, Outgoing, Partition, Position, Raw, Received, read

_ASSIGNMENTS = 200_000
_GROWTH = (10_000, 100_000, 1_000_000)
_CHUNK = 10_000
_CHANGES, _FIRSTS, _PLAIN_READS, _UNCHANGED = 60, 3, 3, 300
_NOW = BEGIN + timedelta(weeks=40)
_AT = Partition("bench", 0)


def _received(record: Outgoing) -> Received[Any]:
    return read(Raw(_AT, 0, record.key, record.value, record.headers))


@dataclass
class _Board:
    """A filled view, and a way to change it."""

    database: Database
    nation: Nation
    _changes: Iterator[int]

    @property
    def scope(self) -> str:
        """Of somebody at the top, who sees everything."""
        return self.nation.units[0].path

    def change(self) -> None:
        """Commit a change of one assignment: another extension, by the live handler."""
        number = next(self._changes)
        key = number * 7 % self.nation.assignments
        granted = _received(list(self.nation.lives(range(key - key % 2, key - key % 2 + 1)))[1])
        until = Deadline.on((_NOW + timedelta(days=number)).date())
        event = Received(
            replace(granted.envelope, id=f"change-{number}", subjectversion=number + 10),
            granted.event.model_copy(update={"deadline": until}),
            granted.raw,
        )
        before, after = Position(_AT, number, number), Position(_AT, number + 1, number + 1)
        handler = ProjectionHandler(BOARD, self.database, live=True)
        handler.handle([event], (Move(BOARD.schema, before, after),), [])


@contextmanager
def _board(platform: Platform, assignments: int) -> Generator[_Board]:
    plain(f"  filling a view with {assignments:,} assignments of {UNITS:,} units")
    with grounds.database(platform) as name:
        url = grounds.address(platform, name)
        grounds.prepare_ours(url)
        database = Database(url, "bench")
        database.open()
        try:
            nation = Nation(assignments * 5, places=UNITS)
            register = ProjectionHandler(REGISTER, database)
            register.handle(list(map(_received, nation.register())), (), [])
            with connected(url) as conn:
                _fill(conn, nation)
                conn.execute(
                    "INSERT INTO positions (consumer, topic, partition, next_offset, sequence,"
                    " cluster_id) VALUES (%s, %s, %s, 0, 0, '')",
                    (BOARD.schema, _AT.topic, _AT.number),
                )
            grounds.vacuum(url)
            yield _Board(database, nation, count())
        finally:
            database.close()


def _fill(conn: Connection[DictRow], nation: Nation) -> None:
    counts = Memory(BOARD)
    for begin in range(0, nation.assignments, _CHUNK):
        numbers = range(begin, min(begin + _CHUNK, nation.assignments))
        for name, found in _take(conn, nation.lives(numbers)).counts.items():
            counts.counts.setdefault(name, found.__class__()).update(found)
    for counters in BOARD.counters:
        names = ("cell", *counters.cells._fields, "n")
        copier = Copier(conn, f"{BOARD.schema}.{counters.name}", names)
        cells = counts.counts[counters.name].items()
        copier.write(conn, [copier.encode([(cell_id(cell), *cell, n) for cell, n in cells])])


def _take(conn: Connection[DictRow], events: Iterable[Outgoing]) -> Memory:
    """Fold events whose rows are theirs alone, and write the rows."""
    memory = fold_in_memory(BOARD, map(_received, events))
    for table in BOARD.tables:
        rows = memory.added.get(table.name, memory.rows.get(table.name, {}).values())
        copier = Copier.of(conn, BOARD.schema, table)
        values = list(map(values_of(table.row), rows))
        copier.write(conn, [copier.encode(values)] if values else [])
    return memory


def _ours(board: _Board, figuring: Figuring) -> dict[str, Any]:
    with board.database.transaction() as conn:
        return dict(figuring.picture(conn, board.scope, _NOW).levels)


def _theirs(board: _Board) -> dict[str, Any]:
    with board.database.transaction() as conn:
        return board_sql.levels(conn, board.scope, _NOW)


def _check(board: _Board, figuring: Figuring) -> None:
    """See that both tell the same."""
    ours = {name: row._asdict() for name, row in _ours(board, figuring).items() if row.total}
    assert ours == _theirs(board), "the picture and plain SQL tell different figures"


def _after_changes(board: _Board, times: int = _CHANGES) -> Iterator[Callable[[], Any]]:
    """Reads, each after a change."""
    figuring = Figuring()
    _ours(board, figuring)
    for _ in range(times):
        board.change()
        yield lambda: _ours(board, figuring)
    _check(board, figuring)


def _unchanged(board: _Board) -> Iterator[Callable[[], Any]]:
    figuring = Figuring()
    _ours(board, figuring)
    return (lambda: _ours(board, figuring) for _ in range(_UNCHANGED))


def _first(board: _Board) -> Iterator[Callable[[], Any]]:
    return (lambda: _ours(board, Figuring()) for _ in range(_FIRSTS))


def _plain_sql(board: _Board) -> Iterator[Callable[[], Any]]:
    return (lambda: _theirs(board) for _ in range(_PLAIN_READS))


Reads = Callable[[_Board], Iterator[Callable[[], Any]]]


def _rate(reads: Reads, board: _Board) -> Callable[[Block], float]:
    def measure(block: Block) -> float:
        done = 0
        for read_once in reads(board):
            with block.timed():
                read_once()
            done += 1
        return done / block.seconds

    return measure


def run(run: Run) -> list[Row]:
    """Compare each kind of read with plain SQL."""
    with _board(run.platform, run.size) as board:
        rows: list[Row] = []
        for name, reads, goal in (
            ("board-read", _after_changes, at_least(20)),
            ("board-read-unchanged", _unchanged, None),
            ("board-read-first", _first, None),
        ):
            peer = Peer("plain SQL over assignments", _rate(_plain_sql, board), goal)
            rows += run.compare(name, "reads/s", _rate(reads, board), peer)
        return rows


def run_growth(run: Run) -> list[Row]:
    """Tell how the price of a read grows with the number of assignments."""
    kinds: dict[str, Reads] = {
        "after_a_change": _after_changes,
        "unchanged": _unchanged,
        "first": _first,
        "plain_sql": _plain_sql,
    }
    table: list[dict[str, float]] = []
    for assignments in (size for size in _GROWTH if size <= run.size):
        with _board(run.platform, assignments) as board:
            times = {name: _median_ms(reads(board)) for name, reads in kinds.items()}
            table.append({"assignments": assignments, **times})
        told = ", ".join(f"{name} {ms:,.2f}" for name, ms in times.items())
        plain(f"  {assignments:>9,} assignments, ms: {told}")
    last = table[-1]
    note = "; ".join(f"{t['assignments']:,}: {t['after_a_change']:.2f} ms" for t in table)
    return [Row("board-read-growth", "ms", last["after_a_change"], note=note, facts={"ms": table})]


def _median_ms(reads: Iterable[Callable[[], Any]]) -> float:
    times: list[float] = []
    for read_once in reads:
        begun = perf_counter()
        read_once()
        times.append((perf_counter() - begun) * 1000)
    return median(times)


BENCHES = (
    Bench("board-read", "reads of the board by level", run, size=_ASSIGNMENTS),
    Bench("board-read-growth", "how a read's price grows", run_growth, size=_GROWTH[-1]),
)
