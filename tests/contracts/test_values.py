"""The value types that contracts share."""

from datetime import UTC, date, datetime, timedelta, timezone
from unicodedata import is_normalized, normalize
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tiendo_contracts.base import Contract, Deadline, Person, identity
from tiendo_contracts.examples.assignments import ASSIGNMENT_CLOSED
from tiendo_contracts.examples.indicators import INDICATOR_MEASURED
from tiendo_contracts.examples.meetings import (
    CONCLUSION_ISSUED,
    CONCLUSION_SUPPLEMENTED,
    MEETING_MOVED,
)
from tiendo_contracts.examples.quality import FINDING_RAISED
from tiendo_contracts.meetings import ConclusionItem, ItemChange, MeetingMoved


def moved_to(starts_at: datetime) -> MeetingMoved:
    return MeetingMoved(
        committee_id=MEETING_MOVED.committee_id,
        committee_path=MEETING_MOVED.committee_path,
        meeting_id=MEETING_MOVED.meeting_id,
        starts_at=starts_at,
    )


def test_a_publisher_gives_instants_in_utc() -> None:
    assert moved_to(datetime(2026, 11, 20, 7, tzinfo=UTC)) == MEETING_MOVED
    with pytest.raises(ValidationError, match="an instant is given in UTC"):
        moved_to(datetime(2026, 11, 20, 14, tzinfo=timezone(timedelta(hours=7))))
    with pytest.raises(ValidationError, match="an instant is given in UTC"):
        moved_to(datetime(2026, 11, 20, 7))  # noqa: DTZ001 - what is refused


def test_a_contract_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        MEETING_MOVED.starts_at = datetime(2026, 11, 21, tzinfo=UTC)


def test_text_is_brought_to_nfc() -> None:
    decomposed = normalize("NFD", "Nguyễn Thị Ước")
    assert Person(name=decomposed, office="").name == "Nguyễn Thị Ước"


def test_length_of_text_is_counted_after_nfc() -> None:
    longest = "ế" * 200
    assert Person(name=normalize("NFD", longest), office="").name == longest
    with pytest.raises(ValidationError, match="at most 200 characters"):
        Person(name=f"{longest}ế", office="")


@pytest.mark.parametrize("name", ["a\x00", "\x00", "a\ud800"])
def test_text_with_nul_or_a_lone_surrogate_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Person(name=name, office="")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60))
def test_all_other_text_is_taken_and_reads_back_the_same(name: str) -> None:
    person = Person(name=name, office="")
    assert is_normalized("NFC", person.name)
    assert Person.model_validate_json(person.model_dump_json()) == person


def test_a_day_runs_to_the_next_midnight_in_vietnam() -> None:
    deadline = Deadline.on(date(2026, 12, 31), "trong tháng 12")
    assert deadline.late_from == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_an_hour_is_within_its_day() -> None:
    five_in_the_afternoon = datetime(2026, 9, 25, 10, tzinfo=UTC)
    deadline = Deadline(due_on=date(2026, 9, 25), late_from=five_in_the_afternoon, words="")
    assert deadline.due_on == date(2026, 9, 25)


@pytest.mark.parametrize(
    "late_from",
    [
        datetime(2026, 9, 24, 17, tzinfo=UTC),
        datetime(2026, 9, 25, 17, 0, 0, 1, tzinfo=UTC),
        datetime(2027, 9, 25, 17, tzinfo=UTC),
    ],
    ids=["at its beginning", "after its end", "another year"],
)
def test_an_instant_outside_its_day_is_refused(late_from: datetime) -> None:
    with pytest.raises(ValidationError, match="late_from is neither within due_on"):
        Deadline(due_on=date(2026, 9, 25), late_from=late_from, words="")


def test_day_and_instant_of_a_deadline_are_there_together() -> None:
    assert Deadline.none("thường xuyên").due_on is None
    with pytest.raises(ValidationError, match="together or not at all"):
        Deadline(due_on=date(2026, 9, 25), late_from=None, words="")
    with pytest.raises(ValidationError, match="together or not at all"):
        Deadline(due_on=None, late_from=datetime(2026, 9, 25, tzinfo=UTC), words="")


@given(st.dates(max_value=date(9999, 12, 30)))
def test_every_day_can_be_a_deadline(day: date) -> None:
    deadline = Deadline.on(day)
    assert Deadline.model_validate_json(deadline.model_dump_json()) == deadline


def test_a_deadline_at_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(ValidationError, match="beyond the calendar"):
        Deadline(due_on=date.max, late_from=datetime.max.replace(tzinfo=UTC), words="")


def item(**changes: object) -> ConclusionItem:
    assignment = CONCLUSION_ISSUED.items[1]
    return ConclusionItem.model_validate(dict(assignment) | changes)


def test_an_assignment_has_a_lead_unit() -> None:
    with pytest.raises(ValidationError, match="an assignment has a lead_unit_id"):
        item(lead_unit_id=None)
    assert item(kind="statement", lead_unit_id=None).lead_unit_id is None


def test_what_is_set_aside_has_a_reason() -> None:
    with pytest.raises(ValidationError, match="what is set aside has a reason"):
        item(kind="set_aside")
    assert item(kind="set_aside", reason="trùng mục 2").reason == "trùng mục 2"


def test_identity_is_36_ascii_characters() -> None:
    key = identity(UUID("019AA1F0-0000-7000-8000-00000000000A"))
    assert key == b"019aa1f0-0000-7000-8000-00000000000a"


def again(event: Contract, **changes: object) -> Contract:
    return type(event).model_validate(dict(event) | changes)


@pytest.mark.parametrize("value", ["0", "1287", "-3", "99.5", "0.001", "1287.50", "9" * 18])
def test_a_decimal_is_written_as_text(value: str) -> None:
    assert dict(again(INDICATOR_MEASURED, value=value))["value"] == value


@pytest.mark.parametrize(
    "value", ["", "1,5", "1.", ".5", "01", "+1", "1e3", "1 000", "NaN", "9" * 19, "0." + "1" * 10]
)
def test_a_decimal_written_otherwise_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        again(INDICATOR_MEASURED, value=value)


@pytest.mark.parametrize("period", ["2026-11-22", "2026-W47", "2026-11", "2026-Q4", "2026"])
def test_a_period_is_a_day_a_week_a_month_a_quarter_or_a_year(period: str) -> None:
    assert dict(again(INDICATOR_MEASURED, period=period))["period"] == period


@pytest.mark.parametrize("period", ["", "2026-13", "2026-W54", "2026-Q5", "11/2026", "26", "2026-"])
def test_a_period_written_otherwise_is_refused(period: str) -> None:
    with pytest.raises(ValidationError):
        again(INDICATOR_MEASURED, period=period)


@pytest.mark.parametrize("unit", ["login", "person_hour", "percent", "VND", "USD"])
def test_a_unit_is_a_word_or_a_currency(unit: str) -> None:
    assert dict(again(INDICATOR_MEASURED, unit=unit))["unit"] == unit


@pytest.mark.parametrize("unit", ["", "Login", "vnđ", "VN", "%", "per cent", "đồng"])
def test_a_unit_written_otherwise_is_refused(unit: str) -> None:
    with pytest.raises(ValidationError):
        again(INDICATOR_MEASURED, unit=unit)


def test_figures_of_a_unit_share_a_key_and_so_stay_in_order() -> None:
    other = again(INDICATOR_MEASURED, indicator_id=UUID(int=7), period="2026-W48")
    assert other.key() == INDICATOR_MEASURED.key() == identity(INDICATOR_MEASURED.unit_id)


def test_a_change_of_an_item_says_what_is_new_and_nothing_else() -> None:
    re_dated, handed_over, _ = CONCLUSION_SUPPLEMENTED.changes
    for change in (
        {**dict(re_dated), "deadline": None},
        {**dict(re_dated), "deadline": Deadline.none()},
        {**dict(re_dated), "lead_unit_id": UUID(int=7)},
        {**dict(handed_over), "lead_unit_id": None},
        {**dict(handed_over), "action": "revoked"},
    ):
        with pytest.raises(ValidationError, match="re_dated has a deadline"):
            ItemChange.model_validate(change)
    revoked = {**dict(handed_over), "action": "revoked", "lead_unit_id": None}
    assert ItemChange.model_validate(revoked).action == "revoked"


def test_a_change_names_the_item_and_whose_it_was_but_a_supplement_need_not() -> None:
    re_dated, _, added = CONCLUSION_SUPPLEMENTED.changes
    for left_out in ({"item_path": ""}, {"of_lead_ids": ()}):
        with pytest.raises(ValidationError, match="a change names its item_path"):
            ItemChange.model_validate({**dict(re_dated), **left_out})
    assert (added.item_path, added.of_lead_ids) == ("", ())


def test_what_is_superseded_names_its_successor() -> None:
    with pytest.raises(ValidationError, match="superseded_by_id is there"):
        again(ASSIGNMENT_CLOSED, outcome="superseded")
    with pytest.raises(ValidationError, match="superseded_by_id is there"):
        again(ASSIGNMENT_CLOSED, superseded_by_id=UUID(int=7))
    assert again(ASSIGNMENT_CLOSED, outcome="superseded", superseded_by_id=UUID(int=7))


def test_no_more_records_fail_than_were_checked() -> None:
    with pytest.raises(ValidationError, match="no more records failed"):
        again(FINDING_RAISED, failed=FINDING_RAISED.checked + 1)
    assert again(FINDING_RAISED, failed=FINDING_RAISED.checked)
