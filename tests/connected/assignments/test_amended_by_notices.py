"""What later notices do to assignments that are told on Kafka: once, in order, never lost."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.connected.assignments.running import IDS, Served, until
from tests.connected.assignments.test_assignments_over_http import conclusion, version

from assignments.application import assignment_id
from tiendo_contracts.base import Deadline
from tiendo_contracts.meetings import ConclusionIssued, ConclusionSupplemented, ItemChange
from tiendo_runtime.clock import SystemClock, local_day

SOON = local_day(SystemClock().now()) + timedelta(days=30)
LATER = Deadline.on(SOON + timedelta(days=30), "đến hết tháng sau")
PATH = "II.1"


def supplemented(earlier: ConclusionIssued, *changes: ItemChange) -> ConclusionSupplemented:
    return ConclusionSupplemented(
        committee_id=earlier.committee_id,
        committee_path=earlier.committee_path,
        notice_id=earlier.notice_id,
        by_notice_id=IDS.new(),
        number="52-TB/BCĐ",
        issued_on=date(2026, 12, 7),
        changes=changes,
    )


def change(action: Any, *leads: UUID, by: str = "1", **more: Any) -> ItemChange:
    given: dict[str, Any] = {"deadline": None, "lead_unit_id": None} | more
    return ItemChange(item_path=PATH, by_item_path=by, action=action, of_lead_ids=leads, **given)


def obliged(served: Served) -> tuple[ConclusionIssued, UUID, UUID]:
    """A unit that a notice of its own obliges: the notice, the unit, the assignment."""
    unit = IDS.new()
    served.register(unit)
    notice = conclusion(served, unit, Deadline.on(SOON))
    served.publish(notice)
    found = assignment_id(notice.notice_id, PATH, unit)
    until(lambda: served.stored(found))
    return notice, unit, found


def read(served: Served, assignment: UUID) -> dict[str, Any]:
    return served.ask("GET", f"/v1/assignments/{assignment}").json()


def set_aside(served: Served, of: ConclusionIssued) -> list[str]:
    rows = served.query(f"SELECT reason FROM dead_letters WHERE key = '{of.notice_id}'::bytea")
    return [reason for (reason,) in rows]


def test_one_notice_sets_another_deadline_and_another_lead_and_a_repeat_changes_nothing(
    served: Served,
) -> None:
    earlier, unit, found = obliged(served)
    follows = IDS.new()
    served.register(follows)
    told = supplemented(
        earlier,
        change("re_dated", unit, by="1", deadline=LATER),
        change("handed_over", unit, by="2", lead_unit_id=follows),
    )
    sequence = served.publish(told)
    served.publish(told, sequence=sequence)  # as a relay repeats it
    served.publish(told)  # as if it were another event
    served.publish(supplemented(earlier, change("added", unit, by="9")))
    expected = [
        "Issued", "Amended", "ExtensionGranted", "Amended", "Transferred", "Amended",
    ]  # fmt: skip
    until(lambda: len(served.stored(found)) >= len(expected))
    assert served.stored(found) == expected
    now = read(served, found)
    assert now["lead_unit_id"] == str(follows)
    assert now["original"]["due_on"] == SOON.isoformat()
    assert now["deadline"]["due_on"] == (SOON + timedelta(days=30)).isoformat()


def test_what_is_revoked_ends_and_a_change_that_comes_after_is_recorded_as_too_late(
    served: Served,
) -> None:
    earlier, unit, found = obliged(served)
    served.publish(supplemented(earlier, change("revoked", unit)))
    served.publish(supplemented(earlier, change("re_dated", unit, deadline=LATER)))
    until(lambda: len(served.stored(found)) >= 4)
    assert served.stored(found) == ["Issued", "Amended", "Closed", "Amended"]
    now = read(served, found)
    assert (now["stage"], now["deadline"]["due_on"]) == ("cancelled", SOON.isoformat())
    assert set_aside(served, earlier) == []


def test_parts_of_what_was_split_are_given_the_new_deadline(served: Served) -> None:
    earlier, unit, found = obliged(served)
    parts: list[dict[str, Any]] = [
        {"lead": str(unit), "helpers": [], "text": f"Phần {n}"} for n in (1, 2)
    ]
    body = {"parts": parts, "reason": "hai việc"}
    path = f"/v1/assignments/{found}/splits"
    done = served.ask("POST", path, "leader", json=body, match=version(served, found))
    assert done.status_code == 200, done.text
    served.publish(supplemented(earlier, change("re_dated", unit, deadline=LATER)))
    made = [UUID(one) for one in read(served, found)["parts"]]
    until(lambda: all("Amended" in served.stored(part) for part in made))
    for part in made:
        now = read(served, part)
        assert now["original"]["due_on"] == SOON.isoformat()
        assert now["deadline"]["due_on"] == (SOON + timedelta(days=30)).isoformat()


def test_only_what_cannot_be_done_is_set_aside_and_wholly(served: Served) -> None:
    earlier, unit, found = obliged(served)
    nobody = IDS.new()
    served.publish(
        supplemented(
            earlier,
            change("re_dated", unit, by="1", deadline=LATER),
            change("handed_over", unit, by="2", lead_unit_id=nobody),
        )
    )
    [reason] = until(lambda: set_aside(served, earlier))
    assert "unknown_unit" in reason
    assert served.stored(found) == ["Issued"]
