"""What reporting is told by the environment, beside what every service needs."""

from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from reporting.period import DueRule, Rhythm, Schedule, Schedules
from tiendo_runtime.service import Runtime
from tiendo_runtime.settings import Settings

_LONGEST_GRACE = 28 * 86_400  # well within the weeks in which a missed report is recorded


def _rule(value: Any) -> Any:
    return DueRule.parse(value) if isinstance(value, str) else value


def _monthly_rule(value: Any) -> Any:
    return DueRule.parse(value, Rhythm.MONTHLY) if isinstance(value, str) else value


class ReportingSettings(Settings):
    """The settings of reporting."""

    report_due: Annotated[DueRule, NoDecode, BeforeValidator(_rule)] = Field(
        DueRule(5, time(16)),
        description="when a week's report is due, ISO weekday and time in Vietnam: 5 16:00:00",
    )
    report_due_monthly: Annotated[DueRule, NoDecode, BeforeValidator(_monthly_rule)] = Field(
        DueRule(25, time(16), Rhythm.MONTHLY),
        description="when a month's report is due, day of the month: 25 16:00:00; +3 16:00:00 is"
        " the third of the month behind",
    )
    report_grace_seconds: int = Field(
        172_800,
        ge=0,
        le=_LONGEST_GRACE,
        description="seconds after it is due until a missing report has missed its period",
    )

    report_ahead_seconds: int = Field(
        345_600,
        ge=0,
        le=_LONGEST_GRACE,
        description="seconds before it is due at which the obligation to report is opened",
    )
    report_ahead_monthly_seconds: int = Field(
        864_000,
        ge=0,
        le=_LONGEST_GRACE,
        description="the same for a month's report",
    )
    report_lock_seconds: int = Field(
        4_838_400,
        ge=0,
        description="seconds after it is due from which a report needs somebody's leave to come in",
    )

    @property
    def schedules(self) -> Schedules:
        """All of it as the domain takes it."""
        return {
            Rhythm.WEEKLY: self._schedule(self.report_due, self.report_ahead_seconds),
            Rhythm.MONTHLY: self._schedule(
                self.report_due_monthly, self.report_ahead_monthly_seconds
            ),
        }

    def _schedule(self, rule: DueRule, ahead_seconds: int) -> Schedule:
        return Schedule(
            rule,
            grace=timedelta(seconds=self.report_grace_seconds),
            ahead=timedelta(seconds=ahead_seconds),
            lock=timedelta(seconds=self.report_lock_seconds),
        )


def schedules_of(runtime: Runtime) -> Schedules:
    """The schedules that this process was started with."""
    settings = runtime.settings
    assert isinstance(settings, ReportingSettings)  # noqa: S101 - see main.service
    return settings.schedules
