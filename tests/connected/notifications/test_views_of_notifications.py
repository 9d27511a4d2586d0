"""What the copy of assignments and the list of notifications tell."""

from tests.connected.notifications.harness import Parts, Unit
from tests.histories import stream

from notifications.views import ASSIGNMENTS, NOTIFICATIONS
from tiendo_contracts.examples import assignments
from tiendo_contracts.examples import notifications as own

UNIT = Unit("listed")


def test_an_assignment_is_open_until_it_is_claimed_and_when_it_was_refused(bench: Parts) -> None:
    issued = assignments.ASSIGNMENT_ISSUED
    claimed, refused = assignments.COMPLETION_REPORTED, assignments.COMPLETION_REFUSED
    lives = [
        (issued,),
        (issued, assignments.EXTENSION_GRANTED, claimed),
        (issued, claimed, refused),
        (issued, claimed, assignments.COMPLETION_VERIFIED),
    ]
    ids = [UNIT.assigned(number).assignment_id for number in range(len(lives))]
    for key, events in zip(ids, lives, strict=True):
        bench.fold(ASSIGNMENTS, stream(events, assignment_id=key))
    with bench.runtime.database.transaction() as conn:
        rows = conn.execute("SELECT assignment_id, version, is_open FROM assignments").fetchall()
    assert {row["assignment_id"]: (row["version"], row["is_open"]) for row in rows} == {
        ids[0]: (1, True),
        ids[1]: (3, False),
        ids[2]: (3, True),
        ids[3]: (3, False),
    }


def test_what_was_told_says_how_it_ended(bench: Parts) -> None:
    ends = {"requested": (), "sent": (own.NOTIFICATION_SENT,), "failed": (own.NOTIFICATION_FAILED,)}
    for number, events in enumerate(ends.values()):
        key = UNIT.assigned(number).assignment_id
        told = stream((own.NOTIFICATION_REQUESTED, *events), notification_id=key)
        bench.fold(NOTIFICATIONS, told)
    with bench.runtime.database.transaction() as conn:
        rows = conn.execute("SELECT state, sent_at, failed_at FROM notifications").fetchall()
    assert {row["state"]: (bool(row["sent_at"]), bool(row["failed_at"])) for row in rows} == {
        "requested": (False, False),
        "sent": (True, False),
        "failed": (False, True),
    }
