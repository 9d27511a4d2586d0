"""A later notice changes an earlier one: proposed, confirmed, signed together, kept as history."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from tiendo_contracts.base import Contract
from tiendo_contracts.meetings import ConclusionIssued, ConclusionSupplemented

if TYPE_CHECKING:
    from tests.connected.meetings.conftest import Office, Until

SIGNATURE = {"signed_by": {"name": "Trần Thị Bích Hạnh", "office": "Trưởng Ban Chỉ đạo"}}
HEAD = """BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ
*
Số {number}
Hà Nội, ngày {day}
THÔNG BÁO KẾT LUẬN
phiên họp của Ban Chỉ đạo
Ngày 06/11/2026, đồng chí Trưởng Ban Chỉ đạo chủ trì phiên họp và kết luận như sau:
"""
EARLIER = HEAD.format(number="45-TB/BCĐ", day="09 tháng 11 năm 2026") + (
    "I- ĐÁNH GIÁ\nKết quả tháng 10 là tích cực.\nII- NHIỆM VỤ\n"
    "1. Giao Bộ Tài chính bố trí kinh phí trước ngày 15/12/2026.\n"
    "2. Giao Bộ Công an làm sạch dữ liệu dân cư trước ngày 20/12/2026.\n"
    "3. Giao Bộ Nội vụ rà soát thủ tục trước ngày 20/12/2026.\n"
)
CITED = "Thông báo số 45-TB/BCĐ ngày 09/11/2026"
LATER = HEAD.format(number="52-TB/BCĐ", day="07 tháng 12 năm 2026") + (
    f"1. Điều chỉnh thời hạn nhiệm vụ tại mục II.1 {CITED} sang ngày 31/12/2026.\n"
    f"2. Chuyển giao nhiệm vụ tại khoản 2 mục II {CITED} từ Bộ Công an sang Bộ Nội vụ chủ trì.\n"
    f"3. Bãi bỏ nhiệm vụ tại mục 3 {CITED}.\n"
    f"4. Bổ sung nhiệm vụ vào {CITED}: giao Bộ Khoa học và Công nghệ lập đề án trước ngày "
    "30/12/2026.\n"
)
Told = Callable[[str, int], list[Contract]]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def review(office: "Office", notice: str, *statements: str) -> None:
    body = {
        "confirm": [i["path"] for i in office.get(notice).json()["items"] if i["clear"]],
        "items": [{"path": path, "kind": "statement"} for path in statements],
    }
    body["confirm"] = [path for path in body["confirm"] if path not in statements]
    answer = office.change(f"{notice}/reviews", body, notice)
    assert answer.status_code == 200, answer.text


def sign(office: "Office", notice: str) -> httpx.Response:
    return office.change(f"{notice}/signature", SIGNATURE, notice)


def signed(office: "Office", until: "Until", text: str = EARLIER) -> str:
    """A signed notice that can be found by its number; gives its address."""
    notice = office.take_in(text)
    review(office, notice)
    answer = sign(office, notice)
    assert answer.status_code == 200, answer.text
    known = notice.rsplit("/", 1)[1]

    def listed() -> bool:
        found = office.get("/v1/notices", committee=str(office.id)).json()["items"]
        return known in [one["notice_id"] for one in found]

    assert until(listed)
    return notice


def decide(office: "Office", notice: str, path: str, *links: dict[str, Any]) -> httpx.Response:
    return office.change(f"{notice}/links", {"path": path, "links": links}, notice)


def as_proposed(proposed: dict[str, Any]) -> dict[str, Any]:
    link = {key: proposed[key] for key in ("kind", "notice_id")}
    link["item_path"] = proposed["item_path"] or ""
    if proposed["deadline"]:
        link["deadline"] = {"due_on": proposed["deadline"]["due_on"]}
    if proposed["lead"]:
        link["lead_unit_id"] = proposed["lead"]["unit"]["unit_id"]
    return link


def test_a_later_notice_is_linked_confirmed_signed_and_told(
    office: "Office", units: dict[str, UUID], until: "Until", told: Told
) -> None:
    earlier = signed(office, until)
    earlier_id = earlier.rsplit("/", 1)[1]
    later = office.take_in(LATER)
    draft = office.get(later).json()
    waits = [one["path"] for one in draft["hindrances"] if one["code"] == "link_not_looked_at"]
    assert waits == ["1", "2", "3", "4"]
    proposed = {item["path"]: item["proposed_links"][0] for item in draft["items"]}
    assert {link["notice_id"] for link in proposed.values()} == {earlier_id}
    assert [proposed[path]["item_path"] for path in "1234"] == ["II.1", "II.2", "II.3", None]
    assert proposed["1"]["deadline"]["due_on"] == "2026-12-31"
    assert proposed["2"]["lead"]["unit"]["unit_id"] == str(units["Bộ Nội vụ"])

    review(office, later, "1", "2", "3")
    assert code(sign(office, later)) == (422, "not_signable")
    for path in "1234":
        assert decide(office, later, path, as_proposed(proposed[path])).status_code == 200
    before = office.get(earlier).json()
    assert before["supplements"] == []
    answer = sign(office, later)
    assert answer.status_code == 200, answer.text

    now = office.get(earlier).json()
    [history] = now["supplements"]
    assert (history["number"], history["issued_on"]) == ("52-TB/BCĐ", "2026-12-07")
    assert [(c["by_path"], c["kind"], c["item_path"]) for c in history["changes"]] == [
        ("1", "re_dated", "II.1"),
        ("2", "handed_over", "II.2"),
        ("3", "revoked", "II.3"),
        ("4", "added", ""),
    ]
    assert history["changes"][1]["lead"]["name"] == "Bộ Nội vụ"
    assert now["items"] == before["items"]  # frozen

    issued, supplemented = told(earlier_id, 2)
    assert isinstance(issued, ConclusionIssued)
    assert isinstance(supplemented, ConclusionSupplemented)
    assert str(supplemented.by_notice_id) == draft["id"]
    changes = {change.by_item_path: change for change in supplemented.changes}
    assert changes["2"].of_lead_ids == (units["Bộ Công an"],)
    assert changes["2"].lead_unit_id == units["Bộ Nội vụ"]
    [added] = [item for item in now_issued(told, draft["id"]).items if item.path == "4"]
    assert added.lead_unit_id == units["Bộ Khoa học và Công nghệ"]


def now_issued(told: Told, notice: str) -> ConclusionIssued:
    [issued] = told(notice, 1)
    assert isinstance(issued, ConclusionIssued)
    return issued


def test_a_rejected_proposal_changes_nothing(office: "Office", until: "Until") -> None:
    earlier = signed(office, until)
    later = office.take_in(LATER)
    review(office, later, "1", "2", "3")
    for path in "1234":
        assert decide(office, later, path).status_code == 200
    assert sign(office, later).status_code == 200
    assert office.get(earlier).json()["supplements"] == []


def test_a_person_may_choose_another_item_and_another_day_than_proposed(
    office: "Office", until: "Until"
) -> None:
    earlier = signed(office, until)
    later = office.take_in(LATER)
    [link] = office.get(later).json()["items"][0]["proposed_links"]
    other = as_proposed(link) | {"item_path": "II.3", "deadline": {"due_on": "2027-01-15"}}
    assert decide(office, later, "1", other).status_code == 200
    [decided] = office.get(later).json()["items"][0]["links"]
    assert (decided["item_path"], decided["deadline"]["due_on"]) == ("II.3", "2027-01-15")
    assert decided["notice_id"] == earlier.rsplit("/", 1)[1]
    assert [unit["name"] for unit in decided["of_leads"]] == ["Bộ Nội vụ"]


def test_what_a_link_cannot_do_is_refused_with_the_reason(
    office: "Office", new_office: Callable[[], "Office"], until: "Until"
) -> None:
    earlier = signed(office, until).rsplit("/", 1)[1]
    elsewhere = signed(new_office(), until).rsplit("/", 1)[1]
    later = office.take_in(LATER)
    revoke = {"kind": "revoked", "notice_id": earlier, "item_path": "II.1"}
    for changed, refusal in (
        ({"item_path": "II.9"}, (422, "unknown_earlier_item")),
        ({"item_path": "I"}, (422, "no_assignment_there")),
        ({"notice_id": elsewhere}, (422, "other_committees_notice")),
        ({"notice_id": str(UUID(int=1))}, (422, "unknown_notice")),
        ({"notice_id": later.rsplit("/", 1)[1], "item_path": "1"}, (409, "earlier_not_signed")),
        ({"kind": "re_dated"}, (422, "link_incomplete")),
        ({"lead_unit_id": str(UUID(int=1))}, (409, "unit_not_known")),
    ):
        answer = decide(office, later, "1", revoke | changed)
        assert code(answer) == refusal, answer.text
        assert answer.json()["detail"]
    assert office.get(later).json()["items"][0]["links"] is None


def test_a_notice_that_is_not_known_is_proposed_without_being_chosen(office: "Office") -> None:
    later = office.take_in(LATER)
    [link] = office.get(later).json()["items"][0]["proposed_links"]
    assert (link["number"], link["cited"]) == ("45-TB/BCĐ", "II.1")
    assert (link["notice_id"], link["item_path"]) == (None, None)
