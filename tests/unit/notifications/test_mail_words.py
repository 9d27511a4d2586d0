"""How a digest reads."""

import email
import email.policy
from collections.abc import Sequence
from datetime import UTC, date, datetime
from email.message import EmailMessage
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.domain import Facts, Occasion
from notifications.mail.composing import Entry, Letter, compose, subject
from notifications.mail.words import SPOKEN, Language, due
from tiendo_runtime.clock import late_from

MAIL = UUID("019ae000-0000-7000-8000-000000000009")
DAY = date(2026, 12, 15)
FACTS = Facts(due_on=DAY, late_from=late_from(DAY))


def entry(occasion: Occasion = Occasion.ASSIGNED, number: int = 1, **more: object) -> Entry:
    given: dict[str, object] = {
        "notification_id": uuid5(MAIL, str(number)),
        "occasion": occasion,
        "facts": FACTS,
        "link": f"https://board.example/nhiem-vu/{number}",
        "notice_number": "47-TB/BCĐ",
        "item_path": f"II.{number}",
        "text": "Hoàn thành nền tảng dữ liệu dùng chung",
    }
    return Entry(**(given | more))  # pyright: ignore[reportArgumentType] - fields by name


def letter(*entries: Entry, name: str = "Văn thư Sở KH&CN") -> Letter:
    written_at = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    sender, recipient = "tien-do@mail.example", "vanthu@khcn.example"
    return Letter(MAIL, sender, recipient, name, written_at, entries)


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))  # pyright: ignore[reportArgumentType] - plain or html
    assert part is not None
    return part.get_content()


def test_the_subject_counts_what_is_told():
    assert subject([entry(number=n) for n in range(3)]) == "[Tiến Độ] 3 nhiệm vụ mới được giao"


def test_the_subject_says_first_what_is_late():
    entries = [entry(), entry(Occasion.OVERDUE, 2), entry(Occasion.OVERDUE, 3)]
    assert subject(entries) == "[Tiến Độ] 2 nhiệm vụ quá hạn, 1 nhiệm vụ mới được giao"


@pytest.mark.parametrize("count", [1, 2, 40])
@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_subject_arrives_as_it_was_written(occasion: Occasion, count: int):
    entries = [entry(occasion, number) for number in range(count)]
    assert parsed(compose(letter(*entries)))["Subject"] == subject(entries)


@given(st.lists(st.sampled_from(list(Occasion)), min_size=1, max_size=6))
def test_a_subject_of_several_occasions_arrives_as_it_was_written(occasions: list[Occasion]):
    entries = [entry(occasion, number) for number, occasion in enumerate(occasions)]
    content = compose(letter(*entries))
    assert parsed(content)["Subject"] == subject(entries)
    assert max(map(len, content.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78


def test_the_mail_names_itself_and_its_sender():
    message = parsed(compose(letter(entry())))
    assert message["Message-ID"] == f"<{MAIL}@mail.example>"
    assert message["From"] == "Tiến Độ <tien-do@mail.example>"
    assert message["To"] == "vanthu@khcn.example"
    assert message["Auto-Submitted"] == "auto-generated"


def test_an_entry_tells_the_words_the_notice_the_deadline_and_where_to_look():
    text = body(parsed(compose(letter(entry()))), "plain")
    assert text.startswith("Kính gửi Văn thư Sở KH&CN,")
    for part in (
        "Thông báo 47-TB/BCĐ, mục II.1",
        "Hoàn thành nền tảng dữ liệu dùng chung",
        "Thời hạn: ngày 15/12/2026",
        "https://board.example/nhiem-vu/1",
    ):
        assert part in text


def test_english_stands_below_vietnamese():
    text = body(parsed(compose(letter(entry()))), "plain")
    assert text.index("Thời hạn: ngày 15/12/2026") < text.index("Deadline: 15 December 2026")


@pytest.mark.parametrize(
    ("facts", "language", "words"),
    [
        (FACTS, "vi", "ngày 15/12/2026"),
        (Facts(DAY, datetime(2026, 12, 15, 10, tzinfo=UTC)), "vi", "17:00 ngày 15/12/2026"),
        (Facts(DAY, datetime(2026, 12, 15, 10, tzinfo=UTC)), "en", "15 December 2026, 17:00"),
        (Facts(), "vi", "không ghi thời hạn"),
    ],
)
def test_a_deadline_is_a_day_in_vietnam_with_its_hour_where_it_has_one(
    facts: Facts, language: Language, words: str
):
    assert due(facts, language) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts(DAY, granted=True, reason="Lụt"), "Đồng ý gia hạn, thời hạn mới: ngày 15/12/2026"),
        (Facts(granted=False, reason="Đã gia hạn"), "Không gia hạn, giữ nguyên thời hạn"),
    ],
)
def test_an_extension_tells_what_was_decided_and_why(facts: Facts, words: str):
    text = body(parsed(compose(letter(entry(Occasion.EXTENSION_DECIDED, facts=facts)))), "plain")
    assert words in text
    assert f"Lý do: {facts.reason}" in text


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2026-W50", "tuần 50 năm 2026"),
        ("2026-W05", "tuần 5 năm 2026"),
        ("2026-07", "tháng 7/2026"),
    ],
)
def test_a_returned_report_tells_its_period_and_why(period: str, words: str):
    facts = Facts(period=period, reason="Thiếu biên bản")
    returned = entry(Occasion.RETURNED, facts=facts, notice_number="", text="")
    text = body(parsed(compose(letter(returned))), "plain")
    assert f"Kỳ báo cáo: {words}" in text
    assert "Lý do: Thiếu biên bản" in text


def test_markup_in_a_notice_stays_text():
    html = body(parsed(compose(letter(entry(text="<script>alert(1)</script>")))), "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_long_words_are_cut_between_words():
    text = body(parsed(compose(letter(entry(text="nhiệm vụ " * 1000)))), "plain")
    line = next(line for line in text.splitlines() if "nhiệm vụ nhiệm vụ" in line)
    assert len(line) < 620
    assert line.endswith(("nhiệm …", "vụ …"))


NASTY = "Sở\r\nBcc: kẻ khác <x@y>\r\n\r\nhết"


def test_what_people_wrote_never_reaches_the_headers():
    nasty = entry(text=NASTY, notice_number=NASTY, unit=NASTY, facts=Facts(reason=NASTY))
    message = parsed(compose(letter(nasty, name=NASTY)))
    assert message["Bcc"] is None
    assert sorted(set(message.keys())) == [
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]


def counted(entries: Sequence[Entry]) -> int:
    return body(parsed(compose(letter(*entries))), "plain").count("https://board.example/")


@settings(max_examples=30)
@given(
    occasions=st.lists(st.sampled_from(list(SPOKEN)), min_size=1, max_size=8),
    words=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80),
)
def test_every_entry_is_told_in_both_languages(occasions: list[Occasion], words: str):
    entries = [entry(occasion, n, text=words) for n, occasion in enumerate(occasions)]
    assert counted(entries) == 2 * len(entries)


def test_every_occasion_has_its_words():
    assert set(SPOKEN) == set(Occasion)


def test_who_is_asked_to_help_reads_by_whom_for_what_and_what_to_do():
    facts = Facts(reason="Cung cấp dữ liệu dân cư")
    asked = entry(Occasion.HELP_ASKED, facts=facts, lead="Sở KH&CN")
    text = body(parsed(compose(letter(asked))), "plain")
    for part in (
        "Được đề nghị phối hợp",
        "Đơn vị chủ trì: Sở KH&CN",
        "Phần việc: Cung cấp dữ liệu dân cư",
        "xác nhận nhận hoặc không nhận",
        "Part: Cung cấp dữ liệu dân cư",
        "the unit has no part before it confirms",
    ):
        assert part in text
