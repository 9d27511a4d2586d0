"""The rules in the life of an assignment."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from assignments.application import assignment_id, deadline_at, deadline_on
from assignments.domain import Assignment, Deadline, Origin, Person, Place, Stage
from tiendo_runtime.domain import ConflictError, RuleError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DUE = deadline_on(date(2026, 12, 15))
LATER = deadline_on(date(2026, 12, 31))
INSPECTOR = Person("Lê Quang Vinh", "")
OPEN_END = Deadline(None, None, "thường xuyên")


def issued(deadline: Deadline = DUE) -> Assignment:
    found = Assignment(
        id=UUID(int=1),
        timestamp=NOW,
        place=Place(UUID(int=2), "/2/", UUID(int=3), "/2/3/"),
        origin=Origin(UUID(int=4), "47-TB/BCĐ", "II.1", date(2026, 11, 21)),
        coordinator_ids=(),
        text="Hoàn thành",
        deadline=deadline,
        recurring=None,
        due_meeting=None,
    )
    found.collect_events()
    return found


def names(assignment: Assignment) -> list[str]:
    return [type(event).__name__ for event in assignment.collect_events()]


def claim(assignment: Assignment, at: datetime = NOW) -> None:
    assignment.report_completion(UUID(int=5), at, "", timestamp=at)


def ask(assignment: Assignment, deadline: Deadline = LATER, at: datetime = NOW) -> None:
    assignment.request_extension(deadline, "vì", timestamp=at)


class TestExtensions:
    def test_a_granted_extension_leaves_the_original_deadline(self) -> None:
        found = issued()
        ask(found)
        found.grant_extension(None, "được", timestamp=NOW)
        assert (found.original, found.deadline, found.asked) == (DUE, LATER, None)
        assert names(found) == ["ExtensionRequested", "ExtensionGranted"]

    def test_another_day_can_be_granted_than_was_asked_for(self) -> None:
        found = issued()
        ask(found)
        other = deadline_on(date(2026, 12, 20))
        found.grant_extension(other, "được", timestamp=NOW)
        assert found.deadline == other

    def test_an_extension_can_be_granted_that_nobody_asked_for(self) -> None:
        found = issued()
        found.grant_extension(LATER, "được", timestamp=NOW)
        assert found.deadline == LATER

    def test_after_a_refusal_the_deadline_stays_and_it_can_be_asked_again(self) -> None:
        found = issued()
        ask(found)
        found.refuse_extension("không", timestamp=NOW)
        assert found.deadline == DUE
        ask(found)

    def test_what_is_not_later_is_no_extension(self) -> None:
        for deadline in (DUE, deadline_on(date(2026, 12, 1)), OPEN_END):
            with pytest.raises(RuleError, match="extension_not_later"):
                ask(issued(), deadline)
            with pytest.raises(RuleError, match="extension_not_later"):
                issued().grant_extension(deadline, "", timestamp=NOW)

    def test_a_second_request_waits_for_the_first(self) -> None:
        found = issued()
        ask(found)
        with pytest.raises(ConflictError, match="extension_pending"):
            ask(found)

    def test_nothing_asked_is_nothing_to_decide(self) -> None:
        with pytest.raises(ConflictError, match="no_extension_asked"):
            issued().grant_extension(None, "", timestamp=NOW)
        with pytest.raises(ConflictError, match="no_extension_asked"):
            issued().refuse_extension("", timestamp=NOW)

    def test_a_request_knows_whether_it_came_late(self) -> None:
        assert DUE.late_from is not None
        for at, late in ((DUE.late_from - timedelta(microseconds=1), False), (DUE.late_from, True)):
            found = issued()
            ask(found, at=at)
            (event,) = found.collect_events()
            assert getattr(event, "after_deadline") is late  # noqa: B009 - typed at run time


class TestClaims:
    def test_a_claim_is_no_verification(self) -> None:
        found = issued()
        claim(found)
        assert found.stage is Stage.CLAIMED
        found.verify_completion(INSPECTOR, "thấy", timestamp=NOW)
        assert found.stage is Stage.VERIFIED
        assert names(found) == ["CompletionReported", "CompletionVerified"]

    def test_a_claim_that_stands_is_recorded_once(self) -> None:
        found = issued()
        claim(found)
        claim(found)
        found.verify_completion(INSPECTOR, "thấy", timestamp=NOW)
        claim(found)
        assert names(found) == ["CompletionReported", "CompletionVerified"]

    def test_a_refused_claim_opens_the_assignment_again(self) -> None:
        found = issued()
        claim(found)
        found.refuse_completion(INSPECTOR, "chưa", timestamp=NOW)
        assert (found.stage, found.claimed_at) == (Stage.ACCEPTED, None)
        claim(found)
        assert found.stage is Stage.CLAIMED

    def test_nothing_claimed_is_nothing_to_check(self) -> None:
        with pytest.raises(ConflictError, match="nothing_claimed"):
            issued().verify_completion(INSPECTOR, "", timestamp=NOW)
        with pytest.raises(ConflictError, match="nothing_claimed"):
            issued().refuse_completion(INSPECTOR, "", timestamp=NOW)

    def test_what_is_verified_is_closed(self) -> None:
        found = issued()
        claim(found)
        found.verify_completion(INSPECTOR, "", timestamp=NOW)
        with pytest.raises(ConflictError, match="assignment_closed"):
            ask(found)
        with pytest.raises(ConflictError, match="assignment_closed"):
            found.grant_extension(LATER, "", timestamp=NOW)


class TestDeadlines:
    def test_a_deadline_passes_once_and_not_before_its_instant(self) -> None:
        found = issued()
        assert DUE.late_from is not None
        found.pass_deadline(timestamp=DUE.late_from - timedelta(microseconds=1))
        assert names(found) == []
        for _ in range(2):
            found.pass_deadline(timestamp=DUE.late_from)
        assert names(found) == ["DeadlinePassed"]

    def test_each_deadline_passes_for_itself(self) -> None:
        found = issued()
        late = datetime(2027, 6, 1, tzinfo=UTC)
        found.pass_deadline(timestamp=late)
        found.grant_extension(LATER, "", timestamp=NOW)
        found.pass_deadline(timestamp=late)
        found.pass_deadline(timestamp=late)
        assert names(found) == ["DeadlinePassed", "ExtensionGranted", "DeadlinePassed"]

    def test_what_is_claimed_or_endless_passes_no_deadline(self) -> None:
        claimed, endless = issued(), issued(OPEN_END)
        claim(claimed)
        claimed.collect_events()
        for found in (claimed, endless):
            found.pass_deadline(timestamp=datetime(2027, 6, 1, tzinfo=UTC))
            assert names(found) == []

    def test_a_day_in_vietnam_ends_at_its_midnight(self) -> None:
        assert DUE.late_from == datetime(2026, 12, 15, 17, tzinfo=UTC)
        assert deadline_at(datetime(2026, 12, 15, 17, tzinfo=UTC)).due_on == date(2026, 12, 15)
        assert deadline_at(datetime(2026, 12, 15, 17, 1, tzinfo=UTC)).due_on == date(2026, 12, 16)


def test_the_id_of_an_items_assignment_is_derived() -> None:
    one = assignment_id(UUID(int=4), "II.1", UUID(int=3))
    assert one == assignment_id(UUID(int=4), "II.1", UUID(int=3))
    assert one != assignment_id(UUID(int=4), "II.1", UUID(int=2))
    assert one != assignment_id(UUID(int=4), "II.2", UUID(int=3))
