"""A unit is reminded of a report before it is due, once, and only while it owes it."""

import asyncio
import signal
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.connected.notifications.harness import (
    Parts,
    Served,
    Unit,
    execute,
    mails,
    query_one,
    received,
    until,
)

from notifications.jobs import remind
from notifications.mail import sending
from notifications.main import service as definition
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.examples import assignments, reporting
from tiendo_contracts.examples.units import UNIT_DISSOLVED
from tiendo_local.platform import Platform
from tiendo_runtime.clock import SystemClock

WEEK, MONTH = "2026-W50", "2026-12"
DUE = datetime(2026, 12, 11, 9, tzinfo=UTC)  # Friday, 16:00 in Vietnam
FAR = Deadline.on(date(2027, 6, 30))


@dataclass
class At:
    """A clock that stands."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


def looked(bench: Parts, hours: float) -> int:
    """Look so many hours before the report is due; answers how many units are to be reminded."""
    return remind(bench.with_clock(At(DUE - timedelta(hours=hours))).runtime)


def reminders(bench: Parts) -> int:
    return bench.count("SELECT count(*) FROM stored_events WHERE originator_version = 1")


def owing(bench: Parts, unit: Unit, period: str = WEEK) -> None:
    """A unit that has work to do and owes a report."""
    bench.issue(unit.assigned(1, FAR))
    bench.fold_reports(unit.owes(period, DUE))


@pytest.mark.parametrize("period", [WEEK, MONTH])
def test_a_report_is_spoken_of_a_working_day_before_it_is_due_once(bench: Parts, period: str):
    owing(bench, Unit("owing"), period)
    assert looked(bench, 24.01) == 0
    for hours in (24, 23, 0.01):
        assert looked(bench, hours) == 1
    assert reminders(bench) == 1
    bench.project()
    assert looked(bench, 12) == 0


def test_who_looks_for_the_first_time_an_hour_before_still_reminds(bench: Parts):
    owing(bench, Unit("after-downtime"))
    assert [looked(bench, 1), reminders(bench)] == [1, 1]


def test_a_report_whose_instant_has_passed_is_never_spoken_of_as_coming(bench: Parts):
    owing(bench, Unit("past"))
    assert [looked(bench, 0), looked(bench, -1), reminders(bench)] == [0, 0, 0]


@pytest.mark.parametrize(
    "end", [reporting.REPORT_SUBMITTED, reporting.REPORT_EXCUSED, reporting.REPORT_MISSED]
)
@pytest.mark.parametrize("form", ["newest", "first"])
def test_what_came_in_was_excused_or_missed_is_not_spoken_of(
    bench: Parts, end: Contract, form: str
):
    unit = Unit("settled")
    owing(bench, unit)
    happened = unit.about_its_report(end, WEEK)
    bench.fold_reports(happened if form == "newest" else happened.earlier() or happened)
    assert looked(bench, 1) == 0


def test_a_report_that_was_returned_is_told_of_by_that_alone(bench: Parts):
    unit = Unit("sent-back")
    owing(bench, unit)
    ends = (reporting.REPORT_SUBMITTED, reporting.REPORT_RETURNED)
    happened = [unit.about_its_report(event, WEEK) for event in ends]
    bench.fold(definition.projections[3], [received(happened[0])])
    assert type(happened[1]) not in definition.projections[3].on
    assert looked(bench, 1) == 0


def test_a_unit_with_nothing_left_to_do_owes_nothing_until_its_claim_is_refused(bench: Parts):
    unit = Unit("all-claimed")
    owing(bench, unit)
    which = {
        "assignment_id": unit.assigned(1).assignment_id,
        "lead_unit_id": unit.id,
        "lead_unit_path": unit.path,
    }
    bench.fold_assignments(assignments.COMPLETION_REPORTED.model_copy(update=which))
    assert looked(bench, 10) == 0
    bench.fold_assignments(assignments.COMPLETION_REFUSED.model_copy(update=which))
    assert looked(bench, 9) == 1


def test_a_unit_that_has_ended_is_not_reminded(bench: Parts):
    unit = Unit("ended")
    bench.know(unit)
    owing(bench, unit)
    ended = UNIT_DISSOLVED.model_copy(
        update={
            "unit_id": unit.id,
            "effective_on": date(2026, 12, 11),
            "successor_ids": (Unit("follower").id,),
        }
    )
    bench.fold(definition.projections[0], [received(ended, 2)])
    assert looked(bench, 1) == 0
    assert looked(bench, 20) == 1, "the day before it ended"


@pytest.mark.parametrize(("seconds", "reminded"), [(0, 0), (3600, 0), (7200, 1)])
def test_how_long_before_is_a_setting_and_none_reminds_nobody(
    bench: Parts, seconds: int, reminded: int
):
    owing(bench, Unit("set"))
    here = bench.with_settings(report_due_soon_seconds=seconds)
    assert looked(here, 2) == reminded


def test_replicas_side_by_side_remind_once(bench: Parts):
    for number in range(20):
        owing(bench, Unit(f"replica-{number}"))
    runtime = bench.with_clock(At(DUE - timedelta(hours=1))).runtime

    async def side_by_side() -> None:
        await asyncio.gather(*(asyncio.to_thread(remind, runtime) for _ in range(3)))

    asyncio.run(side_by_side())
    assert reminders(bench) == 20


def test_a_view_that_is_built_anew_reminds_of_nothing_again(bench: Parts):
    unit = Unit("forgotten")
    owing(bench, unit)
    looked(bench, 3)
    bench.project()
    execute(bench.url, "DELETE FROM obligations")
    bench.fold_reports(unit.owes(WEEK, DUE))
    assert looked(bench, 2) == 1, "it looks so"
    assert reminders(bench) == 1


@pytest.mark.parametrize(
    ("period", "vi", "en"),
    [
        (WEEK, "Kỳ báo cáo: tuần 50 năm 2026", "Period: week 50 of 2026"),
        (MONTH, "Kỳ báo cáo: tháng 12/2026", "Period: December 2026"),
    ],
)
def test_the_mail_tells_the_period_when_it_is_due_in_vietnam_and_where_to_look(
    bench: Parts, platform: Platform, period: str, vi: str, en: str
):
    unit = Unit(f"read-{period.lower()}")
    bench.know(unit)
    owing(bench, unit, period)
    looked(bench, 2)
    bench.project()
    assert asyncio.run(sending.send_waiting(bench.runtime, asyncio.Event())) == 1
    (mail,) = mails(platform, unit)
    assert mail["subject"] == "[Tiến Độ] 1 báo cáo sắp đến hạn nộp"
    for words in (
        f"Báo cáo sắp đến hạn nộp\n   {vi}\n   Hạn nộp: 16:00 ngày 11/12/2026\n",
        f"Report due soon\n   {en}\n   Due: 11 December 2026, 16:00\n",
        f"https://board.example/don-vi/{unit.id}",
    ):
        assert words in mail["text"].replace("\r\n", "\n")


_HANDED_IN = "SELECT count(*) FROM obligations WHERE due_at IS NOT NULL AND NOT is_owed"


@pytest.mark.timeout(240)
def test_on_kafka_one_mail_goes_to_who_owes_and_none_to_who_reported_however_often_it_dies(
    alone: Served,
):
    silent, reported, marker = Unit("silent"), Unit("reported"), Unit("later")
    due_at = SystemClock().now() + timedelta(hours=1)
    alone.start()
    alone.know(silent, reported, marker)
    alone.publish(reported.owes(WEEK, due_at), silent.owes(WEEK, due_at))
    alone.publish_in_all_forms(reported.about_its_report(reporting.REPORT_SUBMITTED, WEEK))
    until(lambda: query_one(alone.url, _HANDED_IN))
    alone.publish(reported.assigned(1, FAR), silent.assigned(1, FAR))
    until(lambda: alone.told(silent, occasion="report_due_soon"))
    alone.stop(signal.SIGKILL)
    alone.start()
    (told,) = until(lambda: alone.told(silent, occasion="report_due_soon", state="sent"))
    alone.publish(marker.owes(WEEK, due_at), marker.assigned(1, FAR))
    until(lambda: alone.told(marker, occasion="report_due_soon", state="sent"))
    assert told["subject_id"] == str(silent.owes(WEEK, due_at).report_id)
    assert len(alone.told(silent, occasion="report_due_soon")) == 1
    reminded = [mail for mail in alone.mails(silent) if "Hạn nộp: " in mail["text"]]
    assert {mail["message_id"] for mail in reminded} == {told["message_id"]}
    assert {one["occasion"] for one in alone.told(reported)} == {"assigned"}
