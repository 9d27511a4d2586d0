"""Pages in a real browser, wide and on a phone; what was seen is kept as pictures in `.local`."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browsing import launched
from tests.connected.monitoring.test_board_obligations import CHIEF
from tests.connected.monitoring.test_board_waiting import everything, waiting
from tests.connected.monitoring.world import CLOCK, Country, World, deadline, until

from tiendo_contracts import assignments, reporting
from tiendo_contracts.base import Level
from tiendo_contracts.examples import story

ROOT = Path(__file__).resolve().parents[3]
DAY = timedelta(days=1)

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which no script fails."""
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1280, "height": 900}
    )
    opened, wrong = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert wrong == []


def sign_in(page: Page, world: World, unit: UUID) -> None:
    """Let a member of a unit look."""
    token = world.board.platform.token(
        "member", unit=str(unit), unit_path=world.paths[unit], name="Nguyễn Văn An"
    )
    page.context.add_cookies([{"name": "tiendo_session", "value": token, "url": world.board.url}])


def look(page: Page, world: World, path: str, name: str) -> None:
    """Open a page wide and on a phone, where nothing may be wider than it is; keep pictures."""
    for width, height, suffix in ((1280, 900, ""), (390, 844, "-390")):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(world.board.url + path)
        expect(page.locator("#live")).to_have_attribute("data-state", "on", timeout=15_000)
        page.screenshot(path=ROOT / ".local" / f"{name}{suffix}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


PROVINCES = ("Tỉnh Bình Sơn", "Thành phố Hải Vân", "Tỉnh Đông Triều", "Tỉnh Lam Giang")
COMMUNES = ("Xã Đồng Lúa", "Phường Sông Trà", "Xã Tân Hoà")


def test_the_rates_of_reports_are_seen(world: World, page: Page) -> None:
    with world.board.at_once():
        centre = world.unit("Ban Chỉ đạo về chuyển đổi số", Level.CENTRAL)
        units = [world.unit(f"Bộ {n}", Level.CENTRAL, centre) for n in ("Nội vụ", "Tài chính")]
        for name in PROVINCES:
            province = world.unit(name, Level.PROVINCIAL, centre)
            units += [province, *(world.unit(n, Level.COMMUNAL, province) for n in COMMUNES)]
        for week in range(44, 48):
            for number, unit in enumerate(units):
                owe(world, unit, f"2026-W{week}", (number * 7 + week * 3 + number // 5) % 13)
    with world.asking(centre) as client:

        def counted() -> int:
            periods = client.get("/v1/reports/rates").json()["periods"].values()
            return sum(sum(n[k] for k in ("expected", "excused", "waiting")) for n in periods)

        until(lambda: counted() == 4 * len(units))
    sign_in(page, world, centre)
    look(page, world, "/bao-cao/ty-le", "rates")
    expect(page.locator("h1")).to_contain_text("Tuần 46")
    page.locator("section[aria-labelledby=units] a").first.click()
    expect(page.locator("h1")).to_contain_text(": Tuần 46")


def test_the_story_of_a_part_is_seen_from_the_notice_to_the_end(world: World, page: Page) -> None:
    with world.board.at_once():
        centre = world.unit("Ban Chỉ đạo về chuyển đổi số", Level.CENTRAL)
        agency = world.unit("Bộ Nội vụ", Level.CENTRAL, centre)
        province = world.unit(PROVINCES[0], Level.PROVINCIAL, centre)
        other = world.unit(PROVINCES[1], Level.PROVINCIAL, centre)
        text = "Số hoá hồ sơ đất đai và đưa lên nền tảng dùng chung của tỉnh."
        whole = world.issue(agency, centre, text=f"{text} Báo cáo Ban Chỉ đạo kết quả.")
        part = world.issue(province, centre, text=f"Phần của tỉnh: {text}", late_in=2 * DAY)
        rest = world.issue(other, centre, text=f"Phần của thành phố: {text}")
        divide(world, whole, (part, rest))
        live(world, part, other, province)
    with world.asking(centre) as client:
        world.settled(client, whole, part)
        until(lambda: len(client.get(f"/v1/assignments/{part}/timeline").json()) == TOLD)
    sign_in(page, world, centre)
    look(page, world, f"/nhiem-vu/{part}", "timeline")
    kinds = page.locator(".timeline > li").evaluate_all("all => all.map(one => one.className)")
    assert kinds[0] == "k-ended"
    assert kinds.index("k-verified") < kinds.index("k-refused") < kinds.index("k-extension_granted")
    assert kinds[-1] == "k-issued"
    page.locator("dl.facts a[href='/nhiem-vu/" + str(whole) + "']").click()
    expect(page.locator("dl.facts")).to_contain_text("Tách thành")


def test_what_waits_is_seen_with_whom_it_waits_for_and_why(
    world: World, country: Country, page: Page
) -> None:
    everything(world, country)
    with world.asking(country.centre) as client:
        until(lambda: len(waiting(client)["items"]) == 5)
    sign_in(page, world, country.centre)
    look(page, world, "/cho-xu-ly?lang=en", "waiting-en")
    look(page, world, "/cho-xu-ly?lang=vi", "waiting")
    rows = page.locator("table.tasks tbody tr")
    for n, words in enumerate(
        (
            "Đã chia tách thành Xã Đồng Lúa, Tỉnh Bình Sơn từ 01/07/2026",
            "Người kiểm tra",
            "không thuộc chức năng của đơn vị",
            "đang xin đến",
            "Đầu mối đơn vị chủ trì",
        )
    ):
        expect(rows.nth(n)).to_contain_text(words)
    whom = rows.first.locator(".label")  # a phone shows no heads of columns
    expect(whom).to_have_text(["Chủ trì:", "Ai phải xử lý:", "Chờ từ:"])
    expect(whom.first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(whom.first).to_be_hidden()
    counted = page.locator("section[aria-labelledby=levels]")
    assert counted.locator("thead th").all_inner_texts() == ["Chờ việc gì", "Cấp tỉnh", "Cấp xã"]
    assert counted.locator("td").all_inner_texts() == ["0", "1"] * 3 + ["1", "0"] + ["0", "1"]


TOLD = 14
"""Entries of the part's timeline."""


def divide(world: World, whole: UUID, parts: tuple[UUID, ...]) -> None:
    """Split an assignment into parts, which take its place."""
    reason = "Mỗi địa phương tự làm phần của mình."
    item = assignments.NoticeItem(
        notice_id=whole, notice_number="47-TB/BCĐ", item_path="II.1", issued_on=date(2026, 11, 2)
    )
    source = assignments.AssignmentSource(assignment_id=whole, origins=(item,))
    for part in parts:
        world.happens(part, assignments.AssignmentDerived, how="split", sources=(source,))
    world.happens(whole, assignments.AssignmentSplit, part_ids=parts, reason=reason)
    world.happens(
        whole,
        assignments.AssignmentClosed,
        outcome="superseded",
        superseded_by_id=parts[0],
        reason=reason,
    )


def live(world: World, part: UUID, helper: UUID, unit: UUID) -> None:
    """A life with help, more time, a claim that was refused, and one that was seen to be true."""
    world.happens(part, assignments.AssignmentAccepted)
    facts = {"helper_id": helper, "part": "Cho mượn hai máy quét khổ lớn"}
    world.happens(part, assignments.HelpAsked, **facts)
    world.happens(part, assignments.HelpConfirmed, helper_id=helper, remark="")
    asked = {"asked": deadline(32 * DAY), "reason": "Chờ kết quả thẩm định vốn."}
    world.happens(part, assignments.ExtensionRequested, after_deadline=False, **asked)
    world.extend(part, 32 * DAY)
    world.report(unit, part, percent=80, difficulties="Hai huyện cũ chưa bàn giao hồ sơ giấy.")
    world.claim(part)
    seen = {"inspector": story.INSPECTOR, "reason": "Chưa có biên bản nghiệm thu."}
    world.happens(part, assignments.CompletionRefused, **seen)
    world.report(unit, part, percent=100, period="2026-W48")
    world.claim(part)
    world.verify(part)
    world.happens(
        part, assignments.AssignmentClosed, outcome="completed", superseded_by_id=None, reason=""
    )


def owe(world: World, unit: UUID, period: str, lot: int) -> None:
    """Let a unit owe a report; by its lot it reports, is late, silent, excused or waited for."""
    current, late = period == "2026-W47", lot == 3
    report = world.owe(unit, period, due_in=DAY if current or lot > 3 else -DAY)
    if lot in (0, 1):
        if not current:
            due_at = CLOCK.now() - DAY
            world.of_report(report, unit, period, reporting.ReportMissed, due_at=due_at)
    elif lot == 2:
        facts = {"decided_by": CHIEF, "reason": "Lũ quét"}
        world.of_report(report, unit, period, reporting.ReportExcused, **facts)
    elif not current or lot > 6:
        world.report(unit, world.issue(unit, unit), period=period, owed=report, late=late)
        if lot == 4:
            world.of_report(report, unit, period, reporting.ReportReturned, reason="Thiếu số liệu")
