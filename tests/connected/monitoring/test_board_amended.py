"""What a later notice changed: on an assignment's timeline, and on the earlier notice's page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.connected.monitoring.test_board_life import item_of
from tests.connected.monitoring.test_board_lists import item
from tests.connected.monitoring.test_board_pages import signed_in, text_of
from tests.connected.monitoring.world import IDS, Country, World, deadline, until

from tiendo_contracts import assignments
from tiendo_contracts.meetings import ConclusionSupplemented, ItemChange

DAY = timedelta(days=1)


@pytest.fixture
def browser(world: World, country: Country) -> Iterator[httpx.Client]:
    with signed_in(world, country.centre) as client:
        yield client


def amend(world: World, key: UUID, later: UUID, action: str, why_not: str = "") -> None:
    world.happens(
        key,
        assignments.AssignmentAmended,
        by=item_of(later, "52-TB/BCĐ", "3"),
        item_path="II.1",
        action=action,
        applied=not why_not,
        why_not=why_not,
    )


def test_the_story_says_which_notice_set_another_deadline_and_what_came_too_late(
    world: World, country: Country, browser: httpx.Client
) -> None:
    key = world.issue(country.first, country.centre)
    later, latest = IDS.new(), IDS.new()
    amend(world, key, later, "re_dated")
    world.happens(
        key,
        assignments.ExtensionGranted,
        deadline=deadline(2 * DAY),
        reason="Thông báo số 52-TB/BCĐ ngày 07/12/2026, mục 3",
    )
    world.claim(key)
    world.verify(key)
    amend(world, key, latest, "revoked", "assignment_closed")
    world.settled(browser, key)
    page = browser.get(f"/nhiem-vu/{key}")
    text = text_of(page)
    story = text[text.index("Diễn biến") :]
    told = [
        "thôi giao – không áp dụng : đã xác nhận hoàn thành",
        "Xác nhận hoàn thành",
        "Thời hạn mới theo thông báo sau",
        "Thông báo 52-TB/BCĐ , mục 3: thay đổi thời hạn",
        "Giao nhiệm vụ",
    ]
    places = [story.index(one) for one in told]
    assert places == sorted(places), "the latest stands on top"
    assert f'href="/thong-bao/{later}"' in page.text
    assert "Được gia hạn" not in story
    with world.asking(country.centre) as api:
        shown = api.get(f"/v1/assignments/{key}").json()
    assert shown["original"]["due_on"] != shown["deadline"]["due_on"]
    english = text_of(browser.get(f"/nhiem-vu/{key}?lang=en"))
    assert "Another deadline, by a later notice" in english
    assert "called off – not applied : it is verified as done" in english


def change(path: str, action: Any, by: str, **more: Any) -> ItemChange:
    given: dict[str, Any] = {"deadline": None, "lead_unit_id": None, "of_lead_ids": ()} | more
    return ItemChange(item_path=path, by_item_path=by, action=action, **given)


def test_the_earlier_notice_lists_what_later_ones_did_to_it_as_far_as_one_may_see(
    world: World, country: Country, browser: httpx.Client
) -> None:
    items = (item(1, country.first), item(2, country.agency))
    notice = world.sign(country.centre, items)
    later = IDS.new()
    keys = [
        world.issue(unit, country.centre, notice=notice, item=path)
        for unit, path in ((country.first, "II.1"), (country.agency, "II.2"))
    ]
    due = deadline(9 * DAY)
    lead = (country.first,)
    world.board.publish(
        ConclusionSupplemented(
            committee_id=country.centre,
            committee_path=world.paths[country.centre],
            notice_id=notice,
            by_notice_id=later,
            number="52-TB/BCĐ",
            issued_on=date(2026, 12, 7),
            changes=(
                change("II.1", "re_dated", "1", deadline=due, of_lead_ids=lead),
                change(
                    "II.2",
                    "handed_over",
                    "2",
                    lead_unit_id=country.first,
                    of_lead_ids=(country.agency,),
                ),
                change("", "added", "3"),
            ),
        )
    )

    def told(client: httpx.Client) -> list[dict[str, Any]]:
        answer = client.get(f"/v1/notices/{notice}")
        return answer.json()["supplements"] if answer.status_code == 200 else []

    with world.asking(country.centre) as client:
        world.settled(client, *keys)
        [found] = until(lambda: told(client))
    assert (found["notice_id"], found["number"]) == (str(later), "52-TB/BCĐ")
    assert [c["action"] for c in found["changes"]] == ["re_dated", "handed_over", "added"]
    assert found["changes"][0]["due_on"] == str(due.due_on)
    with world.asking(country.first) as client:
        [part] = told(client)
    assert [c["item_path"] for c in part["changes"]] == ["II.1"]
    page = browser.get(f"/thong-bao/{notice}")
    text = text_of(page)
    for said in (
        "Được sửa đổi, bổ sung bởi thông báo sau",
        "mục II.1: thay đổi thời hạn →",
        "mục II.2: chuyển đơn vị chủ trì →",
        "bổ sung nhiệm vụ",
    ):
        assert said in text
    assert f'href="/thong-bao/{later}"' in page.text
