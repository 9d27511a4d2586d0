"""Notices, from the pasted text through review to the signature that everybody hears of."""

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from tiendo_contracts.base import Contract
from tiendo_contracts.meetings import ConclusionIssued
from tiendo_notices import MAX_CHARACTERS, read
from tiendo_notices.documents import text_from
from tiendo_notices.samples import sample

if TYPE_CHECKING:
    from tests.connected.meetings.conftest import Office, Until

SIGNATURE = {"signed_by": {"name": "Trần Thị Bích Hạnh", "office": "Trưởng Ban Chỉ đạo"}}
HELD = {"occurred_at": "2026-11-06T08:00:00+07:00", "chair": SIGNATURE["signed_by"]}
Told = Callable[[str, int], list[Contract]]
DRAFT = """BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ
*
Số    -TB/BCĐ
Hà Nội, ngày    tháng     năm 2026
THÔNG BÁO KẾT LUẬN
phiên họp của Ban Chỉ đạo
Ngày 06/11/2026, đồng chí Trưởng Ban Chỉ đạo chủ trì phiên họp và kết luận như sau:
1. Giao Bộ Tài chính bố trí kinh phí trước ngày 15/12/2026.
2. Giao Bộ Công an chủ trì, phối hợp với Bộ Nội vụ làm sạch dữ liệu dân cư.
3. Giao các bộ, ngành rà soát thủ tục trước ngày 20/12/2026.
4. UBND xã Tân Hoà báo cáo trước ngày 01/12/2026.
"""


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def items(office: "Office", notice: str) -> dict[str, dict[str, Any]]:
    return {item["path"]: item for item in office.get(notice).json()["items"]}


def decide_all(office: "Office", notice: str, besides: Collection[str] = ()) -> None:
    """Confirm what is clear, set aside the rest; leave out paths that are decided."""
    found = {path: item for path, item in items(office, notice).items() if path not in besides}
    clear = [path for path, item in found.items() if item["clear"]]
    aside = [
        {"path": path, "kind": "set_aside", "reason": "Chưa rõ đơn vị chủ trì"}
        for path, item in found.items()
        if not item["clear"]
    ]
    answer = office.change(f"{notice}/reviews", {"confirm": clear, "items": aside}, notice)
    assert answer.status_code == 200, answer.text
    answer_doubts(office, notice)


def open_doubts(office: "Office", notice: str) -> list[dict[str, str]]:
    """The doubts that wait for somebody's word, of the head and of items, as they are answered."""
    told = office.get(notice).json()
    parts = [("", told["doubts"]), *((item["path"], item["doubts"]) for item in told["items"])]
    return [
        {"path": path, "field": doubt["field"], "code": doubt["code"], "name": doubt["name"]}
        for path, doubts in parts
        for doubt in doubts
        if doubt["answer"] is None
    ]


def answer_doubts(office: "Office", notice: str) -> None:
    """Say of every open doubt that it is right as it was read."""
    if doubts := open_doubts(office, notice):
        answer = office.change(f"{notice}/confirmations", {"doubts": doubts}, notice)
        assert answer.status_code == 200, answer.text


def sign(office: "Office", notice: str) -> httpx.Response:
    return office.change(f"{notice}/signature", SIGNATURE, notice)


def set_head(office: "Office", notice: str, number: str, **more: Any) -> httpx.Response:
    body = {"number": number, "issued_on": "2026-11-09", **more}
    return office.change(f"{notice}/header", body, notice)


def test_a_notice_is_taken_in_reviewed_signed_and_told(
    office: "Office", units: dict[str, UUID], until: "Until", told: Told
) -> None:
    meeting = office.schedule()
    office.change(f"{meeting}/record", HELD, meeting)
    notice = office.take_in(DRAFT, meeting_id=meeting.rsplit("/", 1)[1])
    draft = office.get(notice).json()
    assert (draft["state"], draft["missing"]) == ("draft", ["number", "issued_on"])
    assert draft["meeting_day"] == "2026-11-06"
    assert [item["path"] for item in draft["items"]] == ["1", "2", "3", "4"]
    read = items(office, notice)
    assert read["1"]["leads"][0]["unit"]["unit_id"] == str(units["Bộ Tài chính"])
    assert read["2"]["coordinators"][0]["unit"]["name"] == "Bộ Nội vụ"
    assert [doubt["code"] for doubt in read["3"]["doubts"]] == ["unit.members"]
    assert "các bộ, ngành" in read["3"]["doubts"][0]["vi"]
    assert {c["name"] for c in read["4"]["leads"][0]["candidates"]} == {"Xã Tân Hòa", "Xã Tân Hoà"}
    assert [read[path]["clear"] for path in "1234"] == [True, True, False, False]

    answer = office.change(f"{notice}/reviews", {"confirm": ["1", "2", "3", "4"]}, notice)
    assert code(answer) == (422, "item_unclear")
    assert answer.json()["detail"].endswith("3, 4.")
    assert office.change(f"{notice}/reviews", {"confirm": ["1", "2"]}, notice).status_code == 200
    set_head(office, notice, "47-TB/BCĐ", form="party")
    answer = sign(office, notice)
    assert code(answer) == (422, "not_signable")
    reasons = answer.json()["errors"]
    assert [(one["path"], one["code"]) for one in reasons] == [
        ("3", "item_not_looked_at"),
        ("3", "unit.members"),
        ("4", "item_not_looked_at"),
        ("4", "unit.several"),
    ]
    assert "các bộ, ngành" in reasons[1]["vi"]
    assert "is a group" in reasons[1]["en"]

    commune = read["4"]["leads"][0]["candidates"][0]["unit_id"]
    review = {
        "items": [
            {"path": "3", "kind": "set_aside", "reason": "Chưa nêu từng đơn vị"},
            {
                "path": "4",
                "kind": "assignment",
                "lead_unit_id": commune,
                "coordinator_ids": [str(units["Bộ Nội vụ"])],
                "deadline": {"due_at": "2026-12-01T17:00:00+07:00"},
            },
        ]
    }
    assert office.change(f"{notice}/reviews", review, notice).status_code == 200
    assert office.get(notice).json()["open"] == []
    assert sign(office, notice).status_code == 200

    now = office.get(notice).json()
    assert (now["state"], now["number"], now["missing"]) == ("signed", "47-TB/BCĐ", [])
    assert all(item["looked_at"] for item in now["items"])
    issued = told(now["id"], 1)[0]
    assert isinstance(issued, ConclusionIssued)
    assert [(i.path, i.kind) for i in issued.items] == [
        ("1", "assignment"),
        ("2", "assignment"),
        ("3", "set_aside"),
        ("4", "assignment"),
    ]
    assert issued.items[0].deadline.model_dump(mode="json") == {
        "due_on": "2026-12-15",
        "late_from": "2026-12-15T17:00:00Z",
        "words": "trước ngày 15/12/2026",
    }
    assert issued.items[3].deadline.model_dump(mode="json") == {
        "due_on": "2026-12-01",
        "late_from": "2026-12-01T10:00:00Z",
        "words": "trước ngày 01/12/2026",
    }
    assert issued.items[2].reason == "Chưa nêu từng đơn vị"
    text = office.get(f"/v1/documents/{issued.document.sha256}")
    assert text.text == DRAFT
    span = issued.items[1].text
    assert span in " ".join(DRAFT.split())

    def listed() -> list[Any]:
        return office.get("/v1/notices", committee=str(office.id)).json()["items"]

    assert until(listed)
    assert [(n["number"], n["assignments"], n["set_aside"]) for n in listed()] == [
        ("47-TB/BCĐ", 3, 1)
    ]


def test_a_signed_notice_is_frozen(office: "Office") -> None:
    notice = office.take_in(sample("state"))
    decide_all(office, notice)
    assert sign(office, notice).status_code == 200
    assert code(sign(office, notice)) == (409, "notice_signed")
    assert code(set_head(office, notice, "1")) == (409, "notice_signed")
    review = {"items": [{"path": "I", "kind": "set_aside", "reason": "thôi"}]}
    assert code(office.change(f"{notice}/reviews", review, notice)) == (409, "notice_signed")


def test_a_number_is_given_once_for_a_committee_and_a_year(
    office: "Office", new_office: "Callable[[], Office]"
) -> None:
    first, second = office.take_in(sample("party")), office.take_in(sample("party"))
    for notice in (first, second):
        decide_all(office, notice)
    assert sign(office, first).status_code == 200
    refused = sign(office, second)
    assert code(refused) == (409, "number_taken")
    assert "31-TB/BCĐTW" in refused.json()["detail"]
    assert "2026" in refused.json()["detail"]
    assert set_head(office, second, "31-tb/bcđtw ", issued_on="2026-11-12").status_code == 200
    assert code(sign(office, second)) == (409, "number_taken")
    assert set_head(office, second, "32-TB/BCĐTW").status_code == 200
    assert sign(office, second).status_code == 200
    other = new_office()
    third = other.take_in(sample("party"))
    decide_all(other, third)
    assert sign(other, third).status_code == 200


def test_every_lead_of_several_becomes_an_item_of_its_own(
    office: "Office", units: dict[str, UUID], told: Told
) -> None:
    notice = office.take_in(DRAFT)
    wards = [str(units["Phường Ba Đình"]), str(units["Phường Hoàn Kiếm"])]
    several = {
        "path": "3",
        "kind": "assignment",
        "lead_unit_id": wards[0],
        "other_lead_ids": wards[1:],
        "recurring": "weekly",
    }
    aside = {"path": "4", "kind": "set_aside", "reason": "Chưa rõ xã nào"}
    review = {"confirm": ["1", "2"], "items": [several, aside]}
    assert office.change(f"{notice}/reviews", review, notice).status_code == 200
    set_head(office, notice, "48-TB/BCĐ", form="party")
    assert sign(office, notice).status_code == 200
    issued = told(notice.rsplit("/", 1)[1], 1)[0]
    assert isinstance(issued, ConclusionIssued)
    mine = [(str(i.lead_unit_id), i.recurring) for i in issued.items if i.path == "3"]
    assert mine == [(wards[0], "weekly"), (wards[1], "weekly")]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"path": "9", "kind": "statement"}, (422, "unknown_item")),
        ({"path": "3", "kind": "assignment"}, (422, "lead_missing")),
        ({"path": "3", "kind": "set_aside"}, (422, "reason_missing")),
        ({"path": "1", "kind": "statement"}, (422, "item_twice")),
        ({"lead_unit_id": "019a8c40-0000-7000-8000-00000000dead"}, (409, "unit_not_known")),
        ({"deadline": {"due_on": "2026-11-05"}}, (422, "deadline_too_early")),
        (
            {"deadline": {"due_on": "2026-12-05"}, "recurring": "weekly"},
            (422, "deadline_and_recurring"),
        ),
        ({"deadline": {}}, (422, "invalid")),
        ({"deadline": {"due_on": "9999-12-31"}}, (422, "invalid")),
        ({"deadline": {"due_at": "0001-01-01T00:00:00+14:00"}}, (422, "invalid")),
        ({"recurring": "sometimes"}, (422, "invalid")),
        ({"path": ""}, (422, "invalid")),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_decision_is_refused_with_the_reason(
    office: "Office", units: dict[str, UUID], item: dict[str, Any], expected: tuple[int, str]
) -> None:
    meeting = office.schedule()
    office.change(f"{meeting}/record", HELD, meeting)
    notice = office.take_in(DRAFT, meeting_id=meeting.rsplit("/", 1)[1])
    plain = {"path": "3", "kind": "assignment", "lead_unit_id": str(units["Bộ Công an"])}
    body = {"confirm": ["1"], "items": [item if "kind" in item else plain | item]}
    answer = office.change(f"{notice}/reviews", body, notice)
    assert code(answer) == expected
    assert office.get(notice).json()["version"] == 1


def test_two_notices_signed_at_once_with_one_number_are_told_apart(office: "Office") -> None:
    notices = [office.take_in(sample("state")) for _ in range(4)]
    for notice in notices:
        decide_all(office, notice)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(sign, [office] * 4, notices))
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"number_taken"}


def test_a_notice_concludes_only_a_meeting_of_its_committee_that_was_held(
    office: "Office", new_office: "Callable[[], Office]"
) -> None:
    meeting = office.schedule().rsplit("/", 1)[1]
    body = {"committee_id": str(office.id), "text": DRAFT, "meeting_id": meeting}
    assert code(office.post("/v1/notices", body)) == (409, "meeting_not_held")
    other = new_office()
    body["committee_id"] = str(other.id)
    assert code(other.post("/v1/notices", body)) == (422, "other_committee")
    body["meeting_id"] = str(other.id)
    assert code(other.post("/v1/notices", body)) == (422, "unknown_meeting")


def test_two_who_review_at_once_do_not_overwrite_each_other(office: "Office") -> None:
    notice = office.take_in(DRAFT)
    first = office.post(f"{notice}/reviews", {"confirm": ["1"]}, If_Match='"1"')
    assert first.status_code == 200
    second = office.post(f"{notice}/reviews", {"confirm": ["2"]}, If_Match='"1"')
    assert code(second) == (412, "stale")
    assert second.headers["ETag"] == '"2"'
    assert code(office.post(f"{notice}/signature", SIGNATURE)) == (428, "precondition_required")


def test_another_committee_s_drafts_are_out_of_reach(
    office: "Office", new_office: "Callable[[], Office]"
) -> None:
    notice, other = office.take_in(DRAFT), new_office()
    assert code(other.get(notice)) == (403, "out_of_scope")
    for command in ("reviews", "header", "signature"):
        body = {"reviews": {"confirm": ["1"]}, "header": {"number": "1"}, "signature": SIGNATURE}
        answer = other.post(f"{notice}/{command}", body[command], If_Match='"1"')
        assert code(answer) == (403, "out_of_scope")


def long_notice(sections: int) -> str:
    """A notice with fifty items in each section."""
    lines = [DRAFT.partition("1. Giao")[0].rstrip()]
    for section in range(1, sections + 1):
        lines.append(f"{section}. Giao Bộ Tài chính:")
        task = "Rà soát nhiệm vụ số {}, báo cáo trước ngày 15/12/2026."
        lines += [f"{section}.{n}. {task.format(n)}" for n in range(1, 51)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kính gửi anh, hẹn gặp lại tuần sau.", (422, "not_a_notice")),
        (" ", (422, "not_a_notice")),
        (DRAFT.partition("1. Giao")[0], (422, "no_items")),
        (long_notice(90), (422, "notice_too_long")),
        (long_notice(30), (422, "event_too_large")),
        (DRAFT + "x" * 9_000, (422, "item_too_long")),
        ("x" * 900_000, (422, "notice_too_long")),
        ("x" * MAX_CHARACTERS, (422, "not_a_notice")),
        ("(1) " * (MAX_CHARACTERS // 4), None),
        ("1.1.1.1.1.1.1. " * (MAX_CHARACTERS // 15), None),
        (DRAFT + "a) " * (MAX_CHARACTERS // 4), None),
        (DRAFT + "- " * (MAX_CHARACTERS // 3), None),
        (DRAFT + "\n" * (MAX_CHARACTERS - 1000), None),
        (DRAFT + "Giao Bộ " * (MAX_CHARACTERS // 9), None),
        ("\u202e\ufeff\u0301" * 1000 + DRAFT, None),
        ("e\u0301" * MAX_CHARACTERS, (422, "not_a_notice")),
        ("a\u0000b", (422, "invalid")),
        ("", (422, "invalid")),
        ("é" * 600_000, (413, "too_large")),
    ],
    ids=lambda value: f"{len(value)} characters" if isinstance(value, str) else None,
)
def test_a_text_that_cannot_be_used_is_refused_and_nothing_breaks(
    office: "Office", text: str, expected: tuple[int, str] | None
) -> None:
    begun = time.monotonic()
    answer = office.post("/v1/notices", {"committee_id": str(office.id), "text": text})
    assert answer.status_code < 500, answer.text
    assert time.monotonic() - begun < 20
    if expected:
        assert code(answer) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"text": "\\ud800"}',
        b'{"text": 1e999}',
        b"\xff\xfe",
        b'"\\u0000"',
    ],
    ids=repr,
)
def test_a_body_that_is_no_request_is_refused(office: "Office", body: bytes) -> None:
    headers = office.headers(office.path, Content_Type="application/json")
    answer = office.client.post("/v1/notices", content=body, headers=headers)
    assert 400 <= answer.status_code < 500


def test_a_long_notice_is_read_signed_and_told_as_one_event(office: "Office", told: Told) -> None:
    notice = office.take_in(long_notice(6))
    assert len(items(office, notice)) == 300
    decide_all(office, notice)
    set_head(office, notice, "99-TB/BCĐ", form="party")
    assert sign(office, notice).status_code == 200
    issued = told(notice.rsplit("/", 1)[1], 1)[0]
    assert isinstance(issued, ConclusionIssued)
    assert sum(item.kind == "assignment" for item in issued.items) == 300


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_notice_comes_out_as_a_document_with_its_number_its_day_and_the_same_items(
    office: "Office", kind: str
) -> None:
    notice = office.take_in(DRAFT)
    set_head(office, notice, "98-TB/BCĐ", form="party")
    answer = office.get(f"{notice}/paper.{kind}")
    assert answer.status_code == 200, answer.text
    assert f"98-TB-BC%C4%90.{kind}" in answer.headers["Content-Disposition"]
    again = read(text_from(answer.content))
    assert [item.path for item in again.items] == ["1", "2", "3", "4"]
    assert (again.number, again.form) == ("98-TB/BCĐ", "party")
    assert str(again.issued_on) == "2026-11-09"
    other = read(text_from(office.get(f"{notice}/paper.{kind}", form="state").content))
    assert other.form == "state"
    assert [item.text for item in other.items] == [item.text for item in again.items]


def test_a_document_of_another_kind_or_another_committee_is_not_there(office: "Office") -> None:
    notice = office.take_in(DRAFT)
    assert office.get(f"{notice}/paper.odt").status_code == 422
    assert office.get(f"/v1/notices/{UUID(int=7)}/paper.pdf").status_code == 404


def test_an_abbreviation_is_resolved_and_what_only_looks_alike_is_proposed(
    office: "Office", units: dict[str, UUID]
) -> None:
    text = DRAFT.replace("Giao Bộ Tài chính", "Giao Bộ KH&CN").replace("Bộ Công an", "Bộ Công ann")
    read = items(office, office.take_in(text))
    assert read["1"]["leads"][0]["unit"]["unit_id"] == str(units["Bộ Khoa học và Công nghệ"])
    [asked] = read["2"]["leads"]
    assert asked["unit"] is None
    assert asked["candidates"][0]["unit_id"] == str(units["Bộ Công an"])
    assert ("lead", "unit.alike") in [(d["field"], d["code"]) for d in read["2"]["doubts"]]
    assert not read["2"]["clear"]


def test_what_people_corrected_is_listed_by_the_rule_that_erred(
    office: "Office", units: dict[str, UUID]
) -> None:
    notice = office.take_in(DRAFT)
    read = items(office, notice)
    assert read["1"]["fields"]["lead"]["rule"] == "lead.giao"
    assert read["1"]["fields"]["lead"]["confidence"] >= 0.9
    change = {
        "path": "1",
        "kind": "assignment",
        "lead_unit_id": str(units["Bộ Nội vụ"]),
        "deadline": {"due_on": "2026-12-15"},
    }
    answer = office.change(f"{notice}/reviews", {"confirm": [], "items": [change]}, notice)
    assert answer.status_code == 200, answer.text
    [shown] = items(office, notice)["1"]["corrected"]
    assert (shown["field"], shown["read"], shown["doubted"]) == ("lead", "Bộ Tài chính", False)
    assert office.get("/v1/corrections", rule="lead.giao").json()["items"] == []
    decide_all(office, notice, besides={"1"})
    set_head(office, notice, "97-TB/BCĐ", form="party")
    assert sign(office, notice).status_code == 200
    [kept] = office.get("/v1/corrections", rule="lead.giao", doubted=False).json()["items"]
    assert (kept["path"], kept["field"], kept["read"]) == ("1", "lead", "Bộ Tài chính")
    assert kept["decided"] == str(units["Bộ Nội vụ"])
    by_rule = office.get("/v1/corrections/rules").json()
    assert {"field": "lead", "rule": "lead.giao", "corrected": 1, "silent": 1} in by_rule


def test_doubts_are_answered_one_by_one_each_with_who_and_how(
    office: "Office", units: dict[str, UUID]
) -> None:
    meeting = office.schedule()
    office.change(f"{meeting}/record", HELD, meeting)
    text = DRAFT.replace("Ngày 06/11/2026", "Ngày 05/11/2026").replace(
        "2. Giao Bộ Công an", "2. Giao Bộ Công ann"
    )
    notice = office.take_in(text, meeting_id=meeting.rsplit("/", 1)[1])
    [alike] = items(office, notice)["2"]["doubts"]
    head = {doubt["code"]: doubt for doubt in office.get(notice).json()["doubts"]}
    assert "meeting_on.differs" in head
    decided = {
        "path": "2",
        "kind": "assignment",
        "lead_unit_id": str(units["Bộ Công an"]),
        "coordinator_ids": [str(units["Bộ Nội vụ"])],
    }
    office.change(f"{notice}/reviews", {"confirm": ["1"], "items": [decided]}, notice)
    chosen = items(office, notice)["2"]["doubts"][0]
    assert (chosen["code"], chosen["answer"]["how"]) == (alike["code"], "chosen")
    group = {"path": "3", "field": "lead", "code": "unit.members", "name": "các bộ, ngành"}
    answer = office.change(f"{notice}/confirmations", {"doubts": [group]}, notice)
    assert answer.status_code == 200, answer.text
    said = items(office, notice)["3"]["doubts"][0]["answer"]
    assert (said["how"], said["by"]) == ("as_read", items(office, notice)["2"]["looked_by"])
    assert said["by"]
    assert group not in open_doubts(office, notice)


def test_a_doubt_of_the_head_holds_up_a_signature(office: "Office") -> None:
    meeting = office.schedule()
    office.change(f"{meeting}/record", HELD, meeting)
    text = DRAFT.replace("Ngày 06/11/2026", "Ngày 05/11/2026")
    notice = office.take_in(text, meeting_id=meeting.rsplit("/", 1)[1])
    set_head(office, notice, "98-TB/BCĐ", form="party")
    aside = [{"path": p, "kind": "set_aside", "reason": "Không phát sinh"} for p in "1234"]
    office.change(f"{notice}/reviews", {"items": aside}, notice)
    [hindrance] = office.get(notice).json()["hindrances"]
    assert (hindrance["path"], hindrance["code"]) == ("", "meeting_on.differs")
    refused = sign(office, notice)
    assert code(refused) == (422, "not_signable")
    assert [one["vi"] for one in refused.json()["errors"]] == [hindrance["vi"]]
    answer_doubts(office, notice)
    assert sign(office, notice).status_code == 200


def test_a_doubt_that_is_none_is_refused(office: "Office") -> None:
    notice = office.take_in(DRAFT)
    body = {"doubts": [{"path": "1", "field": "lead", "code": "unit.group"}]}
    answer = office.change(f"{notice}/confirmations", body, notice)
    assert code(answer) == (422, "unknown_doubt")


def test_a_group_fans_out_and_keeps_its_words_until_everybody_is_told(
    office: "Office", units: dict[str, UUID], told: Told
) -> None:
    text = DRAFT.replace("Giao các bộ, ngành rà soát", "Giao các bộ rà soát")
    notice = office.take_in(text)
    ministries = {str(unit) for name, unit in units.items() if name.startswith("Bộ ")}
    item = items(office, notice)["3"]
    assert {lead["unit"]["unit_id"] for lead in item["leads"]} == ministries
    assert {lead["origin"] for lead in item["leads"]} == {"các bộ"}
    assert not item["clear"]
    doubt = {"path": "3", "field": "lead", "code": "unit.members", "name": "các bộ"}
    office.change(f"{notice}/confirmations", {"doubts": [doubt]}, notice)
    assert items(office, notice)["3"]["clear"]
    office.change(f"{notice}/reviews", {"confirm": ["3"]}, notice)
    origins = items(office, notice)["3"]["decision"]["origins"]
    assert {origin["unit_id"] for origin in origins} == ministries
    decide_all(office, notice, besides={"3"})
    set_head(office, notice, "96-TB/BCĐ", form="party")
    assert sign(office, notice).status_code == 200
    issued = told(notice.rsplit("/", 1)[1], 1)[0]
    assert isinstance(issued, ConclusionIssued)
    fanned = [one for one in issued.items if one.path == "3"]
    assert {str(one.lead_unit_id) for one in fanned} == ministries
    for one in fanned:
        assert [(group.words, group.unit_ids) for group in one.groups] == [
            ("các bộ", (one.lead_unit_id,))
        ]


def test_what_is_due_at_a_meeting_is_signed_without_a_day_and_told(
    office: "Office", told: Told
) -> None:
    text = DRAFT.replace(" trước ngày 15/12/2026", ", báo cáo tại phiên họp thứ tư của Ban Chỉ đạo")
    notice = office.take_in(text)
    read = items(office, notice)["1"]
    assert (read["deadline"]["due_on"], read["due_meeting"]["ordinal"]) == (None, 4)
    lead = read["leads"][0]["unit"]["unit_id"]
    review = {"path": "1", "kind": "assignment", "lead_unit_id": lead}
    both = {**review, "due_meeting": {"ordinal": 4}, "deadline": {"due_on": "2026-12-31"}}
    answer = office.change(f"{notice}/reviews", {"items": [both]}, notice)
    assert code(answer) == (422, "deadline_and_meeting")
    answer = office.change(f"{notice}/reviews", {"items": [review]}, notice)
    assert answer.status_code == 200, answer.text
    decide_all(office, notice, besides=["1"])
    set_head(office, notice, "84-TB/BCĐ", form="party")
    answer = sign(office, notice)
    assert answer.status_code == 200, answer.text
    [event] = told(notice.rsplit("/", 1)[1], 1)
    assert isinstance(event, ConclusionIssued)
    due = event.items[0].due_meeting
    assert due is not None
    assert (due.kind, due.ordinal, due.before, due.days_before) == ("session", 4, False, 0)
