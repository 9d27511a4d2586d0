import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from tiendo_contracts import by_type, catalogue
from tiendo_contracts.examples import example
from tiendo_contracts.indicators import IndicatorDefined, IndicatorMeasured
from tiendo_contracts.publisher import (
    Accepted,
    Message,
    Outbox,
    Outcome,
    Progress,
    Refused,
    Source,
    Unsent,
    drain,
)
from tiendo_contracts.registration import Registration
from tiendo_contracts.reporting import ReportMissed
from tiendo_contracts.testing import FakeReceiver, valid

LMS = Source("/hoc-vien/lms")
OTHER = UUID(int=2)


def send(receiver: FakeReceiver, *messages: Message) -> list[Outcome]:
    return list(asyncio.run(receiver.send(messages)))


def refusals(outcome: Outcome) -> list[tuple[str, str]]:
    assert isinstance(outcome, Refused)
    return [(one.code, one.path) for one in outcome.refusals]


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_every_type_has_a_valid_event(event_type: str) -> None:
    assert valid(by_type(event_type)) == example(event_type)


def test_fields_can_be_given_another_value() -> None:
    assert valid(IndicatorMeasured, period="2026-W51").period == "2026-W51"


def test_a_value_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ValidationError, match="period"):
        valid(IndicatorMeasured, period="tuần 51")


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TypeError, match="IndicatorMeasured has no field perod"):
        valid(IndicatorMeasured, perod="2026-W51")


def test_what_is_published_through_an_outbox_arrives(tmp_path: Path) -> None:
    receiver, outbox = FakeReceiver(), Outbox(tmp_path / "outbox.db")
    outbox.put(LMS.message(valid(IndicatorMeasured)), LMS.message(valid(IndicatorDefined)))
    assert asyncio.run(drain(outbox, receiver)) == Progress(sent=2)
    assert receiver.events == [valid(IndicatorMeasured), valid(IndicatorDefined)]
    assert receiver.accepted[0].source == "/hoc-vien/lms"


def test_a_repeat_is_known_and_not_taken_twice() -> None:
    receiver, message = FakeReceiver(), LMS.message(valid(IndicatorMeasured))
    assert send(receiver, message, message) == [Accepted(), Accepted(repeated=True)]
    assert send(receiver, message) == [Accepted(repeated=True)]
    assert receiver.events == [valid(IndicatorMeasured)]


def test_the_same_id_for_something_else_is_refused() -> None:
    receiver = FakeReceiver()
    first = LMS.message(valid(IndicatorMeasured), id="1")
    other = LMS.message(valid(IndicatorMeasured, period="2026-W51"), id="1", time=first.time)
    assert refusals(send(receiver, first, other)[1]) == [("id_reused", "/id")]
    assert len(receiver.events) == 1


def test_what_the_real_one_refuses_the_fake_refuses() -> None:
    good = LMS.message(valid(IndicatorMeasured))
    bad = replace(good, id="2", type="vn.tiendo.indicators.Nothing.v1")
    taken, refused = send(FakeReceiver(), good, bad)
    assert taken == Accepted()
    assert refusals(refused) == [("unknown_type", "/type")]


def test_what_services_alone_publish_is_refused() -> None:
    [refused] = send(FakeReceiver(), LMS.message(valid(ReportMissed)))
    assert refusals(refused) == [("not_yours_to_publish", "/type")]


def test_what_a_source_is_not_registered_for_is_refused() -> None:
    measured = valid(IndicatorMeasured, system=LMS.name)
    may = Registration(
        "lms", LMS.name, frozenset({measured.TYPE}), {measured.unit_id: True, OTHER: False}.get
    )
    receiver = FakeReceiver(may)
    assert send(receiver, LMS.message(measured)) == [Accepted()]
    for code, path, message in (
        ("not_your_source", "/source", Source("/other").message(measured)),
        ("type_not_registered", "/type", LMS.message(valid(IndicatorDefined))),
        ("not_yours_to_publish", "/type", LMS.message(valid(ReportMissed))),
        ("unit_not_registered", "/data/unit_id", of_unit(measured, OTHER)),
        ("unit_not_known", "/data/unit_id", of_unit(measured, UUID(int=3))),
        ("not_your_system", "/data/system", LMS.message(valid(IndicatorMeasured, system="/x"))),
    ):
        assert refusals(send(receiver, message)[0]) == [(code, path)]
    assert receiver.events == [measured]


def of_unit(measured: IndicatorMeasured, unit: UUID) -> Message:
    return LMS.message(measured.model_copy(update={"unit_id": unit}))


def test_a_receiver_that_is_away_takes_nothing() -> None:
    receiver, message = FakeReceiver(), LMS.message(valid(IndicatorMeasured))
    receiver.is_away = True
    assert send(receiver, message) == [Unsent("the receiver is away")]
    receiver.is_away = False
    assert send(receiver, message) == [Accepted()]
