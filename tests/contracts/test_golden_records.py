"""Records on the wire, frozen byte for byte, against which any other language can be tested."""

import json
from typing import Any

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from tiendo_contracts import Envelope, catalogue
from tiendo_contracts.cloudevents import decode, encode
from tiendo_contracts.examples import envelope, example
from tiendo_contracts.freezing import FOLDER
from tiendo_contracts.partitions import PARTITIONS, partition_of

GOLDEN = FOLDER / "records"


def golden(event_type: str) -> dict[str, Any]:
    return json.loads((GOLDEN / f"{event_type}.json").read_text("utf-8"))


def golden_headers(event_type: str) -> list[tuple[str, bytes]]:
    return [(name, text.encode()) for name, text in golden(event_type)["headers"]]


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_example_is_still_written_as_its_golden_record(event_type: str) -> None:
    event = example(event_type)
    assert encode(event) == golden(event_type)["value"].encode()
    assert list(envelope(event).headers()) == golden_headers(event_type)
    assert event.key() == golden(event_type)["key"].encode()
    assert golden(event_type)["topic"] == event.TOPIC


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_golden_record_is_read_as_the_example(event_type: str) -> None:
    found = Envelope.parse(golden_headers(event_type))
    assert found == envelope(example(event_type))
    assert decode(found.type, golden(event_type)["value"].encode()) == example(event_type)


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_murmur2_of_aiokafka_gives_the_golden_partition(event_type: str) -> None:
    key = golden(event_type)["key"].encode()
    assert partition_by_aiokafka(key, PARTITIONS) == golden(event_type)["partition"]


@given(st.binary(min_size=1, max_size=80), st.integers(1, 100))
def test_every_key_has_the_partition_that_aiokafka_gives_it(key: bytes, partitions: int) -> None:
    assert partition_of(key, partitions) == partition_by_aiokafka(key, partitions)


def test_golden_records_are_those_of_the_catalogue() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == catalogue().keys()


def partition_by_aiokafka(key: bytes, partitions: int) -> int:
    every = list(range(partitions))
    partitioner: Any = DefaultPartitioner()  # untyped
    return partitioner(key, every, every)
