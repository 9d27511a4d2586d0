"""Records on the wire, frozen byte for byte, against which any other language can be tested.

Each file holds the UTF-8 text of a record's key, headers and value, and its partition among 12.
`python tests/contracts/test_golden_records.py` writes those of new types, and never another.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from aiokafka.partitioner import DefaultPartitioner

from tiendo_contracts import Envelope, catalogue
from tiendo_contracts.cloudevents import decode, encode
from tiendo_contracts.examples import envelope, example

GOLDEN = Path(__file__).parent / "golden"
PARTITIONS = list(range(12))


def partition(key: bytes) -> int:
    partitioner: Any = DefaultPartitioner()  # untyped
    return partitioner(key, PARTITIONS, PARTITIONS)


def record(event_type: str) -> dict[str, Any]:
    event = example(event_type)
    return {
        "topic": event.TOPIC,
        "key": event.key().decode(),
        "partition": partition(event.key()),
        "headers": [[name, text.decode()] for name, text in envelope(event).headers()],
        "value": encode(event).decode(),
    }


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
    assert partition(golden(event_type)["key"].encode()) == golden(event_type)["partition"]


def test_golden_records_are_those_of_the_catalogue() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} >= catalogue().keys()


def write_missing() -> None:
    """Write the golden records of types that have none yet."""
    GOLDEN.mkdir(exist_ok=True)
    for event_type in catalogue():
        file = GOLDEN / f"{event_type}.json"
        if not file.exists():
            text = json.dumps(record(event_type), ensure_ascii=False, indent=2)
            file.write_text(f"{text}\n", "utf-8", newline="\n")


if __name__ == "__main__":
    write_missing()
