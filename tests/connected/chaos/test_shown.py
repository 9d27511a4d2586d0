"""The look at views from outside: it is content with what was told, and with nothing else."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count

import psycopg
import pytest
from tests.chaos.findings import Findings
from tests.chaos.logs import Record
from tests.chaos.reference import Reference
from tests.chaos.shown import check_rows
from tests.chaos.stored import SERVICES

from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.examples import assignments, envelope, meetings, notifications, reporting
from tiendo_contracts.examples import units as registered
from tiendo_local.platform import Platform
from tiendo_local.testing import fresh_database
from tiendo_runtime import schema
from tiendo_runtime.cli.environment import services
from tiendo_runtime.database import Database
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.records import Partition, Raw, Received

_SAME = {
    name: getattr(assignments.ASSIGNMENT_ISSUED, name)
    for name in ("assignment_id", "lead_unit_id", "lead_unit_path", "committee_id")
}
TOLD: Sequence[Contract] = (
    registered.UNIT_REGISTERED,
    registered.UNIT_RENAMED,
    meetings.MEETING_SCHEDULED,
    meetings.MEETING_MOVED,
    meetings.CONCLUSION_ISSUED,
    assignments.ASSIGNMENT_ISSUED,
    assignments.EXTENSION_REQUESTED.model_copy(update=_SAME),
    assignments.EXTENSION_GRANTED.model_copy(update=_SAME),
    assignments.DEADLINE_PASSED.model_copy(update=_SAME),
    assignments.COMPLETION_REPORTED.model_copy(update=_SAME),
    reporting.OBLIGATION_OPENED,
    reporting.REPORT_SUBMITTED,
    reporting.REPORT_RETURNED,
    notifications.NOTIFICATION_REQUESTED,
    notifications.NOTIFICATION_SENT,
    notifications.TELLING_REQUESTED.model_copy(
        update={"occasion": "report_due_soon", "subject_id": reporting.REPORT_SUBMITTED.report_id}
    ),
)


def received() -> Iterator[Received]:
    """The events with attributes as relays write them."""
    versions: dict[bytes, Iterator[int]] = {}
    for number, event in enumerate(TOLD):
        known, key = envelope(event), event.key()
        version = next(versions.setdefault(key, count(1)))
        attributes = Envelope(
            id=f"event {number}",
            source=known.source,
            type=known.type,
            subject=known.subject,
            time=known.time,
            sequence=number,
            subjectversion=version,
            actor=known.actor,
            correlationid=known.correlationid,
        )
        raw = Raw(Partition(event.TOPIC, 0), number, key, encode(event), attributes.headers())
        yield Received(attributes, event, raw)


def recorded(one: Received) -> Record:
    headers = {name: (value or b"").decode() for name, value in one.raw.headers}
    topic, partition = one.raw.partition
    return Record(topic, partition, one.raw.offset, one.raw.key, one.raw.value or b"", headers)


@contextmanager
def views(platform: Platform, name: str) -> Generator[str]:
    """A service's views, folded from the events by its own projections."""
    service, events = services()[name], list(received())
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, service.package, service.projections)
        database = Database(url, "test")
        database.open()
        with closing(database):
            for projection in service.projections:
                ProjectionHandler(projection, database).handle(events, (), ())
        yield url


def findings(service: str, url: str) -> Findings:
    found = Findings()
    check_rows(found, service, url, Reference(map(recorded, received())))
    return found


def tables(url: str) -> list[str]:
    """The tables of views that hold rows; counters are looked at through the board."""
    with psycopg.connect(url, autocommit=True) as connection:
        named = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables"
            " WHERE schemaname ~ '_v1$' AND tablename <> 'counters'"
        ).fetchall()
        count_of = "SELECT count(*) FROM {}"
        return [
            name
            for (name,) in named
            if connection.execute(count_of.format(name).encode()).fetchall() != [(0,)]
        ]


@pytest.mark.parametrize("service", SERVICES)
def test_views_that_hold_what_was_told_are_right_and_rows_that_are_missing_are_noticed(
    platform: Platform, service: str
) -> None:
    with views(platform, service) as url:
        assert findings(service, url).wrong == []
        noticed = 0
        for table in tables(url):
            with psycopg.connect(url) as connection:
                connection.execute(f"DELETE FROM {table}".encode())
            missed = len(findings(service, url).wrong)
            assert missed > noticed, f"nobody misses the rows of {table}"
            noticed = missed
