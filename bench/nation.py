"""A made-up year of the whole country as the relays would write it: the benches' load.

The same size gives the same bytes. Facts are assignments issued, report lines, extensions and
verifications in the proportions 20 : 60 : 10 : 10, and a report has 20 lines, so a million facts
are 430,000 events: of 3,400 units with 59 assignments each. A smaller country has fewer units, a
larger one more work for each. Everything comes in the order of the weeks: assignments are issued
in the first thirty, extended after four, verified after eight (half of each, a quarter both), and
reports begin once a unit has 20 assignments to speak of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import md5
from itertools import count

from tiendo_contracts.assignments import AssignmentIssued, CompletionVerified, ExtensionGranted
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import source_of
from tiendo_contracts.meetings import MeetingHeld
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_contracts.units import UnitRegistered
from tiendo_runtime.records import Outgoing

TOPICS = (AssignmentIssued.TOPIC, ReportSubmitted.TOPIC, MeetingHeld.TOPIC, UnitRegistered.TOPIC)
LINES = 20
UNITS = 3_400
BEGIN = datetime(2026, 1, 5, 1, tzinfo=UTC)
"""The first event's time; the year's last one is 52 weeks later at most."""

_WEEKS, _ISSUING, _TO_EXTEND, _TO_VERIFY, _REPORTING = 52, 30, 4, 8, 11
_TEXT = (
    "Rà soát, cập nhật kế hoạch triển khai nhiệm vụ về phát triển khoa học, công nghệ, đổi mới"
    " sáng tạo và chuyển đổi số quốc gia theo Thông báo kết luận; báo cáo kết quả về Thường trực"
    " Ban Chỉ đạo, nêu rõ khối lượng đã hoàn thành (nhiệm vụ {0})."
)
_HARD = ("", "", "Thiếu nhân lực có chuyên môn về dữ liệu", "Chưa được bố trí kinh phí năm nay")


def _id(kind: str, number: int) -> str:
    """An id that is spread like a derived one of the product's (uuid5)."""
    text = md5(f"{kind}/{number}".encode(), usedforsecurity=False).hexdigest()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-8{text[17:20]}-{text[20:]}"


@dataclass(frozen=True)
class Place:
    """A unit: its id, level, and path from the root."""

    id: str
    level: str
    kind: str
    parent: str | None
    path: str


@dataclass(frozen=True)
class Nation:
    """A year of `facts` facts. `places` overrides how many units there are."""

    facts: int
    places: int = 0

    @property
    def assignments(self) -> int:
        """How many assignments are issued; half are extended, half verified."""
        return self.facts // 5

    @property
    def reports(self) -> int:
        """How many reports come in, of 20 lines each."""
        return self.facts * 3 // 5 // LINES

    @property
    def events(self) -> int:
        """How many events there are, those of the register apart."""
        return self.assignments * 2 + self.reports

    @cached_property
    def units(self) -> tuple[Place, ...]:
        """All units: one at the top, provinces, then communes; all have assignments."""
        number = self.places or max(10, min(UNITS, self.assignments * UNITS // 200_000))
        provinces = max(1, number // 100)
        top = _id("unit", 0)
        found = [Place(top, "central", "committee", None, f"/{top}/")]
        for index in range(1, number):
            key = _id("unit", index)
            above = found[0] if index <= provinces else found[1 + index % provinces]
            level, kind = (
                ("provincial", "province") if above is found[0] else ("communal", "commune")
            )
            found.append(Place(key, level, kind, above.id, f"{above.path}{key}/"))
        return tuple(found)

    def records(self) -> Iterator[Outgoing]:
        """The events of the year in order; sequences grow along each topic, with gaps."""
        year = _Year(self)
        for week in range(_WEEKS):
            yield from year.week(week)

    def lives(self, numbers: range) -> Iterator[Outgoing]:
        """The own events of some assignments, one assignment after another."""
        return _Year(self).lives(numbers)

    def register(self) -> Iterator[Outgoing]:
        """The registration of all units."""
        return _Year(self).register()


class _Year:
    def __init__(self, nation: Nation) -> None:
        self._nation = nation
        self._units = nation.units
        self._sequences = count(1, 3)
        self._reported = 0

    def week(self, week: int) -> Iterator[Outgoing]:
        """What happens in a week."""
        at = BEGIN + timedelta(weeks=week)
        for number in self._of_week(week):
            yield self._issued(number, at)
        for number in self._of_week(week - _TO_EXTEND):
            if _is_extended(number):
                yield self._granted(number, at + timedelta(days=1))
        for number in self._of_week(week - _TO_VERIFY):
            if _is_verified(number):
                yield self._verified(number, at + timedelta(days=2))
        if week >= _REPORTING:
            until = self._nation.reports * (week + 1 - _REPORTING) // (_WEEKS - _REPORTING)
            for number in range(self._reported, until):
                yield self._report(number, week, at + timedelta(days=3))
            self._reported = until

    def lives(self, numbers: range) -> Iterator[Outgoing]:
        """What happens to some assignments, reports apart."""
        for number in numbers:
            at = BEGIN + timedelta(weeks=number * _ISSUING // self._nation.assignments)
            yield self._issued(number, at)
            if _is_extended(number):
                yield self._granted(number, at + timedelta(weeks=_TO_EXTEND, days=1))
            if _is_verified(number):
                yield self._verified(number, at + timedelta(weeks=_TO_VERIFY, days=2))

    def _of_week(self, week: int) -> range:
        if not 0 <= week < _ISSUING:
            return range(0)
        total = self._nation.assignments
        return range(total * week // _ISSUING, total * (week + 1) // _ISSUING)

    def _issued(self, number: int, at: datetime) -> Outgoing:
        key, notice = _id("assignment", number), number // 100
        value = (
            f'{self._place(key, number)}"notice_id":"{_id("notice", notice)}",'
            f'"notice_number":"{notice}/TB-BCĐ","item_path":"II.{number % 100 + 1}",'
            f'"issued_on":"{at.date()}","text":"{_TEXT.format(number)}","coordinator_ids":'
            f'["{self._units[(number * 7 + 3) % len(self._units)].id}"],'
            f'"deadline":{_deadline(_due(number, at))},'
            f'"recurring":{_MONTHLY if number % 20 == 19 else "null"}}}'
        )
        return self._record(AssignmentIssued, key, value, at, number, 1)

    def _granted(self, number: int, at: datetime) -> Outgoing:
        key = _id("assignment", number)
        value = (
            f'{self._place(key, number)}"deadline":{_deadline(_month_end(at, 5 + number % 4))},'
            f'"reason":"Khối lượng phát sinh ngoài dự kiến"}}'
        )
        return self._record(ExtensionGranted, key, value, at, number, 2)

    def _verified(self, number: int, at: datetime) -> Outgoing:
        key = _id("assignment", number)
        value = (
            f'{self._place(key, number)}"claimed_at":"{_text(at - timedelta(days=number % 13))}",'
            '"inspector":{"name":"Nguyễn Thị Hòa","office":"Thanh tra viên"},'
            '"finding":"Đã kiểm tra sản phẩm, đạt yêu cầu."}'
        )
        return self._record(CompletionVerified, key, value, at, number, 2 + _is_extended(number))

    def _report(self, number: int, week: int, at: datetime) -> Outgoing:
        units = self._units
        unit, turn = number % len(units), number // len(units)
        key = _id("report", number)
        issued = min(week + 1, _ISSUING) * self._nation.assignments // _ISSUING
        own = range(unit, issued, len(units))
        lines = ",".join(
            f'{{"assignment_id":"{_id("assignment", own[(turn * LINES + line) % len(own)])}",'
            f'"percent":{(turn * 17 + line * 5) % 101},"done":false,'
            f'"difficulties":"{_HARD[(number + line) % 4]}","product_url":""}}'
            for line in range(min(LINES, len(own)))
        )
        submitted, due = at + timedelta(seconds=number % 80_000), at + timedelta(days=1)
        period = at.isocalendar()
        value = (
            f'{{"report_id":"{key}","unit_id":"{units[unit].id}","unit_path":"{units[unit].path}",'
            f'"period":"{period.year}-W{period.week:02}","submitted_at":"{_text(submitted)}",'
            f'"due_at":"{_text(due)}","lines":[{lines}]}}'
        )
        return self._record(ReportSubmitted, key, value, submitted, number, 1)

    def register(self) -> Iterator[Outgoing]:
        for number, unit in enumerate(self._units):
            name = f"{unit.kind} {number}"
            parent = f'"{unit.parent}"' if unit.parent else "null"
            value = (
                f'{{"unit_id":"{unit.id}","effective_on":"2025-07-01","code":"{number}",'
                f'"name":"{name}","name_en":"{name}","aliases":[],"level":"{unit.level}",'
                f'"kind":"{unit.kind}","parent_id":{parent},"path":"{unit.path}"}}'
            )
            yield self._record(UnitRegistered, unit.id, value, BEGIN, number, 1)

    def _place(self, key: str, number: int) -> str:
        unit = self._units[number % len(self._units)]
        above = self._units[0].path if number % 3 == 0 else unit.path[: -len(unit.id) - 1]
        path = above if len(above) > 1 else unit.path  # the one at the top obliges itself
        return (
            f'{{"assignment_id":"{key}","committee_id":"{path[-37:-1]}","committee_path":"{path}",'
            f'"lead_unit_id":"{unit.id}","lead_unit_path":"{unit.path}",'
        )

    def _record(
        self, kind: type[Contract], key: str, value: str, at: datetime, number: int, version: int
    ) -> Outgoing:
        sequence, seen = next(self._sequences), number % 10_000
        headers = (
            ("ce_specversion", b"1.0"),
            ("ce_id", _id(kind.__name__, number).encode()),
            *_FIXED[kind],
            ("ce_subject", key.encode()),
            ("ce_time", _text(at + timedelta(microseconds=seen)).encode()),
            ("ce_sequence", str(sequence).encode()),
            ("ce_subjectversion", str(version).encode()),
            ("ce_actor", b"0192f0a1-5b00-7000-8000-000000000001"),
            ("ce_correlationid", _CORRELATION % seen),
            ("ce_traceparent", b"00-%032x-%016x-01" % (number + 1, sequence)),
            ("content-type", b"application/json"),
        )
        return Outgoing(kind.TOPIC, key.encode(), value.encode(), headers, sequence)


_MONTHLY = '"monthly"'
_CORRELATION = b"0192f0a1-5b00-7000-8000-%012x"
_KINDS = (AssignmentIssued, ExtensionGranted, CompletionVerified, ReportSubmitted, UnitRegistered)
_FIXED: Mapping[type[Contract], tuple[tuple[str, bytes], ...]] = {
    kind: (
        ("ce_source", source_of(kind.OWNER).encode()),
        ("ce_type", kind.TYPE.encode()),
    )
    for kind in _KINDS
}


def _is_extended(number: int) -> bool:
    return number % 2 == 0


def _is_verified(number: int) -> bool:
    return number % 4 in (1, 2)


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _due(number: int, at: datetime) -> date | None:
    return None if number % 20 == 19 else _month_end(at, 1 + number % 5)


def _month_end(at: datetime, months: int) -> date:
    month = at.month + months
    return date(at.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _deadline(due: date | None) -> str:
    if due is None:
        return '{"due_on":null,"late_from":null,"words":"thường xuyên"}'
    late = datetime(due.year, due.month, due.day, 17, tzinfo=UTC)
    words = f"trước ngày {due.day}/{due.month}/{due.year}"
    return f'{{"due_on":"{due}","late_from":"{_text(late)}","words":"{words}"}}'
