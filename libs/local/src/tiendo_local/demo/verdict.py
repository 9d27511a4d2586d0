"""The board read back over HTTP, held against what was played."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import httpx

from tiendo_local.demo.cast import Actor
from tiendo_local.demo.fate import FIGURES, Fate, by_level, by_unit
from tiendo_local.demo.flow import until
from tiendo_local.demo.stage import Stage
from tiendo_local.demo.story import Told
from tiendo_local.errors import LocalError

_KINDS = {
    "AssignmentIssued": "issued",
    "ReportSubmitted": "reported",
    "ReportReturned": "report_returned",
    "CompletionReported": "claimed",
    "CompletionVerified": "verified",
    "CompletionRefused": "refused",
    "ExtensionRequested": "extension_requested",
    "ExtensionGranted": "extension_granted",
}


class Verdict:
    """Reads the board as a member of the committee sees it, and tells each difference."""

    def __init__(self, stage: Stage, told: Told) -> None:
        self._stage = stage
        self._told = told
        self._member: Actor = stage.cast.of("member", stage.unit("BCDTW"), "Đỗ Văn Thành Viên")
        self.board: dict[str, Any] = {}
        self.units: list[dict[str, Any]] = []

    def pass_(self) -> None:
        """Wait until the board shows exactly what was played.

        Raises:
            LocalError: It does not, with every difference.
        """
        differences: list[str] = []

        def agrees() -> bool:
            differences[:] = list(self._differences())
            return not differences

        try:
            until(agrees, "the board")
        except LocalError as late:
            told = "\n".join(f"  {line}" for line in differences)
            raise LocalError(
                f"Bảng không khớp với những gì đã diễn:\n{told}",
                "The board does not show what was played; see above.",
            ) from late

    def _differences(self) -> Iterator[str]:
        self.board = self._member.read("monitoring", "/v1/board")
        self.units = list(self._pages("/v1/board/units"))
        now = datetime.fromisoformat(self.board["as_of"])
        yield from self._figures(now)
        yield from self._sums()
        yield from self._reports()
        for fate in self._told.fates.values():
            yield from self._timeline(fate, now)
        yield from self._notifications()

    def _figures(self, now: datetime) -> Iterator[str]:
        fates = self._told.fates.values()
        levels = by_level(fates, now)
        for level in self.board["levels"]:
            yield from _unequal(level["level"], level, levels.get(level["level"], Counter()))
        units = by_unit(fates, now)
        for unit in self.units:
            yield from _unequal(unit["name"], unit["own"], units.pop(unit["unit_id"], Counter()))
        yield from (f"unit {unit}: not on the board" for unit in units)

    def _sums(self) -> Iterator[str]:
        """Counts add up from the lowest unit to the centre."""
        overall = self.board["overall"]
        for figure in FIGURES:
            total = sum(level[figure] for level in self.board["levels"])
            own = sum(unit["own"][figure] for unit in self.units)
            if not total == own == overall[figure]:
                yield f"{figure}: levels {total}, units {own}, overall {overall[figure]}"
        root = self._stage.unit("BCDTW").id
        for unit in self.units:
            if unit["unit_id"] == root:
                yield from _unequal("root", unit["below"], Counter(overall))

    def _reports(self) -> Iterator[str]:
        if not self._told.period:
            return
        rows = self._pages("/v1/reports", period=self._told.period)
        shown = {row["unit_id"]: row["timeliness"] for row in rows}
        if shown != self._told.reports:
            yield f"reports: played {self._told.reports}, shown {shown}"

    def _timeline(self, fate: Fate, now: datetime) -> Iterator[str]:
        entries = self._member.read("monitoring", f"/v1/assignments/{fate.id}/timeline")
        shown = Counter(entry["kind"] for entry in entries)
        passed = shown.pop("deadline_passed", 0)
        played = Counter(_KINDS[event] for event in fate.events)
        if shown != played:
            yield f"{fate.item_path}: timeline {dict(shown)}, played {dict(played)}"
        if fate.is_overdue(now) and not passed:
            yield f"{fate.item_path}: overdue, but its deadline's passing is not told"

    def _notifications(self) -> Iterator[str]:
        """Whoever got an assignment was told, once; each mail that is told as sent did arrive."""
        operator = self._stage.cast.operator()
        rows = list(self._pages("/v1/notifications", of="notifications", by=operator))
        if any(row["state"] == "requested" for row in rows):
            yield "notifications: some still wait"
        told = Counter(row["subject_id"] for row in rows if row["occasion"] == "assigned")
        if told != Counter(list(self._told.fates)):
            yield f"notifications: {len(told)} assignments told, {len(self._told.fates)} issued"
        received = httpx.get(f"{self._stage.platform.mail_url}/messages").json()["items"]
        arrived = Counter(message["message_id"] for message in received)
        sent = {row["message_id"] for row in rows if row["state"] == "sent"}
        if set(arrived) != sent:
            yield f"mail: {len(sent)} told as sent, {len(arrived)} arrived"
        self._told.mails = len(arrived)

    def _pages(
        self, path: str, *, of: str = "monitoring", by: Actor | None = None, **query: Any
    ) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            page = (by or self._member).read(of, path, limit=200, cursor=cursor, **query)
            yield from page["items"]
            if page["next"] is None:
                return
            cursor = page["next"]

    def document(self) -> dict[str, Any]:
        """The board as it was read, for `OUT=`."""
        return {"board": self.board, "units": self.units}


def _unequal(what: str, shown: Mapping[str, Any], played: Counter[str]) -> Iterator[str]:
    for figure in FIGURES:
        if shown[figure] != played[figure]:
            yield f"{what}: {figure} is {shown[figure]}, played {played[figure]}"
