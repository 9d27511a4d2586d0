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


UNIT = Phrase("Đơn vị: {name}", "Unit: {name}")
LEAD = Phrase("Đơn vị chủ trì: {name}", "Lead unit: {name}")
PERIOD = Phrase("Kỳ báo cáo: {period}", "Period: {period}")
REASON = Phrase("Lý do: {words}", "Reason: {words}")
PART = Phrase("Phần việc: {words}", "Part: {words}")
COMMENT = Phrase("Ý kiến: {words}", "Comment: {words}")
DUE = Phrase("Thời hạn: {due}", "Deadline: {due}")
NEW_DUE = Phrase("Đồng ý gia hạn, thời hạn mới: {due}", "Granted, new deadline: {due}")
WISHED_DUE = Phrase("Thời hạn đề nghị: {due}", "Deadline asked for: {due}")
REPORT_DUE = Phrase("Hạn nộp: {due}", "Due: {due}")
LATE_DUE = Phrase("Được nộp đến: {due}", "Taken until: {due}")
DUE_STAYS = Phrase("Không gia hạn, giữ nguyên thời hạn", "Refused, the deadline stays")
NO_DUE = Phrase("không ghi thời hạn", "none")


@dataclass(frozen=True, slots=True)
class Spoken:
    """How an occasion is spoken of: as a number of things, and in one entry.

    `due` is how its deadline is told, `refused` takes its place where something was not granted,
    `said` is how somebody's words are told, `act` what is expected of who reads it.
    """

    one: Phrase
    many: Phrase
    head: Phrase
    due: Phrase | None = None
    refused: Phrase | None = None
    said: Phrase = REASON
    act: Phrase | None = None


SPOKEN: Mapping[Occasion, Spoken] = {
    Occasion.OVERDUE: Spoken(
        Phrase("1 nhiệm vụ quá hạn", "1 assignment overdue"),
        Phrase("{count} nhiệm vụ quá hạn", "{count} assignments overdue"),
        Phrase("Quá hạn", "Overdue"),
        due=DUE,
    ),
    Occasion.DUE_SOON: Spoken(
        Phrase("1 nhiệm vụ sắp đến hạn", "1 assignment due soon"),
        Phrase("{count} nhiệm vụ sắp đến hạn", "{count} assignments due soon"),
        Phrase("Sắp đến hạn", "Due soon"),
        due=DUE,
    ),
    Occasion.REPORT_DUE_SOON: Spoken(
        Phrase("1 báo cáo sắp đến hạn nộp", "1 report due soon"),
        Phrase("{count} báo cáo sắp đến hạn nộp", "{count} reports due soon"),
        Phrase("Báo cáo sắp đến hạn nộp", "Report due soon"),
        due=REPORT_DUE,
        act=Phrase(
            "Đề nghị đơn vị nộp báo cáo trước thời hạn; nếu vừa nộp, xin bỏ qua thư này",
            "Please hand it in before then; if you just did, there is nothing more to do",
        ),
    ),
    Occasion.LEADERLESS: Spoken(
        Phrase(
            "1 đơn vị đã kết thúc hoạt động còn việc chờ phân công",
            "1 unit ended with work that waits",
        ),
        Phrase(
            "{count} đơn vị đã kết thúc hoạt động còn việc chờ phân công",
            "{count} units ended with work that waits",
        ),
        Phrase("Đơn vị đã kết thúc hoạt động", "A unit that has ended"),
        act=Phrase(
            "Việc chưa xong của đơn vị này đang chờ lãnh đạo giao cho đơn vị kế thừa",
            "Its open work waits for a leader to hand it to who follows",
        ),
    ),
    Occasion.CONTESTED: Spoken(
        Phrase("1 ý kiến không nhận nhiệm vụ", "1 assignment contested"),
        Phrase("{count} ý kiến không nhận nhiệm vụ", "{count} assignments contested"),
        Phrase("Đơn vị có ý kiến không nhận nhiệm vụ", "Contested by the unit"),
        act=Phrase(
            "Đề nghị Ban thư ký trả lời; thời hạn vẫn tính",
            "The secretariat has to answer; the deadline runs on",
        ),
    ),
    Occasion.EXTENSION_ASKED: Spoken(
        Phrase("1 đề nghị gia hạn", "1 extension asked for"),
        Phrase("{count} đề nghị gia hạn", "{count} extensions asked for"),
        Phrase("Đề nghị gia hạn", "Extension asked for"),
        due=WISHED_DUE,
        act=Phrase("Chờ lãnh đạo Ban Chỉ đạo quyết định", "A leader of the committee decides"),
    ),
    Occasion.RETURNED: Spoken(
        Phrase("1 báo cáo bị trả lại", "1 report returned"),
        Phrase("{count} báo cáo bị trả lại", "{count} reports returned"),
        Phrase("Báo cáo bị trả lại", "Report returned"),
    ),
    Occasion.COMMENTED: Spoken(
        Phrase("1 ý kiến về báo cáo", "1 comment on a report"),
        Phrase("{count} ý kiến về báo cáo", "{count} comments on reports"),
        Phrase("Cấp trên có ý kiến về báo cáo", "Comment from above on the report"),
        said=COMMENT,
    ),
    Occasion.REFUSED: Spoken(
        Phrase("1 nhiệm vụ chưa được xác nhận hoàn thành", "1 completion not confirmed"),
        Phrase(
            "{count} nhiệm vụ chưa được xác nhận hoàn thành", "{count} completions not confirmed"
        ),
        Phrase("Chưa được xác nhận hoàn thành", "Completion not confirmed"),
    ),
    Occasion.CONTEST_REJECTED: Spoken(
        Phrase("1 ý kiến không nhận không được chấp thuận", "1 contest not agreed with"),
        Phrase(
            "{count} ý kiến không nhận không được chấp thuận", "{count} contests not agreed with"
        ),
        Phrase("Ý kiến không nhận không được chấp thuận", "Contest not agreed with"),
        act=Phrase(
            "Đơn vị vẫn phải thực hiện nhiệm vụ; thời hạn không đổi",
            "The unit still has to do it; the deadline stays",
        ),
    ),
    Occasion.CONTEST_UPHELD: Spoken(
        Phrase("1 ý kiến không nhận được chấp thuận", "1 contest agreed with"),
        Phrase("{count} ý kiến không nhận được chấp thuận", "{count} contests agreed with"),
        Phrase(
            "Ý kiến không nhận được chấp thuận, nhiệm vụ được hủy",
            "Contest agreed with, the assignment is called off",
        ),
    ),
    Occasion.EXTENSION_DECIDED: Spoken(
        Phrase("1 đề nghị gia hạn đã có quyết định", "1 extension decided"),
        Phrase("{count} đề nghị gia hạn đã có quyết định", "{count} extensions decided"),
        Phrase("Quyết định về gia hạn", "Extension decided"),
        due=NEW_DUE,
        refused=DUE_STAYS,
    ),
    Occasion.DEADLINE_RESOLVED: Spoken(
        Phrase("1 thời hạn theo lịch họp", "1 deadline by the calendar of meetings"),
        Phrase("{count} thời hạn theo lịch họp", "{count} deadlines by the calendar of meetings"),
        Phrase("Thời hạn theo lịch họp", "Deadline by the calendar of meetings"),
        due=DUE,
    ),
    Occasion.ASSIGNED: Spoken(
        Phrase("1 nhiệm vụ mới được giao", "1 new assignment"),
        Phrase("{count} nhiệm vụ mới được giao", "{count} new assignments"),
        Phrase("Mới được giao", "New assignment"),
        due=DUE,
    ),
    Occasion.HELP_ASKED: Spoken(
        Phrase("1 đề nghị phối hợp", "1 request to take part"),
        Phrase("{count} đề nghị phối hợp", "{count} requests to take part"),
        Phrase("Được đề nghị phối hợp", "Asked to take part"),
        said=PART,
        act=Phrase(
            "Đề nghị đơn vị xác nhận nhận hoặc không nhận phần việc; chỉ tính khi đơn vị đã nhận",
            "Please confirm or decline; the unit has no part before it confirms",
        ),
    ),
    Occasion.HELP_DECLINED: Spoken(
        Phrase("1 đề nghị phối hợp không được nhận", "1 part declined"),
        Phrase("{count} đề nghị phối hợp không được nhận", "{count} parts declined"),
        Phrase("Một đơn vị không nhận phối hợp", "A unit does not take its part"),
    ),
    Occasion.LATE_ALLOWED: Spoken(
        Phrase("1 báo cáo được nộp muộn", "1 late report allowed"),
        Phrase("{count} báo cáo được nộp muộn", "{count} late reports allowed"),
        Phrase("Được phép nộp báo cáo muộn", "Late report allowed"),
        due=LATE_DUE,
    ),
    Occasion.EXCUSED: Spoken(
        Phrase("1 kỳ được miễn báo cáo", "1 report excused"),
        Phrase("{count} kỳ được miễn báo cáo", "{count} reports excused"),
        Phrase("Được miễn báo cáo", "Report excused"),
    ),
    Occasion.HANDED_OVER: Spoken(
        Phrase("1 nhiệm vụ được chuyển cho đơn vị khác", "1 assignment handed to another unit"),
        Phrase(
            "{count} nhiệm vụ được chuyển cho đơn vị khác",
            "{count} assignments handed to other units",
        ),
        Phrase("Được chuyển cho đơn vị khác chủ trì", "Handed to another unit"),
    ),
    Occasion.SPLIT: Spoken(
        Phrase("1 nhiệm vụ được tách thành nhiều phần", "1 assignment split"),
        Phrase("{count} nhiệm vụ được tách thành nhiều phần", "{count} assignments split"),
        Phrase("Được tách thành nhiều phần, mỗi phần giao riêng", "Split into parts"),
    ),
    Occasion.JOINED: Spoken(
        Phrase("1 nhiệm vụ được gộp vào nhiệm vụ khác", "1 assignment joined with others"),
        Phrase(
            "{count} nhiệm vụ được gộp vào nhiệm vụ khác", "{count} assignments joined with others"
        ),
        Phrase("Được gộp vào một nhiệm vụ khác", "Joined with others into one"),
    ),
    Occasion.SUPERSEDED: Spoken(
        Phrase("1 nhiệm vụ được thay thế", "1 assignment superseded"),
        Phrase("{count} nhiệm vụ được thay thế", "{count} assignments superseded"),
        Phrase("Được thay thế bằng nhiệm vụ khác", "Superseded by another assignment"),
    ),
    Occasion.CALLED_OFF: Spoken(
        Phrase("1 nhiệm vụ bị hủy", "1 assignment called off"),
        Phrase("{count} nhiệm vụ bị hủy", "{count} assignments called off"),
        Phrase("Đã hủy, không phải thực hiện nữa", "Called off: nothing more to do"),
    ),
}
"""In the order in which a mail tells of them: what is late comes first, what must be answered next,
what has ended last."""

GREETING = Phrase("Kính gửi {name},", "To {name},")
FOOT = Phrase(
    "Thư tự động của hệ thống Tiến Độ, xin không trả lời thư này.",
    "Sent by Tiến Độ; please do not reply.",
)
OPEN = Phrase("Xem và báo cáo", "Open")
NOTICE = Phrase("Thông báo {number}, mục {item}", "notice {number}, item {item}")


_WEEK = Phrase("tuần {number} năm {year}", "week {number} of {year}")
_MONTH = Phrase("tháng {number}/{year}", "{name} {year}")


def period(text: str, language: Language) -> str:
    """A period of reports for people: `2026-W47` is week 47, `2026-07` July."""
    year, _, part = text.partition("-")
    if part.startswith("W"):
        return _WEEK.say(language, number=int(part[1:]), year=year)
    name = f"{date(int(year), int(part), 1):%B}"
    return _MONTH.say(language, number=int(part), year=year, name=name)


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
