"""By when: every form of deadline that notices use."""

from datetime import date, datetime

import pytest

from tiendo_notices.due import VIETNAM, recurrence, resolve

BASE = date(2025, 4, 9)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("hoàn thành trước ngày 15/4/2025", "2025-04-15"),
        ("báo cáo trước 15/12/2025", "2025-12-15"),
        ("trước ngày 20.7.2025", "2025-07-20"),
        ("trước ngày 30/6", "2025-06-30"),
        ("trước ngày 05/02", "2026-02-05"),
        ("trước ngày 25 tháng 6 năm 2025", "2025-06-25"),
        ("chậm nhất là ngày 1/4/2026", "2026-04-01"),
        ("thời hạn hoàn thành: 31/01/2026", "2026-01-31"),
        ("vào ngày 20 tháng 5 năm 2025", "2025-05-20"),
        ("trong ngày 20 tháng 5 năm 2025", "2025-05-20"),
        ("trong tháng 5/2025", "2025-05-31"),
        ("hoàn thành trong tháng 2", "2026-02-28"),
        ("trong tháng 11, tháng 12 năm 2025", "2025-12-31"),
        ("trong tháng 11 và tháng 12 năm 2025", "2025-12-31"),
        ("trong quý III/2025", "2025-09-30"),
        ("hoàn thành quý II năm 2025", "2025-06-30"),
        ("trong quý I", "2026-03-31"),
        ("trong năm 2025", "2025-12-31"),
        ("từ nay đến hết năm", "2025-12-31"),
        ("trong 6 tháng đầu năm 2025", "2025-06-30"),
        ("trong 6 tháng cuối năm", "2025-12-31"),
        ("hoàn thành tháng 12, triển khai trong năm 2026", "2026-12-31"),
        ("trong tuần 16 năm 2025", "2025-04-20"),
        ("trong tháng này", "2025-04-30"),
    ],
)
def test_words_of_a_deadline_give_its_last_day(words: str, day: str) -> None:
    due = resolve(words, BASE)
    assert due is not None
    assert due.day == date.fromisoformat(day)


def test_a_named_hour_is_kept_and_a_day_runs_to_its_end() -> None:
    hour, day = resolve("trước 17h00 ngày 25/9/2026", BASE), resolve("trước ngày 25/9/2026", BASE)
    assert hour is not None
    assert day is not None
    assert hour.at == datetime(2026, 9, 25, 17, 0, tzinfo=VIETNAM)
    assert day.at == datetime(2026, 9, 25, 23, 59, 59, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "words",
    [
        "theo Nghị quyết số 57-NQ/TW ngày 22/12/2024",
        "chương trình giai đoạn 2026 - 2030",
        "kế hoạch vốn năm 2025",
        "số liệu tính đến hết ngày 31/3/2025",
        "các nhiệm vụ được giao trong năm 2025",
        "đã hoàn thành trước ngày 01/3/2025",
        "rà soát hồ sơ",
    ],
)
def test_a_date_of_something_else_is_no_deadline(words: str) -> None:
    assert resolve(words, BASE) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("báo cáo tại Kỳ họp thứ 9", "due.meeting"),
        ("báo cáo tại phiên họp tháng 4", "due.meeting"),
        ("báo cáo tại cuộc họp giao ban tiếp theo", "due.meeting"),
        ("trong vòng 10 ngày kể từ ngày nhận đủ hồ sơ", "due.unknown-start"),
        ("trước ngày 31/11/2025", "due.no-such-day"),
        ("chậm nhất ngày 15/11/25", "due.unread"),
    ],
)
def test_a_deadline_without_a_day_is_left_to_a_person(words: str, code: str) -> None:
    due = resolve(words, BASE)
    assert due is not None
    assert (due.day, due.doubts) == (None, (code,))


def test_without_any_base_a_year_is_not_guessed() -> None:
    due = resolve("trước ngày 30/6", None)
    assert due is not None
    assert (due.day, due.doubts) == (None, ("due.no-year",))


def test_working_days_leave_out_weekends_and_holidays() -> None:
    due = resolve("trong vòng 5 ngày làm việc kể từ ngày 29/4/2025", BASE)
    assert due is not None
    assert due.day == date(2025, 5, 9)


def test_days_count_from_the_notice_where_it_says_so() -> None:
    due = resolve("trong vòng 10 ngày kể từ ngày ban hành Thông báo này", BASE)
    assert due is not None
    assert due.day == date(2025, 4, 19)


def test_the_last_of_several_milestones_counts_and_is_questioned() -> None:
    due = resolve("trình trước ngày 01/5/2025, ban hành trước ngày 01/7/2025", BASE)
    assert due is not None
    assert (due.day, due.doubts) == (date(2025, 7, 1), ("due.several",))


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("định kỳ hằng tuần báo cáo", "weekly"),
        ("báo cáo trước 16h thứ Sáu hằng tuần", "weekly"),
        ("hàng tháng tổng hợp", "monthly"),
        ("định kỳ hằng quý báo cáo", "quarterly"),
        ("định kỳ 6 tháng báo cáo", "half-yearly"),
        ("hằng ngày cập nhật", "daily"),
        ("rà soát; nhiệm vụ thường xuyên", "continuous"),
        ("thường xuyên theo dõi", "continuous"),
        ("bố trí ngân sách hằng năm", None),
        ("nguồn chi thường xuyên", None),
    ],
)
def test_repetition_is_read_and_false_friends_are_not(words: str, period: str | None) -> None:
    assert recurrence(words).period == period
