"""Events of what is wrong with data (topic `tiendo.quality.v1`).

The four demands on data are those of the field: correct, complete, clean, live. A finding says how
many records a check met and how many failed it, never which persons they are of.
"""

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from tiendo_contracts.base import (
    Code,
    Contract,
    Id,
    Instant,
    Source,
    Text,
    doc,
    rule_broken,
)


class _FindingEvent(Contract):
    TOPIC: ClassVar[str] = "tiendo.quality.v1"
    KEY: ClassVar[str] = "finding_id"
    OWNER: ClassVar[str] = "ingest"
    SINCE: ClassVar[date] = date(2026, 11, 27)

    finding_id: Id = doc("Định danh phát hiện", "the finding's id")
    unit_id: Id = doc("Đơn vị có dữ liệu", "the unit whose data they are")


class FindingRaised(_FindingEvent):
    """A check of data failed for a unit."""

    TYPE: ClassVar[str] = "vn.tiendo.quality.FindingRaised.v1"
    VI: ClassVar[str] = "Một phép kiểm tra dữ liệu của một đơn vị không đạt."

    system: Source = doc("Hệ thống chứa dữ liệu", "the system that holds them, as its source")
    dataset: Code = doc("Tập dữ liệu, ví dụ diplomas", "the data set: diplomas for example")
    demand: Literal["correct", "complete", "clean", "live"] = doc(
        "Yêu cầu: đúng, đủ, sạch, sống", "which of the four demands is not met"
    )
    check: Code = doc("Mã phép kiểm tra", "the check that failed")
    checked: int = doc("Số bản ghi đã kiểm tra", "records checked", ge=1, le=2**53 - 1)
    failed: int = doc("Số bản ghi không đạt", "records that failed", ge=1, le=2**53 - 1)
    found_at: Instant = doc("Thời điểm kiểm tra (UTC)", "when it was checked, UTC")

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if self.failed > self.checked:
            raise rule_broken(
                "failed không lớn hơn checked", "no more records failed than were checked"
            )
        return self


class FindingResolved(_FindingEvent):
    """The same check passed later, or a person accepted that it need not."""

    TYPE: ClassVar[str] = "vn.tiendo.quality.FindingResolved.v1"
    VI: ClassVar[str] = "Phép kiểm tra đó sau này đạt, hoặc được chấp nhận là không cần đạt."

    outcome: Literal["passed", "accepted"] = doc(
        "Kết quả: đã đạt, được chấp nhận", "the check passed, or a person accepted the finding"
    )
    reason: Text = doc("Lý do", "why it was accepted, may be empty", max_length=2000)
    resolved_at: Instant = doc("Thời điểm (UTC)", "when, UTC")
