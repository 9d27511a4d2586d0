"""The smallest scenes in which it shows that a promise is broken.

Run as `python -m tests.chaos.mutants.scenes NAME`, with the product as it is or with a mutant of it
first on PYTHONPATH. The exit status is 0 if everything held, 3 if a check noticed something (which
is told), and anything else if the scene could not be played.
"""

import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString
from uuid import UUID

import httpx
import psycopg
from tests.chaos.findings import Findings
from tests.chaos.mutants.ground import (
    Ground,
    NoticedError,
    Process,
    must,
    seen_within,
    until,
)
from tests.chaos.progress import probe
from tests.chaos.stored import check_topics, load

from assignments.domain import Level, Unit
from assignments.publishing import publish
from monitoring.views.board import BOARD
from tiendo_contracts import assignments as events
from tiendo_contracts.cloudevents import Envelope, decode
from tiendo_contracts.examples import example, story
from tiendo_contracts.units import UnitRegistered
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import Database
from tiendo_runtime.positions import StalePositionError
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.records import Move, Partition, Position, Raw, Received
from tiendo_runtime.store import Store, Work

_CLOCK, _IDS = SystemClock(), Uuid7()
_ASKED: LiteralString = "SELECT asked FROM assignments"
_LETTERS: LiteralString = 'SELECT code FROM dead_letters ORDER BY "offset"'
_BLOCKED: LiteralString = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
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
            until(lambda: ground.one(_BLOCKED), "a projector before the rows")
            process.kill()
        ground.start("project").ready()
        ground.consumed(2, "board")
        until(lambda: not ground.one(_BLOCKED), "the end of what was cut off")
        must(ground.one(_ASKED) == 1, f"the event shows {ground.one(_ASKED)} times, not once")


def a_relay_repeats() -> None:
    """A relay sends an event a second time; it stands on the topic under a new offset."""
    with _board() as (ground, _):
        ground.send((_life()[1], 2), (_life()[1], 2))
        ground.consumed(3, "board")
        codes = [row[0] for row in ground.rows(_LETTERS)]
        must(not codes, f"the repeat was handled: its entry was there, so it is parked as {codes}")
        must(ground.one(_ASKED) == 1, f"the repeat had its effect: {ground.one(_ASKED)} requests")


def two_owners() -> None:
    """A batch is handled by its partition's owner, and again by one that does not know better."""
    with Ground.of("monitoring") as ground:
        database = Database(ground.url, "scene")
        database.open()
        try:
            handler = ProjectionHandler(BOARD, database)
            received = [_received(event, n) for n, event in enumerate(_life()[:2])]
            move = _begin(ground, handler.projection.schema)
            handler.handle(received, (move,), [])
            try:
                handler.handle(received, (move,), [])
            except StalePositionError:
                return
            except psycopg.IntegrityError as error:
                raise NoticedError(f"the second one wrote: {error.diag.message_primary}") from None
            raise NoticedError("the second one wrote")
        finally:
            database.close()


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


def the_database_breaks_off() -> None:
    """PostgreSQL ends a session in the middle of a batch, twice: the events are not to blame."""
    with _board() as (ground, _):
        with _locked(ground):
            ground.send((_life()[1], 2))
            for _ in range(2):
                until(
                    lambda: ground.one(_BLOCKED) or ground.rows(_LETTERS),
                    "a projector before the rows, or one that has given up",
                )
                ground.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
                until(lambda: not ground.one(_BLOCKED), "the end of what was cut off")
        ground.consumed(2, "board")
        codes = [row[0] for row in ground.rows(_LETTERS)]
        must(not codes, f"parked for a fault that passes: {codes}")
        must(ground.one(_ASKED) == 1, f"the event shows {ground.one(_ASKED)} times, not once")


def the_reply_is_lost() -> None:
    """A command's answer does not arrive; it is sent again under its key."""
    with Ground.of("meetings") as ground:
        ground.topics()
        process = ground.start("all").ready()
        committee = example(UnitRegistered.TYPE)
        ground.send((committee, 1))
        body = {
            "committee_id": committee.key().decode(),
            "title": "Phiên họp",
            "starts_at": "2027-01-01T09:00:00+07:00",
        }
        headers = {
            "Authorization": f"Bearer {ground.where.token}",
            "Idempotency-Key": "the same key",
        }

        def schedule() -> httpx.Response:
            return httpx.post(
                f"{process.url}/v1/meetings", json=body, headers=headers, trust_env=False
            )

        until(lambda: schedule().status_code == 201, "a meeting")
        first, again = schedule(), schedule()
        count = ground.one("SELECT count(*) FROM stored_events")
        must(count == 1, f"one command, {count} meetings")
        must(first.content == again.content, "the repeat was answered otherwise")


def writers_come_out_of_order() -> None:
    """A writer has its events' numbers, but commits later than the next writer would like to."""
    with Ground.of("assignments") as ground:
        ground.topics()
        _let_commits_take_time(ground)
        store = _store(ground)
        try:
            process = ground.start("relay").ready()
            slow = threading.Thread(target=_register, args=(store, "slow"))
            slow.start()
            until(lambda: ground.one(_SLEEPING), "a slow commit")
            quick = threading.Thread(target=_register, args=(_store(ground), "quick"))
            quick.start()
            quick.join()
            slow.join()
            _sent(ground, 2)
        finally:
            store.close()
        _check_log(ground)
        process.kill()


_SLEEPING: LiteralString = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname ="
    " current_database()"
)


def _let_commits_take_time(ground: Ground) -> None:
    with psycopg.connect(ground.url) as connection:
        connection.execute(
            "CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF convert_from(NEW.state, 'UTF8') LIKE '%slow%' THEN PERFORM pg_sleep(2); END IF;"
            " RETURN NULL; END $$"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER sleep AFTER INSERT ON stored_events"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sleep()"
        )


def _store(ground: Ground) -> Store:
    return Store(ground.url, Publisher("assignments", publish), _CLOCK, _IDS)


def _register(store: Store, name: str) -> None:
    with acting(Cause(actor="scene", correlation_id="scene")):
        store.transact(lambda work: _unit(work, name))


def _unit(work: Work, name: str) -> UUID:
    identity = work.ids.new()
    unit = Unit(
        id=identity,
        timestamp=work.clock.now(),
        code=None,
        name=name,
        name_en="",
        aliases=(),
        level=Level.CENTRAL,
        kind="agency",
        parent_id=None,
        path=f"/{identity}/",
        effective_on=story.NOTICE_DAY,
    )
    work.add(unit)
    return identity


def _sent(ground: Ground, events_stored: int) -> None:
    """Wait until the relay stands behind so many events."""
    until(lambda: ground.one("SELECT position FROM relay") >= events_stored, "the relay")


def _check_log(ground: Ground) -> None:
    """Hold the topic against the store, as at the end of a run."""
    findings = Findings()
    check_topics(findings, ground.service, load(ground.url), ground.log(UnitRegistered.TOPIC))
    must(not findings.wrong, "; ".join(findings.wrong))


def nothing_is_acknowledged() -> None:
    """Kafka does not take an event; the relay is killed over it, and another goes on."""
    with Ground.of("assignments") as ground:
        ground.topics()
        relay = ground.start("relay").ready()
        ground.refuse(UnitRegistered.TOPIC, over=1)
        store = _store(ground)
        _register(store, "first")
        store.close()
        until(
            lambda: ground.one("SELECT position FROM relay") or probe(relay.url),
            "a relay that has saved its position, or says that it cannot send",
        )
        relay.kill()
        ground.refuse(UnitRegistered.TOPIC, over=1_000_000)
        ground.start("relay")
        _sent(ground, 1)
        _check_log(ground)


def the_leader_wakes_up() -> None:
    """A relay sleeps longer than its lease; another leads when it wakes up."""
    with Ground.of("assignments") as ground:
        ground.topics()
        store = _store(ground)
        first = ground.start("relay").ready()
        until(lambda: ground.one("SELECT epoch FROM relay") == 1, "a leader")
        first.freeze()
        ground.start("relay")
        until(lambda: ground.one("SELECT epoch FROM relay") == 2, "another leader")
        _register(store, "second")
        store.close()
        _sent(ground, 1)
        first.wake()
        back = seen_within(3.0, lambda: ground.one("SELECT position FROM relay"), lambda at: at < 1)
        must(back is None, f"the former leader moved the position back to {back}")
        _check_log(ground)


def a_race_is_lost() -> None:
    """Somebody else changes the aggregate between a decision and its being saved."""
    with Ground.of("assignments") as ground:
        ours, theirs = _store(ground), _store(ground)
        try:
            with acting(Cause(actor="scene", correlation_id="scene")):
                unit = ours.transact(lambda work: _unit(work, "first"))
                raced: list[bool] = []

                def decide(work: Work) -> None:
                    found = work.get(Unit, unit)
                    if not raced:
                        raced.append(True)
                        theirs.transact(lambda other: _rename(other, unit, "theirs"))
                    found.rename("ours", (), story.NOTICE_DAY, timestamp=work.clock.now())

                ours.transact(decide)
        finally:
            ours.close()
            theirs.close()
        versions = [
            row[0]
            for row in ground.rows(
                "SELECT originator_version FROM stored_events ORDER BY notification_id"
            )
        ]
        must(versions == [1, 2, 3], f"two renamings, but the unit's versions are {versions}")


def _rename(work: Work, unit: UUID, name: str) -> None:
    found = work.get(Unit, unit)
    found.rename(name, (), story.NOTICE_DAY, timestamp=work.clock.now())


SCENES: Mapping[str, Callable[[], None]] = {
    scene.__name__: scene
    for scene in (
        killed_while_it_writes,
        a_relay_repeats,
        two_owners,
        it_is_claimed,
        an_event_cannot_be_read,
        the_database_breaks_off,
        the_reply_is_lost,
        writers_come_out_of_order,
        nothing_is_acknowledged,
        the_leader_wakes_up,
        a_race_is_lost,
    )
}


def main(name: str) -> int:
    """Play a scene; answers the exit status."""
    begun = time.monotonic()
    try:
        SCENES[name]()
    except NoticedError as noticed:
        sys.stdout.write(f"{noticed}\n")
        return 3
    sys.stdout.write(f"held, {time.monotonic() - begun:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
