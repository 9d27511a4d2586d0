"""The life of assignments on the board: one story on its page, and how far all have come."""

import io
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import httpx
import pdfplumber
import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from tests.connected.monitoring.test_board_pages import issued, signed_in, text_of
from tests.connected.monitoring.world import CLOCK, IDS, Country, World, deadline, until

from monitoring.views.carrying import carry_over
from tiendo_contracts import assignments
from tiendo_contracts.examples import meetings as met
from tiendo_contracts.examples import story
from tiendo_runtime.clock import local_day

DAY = timedelta(days=1)


@pytest.fixture
def browser(world: World, country: Country) -> Iterator[httpx.Client]:
    with signed_in(world, country.centre) as client:
        yield client


def refuse(world: World, key: UUID) -> None:
    world.happens(
        key, assignments.CompletionRefused, inspector=story.INSPECTOR, reason="Chưa có biên bản."
    )


def end(world: World, key: UUID, outcome: str, reason: str = "") -> None:
    world.happens(
        key, assignments.AssignmentClosed, outcome=outcome, superseded_by_id=None, reason=reason
    )


def test_one_story_from_the_notice_to_the_closure_stands_on_its_page_in_order(
    world: World, country: Country, browser: httpx.Client
) -> None:
    key = issued(world, browser, country, DAY)
    world.happens(key, assignments.AssignmentAccepted)
    world.happens(
        key,
        assignments.ExtensionRequested,
        asked=deadline(9 * DAY),
        reason="Chờ thẩm định vốn.",
        after_deadline=True,
    )
    world.extend(key, 9 * DAY)
    world.claim(key)
    refuse(world, key)
    world.claim(key)
    world.verify(key)
    end(world, key, "completed", "Đã xong.")
    world.settled(browser, key)
    text = text_of(browser.get(f"/nhiem-vu/{key}"))
    told = [
        "Kết thúc",
        "Xác nhận hoàn thành",
        "Chưa được xác nhận, mở lại",
        "Được gia hạn",
        "Xin gia hạn",
        "Nhận nhiệm vụ",
        "Giao nhiệm vụ",
    ]
    places = [text.rindex(one) for one in told]
    assert places == sorted(places), "the latest stands on top"
    for said in (
        "Đã đóng",
        "xin sau khi đã quá hạn",
        "Báo xong nhưng không được xác nhận",
        "Chưa có biên bản.",
        "Lê Quang Vinh",
    ):
        assert said in text


def test_the_board_tells_how_far_all_have_come_and_what_was_called_off_apart(
    world: World, country: Country, browser: httpx.Client
) -> None:
    fresh, accepted, contested, claimed, closed, off = (
        issued(world, browser, country, DAY) for _ in range(6)
    )
    world.happens(accepted, assignments.AssignmentAccepted)
    world.happens(
        contested,
        assignments.AssignmentContested,
        ground="not_ours",
        reason="Thuộc Sở khác.",
        duplicate_of_id=None,
    )
    world.extend(contested, 9 * DAY)
    for key in (claimed, closed):
        world.claim(key)
    world.verify(closed)
    end(world, closed, "completed")
    end(world, off, "cancelled", "Không còn phù hợp.")
    world.settled(browser, fresh, accepted, contested, claimed, closed, off)
    with world.asking(country.centre) as api:
        board = until(
            lambda: found if (found := api.get("/v1/board").json()["overall"])["closed"] else None
        )
    assert {
        name: board[name]
        for name in (
            "total", "accepted", "contested", "claimed_unverified", "verified", "closed",
            "extended", "called_off", "within_time", "done_on_time",
        )
    } == {
        "total": 5, "accepted": 1, "contested": 1, "claimed_unverified": 1, "verified": 1,
        "closed": 1, "extended": 1, "called_off": 1, "within_time": 3, "done_on_time": 2,
    }  # fmt: skip
    assert board["on_time"]["current"] == {"kept": 2, "told": 2}
    text = text_of(browser.get("/"))
    for said in ("Chưa trả lời 1", "Có ý kiến không nhận 1", "1 đã đóng", "1 đã hủy hoặc"):
        assert said in text
    for state, key in (("contested", contested), ("called_off", off), ("accepted", accepted)):
        page = browser.get(f"/nhiem-vu?state={state}").text
        assert str(key) in page
        assert str(fresh) not in page


def test_who_leads_now_has_the_work_and_the_page_says_who_had_it(
    world: World, country: Country, browser: httpx.Client
) -> None:
    key = issued(world, browser, country, DAY)
    with world.asking(country.centre) as api:
        before = api.get(f"/v1/units/{country.first}").json()["own"]["total"]
        world.happens_to(
            key,
            country.second,
            assignments.AssignmentTransferred,
            from_unit_id=country.first,
            from_unit_path=world.paths[country.first],
            effective_on=local_day(CLOCK.now()),
            deadline=deadline(DAY),
            cause="unit_merged",
            reason="Nghị quyết 202/2025/QH15",
        )
        world.settled(browser, key)
        until(lambda: api.get(f"/v1/units/{country.first}").json()["own"]["total"] == before - 1)
        assert api.get(f"/v1/units/{country.second}").json()["own"]["total"] >= 1
    text = text_of(browser.get(f"/nhiem-vu/{key}"))
    assert "Chuyển theo sáp nhập đơn vị" in text
    assert "Nghị quyết 202/2025/QH15" in text


def item_of(notice: UUID, number: str, path: str = "II.1") -> assignments.NoticeItem:
    return assignments.NoticeItem(
        notice_id=notice,
        notice_number=number,
        item_path=path,
        issued_on=local_day(CLOCK.now()),
    )


def derive(world: World, key: UUID, how: str, *sources: assignments.AssignmentSource) -> None:
    world.happens(key, assignments.AssignmentDerived, how=how, sources=sources)


def take_place(world: World, key: UUID, of: UUID) -> None:
    """Let one assignment take the place of another one."""
    world.happens(
        of,
        assignments.AssignmentClosed,
        outcome="superseded",
        superseded_by_id=key,
        reason="Hai việc.",
    )


def test_a_whole_and_its_parts_lead_to_each_other(
    world: World, country: Country, browser: httpx.Client
) -> None:
    notice = IDS.new()
    whole, first, second = (
        world.issue(unit, country.centre, notice=notice)
        for unit in (country.first, country.first, country.second)
    )
    world.happens(whole, assignments.AssignmentSplit, part_ids=(first, second), reason="Hai việc.")
    take_place(world, first, whole)
    source = assignments.AssignmentSource(
        assignment_id=whole, origins=(item_of(notice, "47-TB/BCĐ"),)
    )
    for part in (first, second):
        derive(world, part, "split", source)
    world.settled(browser, whole, first, second)
    page = browser.get(f"/nhiem-vu/{whole}")
    text = text_of(page)
    for said in ("Tách thành Split into", "phần 1 , phần 2", "Tách thành các phần", "Hai việc."):
        assert said in text
    for part in (first, second):
        assert f'href="/nhiem-vu/{part}"' in page.text
        answer = browser.get(f"/nhiem-vu/{part}")
        assert "Tách từ Split from" in text_of(answer)
        assert f'href="/nhiem-vu/{whole}"' in answer.text
    with world.asking(country.centre) as api:
        told = api.get(f"/v1/assignments/{whole}").json()
        assert told["split_into"] == [str(first), str(second)]
        assert told["state"] == "called_off"
    assert "Split from Tách từ" in text_of(browser.get(f"/nhiem-vu/{first}?lang=en"))


def test_what_was_joined_leads_to_what_it_goes_on_in_and_a_meeting_still_goes_back_to_it(
    world: World, country: Country, browser: httpx.Client
) -> None:
    series = f"Phiên hằng tháng {IDS.new()}"
    earlier = meeting(world, country.centre, -2 * DAY, series)
    coming = meeting(world, country.centre, 3 * DAY, series)
    notice, elsewhere = world.conclude(country.centre, earlier), IDS.new()
    one = world.issue(country.first, country.centre, notice=notice)
    another, joint = (
        world.issue(country.first, country.centre, notice=elsewhere) for _ in range(2)
    )
    for joined in (one, another):
        world.happens(joined, assignments.AssignmentJoined, into_id=joint, reason="Cùng một việc.")
        take_place(world, joint, joined)
    sources = (
        assignments.AssignmentSource(assignment_id=key, origins=(item_of(of, number),))
        for key, of, number in ((another, elsewhere, "51-TB/BCĐ"), (one, notice, "47-TB/BCĐ"))
    )
    derive(world, joint, "join", *sources)
    world.settled(browser, one, another, joint)
    ended = browser.get(f"/nhiem-vu/{one}")
    assert "Gộp vào Joined into" in text_of(ended)
    assert f'href="/nhiem-vu/{joint}"' in ended.text
    text = text_of(browser.get(f"/nhiem-vu/{joint}"))
    assert "Gộp từ Joined from 51-TB/BCĐ, mục II.1 ; 47-TB/BCĐ, mục II.1" in text
    with world.asking(country.centre) as api:

        def told() -> dict[str, str]:
            answer = api.get(f"/v1/meetings/{coming}/carry-over")
            items: list[dict[str, str]] = answer.json()["items"] if answer.is_success else []
            return {item["assignment_id"]: item["state"] for item in items}

        until(lambda: told() == {str(one): "called_off", str(joint): "within_time"})


def test_a_claim_that_a_sample_has_drawn_says_so(
    world: World, country: Country, browser: httpx.Client
) -> None:
    key = issued(world, browser, country, DAY)
    world.claim(key)
    world.board.publish(
        assignments.VerificationSampled(
            sample_id=IDS.new(),
            committee_id=country.centre,
            committee_path=world.paths[country.centre],
            seed="7f3c",
            share_percent=20,
            meeting_at=None,
            considered=1,
            picks=(
                assignments.SamplePick(assignment_id=key, unit_id=country.first, because="refused"),
            ),
        )
    )
    said = ("Được chọn để kiểm tra", "đơn vị từng bị từ chối xác nhận", "Đã chọn để kiểm tra")

    def is_told() -> bool:  # another aggregate tells it: before the claim shows, or behind it
        text = text_of(browser.get(f"/nhiem-vu/{key}"))
        return all(one in text for one in said)

    until(is_told)


def meeting(world: World, committee: UUID, starts_in: timedelta, series: str) -> UUID:
    """A meeting of a series; held, where it lies behind."""
    key, place = IDS.new(), {
        "committee_id": committee, "committee_path": world.paths[committee]
    }  # fmt: skip
    at = CLOCK.now() + starts_in
    world.board.publish(
        met.MEETING_SCHEDULED.model_copy(
            update=place
            | {"meeting_id": key, "series": series, "starts_at": at, "previous_meeting_id": None}
        )
    )
    if starts_in < timedelta(0):
        world.board.publish(
            met.MEETING_HELD.model_copy(update=place | {"meeting_id": key, "occurred_at": at})
        )
    return key


def test_a_meeting_opens_with_what_earlier_ones_of_its_series_ordered(
    world: World, country: Country, browser: httpx.Client
) -> None:
    series = f"Phiên hằng tháng {IDS.new()}"
    earlier = meeting(world, country.centre, -2 * DAY, series)
    other = meeting(world, country.centre, -2 * DAY, "Phiên khác")
    coming = meeting(world, country.centre, 3 * DAY, series)
    concluded, elsewhere = (world.conclude(country.centre, of) for of in (earlier, other))
    late, done, strange = (
        world.issue(country.first, country.centre, late_in=in_, notice=notice)
        for in_, notice in ((-DAY, concluded), (DAY, concluded), (DAY, elsewhere))
    )
    world.claim(done)
    world.verify(done)
    world.settled(browser, late, done, strange)
    with world.asking(country.centre) as api:

        def told() -> dict[str, str]:
            answer = api.get(f"/v1/meetings/{coming}/carry-over")
            items: list[dict[str, str]] = answer.json()["items"] if answer.is_success else []
            return {item["assignment_id"]: item["state"] for item in items}

        until(lambda: told() == {str(late): "overdue", str(done): "done_on_time"})
        agenda = api.get(f"/v1/meetings/{coming}/agenda.pdf")
        assert agenda.headers["content-type"] == "application/pdf"
        read = pdfplumber.open(io.BytesIO(agenda.content)).pages[0].extract_text()
        assert "Quá hạn (1)" in read
        assert "Đã kiểm tra, xác nhận hoàn thành từ phiên họp trước (1)" in read
        assert api.get(f"/v1/meetings/{coming}/agenda.xlsx").status_code == 422
        past = api.get(f"/v1/meetings/{earlier}/carry-over").json()
        assert (past["items"], past["since"]) == ([], None)
    page = browser.get(f"/cuoc-hop/{coming}")
    text = text_of(page)
    assert f'href="/v1/meetings/{coming}/agenda.docx"' in page.text
    for ending in ("docx", "pdf"):
        assert browser.get(f"/v1/meetings/{coming}/agenda.{ending}").is_success
    assert "Việc của các phiên họp trước" in text
    assert "Quá hạn" in text
    with world.asking(country.first) as stranger:
        assert stranger.get(f"/v1/meetings/{coming}/carry-over").status_code == 404
        assert stranger.get(f"/v1/meetings/{coming}/agenda.pdf").status_code == 404


def test_what_was_settled_long_ago_does_not_crowd_out_what_was_ordered_last(
    world: World, country: Country, browser: httpx.Client, environment: dict[str, str]
) -> None:
    series = f"Phiên hằng tuần {IDS.new()}"
    first = meeting(world, country.centre, -3 * DAY, series)
    old = world.issue(country.first, country.centre, notice=world.conclude(country.centre, first))
    world.claim(old)
    world.verify(old)
    world.settled(browser, old)
    before = meeting(world, country.centre, timedelta(microseconds=-1), series)
    notice = world.conclude(country.centre, before)
    two = [world.issue(country.first, country.centre, notice=notice) for _ in range(2)]
    coming = meeting(world, country.centre, 3 * DAY, series)
    world.settled(browser, *two)
    with world.asking(country.centre) as api:
        until(lambda: api.get(f"/v1/meetings/{coming}/carry-over").is_success)
    url = environment["TIENDO_DATABASE_URL"]
    with psycopg.Connection[DictRow].connect(url, row_factory=dict_row) as conn:
        both = carry_over(conn, "/", CLOCK.now(), coming, most=2)
        one = carry_over(conn, "/", CLOCK.now(), coming, most=1)
    assert both is not None
    assert one is not None
    assert ({item.assignment_id for item in both.items}, both.more) == (set(two), False)
    assert (len(one.items), one.more) == (1, True)
