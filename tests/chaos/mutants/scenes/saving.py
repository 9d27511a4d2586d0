"""Commands and their saving."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString
from uuid import UUID

import httpx
import psycopg
from tests.chaos.mutants.ground import BLOCKED, Ground, must, until
from tests.chaos.mutants.scenes.deciding import check_log, register, sent, store_of, unit

from assignments.domain import Unit
from tiendo_contracts.examples import example, story
from tiendo_contracts.units import UnitRegistered
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.store import Store, Work


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
        store = store_of(ground)
        try:
            process = ground.start("relay").ready()
            slow = threading.Thread(target=register, args=(store, "slow"))
            slow.start()
            until(lambda: ground.one(_SLEEPING), "a slow commit")
            quick = threading.Thread(target=register, args=(store_of(ground), "quick"))
            quick.start()
            quick.join()
            slow.join()
            sent(ground, 2)
        finally:
            store.close()
        check_log(ground)
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


def a_race_is_lost() -> None:
    """Somebody else changes the aggregate between a decision and its being saved."""
    with Ground.of("assignments") as ground:
        ours, theirs = store_of(ground), store_of(ground)
        try:
            with acting(Cause(actor="scene", correlation_id="scene")):
                renamed = ours.transact(lambda work: unit(work, "first"))
                raced: list[bool] = []

                def decide(work: Work) -> None:
                    found = work.get(Unit, renamed)
                    if not raced:
                        raced.append(True)
                        theirs.transact(lambda other: _rename(other, renamed, "theirs"))
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


def one_of_many_is_refused() -> None:
    """Commands that came during a save are saved together; two of them claim the same name."""
    with Ground.of("assignments") as ground:
        store = store_of(ground)
        try:
            with ThreadPoolExecutor(4) as pool:
                with psycopg.connect(ground.url) as connection:
                    connection.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
                    pool.submit(register, store, "first")
                    until(lambda: ground.one(BLOCKED), "a save that waits")
                    claims = [pool.submit(_claim, store, name) for name in ("a", "a", "b")]
                    until(lambda: len(store._together._queue) == len(claims), "the others")  # pyright: ignore[reportPrivateUsage]
                refused = [str(claim.exception()) for claim in claims if claim.exception()]
        finally:
            store.close()
        must(len(refused) == 1, f"one name was claimed twice, and refused were {refused}")
        count = ground.one("SELECT count(*) FROM stored_events")
        must(count == 3, f"three commands were accepted, and {count} are there")


def _claim(store: Store, name: str) -> None:
    def decide(work: Work) -> None:
        work.reserve("scene", name, unit(work, name))

    with acting(Cause(actor="scene", correlation_id="scene")):
        store.transact(decide)


def _rename(work: Work, identity: UUID, name: str) -> None:
    found = work.get(Unit, identity)
    found.rename(name, (), story.NOTICE_DAY, timestamp=work.clock.now())
