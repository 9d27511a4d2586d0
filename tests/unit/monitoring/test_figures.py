from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from monitoring.views.figures import (
    Cell,
    Picture,
    Unit,
    parent_of,
    prefixes,
    roll_up,
)
from monitoring.views.sums import NOTHING, Figures, add

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ROOT, COMMITTEE = UUID(int=1), UUID(int=1)


def path(*ids: UUID) -> str:
    return "".join(f"/{key}" for key in ids) + "/"


PROVINCES = [UUID(int=10 + n) for n in range(3)]
PATHS = [path(ROOT), *(path(ROOT, p) for p in PROVINCES)] + [
    path(ROOT, p, uuid5(p, str(n))) for p in PROVINCES for n in range(4)
]


def unit_of(unit_path: str) -> UUID:
    return UUID(unit_path.strip("/").rpartition("/")[2])


LEVELS = ("central", "provincial", "communal")
UNITS = {
    unit_of(p): Unit(unit_of(p), f"Đơn vị {n}", "", LEVELS[p.count("/") - 2], "x", p)
    for n, p in enumerate(PATHS)
}


@st.composite
def figures(draw: st.DrawFn) -> Figures:
    on_time, late, within, overdue, regular = draw(
        st.tuples(*[st.integers(0, 5)] * 5).filter(lambda counts: sum(counts) > 0)
    )
    return Figures(
        total=on_time + late + within + overdue + regular,
        done_on_time=on_time,
        done_late=late,
        within_time=within,
        overdue=overdue,
        regular=regular,
        overdue_since=NOW - timedelta(days=overdue) if overdue else None,
    )


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    unit_path = draw(st.sampled_from(PATHS))
    committee = draw(st.sampled_from([COMMITTEE, PROVINCES[0]]))
    until = draw(st.sampled_from([None, NOW + timedelta(hours=1), NOW + timedelta(hours=2)]))
    return Cell(committee, unit_of(unit_path), unit_path, draw(figures()), until)


boards = st.lists(cells(), unique_by=lambda cell: (cell.unit_id, cell.committee_id), max_size=20)


def picture(found: list[Cell], sequence: int = 0) -> Picture:
    by_unit: dict[UUID, tuple[Cell, ...]] = {}
    for cell in found:
        by_unit[cell.unit_id] = (*by_unit.get(cell.unit_id, ()), cell)
    return Picture(sequence, (0, 0), UNITS, by_unit, roll_up(found))


def test_nothing_adds_up_to_nothing() -> None:
    assert add([]) == NOTHING
    assert picture([]).total == NOTHING


def test_the_earliest_deadline_of_a_sum_is_the_earliest_of_its_parts() -> None:
    first, second = NOW - timedelta(days=3), NOW - timedelta(days=9)
    both = add([Figures(1, overdue_since=first), Figures(2, overdue_since=second), Figures(4)])
    assert (both.total, both.overdue_since) == (7, second)


def test_a_path_is_taken_apart_from_the_end() -> None:
    assert parent_of(path(ROOT)) == ""
    assert prefixes(path(ROOT, PROVINCES[0])) == [path(ROOT, PROVINCES[0]), path(ROOT)]


@given(boards)
def test_counts_add_up_from_commune_to_centre(found: list[Cell]) -> None:
    below = roll_up(found)
    for unit_path, sums in below.items():
        under = [cell.figures for cell in found if cell.unit_path.startswith(unit_path)]
        assert sums == add(under)
    if found:
        assert below[path(ROOT)] == add(cell.figures for cell in found) == picture(found).total


@given(boards)
def test_levels_add_up_to_the_total(found: list[Cell]) -> None:
    shown = picture(found)
    assert add(shown.levels.values()) == shown.total


@given(boards, boards)
def test_a_picture_after_a_change_is_the_one_made_from_the_start(
    before: list[Cell], after: list[Cell]
) -> None:
    touched = {cell.unit_id for cell in before[::2]} | {cell.unit_id for cell in after[::2]}
    kept = [cell for cell in before if cell.unit_id not in touched]
    new = [cell for cell in after if cell.unit_id in touched]
    replaced: dict[UUID, tuple[Cell, ...]] = dict.fromkeys(touched, ())
    for cell in new:
        replaced[cell.unit_id] = (*replaced[cell.unit_id], cell)
    former = picture(before)
    assert former.ranked == sorted(former.ranked, key=lambda row: row.rank)
    assert former.until == min((c.until for c in before if c.until), default=None)
    assert former.levels == former.by_level(before)
    changed = former.changed(5, replaced)
    made = picture([*kept, *new], 5)
    assert changed.total == made.total
    assert changed.below == made.below
    assert changed.levels == made.levels
    assert changed.until == made.until
    assert changed.ranked == made.ranked


@given(boards)
def test_the_worst_stand_first(found: list[Cell]) -> None:
    overdue = [row.below.overdue for row in picture(found).worst()]
    assert overdue == sorted(overdue, reverse=True)


@given(boards)
def test_units_of_one_level_hold_what_is_below_them(found: list[Cell]) -> None:
    shown = picture(found)
    provinces = add(row.below for row in shown.worst(level="provincial"))
    own = add(cell.figures for cell in found if cell.unit_path == path(ROOT))
    assert provinces.total + own.total == shown.total.total


def test_a_committee_sees_its_own_assignments_alone() -> None:
    mine = Cell(PROVINCES[0], PROVINCES[1], PATHS[2], Figures(3, overdue=3), None)
    other = Cell(COMMITTEE, PROVINCES[1], PATHS[2], Figures(4, overdue=4), None)
    rows = picture([mine, other]).worst(committee_id=PROVINCES[0], level="provincial")
    assert [(row.unit.unit_id, row.own.overdue) for row in rows] == [(PROVINCES[1], 3)]


def test_a_picture_holds_until_the_next_deadline() -> None:
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    found = [
        Cell(COMMITTEE, unit_of(PATHS[1]), PATHS[1], Figures(1), later),
        Cell(COMMITTEE, unit_of(PATHS[2]), PATHS[2], Figures(1), soon),
    ]
    assert picture(found).until == soon


def test_a_unit_that_the_register_lacks_is_told_apart() -> None:
    stranger = Cell(COMMITTEE, UUID(int=99), path(ROOT, UUID(int=99)), Figures(2), None)
    assert picture([stranger]).levels["unknown"].total == 2
