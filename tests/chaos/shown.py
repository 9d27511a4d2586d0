"""The views against the reference: each row once, each count exact."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import psycopg
from tests.chaos.findings import Findings
from tests.chaos.reference import UNDONE, Reference

Read = Callable[..., Any]
"""Reads a path of the board's API with a query."""

_VIEWS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "meetings": (("units", "unit_id", "version"),),
    "assignments": (("units", "unit_id", "version"),),
    "reporting": (
        ("units", "unit_id", "version"),
        ("reports_list", "report_id", "version"),
    ),
    "notifications": (
        ("units", "unit_id", "version"),
        ("notifications", "notification_id", "version"),
    ),
    "monitoring": (("units", "unit_id", "version"), ("assignments", "assignment_id", "version")),
}
"""Tables whose rows tell the version that they reflect: service, table, key, version."""

Rows = Mapping[str, tuple[Any, ...]]
"""What else rows of a table must hold, by their key."""

_ROWS: Mapping[str, tuple[tuple[str, str, Callable[[Reference], Rows]], ...]] = {
    "meetings": (
        (
            "meetings",
            "meeting_id::text, version, starts_at, committee_path",
            lambda reference: {
                key: (row["version"], row["starts_at"], row["path"])
                for key, row in reference.meetings.items()
            },
        ),
        (
            "notices",
            "notice_id::text, version, number, assignments + statements + set_aside",
            lambda reference: {
                key: (row["version"], row["number"], len(row["items"]))
                for key, row in reference.notices.items()
            },
        ),
    ),
    "assignments": (
        (
            "deadlines",
            "assignment_id::text, late_from, passed, claimed",
            lambda reference: {
                key: (row["due"], row["passed"], row["stage"] not in UNDONE)
                for key, row in _issued(reference)
            },
        ),
    ),
    "reporting": (
        (
            "assignments_copy",
            "assignment_id::text, stage, late_from",
            lambda reference: {
                key: (_reported_on(row["stage"]), row["due"]) for key, row in _issued(reference)
            },
        ),
    ),
    "notifications": (
        (
            "assignments",
            "assignment_id::text, lead_unit_id::text, late_from, is_open",
            lambda reference: {
                key: (row["lead"], row["due"], row["stage"] in UNDONE)
                for key, row in _issued(reference)
            },
        ),
        (
            "obligations",
            "report_id::text, is_owed, is_reminded",
            lambda reference: {
                key: (row["stage"] == "opened", key in reference.reminded)
                for key, row in reference.reports.items()
            },
        ),
    ),
    "monitoring": (
        (
            "meetings",
            "meeting_id::text, starts_at, committee_path",
            lambda reference: {
                key: (row["starts_at"], row["path"]) for key, row in reference.meetings.items()
            },
        ),
        (
            "notices",
            "notice_id::text, number, jsonb_array_length(items)",
            lambda reference: {
                key: (row["number"], len(row["items"])) for key, row in reference.notices.items()
            },
        ),
        (
            "reports",
            "report_id::text, stage, returns, unit_id::text, period, cardinality(assignment_ids)",
            lambda reference: {
                key: (row["stage"], row["returns"], row["unit"], row["period"], len(row["lines"]))
                for key, row in reference.reports.items()
                if row["stage"] != "opened"
            },
        ),
        (
            "obligations",
            "report_id::text, stage, unit_id::text, period",
            lambda reference: {
                key: (row["stage"], row["unit"], row["period"])
                for key, row in reference.reports.items()
            },
        ),
        (
            "waits",
            "assignment_id::text, lead_unit_id::text, claimed_at",
            lambda reference: {
                key: (row["lead"], row["claimed_at"] if row["stage"] == "claimed" else None)
                for key, row in _issued(reference)
            },
        ),
        (
            "waits_counted",
            "'all', coalesce(sum(n), 0)::int",
            lambda reference: {
                "all": (sum(row["stage"] in {*UNDONE, "claimed"} for _, row in _issued(reference)),)
            },
        ),
    ),
}
"""Tables, columns of them (the key first), and what these must hold."""

_COUNTS = (
    "total",
    "done_on_time",
    "done_late",
    "within_time",
    "overdue",
    "regular",
    "accepted",
    "claimed_unverified",
    "verified",
    "closed",
    "extended",
    "called_off",
    "late_originally",
)


def check_rows(findings: Findings, service: str, url: str, reference: Reference) -> None:
    """See that every view of a service holds each row once, at its last version."""
    expected: Mapping[str, Mapping[str, Any]] = {
        "units": reference.units,
        "assignments": reference.assignments,
        "reports_list": reference.reports,
        "notifications": reference.notifications,
    }
    with psycopg.connect(url) as connection:
        for table, key, version in _VIEWS[service]:
            rows = connection.execute(
                f"SELECT {key}::text, {version} FROM {table} WHERE {version} > 0".encode()
            ).fetchall()
            own = {
                name: row["version"] for name, row in expected[table].items() if "version" in row
            }
            findings.same(f"{service}: rows of {table}", dict(rows), own)
            if len(rows) != len(dict(rows)):
                findings.wrong.append(f"{service}: {table} holds a row twice")
        for table, columns, must in _ROWS[service]:
            found = connection.execute(f"SELECT {columns} FROM {table}".encode()).fetchall()
            what = f"{service}: what rows of {table} hold"
            findings.same(what, {row[0]: row[1:] for row in found}, dict(must(reference)))
        if service == "monitoring":
            _check_timeline(findings, connection, reference)


def _reported_on(stage: str) -> str:
    """The stage as units that report know it: open, claimed, verified, closed."""
    return "open" if stage in UNDONE else "closed" if stage == "cancelled" else stage


def _issued(reference: Reference) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The assignments that have events of their own; others were only reported on."""
    return ((key, row) for key, row in reference.assignments.items() if "lead" in row)


def _check_timeline(
    findings: Findings, connection: psycopg.Connection[Any], reference: Reference
) -> None:
    rows = connection.execute("SELECT assignment_id::text, event_id FROM timeline").fetchall()
    found, expected = dict.fromkeys(rows), dict.fromkeys(reference.timeline)
    findings.same("entries of timelines", found, expected)
    if len(found) != len(rows):
        findings.wrong.append("the timeline holds an entry twice")


def check_board(findings: Findings, read: Read, reference: Reference) -> None:
    """Hold every figure of the board, as its API tells it, against the reference."""
    board = read("/v1/board")
    now = datetime.fromisoformat(board["as_of"])
    findings.same("figures of the board", _told(board["overall"]), _must(reference, now))
    for level in board["levels"]:
        must = _must(reference, now, level=level["level"])
        findings.same("figures of levels", _told(level), must)
    for now, unit in _pages(read, "/v1/board/units", limit=200):
        findings.same("figures of units", _told(unit["below"]), _must(reference, now, unit["path"]))
    shown = {
        row["assignment_id"]: _row(row) for _, row in _pages(read, "/v1/assignments", limit=200)
    }
    must = {key: _expected(row) for key, row in reference.assignments.items() if "lead" in row}
    findings.same("assignments on the board", shown, must)


def _pages(read: Read, path: str, **query: Any) -> Iterator[tuple[datetime, dict[str, Any]]]:
    cursor = ""
    while True:
        page = read(path, cursor=cursor, **query)
        as_of = page.get("as_of") or "1970-01-01T00:00:00Z"
        for item in page["items"]:
            yield datetime.fromisoformat(as_of), item
        if page["next"] is None:
            return
        cursor = page["next"]


def _told(figures: Mapping[str, Any]) -> dict[str, int]:
    counts = {name: figures[name] for name in _COUNTS}
    for name, rate in figures["on_time"].items():
        counts |= {f"{name}_kept": rate["kept"], f"{name}_told": rate["told"]}
    return counts


def _must(reference: Reference, now: datetime, below: str = "", level: str = "") -> dict[str, int]:
    names = (*_COUNTS, "current_kept", "current_told", "original_kept", "original_told")
    figures = reference.figures(now, below, level)
    return {name: figures.get(name, 0) for name in names}


def _row(row: Mapping[str, Any]) -> tuple[Any, ...]:
    line = row["latest"] or {"percent": None, "done": None}
    counts = row["version"], row["asked"], row["granted"], row["refused"]
    late_from = row["deadline"]["late_from"]
    due = datetime.fromisoformat(late_from) if late_from else None
    return (row["stage"], *counts, due, line["percent"], line["done"])


def _expected(row: Mapping[str, Any]) -> tuple[Any, ...]:
    counts = row["version"], row["asked"], row["granted"], row["refused"]
    return (row["stage"], *counts, row["due"], row["percent"], row["done"])
