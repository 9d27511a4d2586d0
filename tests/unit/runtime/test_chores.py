import asyncio
import logging
from typing import Any, cast

import pytest

from tiendo_runtime import chores
from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime

RUNTIME = cast("Runtime", None)  # no job here looks at it


class _Pinged:
    """A database whose answers are known beforehand; afterwards the chore is over."""

    def __init__(self, *answers: bool) -> None:
        self._answers = list(answers)

    def ping(self) -> None:
        if not self._answers.pop(0):
            raise DatabaseAwayError("gone")


def _job(*errors: Exception | None) -> Any:
    """A job that fails so often, and then ends with its process."""
    left = list(errors)

    async def sweep(_: Runtime, stop: asyncio.Event, health: Health) -> None:
        error = left.pop(0)
        if error:
            raise error
        health.pass_()
        stop.set()

    return sweep


def _run(*errors: Exception | None) -> None:
    health = Health("job sweep", needed=False)
    asyncio.run(chores.run_job(_job(*errors), RUNTIME, health, asyncio.Event()))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_PAUSE_SECONDS", 0.0)


def test_while_postgresql_is_away_a_job_says_so_once_and_without_a_stack(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    _run(*[DatabaseAwayError("refused")] * 5, None)
    away, again = caplog.records
    assert (away.levelname, away.exc_info) == ("WARNING", None)
    assert "it goes on by itself" in away.getMessage()
    assert again.getMessage() == "job sweep works again"


def test_a_job_that_fails_by_its_own_fault_shows_the_stack_and_starts_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    _run(ValueError("no"), None)
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [((True, False), None), ((True, False, False), "gone"), ((False, False, True), None)],
)
def test_one_late_answer_is_no_outage_and_two_are(
    answers: tuple[bool, ...], reason: str | None
) -> None:
    async def scenario() -> str | None:
        health, stop = Health("database"), asyncio.Event()
        database = _Pinged(*answers)
        with pytest.raises(IndexError):  # no more answers
            await chores.watch_database(cast("Database", database), health, stop)
        return health.reason

    assert asyncio.run(scenario()) == reason
