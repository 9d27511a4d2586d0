from datetime import UTC, datetime, timedelta, timezone

import pytest

from tiendo_contracts import catalogue
from tiendo_contracts.checking import RefusedError, check_binary
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples import example
from tiendo_contracts.examples.reporting import REPORT_SUBMITTED
from tiendo_contracts.publisher import Source

NOW = datetime(2026, 12, 11, 3, 0, tzinfo=UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
LMS = Source("/hoc-vien/lms", now=lambda: NOW, new_id=lambda: "an-id")


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_the_message_of_any_event_is_taken_as_that_event(event_type: str) -> None:
    event = example(event_type)
    message = LMS.message(event, traceparent=TRACE)
    taken = check_binary(message.headers(), message.value, "ce_", now=NOW)
    assert taken.data == event
    assert (taken.id, taken.source, taken.type) == ("an-id", "/hoc-vien/lms", event_type)
    assert taken.extensions == {"traceparent": TRACE}


def test_the_key_of_a_message_is_the_key_of_its_event() -> None:
    message = LMS.message(REPORT_SUBMITTED)
    assert message.key == REPORT_SUBMITTED.key()
    assert message.value == encode(REPORT_SUBMITTED)


def test_time_is_now_and_ids_are_fresh_unless_they_are_given() -> None:
    assert LMS.message(REPORT_SUBMITTED).time == NOW
    there = timezone(timedelta(hours=7))
    given = LMS.message(
        REPORT_SUBMITTED, id="w50", time=datetime(2026, 12, 11, 9, 30, tzinfo=there)
    )
    assert given.attributes()["id"] == "w50"
    assert given.attributes()["time"] == "2026-12-11T02:30:00Z"


def test_sources_of_their_own_accord_give_other_ids_each_time() -> None:
    plain = Source("/hoc-vien/lms")
    ids = {plain.message(REPORT_SUBMITTED).id for _ in range(100)}
    assert len(ids) == 100


@pytest.mark.parametrize(
    ("source", "changes", "code", "path"),
    [
        (Source("", now=lambda: NOW), {}, "missing_attribute", "/source"),
        (Source("hai từ", now=lambda: NOW), {}, "bad_attribute", "/source"),
        (LMS, {"id": "a\nb"}, "bad_attribute", "/id"),
        (LMS, {"id": "x" * 10_000}, "bad_attribute", "/id"),
        (LMS, {"id": "\ud800"}, "not_unicode", "/id"),
        (LMS, {"time": datetime(2026, 12, 11)}, "bad_attribute", "/time"),  # noqa: DTZ001 - meant
        (LMS, {"time": NOW + timedelta(hours=7)}, "time_in_future", "/time"),
    ],
)
def test_what_would_be_refused_is_refused_before_it_is_sent(
    source: Source, changes: dict[str, object], code: str, path: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        source.message(REPORT_SUBMITTED, **changes)  # pyright: ignore[reportArgumentType] - by name
    assert (code, path) in [(one.code, one.path) for one in refused.value.refusals]


def test_an_event_that_is_too_large_is_refused_before_it_is_sent() -> None:
    line = REPORT_SUBMITTED.lines[0].model_copy(update={"difficulties": "đ" * 4000})
    large = REPORT_SUBMITTED.model_copy(update={"lines": (line,) * 40})
    with pytest.raises(RefusedError, match="/data: Over 262144 bytes"):
        LMS.message(large)
