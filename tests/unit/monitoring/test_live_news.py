import json
from typing import Any
from uuid import UUID

from monitoring.live import News, Viewer
from monitoring.views.changes import Change

MINE, OTHER = "/aa/bb/", "/aa/cc/"


def change(sequence: int, kind: str = "assignment", path: str = MINE) -> Change:
    return Change(sequence, kind, UUID(int=sequence), UUID(int=1), [path])


def data_of(event: str) -> dict[str, Any]:
    line = next(line for line in event.splitlines() if line.startswith("data: "))
    return json.loads(line.removeprefix("data: "))


def test_a_viewer_hears_of_nothing_outside_of_the_scope() -> None:
    viewer = Viewer(MINE, 0)
    viewer.take(change(1, path=OTHER))
    assert not viewer.wake.is_set()
    assert not viewer.told()


def test_changes_that_wait_are_told_together() -> None:
    viewer = Viewer(MINE, 0)
    for sequence in (1, 2, 3):
        viewer.take(change(sequence))
    viewer.take(change(4, "report"))
    event = viewer.told().event()
    assert event.startswith("event: change\nid: 4\n")
    assert event.endswith("\n\n")
    assert data_of(event) == {
        "sequence": 4,
        "kinds": ["assignment", "report"],
        "assignments": [str(UUID(int=n)) for n in (1, 2, 3)],
        "units": [str(UUID(int=1))],
        "more": False,
    }
    assert not viewer.told()


def test_what_was_told_is_not_told_again_and_the_number_never_falls() -> None:
    viewer = Viewer(MINE, 7)
    viewer.take(change(9))
    viewer.told()
    viewer.take(change(8))
    assert viewer.told().sequence == 9


def test_too_much_to_name_says_that_there_is_more() -> None:
    news = News(0)
    for sequence in range(1, 200):
        news.take(change(sequence))
    told = data_of(news.event())
    assert len(told["assignments"]) == 50
    assert told["more"] is True
    assert told["sequence"] == 199


def test_a_passed_deadline_alone_is_an_event_of_its_own() -> None:
    news = News(3)
    news.take(change(3, "time"))
    assert news.event().startswith("event: time\nid: 3\n")
    news.take(change(4))
    assert news.event().startswith("event: change\nid: 4\n")


def test_who_missed_more_than_is_kept_is_told_to_look_again() -> None:
    viewer = Viewer(MINE, 1)
    viewer.catch_up([], whole=False)
    assert data_of(viewer.told().event())["more"] is True
