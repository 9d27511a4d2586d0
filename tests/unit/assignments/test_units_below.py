"""Where units are when those above them end or move."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.assignments.lives import issued

from assignments.application import follow_above, move_unit, pass_on
from assignments.domain import Assignment, Change, Level, Unit
from tiendo_runtime.domain import Aggregate, ConflictError, RuleError
from tiendo_runtime.store import Work

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TODAY, LAW, BEGAN = date(2026, 11, 22), "Nghị quyết 202/2025/QH15", date(1997, 1, 1)


@dataclass
class Register:
    """What use cases are given instead of `Work`: the units at hand, and a clock."""

    found: dict[UUID, Aggregate] = field(default_factory=dict[UUID, Aggregate])

    @property
    def clock(self) -> "Register":
        return self

    def now(self) -> datetime:
        return NOW

    def find(self, _: Any, identity: UUID) -> Aggregate | None:
        return self.found.get(identity)

    def get(self, _: Any, identity: UUID) -> Aggregate:
        return self.found[identity]

    @property
    def work(self) -> Work:
        return cast("Work", self)

    def enter(self, above: Unit | None = None) -> Unit:
        identity = UUID(int=len(self.found) + 1)
        unit = Unit(
            id=identity,
            timestamp=NOW,
            code=None,
            name=f"Đơn vị {identity.int}",
            name_en="",
            aliases=(),
            level=Level.PROVINCIAL,
            kind="agency",
            parent_id=above.id if above else None,
            path=f"{above.path if above else '/'}{identity}/",
            effective_on=BEGAN,
        )
        self.found[identity] = unit
        return unit

    @property
    def units(self) -> list[Unit]:
        return [one for one in self.found.values() if isinstance(one, Unit)]

    def left(self) -> list[Unit]:
        """Those whom the sweep finds."""
        return [one for one in self.units if one.ended_on is None and not self.is_placed(one)]

    def is_placed(self, unit: Unit) -> bool:
        if unit.parent_id is None:
            return True
        above = cast("Unit", self.found[unit.parent_id])
        gone = above.ended_on is not None and above.ended_on <= TODAY
        return not (gone and len(above.successors) == 1) and (
            unit.path == f"{above.path}{unit.id}/"
        )

    def sweep(self) -> int:
        """Let units go along until nothing is left to do; how often that was looked at."""
        for times in range(1, 2 * len(self.units) + 2):
            left = self.left()
            for unit in left:
                follow_above(self.work, unit.id)
            if self.left() == left:
                return times
        raise AssertionError("it has no end")


def merge(unit: Unit, into: Unit, on: date = TODAY) -> None:
    unit.merge(into.id, on, LAW, timestamp=NOW)


def test_who_is_below_a_merged_unit_goes_below_the_one_that_follows_with_all_below_it() -> None:
    register = Register()
    root = register.enter()
    old, new = register.enter(root), register.enter(root)
    commune = register.enter(old)
    school = register.enter(commune)
    merge(old, new)
    register.sweep()
    assert (commune.parent_id, commune.path) == (new.id, f"{new.path}{commune.id}/")
    assert (school.parent_id, school.path) == (commune.id, f"{commune.path}{school.id}/")
    moved = [one for one in commune.collect_events() if isinstance(one, Unit.Moved)]
    assert [(one.from_path, one.effective_on, one.legal_basis) for one in moved] == [
        (f"{old.path}{commune.id}/", TODAY, LAW)
    ]


def test_nobody_moves_before_the_day_has_come() -> None:
    register = Register()
    old, new = register.enter(), register.enter()
    commune = register.enter(old)
    merge(old, new, TODAY + timedelta(days=1))
    assert register.left() == []
    follow_above(register.work, commune.id)
    assert commune.parent_id == old.id


def test_where_several_follow_a_person_says_who_is_above() -> None:
    register = Register()
    old, one, other = register.enter(), register.enter(), register.enter()
    commune = register.enter(old)
    old.dissolve((one.id, other.id), TODAY, LAW, timestamp=NOW)
    follow_above(register.work, commune.id)
    assert commune.parent_id == old.id
    move_unit(register.work, commune.id, other.id, TODAY, LAW)
    assert commune.path == f"{other.path}{commune.id}/"


def test_a_unit_into_which_the_one_above_goes_takes_its_place() -> None:
    register = Register()
    root = register.enter()
    district = register.enter(root)
    commune = register.enter(district)
    merge(district, commune)
    register.sweep()
    assert (commune.parent_id, commune.path) == (root.id, f"{root.path}{commune.id}/")


def test_an_ended_unit_stays_where_it_was() -> None:
    register = Register()
    old, new = register.enter(), register.enter()
    commune, next_one = register.enter(old), register.enter(old)
    merge(commune, next_one)
    merge(old, new)
    register.sweep()
    assert commune.path == f"{old.path}{commune.id}/"
    assert next_one.path == f"{new.path}{next_one.id}/"


@pytest.mark.parametrize(
    ("below", "on", "code"),
    [
        ("itself", TODAY, "below_itself"),
        ("child", TODAY, "below_itself"),
        ("other", TODAY + timedelta(days=1), "moves_later"),
        ("other", BEGAN - timedelta(days=1), "moves_before_it_began"),
        ("nobody", TODAY, "unknown_unit"),
    ],
)
def test_a_move_that_cannot_be_is_refused(below: str, on: date, code: str) -> None:
    register = Register()
    unit, other = register.enter(), register.enter()
    child = register.enter(unit)
    places = {"itself": unit.id, "child": child.id, "other": other.id, "nobody": UUID(int=99)}
    with pytest.raises(RuleError) as raised:
        move_unit(register.work, unit.id, places[below], on, LAW)
    assert raised.value.code == code
    assert unit.path == f"/{unit.id}/"


def test_nobody_moves_below_who_has_ended_nor_when_ended() -> None:
    register = Register()
    unit, gone, other = register.enter(), register.enter(), register.enter()
    merge(gone, other)
    with pytest.raises(ConflictError, match="unit_ended"):
        move_unit(register.work, unit.id, gone.id, TODAY, LAW)
    with pytest.raises(ConflictError, match="unit_ended"):
        move_unit(register.work, gone.id, other.id, TODAY, LAW)


def test_a_move_that_was_said_before_records_nothing() -> None:
    register = Register()
    unit, other = register.enter(), register.enter()
    for _ in range(2):
        move_unit(register.work, unit.id, other.id, TODAY, LAW)
    assert [type(one) for one in unit.collect_events()] == [Unit.Registered, Unit.Moved]


def test_open_work_goes_where_its_lead_unit_went_and_closed_work_stays() -> None:
    register = Register()
    old, new = register.enter(), register.enter()
    commune = register.enter(old)
    work, closed = (_assigned(register, commune, number) for number in (100, 101))
    closed.cancel("thôi", timestamp=NOW)
    move_unit(register.work, commune.id, new.id, TODAY, LAW)
    for _ in range(2):
        pass_on(register.work, work.id)
        pass_on(register.work, closed.id)
    assert work.place.lead_unit_path == commune.path
    assert closed.place.lead_unit_path == f"{old.path}{commune.id}/"
    [told] = [one for one in work.collect_events() if isinstance(one, Assignment.Transferred)]
    assert (told.from_unit_id, told.change) == (commune.id, Change.MOVED)


def _assigned(register: Register, lead: Unit, number: int) -> Assignment:
    found = issued(number=number)
    found.place = replace(found.place, lead_unit_id=lead.id, lead_unit_path=lead.path)
    register.found[found.id] = found
    return found


@given(st.data())
def test_after_any_history_every_living_unit_is_below_who_is_above_it(data: st.DataObject) -> None:
    register = Register()
    register.enter()
    for _ in range(data.draw(st.integers(2, 12))):
        register.enter(_one_of(data, register.units))
    for _ in range(data.draw(st.integers(0, 8))):
        living = [one for one in register.units if one.ended_on is None]
        one, other = _one_of(data, living), _one_of(data, living)
        if data.draw(st.booleans()) and one is not other:
            merge(one, other)
        else:
            _try_move(register, one, other)
        if data.draw(st.booleans()):
            register.sweep()
    before = len(register.units)
    register.sweep()
    assert register.sweep() == 1
    assert len(register.units) == before
    for unit in register.units:
        if unit.ended_on is None and unit.parent_id is not None:
            above = cast("Unit", register.found[unit.parent_id])
            assert unit.path.count(str(unit.id)) == 1
            is_orphan = above.ended_on is not None
            assert is_orphan or unit.path == f"{above.path}{unit.id}/"


def _one_of(data: st.DataObject, units: Sequence[Unit]) -> Unit:
    return units[data.draw(st.integers(0, len(units) - 1))]


def _try_move(register: Register, one: Unit, other: Unit) -> None:
    with suppress(RuleError):  # below itself
        move_unit(register.work, one.id, other.id, TODAY, LAW)
