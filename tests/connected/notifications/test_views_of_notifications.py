"""Views depend on each aggregate's own sequence, never on how sequences meet."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.connected.notifications.harness import Parts, Unit, received

from notifications.views import ASSIGNMENTS, NOTIFICATIONS
from tiendo_contracts.base import Contract
from tiendo_contracts.examples import assignments
from tiendo_contracts.examples import notifications as own
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Received

UNIT = Unit("interleaved")


def lives(kinds: Sequence[Sequence[Contract]], key: str) -> list[list[Received]]:
    """Sequences of events, each of an aggregate of its own."""
    found: list[list[Received]] = []
    for item, events in enumerate(kinds):
        which = {key: UNIT.assigned(item).assignment_id}
        own_events = [event.model_copy(update=which) for event in events]
        found.append([received(event, version) for version, event in enumerate(own_events, 1)])
    return found


OF_ASSIGNMENTS = lives(
    [
        [assignments.ASSIGNMENT_ISSUED],
        [assignments.ASSIGNMENT_ISSUED, assignments.DEADLINE_PASSED, assignments.EXTENSION_GRANTED],
        [
            assignments.ASSIGNMENT_ISSUED,
            assignments.COMPLETION_REPORTED,
            assignments.COMPLETION_REFUSED,
            assignments.COMPLETION_REPORTED,
            assignments.COMPLETION_VERIFIED,
        ],
    ],
    "assignment_id",
)
OF_NOTIFICATIONS = lives(
    [
        [own.NOTIFICATION_REQUESTED],
        [own.NOTIFICATION_REQUESTED, own.NOTIFICATION_SENT],
        [own.NOTIFICATION_REQUESTED, own.NOTIFICATION_FAILED],
    ],
    "notification_id",
)


@st.composite
def interleaved(draw: st.DrawFn, sequences: list[list[Received]]) -> list[list[Received]]:
    """The sequences as one stream, each in its order, cut into batches."""
    left = [list(sequence) for sequence in sequences]
    batches: list[list[Received]] = [[]]
    while any(left):
        chosen = draw(st.sampled_from([sequence for sequence in left if sequence]))
        batches[-1].append(chosen.pop(0))
        if draw(st.booleans()):
            batches.append([])
    return batches


def folded(bench: Parts, projection: Projection, batches: Sequence[Sequence[Received]]) -> Any:
    table = f"{projection.schema}.{projection.tables[0]}"
    with bench.runtime.database.transaction() as conn:
        conn.execute(f"TRUNCATE {table}".encode())
    for batch in batches:
        bench.fold(projection, batch)
    with bench.runtime.database.transaction() as conn:
        return conn.execute(f"SELECT * FROM {table} ORDER BY 1".encode()).fetchall()


WITH_ONE_DATABASE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@WITH_ONE_DATABASE
@given(batches=interleaved(OF_ASSIGNMENTS))
def test_the_copy_of_assignments_does_not_depend_on_interleaving(
    bench: Parts, batches: list[list[Received]]
):
    rows = folded(bench, ASSIGNMENTS, batches)
    assert rows == folded(bench, ASSIGNMENTS, OF_ASSIGNMENTS)
    assert sorted((row["version"], row["is_open"]) for row in rows) == [
        (1, True),
        (3, True),
        (5, False),
    ]


@WITH_ONE_DATABASE
@given(batches=interleaved(OF_NOTIFICATIONS))
def test_what_was_told_does_not_depend_on_interleaving(bench: Parts, batches: list[list[Received]]):
    rows = folded(bench, NOTIFICATIONS, batches)
    assert rows == folded(bench, NOTIFICATIONS, OF_NOTIFICATIONS)
    assert {row["state"] for row in rows} == {"requested", "sent", "failed"}
