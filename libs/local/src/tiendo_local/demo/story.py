"""The whole story, act by act, and the fates that the board must show for it.

Some units report on time, some late, some not at all; one asks for more time and gets it; an
inspector confirms one claimed completion and refuses another; one report is sent back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tiendo_local import services
from tiendo_local.console import say
from tiendo_local.demo.cast import Unit
from tiendo_local.demo.fate import Fate
from tiendo_local.demo.flow import until
from tiendo_local.demo.notice import Signed, conclude
from tiendo_local.demo.stage import Stage
from tiendo_runtime.clock import VIETNAM, SystemClock

_clock = SystemClock()


@dataclass
class Told:
    """What was played."""

    signed: Signed
    fates: dict[str, Fate]
    reports: dict[str, str] = field(default_factory=dict[str, str])
    """How each unit stands for the period, by its id: on_time, late, returned or silent."""
    period: str = ""
    mails: int = 0


def play(stage: Stage, text: str) -> Told:
    """Play all acts on a raised stage."""
    _write_contacts(stage)
    signed = conclude(stage, text)
    told = Told(signed, _assignments(stage, signed))
    if told.fates:
        _Reporting(stage, told).play()
    return told


def _write_contacts(stage: Stage) -> None:
    """Give every unit above the communes an address; one of them is refused by its mail server."""
    operator = stage.cast.operator()
    units = [unit for unit in stage.units.values() if unit.level != "communal"]
    contacts = [
        {"unit_id": unit.id, "email": _address(unit), "name": unit.name[:200]} for unit in units
    ]
    operator.do("notifications", "/v1/contacts", {"contacts": contacts})


def _address(unit: Unit) -> str:
    refuses = "refuse-" if unit.code == "BCT" else ""
    return f"{refuses}{unit.code.lower()}@demo.example"


def _assignments(stage: Stage, signed: Signed) -> dict[str, Fate]:
    """Wait for the assignments of the notice, as many as units were obliged."""
    ordered = {
        (item["path"], lead["unit_id"]): item["decision"]["deadline"]["late_from"]
        for item in signed.assigned
        for lead in item["decision"]["leads"]
    }
    rows: list[Mapping[str, Any]] = []

    def arrived() -> bool:
        rows[:] = _rows(stage, signed)
        return len(rows) == len(ordered)

    until(arrived, "assignments")
    say(f"{len(rows)} nhiệm vụ đã giao", "assignments were issued")
    return {row["assignment_id"]: _fate(stage, row, ordered) for row in rows}


def _rows(stage: Stage, signed: Signed) -> list[Mapping[str, Any]]:
    operator, found, cursor = stage.cast.operator(), list[Mapping[str, Any]](), ""
    while True:
        page = operator.read(
            "monitoring", "/v1/assignments", notice_id=signed.id, limit=200, cursor=cursor
        )
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = page["next"]


def _fate(
    stage: Stage, row: Mapping[str, Any], ordered: Mapping[tuple[str, str], str | None]
) -> Fate:
    late_from = ordered[row["item_path"], row["lead_unit_id"]]
    instant = datetime.fromisoformat(late_from) if late_from else None
    unit = stage.by_id[row["lead_unit_id"]]
    return Fate(row["assignment_id"], unit, row["item_path"], instant, instant)


class _Reporting:
    """Acts four to six: reports, an extension, an inspection, a report that is sent back."""

    def __init__(self, stage: Stage, told: Told) -> None:
        self._stage = stage
        self._told = told
        by_unit: dict[str, list[Fate]] = {}
        for fate in sorted(told.fates.values(), key=lambda f: (f.unit.code, f.item_path)):
            by_unit.setdefault(fate.unit.id, []).append(fate)
        self._units = list(by_unit.values())
        self._inspector = stage.cast.of("inspector", told.signed.committee, "Vũ Thị Kiểm Tra")

    def play(self) -> None:
        """Play the acts."""
        groups = self._units
        on_time, late = groups[: (len(groups) + 1) // 2], groups[(len(groups) + 1) // 2 :]
        late, silent = late[: (len(late) + 1) // 2], late[(len(late) + 1) // 2 :]
        due = self._restart_reporting()
        self._told.period = _week(due)
        for number, fates in enumerate(on_time):
            self._report(fates, done=number < 3)
        say(f"{len(on_time)} đơn vị báo cáo đúng hạn", "units reported on time")
        self._extend(on_time[-1])
        self._inspect(on_time)
        until(lambda: _clock.now() >= due, "the hour at which reports are due")
        claimer = next((fates for fates in late if fates[0].is_overdue(due)), None)
        reports = [self._report(fates, done=fates is claimer) for fates in late]
        say(f"{len(late)} đơn vị báo cáo muộn, {len(silent)} im lặng", "late, silent")
        if late:
            self._send_back(reports[-1], late[-1])
        for fates in silent:
            self._told.reports[fates[0].unit.id] = "silent"

    def _restart_reporting(self) -> datetime:
        """Start reporting again with reports due in a moment, so that the demo can show all."""
        enough = self._stage.start_seconds + 5 + 0.3 * len(self._units)
        due = _clock.now().replace(microsecond=0) + timedelta(seconds=enough)
        local = due.astimezone(VIETNAM)
        rule = f"{local.isoweekday()} {local:%H:%M:%S}"
        say(f"Hạn báo cáo kỳ này: {local:%H:%M:%S}", "reports are due at that time")
        settings = {"TIENDO_REPORT_DUE": rule, "TIENDO_REPORT_GRACE_SECONDS": "2"}
        services.restart(self._stage.platform, "reporting", self._stage.urls, settings)
        return due

    def _report(self, fates: Sequence[Fate], *, done: bool) -> str:
        """Report for a unit; where `done`, its first assignment is claimed complete."""
        unit = fates[0].unit
        reporter = self._stage.cast.of("reporter", unit, f"Đầu mối {unit.code}")
        lines = [
            _line(fate, number, done=done and number == 0) for number, fate in enumerate(fates)
        ]
        body = {"period": self._told.period, "lines": lines}
        report = reporter.do("reporting", "/v1/reports", body)["id"]
        stands = reporter.read("reporting", f"/v1/reports/{report}")
        at, due = (datetime.fromisoformat(stands[name]) for name in ("submitted_at", "due_at"))
        self._told.reports[unit.id] = "on_time" if at < due else "late"
        for fate in fates:
            fate.events.append("ReportSubmitted")
        if done:
            fates[0].claim(at)
        return report

    def _extend(self, fates: Sequence[Fate]) -> None:
        """A unit asks for thirty more days for something with a deadline, and gets them."""
        open_ones = [f for f in fates if f.current is not None and f.claimed_at is None]
        if not open_ones:
            return
        fate = open_ones[0]
        assert fate.current is not None  # noqa: S101 - chosen so
        last = (max(fate.current, _clock.now()) + timedelta(days=29)).astimezone(VIETNAM).date()
        place = f"/v1/assignments/{fate.id}"
        reporter = self._stage.cast.of("reporter", fate.unit, f"Đầu mối {fate.unit.code}")
        asked = {"deadline": {"due_on": last.isoformat()}, "reason": "Chờ kết quả thẩm định vốn"}
        reporter.do("assignments", f"{place}/extension-requests", asked, changing=place)
        granted = {"reason": "Đồng ý, lần cuối"}
        leader = self._stage.cast.of("leader", self._told.signed.committee, "Lê Thị Trưởng Ban")
        leader.do("assignments", f"{place}/extensions", granted, changing=place)
        stands = leader.read("assignments", place)
        fate.current = datetime.fromisoformat(stands["deadline"]["late_from"])
        fate.events += ["ExtensionRequested", "ExtensionGranted"]
        say(f"Gia hạn mục {fate.item_path} đến {last:%d/%m/%Y}", "one extension was granted")

    def _inspect(self, groups: Sequence[Sequence[Fate]]) -> None:
        """Confirm the first claim and refuse the second; the third stays a claim."""
        claimed = [fates[0] for fates in groups if fates[0].claimed_at is not None]
        for fate, confirmed in zip(claimed, (True, False), strict=False):
            place = f"/v1/assignments/{fate.id}"
            until(lambda p=place: self._stage_of(p) == "claimed", "the claim")
            path = f"{place}/verifications" if confirmed else f"{place}/refusals"
            seen = (
                "Đã kiểm tra tại chỗ, đủ sản phẩm" if confirmed else "Chưa có biên bản nghiệm thu"
            )
            body = {"office": "Tổ kiểm tra", "finding": seen}
            self._inspector.do("assignments", path, body, changing=place)
            if confirmed:
                fate.verified = True
                fate.events.append("CompletionVerified")
            else:
                fate.claimed_at = None
                fate.events.append("CompletionRefused")
        say(f"Kiểm tra {min(len(claimed), 2)} việc đã báo xong", "claims were inspected")

    def _stage_of(self, place: str) -> str:
        return self._inspector.read("assignments", place)["stage"]

    def _send_back(self, report: str, fates: Sequence[Fate]) -> None:
        place = f"/v1/reports/{report}"
        body = {"reason": "Thiếu liên kết đến sản phẩm"}
        central = self._stage.cast.of(
            "secretariat", self._stage.unit("BCDTW"), "Bùi Văn Thường Trực"
        )
        central.do("reporting", f"{place}/return", body, changing=place)
        self._told.reports[fates[0].unit.id] = "returned"
        for fate in fates:
            fate.events.append("ReportReturned")
        say("Một báo cáo bị trả lại", "one report was sent back")


def _week(due: datetime) -> str:
    year, week, _ = due.astimezone(VIETNAM).isocalendar()
    return f"{year}-W{week:02}"


def _line(fate: Fate, number: int, *, done: bool) -> dict[str, Any]:
    return {
        "assignment_id": fate.id,
        "percent": 100 if done else 20 + 15 * (number % 5),
        "done": done,
        "difficulties": "" if done or number % 2 else "Thiếu nhân lực chuyên trách",
        "product_url": f"https://san-pham.example/{fate.item_path}" if done else "",
    }
