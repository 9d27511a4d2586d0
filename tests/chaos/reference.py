"""What the views must show, by a fold as dumb as can be: dictionaries, one pass, no database.

It shares no code with the services: it knows the names in the events' JSON, and nothing else. An
event counts once, by its id; what cannot be read does not count.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tests.chaos.logs import Record

Row = dict[str, Any]

UNDONE = ("open", "accepted")
"""The stages of what can become late, as far as the workload knows them."""

OFF = ("cancelled", "superseded")
"""The stages of what counts nowhere: a split whole and what was joined among them."""


class Reference:
    """Everything that is in the log, by id."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.units: dict[str, Row] = {}
        self.meetings: dict[str, Row] = {}
        self.notices: dict[str, Row] = {}
        self.assignments: dict[str, Row] = defaultdict(_assignment)
        self.reports: dict[str, Row] = {}
        self.notifications: dict[str, Row] = {}
        self.reminded: set[str] = set()
        self.timeline: set[tuple[str, str]] = set()
        self.types: Counter[str] = Counter()
        self.claims: Counter[str] = Counter()
        seen: set[tuple[str, ...]] = set()
        for record in records:
            try:
                event = json.loads(record.value)
            except ValueError:
                continue
            if not record.id:
                continue
            happened = tuple(record.headers[f"ce_{n}"] for n in ("subject", "subjectversion"))
            if happened in seen:  # a repeat, or an earlier form of it
                continue
            seen.add(happened)
            kind = record.headers["ce_type"].split(".")[-2]
            self.types[kind] += 1
            self._take(kind, event, record)

    def _take(self, kind: str, event: Row, record: Record) -> None:
        version = int(record.headers["ce_subjectversion"])
        if kind.startswith("Unit"):
            self.units.setdefault(event["unit_id"], {}).update(event, version=version)
        elif kind.startswith("Meeting"):
            row = self.meetings.setdefault(event["meeting_id"], {"starts_at": None})
            row.update(version=version, path=event["committee_path"])
            if "starts_at" in event:
                row["starts_at"] = _instant(event["starts_at"])
        elif kind == "ConclusionIssued":
            self.notices[event["notice_id"]] = {**event, "version": version}
        elif kind.startswith(("Report", "Obligation")):
            self._take_report(kind, event, record.id, version)
        elif kind.startswith(("Notification", "Telling")):
            row = self.notifications.setdefault(event["notification_id"], {})
            state = kind.removeprefix("Notification").removeprefix("Telling").lower()
            row.update(event, state=state, version=version)
            if event["occasion"] == "report_due_soon":
                self.reminded.add(event["subject_id"])
        elif "assignment_id" in event:
            self._take_assignment(kind, event, record.id, version)

    def _take_assignment(self, kind: str, event: Row, event_id: str, version: int) -> None:
        row = self.assignments[event["assignment_id"]]
        self.timeline.add((event["assignment_id"], event_id))
        row.update(version=version, lead=event["lead_unit_id"], path=event["lead_unit_path"])
        match kind:
            case "AssignmentIssued":
                row["due"] = row["original"] = _instant(event["deadline"]["late_from"])
            case "ExtensionRequested":
                row["asked"] += 1
            case "ExtensionGranted":
                row["granted"] += 1
                row["due"] = _instant(event["deadline"]["late_from"])
            case "ExtensionRefused":
                row["refused"] += 1
            case "DeadlinePassed":
                row["passed"] = _instant(event["deadline"]["late_from"])
            case "CompletionReported":
                row["stage"], row["claimed_at"] = "claimed", _instant(event["claimed_at"])
                self.claims[event["assignment_id"]] += 1
            case "CompletionVerified":
                row["stage"], row["claimed_at"] = "verified", _instant(event["claimed_at"])
            case "CompletionRefused":
                row["stage"], row["claimed_at"] = "accepted", None
            case "AssignmentClosed":
                outcome = event["outcome"]
                row["stage"] = "closed" if outcome == "completed" else outcome
            case _:
                pass

    def _take_report(self, kind: str, event: Row, event_id: str, version: int) -> None:
        row = self.reports.setdefault(event["report_id"], {"lines": [], "returns": 0})
        stage = kind.removeprefix("Report").removeprefix("Obligation").lower()
        row.update(stage=stage, version=version)
        row.update(unit=event["unit_id"], period=event["period"])
        if kind == "ReportSubmitted":
            row["lines"] = [line["assignment_id"] for line in event["lines"]]
            for line in event["lines"]:
                shown = self.assignments[line["assignment_id"]]
                order = (_instant(event["submitted_at"]), event_id)
                if shown["reported"] is None or order > shown["reported"]:
                    shown.update(reported=order, percent=line["percent"], done=line["done"])
        row["returns"] += kind == "ReportReturned"
        self.timeline.update((assignment, event_id) for assignment in row["lines"])

    def figures(self, now: datetime, below: str = "", level: str = "") -> dict[str, int]:
        """The board's counts at an instant: of units under a path, or of a level."""
        counts: Counter[str] = Counter()
        for row in self.assignments.values():
            if "lead" not in row or not row["path"].startswith(below):
                continue
            if not level or self.units[row["lead"]]["level"] == level:
                counts.update(_figures(row, now))
        return dict(counts)


def _assignment() -> Row:
    empty = {"stage": "open", "claimed_at": None, "due": None, "original": None, "reported": None}
    told = {"asked": 0, "granted": 0, "refused": 0, "percent": None, "done": None}
    return {**empty, **told, "passed": None}


def _figures(row: Mapping[str, Any], now: datetime) -> Iterable[str]:
    if row["stage"] in OFF:
        yield "called_off"
        return
    yield "total"
    if row["granted"]:
        yield "extended"
    due, original, claimed = row["due"], row["original"], row["claimed_at"]
    if row["stage"] in UNDONE:
        if row["stage"] == "accepted":
            yield "accepted"
        yield "regular" if due is None else "overdue" if due <= now else "within_time"
        if original is not None and original <= now:
            yield "late_originally"
        return
    yield "done_late" if due is not None and claimed >= due else "done_on_time"
    yield "claimed_unverified" if row["stage"] == "claimed" else "verified"
    if row["stage"] == "closed":
        yield "closed"
    for name, deadline in (("current", due), ("original", original)):
        if deadline is not None:
            yield f"{name}_told"
            if claimed < deadline:
                yield f"{name}_kept"


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
