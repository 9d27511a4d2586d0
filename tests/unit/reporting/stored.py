"""One stored event of each class; golden/ keeps their bytes."""

from datetime import UTC, date, datetime
from uuid import UUID

from reporting.domain import Coverage, Line, Obligation, Person, Report, Wave
from reporting.period import Rhythm
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.context import Meta

UNIT = UUID("019a8c40-0000-7000-8000-000000000002")
OWED = Obligation(UNIT, f"/{UNIT}/", "2026-W47", datetime(2026, 11, 20, 9, tzinfo=UTC))
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
LINES = (Line(UUID(int=1), 100, True, "không", "https://x.example/a"),)
CHAIR = Person("Trần Văn Bình", "Phó Trưởng Ban")
META = Meta(actor="user:1", recorded_at=AT, correlation_id="c")


def _recorded() -> tuple[DomainEvent, ...]:
    missed = Report.miss(OWED, timestamp=AT)
    missed.resubmit(LINES, timestamp=AT)
    missed.send_back("thiếu số liệu", timestamp=AT)
    submitted = Report.submit(OWED, LINES, timestamp=AT)
    opened = Report.open(OWED, AT, timestamp=AT)
    opened.pass_over(timestamp=AT)
    opened.allow_late(datetime(2026, 12, 4, 9, tzinfo=UTC), CHAIR, "chuyển trụ sở", timestamp=AT)
    opened.comment(CHAIR, UUID(int=2), "nêu rõ số người dùng", timestamp=AT)
    opened.excuse(CHAIR, "khắc phục bão lũ", timestamp=AT)
    wave = Wave.order(
        UUID(int=9),
        "Đợt 1",
        Rhythm.MONTHLY,
        date(2027, 1, 1),
        Coverage((UNIT,), UUID(int=2), "provincial"),
        f"/{UUID(int=2)}/",
        CHAIR,
        timestamp=AT,
    )
    wave.end(date(2027, 7, 1), CHAIR, "chuyển sang báo cáo tuần", timestamp=AT)
    aggregates = (missed, submitted, opened, wave)
    return tuple(event for one in aggregates for event in one.collect_events())


EVENTS = _recorded()
