"""The sweep that records missed reports, on a real database, at instants of the test's choice."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from reporting.application import end_wave, excuse_report, order_wave, submit_report
from reporting.domain import Coverage, Line, Obligation, Report, Stage, Wave, report_id
from reporting.domain import Person as DomainPerson
from reporting.jobs import open_ahead, sweep
from reporting.main import service
from reporting.period import DueRule, Period, Rhythm, Schedule
from reporting.publishing import publish
from reporting.settings import ReportingSettings
from reporting.views import (
    ASSIGNMENTS,
    REPORTS,
    WAVES,
    Rates,
    Span,
    rates_by_level,
    rates_by_unit,
)
from tiendo_contracts.assignments import (
    AssignmentIssued,
    CompletionRefused,
    CompletionReported,
)
from tiendo_contracts.base import Contract, Level, Person
from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.examples.units import UNIT_REGISTERED
from tiendo_contracts.units import UnitRegistered
from tiendo_register.units import REGISTER
from tiendo_runtime import codec, schema
from tiendo_runtime.clock import Uuid7
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import Database
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Projection
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.records import Partition, Raw, Received
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Store, Work

Issue = Callable[..., AssignmentIssued]

SCHEDULE = Schedule(DueRule(5, time(16)), timedelta(days=2))
W47 = Period(2026, 47)
DUE = SCHEDULE.due_at(W47)
MISSED = SCHEDULE.missed_at(W47)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONTHLY = Schedule(DueRule(25, time(16), Rhythm.MONTHLY), timedelta(days=2), timedelta(days=10))
NOVEMBER = Period.parse("2026-11")
CHAIR = DomainPerson("Trần Văn Bình", "")
_PATH = f"/{UUID(int=3)}/"


@dataclass
class Hands:
    """A clock that the test moves."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


@dataclass
class Desk:
    """Reporting without its process: its database, its store, its views."""

    runtime: Runtime
    clock: Hands
    versions: dict[UUID, Iterator[int]]

    def sweep(self, at: datetime, schedule: Schedule = SCHEDULE) -> int:
        self.clock.instant = at
        return sweep(self.runtime, schedule, asyncio.Event())

    def open(self, at: datetime, schedule: Schedule = SCHEDULE) -> int:
        self.clock.instant = at
        return open_ahead(self.runtime, schedule, asyncio.Event())

    def order(self, at: datetime, rhythm: Rhythm, from_day: date, **covers: Any) -> UUID:
        """Order a wave, and let the view know."""
        self.clock.instant = at
        nobody: dict[str, Any] = {"unit_ids": (), "below_unit_id": None, "level": None}
        coverage = Coverage(**nobody | covers)
        return self._waved(
            lambda work: order_wave(work, "Đợt", rhythm, from_day, coverage, _PATH, CHAIR)
        )

    def end(self, at: datetime, wave: UUID, ends_on: date) -> None:
        """End a wave, and let the view know."""
        self.clock.instant = at
        self._waved(lambda work: end_wave(work, wave, ends_on, CHAIR, "xong"))

    def _waved(self, decide: Callable[[Work], Wave]) -> UUID:
        with acting(Cause(actor="user:3", correlation_id="c")):
            wave = self.runtime.store.transact(decide)
        stored = self.runtime.store.recorder.select_events(wave.id)[-1]
        event, meta = codec.decode(stored)
        contract = publish(event)
        assert contract is not None
        envelope = _envelope(contract, meta.recorded_at, event.originator_version)
        self._fold(WAVES, [Received(envelope, contract, _RAW)])
        return wave.id

    def rates(self, now: datetime) -> Rates:
        """The rates of the period, the same by level and by unit."""
        span = Span("/", str(W47), str(W47), now, SCHEDULE.grace)
        with self.runtime.database.transaction() as conn:
            levels = list(rates_by_level(conn, span).values())
            units = [row.rates for row in rates_by_unit(conn, span, None, 100)]
        nothing = Rates(0, 0, 0, 0, 0, 0)
        assert sum(levels, nothing) == sum(units, nothing)
        return sum(levels, nothing)

    def arrive(self, *events: Contract, at: datetime, under: str = "/", **unit: Any) -> None:
        """Fold another service's events, recorded at an instant, as if they came off Kafka."""
        leads = {e.lead_unit_id for e in events if isinstance(e, AssignmentIssued)}
        units = [
            _registered(one, path=f"{under}{one}/", **unit) for one in leads - self.versions.keys()
        ]
        self._fold(REGISTER, [self._received(event, at) for event in units])
        self._fold(ASSIGNMENTS, [self._received(event, at) for event in events])

    def _received(self, event: Contract, recorded_at: datetime) -> Received:
        version = next(self.versions.setdefault(UUID(event.key().decode()), count(1)))
        return Received(_envelope(event, recorded_at, version), event, _RAW)

    def show(self) -> None:
        """Fold all of our own events into the list of reports."""
        for notification in self.runtime.store.notifications(0, 10_000):
            event, meta = codec.decode(notification)
            contract = publish(event)
            assert contract is not None
            if type(contract) in REPORTS.on:
                envelope = _envelope(contract, meta.recorded_at, event.originator_version)
                self._fold(REPORTS, [Received(envelope, contract, _RAW)])

    def _fold(self, projection: Projection, received: Sequence[Received]) -> None:
        ProjectionHandler(projection, self.runtime.database).handle(received, (), ())

    def stage(self, unit: UUID, period: Period = W47) -> Stage | None:
        report = self.runtime.store.load(report_id(unit, period))
        return report.stage if isinstance(report, Report) else None

    def missed(self, unit: UUID) -> list[str]:
        """The periods that a unit missed, of the last ten before the clock's."""
        now = Period.at(self.clock.instant)
        recent = [now.shift(-back) for back in reversed(range(10))]
        return [str(p) for p in recent if self.stage(unit, p) is Stage.MISSED]

    def submit(self, unit: UUID, assignment: UUID, at: datetime, period: Period = W47) -> Report:
        self.clock.instant = at
        owed = Obligation(unit, f"/{unit}/", str(period), SCHEDULE.due_at(period))
        line = Line(assignment, percent=50, done=False, difficulties="", product_url="")
        with acting(Cause(actor="user:1", correlation_id="c")):
            return self.runtime.store.transact(
                lambda work: submit_report(
                    work, owed, [line], lambda ids: dict.fromkeys(ids, unit), SCHEDULE.lock
                )
            )


def _registered(unit: UUID, **facts: Any) -> UnitRegistered:
    return UNIT_REGISTERED.model_copy(update={"unit_id": unit, "parent_id": None} | facts)


_RAW = Raw(Partition("t", 0), 0, b"", b"", ())


def _envelope(event: Contract, recorded_at: datetime, version: int) -> Envelope:
    return Envelope(
        id=f"{event.key().decode()}/{version}",
        source=f"/tiendo/{event.OWNER}",
        type=event.TYPE,
        subject=event.key().decode(),
        time=recorded_at,
        sequence=version,
        subjectversion=version,
        actor="user:1",
        correlationid="c",
    )


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    schema.migrate(database_url, "reporting", service.projections)
    settings = ReportingSettings.model_validate(
        {
            "database_url": database_url,
            "kafka_bootstrap_servers": "localhost:1",
            "token_issuer": "http://localhost:1",
            "jwks_url": "http://localhost:1",
        }
    )
    clock = Hands(DUE)
    with ExitStack() as cleanup:
        database = Database(database_url, "test")
        database.open()
        cleanup.callback(database.close)
        store = Store(database_url, Publisher("reporting", publish), clock, Uuid7())
        cleanup.callback(store.close)
        yield Desk(Runtime(settings, database, store, clock, Uuid7()), clock, {})


def claimed(issued: AssignmentIssued, at: datetime) -> CompletionReported:
    of = issued.model_dump(include=set(CompletionReported.model_fields))
    return CompletionReported(**of, report_id=issued.notice_id, claimed_at=at, product_url="")


def refused(issued: AssignmentIssued) -> CompletionRefused:
    of = issued.model_dump(include=set(CompletionRefused.model_fields))
    return CompletionRefused(**of, inspector=Person(name="A", office=""), reason="chưa thấy")


def test_silent_unit_misses_the_period_when_its_grace_is_over(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - DAY)
    assert desk.sweep(MISSED - timedelta(microseconds=1)) == 0
    assert desk.sweep(MISSED) == 1
    assert desk.missed(unit) == [str(W47)]


def test_missed_report_is_recorded_once_however_late_the_view_is(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - DAY)
    assert [desk.sweep(MISSED), desk.sweep(MISSED + DAY)] == [1, 0]
    desk.show()
    assert desk.sweep(MISSED + 2 * DAY) == 0


def test_unit_that_reported_has_missed_nothing_even_before_the_view_knows(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    issued = new_issue(unit)
    desk.arrive(issued, at=DUE - DAY)
    desk.submit(unit, issued.assignment_id, DUE + DAY)
    assert desk.sweep(MISSED) == 0
    assert desk.stage(unit) is Stage.SUBMITTED


def test_returned_report_is_not_a_missed_one(desk: Desk, new_issue: Issue, unit: UUID) -> None:
    issued = new_issue(unit)
    desk.arrive(issued, at=DUE - DAY)
    report = desk.submit(unit, issued.assignment_id, DUE)
    with acting(Cause(actor="user:2", correlation_id="c")):
        desk.runtime.store.transact(
            lambda work: work.get(Report, report.id).send_back("thiếu số", timestamp=DUE)
        )
    assert desk.sweep(MISSED) == 0


def test_unit_whose_first_assignment_came_at_the_due_instant_owes_nothing_yet(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE)
    assert desk.sweep(MISSED) == 0
    assert desk.sweep(MISSED + WEEK) == 1
    assert desk.missed(unit) == [str(W47.next)]


def test_unit_with_nothing_open_at_the_due_instant_owes_nothing(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    issued = new_issue(unit)
    desk.arrive(issued, at=DUE - 2 * DAY)
    desk.arrive(claimed(issued, DUE - DAY), at=DUE - DAY)
    assert desk.sweep(MISSED) == 0


def test_what_was_open_counts_as_of_the_due_instant_and_not_as_of_now(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    issued = new_issue(unit)
    desk.arrive(issued, at=DUE - 3 * WEEK - DAY)
    desk.arrive(claimed(issued, DUE), at=DUE - WEEK - DAY)
    desk.arrive(refused(issued), at=DUE - DAY)
    desk.arrive(claimed(issued, DUE), at=DUE + DAY)
    assert desk.sweep(MISSED) == 3
    assert desk.missed(unit) == [str(W47.shift(-back)) for back in (3, 2, 0)]


def test_periods_of_a_downtime_are_caught_up_with_eight_at_most(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - 20 * WEEK)
    assert desk.sweep(MISSED) == 8
    assert desk.missed(unit) == [str(W47.shift(-back)) for back in reversed(range(8))]


def test_late_report_may_follow_and_the_period_is_not_missed_again(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    issued = new_issue(unit)
    desk.arrive(issued, at=DUE - DAY)
    desk.sweep(MISSED)
    report = desk.submit(unit, issued.assignment_id, MISSED + DAY)
    assert (report.stage, report.version) == (Stage.SUBMITTED, 2)
    assert desk.sweep(MISSED + 2 * DAY) == 0


def test_one_sweep_reaches_every_silent_unit(desk: Desk, new_issue: Issue) -> None:
    units = [Uuid7().new() for _ in range(450)]
    desk.arrive(*map(new_issue, units), at=DUE - DAY)
    assert desk.sweep(MISSED) == len(units)


def test_two_replicas_side_by_side_record_each_missed_report_once(
    desk: Desk, new_issue: Issue
) -> None:
    units = [Uuid7().new() for _ in range(60)]
    desk.arrive(*map(new_issue, units), at=DUE - DAY)
    with ThreadPoolExecutor(3) as pool:
        recorded = sum(pool.map(desk.sweep, [MISSED] * 3))
    assert recorded == len(units) == len(desk.runtime.store.notifications(0, 1000))
    assert {desk.stage(unit) for unit in units} == {Stage.MISSED}


def test_missed_report_is_recorded_as_done_by_the_service_at_our_own_time(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - DAY)
    desk.sweep(MISSED + DAY)
    stored = desk.runtime.store.recorder.select_events(report_id(unit, W47))
    meta = json.loads(stored[0].state)["meta"]
    assert meta["actor"] == "service:reporting"
    assert datetime.fromisoformat(meta["recorded_at"]) == MISSED + DAY
    assert datetime.fromisoformat(meta["recorded_at"]).tzinfo == UTC


def test_obligations_are_opened_ahead_once_and_missed_when_nothing_came(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - WEEK)
    assert desk.open(SCHEDULE.opens_at(W47) - timedelta(microseconds=1)) == 0
    assert [desk.open(SCHEDULE.opens_at(W47)), desk.open(DUE - DAY)] == [1, 0]
    desk.show()
    assert desk.open(DUE - DAY) == 0
    assert desk.stage(unit) is Stage.OPENED
    assert [desk.sweep(MISSED), desk.sweep(MISSED + DAY)] == [1, 0]
    assert desk.stage(unit) is Stage.MISSED


def test_after_a_long_downtime_only_what_is_not_yet_due_is_opened(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - 4 * WEEK - DAY)
    assert desk.open(DUE - DAY) == 1
    assert desk.sweep(DUE - DAY) == 4
    assert desk.missed(unit) == [str(W47.shift(-back)) for back in (4, 3, 2, 1)]
    assert desk.stage(unit) is Stage.OPENED


def test_replicas_side_by_side_open_each_obligation_once(desk: Desk, new_issue: Issue) -> None:
    units = [Uuid7().new() for _ in range(60)]
    desk.arrive(*map(new_issue, units), at=DUE - WEEK)
    with ThreadPoolExecutor(3) as pool:
        opened = sum(pool.map(desk.open, [DUE - DAY] * 3))
    assert opened == len(units) == len(desk.runtime.store.notifications(0, 1000))


def test_opened_obligation_with_nothing_open_when_it_is_due_is_not_missed(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    issued = new_issue(unit)
    desk.arrive(issued, at=DUE - WEEK)
    assert desk.open(DUE - 2 * DAY) == 1
    desk.arrive(claimed(issued, DUE - DAY), at=DUE - DAY)
    desk.show()
    assert desk.sweep(MISSED) == 0
    assert desk.rates(MISSED) == Rates(0, 0, 0, 0, 0, 0)


def test_each_obligation_is_counted_once_by_what_became_of_it(desk: Desk, new_issue: Issue) -> None:
    on_time, late, missed, excused, waiting = (Uuid7().new() for _ in range(5))
    issues = {unit: new_issue(unit) for unit in (on_time, late, missed, excused, waiting)}
    desk.arrive(*issues.values(), at=DUE - DAY - timedelta(hours=1))
    assert desk.open(DUE - DAY) == 5
    desk.submit(on_time, issues[on_time].assignment_id, DUE - timedelta(microseconds=1))
    desk.submit(late, issues[late].assignment_id, DUE)
    with acting(Cause(actor="user:2", correlation_id="c")):
        desk.runtime.store.transact(
            lambda work: excuse_report(work, report_id(excused, W47), CHAIR, "bão lũ")
        )
    desk.show()
    assert desk.rates(DUE + DAY) == Rates(1, 1, 0, missed=0, excused=1, waiting=2)
    assert desk.sweep(MISSED) == 2
    desk.show()
    found = desk.rates(MISSED)
    assert found == Rates(1, 1, 0, missed=2, excused=1, waiting=0)
    assert (found.received, found.expected) == (2, 4)


def test_a_month_is_owed_by_nobody_before_a_wave_says_so(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - 20 * WEEK)
    assert desk.open(MONTHLY.opens_at(NOVEMBER), MONTHLY) == 0
    assert desk.sweep(MONTHLY.missed_at(NOVEMBER), MONTHLY) == 0


def test_a_month_is_opened_ahead_and_missed_by_the_units_of_a_wave_from_its_day_on(
    desk: Desk, new_issue: Issue
) -> None:
    first, other = Uuid7().new(), Uuid7().new()
    october = NOVEMBER.previous
    desk.arrive(new_issue(first), new_issue(other), at=DUE - 20 * WEEK)
    desk.order(october_at := DUE - 5 * WEEK, Rhythm.MONTHLY, NOVEMBER.first, unit_ids=(first,))
    assert october_at < MONTHLY.due_at(october)
    assert desk.sweep(MONTHLY.missed_at(october), MONTHLY) == 0
    opens = MONTHLY.opens_at(NOVEMBER)
    assert desk.open(opens - timedelta(microseconds=1), MONTHLY) == 0
    assert [desk.open(opens, MONTHLY), desk.open(opens + DAY, MONTHLY)] == [1, 0]
    assert desk.stage(first, NOVEMBER) is Stage.OPENED
    missed = MONTHLY.missed_at(NOVEMBER)
    assert [desk.sweep(missed, MONTHLY), desk.sweep(missed + DAY, MONTHLY)] == [1, 0]
    assert desk.stage(first, NOVEMBER) is Stage.MISSED
    assert desk.stage(other, NOVEMBER) is None


def test_months_of_a_downtime_are_caught_up_with_three_at_most(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - 40 * WEEK)
    january = Period.parse("2026-01").first
    desk.order(DUE - 60 * WEEK, Rhythm.MONTHLY, january, unit_ids=(unit,))
    assert desk.sweep(MONTHLY.missed_at(NOVEMBER), MONTHLY) == 3
    stages = [desk.stage(unit, NOVEMBER.shift(-back)) for back in range(4)]
    assert stages == [Stage.MISSED] * 3 + [None]


def test_every_unit_owes_weeks_until_the_first_wave_begins_and_then_its_units_alone(
    desk: Desk, new_issue: Issue
) -> None:
    first, other = Uuid7().new(), Uuid7().new()
    desk.arrive(new_issue(first), new_issue(other), at=DUE - 20 * WEEK)
    desk.order(DUE - 4 * WEEK, Rhythm.WEEKLY, W47.first, unit_ids=(first,))
    assert desk.sweep(SCHEDULE.missed_at(W47.previous)) == 16
    assert desk.sweep(MISSED) == 1
    assert desk.missed(first)[-1] == str(W47)
    assert desk.missed(other)[-1] == str(W47.previous)


def test_a_downtime_over_the_beginning_of_a_wave_changes_nothing(
    desk: Desk, new_issue: Issue
) -> None:
    first, other = Uuid7().new(), Uuid7().new()
    desk.arrive(new_issue(first), new_issue(other), at=DUE - 20 * WEEK)
    desk.order(DUE - 4 * WEEK, Rhythm.WEEKLY, W47.first, unit_ids=(first,))
    assert desk.sweep(MISSED) == 8 + 7
    assert desk.missed(other)[-1] == str(W47.previous)


def test_a_wave_of_a_level_below_a_unit_takes_in_whoever_is_there_when_it_is_due(
    desk: Desk, new_issue: Issue
) -> None:
    province, elsewhere = Uuid7().new(), Uuid7().new()
    commune, department, far, later = (Uuid7().new() for _ in range(4))
    below, communal = f"/{province}/", {"level": Level.COMMUNAL}
    desk.arrive(new_issue(commune), at=DUE - 20 * WEEK, under=below, **communal)
    desk.arrive(new_issue(department), at=DUE - 20 * WEEK, under=below, level=Level.PROVINCIAL)
    desk.arrive(new_issue(far), at=DUE - 20 * WEEK, under=f"/{elsewhere}/", **communal)
    covers = {"below_unit_id": province, "level": "communal"}
    desk.order(DUE - 4 * WEEK, Rhythm.MONTHLY, NOVEMBER.first, **covers)
    desk.arrive(new_issue(later), at=DUE - WEEK, under=below, **communal)
    assert desk.open(MONTHLY.due_at(NOVEMBER) - DAY, MONTHLY) == 2
    opened = [desk.stage(unit, NOVEMBER) for unit in (commune, later, department, far)]
    assert opened == [Stage.OPENED, Stage.OPENED, None, None]


def test_what_a_wave_left_open_when_it_ended_is_not_missed_but_what_began_before_is(
    desk: Desk, new_issue: Issue, unit: UUID
) -> None:
    desk.arrive(new_issue(unit), at=DUE - 20 * WEEK)
    wave = desk.order(DUE - 9 * WEEK, Rhythm.WEEKLY, W47.shift(-8).first, unit_ids=(unit,))
    assert desk.open(DUE - DAY) == 1
    desk.end(DUE - DAY, wave, W47.next.first)
    assert desk.open(DUE + 6 * DAY) == 0
    assert desk.sweep(MISSED + WEEK) == 7
    assert desk.missed(unit)[-1] == str(W47)
