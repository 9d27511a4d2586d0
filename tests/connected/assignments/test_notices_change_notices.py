"""From the text of a later notice to the board: meetings, assignments and monitoring together."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.connected.assignments.running import IDS, Served, until
from tests.connected.monitoring.world import Running, running

from meetings.main import service as meetings
from monitoring.main import service as monitoring
from tiendo_local.testing import fresh_database
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, local_day
from tiendo_runtime.service import Service

pytestmark = pytest.mark.timeout(180)

TODAY = local_day(SystemClock().now())
DUE, LATER = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
SIGNATURE = {"signed_by": {"name": "Trần Thị Bích Hạnh", "office": "Trưởng Ban Chỉ đạo"}}
HEAD = (
    "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ\n*\nSố {number}\n"
    "Bình Sơn, ngày {day:%d} tháng {day:%m} năm {day:%Y}\n"
    "THÔNG BÁO KẾT LUẬN\nphiên họp của Ban Chỉ đạo\n"
    "Ngày {day:%d/%m/%Y}, đồng chí Trưởng Ban Chỉ đạo chủ trì phiên họp và kết luận như sau:\n"
)
EARLIER = (
    "1. Giao Sở Tài chính bố trí kinh phí.\n2. Giao Sở Nội vụ rà soát thủ tục.\n"
    "3. Giao Sở Y tế làm sạch dữ liệu.\n"
)
CITED = f"Thông báo số 45-TB/BCĐ ngày {TODAY:%d/%m/%Y}"
CHANGES = (
    f"1. Điều chỉnh thời hạn nhiệm vụ tại mục 1 {CITED} sang ngày {LATER:%d/%m/%Y}.\n"
    f"2. Chuyển giao nhiệm vụ tại mục 2 {CITED} từ Sở Nội vụ sang Sở Y tế chủ trì.\n"
    f"3. Bãi bỏ nhiệm vụ tại mục 3 {CITED}.\n"
    f"4. Bổ sung nhiệm vụ vào {CITED}: giao Sở Y tế lập đề án.\n"
)


def beside(served: Served, service: Service, folder: Path) -> Iterator[Running]:
    """Another service on the same broker, with a database of its own."""
    platform = served.platform
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, service.name, service.projections)
        environment = {
            "TIENDO_DATABASE_URL": url,
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": served.broker.bootstrap,
            "TIENDO_TOPIC_PREFIX": f"{served.broker.prefix}.",
            "TIENDO_TOKEN_ISSUER": platform.issuer_url,
            "TIENDO_JWKS_URL": platform.jwks_url,
            "TEST_LOG": str(folder / f"{service.name}.log"),
        }
        with running(environment, platform, service=service.name) as process:
            yield process


@pytest.fixture
def office(served: Served, tmp_path: Path) -> Iterator[httpx.Client]:
    """The meetings service, asked by the secretariat of the committee."""
    for process in beside(served, meetings, tmp_path):
        with process.client("secretariat", served.root, served.root_path) as client:
            yield client


@pytest.fixture
def board(served: Served, tmp_path: Path) -> Iterator[httpx.Client]:
    for process in beside(served, monitoring, tmp_path):
        with process.client("member", served.root, served.root_path) as client:
            yield client


def post(office: httpx.Client, path: str, body: Any, notice: str = "") -> httpx.Response:
    headers = {"Idempotency-Key": str(IDS.new())}
    if notice:
        headers["If-Match"] = office.get(notice).headers["ETag"]
    answer = office.post(path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer


def take_in(served: Served, office: httpx.Client, number: str, body: str) -> str:
    text = HEAD.format(number=number, day=TODAY) + body
    known = {"committee_id": str(served.root), "text": text}
    until(lambda: office.get("/v1/notices", params={"committee": str(served.root)}).is_success)
    return f"/v1/notices/{post(office, '/v1/notices', known).json()['id']}"


def assign(office: httpx.Client, notice: str, leads: dict[str, UUID], *statements: str) -> None:
    items: list[dict[str, Any]] = [{"path": path, "kind": "statement"} for path in statements]
    items += [
        {
            "path": path,
            "kind": "assignment",
            "lead_unit_id": str(lead),
            "deadline": {"due_on": str(DUE)},
        }
        for path, lead in leads.items()
    ]
    post(office, f"{notice}/reviews", {"items": items}, notice)


def of_notice(board: httpx.Client, notice: str) -> dict[str, dict[str, Any]]:
    """The assignments of a notice as the board shows them, by item."""
    which = {"notice_id": notice.rsplit("/", 1)[1]}
    rows = board.get("/v1/assignments", params=which).json()["items"]
    return {row["item_path"]: row for row in rows}


def test_a_later_notice_changes_what_an_earlier_one_ordered_from_its_text_to_the_board(
    served: Served, office: httpx.Client, board: httpx.Client
) -> None:
    finance, interior, health = units = [IDS.new() for _ in range(3)]
    served.register(*units)
    until(lambda: all(office.get(f"/soan-thao/don-vi?q={one}").json()["items"] for one in units))
    earlier = take_in(served, office, "45-TB/BCĐ", EARLIER)
    assign(office, earlier, {"1": finance, "2": interior, "3": health})
    post(office, f"{earlier}/signature", SIGNATURE, earlier)
    until(lambda: len(of_notice(board, earlier)) == 3)
    until(lambda: office.get("/v1/notices").json()["items"])

    later = take_in(served, office, "52-TB/BCĐ", CHANGES)
    proposed = {i["path"]: i["proposed_links"][0] for i in office.get(later).json()["items"]}
    assert [proposed[path]["item_path"] for path in "1234"] == ["1", "2", "3", None]
    assert {link["notice_id"] for link in proposed.values()} == {earlier.rsplit("/", 1)[1]}
    for path, more in (
        ("1", {"deadline": {"due_on": proposed["1"]["deadline"]["due_on"]}}),
        ("2", {"lead_unit_id": str(health)}),
        ("3", {}),
        ("4", {}),
    ):
        link = {name: proposed[path][name] for name in ("kind", "notice_id")} | more
        link["item_path"] = proposed[path]["item_path"] or ""
        post(office, f"{later}/links", {"path": path, "links": [link]}, later)
    assign(office, later, {"4": health}, "1", "2", "3")
    post(office, f"{later}/signature", SIGNATURE, later)

    def changed() -> dict[str, dict[str, Any]]:
        rows = of_notice(board, earlier)
        re_dated = rows["1"]["deadline"]["due_on"] == str(LATER)
        handed_over = rows["2"]["lead_unit_id"] == str(health)
        return rows if re_dated and handed_over and rows["3"]["state"] == "called_off" else {}

    rows = until(changed, 60)
    assert rows["1"]["original"]["due_on"] == str(DUE)
    assert rows["2"]["stage"] == "open"
    added = until(lambda: of_notice(board, later))
    assert added["4"]["lead_unit_id"] == str(health)

    entries = board.get(f"/v1/assignments/{rows['1']['assignment_id']}/timeline").json()
    assert [entry["kind"] for entry in entries] == ["issued", "amended", "extension_granted"]
    assert entries[1]["facts"]["by"]["notice_number"] == "52-TB/BCĐ"
    assert entries[2]["facts"]["reason"] == (f"Thông báo số 52-TB/BCĐ ngày {TODAY:%d/%m/%Y}, mục 1")
    [history] = until(lambda: board.get(f"/v1/{earlier[4:]}").json()["supplements"])
    assert [c["action"] for c in history["changes"]] == [
        "re_dated",
        "handed_over",
        "revoked",
        "added",
    ]
