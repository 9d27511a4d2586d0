"""The invented committee, units, persons and deadlines that the examples share."""

from datetime import UTC, date, datetime
from uuid import UUID

from tiendo_contracts.base import Deadline, Document, Person

COMMITTEE = UUID("019a8c40-0000-7000-8000-000000000001")
SCIENCE = UUID("019a8c40-0000-7000-8000-000000000002")
FINANCE = UUID("019a8c40-0000-7000-8000-000000000003")
MEETING = UUID("019aa1f0-0000-7000-8000-000000000001")
EARLIER_MEETING = UUID("019a0312-0000-7000-8000-000000000001")
NOTICE = UUID("019aa655-0000-7000-8000-000000000001")
PLATFORM = UUID("c3a1f2f0-9f0d-5c55-8a7e-0b6a1c7f4d01")
TRAINING = UUID("c3a1f2f0-9f0d-5c55-8a7e-0b6a1c7f4d02")
TRAINING_NORTH = UUID("019ad3e0-0000-7000-8000-000000000001")
TRAINING_SOUTH = UUID("019ad3e0-0000-7000-8000-000000000002")
PLATFORM_REPORT = UUID("c3a1f2f0-9f0d-5c55-8a7e-0b6a1c7f4d03")
NEXT_MEETING = UUID("019aa1f0-0000-7000-8000-000000000003")
PLATFORM_JOINED = UUID("019ad3e0-0000-7000-8000-000000000003")
LATER_NOTICE = UUID("019ab1c2-0000-7000-8000-000000000001")
PORTAL = "https://dichvucong.binhson.example"
LOGINS = UUID("019ab1c2-0000-7000-8000-0000000000a1")
SAMPLE = UUID("019ac9b0-0000-7000-8000-0000000000d1")
WAVE = UUID("019ac9b0-0000-7000-8000-0000000000e1")
REPORT = UUID("019ac9b0-0000-7000-8000-000000000001")

COMMITTEE_PATH = f"/{COMMITTEE}/"
SCIENCE_PATH = f"/{COMMITTEE}/{SCIENCE}/"
FINANCE_PATH = f"/{COMMITTEE}/{FINANCE}/"

CHAIR = Person(name="Trần Thị Bích Hạnh", office="Phó Bí thư Tỉnh ủy, Trưởng Ban Chỉ đạo")
INSPECTOR = Person(name="Lê Quang Vinh", office="Chuyên viên Tổ Thường trực")
DIRECTOR = Person(name="Nguyễn Văn Thuận", office="Giám đốc Sở Khoa học và Công nghệ")
CHAIRWOMAN_OF_COMMUNE = Person(name="Phạm Thu Hà", office="Chủ tịch UBND xã Đồng Lúa")

NOTICE_NUMBER = "47-TB/BCĐ"
NOTICE_DAY = date(2026, 11, 21)

PLATFORM_TEXT = (
    "Sở Khoa học và Công nghệ chủ trì, phối hợp với Sở Tài chính hoàn thành nền tảng "
    "dữ liệu dùng chung của tỉnh trước ngày 15/12/2026."
)
PLATFORM_DUE = Deadline.on(date(2026, 12, 15), "trước ngày 15/12/2026")
PLATFORM_URL = "https://dulieu.binhson.example/nen-tang"
PLATFORM_CLAIMED_AT = datetime(2026, 12, 11, 2, 45, 12, 500_000, tzinfo=UTC)

TRAINING_TEXT = (
    "Giao Sở Tài chính hoàn thành tập huấn kỹ năng số cho cán bộ các xã, phường "
    "trước 17h00 ngày 18/12/2026."
)
TRAINING_DUE = Deadline(
    due_on=date(2026, 12, 18),
    late_from=datetime(2026, 12, 18, 10, tzinfo=UTC),
    words="trước 17h00 ngày 18/12/2026",
)
REPORT_TEXT = (
    "Giao Sở Khoa học và Công nghệ báo cáo kết quả kết nối dữ liệu tại phiên họp tháng 12."
)
REPORT_WORDS = "tại phiên họp tháng 12"
TRAINING_DUE_LATER = Deadline.on(date(2026, 12, 31), "trong tháng 12 năm 2026")


def document(digit_pair: str, title: str) -> Document:
    """A PDF file with a digest that is easy to tell apart."""
    return Document(sha256=digit_pair * 32, title=title, media_type="application/pdf", size=184_320)
