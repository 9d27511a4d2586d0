"""How topics should be kept, and what is said where they are not."""

from dataclasses import replace

import pytest

from tiendo_runtime.kafka_lookout import Cluster, Topic
from tiendo_runtime.survey import Difference, differences

FOREVER = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "min.insync.replicas": "2",
}


WELL = Topic("t", 12, 3, 3, FOREVER)


def _found(topic: Topic, brokers: int = 3) -> list[Difference]:
    return list(differences(Cluster("c", brokers, {"t": topic}), ["t"], 12))


def _set(setting: str, value: str, topic: Topic = WELL) -> Topic:
    return replace(topic, settings={**topic.settings, setting: value})


def test_a_topic_as_it_should_be_is_not_spoken_of() -> None:
    assert _found(WELL) == []


def test_one_broker_alone_can_keep_one_copy() -> None:
    alone = _set("min.insync.replicas", "1", replace(WELL, replicas=1, in_sync=1))
    assert _found(alone, brokers=1) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [("cleanup.policy", "compact"), ("retention.ms", "604800000"), ("retention.bytes", "1000")],
)
def test_what_deletes_events_is_said_with_the_command_that_stops_it(
    setting: str, value: str
) -> None:
    [one] = _found(_set(setting, value))
    assert one.loses
    assert f"{setting}={value}" in one.what
    assert one.do.endswith(f"--add-config {setting}={FOREVER[setting]}")


@pytest.mark.parametrize(
    ("topic", "word"),
    [
        (replace(WELL, replicas=2, in_sync=2), "2 replicas, not 3"),
        (replace(WELL, in_sync=2), "2 of 3 replicas in sync"),
        (_set("min.insync.replicas", "1"), "min.insync.replicas=1"),
    ],
)
def test_what_a_lost_broker_may_take_along_is_said_and_stops_nothing(
    topic: Topic, word: str
) -> None:
    [one] = _found(topic)
    assert word in one.what
    assert not one.loses


def test_another_number_of_partitions_and_a_missing_topic_are_said() -> None:
    [one] = _found(replace(WELL, partitions=6))
    assert one.loses
    assert "6 partitions" in one.what
    [missing] = differences(Cluster("c", 1, {}), ["t"], 12)
    assert missing.what == "is missing"
    assert "tiendo ops migrate" in missing.do
