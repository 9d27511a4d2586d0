"""By when and how often: what is bound to a meeting, counted, recurring, or not to be believed."""

from datetime import date, datetime

import pytest

from tiendo_notices.due import VIETNAM, MeetingBound, recurrence, resolve, resolve_cell

BASE = date(2026, 2, 11)
MET = date(2026, 2, 10)


def day(words: str) -> str | None:
    due = resolve(words, BASE, MET)
    return str(due.day) if due and due.day else None


def doubts(words: str) -> tuple[str, ...]:
    due = resolve(words, BASE, MET)
    assert due is not None
    return due.doubts


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("trong 05 ngày làm việc kể từ ngày họp", "2026-02-24"),
        ("trong vòng 10 (mười) ngày kể từ ngày ban hành Thông báo này", "2026-02-21"),
        ("trong vòng 7 ngày sau cuộc họp này", "2026-02-17"),
        ("trong vòng 01 tháng kể từ ngày ký Thông báo này", "2026-03-11"),
        ("trong 03 ngày làm việc kể từ ngày 27/4/2026", "2026-05-04"),
        ("chậm nhất 10h00 thứ Hai, ngày 23/02/2026", "2026-02-23"),
        ("vào chiều ngày 12/3/2026", "2026-03-12"),
        ("thời gian hoàn thành: 31/3/2026", "2026-03-31"),
        ("lắp đặt xong (quý II/2026)", "2026-06-30"),
        ("cập nhật quy chế (20/9);", "2026-09-20"),
        ("tiến độ: quý IV/2026", "2026-12-31"),
        ("trong quý III và quý IV năm 2026", "2026-12-31"),
        ("trước 30/6/2026 (giai đoạn 1) và trước 31/12/2026 (giai đoạn 2)", "2026-12-31"),
        ("từ ngày 01/12 đến ngày 20/12/2026", "2026-12-20"),
        ("trước ngày 20 - 10 - 2026", "2026-10-20"),
        ("trước ngày 05/01", "2027-01-05"),
        ("trong tháng 01", "2027-01-31"),
        ("trong quý I", "2026-03-31"),
        ("trong tuần này", "2026-02-15"),
        ("trước thứ Sáu tuần này", "2026-02-13"),
        ("trước 16h00 chủ nhật tuần sau", "2026-02-22"),
        ("trong các tháng 4, 5/2026", "2026-05-31"),
        ("trước khi kết thúc năm 2026", "2026-12-31"),
        ("trong 10 ngày tới", "2026-02-21"),
        ("hội nghị dự kiến giữa tháng 4; gửi tài liệu trước ngày 20/3/2026", "2026-03-20"),
        ("dọn vệ sinh vào ngày Chủ nhật 08/3", "2026-03-08"),
        ("bảo đảm đến ngày 30/6/2026 các xã đã có mạng", "2026-06-30"),
        ("bảo đảm đến hết tháng 6 các xã đã có mạng", "2026-06-30"),
        ("hoàn thành giai đoạn 1 trong quý II", "2026-06-30"),
    ],
)
def test_more_forms_give_their_last_day(words: str, expected: str) -> None:
    assert day(words) == expected


@pytest.mark.parametrize(
    ("words", "expected", "code"),
    [
        ("thông xe kỹ thuật ngày 30 tháng 4 năm 2026", "2026-04-30", "due.on-day"),
        ("trình Ban Thường vụ tháng 12/2026", "2026-12-31", "due.bare-period"),
        ("tháng 9/2026 hoàn thành", "2026-09-30", "due.bare-period"),
        ("công bố bộ tiêu chuẩn, tháng 12/2026.", "2026-12-31", "due.on-day"),
        ("cập nhật quy chế: 20/9.", "2026-09-20", "due.on-day"),
        ("trong tuần đầu tháng 3/2026", "2026-03-31", "due.part-of-period"),
        ("khai trương đầu tháng 4/2026", "2026-04-30", "due.part-of-period"),
        ("trước ngày 10/10/2016", "2016-10-10", "due.past"),
        ("trước ngày 31/6/2026", None, "due.no-such-day"),
        ("trước ngày 29/02/2027", None, "due.no-such-day"),
        ("chậm nhất ngày 15/13/2026", None, "due.no-such-day"),
        ("trong 30 ngày", None, "due.unknown-start"),
        ("cưỡng chế nếu không bàn giao trước ngày 10/8/2026", "2026-08-10", "due.condition"),
        ("trường hợp vướng mắc báo cáo trước ngày 10/8/2026", "2026-08-10", "due.condition"),
        ("báo cáo trước ngày 20 tháng 12 hằng năm", None, "due.unread"),
        ("xong trước Tết Nguyên đán", None, "due.unread"),
    ],
)
def test_what_is_not_plain_is_read_with_the_reason(
    words: str, expected: str | None, code: str
) -> None:
    assert day(words) == expected
    assert code in doubts(words)


@pytest.mark.parametrize(
    "words",
    [
        "thực hiện Công văn số 12/UBND ngày 20/3/2026",
        "đánh giá cán bộ cuối năm",
        "dừng tiếp nhận từ ngày 01/7/2026",
        "đến hết tháng 01 mới giải ngân được 4,2% kế hoạch",
        "đến ngày 31/01, các xã vẫn chưa có báo cáo",
        "giai đoạn 2026 - 2030",
        "hoàn thành sớm hơn 15 ngày so với kế hoạch",
    ],
)
def test_other_days_are_no_deadlines(words: str) -> None:
    assert resolve(words, BASE, MET) is None


def test_a_deadline_bound_to_a_meeting_says_which_and_resolves_when_it_is_dated() -> None:
    due = resolve("báo cáo Ban Chỉ đạo trước phiên họp thứ tư 10 ngày", BASE, MET)
    assert due is not None
    assert due.day is None
    assert due.meeting is not None
    assert (due.meeting.kind, due.meeting.ordinal, due.meeting.days_before) == ("session", 4, 10)
    first, _ = due.meeting.resolve(date(2026, 6, 20))
    moved, instant = due.meeting.resolve(date(2026, 6, 25))
    assert (first, moved) == (date(2026, 6, 10), date(2026, 6, 15))
    assert instant == datetime(2026, 6, 15, 23, 59, 59, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("báo cáo tại phiên họp tháng 4", {"kind": "session", "month": 4}),
        ("trình tại Kỳ họp thứ 9", {"kind": "session", "ordinal": 9}),
        ("báo cáo tại cuộc họp giao ban tiếp theo", {"kind": "meeting", "next": True}),
        ("báo cáo tại phiên họp quý II/2026", {"quarter": 2, "year": 2026}),
        ("gửi tài liệu 05 ngày trước phiên họp tới", {"days_before": 5, "next": True}),
        ("xong trước 07 ngày so với phiên họp tiếp theo", {"days_before": 7, "next": True}),
        ("gửi trước cuộc họp tháng 5 ít nhất 02 ngày", {"days_before": 2, "month": 5}),
    ],
)
def test_a_meeting_is_told_by_its_number_month_or_place_in_the_row(
    words: str, facts: dict[str, object]
) -> None:
    due = resolve(words, BASE, MET)
    assert due is not None
    assert isinstance(due.meeting, MeetingBound)
    assert facts.items() <= due.meeting.to_dict().items()


def test_working_days_before_a_meeting_are_left_to_a_person() -> None:
    words = "gửi chậm nhất 03 ngày làm việc trước phiên họp tiếp theo"
    due = resolve(words, BASE, MET)
    assert due is not None
    assert (due.rule, due.day, due.meeting) == ("due.meeting", None, None)
    assert due.words == words.removeprefix("gửi ")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("31/12/2026", "2026-12-31"),
        ("Quý II/2026", "2026-06-30"),
        ("Tháng 3", "2026-03-31"),
        ("05/3", "2026-03-05"),
        ("Trước ngày 30/4/2026", "2026-04-30"),
    ],
)
def test_a_cell_of_a_table_needs_no_word_like_before(cell: str, expected: str) -> None:
    due = resolve_cell(cell, BASE, MET)
    assert due is not None
    assert str(due.day) == expected


@pytest.mark.parametrize(
    ("words", "period", "rule"),
    [
        ("cập nhật từng ngày", "daily", "FREQ=DAILY"),
        (
            "gửi trước 16h00 thứ Năm hằng tuần",
            "weekly",
            "FREQ=WEEKLY;BYDAY=TH;BYHOUR=16;BYMINUTE=0",
        ),
        ("báo cáo trước ngày 05 hằng tháng", "monthly", "FREQ=MONTHLY;BYMONTHDAY=5"),
        (
            "báo cáo vào ngày 15 và ngày cuối cùng hằng tháng",
            "monthly",
            "FREQ=MONTHLY;BYMONTHDAY=15,-1",
        ),
        ("hằng quý báo cáo", "quarterly", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"),
        ("định kỳ 3 tháng xếp hạng", "quarterly", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"),
        ("định kỳ 6 tháng báo cáo", "half-yearly", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"),
        ("mỗi năm 1 lần", "yearly", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1"),
        ("giao ban 1 tuần/lần", "weekly", "FREQ=WEEKLY;BYDAY=SU"),
        ("giao ban tuần 01 lần", "weekly", "FREQ=WEEKLY;BYDAY=SU"),
        ("giao ban vào thứ Hai đầu tháng", "monthly", "FREQ=MONTHLY;BYDAY=1MO"),
        ("báo cáo vào ngày làm việc cuối cùng của tháng", "monthly", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("nhiệm vụ thường xuyên", "continuous", None),
    ],
)
def test_repetition_is_also_said_as_rfc_5545_says_it(
    words: str, period: str, rule: str | None
) -> None:
    found = recurrence(words)
    assert (found.period, found.rrule) == (period, rule)


@pytest.mark.parametrize(
    "words", ["giao ban 2 tuần/lần", "định kỳ 15 ngày báo cáo", "phát tối thiểu 02 số/tuần"]
)
def test_a_rhythm_without_a_name_is_left_to_a_person(words: str) -> None:
    found = recurrence(words)
    assert found.period is None
    assert found.doubts == ("recurring.no-period",)
