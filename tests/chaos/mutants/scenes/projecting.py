"""The board's projector, its positions and its dead letters."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from tests.chaos.mutants.ground import BLOCKED, Ground, NoticedError, Process, must, until

from monitoring.views.board import BOARD
from tiendo_contracts import assignments as events
from tiendo_contracts.cloudevents import Envelope, decode
from tiendo_contracts.examples import example
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Parked, ReleasedError, park
from tiendo_runtime.positions import StalePositionError
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.records import Move, Partition, Position, Raw, Received
from tiendo_runtime.versions import SwitchedError

_CLOCK, _IDS = SystemClock(), Uuid7()
_ASKED: LiteralString = "SELECT asked FROM assignments"
_LETTERS: LiteralString = (  # the board's alone: the other views park for themselves
    "SELECT code FROM dead_letters WHERE starts_with(consumer, 'board')"
    ' AND discarded_at IS NULL ORDER BY "offset"'
)


def _life() -> tuple[events.AssignmentIssued, events.ExtensionRequested, events.ExtensionGranted]:
    """Three events of one assignment."""
    issued = example(events.AssignmentIssued.TYPE)
    asked = example(events.ExtensionRequested.TYPE)
    granted = example(events.ExtensionGranted.TYPE)
    assert isinstance(issued, events.AssignmentIssued)
    assert isinstance(asked, events.ExtensionRequested)
    assert isinstance(granted, events.ExtensionGranted)
    same = {"assignment_id": issued.assignment_id}
    return issued, asked.model_copy(update=same), granted.model_copy(update=same)


@contextmanager
def _board() -> Generator[tuple[Ground, Process]]:
    """A board with one assignment on it, and its projector."""
    with Ground.of("monitoring") as ground:
        ground.topics()
        process = ground.start("project")
        ground.send((_life()[0], 1))
        ground.consumed(1, "board")
        yield ground, process


@contextmanager
def _locked(ground: Ground) -> Generator[None]:
    """Nobody can write the board's rows meanwhile; leaves when somebody waits for that."""
    with psycopg.connect(ground.url) as connection:
        connection.execute("LOCK TABLE public.assignments IN SHARE MODE")
        yield


def killed_while_it_writes() -> None:
    """A projector is killed between its position and its rows, in whatever order they come."""
    with _board() as (ground, process):
        with _locked(ground):
            ground.send((_life()[1], 2))
            until(lambda: ground.one(BLOCKED), "a projector before the rows")
            process.kill()
        ground.start("project").ready()
        ground.consumed(2, "board")
        until(lambda: not ground.one(BLOCKED), "the end of what was cut off")
        must(ground.one(_ASKED) == 1, f"the event shows {ground.one(_ASKED)} times, not once")


def a_relay_repeats() -> None:
    """A relay sends an event a second time; it stands on the topic under a new offset."""
    with _board() as (ground, _):
        ground.send((_life()[1], 2), (_life()[1], 2))
        ground.consumed(3, "board")
        codes = [row[0] for row in ground.rows(_LETTERS)]
        must(not codes, f"the repeat was handled: its entry was there, so it is parked as {codes}")
        must(ground.one(_ASKED) == 1, f"the repeat had its effect: {ground.one(_ASKED)} requests")


@contextmanager
def _in_hand() -> Generator[tuple[Ground, Database, Sequence[Received[Any]], Move]]:
    """A board without processes: two events that were read, and the step that they are."""
    with Ground.of("monitoring") as ground:
        database = Database(ground.url, "scene")
        database.open()
        try:
            received = [_received(event, n) for n, event in enumerate(_life()[:2])]
            yield ground, database, received, _begin(ground, BOARD.schema)
        finally:
            database.close()


def two_owners() -> None:
    """A batch is handled by its partition's owner, and again by one that does not know better."""
    with _in_hand() as (_, database, received, move):
        handler = ProjectionHandler(BOARD, database)
        handler.handle(received, (move,), [])
        try:
            handler.handle(received, (move,), [])
        except StalePositionError:
            return
        except psycopg.IntegrityError as error:
            raise NoticedError(f"the second one wrote: {error.diag.message_primary}") from None
        raise NoticedError("the second one wrote")


def readers_got_another_build() -> None:
    """A projector has read a batch; readers leave its build before it writes."""
    with _in_hand() as (ground, database, received, move):
        ground.rows(
            "UPDATE view_versions SET state = 'kept' WHERE projection = 'board' RETURNING 1"
        )
        try:
            ProjectionHandler(BOARD, database, live=True).handle(received, (move,), [])
        except SwitchedError:
            return
        raise NoticedError("it wrote into a build that nobody looks at")


def the_last_letter_is_retried() -> None:
    """The letter of a key is taken away while a consumer parks the next event behind it."""
    with _in_hand() as (ground, database, received, move):
        first, second = (one.raw for one in received)
        with database.transaction() as conn:
            park(conn, [Parked(move.consumer, first, "failed", "scene")])
        behind = Parked(move.consumer, second, "behind", "scene")
        handler = ProjectionHandler(BOARD, database)
        with ThreadPoolExecutor(1) as consumer:
            with psycopg.connect(ground.url) as retrying:
                retrying.execute("DELETE FROM dead_letters")
                handling = consumer.submit(handler.handle, [], (move,), [behind])
                until(lambda: ground.one(BLOCKED) or handling.done(), "a consumer that waits")
            try:
                handling.result()
            except ReleasedError:
                return
        raise NoticedError(f"an event waits for nobody: {ground.rows(_LETTERS)}")


def _received(event: Any, number: int) -> Received[Any]:
    attributes = Envelope(
        id=str(_IDS.new()),
        source=f"/tiendo/{event.OWNER}",
        type=event.TYPE,
        subject=event.key().decode(),
        time=_CLOCK.now(),
        sequence=number + 1,
        subjectversion=number + 1,
        actor="scene",
        correlationid="scene",
    )
    raw = Raw(Partition(event.TOPIC, 0), number, event.key(), None, ())
    data = event.model_dump_json().encode()
    return Received(attributes, decode(event.TYPE, data), raw)


def _begin(ground: Ground, consumer: str) -> Move:
    """A consumer's first step, from the beginning to behind two records."""
    topic = events.AssignmentIssued.TOPIC
    with psycopg.connect(ground.url) as connection:
        connection.execute(
            "INSERT INTO positions (consumer, topic, partition, next_offset, sequence, cluster_id)"
            " VALUES (%s, %s, 0, 0, -1, 'scene')",
            (consumer, topic),
        )
    partition = Partition(topic, 0)
    return Move(consumer, Position(partition, 0, -1), Position(partition, 2, 2))


def it_is_claimed() -> None:
    """An assignment is claimed: it counts once, as claimed."""
    with _board() as (ground, _):
        claimed = example(events.CompletionReported.TYPE)
        same = {"assignment_id": _life()[0].assignment_id}
        ground.send((claimed.model_copy(update=same), 2))
        ground.consumed(2, "board")
        counted = ground.rows("SELECT stage, n::int FROM counters")
        must(counted == [("claimed", 1)], f"one assignment is counted as {counted}")


def an_event_cannot_be_read() -> None:
    """An event is malformed; the next one of its key must wait behind it."""
    with _board() as (ground, _):
        _, asked, granted = _life()
        ground.send((asked, 2), raw=b"{not JSON")
        ground.consumed(2, "board")
        ground.send((granted, 3))
        ground.consumed(3, "board")
        codes = [row[0] for row in ground.rows(_LETTERS)]
        granted_so_far = ground.one("SELECT granted FROM assignments")
        must(granted_so_far == 0, "an event overtook an earlier one of its key")
        must(codes == ["malformed", "behind"], f"parked: {codes}")


def the_only_letter_is_discarded() -> None:
    """A person discards what a key waited behind; the projector, who was not told, goes on."""
    with _board() as (ground, _):
        _, asked, granted = _life()
        ground.send((asked, 2), raw=b"{not JSON")
        ground.consumed(2, "board")
        ground.rows(
            "UPDATE dead_letters SET discarded_at = now(), discarded_by = 'scene',"
            " discarded_because = 'it cannot be read'"
            " WHERE starts_with(consumer, 'board') RETURNING id"
        )
        ground.send((granted, 3))
        ground.consumed(3, "board")
        must(not ground.rows(_LETTERS), "an event waits behind nothing, for ever")
        must(ground.one("SELECT granted FROM assignments") == 1, "the event had no effect")


def the_database_breaks_off() -> None:
    """PostgreSQL ends a session in the middle of a batch, twice: the events are not to blame."""
    with _board() as (ground, _):
        with _locked(ground):
            ground.send((_life()[1], 2))
            for _ in range(2):
                until(
                    lambda: ground.one(BLOCKED) or ground.rows(_LETTERS),
                    "a projector before the rows, or one that has given up",
                )
                ground.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
                until(lambda: not ground.one(BLOCKED), "the end of what was cut off")
        ground.consumed(2, "board")
        codes = [row[0] for row in ground.rows(_LETTERS)]
        must(not codes, f"parked for a fault that passes: {codes}")
        must(ground.one(_ASKED) == 1, f"the event shows {ground.one(_ASKED)} times, not once")
