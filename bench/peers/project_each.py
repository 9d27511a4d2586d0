"""The board by one transaction per message and plain per-row SQL, as a team would write it first.

Each message becomes a few statements, with its offset in the same transaction. The statements are
sent one after another; those of a report's lines by `executemany`, which the driver pipelines.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer
from bench.peers.project_loop import seek

_CELL = (
    "unit_id, unit_path, committee_id, committee_path, stage, extended, late_from,"
    " original_late_from, in_time, in_time_originally"
)
_IN = (
    f"INSERT INTO counters AS c SELECT {_CELL}, 1 FROM cells WHERE assignment_id = %s"
    " ON CONFLICT ON CONSTRAINT counters_key DO UPDATE SET n = c.n + 1"
)
_OUT = (
    "UPDATE counters c SET n = n - 1 FROM cells a WHERE a.assignment_id = %s AND "
    + " AND ".join(
        f"c.{name.strip()} IS NOT DISTINCT FROM a.{name.strip()}"
        if "late" in name or "in_time" in name
        else f"c.{name.strip()} = a.{name.strip()}"
        for name in _CELL.split(",")
    )
    + " RETURNING n"
)
_ISSUED = """
    INSERT INTO assignments (assignment_id, version, committee_id, committee_path, lead_unit_id,
        lead_unit_path, notice_id, notice_number, item_path, issued_on, text, coordinator_ids,
        recurring, original_due_on, original_late_from, original_words, due_on, late_from,
        due_words)
    VALUES (%(assignment_id)s, %(version)s, %(committee_id)s, %(committee_path)s, %(lead_unit_id)s,
        %(lead_unit_path)s, %(notice_id)s, %(notice_number)s, %(item_path)s, %(issued_on)s,
        %(text)s, %(coordinator_ids)s::uuid[], %(recurring)s, %(due_on)s, %(late_from)s, %(words)s,
        %(due_on)s, %(late_from)s, %(words)s)
    ON CONFLICT (assignment_id) DO UPDATE SET version = greatest(assignments.version,
        excluded.version), committee_id = excluded.committee_id, committee_path =
        excluded.committee_path, lead_unit_id = excluded.lead_unit_id, lead_unit_path =
        excluded.lead_unit_path, notice_id = excluded.notice_id, notice_number =
        excluded.notice_number, item_path = excluded.item_path, issued_on = excluded.issued_on,
        text = excluded.text, coordinator_ids = excluded.coordinator_ids, recurring =
        excluded.recurring, original_due_on = excluded.original_due_on, original_late_from =
        excluded.original_late_from, original_words = excluded.original_words, due_on =
        excluded.due_on, late_from = excluded.late_from, due_words = excluded.due_words
"""
_GRANTED = """
    UPDATE assignments SET version = greatest(version, %(version)s), granted = granted + 1,
        pending_due_on = NULL, due_on = %(due_on)s, late_from = %(late_from)s, due_words = %(words)s
    WHERE assignment_id = %(assignment_id)s
"""
_VERIFIED = """
    UPDATE assignments SET version = greatest(version, %(version)s), stage = 'verified',
        claimed_at = %(claimed_at)s WHERE assignment_id = %(assignment_id)s
"""
_LINE = """
    INSERT INTO assignments AS a (assignment_id, report_id, reported_at, report_event, percent,
        report_done, difficulties, product_url)
    VALUES (%(assignment_id)s, %(report_id)s, %(submitted_at)s, %(event_id)s, %(percent)s, %(done)s,
        %(difficulties)s, %(product_url)s)
    ON CONFLICT (assignment_id) DO UPDATE SET report_id = excluded.report_id, reported_at =
        excluded.reported_at, report_event = excluded.report_event, percent = excluded.percent,
        report_done = excluded.report_done, difficulties = excluded.difficulties, product_url =
        excluded.product_url
    WHERE a.reported_at IS NULL
       OR (a.reported_at, a.report_event) < (excluded.reported_at, excluded.report_event)
"""
_REPORT = """
    INSERT INTO reports (report_id, unit_id, unit_path, period, stage, due_at, first_submitted_at,
        submitted_at, assignment_ids)
    VALUES (%(report_id)s, %(unit_id)s, %(unit_path)s, %(period)s, 'submitted', %(due_at)s,
        %(submitted_at)s, %(submitted_at)s, %(assignment_ids)s::uuid[])
    ON CONFLICT (report_id) DO UPDATE SET stage = 'submitted', due_at = excluded.due_at,
        submitted_at = excluded.submitted_at, assignment_ids = excluded.assignment_ids
"""
_ENTRY = "INSERT INTO timeline VALUES (%s, %s, %s, %s, %s, %s, %s)"
_CHANGED = """
    INSERT INTO changes (kind, id, unit_id, paths)
    SELECT 'assignment', assignment_id, lead_unit_id, ARRAY[lead_unit_path, committee_path]
    FROM assignments WHERE assignment_id = ANY(%s) AND lead_unit_path IS NOT NULL
"""
_CHANGED_REPORT = "INSERT INTO changes (kind, id, unit_id, paths) VALUES ('report', %s, %s, %s)"
_KINDS = {
    "vn.tiendo.assignments.AssignmentIssued.v1": ("issued", _ISSUED),
    "vn.tiendo.assignments.ExtensionGranted.v1": ("extension_granted", _GRANTED),
    "vn.tiendo.assignments.CompletionVerified.v1": ("verified", _VERIFIED),
}
_REPORTED = "vn.tiendo.reporting.ReportSubmitted.v2"
_ELSEWHERE = {
    "assignment_id",
    "committee_id",
    "committee_path",
    "lead_unit_id",
    "lead_unit_path",
} | {"unit_path", "text", "lines"}

Head = Mapping[str, str]
Event = dict[str, Any]


def fold(cur: psycopg.Cursor[Any], head: Head, event: Event, *, live: bool) -> None:
    """Put one event into the tables, inside of the caller's transaction."""
    if head["ce_type"] == _REPORTED:
        _fold_report(cur, head, event)
        keys = [line["assignment_id"] for line in event["lines"]]
        if live:
            cur.execute(
                _CHANGED_REPORT, (event["report_id"], event["unit_id"], [event["unit_path"]])
            )
    elif head["ce_type"] in _KINDS:
        kind, statement = _KINDS[head["ce_type"]]
        _fold_own(cur, head, event, kind, statement)
        keys = [event["assignment_id"]]
    else:
        return
    if live:
        cur.execute(_CHANGED, (keys,))
        cur.execute("NOTIFY board_changes")


def _fold_own(
    cur: psycopg.Cursor[Any], head: Head, event: Event, kind: str, statement: str
) -> None:
    key, version = event["assignment_id"], int(head["ce_subjectversion"])
    gone = cur.execute(_OUT.encode(), (key,)).fetchone()
    if gone in ((0,), {"n": 0}):
        cur.execute("DELETE FROM counters WHERE n = 0")
    cur.execute(statement.encode(), event | event.get("deadline", {}) | {"version": version})
    cur.execute(_IN.encode(), (key,))
    cur.execute(_ENTRY, _entry(key, head, version, kind, event))


def _fold_report(cur: psycopg.Cursor[Any], head: Head, event: Event) -> None:
    ids = sorted({line["assignment_id"] for line in event["lines"]})
    cur.execute(_REPORT, event | {"assignment_ids": ids})
    shared = event | {"event_id": head["ce_id"]}
    cur.executemany(_LINE, [shared | line for line in event["lines"]])
    cur.executemany(
        _ENTRY,
        [
            _entry(line["assignment_id"], head, 0, "reported", event | line)
            for line in event["lines"]
        ],
    )


def _entry(key: str, head: Head, version: int, kind: str, event: Event) -> tuple[Any, ...]:
    facts = {name: value for name, value in event.items() if name not in _ELSEWHERE}
    text = json.dumps(facts, ensure_ascii=False)
    return (key, head["ce_id"], head["ce_time"], version, kind, head["ce_actor"], text)


async def consume(
    url: str, bootstrap: str, topics: Sequence[str], total: int, told: Callable[[int], None]
) -> None:
    """Go on from the positions for `total` records; `told` hears of each commit."""
    kafka: Any = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await kafka.start()
    with psycopg.connect(url) as conn, conn.cursor() as cur:
        conn.execute("CREATE INDEX ON counters (n) WHERE n = 0")
        seek(kafka, topics, conn)
        for _ in range(total):
            record = await kafka.getone()
            head = {name: value.decode() for name, value in record.headers}
            fold(cur, head, json.loads(record.value), live=True)
            cur.execute(
                "INSERT INTO positions VALUES (%s, %s, %s)"
                " ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset",
                (record.topic, record.partition, record.offset + 1),
            )
            conn.commit()
            told(1)
    await kafka.stop()
