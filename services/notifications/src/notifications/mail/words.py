"""What mails say to people, in Vietnamese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from notifications.domain import Facts, Occasion
from tiendo_runtime.clock import VIETNAM, late_from

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase in both languages."""

    vi: str
    en: str

    def say(self, language: Language, **facts: object) -> str:
        """The phrase with its facts filled in."""
        return (self.vi if language == "vi" else self.en).format(**facts)


@dataclass(frozen=True, slots=True)
class Spoken:
    """How an occasion is spoken of: as a number of things, and above one entry."""

    one: Phrase
    many: Phrase
    head: Phrase


SPOKEN: Mapping[Occasion, Spoken] = {
    Occasion.OVERDUE: Spoken(
        Phrase("1 nhiệm vụ quá hạn", "1 assignment overdue"),
        Phrase("{count} nhiệm vụ quá hạn", "{count} assignments overdue"),
        Phrase("Quá hạn", "Overdue"),
    ),
    Occasion.DUE_SOON: Spoken(
        Phrase("1 nhiệm vụ sắp đến hạn", "1 assignment due soon"),
        Phrase("{count} nhiệm vụ sắp đến hạn", "{count} assignments due soon"),
        Phrase("Sắp đến hạn", "Due soon"),
    ),
    Occasion.RETURNED: Spoken(
        Phrase("1 báo cáo bị trả lại", "1 report returned"),
        Phrase("{count} báo cáo bị trả lại", "{count} reports returned"),
        Phrase("Báo cáo bị trả lại", "Report returned"),
    ),
    Occasion.REFUSED: Spoken(
        Phrase("1 nhiệm vụ chưa được xác nhận hoàn thành", "1 completion not confirmed"),
        Phrase(
            "{count} nhiệm vụ chưa được xác nhận hoàn thành", "{count} completions not confirmed"
        ),
        Phrase("Chưa được xác nhận hoàn thành", "Completion not confirmed"),
    ),
    Occasion.EXTENSION_DECIDED: Spoken(
        Phrase("1 đề nghị gia hạn đã có quyết định", "1 extension decided"),
        Phrase("{count} đề nghị gia hạn đã có quyết định", "{count} extensions decided"),
        Phrase("Quyết định về gia hạn", "Extension decided"),
    ),
    Occasion.ASSIGNED: Spoken(
        Phrase("1 nhiệm vụ mới được giao", "1 new assignment"),
        Phrase("{count} nhiệm vụ mới được giao", "{count} new assignments"),
        Phrase("Mới được giao", "New assignment"),
    ),
}
"""In the order in which a mail tells of them: what is late comes first."""

GREETING = Phrase("Kính gửi {name},", "To {name},")
FOOT = Phrase(
    "Thư tự động của hệ thống Tiến Độ, xin không trả lời thư này.",
    "Sent by Tiến Độ; please do not reply.",
)
OPEN = Phrase("Xem và báo cáo", "Open")
NOTICE = Phrase("Thông báo {number}, mục {item}", "notice {number}, item {item}")
UNIT = Phrase("Đơn vị: {name}", "Unit: {name}")
PERIOD = Phrase("Kỳ báo cáo: {period}", "Period: {period}")
REASON = Phrase("Lý do: {reason}", "Reason: {reason}")
DUE = Phrase("Thời hạn: {due}", "Deadline: {due}")
NEW_DUE = Phrase("Đồng ý gia hạn, thời hạn mới: {due}", "Granted, new deadline: {due}")
DUE_STAYS = Phrase("Không gia hạn, giữ nguyên thời hạn", "Refused, the deadline stays")
NO_DUE = Phrase("không ghi thời hạn", "none")


def due(facts: Facts, language: Language) -> str:
    """The deadline for people: a day in Vietnam, with the hour where it is not the day's end."""
    if facts.due_on is None:
        return NO_DUE.say(language)
    hour = _hour(facts.due_on, facts.late_from)
    if language == "vi":
        return f"{hour + ' ' if hour else ''}ngày {facts.due_on:%d/%m/%Y}"
    return f"{facts.due_on.day} {facts.due_on:%B %Y}{', ' + hour if hour else ''}"


def _hour(day: date, late: datetime | None) -> str:
    if late is None or late == late_from(day):
        return ""
    return f"{late.astimezone(VIETNAM):%H:%M}"
