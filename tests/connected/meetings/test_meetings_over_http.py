"""Meetings and documents, from the request to Kafka and the list."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from tiendo_contracts.base import Contract
from tiendo_contracts.meetings import (
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingScheduled,
)

if TYPE_CHECKING:
    from tests.connected.meetings.conftest import Office, Until

CHAIR = {"name": "Trần Thị Bích Hạnh", "office": "Trưởng Ban Chỉ đạo"}
HELD = {"occurred_at": "2026-11-06T14:05:00+07:00", "chair": CHAIR}
Told = Callable[[str, int], list[Contract]]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def listed(office: "Office") -> list[dict[str, Any]]:
    return office.get("/v1/meetings", committee=str(office.id)).json()["items"]


def test_a_meeting_is_scheduled_moved_and_held_and_everybody_hears_of_it(
    office: "Office", units: dict[str, UUID], until: "Until", told: Told
) -> None:
    paper = office.post(
        "/v1/documents",
        {"committee_id": str(office.id), "title": "Báo cáo", "text": "7 trên 9 nhiệm vụ xong."},
    ).json()
    meeting = office.schedule(bridge_points=["UBND xã Đồng Lúa"], series="Hằng tháng")
    moved = office.change(f"{meeting}/moves", {"starts_at": "2026-11-06T14:00:00+07:00"}, meeting)
    assert moved.json()["version"] == 2
    guest = {"name": "Nguyễn Văn Thuận", "unit_id": str(units["Bộ Tài chính"])}
    absent = {"name": "Phạm Thu Hà", "present": False, "bridge_point": "UBND xã Đồng Lúa"}
    record = HELD | {"attendance": [guest, absent], "documents": [paper["sha256"]]}
    assert office.change(f"{meeting}/record", record, meeting).status_code == 200

    now = office.get(meeting).json()
    assert (now["state"], now["occurred_at"]) == ("held", "2026-11-06T07:05:00Z")
    assert [a["present"] for a in now["attendance"]] == [True, False]
    assert now["documents"] == [paper]
    assert now["bridge_points"] == ["UBND xã Đồng Lúa"]
    events = told(now["id"], 3)
    assert [type(event) for event in events] == [MeetingScheduled, MeetingMoved, MeetingHeld]
    assert isinstance(events[2], MeetingHeld)
    assert events[2].attendance[0].unit_id == units["Bộ Tài chính"]
    assert until(lambda: [(m["state"], m["version"]) for m in listed(office)] == [("held", 3)])


def test_moving_a_meeting_to_where_it_is_changes_nothing(office: "Office") -> None:
    meeting = office.schedule()
    same = {"starts_at": "2026-11-06T01:00:00Z"}
    assert office.change(f"{meeting}/moves", same, meeting).json()["version"] == 1


def test_a_cancelled_meeting_stays_cancelled(office: "Office", told: Told, until: "Until") -> None:
    meeting = office.schedule()
    reason = {"reason": "Chuyển sang tháng sau"}
    assert office.change(f"{meeting}/cancellation", reason, meeting).status_code == 200
    move = {"starts_at": "2026-12-06T01:00:00Z"}
    assert code(office.change(f"{meeting}/moves", move, meeting)) == (409, "meeting_cancelled")
    assert code(office.change(f"{meeting}/record", HELD, meeting)) == (409, "meeting_cancelled")
    assert isinstance(told(meeting.rsplit("/", 1)[1], 2)[1], MeetingCancelled)
    assert until(lambda: [m["state"] for m in listed(office)] == ["cancelled"])


def test_a_meeting_is_held_once_and_not_in_the_future(office: "Office") -> None:
    meeting = office.schedule()
    future = HELD | {"occurred_at": "2100-01-01T00:00:00Z"}
    assert code(office.change(f"{meeting}/record", future, meeting)) == (422, "held_in_future")
    assert office.change(f"{meeting}/record", HELD, meeting).status_code == 200
    assert code(office.change(f"{meeting}/record", HELD, meeting)) == (409, "meeting_held")


def test_a_series_goes_on_from_a_meeting_of_the_same_committee(
    office: "Office", new_office: "Callable[[], Office]"
) -> None:
    first = office.schedule().rsplit("/", 1)[1]
    second = office.schedule(previous_meeting_id=first)
    assert office.get(second).json()["previous_meeting_id"] == first
    other = new_office()
    body: dict[str, Any] = {"committee_id": str(other.id), "title": "Họp"}
    body |= {"starts_at": "2026-11-06T01:00:00Z", "previous_meeting_id": first}
    assert code(other.post("/v1/meetings", body)) == (422, "other_committee")
    body["previous_meeting_id"] = str(other.id)
    assert code(other.post("/v1/meetings", body)) == (422, "unknown_meeting")


def test_a_committee_that_is_not_known_yet_is_asked_for_again(office: "Office") -> None:
    body = {
        "committee_id": "019a8c40-0000-7000-8000-00000000dead",
        "title": "Họp",
        "starts_at": "2026-11-06T01:00:00Z",
    }
    answer = office.post("/v1/meetings", body)
    assert code(answer) == (409, "unit_not_known")
    assert answer.headers["Retry-After"] == "1"


def test_another_committee_s_things_are_out_of_reach(
    office: "Office", new_office: "Callable[[], Office]", until: "Until"
) -> None:
    meeting, other = office.schedule(), new_office()
    assert until(lambda: listed(office))
    assert other.get("/v1/meetings").json()["items"] == []
    assert code(other.get(meeting)) == (403, "out_of_scope")
    moved = other.post(f"{meeting}/moves", {"starts_at": "2026-11-07T01:00:00Z"}, If_Match='"1"')
    assert code(moved) == (403, "out_of_scope")
    body = {"committee_id": str(office.id), "title": "Họp", "starts_at": "2026-11-06T01:00:00Z"}
    assert code(other.post("/v1/meetings", body)) == (403, "out_of_scope")


def test_who_sees_everything_sees_all_committees_and_may_not_write(
    office: "Office", until: "Until"
) -> None:
    meeting = office.schedule()
    member = office.headers("/", "member")
    seen = {"committee": str(office.id)}
    assert until(
        lambda: office.client.get("/v1/meetings", params=seen, headers=member).json()["items"]
    )
    body = {"starts_at": "2026-11-07T01:00:00Z"}
    answer = office.client.post(f"{meeting}/moves", json=body, headers=member)
    assert code(answer) == (403, "forbidden")


def test_pages_of_meetings_follow_each_other_without_a_gap(
    office: "Office", until: "Until"
) -> None:
    days = [f"2026-11-{day:02}T01:00:00Z" for day in (5, 9, 9, 2, 7)]
    made = {office.schedule(starts_at=day).rsplit("/", 1)[1] for day in days}
    assert until(lambda: len(listed(office)) == 5)
    cursor, seen = "", list[dict[str, Any]]()
    while cursor is not None:
        page = office.get("/v1/meetings", limit=2, cursor=cursor).json()
        seen += page["items"]
        cursor = page["next"]
    assert {row["meeting_id"] for row in seen} == made
    assert [row["starts_at"] for row in seen] == sorted(days, reverse=True)


def test_a_text_is_kept_by_its_digest_and_read_back_as_it_was(office: "Office") -> None:
    body = {"committee_id": str(office.id), "title": "Báo cáo / 11", "text": "Hoà Bình\r\n<b>"}
    kept = office.post("/v1/documents", body)
    assert kept.status_code == 201
    found = office.get(f"/v1/documents/{kept.json()['sha256']}")
    assert found.text == "Hoà Bình\r\n<b>"
    assert found.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    again = office.post("/v1/documents", body | {"title": "Tên khác"})
    assert again.json() == kept.json()


def test_a_document_is_seen_only_inside_of_its_committee_s_scope(
    office: "Office", new_office: "Callable[[], Office]"
) -> None:
    body = {"committee_id": str(office.id), "title": "Báo cáo", "text": f"Của {office.id}"}
    digest = office.post("/v1/documents", body).json()["sha256"]
    other = new_office()
    assert code(other.get(f"/v1/documents/{digest}")) == (404, "not_found")
    meeting = other.schedule()
    record = HELD | {"documents": [digest]}
    assert code(other.change(f"{meeting}/record", record, meeting)) == (422, "unknown_document")


def test_a_secret_text_is_neither_kept_nor_logged(
    office: "Office", log_of_service: Callable[[], str]
) -> None:
    secret = f"TỐI MẬT\nKế hoạch {office.id} chim-lac"
    body = {"committee_id": str(office.id), "title": "Kế hoạch", "text": secret}
    assert code(office.post("/v1/documents", body)) == (422, "classified")
    notice = {"committee_id": str(office.id), "text": secret}
    assert code(office.post("/v1/notices", notice)) == (422, "classified")
    assert "chim-lac" not in log_of_service()


def test_a_repeated_key_gets_the_first_answer_and_makes_nothing_new(
    office: "Office", until: "Until"
) -> None:
    body = {"committee_id": str(office.id), "title": "Họp", "starts_at": "2026-11-06T01:00:00Z"}
    first = office.post("/v1/meetings", body, Idempotency_Key="same-key-1")
    second = office.post("/v1/meetings", body, Idempotency_Key="same-key-1")
    assert first.json() == second.json()
    other = office.post("/v1/meetings", body | {"title": "Khác"}, Idempotency_Key="same-key-1")
    assert code(other) == (422, "key_reused")
    office.schedule()
    assert until(lambda: len(listed(office)) == 2)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "   "},
        {"title": "x" * 501},
        {"title": "a\u0000b"},
        {"title": 7},
        {"starts_at": "2026-11-06T01:00:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"starts_at": "9999-12-31T23:59:59-14:00"},
        {"starts_at": "chiều thứ sáu"},
        {"starts_at": 1e300},
        {"bridge_points": [""]},
        {"bridge_points": ["x"] * 501},
        {"committee_id": "x"},
        {"previous_meeting_id": []},
        {"more": 1},
    ],
    ids=str,
)
def test_wrong_fields_are_named(office: "Office", change: dict[str, Any]) -> None:
    body = {"committee_id": str(office.id), "title": "Họp", "starts_at": "2026-11-06T01:00:00Z"}
    answer = office.post("/v1/meetings", body | change)
    assert code(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["path"].startswith("/" + next(iter(change)))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/meetings/x", 422),
        ("/v1/meetings/019a8c40-0000-7000-8000-00000000dead", 404),
        ("/v1/meetings?cursor=%00%ff", 422),
        ("/v1/meetings?cursor=WzEsMl0", 422),
        ("/v1/meetings?limit=0", 422),
        ("/v1/meetings?committee=%00", 422),
        ("/v1/meetings?state=lost", 422),
        ("/v1/documents/" + "a" * 64, 404),
        ("/v1/documents/%00", 422),
        ("/v1/notices/x", 422),
        ("/v1/notices/019a8c40-0000-7000-8000-00000000dead", 404),
        ("/v1/notices?cursor=WyIwMDAxLTAxLTAxIiwxXQ", 422),
        ("/v1/notices?meeting=1", 422),
    ],
)
def test_wrong_addresses_are_told(office: "Office", address: str, status: int) -> None:
    assert office.client.get(address, headers=office.headers("/")).status_code == status


def test_nobody_reads_or_writes_without_a_token(client: httpx.Client) -> None:
    assert client.get("/v1/meetings").status_code == 401
    assert client.post("/v1/meetings", json={}).status_code == 401


def test_the_api_describes_itself_with_examples(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    bodies = ["NewMeeting", "Move", "Cancellation", "Record", "NewDocument"]
    bodies += ["NewNotice", "Review", "Correction", "Signature"]
    schemas = described["components"]["schemas"]
    assert all(schemas[name]["examples"] for name in bodies)
