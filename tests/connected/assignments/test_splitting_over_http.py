"""Assignments split and joined over HTTP, and what the board tells of it: nothing twice."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.connected.assignments.running import IDS, Served, until
from tests.connected.assignments.test_assignments_over_http import claim, conclusion, version
from tests.connected.monitoring.world import running

from assignments.application import assignment_id
from monitoring.main import service as monitoring
from tiendo_contracts.base import Deadline
from tiendo_local.testing import fresh_database
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, local_day

CLOCK = SystemClock()
SOON = local_day(CLOCK.now()) + timedelta(days=30)
PAST = date(2026, 1, 15)
WHY = "hai việc khác nhau"


@pytest.fixture(scope="module")
def board(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The board that hears of all that the service tells, asked by somebody of the committee."""
    platform = served.platform
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, "monitoring", monitoring.projections)
        environment = {
            "TIENDO_DATABASE_URL": url,
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": served.broker.bootstrap,
            "TIENDO_TOPIC_PREFIX": f"{served.broker.prefix}.",
            "TIENDO_TOKEN_ISSUER": platform.issuer_url,
            "TIENDO_JWKS_URL": platform.jwks_url,
            "TEST_LOG": str(tmp_path_factory.mktemp("board") / "monitoring.log"),
        }
        with (
            running(environment, platform) as process,
            process.client("member", served.root, served.root_path) as client,
        ):
            yield client


@pytest.fixture
def units(served: Served) -> list[UUID]:
    """Three units that no other test knows."""
    found = [IDS.new() for _ in range(3)]
    served.register(*found)
    return found


def obliged(served: Served, unit: UUID, due: date) -> UUID:
    """Oblige a unit by a notice of its own; answers the assignment, when no more comes by itself.

    A deadline that has passed is recorded a moment after the assignment, and moves its version.
    """
    notice = conclusion(served, unit, Deadline.on(due))
    served.publish(notice)
    found = assignment_id(notice.notice_id, notice.items[1].path, unit)
    last = "DeadlinePassed" if due < local_day(CLOCK.now()) else "Issued"
    until(lambda: last in served.stored(found))
    return found


def figures(board: httpx.Client, units: list[UUID]) -> dict[str, int]:
    """What the board counts of units, added up; noughts are left out."""
    found: Counter[str] = Counter()
    for unit in units:
        answer = board.get(f"/v1/units/{unit}")
        if answer.status_code != 200:
            continue
        own: dict[str, Any] = answer.json()["own"]
        for name in ("total", "within_time", "overdue", "extended", "called_off"):
            found[name] += own[name]
        for name in ("current", "original"):
            for part in ("kept", "told"):
                found[f"{name}_{part}"] += own["on_time"][name][part]
    return {name: count for name, count in found.items() if count}


def settled(board: httpx.Client, units: list[UUID], expected: dict[str, int]) -> None:
    """Wait until the board counts this of units."""
    found: list[dict[str, int]] = []

    def look() -> bool:
        found[:] = [figures(board, units)]
        return found[0] == expected

    try:
        until(look, 60)
    except AssertionError:
        raise AssertionError(f"it counts {found[0]}, not {expected}") from None


def command(served: Served, assignment: UUID, name: str, role: str, **body: Any) -> httpx.Response:
    path = f"/v1/assignments/{assignment}/{name}"
    return served.ask("POST", path, role, json=body, match=version(served, assignment))


def parts_of(*leads: UUID, helpers: tuple[UUID, ...] = ()) -> list[dict[str, Any]]:
    return [
        {"lead": str(lead), "helpers": [str(one) for one in helpers], "text": f"Phần {number}"}
        for number, lead in enumerate(leads, 1)
    ]


def read(served: Served, assignment: UUID | str) -> dict[str, Any]:
    return served.ask("GET", f"/v1/assignments/{assignment}").json()


def test_parts_count_in_the_place_of_the_whole_and_keep_its_original_deadline(
    served: Served, board: httpx.Client, units: list[UUID]
) -> None:
    first, second, helper = units
    whole = obliged(served, first, PAST)
    settled(board, units, {"total": 1, "overdue": 1})
    more = {"deadline": {"due_on": SOON.isoformat()}, "reason": "đồng ý"}
    assert command(served, whole, "extensions", "leader", **more).is_success
    settled(board, units, {"total": 1, "within_time": 1, "extended": 1})

    parts = parts_of(first, second, helpers=(helper,))
    done = command(served, whole, "splits", "leader", parts=parts, reason=WHY)
    assert done.status_code == 200, done.text
    settled(board, units, {"total": 2, "within_time": 2, "extended": 2, "called_off": 1})

    ended = read(served, whole)
    assert (ended["stage"], len(ended["parts"])) == ("superseded", 2)
    for identity, lead in zip(ended["parts"], (first, second), strict=True):
        part = read(served, identity)
        assert (part["lead_unit_id"], part["made_by"]) == (str(lead), "split")
        assert part["original"]["due_on"] == PAST.isoformat()
        assert part["deadline"]["due_on"] == SOON.isoformat()
        assert part["helpers"] == {str(helper): "asked"}
        assert [source["assignment_id"] for source in part["sources"]] == [str(whole)]

    mine = UUID(ended["parts"][1])
    now = {"submitted_at": CLOCK.now()}
    served.publish(claim(served, first, whole).model_copy(update=now))  # of what has ended
    served.publish(claim(served, second, mine).model_copy(update=now))
    settled(
        board,
        units,
        {
            "total": 2,
            "within_time": 1,
            "extended": 2,
            "called_off": 1,
            "current_kept": 1,
            "current_told": 1,
            "original_told": 1,
        },
    )
    assert "CompletionReported" not in served.stored(whole)


def test_what_is_joined_counts_once_and_keeps_the_earliest_original_deadline(
    served: Served, board: httpx.Client, units: list[UUID]
) -> None:
    unit, *_ = units
    late, soon = obliged(served, unit, PAST), obliged(served, unit, SOON)
    settled(board, units, {"total": 2, "overdue": 1, "within_time": 1})
    body = {
        "assignments": [{"id": str(a), "version": version(served, a)} for a in (soon, late)],
        "text": "Hoàn thành cả hai việc",
        "deadline_of": str(soon),
        "reason": "cùng một việc",
    }
    assert served.ask("POST", "/v1/assignments", "secretariat", json=body).status_code == 403
    key = str(IDS.new())
    made, again = (
        served.ask("POST", "/v1/assignments", "leader", json=body, key=key) for _ in range(2)
    )
    assert made.status_code == 201, made.text
    assert (made.content, made.headers["location"]) == (again.content, again.headers["location"])
    settled(board, units, {"total": 1, "within_time": 1, "extended": 1, "called_off": 2})

    joint = served.ask("GET", made.headers["location"]).json()
    assert joint["original"]["due_on"] == PAST.isoformat()
    assert joint["deadline"]["due_on"] == SOON.isoformat()
    assert {source["assignment_id"] for source in joint["sources"]} == {str(late), str(soon)}
    assert len({one["origins"][0]["notice_id"] for one in joint["sources"]}) == 2
    for ended in (late, soon):
        assert read(served, ended)["superseded_by"] == joint["id"]
    changed = served.ask("POST", "/v1/assignments", "leader", json=body)
    assert (changed.status_code, changed.json()["code"]) == (409, "joined_has_changed")


def test_a_split_that_is_repeated_splits_once(served: Served, units: list[UUID]) -> None:
    whole = obliged(served, units[0], SOON)
    body = {"parts": parts_of(*units), "reason": WHY}
    path, key = f"/v1/assignments/{whole}/splits", str(IDS.new())
    first, again = (
        served.ask("POST", path, "leader", json=body, match=1, key=key) for _ in range(2)
    )
    assert (first.status_code, first.content) == (200, again.content)
    assert served.stored(whole) == ["Issued", "Split", "Closed"]
    parts = read(served, whole)["parts"]
    assert [served.stored(UUID(part)) for part in parts] == [["Issued", "Derived"]] * 3
    anew = command(served, whole, "splits", "leader", **body)
    assert (anew.status_code, anew.json()["code"]) == (409, "assignment_ended")


def test_a_split_that_is_refused_leaves_everything_as_it_was(
    served: Served, units: list[UUID]
) -> None:
    first, second, _ = units
    whole = obliged(served, first, SOON)
    for role, parts, status, code in (
        ("secretariat", parts_of(first, second), 403, "forbidden"),
        ("leader", parts_of(first, IDS.new()), 422, "unknown_unit"),
        ("leader", parts_of(first, second, helpers=(first,)), 422, "helper_leads"),
        ("leader", parts_of(first), 422, "invalid"),
    ):
        answer = command(served, whole, "splits", role, parts=parts, reason=WHY)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert served.stored(whole) == ["Issued"]


def test_what_waits_for_a_decision_is_neither_split_nor_joined(
    served: Served, units: list[UUID]
) -> None:
    unit, *_ = units
    asking, claimed = obliged(served, unit, SOON), obliged(served, unit, SOON)
    later = (SOON + timedelta(days=9)).isoformat()
    path = f"/v1/assignments/{asking}/extension-requests"
    wish = {"deadline": {"due_on": later}, "reason": "chờ vốn"}
    assert served.ask("POST", path, "reporter", unit, json=wish, match=1).is_success
    served.publish(claim(served, unit, claimed))
    until(lambda: "CompletionReported" in served.stored(claimed))
    for assignment, code in ((asking, "extension_pending"), (claimed, "claimed_already")):
        body = {"parts": parts_of(*units), "reason": WHY}
        answer = command(served, assignment, "splits", "leader", **body)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    both = [{"id": str(a), "version": version(served, a)} for a in (claimed, asking)]
    body = {"assignments": both, "text": "Cả hai việc", "reason": WHY}
    refused = served.ask("POST", "/v1/assignments", "leader", json=body)
    assert refused.status_code == 409
    assert "Closed" not in served.stored(asking) + served.stored(claimed)


def test_of_two_who_split_at_once_one_does(served: Served, units: list[UUID]) -> None:
    whole = obliged(served, units[0], SOON)

    def divide(leads: list[UUID]) -> httpx.Response:
        body = {"parts": parts_of(*leads), "reason": WHY}
        return served.ask("POST", f"/v1/assignments/{whole}/splits", "leader", json=body, match=1)

    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(divide, [units[:2], units[1:]] * 3))
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} <= {200, 409, 412}
    assert served.stored(whole) == ["Issued", "Split", "Closed"]
    derived = served.query(
        "SELECT count(*) FROM stored_events WHERE topic = 'assignments.Assignment.Derived'"
        f" AND convert_from(state, 'UTF8') LIKE '%{whole}%'"
    )
    assert derived == [(2,)]
