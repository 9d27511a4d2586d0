"""A report of a week is published in two forms, and every reader counts it once.

The log holds what earlier releases sent (first forms alone), what this one sends, and repeats of
relays that ended in between. It is cut into batches anywhere, and readers begin anywhere.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count, pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain import Line, Obligation, Report
from reporting.publishing import publish
from tiendo_contracts.base import identity
from tiendo_contracts.cloudevents import Envelope, decode
from tiendo_contracts.reporting import ReportSubmitted, ReportSubmittedV1
from tiendo_runtime.context import Meta
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.records import Outgoing, Partition, Position, Raw
from tiendo_runtime.sorting import sort_out

AT = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
PLACE = Partition("tiendo.reporting.v1", 0)
PUBLISHER = Publisher("reporting", publish)
WEEK, MONTH = "2026-W48", "2026-11"
LINES = (Line(UUID(int=1), 60, False, "", ""),)
V1, V2 = ReportSubmittedV1.TYPE, ReportSubmitted.TYPE


def told(number: int, period: str, at: datetime = AT) -> list[Outgoing]:
    """What the relay sends of the report of a unit that has the number."""
    unit = UUID(int=number)
    report = Report.submit(Obligation(unit, f"/{unit}/", "2026-W48", AT), LINES, timestamp=AT)
    [event] = report.collect_events()
    object.__setattr__(event, "owed", Obligation(unit, f"/{unit}/", period, AT))
    meta = Meta(actor="user:1", recorded_at=at, correlation_id="c")
    return PUBLISHER.records(event, meta, number)


def envelopes(records: Sequence[Outgoing]) -> list[Envelope]:
    return [Envelope.parse(record.headers) for record in records]


def test_a_week_goes_out_in_both_forms_the_newest_first_under_one_sequence() -> None:
    newest, first = envelopes(told(7, WEEK))
    assert [newest.type, first.type] == [V2, V1]
    assert newest.sequence == first.sequence == 7
    assert (newest.subject, newest.subjectversion) == (first.subject, first.subjectversion)
    assert newest.id != first.id


def test_the_first_form_keeps_the_id_that_earlier_releases_gave_it() -> None:
    _, first = envelopes(told(7, WEEK))
    assert first.id == "81da26b0-88c9-5c6e-9f40-fc3d286d48f7"


def test_a_month_goes_out_in_the_second_form_alone() -> None:
    assert [one.type for one in envelopes(told(7, MONTH))] == [V2]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2027, 12, 31, 16, 59, 59, tzinfo=UTC), [V2, V1]),
        (datetime(2027, 12, 31, 17, 0, 0, tzinfo=UTC), [V2]),
    ],
)
def test_the_first_form_ends_with_its_last_day_in_vietnam(
    at: datetime, expected: list[str]
) -> None:
    assert [one.type for one in envelopes(told(7, WEEK, at))] == expected


History = list[tuple[int, str]]
"""What happened to reports, by sequence; of each the period. Earlier releases knew weeks alone."""


def log(history: History, switched: int, resent: Sequence[tuple[int, int, int]]) -> list[Raw]:
    """The partition that relays made of it: from `switched` on it is sent in two forms.

    Each of `resent` (when, from where, how many records) is a relay that took over behind a sent
    event, and sent again from an earlier one; it was cut off in the middle of an event at times.
    """
    sent: list[Outgoing] = []
    for place, (number, period) in enumerate(history):
        forms = told(number, period)
        sent += forms if place >= switched else forms[1:]
        for when, back, cut in resent:
            if when == place:
                again = [
                    record
                    for before, (n, p) in enumerate(history[: place + 1])
                    if before >= max(place - back, 0)
                    for record in told(n, p)[0 if place >= switched else 1 :]
                ]
                sent += again[:cut]
                sent += again  # and its successor once more, whole
    return [
        Raw(PLACE, offset, record.key, record.value, record.headers)
        for offset, record in enumerate(sent)
    ]


def _switching(before: int, after: list[str]) -> tuple[History, int]:
    return list(zip(count(1), [WEEK] * before + after, strict=False)), before


histories = st.builds(
    _switching, st.integers(0, 6), st.lists(st.sampled_from([WEEK, WEEK, MONTH]), max_size=8)
)
"""Histories, each with how many events an earlier release sent."""
crashes = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 4), st.integers(0, 5)), max_size=3)


def consume(
    records: Sequence[Raw], cuts: Sequence[int], known: Callable[[Raw], bool]
) -> list[tuple[int, str]]:
    """What a consumer of ours takes, batch by batch; types that it does not know are as foreign."""
    found: list[tuple[int, str]] = []
    position = Position(PLACE, 0, -1)
    bounds = sorted({0, len(records), *(cut % (len(records) + 1) for cut in cuts)})
    for begin, end in pairwise(bounds):
        batch = sort_out(
            "c",
            [raw if known(raw) else _unknown(raw) for raw in records[begin:end]],
            {PLACE: position},
            set(),
        )
        position = batch.after.get(PLACE, position)
        found += [(one.envelope.sequence, one.envelope.type) for one in batch.events]
        assert not batch.parked
    return found


def _unknown(raw: Raw) -> Raw:
    headers = dict(raw.headers) | {"ce_type": b"vn.tiendo.reporting.ReportSubmitted.v9"}
    return raw._replace(headers=tuple(headers.items()))


def type_of(raw: Raw) -> str:
    return (dict(raw.headers)["ce_type"] or b"").decode()


@given(histories, crashes, st.lists(st.integers(0, 60), max_size=4))
def test_a_consumer_that_lags_over_the_switch_counts_each_report_once(
    switching: tuple[History, int], resent: list[tuple[int, int, int]], cuts: list[int]
) -> None:
    history, switched = switching
    records = log(history, switched, resent)
    taken = consume(records, cuts, lambda _: True)
    assert [number for number, _ in taken] == [number for number, _ in history]
    assert all(kind == (V2 if number > switched else V1) for number, kind in taken)


@given(histories, crashes, st.lists(st.integers(0, 60), max_size=4))
def test_a_consumer_of_an_earlier_release_counts_each_week_once_and_no_month(
    switching: tuple[History, int], resent: list[tuple[int, int, int]], cuts: list[int]
) -> None:
    history, switched = switching
    taken = consume(log(history, switched, resent), cuts, lambda raw: type_of(raw) != V2)
    assert taken == [(number, V1) for number, period in history if period == WEEK]


@given(
    histories,
    crashes,
    st.lists(st.integers(0, 60), max_size=4),
    st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_replicas_of_both_releases_that_take_turns_count_each_week_once(
    switching: tuple[History, int],
    resent: list[tuple[int, int, int]],
    cuts: list[int],
    turns: list[bool],
) -> None:
    history, switched = switching
    records = log(history, switched, resent)
    new = {raw.offset for raw in records if turns[raw.offset % 60]}
    taken = consume(records, cuts, lambda raw: raw.offset in new or type_of(raw) != V2)
    weeks = [number for number, _ in taken if dict(history)[number] == WEEK]
    assert weeks == [number for number, period in history if period == WEEK]


@given(histories, crashes)
def test_a_foreign_reader_of_weeks_works_on_whatever_it_remembers_first(
    switching: tuple[History, int], resent: list[tuple[int, int, int]]
) -> None:
    """By the rules of before: the same (source, id) is a repeat, unknown types are skipped."""
    history, switched = switching
    weeks = [identity(UUID(int=n)) for n, period in history if period == WEEK]
    for ids_first in (True, False):
        seen: set[tuple[str, str]] = set()
        found: list[Any] = []
        for raw in log(history, switched, resent):
            envelope = Envelope.parse(raw.headers)
            if not ids_first and envelope.type != V1:
                continue
            if (envelope.source, envelope.id) in seen:
                continue
            seen.add((envelope.source, envelope.id))
            if envelope.type == V1:
                event = decode(V1, raw.value)
                assert isinstance(event, ReportSubmittedV1)
                found.append(identity(event.unit_id))
        assert found == weeks


@given(histories, crashes)
def test_a_foreign_reader_of_both_forms_tells_them_by_subject_and_version(
    switching: tuple[History, int], resent: list[tuple[int, int, int]]
) -> None:
    history, switched = switching
    records = log(history, switched, resent)
    happened = [
        (one.subject, one.subjectversion)
        for one in (Envelope.parse(raw.headers) for raw in records)
        if one.type in {V1, V2}
    ]
    assert len(set(happened)) == len(history)
