"""What became of units that ended, and where their work is counted."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from monitoring.views.figures import Cell, Picture, Unit, roll_up
from monitoring.views.succession import Passed, Step, followers, formers, shared, steps
from monitoring.views.sums import Figures

DAY = date(2025, 7, 1)
CENTRE, OLD, NEW, LAST, COMMUNE, ELSEWHERE = (UUID(int=n) for n in range(1, 7))


def unit(
    key: UUID, *above: UUID, ended_on: date | None = None, then: tuple[UUID, ...] = ()
) -> Unit:
    path = "".join(f"/{one}" for one in (*above, key)) + "/"
    return Unit(key, f"Đơn vị {key.int}", "", "provincial", "x", path, None, ended_on, then)


UNITS = {
    one.unit_id: one
    for one in (
        unit(CENTRE),
        unit(OLD, CENTRE, ended_on=DAY, then=(NEW,)),
        unit(NEW, CENTRE, ended_on=date(2026, 7, 1), then=(LAST,)),
        unit(LAST, CENTRE),
        unit(COMMUNE, CENTRE, NEW),
        unit(ELSEWHERE, CENTRE),
    )
}


def path(key: UUID) -> str:
    return UNITS[key].path


def picture(*kept: tuple[UUID, int]) -> Picture:
    cells = {u: (Cell(CENTRE, u, path(u), Figures(total=n), None),) for u, n in kept}
    below = roll_up(one for found in cells.values() for one in found)
    return Picture(1, (0, 0), UNITS, cells, below)


LED = Passed(UUID(int=91), path(NEW), OLD, path(OLD), NEW, DAY)
ALONG = Passed(
    UUID(int=92), path(COMMUNE), COMMUNE, f"{path(OLD)}{COMMUNE}/", COMMUNE, date(2025, 7, 3)
)
GIVEN = (LED, ALONG)


def test_who_follows_is_told_to_the_last_one_and_who_went_before_by_each():
    assert [one.unit_id for one in followers(UNITS, UNITS[OLD])] == [NEW, LAST]
    assert [one.unit_id for one in formers(UNITS, LAST)] == [NEW]
    assert followers(UNITS, UNITS[ELSEWHERE]) == formers(UNITS, ELSEWHERE) == []


def test_what_passed_on_what_went_along_and_what_stayed_are_together_what_was_led():
    found = shared(picture((OLD, 4)), "/", (UNITS[OLD], UNITS[NEW]), GIVEN)
    assert (found.own, found.below, found.stayed, found.total) == (1, 1, 4, 6)


@pytest.mark.parametrize(
    "other",
    [
        replace(LED, effective_on=date(2025, 6, 30)),  # handed over before
        replace(LED, path=path(ELSEWHERE)),  # leads it no more
        replace(LED, from_id=ELSEWHERE, from_path=path(ELSEWHERE)),
    ],
)
def test_what_did_not_pass_on_by_its_end_is_not_counted(other: Passed):
    assert shared(picture(), "/", (UNITS[OLD], UNITS[NEW]), (other,)).own == 0


def test_an_assignment_that_passed_on_twice_counts_once_where_it_is_now():
    twice = (
        replace(LED, path=path(LAST)),
        replace(LED, path=path(LAST), from_id=NEW, from_path=path(NEW), to_id=LAST),
    )
    assert shared(picture(), "/", (UNITS[OLD], UNITS[LAST]), twice).own == 1
    assert shared(picture(), "/", (UNITS[OLD], UNITS[NEW]), twice).own == 0


def test_what_stayed_is_not_told_where_the_scope_does_not_see_it():
    found = shared(picture((OLD, 4)), path(NEW), (UNITS[OLD], UNITS[NEW]), GIVEN)
    assert (found.kept, found.total) == (None, 2)


def test_a_unit_has_ended_from_its_day_on():
    assert not UNITS[OLD].has_ended(date(2025, 6, 30))
    assert UNITS[OLD].has_ended(DAY)
    assert not UNITS[LAST].has_ended(DAY)


def test_a_unit_that_moved_twice_says_each_time_from_below_whom_to_below_whom():
    def facts(above: UUID) -> dict[str, str]:
        one = str(COMMUNE)
        before = f"{path(above)}{one}/"
        return {"from_unit_id": one, "to_unit_id": one, "from_unit_path": before}

    told = steps([("a", facts(OLD)), ("b", facts(NEW))], f"{path(LAST)}{COMMUNE}/")
    assert told == {"a": Step(OLD, NEW), "b": Step(NEW, LAST)}


def test_another_lead_unit_is_no_step_of_one_that_stayed():
    facts = {"from_unit_id": str(OLD), "to_unit_id": str(NEW), "from_unit_path": path(OLD)}
    assert steps([("a", facts)], path(NEW)) == {}
