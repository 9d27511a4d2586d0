"""Events of what people were told (topic `tiendo.notifications.v1`)."""

from datetime import date
from typing import ClassVar, Literal

from tiendo_contracts.base import Contract, Day, Id, Instant, Text, UnitPath, doc

Occasion = Literal["assigned", "due_soon", "overdue", "returned", "extension_decided", "refused"]
"""Why somebody is told."""


class _NotificationEvent(Contract):
    TOPIC: ClassVar[str] = "tiendo.notifications.v1"
    KEY: ClassVar[str] = "notification_id"
    OWNER: ClassVar[str] = "notifications"
    SINCE: ClassVar[date] = date(2026, 11, 22)

    notification_id: Id = doc("Định danh thông tin", "the notification's id")
    occasion: Occasion = doc("Lý do thông tin", "why it is told")
    unit_id: Id = doc("Đơn vị nhận", "the unit that is told")
    unit_path: UnitPath = doc("Đường dẫn của đơn vị", "the unit's path")
    subject_id: Id = doc("Nhiệm vụ hoặc báo cáo", "the assignment or report it is about")


class NotificationRequested(_NotificationEvent):
    """Somebody must be told; sending follows, also after a crash."""

    TYPE: ClassVar[str] = "vn.tiendo.notifications.NotificationRequested.v1"
    VI: ClassVar[str] = "Phải thông tin cho một đơn vị; việc gửi diễn ra sau, kể cả sau sự cố."
    CONSUMERS: ClassVar[tuple[str, ...]] = ("notifications",)

    due_on: Day | None = doc("Thời hạn liên quan", "the deadline it speaks of, or none")


class NotificationSent(_NotificationEvent):
    """The mail server took the message over."""

    TYPE: ClassVar[str] = "vn.tiendo.notifications.NotificationSent.v1"
    VI: ClassVar[str] = "Máy chủ thư đã nhận thông tin."
    CONSUMERS: ClassVar[tuple[str, ...]] = ("notifications",)

    sent_at: Instant = doc("Thời điểm gửi (UTC)", "when, UTC")
    message_id: Text = doc("Message-ID", "Message-ID of the mail (RFC 5322)", max_length=300)


class NotificationFailed(_NotificationEvent):
    """The message could not be delivered, and will not be tried again."""

    TYPE: ClassVar[str] = "vn.tiendo.notifications.NotificationFailed.v1"
    VI: ClassVar[str] = "Thông tin không gửi được và sẽ không gửi lại."
    CONSUMERS: ClassVar[tuple[str, ...]] = ("notifications",)

    code: Literal["no_address", "rejected"] = doc("Mã lỗi", "what went wrong")
    detail: str = doc(
        "Chi tiết",
        "the mail server's answer without addresses: Kafka never forgets, so `@` is refused",
        pattern=r"^[^@\u0000]*$",
        max_length=1000,
    )


class _Telling(Contract):
    """On occasions that may grow in number, also to units that are known by their id alone."""

    TOPIC: ClassVar[str] = "tiendo.notifications.v1"
    KEY: ClassVar[str] = "notification_id"
    OWNER: ClassVar[str] = "notifications"
    SINCE: ClassVar[date] = date(2026, 11, 27)

    notification_id: Id = doc("Định danh thông tin", "the notification's id")
    occasion: str = doc(
        "Lý do thông tin, ví dụ help_asked, contested, called_off; có thể thêm",
        "why it is told: help_asked, contested, called_off for example; may grow",
        pattern="^[a-z]+(_[a-z]+)*$",
        max_length=40,
    )
    unit_id: Id = doc("Đơn vị nhận", "the unit that is told")
    unit_path: UnitPath | None = doc(
        "Đường dẫn của đơn vị, nếu việc xảy ra có ghi",
        "the unit's path; none where what happened named the unit alone",
    )
    subject_id: Id = doc(
        "Nhiệm vụ, báo cáo hoặc đơn vị", "the assignment, report or unit it is about"
    )


class TellingRequested(_Telling):
    """Somebody must be told on an occasion that NotificationRequested has no word for."""

    TYPE: ClassVar[str] = "vn.tiendo.notifications.TellingRequested.v1"
    VI: ClassVar[str] = (
        "Phải thông tin cho một đơn vị vì một lý do không có trong NotificationRequested."
    )
    CONSUMERS: ClassVar[tuple[str, ...]] = ("notifications",)

    due_on: Day | None = doc("Thời hạn liên quan", "the deadline it speaks of, or none")


class TellingSent(_Telling):
    """The mail server took it over, on an occasion that NotificationSent has no word for."""

    TYPE: ClassVar[str] = "vn.tiendo.notifications.TellingSent.v1"
    VI: ClassVar[str] = "Máy chủ thư đã nhận thông tin có lý do không có trong NotificationSent."
    CONSUMERS: ClassVar[tuple[str, ...]] = ("notifications",)

    sent_at: Instant = doc("Thời điểm gửi (UTC)", "when, UTC")
    message_id: Text = doc("Message-ID", "Message-ID of the mail (RFC 5322)", max_length=300)


class TellingFailed(_Telling):
    """It could not be told, for good, on an occasion that NotificationFailed has no word for."""

    TYPE: ClassVar[str] = "vn.tiendo.notifications.TellingFailed.v1"
    VI: ClassVar[str] = (
        "Thông tin có lý do không có trong NotificationFailed không gửi được và sẽ không gửi lại."
    )
    CONSUMERS: ClassVar[tuple[str, ...]] = ("notifications",)

    code: Literal["no_address", "rejected"] = doc("Mã lỗi", "what went wrong")
    detail: str = doc(
        "Chi tiết",
        "the mail server's answer without addresses: Kafka never forgets, so `@` is refused",
        pattern=r"^[^@\u0000]*$",
        max_length=1000,
    )
