"""The pages as browsers get them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from uuid import UUID

import httpx
import pytest
from tests.connected.monitoring.world import CLOCK, Country, Running, World, until

from tiendo_contracts.base import Deadline
from tiendo_contracts.meetings import ConclusionItem
from tiendo_runtime.clock import local_day

DAY = timedelta(days=1)
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def browser(world: World, country: Country) -> Iterator[httpx.Client]:
    """A member of the committee, signed in."""
    with signed_in(world, country.centre) as client:
        yield client


def signed_in(world: World, unit: UUID) -> httpx.Client:
    token = world.board.platform.token(
        "member", unit=str(unit), unit_path=world.paths[unit], name="Nguyễn Văn An"
    )
    return httpx.Client(
        base_url=world.board.url,
        headers=BROWSER,
        cookies={"tiendo_session": token},
        timeout=10,
    )


def text_of(answer: httpx.Response, status: int = 200) -> str:
    """What a reader sees of a page."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    plain = re.sub(r"<[^>]+>", " ", answer.text.partition("<body>")[2] or answer.text)
    return re.sub(r"\s+", " ", unescape(plain))


def issued(world: World, client: httpx.Client, country: Country, late_in: timedelta) -> UUID:
    key = world.issue(country.first, country.centre, late_in=late_in)
    world.settled(client, key)
    return key


def test_the_overview_tells_first_what_is_late_whose_since_when(
    world: World, country: Country, browser: httpx.Client
) -> None:
    issued(world, browser, country, -3 * DAY)
    issued(world, browser, country, DAY)
    text = text_of(browser.get("/"))
    since = local_day(CLOCK.now() - 3 * DAY)
    late = text.index("1 nhiệm vụ quá hạn của 1 đơn vị, lâu nhất từ")
    assert late < text.index("Bức tranh chung") < text.index("Theo cấp")
    assert f"{since:%d/%m/%Y}" in text
    assert "Xã Đồng Lúa" in text
    assert "Ban Chỉ đạo" in text
    assert "giờ Việt Nam, UTC+7" in text


def test_the_picture_has_words_for_who_cannot_see_it(
    world: World, country: Country, browser: httpx.Client
) -> None:
    issued(world, browser, country, -DAY)
    page = browser.get("/").text
    assert 'role="img" aria-label="Biểu đồ 1 nhiệm vụ: quá hạn 1, trong hạn 0' in page


def test_every_page_opens(world: World, country: Country, browser: httpx.Client) -> None:
    key = issued(world, browser, country, -DAY)
    world.report(country.first, key, percent=45)
    item = ConclusionItem(
        path="II.1",
        kind="assignment",
        text="Hoàn thành kết nối.",
        lead_unit_id=country.first,
        coordinator_ids=(),
        deadline=Deadline.none(),
        recurring=None,
        reason="",
    )
    notice = world.sign(country.centre, (item,))
    until(lambda: browser.get(f"/v1/notices/{notice}").status_code == 200)
    for address, word in {
        "/nhiem-vu": "Xã Đồng Lúa",
        "/nhiem-vu?state=overdue": "Quá hạn",
        f"/nhiem-vu?duoi={country.province}&state=overdue": "Tỉnh Bình Sơn",
        f"/nhiem-vu/{key}": "Thời hạn gốc",
        "/don-vi": "Tỉnh Bình Sơn",
        "/don-vi?cap=communal": "Xã Đồng Lúa",
        f"/don-vi?duoi={country.province}": "Đơn vị trực thuộc",
        f"/don-vi/{country.province}": "Gồm cả đơn vị trực thuộc",
        f"/don-vi/{country.first}?state=overdue": "Quá hạn",
        "/thong-bao": "47-TB/BCĐ",
        f"/thong-bao/{notice}": "Các mục và kết quả",
        "/bao-cao": "Tuần 47 năm 2026",
        "/bao-cao?ky=2026-W47&nop=on_time": "Đúng hạn",
        "/cuoc-hop": "Cuộc họp",
    }.items():
        assert word in text_of(browser.get(address)), address


def test_an_assignment_tells_its_words_its_deadlines_and_its_history(
    world: World, country: Country, browser: httpx.Client
) -> None:
    key = issued(world, browser, country, -DAY)
    world.extend(key, 9 * DAY)
    world.report(country.first, key, percent=70, difficulties="Chờ kinh phí.")
    world.claim(key)
    world.verify(key)
    world.settled(browser, key)
    text = until(
        lambda: text if "70%" in (text := text_of(browser.get(f"/nhiem-vu/{key}"))) else None
    )
    for said in (
        "Hoàn thành kết nối dữ liệu.",
        "Hoàn thành đúng hạn",
        "đúng hạn so với thời hạn hiện tại, muộn so với thời hạn gốc",
        "Chờ kinh phí.",
        "Xác nhận hoàn thành",
        "Lê Quang Vinh",
        "Được gia hạn",
    ):
        assert said in text
    assert text.index("Xác nhận hoàn thành") < text.index("Giao nhiệm vụ")


def test_text_from_outside_is_shown_and_never_run(
    world: World, country: Country, browser: httpx.Client
) -> None:
    evil = '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7*7 }}'
    key = world.issue(country.first, country.centre, text=evil, late_in=-DAY)
    world.settled(browser, key)
    for address in ("/", f"/nhiem-vu/{key}", "/nhiem-vu"):
        page = browser.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "{{ 7*7 }}" in page


def test_pages_speak_english_and_remember_it(
    world: World, country: Country, browser: httpx.Client
) -> None:
    issued(world, browser, country, -DAY)
    english = browser.get("/?lang=en")
    assert english.headers["content-language"] == "en"
    assert '<html lang="en">' in english.text
    assert "1 assignment is overdue of 1 units" in text_of(english)
    again = browser.get("/")
    assert again.headers["content-language"] == "en"
    assert "1 nhiệm vụ quá hạn" in text_of(browser.get("/?lang=vi"))


def test_the_switch_of_languages_keeps_the_page(browser: httpx.Client) -> None:
    page = browser.get("/nhiem-vu?state=overdue").text
    assert 'class="language" href="/nhiem-vu?state=overdue&amp;lang=en"' in page


def test_an_empty_board_says_what_to_do(browser: httpx.Client) -> None:
    text = text_of(browser.get("/"))
    assert "Chưa có nhiệm vụ nào" in text
    assert "thông báo kết luận được ký" in text
    for address in ("/thong-bao", "/cuoc-hop", "/bao-cao", "/don-vi", "/nhiem-vu"):
        assert "dịch vụ" in text_of(browser.get(address)) or "cấp khác" in text_of(
            browser.get(address)
        )


def test_an_account_without_a_unit_is_told_whom_to_ask(board: Running) -> None:
    token = board.platform.token("operator", name="Nguyễn Văn Hành")
    answer = httpx.get(board.url + "/", headers=BROWSER, cookies={"tiendo_session": token})
    assert "Tài khoản chưa gắn với đơn vị" in text_of(answer)


def test_a_page_is_fetched_again_without_its_frame(
    world: World, country: Country, browser: httpx.Client
) -> None:
    issued(world, browser, country, -DAY)
    whole = browser.get("/")
    part = browser.get("/", headers={"HX-Request": "true"})
    assert 'hx-get="/" hx-trigger="tiendo:changed"' in whole.text
    assert 'data-sequence="' in whole.text
    assert "<html" not in part.text
    assert "1 nhiệm vụ quá hạn" in text_of(part)


def test_a_page_loads_nothing_from_elsewhere(browser: httpx.Client) -> None:
    answer = browser.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    addresses = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert addresses
    assert all(address.startswith(("/", "#")) for address in addresses)
    for address in (a for a in addresses if a.startswith("/static/")):
        kept = httpx.get(str(browser.base_url.join(unescape(address))))
        assert kept.status_code == 200
        assert "immutable" in kept.headers["cache-control"]
    assert httpx.get(str(browser.base_url.join("/static/../main.py"))).status_code in (401, 404)


def test_errors_are_pages_for_browsers_and_problems_for_programs(
    world: World, country: Country, browser: httpx.Client
) -> None:
    for address, status, vi, en in (
        ("/khong-co", 404, "Không có địa chỉ này.", "There is nothing at this address."),
        ("/nhiem-vu/7", 422, "Địa chỉ có phần không hợp lệ.", "is not valid"),
        (f"/nhiem-vu/{UUID(int=1)}", 404, "Không có nhiệm vụ", "There is no assignment"),
        (f"/don-vi/{UUID(int=1)}", 404, "Không có đơn vị", "There is no unit"),
        ("/nhiem-vu?cursor=x", 422, "Con trỏ trang không hợp lệ", "The page cursor is not valid"),
    ):
        text = text_of(browser.get(address), status)
        assert vi in text
        assert en in text
        answer = browser.get(address, headers={"Accept": "application/json"})
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
    hidden = issued(world, browser, country, DAY)
    with signed_in(world, country.second) as outside:
        assert "ngoài phạm vi" in text_of(outside.get(f"/nhiem-vu/{hidden}"), 403)


def test_who_is_not_signed_in_is_sent_to_do_so(board: Running) -> None:
    answer = httpx.get(board.url + "/nhiem-vu?state=overdue", headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/dang-nhap?den=%2Fnhiem-vu%3Fstate%3Doverdue"
    live = httpx.get(board.url + "/", headers={"HX-Request": "true"})
    assert live.status_code == 401
    assert live.headers["hx-redirect"] == "/dang-nhap?den=%2F"
    assert httpx.get(board.url + "/").status_code == 401
