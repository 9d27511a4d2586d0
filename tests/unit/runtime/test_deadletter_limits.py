"""When too many dead letters stop a consumer."""

import pytest

from tiendo_runtime.deadletters import Limit, TooManyDeadLettersError


def test_a_few_failures_among_many_events_pass() -> None:
    limit = Limit()
    limit.count(900, 0)
    for _ in range(90):
        limit.check(10, 1)
        limit.count(10, 1)


def test_a_batch_that_fails_wholly_is_stopped_before_it_is_parked() -> None:
    with pytest.raises(TooManyDeadLettersError, match="500 of the last 500"):
        Limit().check(0, 500)


def test_nineteen_failures_in_a_row_pass_and_the_twentieth_stops() -> None:
    limit = Limit()
    for _ in range(19):
        limit.check(0, 1)
        limit.count(0, 1)
    limit.check(1, 0)
    with pytest.raises(TooManyDeadLettersError):
        limit.check(0, 1)


def test_old_failures_are_forgotten() -> None:
    limit = Limit()
    limit.count(0, 19)
    limit.count(1000, 0)
    for _ in range(19):
        limit.check(0, 1)
        limit.count(0, 1)


def test_a_restart_is_no_fresh_start_for_a_fault_of_our_own() -> None:
    with pytest.raises(TooManyDeadLettersError):
        Limit(lately=300).check(0, 1)


def test_after_a_restart_good_events_go_on_and_a_single_failure_among_them_passes() -> None:
    limit = Limit(lately=300)
    limit.check(500, 0)
    limit.count(500, 0)
    limit.check(0, 1)
