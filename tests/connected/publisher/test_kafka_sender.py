import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tests.connected.publisher.events import LMS, SUBJECTS, arrived, messages, sent
from tests.connected.publisher.topics import records

from tiendo_contracts.examples.reporting import REPORT_SUBMITTED
from tiendo_contracts.partitions import partition_of
from tiendo_contracts.publisher import Accepted, Message, Outcome, Refused, Unsent
from tiendo_contracts.publisher.kafka import KafkaSender
from tiendo_local import ports
from tiendo_local.testing import Broker

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def send(bootstrap: str, topic: str, *batches: Sequence[Message]) -> list[Outcome]:
    impatient = {"request_timeout_ms": 2000}
    async with KafkaSender(bootstrap, topic, impatient) as sender:
        return [outcome for batch in batches for outcome in await sender.send(batch)]


def test_an_event_arrives_as_it_was_on_the_partition_of_its_key(kafka: Broker) -> None:
    topic = asyncio.run(kafka.create_topic("inbound", partitions=5))
    message = LMS.message(REPORT_SUBMITTED, traceparent=TRACE)
    assert asyncio.run(send(kafka.bootstrap, topic, [message])) == [Accepted()]
    [record] = records(kafka.bootstrap, topic)
    assert record.key == REPORT_SUBMITTED.key()
    assert record.partition == partition_of(record.key, 5)
    assert (record.event.id, record.event.source) == (message.id, "/hoc-vien/lms")
    assert (record.event.data, record.event.time) == (REPORT_SUBMITTED, message.time)
    assert record.event.extensions == {"traceparent": TRACE}


def test_events_of_a_subject_arrive_in_order_through_many_batches(kafka: Broker) -> None:
    topic = asyncio.run(kafka.create_topic("inbound"))
    large = [replace(one, value=one.value + b" " * 20_000) for one in messages(200, SUBJECTS[:3])]
    outcomes = asyncio.run(send(kafka.bootstrap, topic, large[:150], large[150:]))
    assert outcomes == [Accepted()] * 200
    assert arrived(records(kafka.bootstrap, topic)) == sent(large)


def test_what_is_too_large_is_refused_alone(kafka: Broker) -> None:
    topic = asyncio.run(kafka.create_topic("inbound", partitions=1))
    first, second, third = messages(3)
    second = replace(second, value=second.value + b" " * 262_144)
    outcomes = asyncio.run(send(kafka.bootstrap, topic, [first, second, third]))
    assert [outcomes[0], outcomes[2]] == [Accepted()] * 2
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].refusals[0].code == "too_large"
    assert [one.event.id for one in records(kafka.bootstrap, topic)] == [first.id, third.id]


def test_a_topic_that_is_not_there_leaves_events_unsent_and_says_so(kafka: Broker) -> None:
    topic = kafka.name("nowhere")
    outcomes = asyncio.run(send(kafka.bootstrap, topic, messages(2)))
    assert [type(outcome) for outcome in outcomes] == [Unsent, Unsent]
    assert "UnknownTopicOrPartition" in str(outcomes[0])


def test_brokers_that_are_away_leave_events_unsent_and_are_tried_again() -> None:
    nowhere = f"127.0.0.1:{ports.any_free()}"
    outcomes = asyncio.run(send(nowhere, "inbound", messages(1), messages(1)))
    assert [type(outcome) for outcome in outcomes] == [Unsent, Unsent]
    assert "KafkaConnectionError" in str(outcomes[1])
