"""An assignment's life from a notice to its verification, through the running service."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.connected.assignments.running import IDS, Served, until

from assignments.application import assignment_id
from tiendo_contracts.base import Deadline
from tiendo_contracts.examples.meetings import CONCLUSION_ISSUED
from tiendo_contracts.examples.reporting import REPORT_SUBMITTED
from tiendo_contracts.meetings import ConclusionIssued
from tiendo_contracts.reporting import ReportLine, ReportSubmitted
from tiendo_runtime.clock import SystemClock

NEXT_YEAR = date(SystemClock().now().year + 1, 6, 30)


def conclusion(served: Served, unit: UUID, due: Deadline | None = None) -> ConclusionIssued:
    """A notice with a statement and one assignment of the unit."""
    statement, item, *_ = CONCLUSION_ISSUED.items
    item = item.model_copy(
        update={"lead_unit_id": unit, "coordinator_ids": (), "deadline": due or Deadline.none()}
    )
    changes = {
        "notice_id": IDS.new(),
        "committee_id": served.root,
        "committee_path": served.root_path,
        "items": (statement, item),
    }
    return CONCLUSION_ISSUED.model_copy(update=changes)


def claim(served: Served, unit: UUID, *assignments: UUID) -> ReportSubmitted:
    line = REPORT_SUBMITTED.lines[0]
    changes: dict[str, Any] = {
        "report_id": IDS.new(),
        "unit_id": unit,
        "unit_path": f"{served.root_path}{unit}/",
        "lines": tuple(line.model_copy(update={"assignment_id": a}) for a in assignments),
    }
    assert isinstance(line, ReportLine)
    return REPORT_SUBMITTED.model_copy(update=changes)


@pytest.fixture
def unit(served: Served) -> UUID:
    found = IDS.new()
    served.register(found)
    return found


@pytest.fixture
def assignment(served: Served, unit: UUID) -> UUID:
    notice = conclusion(served, unit, Deadline.on(NEXT_YEAR))
    served.publish(notice)
    found = assignment_id(notice.notice_id, notice.items[1].path, unit)
    until(lambda: served.stored(found))
    return found


def version(served: Served, assignment: UUID) -> int:
    return int(served.ask("GET", f"/v1/assignments/{assignment}").headers["etag"].strip('"'))


def test_a_notice_told_twice_obliges_once(served: Served, unit: UUID) -> None:
    notice = conclusion(served, unit)
    sequence = served.publish(notice)
    served.publish(notice, sequence=sequence)  # as a relay repeats it
    served.publish(notice)  # as if it were another event
    another = IDS.new()
    served.register(another)
    marker = conclusion(served, another).model_copy(update={"notice_id": notice.notice_id})
    served.publish(marker)  # of the same key, so whatever was sent before it was handled before it
    until(lambda: served.stored(assignment_id(notice.notice_id, marker.items[1].path, another)))
    assert served.stored(assignment_id(notice.notice_id, notice.items[1].path, unit)) == ["Issued"]


def test_an_assignment_is_read_inside_of_its_scope_only(
    served: Served, unit: UUID, assignment: UUID
) -> None:
    own = served.ask("GET", f"/v1/assignments/{assignment}", "reporter", unit)
    assert own.status_code == 200
    assert own.json()["deadline"]["due_on"] == NEXT_YEAR.isoformat()
    assert (
        served.ask("GET", f"/v1/assignments/{assignment}", "reporter", IDS.new()).status_code == 403
    )
    assert served.ask("GET", f"/v1/assignments/{IDS.new()}").status_code == 404
    assert served.ask("GET", "/v1/assignments/nonsense").status_code == 422


def test_an_extension_is_asked_for_and_granted(
    served: Served, unit: UUID, assignment: UUID
) -> None:
    path = f"/v1/assignments/{assignment}"
    later = (NEXT_YEAR + timedelta(days=30)).isoformat()
    body = {"deadline": {"due_on": later}, "reason": "chờ kinh phí"}
    ask = f"{path}/extension-requests"
    assert served.ask("POST", ask, "reporter", unit, json=body).status_code == 428
    assert served.ask("POST", ask, "reporter", unit, json=body, match=9).status_code == 412
    assert served.ask("POST", ask, "reporter", IDS.new(), json=body, match=1).status_code == 403
    assert served.ask("POST", ask, "secretariat", json=body, match=1).status_code == 403
    key = str(IDS.new())
    first, again = (
        served.ask("POST", ask, "reporter", unit, json=body, match=1, key=key) for _ in range(2)
    )
    assert (first.status_code, first.json()["version"]) == (200, 2)
    assert first.content == again.content
    twice = served.ask("POST", ask, "reporter", unit, json=body, match=2)
    assert (twice.status_code, twice.json()["code"]) == (409, "extension_pending")
    granted = served.ask("POST", f"{path}/extensions", "leader", json={"reason": "đồng ý"}, match=2)
    assert granted.status_code == 200
    found = served.ask("GET", path).json()
    assert found["deadline"]["due_on"] == later
    assert found["original"]["due_on"] == NEXT_YEAR.isoformat()


@pytest.mark.parametrize(
    "deadline",
    [
        {},
        {"due_on": "9999-12-31"},
        {"due_on": "0001-01-01"},
        {"due_at": "0001-01-01T00:00:00+14:00"},
        {"due_at": "9999-12-31T23:59:59-14:00"},
        {"due_at": "2030-01-01T00:00:00"},
        {"due_on": "2030-01-01", "due_at": "2030-01-01T00:00:00Z"},
        {"due_on": "2000-01-01"},
        {"due_on": 1e300},
        {"due_on": "2030-01-01", "words": "\0"},
    ],
)
def test_a_deadline_that_makes_no_sense_is_refused(
    served: Served, unit: UUID, assignment: UUID, deadline: dict[str, Any]
) -> None:
    path = f"/v1/assignments/{assignment}/extension-requests"
    body = {"deadline": deadline, "reason": "chờ kinh phí"}
    answer = served.ask("POST", path, "reporter", unit, json=body, match=1)
    assert answer.status_code == 422, answer.text
    assert served.stored(assignment) == ["Issued"]


def test_a_claim_comes_from_a_report_and_is_checked_by_an_inspector(
    served: Served, unit: UUID, assignment: UUID
) -> None:
    path = f"/v1/assignments/{assignment}"
    stranger = IDS.new()
    served.publish(claim(served, stranger, assignment))  # somebody else's report claims nothing
    served.publish(claim(served, unit, assignment), claim(served, unit, assignment))
    until(lambda: served.stored(assignment) == ["Issued", "CompletionReported"])
    check = {"finding": "chưa có sản phẩm", "office": "Chuyên viên"}
    refused = served.ask(
        "POST", f"{path}/refusals", "inspector", json=check, match=version(served, assignment)
    )
    assert refused.status_code == 200
    served.publish(claim(served, unit, assignment))
    until(lambda: served.ask("GET", path).json()["stage"] == "claimed")
    verified = served.ask(
        "POST", f"{path}/verifications", "inspector", json=check, match=version(served, assignment)
    )
    assert verified.status_code == 200
    assert served.ask("GET", path).json()["stage"] == "verified"
    assert served.stored(assignment) == [
        "Issued", "CompletionReported", "CompletionRefused", "CompletionReported",
        "CompletionVerified",
    ]  # fmt: skip


def test_an_extension_is_decided_by_a_leader_of_the_committee_that_assigned_it(
    served: Served, assignment: UUID
) -> None:
    path = f"/v1/assignments/{assignment}/extensions"
    later = {"deadline": {"due_on": "2099-12-31"}, "reason": "đồng ý"}
    clerk = served.ask("POST", path, "secretariat", json=later, match=1)
    assert clerk.status_code == 403
    elsewhere = served.ask("POST", path, "leader", IDS.new(), json=later, match=1)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "out_of_scope")
    assert served.ask("POST", path, "leader", json=later, match=1).status_code == 200


def test_a_unit_contests_what_it_was_given_and_it_is_handed_over(
    served: Served, unit: UUID, assignment: UUID
) -> None:
    path, other = f"/v1/assignments/{assignment}", IDS.new()
    served.register(other)
    why = {"ground": "not_ours", "reason": "thuộc Sở khác"}
    contested = served.ask("POST", f"{path}/contests", "reporter", unit, json=why, match=1)
    assert contested.status_code == 200, contested.text
    to = {"unit": str(other), "reason": "đúng chức năng"}
    moved = served.ask("POST", f"{path}/transfers", "leader", json=to, match=2)
    assert moved.status_code == 200, moved.text
    stands = served.ask("GET", path).json()
    assert (stands["lead_unit_id"], stands["stage"]) == (str(other), "open")
    former = served.ask("POST", f"{path}/acceptances", "reporter", unit, match=3)
    assert former.status_code == 403
    assert served.ask("POST", f"{path}/acceptances", "reporter", other, match=3).status_code == 200
    again = served.ask("POST", f"{path}/contests", "reporter", other, json=why, match=4)
    assert (again.status_code, again.json()["code"]) == (409, "accepted_already")
    nowhere = {"unit": str(IDS.new()), "reason": "đúng chức năng"}
    lost = served.ask("POST", f"{path}/transfers", "leader", json=nowhere, match=4)
    assert (lost.status_code, lost.json()["code"]) == (422, "unknown_unit")


def test_a_unit_takes_a_part_only_by_its_own_word(
    served: Served, unit: UUID, assignment: UUID
) -> None:
    path, helper = f"/v1/assignments/{assignment}", IDS.new()
    served.register(helper)
    part = {"unit": str(helper), "part": "cung cấp dữ liệu"}
    assert (
        served.ask("POST", f"{path}/help-requests", "reporter", unit, json=part, match=1)
    ).status_code == 200
    assert served.ask("GET", path).json()["helpers"][str(helper)] == "asked"
    yes: dict[str, Any] = {"json": {}, "match": 2}
    uninvited = served.ask("POST", f"{path}/help-confirmations", "reporter", IDS.new(), **yes)
    assert (uninvited.status_code, uninvited.json()["code"]) == (422, "not_a_helper")
    sure = served.ask("POST", f"{path}/help-confirmations", "reporter", helper, **yes)
    assert sure.status_code == 200
    assert served.ask("GET", path).json()["helpers"][str(helper)] == "confirmed"


def test_what_is_verified_is_closed_and_what_is_called_off_is_late_no_more(
    served: Served, unit: UUID, assignment: UUID
) -> None:
    path = f"/v1/assignments/{assignment}"
    early = served.ask("POST", f"{path}/closures", "secretariat", json={}, match=1)
    assert (early.status_code, early.json()["code"]) == (409, "not_verified")
    off = {"reason": "Không còn phù hợp"}
    assert served.ask("POST", f"{path}/cancellations", "leader", json=off, match=1).is_success
    assert served.ask("GET", path).json()["stage"] == "cancelled"
    settled = f"SELECT claimed FROM deadlines WHERE assignment_id = '{assignment}'"
    until(lambda: served.query(settled)[0][0])
    late = served.ask("POST", f"{path}/acceptances", "reporter", unit, match=2)
    assert (late.status_code, late.json()["code"]) == (409, "assignment_ended")


def test_an_inspector_draws_a_sample_that_anybody_can_draw_again(
    served: Served, unit: UUID, assignment: UUID
) -> None:
    served.publish(claim(served, unit, assignment))
    standing = f"SELECT claimed FROM deadlines WHERE assignment_id = '{assignment}'"
    until(lambda: served.query(standing)[0][0])
    body = {"share": 100, "seed": "2026-W48"}
    assert served.ask("POST", "/v1/samples", "secretariat", json=body).status_code == 403
    drawn = served.ask("POST", "/v1/samples", "inspector", json=body)
    assert drawn.status_code == 201, drawn.text
    sample = served.ask("GET", f"/v1/samples/{drawn.json()['id']}", "auditor").json()
    assert (sample["seed"], sample["is_true"]) == ("2026-W48", True)
    assert str(assignment) in {pick["assignment_id"] for pick in sample["picks"]}
    elsewhere = served.ask("POST", "/v1/samples", "inspector", IDS.new(), json=body)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "no_claims_to_draw")


def test_units_are_registered_together_or_not_at_all(served: Served, unit: UUID) -> None:
    new, orphan = IDS.new(), IDS.new()
    rows = [
        {"id": str(i), "name": "Sở", "level": "provincial", "kind": "agency", "parent": str(p),
         "effective_on": "2025-07-01"} for i, p in ((new, unit), (orphan, IDS.new()))
    ]  # fmt: skip
    answer = served.ask("POST", "/v1/units", json={"units": rows})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parent")
    assert served.stored(new) == []
    used = served.ask("POST", "/v1/units", json={"units": [rows[0] | {"id": str(unit)}]})
    assert (used.status_code, used.json()["code"]) == (409, "already_taken")
    named = served.ask("POST", "/v1/units", json={"units": [rows[0] | {"kind": "Not A Kind"}]})
    assert (named.status_code, named.json()["code"]) == (422, "unpublishable")


def test_a_unit_is_listed_soon_and_renamed_with_its_version(served: Served, unit: UUID) -> None:
    def found() -> dict[str, Any]:
        rows = served.ask("GET", "/v1/units", "reporter", unit).json()["items"]
        return rows[0] if rows else {}

    until(found)
    body = {"name": "Tên mới", "effective_on": "2027-01-01"}
    answer = served.ask("POST", f"/v1/units/{unit}/name", json=body, match=1)
    assert answer.status_code == 200
    until(lambda: (found()["name"], found()["version"]) == ("Tên mới", 2))


def test_a_deadline_that_went_by_is_recorded_once(served: Served, unit: UUID) -> None:
    notice = conclusion(served, unit, Deadline.on(date(2026, 1, 15)))
    served.publish(notice)
    found = assignment_id(notice.notice_id, notice.items[1].path, unit)
    until(lambda: served.stored(found) == ["Issued", "DeadlinePassed"])
    passed = f"SELECT passed FROM deadlines WHERE assignment_id = '{found}'"
    until(lambda: served.query(passed)[0][0] == datetime(2026, 1, 15, 17, tzinfo=UTC))
    later = {"deadline": {"due_on": NEXT_YEAR.isoformat()}, "reason": "đồng ý"}
    path = f"/v1/assignments/{found}/extensions"
    assert served.ask("POST", path, "leader", json=later, match=2).status_code == 200
    until(lambda: served.query(passed.replace("passed", "late_from"))[0][0] > SystemClock().now())
    assert served.stored(found) == ["Issued", "DeadlinePassed", "ExtensionGranted"]
