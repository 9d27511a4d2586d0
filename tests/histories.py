"""Histories of everything that crosses services, in any interleaving, and the folding of them.

A stream is what happened to one aggregate, in its order; a world is streams of all kinds, which
speak of the same few units and assignments. A projection must not notice how streams interleave.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import msgspec
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from tiendo_contracts import reporting
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.examples import assignments as assigned
from tiendo_contracts.examples import envelope, story
from tiendo_contracts.examples import meetings as met
from tiendo_contracts.examples import notifications as notified
from tiendo_contracts.examples import reporting as reported
from tiendo_contracts.examples import units as registered
from tiendo_runtime.folding import Memory, cell_id, columns_of, jsonb, parts_of
from tiendo_runtime.projection import Projection, Table
from tiendo_runtime.records import Partition, Raw, Received
from tiendo_runtime.tables import Tables

START = datetime(2026, 12, 1, tzinfo=UTC)
WORK = [uuid5(story.PLATFORM, str(number)) for number in range(3)]
RAW = Raw(Partition("t", 0), 0, b"", b"", ())

Stream = list[Received]
Contents = dict[str, list[str]]
"""The rows of tables, as text, sorted."""


def received(event: Contract, version: int, hours: int) -> Received:
    """An event as a projection gets it; `hours` tell when it was recorded, counted from START."""
    given = replace(
        envelope(event),
        id=str(uuid5(UUID(event.key().decode()), f"{event.TYPE}{version}")),
        time=START + timedelta(hours=hours),
        subjectversion=version,
    )
    return Received(given, event, RAW)


def stream(events: Iterable[Contract], **key: UUID) -> Stream:
    """Events of one aggregate, an hour apart."""
    own = (event.model_copy(update=key) for event in events)
    return [received(event, number, number) for number, event in enumerate(own, 1)]


def deadline(days: int) -> Deadline:
    """The end of a day, counted from START."""
    return Deadline.on((START + timedelta(days=days)).date(), "trước ngày đã định")


STEPS: dict[str, Callable[[int], Contract]] = {
    "ask": lambda days: assigned.EXTENSION_REQUESTED.model_copy(update={"asked": deadline(days)}),
    "grant": lambda days: assigned.EXTENSION_GRANTED.model_copy(
        update={"deadline": deadline(days)}
    ),
    "deny": lambda _: assigned.EXTENSION_REFUSED,
    "claim": lambda days: assigned.COMPLETION_REPORTED.model_copy(
        update={"claimed_at": START + timedelta(days=days)}
    ),
    "verify": lambda days: assigned.COMPLETION_VERIFIED.model_copy(
        update={"claimed_at": START + timedelta(days=days)}
    ),
    "refuse": lambda _: assigned.COMPLETION_REFUSED,
    "resolve": lambda days: assigned.DEADLINE_RESOLVED.model_copy(
        update={
            "original": deadline(days),
            "deadline": deadline(days + 1) if days % 3 else Deadline.none("phiên họp tới"),
        }
    ),
    "pass": lambda days: assigned.DEADLINE_PASSED.model_copy(update={"deadline": deadline(days)}),
}


@st.composite
def assignments(draw: st.DrawFn, assignment: UUID) -> Stream:
    """One assignment's events, in any order that its rules may allow, and some that they do not."""
    due = draw(st.one_of(st.none(), st.integers(1, 4)))
    first = assigned.ASSIGNMENT_ISSUED.model_copy(
        update={"deadline": deadline(due) if due else Deadline.none("thường xuyên")}
    )
    steps = draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=5))
    events = [first, *(STEPS[step](draw(st.integers(1, 8))) for step in steps)]
    return stream(events, assignment_id=assignment)


_LINES = st.lists(
    st.builds(
        reporting.ReportLine,
        assignment_id=st.sampled_from(WORK),
        percent=st.integers(0, 100),
        done=st.booleans(),
        difficulties=st.sampled_from(["", "chậm vốn", 'một \\ hai\tba\n"bốn", {năm}']),
        product_url=st.just(""),
    ),
    min_size=1,
    max_size=3,
)


def _submitted(lines: Sequence[reporting.ReportLine], hours: int) -> Contract:
    facts = {"lines": tuple(lines), "submitted_at": START + timedelta(hours=hours)}
    return reported.REPORT_SUBMITTED.model_copy(update=facts)


@st.composite
def reports(draw: st.DrawFn, number: int) -> Stream:
    """One unit's report for a period, in either form: missed, in, returned, in again."""
    submitted = st.builds(_submitted, _LINES, st.integers(0, 3))
    others = st.sampled_from(
        [reported.OBLIGATION_OPENED, reported.REPORT_RETURNED, reported.REPORT_MISSED]
    )
    events = draw(st.lists(st.one_of(submitted, others), min_size=1, max_size=4))
    if not number:  # whoever follows what is owed has something to follow
        events = [reported.OBLIGATION_OPENED, *events]
    in_first_form = draw(st.booleans())
    forms = [(in_first_form and event.earlier()) or event for event in events]
    of_period = (e.model_copy(update={"period": f"2026-W{number + 40}"}) for e in forms)
    return stream(of_period, report_id=uuid5(story.REPORT, str(number)))


_REMINDED = notified.TELLING_REQUESTED.model_copy(
    update={"occasion": "report_due_soon", "subject_id": uuid5(story.REPORT, "0")}
)
_LIVES: tuple[tuple[str, UUID, tuple[tuple[Contract, ...], ...]], ...] = (
    (
        "meeting_id",
        story.MEETING,
        (
            (met.MEETING_SCHEDULED, met.MEETING_MOVED, met.MEETING_HELD),
            (met.MEETING_SCHEDULED, met.MEETING_CANCELLED),
            (met.MEETING_HELD,),
        ),
    ),
    ("notice_id", story.NOTICE, ((met.CONCLUSION_ISSUED,),)),
    (
        "wave_id",
        story.WAVE,
        ((reported.WAVE_ORDERED,), (reported.WAVE_ORDERED, reported.WAVE_ENDED)),
    ),
    (
        "unit_id",
        story.SCIENCE,
        (
            (registered.UNIT_REGISTERED,),
            (registered.UNIT_REGISTERED, registered.UNIT_RENAMED),
        ),
    ),
    (
        "notification_id",
        story.NOTICE,
        (
            (notified.NOTIFICATION_REQUESTED,),
            (notified.NOTIFICATION_REQUESTED, notified.NOTIFICATION_SENT),
            (notified.NOTIFICATION_REQUESTED, notified.NOTIFICATION_FAILED),
            (notified.TELLING_REQUESTED, notified.TELLING_SENT),
            (notified.TELLING_REQUESTED, notified.TELLING_FAILED),
            (_REMINDED, notified.TELLING_SENT),
        ),
    ),
)


@st.composite
def worlds(draw: st.DrawFn) -> list[Stream]:
    """Streams of every kind of aggregate."""
    streams = [draw(assignments(key)) for key in WORK]
    streams += [draw(reports(number)) for number in range(3)]
    for field, namespace, lives in _LIVES:
        for number in range(draw(st.integers(1, 2))):
            events = draw(st.sampled_from(lives))
            streams.append(stream(events, **{field: uuid5(namespace, str(number))}))
    return streams


@st.composite
def batches(draw: st.DrawFn, streams: Sequence[Stream]) -> list[Stream]:
    """All events in an order that keeps each stream's own, cut into batches anywhere."""
    turns = draw(st.permutations([n for n, events in enumerate(streams) for _ in events]))
    waiting = [iter(events) for events in streams]
    found: list[Stream] = [[]]
    for turn in turns:
        found[-1].append(next(waiting[turn]))
        if draw(st.booleans()):
            found.append([])
    return found


def fold(conn: Connection[DictRow], projection: Projection, *batches: Sequence[Received]) -> None:
    """Fold batches into the tables of a version's first build, and tell of them."""
    tables = Tables(conn, projection, projection.schema)
    for batch in batches:
        _until_nobody_is_first(partial(_fold_one, conn, projection, tables, batch))


def _fold_one(
    conn: Connection[DictRow], projection: Projection, tables: Tables, batch: Sequence[Received]
) -> None:
    with conn.transaction():
        changed = tables.fold(conn, parts_of(projection, batch))
        if projection.told:
            projection.told(conn, changed)


def _until_nobody_is_first(attempt: Callable[[], None]) -> None:
    while True:
        try:
            return attempt()
        except UniqueViolation:  # another worker added one of the rows: it is there now
            continue


def in_memory(projection: Projection, batches: Iterable[Sequence[Received]]) -> Contents:
    """The tables of a projection after batches were folded in memory."""
    memory = Memory(projection)
    for batch in batches:
        memory.take(batch)
    found: Contents = {}
    for table in projection.tables:
        rows = memory.rows.get(table.name, {}).values()
        found[table.name] = _sorted(map(astuple, [*rows, *memory.added.get(table.name, ())]))
    for counters in projection.counters:
        counts = memory.counts.get(counters.name, Counter[Any]()).items()
        found[counters.name] = _sorted((cell_id(cell), *cell, n) for cell, n in counts)
    return found


def in_postgres(conn: Connection[DictRow], projection: Projection) -> Contents:
    """The tables of a version's first build."""
    columns: dict[str, tuple[str, ...]] = {
        table.name: columns_of(table.row) for table in _tables(projection)
    } | {one.name: ("cell", *one.cells._fields, "n") for one in projection.counters}
    return {
        name: _sorted(
            tuple(row.values())
            for row in conn.execute(
                f"SELECT {', '.join(names)} FROM {projection.schema}.{name}".encode()
            )
        )
        for name, names in columns.items()
    }


def empty(conn: Connection[DictRow], projection: Projection) -> None:
    """Empty the tables of a version's first build."""
    names = (f"{projection.schema}.{name}" for name in projection.relations)
    conn.execute(f"TRUNCATE {', '.join(names)}".encode())


def _tables(projection: Projection) -> tuple[Table[Any], ...]:
    return projection.tables


def _sorted(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    plain = (msgspec.json.decode(jsonb([_utc(value) for value in row])) for row in rows)
    return sorted(msgspec.json.encode(row, order="sorted").decode() for row in plain)


def _utc(value: Any) -> Any:
    """An instant in UTC: a session of PostgreSQL tells it in its own zone."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value
