"""The drafting page in a real browser: by keyboard alone, closed midway, by two people."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browsing import launched
from tests.connected.meetings import test_links_over_http as links

from tiendo_local.platform import Platform
from tiendo_notices import read
from tiendo_notices.documents import text_of

if TYPE_CHECKING:
    from tests.connected.meetings.conftest import Office, Until

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).resolve().parents[3]
HELD = {"occurred_at": "2026-11-06T08:00:00+07:00", "chair": {"name": "Trần Thị Bích Hạnh"}}
_WORK = (
    "rà soát quy trình tiếp nhận hồ sơ", "bố trí kinh phí cho nền tảng dữ liệu dùng chung",
    "làm sạch dữ liệu cán bộ", "tập huấn cán bộ cấp xã", "kiểm tra an toàn hệ thống",
    "hoàn thiện phương án kết nối", "công bố danh mục dữ liệu mở",
)  # fmt: skip
_WHO = ("Bộ Tài chính", "Bộ Công an", "Bộ Nội vụ", "Bộ Khoa học và Công nghệ")
CLEAR, GROUPS, SEVERAL = 20, 4, 4


def notice(number: str) -> str:
    clear = [
        f"Giao {_WHO[i % 4]} {_WORK[i % 7]}, đợt {i + 1}, trước ngày {i % 9 + 11}/12/2026."
        for i in range(CLEAR)
    ]
    groups = [f"Giao các bộ, ngành {_WORK[i]} trước ngày 20/12/2026." for i in range(GROUPS)]
    several = [f"Giao Xã Tân Hoà {_WORK[i]} trước ngày 22/12/2026." for i in range(SEVERAL)]
    items = [f"{i}. {words}" for i, words in enumerate([*clear, *groups, *several], 1)]
    return "\n".join(
        [
            "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
            "*",
            f"Số {number}-TB/BCĐ",
            "Hà Nội, ngày 09 tháng 11 năm 2026",
            "THÔNG BÁO KẾT LUẬN",
            "phiên họp của Ban Chỉ đạo",
            "Ngày 06/11/2026, đồng chí Trưởng Ban Chỉ đạo chủ trì phiên họp và kết luận như sau:",
            *items,
        ]
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


Opened = Callable[[], Page]


@pytest.fixture
def opened(browser: Browser, office: "Office", platform: Platform) -> Iterator[Opened]:
    """Opens a browser of its own, in which the secretariat is signed in."""
    token = platform.token(
        "secretariat", unit=str(office.id), unit_path=office.path, subject="thu-ky"
    )
    url = str(office.client.base_url)
    contexts: list[Callable[[], None]] = []

    def opened() -> Page:
        context = browser.new_context(
            base_url=url, locale="vi-VN", viewport={"width": 1280, "height": 900}
        )
        context.add_cookies([{"name": "tiendo_session", "value": token, "url": url}])
        contexts.append(context.close)
        return context.new_page()

    yield opened
    for close in contexts:
        close()


def tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way to {selector} by keyboard")


def version(page: Page) -> int:
    return int(page.locator("#draft").get_attribute("data-version") or 0)


def press(page: Page, key: str) -> None:
    """Press a key that decides, and wait until the server has it."""
    before = version(page)
    page.keyboard.press(key)
    expect(page.locator("#draft")).not_to_have_attribute("data-version", str(before))


def test_a_notice_of_28_items_goes_from_paste_to_signature_by_keyboard(
    opened: Opened, office: "Office", until: "Until"
):
    meeting = office.schedule()
    assert office.change(f"{meeting}/record", HELD, meeting).status_code == 200
    assert until(lambda: office.get("/v1/meetings", state="held").json()["items"])
    page = opened()
    page.goto("/soan-thao")
    tab_to(page, "select")
    page.keyboard.press("ArrowDown")
    tab_to(page, "textarea")
    page.keyboard.insert_text(notice("71"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".item")).to_have_count(28)
    expect(page.locator(".item.doubtful")).to_have_count(GROUPS + SEVERAL)
    assert "doubtful" in (page.locator(".item").first.get_attribute("class") or "")
    expect(page.locator("#sign button")).to_be_disabled()
    page.screenshot(path=ROOT / ".local" / "drafting.png")
    for _ in range(GROUPS):
        press(page, "n")
    for _ in range(SEVERAL):
        path = page.locator(".item.here").get_attribute("data-path")
        page.keyboard.press("/")
        page.keyboard.insert_text("công an")
        expect(page.locator("[role=option]").first).to_have_text("Bộ Công an")
        press(page, "Enter")
        expect(page.locator(f'.item.decided[data-path="{path}"]')).to_have_count(1)
        page.keyboard.press("k")
        go_first(page)
    for _ in range(CLEAR):
        press(page, "Enter")
    expect(page.locator(".item.decided")).to_have_count(28)
    tab_to(page, "#sign [name=name]")
    page.keyboard.insert_text("Trần Thị Bích Hạnh")
    page.keyboard.press("Enter")
    expect(page.locator("#draft")).to_have_attribute("data-state", "signed")
    signed = office.get(f"/v1/notices/{page.url.split('/')[-1].partition('#')[0]}").json()
    kinds = [item["decision"]["kind"] for item in signed["items"]]
    assert (kinds.count("assignment"), kinds.count("set_aside")) == (CLEAR + SEVERAL, GROUPS)


def go_first(page: Page) -> None:
    for _ in range(28):
        page.keyboard.press("k")


def test_nothing_is_lost_when_the_browser_closes_midway(opened: Opened, office: "Office"):
    address = office.take_in(notice("72")).replace("/v1/notices", "/soan-thao")
    page = opened()
    page.goto(address)
    for _ in range(3):
        press(page, "n")
    page.context.close()
    page = opened()
    page.goto(address)
    expect(page.locator(".item.decided")).to_have_count(3)
    expect(page.locator(".item")).to_have_count(28)


@pytest.mark.parametrize("kind", ["DOCX", "PDF"])
def test_the_notice_is_downloaded_in_its_official_form(
    opened: Opened, office: "Office", tmp_path: Path, kind: str
):
    page = opened()
    page.goto(office.take_in(notice("74")).replace("/v1/notices", "/soan-thao"))
    with page.expect_download() as download:
        page.get_by_role("link", name=kind).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == f"74-TB-BCĐ.{kind.lower()}"
    assert len(read(text_of(file)).items) == CLEAR + GROUPS + SEVERAL


def test_the_second_of_two_people_is_told_and_sees_what_the_first_did(
    opened: Opened, office: "Office"
):
    address = office.take_in(notice("73")).replace("/v1/notices", "/soan-thao")
    first, second = opened(), opened()
    first.goto(address)
    second.goto(address)
    press(first, "n")
    second.keyboard.press("t")
    expect(second.locator("#said")).to_contain_text("Người khác vừa sửa")
    expect(second.locator(".item.decided")).to_have_count(1)


def test_a_change_of_an_earlier_notice_is_confirmed_by_a_person_and_shown_there(
    opened: Opened, office: "Office", until: "Until"
):
    earlier = links.signed(office, until)
    later = office.take_in(links.LATER)
    links.review(office, later, "1", "2", "3")
    page = opened()
    page.goto(later.replace("/v1/notices", "/soan-thao"))
    expect(page.locator(".item.doubtful")).to_have_count(4)
    first = page.locator('.item[data-path="1"] .links')
    expect(first.locator("[name=item]")).to_have_value("II.1")
    expect(first.locator("[name=day]")).to_have_value("2026-12-31")
    expect(first.locator("[name=lead]")).to_be_hidden()
    first.locator("[name=item]").fill("II.9")
    first.locator("[name=item]").press("Enter")
    expect(first.locator(".wrong")).to_contain_text("không có mục II.9")
    first.locator("[name=item]").fill("II.1")
    first.locator("[name=day]").fill("2027-01-15")
    page.screenshot(path=ROOT / ".local" / "links.png", full_page=True)
    first.locator("[name=item]").press("Enter")
    expect(page.locator('.item[data-path="1"] .links.answered')).to_have_count(1)
    page.keyboard.press("u")  # to what waits next
    page.keyboard.press("Enter")
    expect(page.locator('.item[data-path="2"] .links.answered')).to_have_count(1)
    for path in ("3", "4"):
        page.locator(f'.item[data-path="{path}"] [data-no-links]').click()
        answered = page.locator(f'.item[data-path="{path}"] .links.answered')
        expect(answered).to_have_count(1)
        expect(answered).to_be_hidden()  # folded, for whoever thinks otherwise
    expect(page.locator(".item.doubtful")).to_have_count(0)
    page.locator("#sign [name=name]").fill("Trần Thị Bích Hạnh")
    page.locator("#sign button").click()
    expect(page.locator('#draft[data-state="signed"]')).to_have_count(1)
    page.goto(earlier.replace("/v1/notices", "/soan-thao"))
    told = page.locator("#supplements")
    expect(told).to_contain_text("52-TB/BCĐ")
    expect(told).to_contain_text("Mục II.1: thay đổi thời hạn → 15/01/2027 (Mục 1)")
    expect(told).to_contain_text("Mục II.2: chuyển đơn vị chủ trì → Bộ Nội vụ (Mục 2)")
    expect(told.locator("li li")).to_have_count(2)


BOUND = """BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ
*
Số 81-TB/BCĐ
Hà Nội, ngày 09 tháng 11 năm 2026
THÔNG BÁO KẾT LUẬN
phiên họp của Ban Chỉ đạo
Ngày 06/11/2026, đồng chí Trưởng Ban Chỉ đạo chủ trì phiên họp và kết luận như sau:
1. Giao Bộ Tài chính rà soát quy trình, báo cáo tại phiên họp thứ tư của Ban Chỉ đạo.
2. Giao Bộ Nội vụ làm sạch dữ liệu cán bộ trước phiên họp tháng 12/2026 của Ban Chỉ đạo.
3. Giao Bộ Công an kiểm tra an toàn hệ thống trước phiên họp tới.
"""


def test_a_deadline_of_a_meeting_says_of_which_and_the_last_choice_holds(
    opened: Opened, office: "Office"
):
    thing = office.take_in(BOUND)
    address = thing.replace("/v1/notices", "/soan-thao")
    page = opened()
    for language, words in AWAITED.items():
        page.goto(f"{address}?lang={language}")
        expect(page.locator(".check")).to_have_text(words)
        for width, suffix in ((1280, ""), (390, "-390")):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(
                path=ROOT / ".local" / f"awaited-{language}{suffix}.png", full_page=True
            )
    page.set_viewport_size({"width": 1280, "height": 900})

    def first() -> tuple[str | None, bool]:
        decision = office.get(thing).json()["items"][0]["decision"]
        return decision["deadline"]["due_on"], decision["due_meeting"] is not None

    def change(act: Callable[[], None]) -> None:
        before = version(page)
        act()
        expect(page.locator("#draft")).not_to_have_attribute("data-version", str(before))

    box, due = (page.locator(f'.item[data-path="1"] [name={n}]') for n in ("due_meeting", "due"))
    expect(box).to_be_checked()
    change(lambda: due.fill("2026-12-31"))
    assert first() == ("2026-12-31", False)
    expect(box).not_to_be_checked()
    change(box.check)
    assert first() == (None, True)
    expect(due).to_have_value("")
    change(box.uncheck)
    assert first() == (None, False)


AWAITED = {
    "en": [
        "Waits for the date of the session no. 4; due by the end of that day",
        "Waits for the date of the session of month 12 of 2026; due when it starts",
        "Waits for the date of the session that follows; due when it starts",
    ],
    "vi": [
        "Chờ lịch phiên họp thứ 4; hạn là hết ngày họp",
        "Chờ lịch phiên họp tháng 12 năm 2026; hạn là giờ bắt đầu họp",
        "Chờ lịch phiên họp kế tiếp; hạn là giờ bắt đầu họp",
    ],
}


def test_on_a_phone_nothing_is_wider_than_the_screen(opened: Opened, office: "Office"):
    page = opened()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(office.take_in(notice("74")).replace("/v1/notices", "/soan-thao") + "?lang=en")
    expect(page.locator("#left")).to_contain_text("28 left; 8 doubtful")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=ROOT / ".local" / "drafting-390.png")


@pytest.mark.parametrize("place", ["", "/soan-thao"])
def test_a_command_from_another_site_is_refused(opened: Opened, office: "Office", place: str):
    thing = office.take_in(notice(f"75{len(place)}"))
    session = opened().context.cookies()[0]
    answer = httpx.post(
        f"{office.client.base_url}{place}{thing}/reviews",
        json={"confirm": ["1"]},
        cookies={"tiendo_session": str(session.get("value"))},
        headers={"If-Match": "*", "Idempotency-Key": "from-elsewhere"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(office: "Office"):
    answer = httpx.get(f"{office.client.base_url}/soan-thao", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/dang-nhap?den=%2Fsoan-thao"


DOUBTS = """BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ
*
Số 76-TB/BCĐ
Hà Nội, ngày 09 tháng 11 năm 2026
THÔNG BÁO KẾT LUẬN
phiên họp của Ban Chỉ đạo
Ngày 05/11/2026, đồng chí Trưởng Ban Chỉ đạo chủ trì phiên họp và kết luận như sau:
1. Giao Bộ Tài chính bố trí kinh phí trước ngày 15/12/2026.
2. Giao Bộ Công ann làm sạch dữ liệu dân cư trước ngày 20/12/2026.
3. Giao Bộ Nội vụ chủ trì, phối hợp với Cục Chưa Từng Có tập huấn trước phiên họp tới.
"""


def drafted(office: "Office") -> str:
    """A draft with doubts in its head and in two of its items; gives its page."""
    meeting = office.schedule()
    assert office.change(f"{meeting}/record", HELD, meeting).status_code == 200
    notice = office.take_in(DOUBTS, meeting_id=meeting.rsplit("/", 1)[1])
    return notice.replace("/v1/notices", "/soan-thao")


def at_doubt(page: Page) -> tuple[str, str]:
    """The path and the code of the doubt where one is."""
    path, code = page.evaluate(
        "(d => [d?.dataset.path, d?.dataset.code])(document.activeElement.closest('.doubt'))"
    )
    return path, code


def test_one_key_goes_from_doubt_to_doubt_through_the_whole_page_and_back(
    opened: Opened, office: "Office"
):
    page = opened()
    page.goto(drafted(office))
    many = page.locator(".doubt.open").count()
    seen: list[tuple[str, str]] = []
    for _ in range(many):
        page.keyboard.press("u")
        seen.append(at_doubt(page))
    assert len(set(seen)) == many
    assert {path for path, _ in seen} == {"", "2", "3"}
    page.keyboard.press("u")
    assert at_doubt(page) == seen[0]
    page.keyboard.press("Shift+U")
    assert at_doubt(page) == seen[-1]
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("điểm nghi vấn sau")


def test_doubts_are_answered_by_keyboard_and_each_shows_who_answered_it(
    opened: Opened, office: "Office"
):
    page = opened()
    page.goto(drafted(office))
    expect(page.locator("#sign button")).to_be_disabled()
    expect(page.locator("#head .doubt.open")).to_contain_text("Ngày họp đọc được khác")
    while page.locator(".doubt.open").count():
        page.keyboard.press("u")
        press(page, "Enter")
    expect(page.locator("#head .answer")).to_contain_text("đúng như đọc · thu-ky")
    chosen = page.locator('.doubt[data-path="2"] .answer')
    expect(chosen).to_contain_text("Đã chọn đơn vị · thu-ky")
    left = page.locator('.doubt[data-path="3"][data-field="coordinators"] .answer')
    expect(left).to_contain_text("để nguyên, không chọn đơn vị · thu-ky")
    for path in ("1", "3"):
        page.locator(f'.item[data-path="{path}"]').focus()
        page.locator(f'.item[data-path="{path}"] .words').click()
        press(page, "Enter")
    expect(page.locator("#sign button")).to_be_enabled()


def test_what_signing_waits_for_stands_at_its_item_with_a_link_to_it(
    opened: Opened, office: "Office"
):
    page = opened()
    page.goto(drafted(office) + "?lang=en")
    before = version(page)
    page.locator('.item[data-path="3"] [data-do="assignment"]').click()
    expect(page.locator("#draft")).to_have_attribute("data-version", str(before + 1))
    expect(page.locator("#said")).to_have_text("Saved")
    waiting = page.locator("#uncovered .waiting > li").filter(has_text="Item 3")
    expect(waiting).to_contain_text("“Cục Chưa Từng Có” is not in the register")
    expect(page.locator('.item[data-path="3"].doubtful')).to_have_count(1)
    waiting.get_by_role("link").click()
    assert at_doubt(page)[0] == "3"
    expect(page.locator("#uncovered .paths")).to_contain_text("Item 1")


def test_a_signature_that_is_refused_shows_all_reasons(opened: Opened, office: "Office"):
    page = opened()
    page.goto(drafted(office))
    page.evaluate("document.querySelector('#sign button').disabled = false")
    page.locator("#sign [name=name]").fill("Trần Thị Bích Hạnh")
    page.locator("#sign button").click()
    expect(page.locator("#said")).to_contain_text("Chưa ký được")
    expect(page.locator("#uncovered")).to_be_focused()
    expect(page.locator("#uncovered .waiting > li")).to_have_count(3)


def test_the_units_of_a_group_stand_under_its_words_and_can_be_taken_away(
    opened: Opened, office: "Office"
):
    page = opened()
    text = DOUBTS.replace("Giao Bộ Công ann", "Giao các bộ")
    page.goto(office.take_in(text).replace("/v1/notices", "/soan-thao") + "?lang=en")
    group = page.locator('.item[data-path="2"] .origin')
    expect(group).to_contain_text("from: các bộ (4)")
    group.get_by_role("button", name="Take away Bộ Nội vụ").click()
    expect(group).to_contain_text("from: các bộ (3)")
    expect(page.locator('.doubt[data-path="2"] .answer')).to_contain_text("Changed")
