"""The board by the library's own `ProjectionRunner`: an event and its tracking in one transaction.

The same events lie in an event store of the library, kept by its stock mapper, and reach the view
through its stock subscription; the rows are written as in `project_each`.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import msgspec
from bench.grounds import Marks
from bench.peers import project_each
from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import DomainEvent, datetime_now_with_tzinfo
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import get_topic

from tiendo_contracts.assignments import AssignmentIssued, CompletionVerified, ExtensionGranted
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime.records import Outgoing

_PAGE = 2_000
_SECONDS = 600.0


class Fact(DomainEvent):
    """An event with its attributes as they are on the wire."""

    head: dict[str, str]
    data: dict[str, Any]


class Issued(Fact):
    pass


class Granted(Fact):
    pass


class Verified(Fact):
    pass


class Submitted(Fact):
    pass


_CLASSES: dict[str, type[Fact]] = {
    AssignmentIssued.TYPE: Issued,
    ExtensionGranted.TYPE: Granted,
    CompletionVerified.TYPE: Verified,
    ReportSubmitted.TYPE: Submitted,
}


class Year(Application[UUID]):
    """The store of the events."""


class BoardView(PostgresTrackingRecorder):
    """The board's tables, with the position in the store beside them."""

    told = Marks()

    def put(self, fact: Fact, tracking: Tracking) -> None:
        """Write what an event changes, and the position, in one transaction."""
        with self.datastore.transaction(commit=True) as curs:
            self._insert_tracking(curs, tracking)
            project_each.fold(curs, fact.head, fact.data, live=False)
        self.told(1)


class Board(Projection[BoardView]):
    name = "board"
    topics = tuple(get_topic(kind) for kind in _CLASSES.values())

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Nothing of ours."""

    @process_event.register
    def _(self, domain_event: Fact, tracking: Tracking) -> None:
        self.view.put(domain_event, tracking)


def _environment(url: str) -> dict[str, str]:
    found = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": found.path.lstrip("/"),
        "POSTGRES_HOST": found.hostname or "",
        "POSTGRES_PORT": str(found.port),
        "POSTGRES_USER": unquote(found.username or ""),
        "POSTGRES_PASSWORD": unquote(found.password or ""),
    }


def fill(url: str, records: Iterable[Outgoing]) -> int:
    """Put events into a store; answers how many."""
    filled, facts = 0, iter(records)
    with Year(_environment(url)) as app:
        while page := list(islice(facts, _PAGE)):
            app.recorder.insert_events([app.mapper.to_stored_event(_fact(r)) for r in page])
            filled += len(page)
    return filled


def _fact(record: Outgoing) -> Fact:
    head = {name: value.decode() for name, value in record.headers}
    kind: Any = _CLASSES[head["ce_type"]]  # its constructor is made by the library's metaclass
    return kind(
        originator_id=UUID(head["ce_subject"]),
        originator_version=int(head["ce_subjectversion"]),
        timestamp=datetime_now_with_tzinfo(),
        head=head,
        data=msgspec.json.decode(record.value),
    )


def project(url: str, last: int) -> Marks:
    """Run the projection over all events up to a notification id; tells of each commit."""
    BoardView.told = Marks()
    with ProjectionRunner[Year, BoardView](
        application_class=Year,
        projection_class=Board,
        view_class=BoardView,
        env=_environment(url),
    ) as runner:
        runner.wait(last, timeout=_SECONDS)
    return BoardView.told
