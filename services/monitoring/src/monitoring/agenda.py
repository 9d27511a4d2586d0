"""What an agenda opens with, as a paper: what earlier meetings ordered and what became of it.

It is a programme ("Chương trình") in the committee's official form, whose first part is written;
the secretariat goes on from there in its word processor.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from monitoring.views.carrying import Carried, CarryOver
from monitoring.views.stages import DONE, OFF, UNDONE
from tiendo_notices.model import Form
from tiendo_notices.writing import Grid, Paper, Paragraph, issued
from tiendo_runtime.clock import VIETNAM, late_from, local_day

_GROUPS: Mapping[str, str] = {
    "overdue": "Quá hạn",
    "within_time": "Đang thực hiện, trong hạn",
    "regular": "Thường xuyên, hoặc chưa có ngày",
    "claimed": "Đơn vị báo đã hoàn thành, chưa kiểm tra",
    "verified": "Đã kiểm tra, xác nhận hoàn thành từ phiên họp trước",
    "off": "Đã hủy hoặc được thay thế từ phiên họp trước",
}
"""In the order in which a meeting goes through them."""

_STAGES: Mapping[str, str] = {
    "open": "chưa xác nhận nhận việc",
    "accepted": "đang thực hiện",
    "contested": "đơn vị có ý kiến không nhận",
    "claimed": "chưa kiểm tra",
    "verified": "đã xác nhận hoàn thành",
    "closed": "đã xác nhận hoàn thành",
    "cancelled": "đã hủy",
    "superseded": "được thay thế",
}
_HEADINGS = ("TT", "Nội dung", "Đơn vị chủ trì", "Thời hạn", "Đến nay")
_WIDTHS = (5, 41, 19, 16, 19)
_SECTION: Mapping[Form, str] = {"party": "I-", "state": "I."}
_MOMENT = timedelta(microseconds=1)


def opening(meeting: CarryOver, form: Form | None = None) -> Paper:
    """The agenda of a meeting, as far as earlier meetings give it.

    `form` is the meeting's own where None is given. Days and hours are Vietnam's.
    """
    form = form or meeting.form
    heading = Paragraph("Việc thực hiện các kết luận trước", _SECTION[form], section=True)
    paper = Paper(
        form=form,
        issuer=((meeting.committee_name or "").upper(),),
        number="",
        dated="",
        title="CHƯƠNG TRÌNH",
        abstract=meeting.title,
        opening=(_when_and_where(meeting),),
        body=(heading, Paragraph(_summary(meeting)), *_groups(meeting)),
    )
    return issued(paper, None, local_day(meeting.as_of))


def _when_and_where(meeting: CarryOver) -> str:
    place = f", tại {meeting.place}" if meeting.place else ""
    series = f" ({meeting.series})" if meeting.series else ""
    return f"Phiên họp lúc {_hour(meeting.starts_at)}{place}{series}."


def _summary(meeting: CarryOver) -> str:
    as_of = f"Tính đến {_hour(meeting.as_of)}"
    if not meeting.items:
        return f"{as_of}: không có việc nào từ các phiên họp trước."
    since = f" Phiên họp trước: {_hour(meeting.since)}." if meeting.since else ""
    more = " Còn việc khác, xem trên bảng theo dõi." if meeting.more else ""
    return f"{as_of}: {len(meeting.items)} nhiệm vụ.{since}{more}"


def _groups(meeting: CarryOver) -> Iterator[Paragraph | Grid]:
    told = [(name, [i for i in meeting.items if _group(i) == name]) for name in _GROUPS]
    for number, (name, items) in enumerate(((name, items) for name, items in told if items), 1):
        heading = f"{_GROUPS[name]} ({len(items)})"
        yield Paragraph(heading, f"{number}.", section=True)
        rows = (_row(at, item, meeting) for at, item in enumerate(items, 1))
        yield Grid((_HEADINGS, *rows), _WIDTHS)


def _group(item: Carried) -> str:
    if item.stage in OFF:
        return "off"
    if item.stage in ("verified", "closed"):
        return "verified"
    return "claimed" if item.stage == "claimed" else item.state


def _row(number: int, item: Carried, meeting: CarryOver) -> tuple[str, ...]:
    source = f"Thông báo {item.notice_number}, mục\u00a0{item.item_path}"
    text = " ".join(item.text.split())
    return (
        str(number),
        f"{text} ({source})",
        item.lead_unit_name or "",
        _deadline(item),
        _became(item, meeting),
    )


def _deadline(item: Carried) -> str:
    if item.late_from is None:
        return item.deadline_words or "không ghi"
    told = _due(item.late_from)
    original = item.original_late_from
    moved = original is not None and original != item.late_from
    return f"{told} (gốc: {_due(original)})" if moved and original else told


def _became(item: Carried, meeting: CarryOver) -> str:
    told = [_STAGES[item.stage]]
    if item.stage in DONE and item.claimed_at:
        late = " (muộn)" if item.state == "done_late" else ""
        told.append(f"đơn vị báo ngày {_day(item.claimed_at)}{late}")
    elif item.state == "overdue" and item.late_from:
        days = (meeting.as_of - item.late_from).days
        told.append(f"quá hạn {days} ngày" if days else "quá hạn dưới một ngày")
    if item.percent is not None and item.stage in UNDONE:
        told.append(f"báo cáo {item.percent}%")
    if item.is_new and meeting.since:
        told.append("mới thay đổi")
    words = "; ".join(told)
    return words[0].upper() + words[1:]


def _due(late: datetime) -> str:
    """The day of a deadline, with its hour where it is not the day's end."""
    day = local_day(late - _MOMENT)
    return f"{day:%d/%m/%Y}" if late_from(day) == late else _hour(late)


def _hour(instant: datetime) -> str:
    return f"{instant.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def _day(instant: datetime) -> str:
    return f"{instant.astimezone(VIETNAM):%d/%m/%Y}"
