"""What an agenda opens with, on paper."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pdfplumber
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from monitoring.agenda import opening
from monitoring.views.assignments import State
from monitoring.views.carrying import Carried, CarryOver
from monitoring.views.stages import DONE, OFF, UNDONE
from tiendo_contracts.examples import story
from tiendo_notices.writing import Grid, Paper, Paragraph
from tiendo_notices.writing.files import MEDIA_TYPES, Kind, written
from tiendo_runtime.clock import late_from, local_day

AT = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)  # 08:30 in Vietnam
DAY = timedelta(days=1)
DUE = late_from(local_day(AT)) - 4 * DAY

LATE = Carried(
    assignment_id=story.TRAINING,
    notice_id=story.NOTICE,
    notice_number="47-TB/BCĐ",
    item_path="II.2",
    text="Tổ chức tập huấn\nkỹ năng số cho cán bộ cấp xã",
    lead_unit_id=story.FINANCE,
    lead_unit_name="Sở Nội vụ tỉnh Bình Sơn",
    state="overdue",
    stage="accepted",
    late_from=DUE,
    original_late_from=DUE - 15 * DAY,
    deadline_words="trước ngày 28/11/2026",
    claimed_at=None,
    percent=60,
    is_new=True,
)
CLAIMED = replace(
    LATE,
    item_path="II.1",
    text="Hoàn thành nền tảng dữ liệu dùng chung của tỉnh, kết nối với các cơ sở dữ liệu quốc gia",
    lead_unit_name="Sở Khoa học và Công nghệ",
    state="done_late",
    stage="claimed",
    claimed_at=DUE + DAY,
    original_late_from=DUE,
    is_new=False,
)
MEETING = CarryOver(
    meeting_id=story.MEETING,
    committee_id=story.COMMITTEE,
    committee_name="Ban Chỉ đạo phát triển khoa học, công nghệ tỉnh Bình Sơn",
    title="Phiên họp thứ tư của Ban Chỉ đạo",
    series="Phiên hằng tháng",
    place="Phòng họp số 1",
    form="party",
    starts_at=AT + DAY,
    as_of=AT,
    since=AT - 30 * DAY,
    items=[CLAIMED, LATE],
    more=False,
)


def words(paper: Paper) -> list[str]:
    return [part.printed for part in paper.body if isinstance(part, Paragraph)]


def rows(paper: Paper) -> list[tuple[str, ...]]:
    return [row for part in paper.body if isinstance(part, Grid) for row in part.rows[1:]]


def became(**changed: object) -> str:
    item = replace(LATE, **changed)  # pyright: ignore[reportArgumentType] - fields by name
    return rows(opening(replace(MEETING, items=[item])))[0][-1]


def test_it_opens_with_what_is_late_and_counts_what_follows():
    paper = opening(MEETING)
    assert paper.opening == (
        "Phiên họp lúc 08:30 ngày 02/12/2026, tại Phòng họp số 1 (Phiên hằng tháng).",
    )
    assert words(paper) == [
        "I- Việc thực hiện các kết luận trước",
        "Tính đến 08:30 ngày 01/12/2026: 2 nhiệm vụ. Phiên họp trước: 08:30 ngày 01/11/2026.",
        "1. Quá hạn (1)",
        "2. Đơn vị báo đã hoàn thành, chưa kiểm tra (1)",
    ]


def test_each_row_tells_the_words_whose_by_when_and_what_became_of_it():
    late, claimed = rows(opening(MEETING))
    assert late == (
        "1",
        "Tổ chức tập huấn kỹ năng số cho cán bộ cấp xã (Thông báo 47-TB/BCĐ, mục\u00a0II.2)",
        "Sở Nội vụ tỉnh Bình Sơn",
        "27/11/2026 (gốc: 12/11/2026)",
        "Đang thực hiện; quá hạn 3 ngày; báo cáo 60%; mới thay đổi",
    )
    assert claimed[-2:] == ("27/11/2026", "Chưa kiểm tra; đơn vị báo ngày 29/11/2026 (muộn)")


def test_a_deadline_within_a_day_has_its_hour():
    item = replace(LATE, late_from=datetime(2026, 11, 28, 9, tzinfo=UTC), original_late_from=None)
    assert rows(opening(replace(MEETING, items=[item])))[0][-2] == "16:00 ngày 28/11/2026"


@pytest.mark.parametrize(
    ("said", "told"), [("hằng tháng", "hằng tháng"), ("", "không ghi")], ids=["words", "none"]
)
def test_a_deadline_without_a_day_is_told_in_the_words_of_the_notice(said: str, told: str):
    item = replace(
        LATE, state="regular", late_from=None, original_late_from=None, deadline_words=said
    )
    paper = opening(replace(MEETING, items=[item]))
    assert words(paper)[-1] == "1. Thường xuyên, hoặc chưa có ngày (1)"
    assert rows(paper)[0][-2] == told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"late_from": AT - timedelta(hours=2)}, "quá hạn dưới một ngày"),
        ({"stage": "contested"}, "Đơn vị có ý kiến không nhận"),
        ({"stage": "cancelled", "state": "called_off"}, "Đã hủy"),
        (
            {"stage": "closed", "state": "done_on_time", "claimed_at": AT - DAY},
            "đơn vị báo ngày 30/11/2026",
        ),
    ],
)
def test_what_became_of_it_is_said_in_words(changed: dict[str, object], told: str):
    assert told in became(**changed)


def test_what_is_done_or_called_off_is_not_told_with_percent():
    for stage, state in (("verified", "done_on_time"), ("superseded", "called_off")):
        assert "%" not in became(stage=stage, state=state)


def test_a_first_meeting_opens_with_nothing_and_says_so():
    paper = opening(replace(MEETING, items=[], since=None))
    assert words(paper)[1:] == [
        "Tính đến 08:30 ngày 01/12/2026: không có việc nào từ các phiên họp trước."
    ]


def test_what_is_left_out_is_said():
    assert words(opening(replace(MEETING, more=True)))[1].endswith(
        "Còn việc khác, xem trên bảng theo dõi."
    )


def item(stage: str, state: State, number: int) -> Carried:
    return replace(LATE, assignment_id=UUID(int=number), stage=stage, state=state)


@given(
    st.lists(
        st.builds(
            item,
            st.sampled_from([*UNDONE, *DONE, *OFF]),
            st.sampled_from(["overdue", "within_time", "regular"]),
            st.integers(1, 9),
        )
    )
)
def test_every_item_is_told_once_whatever_its_stage(items: list[Carried]):
    assert len(rows(opening(replace(MEETING, items=items)))) == len(items)


@pytest.mark.parametrize("form", ["party", "state"])
@pytest.mark.parametrize("kind", list(MEDIA_TYPES))
def test_the_file_holds_every_row(kind: Kind, form: str):
    paper = opening(MEETING, form)  # pyright: ignore[reportArgumentType] - one of the two
    file = written(paper, kind)
    assert file == written(paper, kind)
    text = " ".join(_text(file, kind).split())
    for part in ("CHƯƠNG TRÌNH", "Phiên họp thứ tư", "Đến nay", "Sở Nội vụ", "quá hạn 3 ngày"):
        assert part in text
    assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in text) == (form == "party")


def _text(file: bytes, kind: Kind) -> str:
    if kind == "pdf":
        return "\n".join(page.extract_text() for page in pdfplumber.open(io.BytesIO(file)).pages)
    document = Document(io.BytesIO(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])
