"""A rebuild gives what the live fold gave, beside it, and readers get it in one step."""

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from tests.connected.runtime.log import until_so
from tests.connected.runtime.sampled import (
    BEGIN,
    NEXT,
    SAMPLE,
    WIDER,
    Sampled,
    builds,
    contents,
)
from tests.connected.runtime.workshop import IDS, one, rows

from tiendo_local.testing import Broker
from tiendo_runtime import schema, versions
from tiendo_runtime.database import connected
from tiendo_runtime.deadletters import TooManyDeadLettersError
from tiendo_runtime.folding import fold_in_memory
from tiendo_runtime.kafka_log import look
from tiendo_runtime.positions import Log
from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding import beginning, buckets
from tiendo_runtime.rebuilding import rebuild as rebuilding
from tiendo_runtime.rebuilding.building import Building
from tiendo_runtime.rebuilding.builds import drop as drop_build
from tiendo_runtime.rebuilding.comparing import compare
from tiendo_runtime.rebuilding.request import RebuildError, Report
from tiendo_runtime.rebuilding.switching import Switch
from tiendo_runtime.records import Outgoing, Partition, Raw, Received, read
from tiendo_runtime.schema import SchemaError

pytestmark = pytest.mark.timeout(300)
_LETTERS = 'SELECT topic, partition, "offset", code, reason FROM dead_letters WHERE consumer = %s'


class EndedError(Exception):
    """The process ended here."""


@pytest.fixture
def sampled(database_url: str, kafka: Broker) -> Sampled:
    made = Sampled(database_url, kafka)
    asyncio.run(made.prepare())
    return made


def letters(sampled: Sampled, name: str) -> list[tuple[object, ...]]:
    return sorted(rows(sampled.url, _LETTERS, name))


def codes(sampled: Sampled, name: str) -> list[object]:
    return [code for *_, code, _ in letters(sampled, name)]


def test_a_rebuild_gives_the_rows_that_the_live_fold_gave(sampled: Sampled) -> None:
    unit = sampled.units[0]
    history = [
        *sampled.history(200),
        sampled.renamed(unit, value=b"{}"),  # cannot be read, so the next of its key waits
        sampled.renamed(unit),
        *sampled.history(50),
    ]
    asyncio.run(sampled.lived(*history))
    report = sampled.rebuild()
    assert report.is_switched
    assert report.comparison is not None
    assert (report.comparison.differences, report.uncompared) == (0, "")
    assert report.events == len(history)
    assert builds(sampled.url) == {"sample_v1": "kept", "sample_v1_2": "live"}
    old, new = contents(sampled.url, "sample_v1"), contents(sampled.url, "sample_v1_2")
    assert old == new
    assert all(old.values())
    assert report.rows == {table: len(found) for table, found in new.items()}
    assert rows(sampled.url, "SELECT * FROM places ORDER BY 1") == new["places"]
    assert codes(sampled, "sample_v1_2")[:2] == ["malformed", "behind"]
    assert letters(sampled, "sample_v1_2") == letters(sampled, "sample_v1")
    assert report.set_aside == len(letters(sampled, "sample_v1"))


def test_indexes_and_keys_are_as_the_migration_made_them(sampled: Sampled) -> None:
    asyncio.run(sampled.happen(*sampled.history(20)))
    sampled.rebuild()
    sql = (
        "SELECT replace(indexdef, schemaname, '') FROM pg_indexes WHERE schemaname = %s ORDER BY 1"
    )
    made = rows(sampled.url, sql, "sample_v1")
    assert rows(sampled.url, sql, "sample_v1_2") == made
    assert len(made) == 5
    keys = "SELECT count(*) FROM pg_constraint WHERE connamespace = to_regnamespace(%s)"
    assert one(sampled.url, keys, "sample_v1_2") == one(sampled.url, keys, "sample_v1")


def test_an_event_that_an_effect_cannot_take_is_set_aside_with_its_key(sampled: Sampled) -> None:
    unit = sampled.units[0]
    history = [
        sampled.renamed(unit, "before"),
        sampled.renamed(unit, "poison"),
        sampled.renamed(unit, "after"),
        sampled.report("unsplittable"),
        *sampled.history(40),
    ]
    asyncio.run(sampled.lived(*history))
    assert sampled.rebuild().is_switched
    assert contents(sampled.url, "sample_v1_2") == contents(sampled.url, "sample_v1")
    assert letters(sampled, "sample_v1_2") == letters(sampled, "sample_v1")
    assert codes(sampled, "sample_v1_2").count("failed") == 2


def test_what_a_person_discarded_stays_discarded(sampled: Sampled) -> None:
    unit = sampled.units[0]
    records = [sampled.renamed(unit, value=b"{}"), *sampled.history(5)]
    asyncio.run(sampled.lived(*records))
    with psycopg.connect(sampled.url) as conn:
        conn.execute(
            "UPDATE dead_letters SET discarded_at = now(), discarded_by = 'me',"
            " discarded_because = 'a test' WHERE code = 'malformed'"
        )
    asyncio.run(sampled.lived(sampled.renamed(unit, "later")))
    waiting = codes(sampled, "sample_v1")
    sampled.rebuild(accept_differences=True)
    found = rows(sampled.url, "SELECT names FROM sample_v1_2.places WHERE unit_id = %s", unit)
    assert found[0][0][-1] == "later"
    assert "malformed" in waiting
    assert codes(sampled, "sample_v1_2") == []


def test_a_difference_is_listed_and_stops_the_switch(sampled: Sampled) -> None:
    asyncio.run(sampled.lived(*sampled.history(60)))
    wrong, lost = sampled.work[0], sampled.work[1]
    with psycopg.connect(sampled.url) as conn:
        conn.execute("UPDATE sample_v1.work SET lines = 99 WHERE assignment_id = %s", (wrong,))
        conn.execute("DELETE FROM sample_v1.work WHERE assignment_id = %s", (lost,))
    report = sampled.rebuild()
    assert not report.is_switched
    assert report.comparison is not None
    assert report.comparison.differences == 2
    found = {one.key: one for one in report.comparison.listed}
    assert found[wrong].columns["lines"][0] == "99"
    assert set(found[wrong].columns) == {"lines"}
    assert found[lost].side == "new"
    assert builds(sampled.url) == {"sample_v1": "live", "sample_v1_2": "building"}

    asyncio.run(sampled.lived(*sampled.history(10)))  # the same command goes on with what is there
    accepted = sampled.rebuild(accept_differences=True)
    assert (accepted.is_switched, accepted.schema) == (True, "sample_v1_2")
    assert sampled.live() == "sample_v1_2"
    assert one(sampled.url, "SELECT count(*) FROM work WHERE assignment_id = %s", lost) == 1


def test_a_live_build_that_goes_on_while_the_log_is_looked_at_is_still_compared(
    sampled: Sampled, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_and_see_it_go_on(bootstrap: str, topics: tuple[str, ...]) -> Log:
        found = await look(bootstrap, topics)
        await sampled.lived(*sampled.history(30))
        return found

    asyncio.run(sampled.lived(*sampled.history(40)))
    monkeypatch.setattr(beginning, "look", look_and_see_it_go_on)
    report = sampled.rebuild()
    assert (report.uncompared, report.is_switched) == ("", True)
    assert report.comparison is not None
    assert report.comparison.differences == 0


def left_before(sampled: Sampled, step: type, name: str, projection: Projection = SAMPLE) -> None:
    """A rebuild that ended before a step; the same command goes on from there."""

    def end(*_: object) -> None:
        raise EndedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, name, end)
        with pytest.raises(EndedError):
            sampled.rebuild(projection=projection)


def test_a_rebuild_that_ended_before_its_switch_waits_for_the_live_build_to_come_there(
    sampled: Sampled, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(sampled.lived(*sampled.history(40)))
    ahead = sampled.history(20)
    asyncio.run(sampled.happen(*ahead))
    left_before(sampled, Switch, "make")
    monkeypatch.setattr(rebuilding, "_PATIENCE_SECONDS", 0.0)
    assert "the live build is behind" in sampled.rebuild().uncompared
    monkeypatch.undo()

    async def come_after() -> Report:
        going_on = asyncio.ensure_future(asyncio.to_thread(sampled.rebuild))
        async with sampled.projecting():
            return await going_on

    report = asyncio.run(come_after())
    assert (report.uncompared, report.is_switched) == ("", True)
    assert contents(sampled.url, "sample_v1_2") == contents(sampled.url, "sample_v1")


def test_what_is_discarded_while_a_build_is_made_is_discarded_in_it_as_well(
    sampled: Sampled,
) -> None:
    unit = sampled.units[0]
    records = [sampled.renamed(unit, value=b"{}"), sampled.renamed(unit), *sampled.history(20)]
    asyncio.run(sampled.lived(*records))
    left_before(sampled, Switch, "make")
    waiting = codes(sampled, "sample_v1_2")
    with psycopg.connect(sampled.url) as conn:
        conn.execute(
            "UPDATE dead_letters SET discarded_at = now(), discarded_by = 'me',"
            " discarded_because = 'a test' WHERE code = 'malformed' AND consumer = 'sample_v1'"
        )
    assert sampled.rebuild().is_switched
    assert waiting[:2] == ["malformed", "behind"]
    still = f"{_LETTERS} AND discarded_at IS NULL"
    assert "malformed" not in {row[3] for row in rows(sampled.url, still, "sample_v1_2")}
    assert len(rows(sampled.url, still, "sample_v1_2")) == len(waiting) - 1


def test_a_build_is_not_gone_on_with_from_another_log(sampled: Sampled) -> None:
    asyncio.run(sampled.lived(*sampled.history(40)))
    left_before(sampled, Building, "build")
    facts = "UPDATE view_versions SET facts = jsonb_set(facts, %s, %s) WHERE state = 'building'"
    with psycopg.connect(sampled.url) as conn:
        conn.execute(facts, ("{bounds,0,3}", "999"))
    with pytest.raises(RebuildError, match=r"another log: .* to 999; add --restart"):
        sampled.rebuild()
    with psycopg.connect(sampled.url) as conn:
        conn.execute(facts, ("{cluster}", '"other"'))
    with pytest.raises(RebuildError, match="another cluster other; add --restart"):
        sampled.rebuild()
    assert sampled.rebuild(restart=True).is_switched


def test_a_log_that_nobody_can_read_stops_a_rebuild_before_it_sets_all_of_it_aside(
    sampled: Sampled,
) -> None:
    asyncio.run(sampled.happen(*(sampled.report("unsplittable") for _ in range(25))))
    with pytest.raises(TooManyDeadLettersError, match="25 of the last 25"):
        sampled.rebuild()
    assert sampled.live() == "sample_v1"
    assert codes(sampled, "sample_v1_2") == []


def test_after_a_rollback_readers_have_the_former_build_with_what_it_missed(
    sampled: Sampled,
) -> None:
    asyncio.run(sampled.lived(*sampled.history(40)))
    with pytest.raises(RebuildError, match="no former build of sample is kept"):
        sampled.rollback()
    sampled.rebuild()
    asyncio.run(sampled.lived(*sampled.history(40)))
    assert sampled.live() == "sample_v1_2"
    report = sampled.rollback()
    assert (report.schema, report.is_switched) == ("sample_v1", True)
    assert builds(sampled.url) == {"sample_v1": "live", "sample_v1_2": "kept"}
    assert contents(sampled.url, "sample_v1") == contents(sampled.url, "sample_v1_2")
    asyncio.run(sampled.lived(*sampled.history(10)))
    assert sampled.rollback().schema == "sample_v1_2"
    assert contents(sampled.url, "sample_v1") == contents(sampled.url, "sample_v1_2")


def test_as_of_an_instant_is_the_fold_of_what_was_recorded_until_then(sampled: Sampled) -> None:
    unread = [sampled.renamed(str(IDS.new()), value=b"{}"), sampled.report("unsplittable")]
    history = sampled.history(120)
    later = sampled.renamed(str(IDS.new()), value=b"{}")
    asyncio.run(sampled.lived(*unread, *history, later))
    instant = BEGIN + timedelta(minutes=60)
    report = sampled.rebuild(as_of=instant)
    assert (report.is_switched, report.comparison) == (False, None)
    assert report.set_aside == len(unread)
    assert builds(sampled.url) == {"sample_v1": "live", report.schema: "asof"}
    expected = fold_in_memory(SAMPLE, (r for r in received(history) if r.envelope.time <= instant))
    found = contents(sampled.url, report.schema)
    for table in ("places", "work"):
        assert [row[0].int for row in found[table]] == sorted(expected.rows[table])
        for key, *values in found[table]:
            row = expected.rows[table][key.int]
            assert values == [getattr(row, name) for name in row.__slots__[1:]]
    assert {row[1] for row in found["said"]} == {row.event_id for row in expected.added["said"]}
    assert len(found["places"]) > 0
    assert rows(sampled.url, "SELECT FROM positions WHERE consumer = %s", report.schema) == []


def received(history: list[Outgoing]) -> list[Received[Any]]:
    """The events as they count: each once."""
    counted = {(record.topic, record.sequence): record for record in history}
    return [
        read(Raw(Partition(r.topic, 0), 0, r.key, r.value, r.headers))
        for _, r in sorted(counted.items())
    ]


def test_another_version_is_compared_in_what_both_have(sampled: Sampled) -> None:
    asyncio.run(sampled.lived(*sampled.history(40)))
    report = sampled.rebuild(projection=NEXT)
    assert report.is_switched
    assert report.comparison is not None
    assert report.comparison.skipped == [
        "the new one alone has places.least (integer)",
        "the new one alone has work.worst (smallint)",
    ]
    assert builds(sampled.url) == {"sample_v1": "kept", "sample_v2": "live"}
    assert rows(sampled.url, "SELECT worst FROM work LIMIT 1") == [(None,)]
    with pytest.raises(RebuildError, match="run the rollback with the code of that version"):
        sampled.rollback(NEXT)
    with pytest.raises(SchemaError, match="version 2 of sample is live and this code is of ver"):
        schema.check(sampled.url, "tiendo_runtime", (SAMPLE,))
    assert sampled.rollback(SAMPLE).schema == "sample_v1"


def test_a_version_that_reads_a_topic_more_is_compared_before_it_reads_that(
    sampled: Sampled, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(sampled.lived(*sampled.history(40)))
    asyncio.run(sampled.happen(*(sampled.held() for _ in range(5))))
    named = "SELECT count(*) FROM sample_v2.places WHERE name = 'a meeting'"
    counted: list[object] = []

    def look_first(*sides: Any) -> Any:
        counted.append(one(sampled.url, named))
        return compare(*sides)

    monkeypatch.setattr(rebuilding, "compare", look_first)
    report = sampled.rebuild(projection=WIDER)
    assert report.comparison is not None
    assert (report.comparison.differences, report.is_switched) == (0, True)
    assert (counted, one(sampled.url, named)) == ([0], 5)


def test_a_version_that_has_begun_to_read_a_topic_more_is_not_compared(sampled: Sampled) -> None:
    asyncio.run(sampled.lived(*sampled.history(40)))
    asyncio.run(sampled.happen(sampled.held()))
    left_before(sampled, Switch, "make", WIDER)
    report = sampled.rebuild(projection=WIDER)
    assert "the live build does not read" in report.uncompared
    assert not report.is_switched
    again = sampled.rebuild(projection=WIDER, restart=True)
    assert (again.uncompared, again.is_switched) == ("", True)


def test_code_of_another_version_waits_until_its_own_is_live(sampled: Sampled) -> None:
    async def wait() -> None:
        await sampled.happen(*sampled.history(20))
        async with sampled.projecting(NEXT) as newer:
            await until_so(lambda: newer.health.reason is None)
            count = "SELECT count(*) FROM positions WHERE sequence >= 0"
            assert one(sampled.url, count) == 0
            await asyncio.to_thread(sampled.rebuild, projection=NEXT)
            more = sampled.history(20)
            await sampled.happen(*more)
            end = "SELECT sum(next_offset) FROM positions WHERE consumer = 'sample_v2'"
            total = one(sampled.url, end) + len(more)
            await until_so(lambda: one(sampled.url, end) >= total)

    asyncio.run(wait())


def test_a_second_rebuild_at_the_same_time_is_refused(sampled: Sampled) -> None:
    with connected(sampled.url) as conn:
        conn.execute("SELECT pg_advisory_lock(hashtextextended('rebuild sample', 4))")
        with pytest.raises(RebuildError, match="another rebuild or rollback of sample is at work"):
            sampled.rebuild()


def test_a_build_that_nobody_reads_can_be_dropped(sampled: Sampled) -> None:
    asyncio.run(sampled.lived(*sampled.history(20)))
    sampled.rebuild()
    with connected(sampled.url) as conn:
        with pytest.raises(RebuildError, match="sample_v1_2 is live"):
            drop_build(conn, "sample_v1_2")
        drop_build(conn, "sample_v1")
        with pytest.raises(RebuildError, match="there is no build sample_v1"):
            drop_build(conn, "sample_v1")
        assert [build.schema for build in versions.builds(conn, "sample")] == ["sample_v1_2"]
    left = "SELECT count(*) FROM positions WHERE consumer = 'sample_v1'"
    assert one(sampled.url, left) == 0
    assert one(sampled.url, "SELECT count(*) FROM places") > 0


def test_a_bucket_that_is_too_large_is_reduced_in_slices(sampled: Sampled) -> None:
    history = sampled.history(100)
    asyncio.run(sampled.lived(*history))
    whole, buckets.SLICE_BYTES = buckets.SLICE_BYTES, 4000
    try:
        report = sampled.rebuild()
    finally:
        buckets.SLICE_BYTES = whole
    assert report.is_switched
    assert contents(sampled.url, "sample_v1_2") == contents(sampled.url, "sample_v1")
