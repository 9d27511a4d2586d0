"""The board the day before and the day after 63 provinces became 34, in a real browser.

Assignments and the board are processes; what passes on does so by the sweep of the one and is shown
by the other. The picture of `docs/units.md` is made here, and left in `.local/merger.png`.
"""

import base64
import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect
from tests.browsing import launched
from tests.connected.assignments.running import IDS, Served
from tests.connected.assignments.test_assignments_over_http import claim, conclusion, version
from tests.connected.assignments.test_units_change import LAW, MERGERS, TODAY, merge
from tests.connected.monitoring.test_board_rebuilt import tiendo
from tests.connected.monitoring.world import CLOCK, Running, World, running, until

from assignments.application import assignment_id
from monitoring.main import service
from monitoring.views.past import VIEWS
from tiendo_contracts.base import Deadline
from tiendo_contracts.meetings import ConclusionItem
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database
from tiendo_runtime import schema

ROOT = Path(__file__).resolve().parents[3]
CENTRE = "Ban Chỉ đạo về chuyển đổi số"
HALF = 760
"""How wide each half of the picture is."""
TEXTS = {
    "open": "Kết nối dữ liệu dân cư với các hệ thống của tỉnh, hoàn thành trong năm.",
    "claimed": "Công bố danh mục dịch vụ công trực tuyến toàn trình của tỉnh.",
    "verified": "Thành lập tổ công nghệ số cộng đồng ở tất cả các xã.",
    "commune": "Bố trí điểm hỗ trợ người dân làm thủ tục trực tuyến.",
}

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def served(platform: Platform, tmp_path: Path) -> Iterator[Served]:
    with fresh_database(platform.postgres_admin_url) as url:
        found = Served(platform, url, Broker.of(platform.kafka_bootstrap), tmp_path / "assignments")
        found.prepare()
        with found.process():
            yield found


@pytest.fixture
def board(served: Served, platform: Platform, tmp_path: Path) -> Iterator[Running]:
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, "monitoring", service.projections)
        environment = {
            "TIENDO_DATABASE_URL": url,
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": platform.kafka_bootstrap,
            "TIENDO_TOPIC_PREFIX": f"{served.broker.prefix}.",
            "TIENDO_TOKEN_ISSUER": platform.issuer_url,
            "TIENDO_JWKS_URL": platform.jwks_url,
            "TEST_LOG": str(tmp_path / "monitoring"),
        }
        with running(environment, platform) as process:
            yield process


@pytest.fixture
def asking(board: Running, served: Served) -> Iterator[httpx.Client]:
    with board.client("member", served.root, served.root_path) as client:
        yield client


@pytest.fixture
def page(board: Running, served: Served) -> Iterator[Page]:
    """A member of the committee looks; no script may fail."""
    token = served.platform.token(
        "member", unit=str(served.root), unit_path=served.root_path, name="Nguyễn Văn An"
    )
    with launched() as browser:
        context = browser.new_context(
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": HALF, "height": 900},
            base_url=board.url,
        )
        context.add_cookies([{"name": "tiendo_session", "value": token, "url": board.url}])
        # Changes go on while it looks: a page that is not told of them stands still for a picture.
        context.route("**/v1/stream*", lambda route: route.abort())
        opened, wrong = context.new_page(), list[str]()
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        yield opened
        context.close()
        assert wrong == []


@dataclass
class Nation:
    """Provinces by the code of before, and the work of each and of its commune by kind."""

    lines: list[dict[str, str]]
    provinces: dict[str, UUID]
    communes: dict[str, UUID]
    work: dict[tuple[str, str], UUID] = field(default_factory=dict[tuple[str, str], UUID])


@pytest.fixture
def nation(served: Served) -> Nation:
    """63 provinces with three assignments each, one of them done, and a commune with one."""
    with MERGERS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    codes = [line["old_code"] for line in lines]
    found = Nation(lines, {c: IDS.new() for c in codes}, {c: IDS.new() for c in codes})
    root, names = served.root, {line["old_code"]: line["old_name"] for line in lines}
    enter(served, (root, None, CENTRE, None, "central"))
    enter(served, *((found.provinces[c], c, names[c], root, "provincial") for c in codes))
    enter(
        served,
        *((found.communes[c], None, "Xã Trung tâm", found.provinces[c], "communal") for c in codes),
    )
    give(served, found)
    finish(served, found)
    return found


def enter(served: Served, *rows: tuple[UUID, str | None, str, UUID | None, str]) -> None:
    units = [
        {
            "id": str(unit), "code": code, "name": name, "level": level, "kind": "agency",
            "parent": str(parent) if parent else None, "effective_on": "1997-01-01",
        }
        for unit, code, name, parent, level in rows
    ]  # fmt: skip
    answer = served.ask("POST", "/v1/units", json={"units": units})
    assert answer.status_code == 201, answer.text


def give(served: Served, nation: Nation) -> None:
    """Oblige all by one notice; every third province is late with what it has not done."""
    notice = conclusion(served, served.root)
    item, items = notice.items[1], list[ConclusionItem]()
    for number, code in enumerate(nation.provinces):
        for kind, text in TEXTS.items():
            lead = nation.communes[code] if kind == "commune" else nation.provinces[code]
            late = number % 3 == 0 and kind == "open"
            due = Deadline.on(TODAY + timedelta(days=-20 - number if late else 40 + number))
            changes = {"path": f"{number + 1}.{len(items) + 1}", "lead_unit_id": lead}
            given = item.model_copy(update=changes | {"deadline": due, "text": text})
            items.append(given)
            nation.work[code, kind] = assignment_id(notice.notice_id, given.path, lead)
    served.publish(notice.model_copy(update={"items": (notice.items[0], *items)}))
    until(lambda: all(served.stored(one) for one in list(nation.work.values())[-12:]), 90)


def finish(served: Served, nation: Nation) -> None:
    """Let each province claim two, and an inspector see one of them."""
    for code, unit in nation.provinces.items():
        two = (nation.work[code, kind] for kind in ("claimed", "verified"))
        served.publish(claim(served, unit, *two))
    check = {"office": "Tổ giám sát", "finding": "Đúng như báo cáo."}
    for code in nation.provinces:
        one = nation.work[code, "verified"]
        until(lambda one=one: "CompletionReported" in served.stored(one), 60)
        path, match = f"/v1/assignments/{one}/verifications", version(served, one)
        assert served.ask("POST", path, "inspector", json=check, match=match).is_success


@dataclass(frozen=True)
class Shown:
    """What the overview shows: the total, the figures of the states, the table of levels."""

    total: str
    states: list[str]
    levels: list[str]


def overview(page: Page) -> Shown:
    page.goto("/")
    states = page.locator("table.legend tbody td.n:not(.muted)").all_inner_texts()
    levels = page.locator("table.levels tr").all_inner_texts()
    return Shown(total_of(page), states, levels)


def total_of(page: Page) -> str:
    return page.locator(".donut .big").text_content() or ""


def test_the_day_before_and_the_day_after_are_seen_and_every_total_is_the_same(
    served: Served, board: Running, nation: Nation, asking: httpx.Client, page: Page
) -> None:
    every = 63 * len(TEXTS)
    until(lambda: board_of(asking) == {"provincial": 189, "communal": 63, "verified": 63}, 120)
    until(lambda: asking.get(f"/v1/units/{served.root}").is_success)
    pictures = dict[str, bytes]()
    before = overview(page)
    assert before.total == str(every)
    pictures["before"] = shot(page.locator("section[aria-labelledby=picture]"))
    page.goto("/don-vi?cap=provincial")
    expect(page.locator(".counted")).to_have_text("63 đơn vị có nhiệm vụ.")
    pictures["list before"] = top(page)
    eve = CLOCK.now()
    led = {code: below(asking, unit)["total"] for code, unit in nation.provinces.items()}
    assert set(led.values()) == {len(TEXTS)}

    assert merge(served) == "23 new, 52 merged into them"
    new = followers_of(nation, asking)
    assert len(set(new.values())) == 34
    made = defaultdict[UUID, list[str]](list)
    for code, unit in new.items():
        if unit != nation.provinces[code]:
            made[unit].append(code)
    wanted = {unit: 3 * len(codes) for unit, codes in made.items()}
    until(lambda: {unit: below(asking, unit)["total"] for unit in made} == wanted, 120)

    after = overview(page)
    assert after == before
    pictures["after"] = shot(page.locator("section[aria-labelledby=picture]"))
    page.goto("/don-vi?cap=provincial")
    expect(page.locator(".counted")).to_have_text(
        "34 đơn vị có nhiệm vụ, cùng 52 đơn vị đã kết thúc giữ việc của thời gian trước."
    )
    pictures["list after"] = top(page)
    for unit, codes in made.items():
        says_what_it_is_made_of(page, unit, [nation.provinces[c] for c in codes], led[codes[0]])
    most = max(made, key=lambda unit: len(made[unit]))
    some = made[most][0]
    page.goto(f"/don-vi/{most}")
    pictures["made of"] = shot(page.locator("section[aria-labelledby=came-of]"))
    says_where_its_work_went(page, nation.provinces[some], most)
    pictures["ended"] = shot(page.locator("section[aria-labelledby=fate]"))
    the_work_says_how_it_passed_on(page, nation, some, most)
    pictures["story"] = shot(page.locator("section[aria-labelledby=timeline]"))
    the_day_before_is_looked_back_at(page, board, eve, before, nation.provinces[some])
    nothing_is_wider_than_a_phone(page, most, nation.provinces[some], nation.work[some, "open"])
    keep(page, pictures)


def board_of(client: httpx.Client) -> dict[str, int]:
    """How many assignments units of each level lead, and how many are verified."""
    told = client.get("/v1/board").json()
    levels = {one["level"]: one["total"] for one in told["levels"] if one["total"]}
    return levels | {"verified": told["overall"]["verified"]}


def below(client: httpx.Client, unit: UUID) -> dict[str, Any]:
    answer = client.get(f"/v1/units/{unit}")
    return answer.json()["below"] if answer.is_success else defaultdict(int)


def followers_of(nation: Nation, client: httpx.Client) -> dict[str, UUID]:
    """The province of after by the code of before, once the board knows of all."""

    def look() -> dict[str, UUID] | None:
        told = {code: client.get(f"/v1/units/{u}").json() for code, u in nation.provinces.items()}
        follows = {
            code: UUID(one["successor_ids"][0]) for code, one in told.items() if one["ended_on"]
        }
        return {**nation.provinces, **follows} if len(follows) == 52 else None

    return until(look, 60)


def says_what_it_is_made_of(page: Page, unit: UUID, formers: list[UUID], each: int) -> None:
    page.goto(f"/don-vi/{unit}")
    made = page.locator("section[aria-labelledby=came-of]")
    links = made.locator("tbody th a")
    shown = {str(links.nth(n).get_attribute("href")) for n in range(links.count())}
    assert shown == {f"/don-vi/{former}" for former in formers}
    row = ["2", "1", "1", str(each)]
    expect(made.locator("tbody th small")).to_have_text(["đến hết 30/06/2025"] * len(formers))
    expect(made.locator("p").first).to_contain_text("Từ 01/07/2025")
    for n in range(len(formers)):
        assert made.locator("tbody tr").nth(n).locator("td").all_inner_texts() == row
    parts = len(formers)
    sums = [str(2 * parts), str(parts), str(parts), str(each * parts)]
    assert made.locator("tfoot td").all_inner_texts() == sums
    # what it leads now is what it was given: nothing else was assigned since
    assert total_of(page) == str(3 * parts)


def says_where_its_work_went(page: Page, unit: UUID, follower: UUID) -> None:
    page.goto(f"/don-vi/{unit}?lang=en")
    fate = page.locator("section[aria-labelledby=fate]")
    expect(fate.locator("p.lead")).to_contain_text("Merged into")
    expect(fate.locator("p.lead")).to_contain_text("from 01/07/2025")
    expect(page.locator("h1 .chip")).to_have_text("Ended")
    page.goto(f"/don-vi/{unit}?lang=vi")
    expect(fate.locator("p.lead")).to_contain_text("Đã sáp nhập vào")
    assert fate.locator("tbody tr td").all_inner_texts() == ["2", "1", "3", "", "", "1"]
    assert fate.locator("tfoot td").all_inner_texts() == ["2", "1", str(len(TEXTS))]
    assert page.locator("section[aria-labelledby=own] tbody tr").count() == 1
    fate.locator(f"tbody a[href='/don-vi/{follower}']").click()
    expect(page.locator("section[aria-labelledby=came-of]")).to_be_visible()
    page.go_back()


def the_work_says_how_it_passed_on(page: Page, nation: Nation, code: str, follower: UUID) -> None:
    name = next(line["old_name"] for line in nation.lines if line["old_code"] == code)
    page.goto(f"/nhiem-vu/{nation.work[code, 'commune']}")
    first = page.locator(".timeline > li").first
    expect(first).to_contain_text("Đơn vị chủ trì về trực thuộc đơn vị khác")
    expect(first).to_contain_text(f"Xã Trung tâm: từ {name} sang ")
    page.goto(f"/nhiem-vu/{nation.work[code, 'verified']}")
    expect(page.locator("dl.facts dd").first).to_contain_text("Đã sáp nhập vào")
    page.goto(f"/nhiem-vu/{nation.work[code, 'open']}?lang=en")
    expect(page.locator(".timeline > li.k-transferred")).to_contain_text("Passed on by a merger")
    page.goto(f"/nhiem-vu/{nation.work[code, 'open']}?lang=vi")
    passed = page.locator(".timeline > li.k-transferred")
    expect(passed).to_contain_text("Chuyển theo sáp nhập đơn vị")
    expect(passed).to_contain_text(f"Căn cứ: {LAW}")
    expect(passed.locator(f"a[href='/don-vi/{follower}']")).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text(f"{name} trước 01/07/2025")


def the_day_before_is_looked_back_at(
    page: Page, board: Running, eve: datetime, before: Shown, ended: UUID
) -> None:
    """By builds as of then, which the operator makes and every page is read from."""
    page.goto("/xem-lai")
    expect(page.locator(".empty")).to_contain_text("Chưa có thời điểm nào")
    for view in VIEWS:
        done = tiendo(
            World(board),
            "rebuild",
            view.name,
            "--service",
            "monitoring",
            "--as-of",
            eve.isoformat(),
        )
        assert done.returncode == 0, done.stderr
    page.reload()
    page.screenshot(path=ROOT / ".local" / "looking-back-choice.png")
    page.locator(".pasts a[href*=luc]").last.click()
    expect(page.locator(".past")).to_contain_text("Đang xem lại số liệu lúc")
    assert overview(page) == before
    page.goto("/don-vi?cap=provincial")
    expect(page.locator(".counted")).to_have_text("63 đơn vị có nhiệm vụ.")
    page.goto(f"/don-vi/{ended}")
    expect(page.locator("section[aria-labelledby=fate]")).to_have_count(0)
    assert total_of(page) == str(len(TEXTS))
    page.screenshot(path=ROOT / ".local" / "looking-back.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?lang=en")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=ROOT / ".local" / "looking-back-390.png")
    page.goto("/?lang=vi")
    page.set_viewport_size({"width": HALF, "height": 900})
    page.get_by_role("link", name="Về hiện tại").click()
    expect(page.locator(".past")).to_have_count(0)
    page.goto(f"/don-vi/{ended}")
    expect(page.locator("section[aria-labelledby=fate]")).to_be_visible()
    wrong = page.goto("/xem-lai?luc=2001-01-01T00:00:00Z")
    assert wrong is not None
    assert wrong.status == 404


def nothing_is_wider_than_a_phone(page: Page, successor: UUID, ended: UUID, work: UUID) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    places = {
        "successor": f"/don-vi/{successor}",
        "ended": f"/don-vi/{ended}",
        "work": f"/nhiem-vu/{work}",
        "units": "/don-vi",
    }
    for name, place in places.items():
        for language in ("en", "vi"):
            page.goto(f"{place}?lang={language}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, place
        page.screenshot(path=ROOT / ".local" / f"merger-{name}-390.png", full_page=True)


def shot(part: Locator) -> bytes:
    return part.screenshot()


def top(page: Page) -> bytes:
    """The head of a list and its first rows."""
    start, end = page.evaluate(
        """() => [".counted", "main > .scroll tbody tr:nth-child(9)"].map(
            where => document.querySelector(where).getBoundingClientRect().top + scrollY)"""
    )
    clip = FloatRect(x=0, y=start - 10, width=HALF, height=end - start + 10)
    return page.screenshot(clip=clip, full_page=True)


FRAME = """<!doctype html><html lang="vi"><meta charset="utf-8"><style>
body { margin: 0; padding: 20px; background: #f5f6f4; color: #1b2430;
  font-family: system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 20px; align-items: start; }
h1 { font-size: 20px; margin: 18px 0 0; } p { margin: 0; font-size: 15px; color: #566171; }
img { width: 100%; display: block; border-radius: 10px; }
</style><main>@</main></html>"""
CAPTIONS = {
    "before": ("Ngày trước: 63 tỉnh, thành phố", "The day before: 63 provinces"),
    "after": ("Ngày sau: 34 tỉnh, thành phố", "The day after: 34 provinces"),
    "list before": ("", ""),
    "list after": ("", ""),
    "ended": ("Trang của đơn vị đã kết thúc", "The page of a unit that ended"),
    "made of": ("Trang của đơn vị kế tiếp", "The page of the unit that follows"),
    "story": ("Một nhiệm vụ đã chuyển theo", "An assignment that passed on"),
}


def keep(page: Page, pictures: Mapping[str, bytes]) -> None:
    """Put the pictures side by side, the day before on the left."""
    sides = [["before", "list before", "ended", "story"], ["after", "list after", "made of"]]
    columns = ["".join(framed(name, pictures[name]) for name in side) for side in sides]
    page.set_viewport_size({"width": 2 * HALF + 60, "height": 900})
    page.goto("about:blank")
    page.set_content(FRAME.replace("@", "".join(f"<div>{column}</div>" for column in columns)))
    page.screenshot(path=ROOT / ".local" / "merger.png", full_page=True)


def framed(name: str, picture: bytes) -> str:
    vi, en = CAPTIONS[name]
    head = f"<h1>{vi}</h1><p>{en}</p>" if vi else ""
    data = base64.b64encode(picture).decode()
    return f'{head}<img style="margin: 8px 0" src="data:image/png;base64,{data}">'
