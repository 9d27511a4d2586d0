"""The board's pages in a real browser, with the whole country loaded and a story played."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, expect
from tests.e2e.played import MEMBER, Played, eventually

from tiendo_local.demo.fate import Fate
from tiendo_runtime.clock import SystemClock

pytestmark = pytest.mark.timeout(420)

STATES = ("overdue", "within_time", "done_late", "done_on_time", "regular")
PHONE = {"width": 390, "height": 844}
_SECONDS = 1000.0


@pytest.fixture(autouse=True)
def silence(page: Page) -> Iterator[None]:
    """No script fails on any page, and the browser refuses nothing that a page asks for."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "favicon" not in message.text:
            said.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert said == []


def sign_in(page: Page, played: Played, path: str = "/") -> None:
    """Ask for a page, be sent to the issuer, click the member, come back to the page."""
    page.goto(played.url("monitoring", path))
    page.get_by_role("button", name=MEMBER).click()
    page.wait_for_url(played.url("monitoring", path))


def go_live(page: Page) -> None:
    """Wait until the page listens, and mark it: a reload would lose the mark."""
    expect(page.locator("#live")).to_have_attribute("data-state", "on", timeout=15 * _SECONDS)
    page.evaluate("window.mark = 'same page'")


def is_same_page(page: Page) -> bool:
    return page.evaluate("window.mark") == "same page"


def number(where: Locator) -> int:
    return int(where.inner_text().replace(".", "").strip())


def state_count(page: Page, state: str) -> int:
    """What the picture's legend says of a state."""
    row = page.locator(".legend tr", has=page.locator(f'a[href$="state={state}"]'))
    return number(row.locator("td").first)


def test_a_member_signs_in_with_one_click_and_out_again(page: Page, played: Played):
    sign_in(page, played, "/nhiem-vu?state=overdue")
    expect(page.locator("header .person")).to_contain_text(MEMBER)
    page.locator("header .person button").click()
    page.wait_for_url("**/da-dang-xuat")
    page.goto(played.url("monitoring", "/"))
    expect(page.get_by_role("button", name=MEMBER)).to_be_visible()


def test_the_overview_shows_the_figures_of_the_board(page: Page, played: Played):
    sign_in(page, played)
    board: dict[str, Any] = played.member.read("monitoring", "/v1/board")
    assert {s: state_count(page, s) for s in STATES} == {s: board["overall"][s] for s in STATES}
    assert page.locator("section.late h2 b").first.inner_text() == str(board["overall"]["overdue"])
    for level in board["levels"]:
        row = page.locator("table.levels tr", has=page.locator(f'a[href$="cap={level["level"]}"]'))
        assert number(row.locator("td").last) == level["total"]
    assert number(page.locator("table.levels tfoot td").last) == board["overall"]["total"]
    assert str(board["overall"]["total"]) in (page.locator(".donut").first.text_content() or "")


def test_from_the_centre_down_to_the_timeline_of_one_assignment(page: Page, played: Played):
    sign_in(page, played)
    unit = page.locator("table.units a").first
    name = unit.inner_text()
    unit.click()
    expect(page.locator("h1")).to_have_text(name)
    task = page.locator("table.tasks td.what a").first
    task.click()
    page.wait_for_url("**/nhiem-vu/*")
    assignment = page.url.rsplit("/", 1)[1]
    entries = played.member.read("monitoring", f"/v1/assignments/{assignment}/timeline")
    shown = page.locator(".timeline > li")
    assert [shown.nth(n).get_attribute("id") for n in range(shown.count())] == [
        f"e-{entry['event_id']}" for entry in reversed(entries)
    ]
    expect(page.locator("main")).to_contain_text(played.told.fates[assignment].item_path)


def test_the_notice_shows_every_item_and_what_became_of_it(page: Page, played: Played):
    sign_in(page, played, "/thong-bao")
    page.get_by_role("link", name=played.told.signed.number).first.click()
    expect(page.locator("h1")).to_contain_text(played.told.signed.number)
    items = page.locator(".items > li")
    paths = [items.nth(n).locator(".path").inner_text().split()[0] for n in range(items.count())]
    assert paths == [item["path"] for item in played.told.signed.items]
    for path, reason in played.told.signed.unclear:
        item = items.nth(paths.index(path))
        expect(item).to_contain_text(" ".join(reason.split()))
    links = page.locator('.items a[id^="a-"]')
    ids = {(links.nth(n).get_attribute("id") or "")[2:] for n in range(links.count())}
    assert ids == set(played.told.fates)


def test_the_language_is_switched_and_kept(page: Page, played: Played):
    sign_in(page, played)
    before = {state: state_count(page, state) for state in STATES}
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page).to_have_title(re.compile("Tổng quan"))
    page.locator("header a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title(re.compile("Overview"))
    assert {state: state_count(page, state) for state in STATES} == before
    page.locator("nav.menu a").nth(2).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("header a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_a_report_shows_on_the_open_page_without_reload(page: Page, played: Played):
    fates = played.silent_unit()
    sign_in(page, played, f"/nhiem-vu/{fates[0].id}")
    go_live(page)
    main = page.locator("main")
    assert "43" not in main.locator("section[aria-labelledby=latest]").inner_text()
    assert played.submit(fates, 43).status_code == 201
    expect(main.locator(".latest .figure")).to_contain_text("43", timeout=10 * _SECONDS)
    expect(page.locator(".timeline > li").first).to_have_class("k-reported")
    assert is_same_page(page)


def test_a_claim_changes_the_figures_of_the_open_overview(page: Page, played: Played):
    fates = played.silent_unit()
    sign_in(page, played)
    go_live(page)
    claimed = played.member.read("monitoring", "/v1/board")["overall"]["claimed_unverified"]
    assert played.submit(fates[:1], 100, done=True).status_code == 201
    expect(page.locator("p.claimed b")).to_have_text(str(claimed + 1), timeout=10 * _SECONDS)
    assert is_same_page(page)


def test_an_assignment_turns_overdue_on_the_open_page_with_no_event(page: Page, played: Played):
    late = [f for f in played.told.fates.values() if f.is_overdue(SystemClock().now())]
    assert late, "the story must leave something overdue"
    fate = late[0]
    sign_in(page, played, f"/nhiem-vu/{fate.id}")
    go_live(page)
    deadline = SystemClock().now() + timedelta(seconds=20)
    give_until(played, fate, deadline)
    chip = page.locator("h1 .chip").first
    expect(chip).to_have_class(re.compile("c-within_time"), timeout=10 * _SECONDS)
    with frozen(played, "assignments"):  # whose events would tell that the deadline went by
        told = len(played.timeline(fate))
        expect(chip).to_have_class(re.compile("c-overdue"), timeout=40 * _SECONDS)
        assert SystemClock().now() >= deadline
        assert len(played.timeline(fate)) == told
        assert is_same_page(page)
    eventually(lambda: played.timeline(fate)[-1]["kind"] == "deadline_passed")


def give_until(played: Played, fate: Fate, deadline: datetime) -> None:
    """More time for an overdue assignment, to an instant; waits until the board has it."""
    place = f"/v1/assignments/{fate.id}"
    asked = {"deadline": {"due_at": deadline.astimezone(UTC).isoformat()}, "reason": "Chờ vốn"}
    committee = played.told.signed.committee
    leader = played.stage.cast.of("leader", committee, "Lê Thị Trưởng Ban")
    reporter = played.reporter(fate.unit)
    reporter.do("assignments", f"{place}/extension-requests", asked, changing=place)
    granted = {"reason": "Đồng ý"}
    answer = leader.do("assignments", f"{place}/extensions", granted, changing=place)
    eventually(lambda: played.on_board(fate)["version"] >= answer["version"])


@contextmanager
def frozen(played: Played, service: str) -> Generator[None]:
    """A service that does nothing for a while."""
    process = psutil.Process(played.stage.platform.supervisor.pid(service))
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def places(played: Played) -> list[str]:
    fate = next(iter(played.told.fates.values()))
    return [
        "/",
        "/nhiem-vu",
        "/cho-xu-ly",
        "/xem-lai",
        f"/nhiem-vu/{fate.id}",
        "/don-vi",
        f"/don-vi/{fate.unit.id}",
        f"/don-vi/{played.stage.unit('BCDTW').id}",
        "/thong-bao",
        f"/thong-bao/{played.told.signed.id}",
        "/bao-cao",
        "/cuoc-hop",
    ]


def test_no_page_is_wider_than_a_phone(page: Page, played: Played):
    page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType] - two integers by name
    sign_in(page, played)
    for place in places(played):
        for language in ("vi", "en"):
            page.goto(played.url("monitoring", f"{place}?lang={language}"))
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"], f"{place} in {language} is {width} px wide"
            expect(page.locator("h1")).to_be_visible()


def test_a_printed_page_has_the_facts_and_nothing_to_click(page: Page, played: Played):
    sign_in(page, played)
    page.emulate_media(media="print")
    for gone in ("nav.menu", "header .tools"):
        expect(page.locator(gone)).to_be_hidden()
    for there in ("h1", "section.late", ".donut", "table.levels", "table.units"):
        expect(page.locator(there).first).to_be_visible()
    paper = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_page_that_is_not_there_says_so_in_both_languages(page: Page, played: Played):
    sign_in(page, played)
    answer = page.request.get(
        played.url("monitoring", "/don-vi/00000000-0000-7000-8000-000000000000"),
        headers={"Accept": "text/html"},
    )
    assert answer.status == 404
    assert 'lang="en"' in answer.text()
