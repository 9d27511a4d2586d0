"""Acts one to three: a meeting is held, its notice is read, looked at and signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from tiendo_local.console import say
from tiendo_local.demo.cast import Actor, Unit
from tiendo_local.demo.stage import Stage
from tiendo_local.errors import LocalError
from tiendo_notices import NoticeError, Reading, read
from tiendo_notices.samples import sample
from tiendo_runtime.clock import VIETNAM, SystemClock

_COMMITTEES = (("HVCTQG", "HV-BCD57"), ("VPCP", "BCDCP"), ("", "BCDTW"))
"""Whose notice it is, by what stands in its number."""


@dataclass(frozen=True)
class Signed:
    """A notice that was signed, as the meetings service tells it."""

    id: str
    number: str
    committee: Unit
    secretary: Actor
    items: Sequence[Mapping[str, Any]]

    @property
    def assigned(self) -> list[Mapping[str, Any]]:
        """The items that oblige somebody."""
        return [item for item in self.items if item["decision"]["kind"] == "assignment"]

    @property
    def unclear(self) -> list[tuple[str, str]]:
        """Path and reason of the items that a person set aside."""
        return [
            (item["path"], item["decision"]["reason"])
            for item in self.items
            if item["decision"]["kind"] == "set_aside"
        ]


def _ministries(stage: Stage) -> list[str]:
    return [u.id for u in stage.units.values() if u.name.startswith("Bộ ")]


def _provinces(stage: Stage) -> list[str]:
    return [unit.id for unit in stage.units.values() if unit.level == "provincial"]


def _corrections(stage: Stage) -> dict[str, dict[str, Any]]:
    """What the secretariat decides on items of the sample that the reading left open."""
    localities = _provinces(stage)
    first, *others = [*_ministries(stage), *localities]
    return {
        "II.5": {"lead_unit_id": stage.unit("15").id, "deadline": {"due_on": "2027-03-31"}},
        "II.7": {
            "lead_unit_id": first,
            "other_lead_ids": others,
            "deadline": {"due_on": "2026-11-25"},
        },
        "II.10": {"lead_unit_id": stage.unit("BTCTW").id, "deadline": {"due_on": "2026-11-18"}},
        "III.4": {
            "lead_unit_id": localities[0],
            "other_lead_ids": localities[1:],
            "deadline": {"due_on": "2027-06-30"},
        },
    }


def text_of(path: Path | None) -> str:
    """The text to play: a file, or the project's own sample.

    Raises:
        LocalError: The file cannot be read as UTF-8 text.
    """
    if path is None:
        return sample("party")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LocalError(
            f"Không đọc được văn bản {path}: {error}",
            f"The notice {path} cannot be read: {error}",
        ) from error


def reading_of(text: str) -> Reading:
    """The reading, which tells whose notice it is and when they met.

    Raises:
        LocalError: It is no notice.
    """
    try:
        return read(text)
    except NoticeError as error:
        raise LocalError("Văn bản không phải thông báo kết luận.", str(error)) from error


def committee_of(stage: Stage, number: str | None) -> Unit:
    """The committee whose notice it is."""
    return stage.unit(next(code for mark, code in _COMMITTEES if mark in (number or "")))


def conclude(stage: Stage, text: str) -> Signed:
    """Hold the meeting, take the notice in, look at every item, sign.

    In the project's own sample the secretariat also decides on items that the reading left open; in
    any other text they are set aside with the reading's reasons.
    """
    reading = reading_of(text)
    committee = committee_of(stage, reading.number or _mark(text))
    secretary = stage.cast.of("secretariat", committee, "Phạm Thị Thư Ký")
    met_on = _met_on(reading)
    meeting = _hold_meeting(stage, secretary, committee, met_on)
    body = {"committee_id": committee.id, "meeting_id": meeting, "text": text}
    notice = secretary.do("meetings", "/v1/notices", body)["id"]
    _complete_header(secretary, notice, met_on)
    _look_at_items(secretary, notice, _corrections(stage) if text == text_of(None) else {})
    _answer_doubts(secretary, notice)
    signer = {"name": "Trần Văn Chủ Trì", "office": "Phó Trưởng Ban Thường trực"}
    place = f"/v1/notices/{notice}"
    secretary.do("meetings", f"{place}/signature", {"signed_by": signer}, changing=place)
    signed = secretary.read("meetings", place)
    say(f"Đã ký thông báo {signed['number']}", "signed")
    return Signed(notice, signed["number"], committee, secretary, signed["items"])


def _mark(text: str) -> str:
    return "HVCTQG" if "HVCTQG" in text else ""


def _met_on(reading: Reading) -> date:
    """The day of the meeting; a notice that tells none was of yesterday."""
    today = SystemClock().now().astimezone(VIETNAM).date()
    told = reading.meeting_on or reading.issued_on
    return min(told, today) if told else today


def _hold_meeting(stage: Stage, secretary: Actor, committee: Unit, day: date) -> str:
    start = min(datetime.combine(day, time(0, 5), VIETNAM), SystemClock().now()).astimezone(UTC)
    bridge_points = ["Học viện Chính trị quốc gia Hồ Chí Minh", "UBND tỉnh Lào Cai"]
    new = {
        "committee_id": committee.id,
        "title": "Phiên họp của Ban Chỉ đạo",
        "series": "Phiên họp hằng tháng",
        "starts_at": start.isoformat(),
        "place": "Hà Nội",
        "bridge_points": bridge_points,
    }
    meeting = secretary.do("meetings", "/v1/meetings", new)["id"]
    document = secretary.do("meetings", "/v1/documents", _progress_paper(committee))
    held = {
        "occurred_at": start.isoformat(),
        "chair": {"name": "Trần Văn Chủ Trì", "office": "Phó Trưởng Ban Thường trực"},
        "attendance": [
            {"name": "Lê Thị Bình", "office": "Thứ trưởng", "unit_id": stage.unit("BKHCN").id},
            {"name": "Hoàng Văn Cường", "office": "Phó Chủ tịch", "present": False,
             "unit_id": stage.unit("15").id, "bridge_point": bridge_points[1]},
        ],
        "documents": [document["sha256"]],
    }  # fmt: skip
    place = f"/v1/meetings/{meeting}"
    secretary.do("meetings", f"{place}/record", held, changing=place)
    say(f"Đã họp: {committee.name}", "the meeting was held")
    return meeting


def _progress_paper(committee: Unit) -> dict[str, str]:
    return {
        "committee_id": committee.id,
        "title": "Báo cáo tiến độ trình phiên họp",
        "media_type": "text/plain",
        "text": "Tài liệu minh họa của buổi diễn: tiến độ các nhiệm vụ đến trước phiên họp.",
    }


def _complete_header(secretary: Actor, notice: str, met_on: date) -> None:
    """Fill in what a draft still lacks: its number and its day."""
    place = f"/v1/notices/{notice}"
    missing = secretary.read("meetings", place)["missing"]
    given = {"number": "01-TB/BCĐ", "issued_on": met_on.isoformat(), "title": "Thông báo kết luận"}
    lacking = {name: given[name] for name in missing if name in given}
    if lacking:
        say(f"Bổ sung vào dự thảo: {', '.join(lacking)}", "completing the draft's head")
        secretary.do("meetings", f"{place}/header", lacking, changing=place)


def _look_at_items(
    secretary: Actor, notice: str, corrections: Mapping[str, Mapping[str, Any]]
) -> None:
    """Confirm what is clear; decide on the rest, or set it aside with the reading's reasons."""
    place = f"/v1/notices/{notice}"
    items = secretary.read("meetings", place)["items"]
    clear = [item["path"] for item in items if item["clear"]]
    open_ones = [item for item in items if not item["clear"]]
    decided = [_decision(item, corrections.get(item["path"])) for item in open_ones]
    body = {"confirm": clear, "items": decided}
    secretary.do("meetings", f"{place}/reviews", body, changing=place)
    by_hand = sum(one["kind"] == "assignment" for one in decided)
    aside = len(decided) - by_hand
    say(
        f"{len(items)} mục: {len(clear)} rõ, {by_hand} do người sửa, {aside} gác lại",
        "items: clear, corrected by a person, set aside",
    )


def _answer_doubts(secretary: Actor, notice: str) -> None:
    """Say of the doubts that no decision answered that it is right as it was read."""
    place = f"/v1/notices/{notice}"
    told = secretary.read("meetings", place)
    parts = [("", told["doubts"]), *((item["path"], item["doubts"]) for item in told["items"])]
    doubts = [
        {"path": path, **{name: doubt[name] for name in ("field", "code", "name")}}
        for path, found in parts
        for doubt in found
        if doubt["answer"] is None
    ]
    if doubts:
        secretary.do("meetings", f"{place}/confirmations", {"doubts": doubts}, changing=place)
        say(f"{len(doubts)} điểm nghi vấn: đúng như đọc", "doubts: right as they were read")


def _decision(item: Mapping[str, Any], correction: Mapping[str, Any] | None) -> dict[str, Any]:
    if correction is not None:
        return {"path": item["path"], "kind": "assignment", **correction}
    reason = " ".join(doubt["vi"] for doubt in item["doubts"])[:1000] or "Chưa rõ"
    return {"path": item["path"], "kind": "set_aside", "reason": reason}
