"""What docs/contracts.md says, held against the code."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from tiendo_contracts import attributes, checking, compatibility, strict_json
from tiendo_contracts.base import (
    Code,
    Day,
    DecimalText,
    Id,
    Instant,
    Link,
    Period,
    Text,
    UnitOfMeasure,
)
from tiendo_contracts.checking import RefusedError
from tiendo_contracts.freezing import BESIDE
from tiendo_contracts.partitions import PARTITIONS
from tiendo_contracts.refusals import CODES, MAX_REFUSALS
from tiendo_runtime.kafka import PARTITIONS as PARTITIONS_OF_TOPICS
from tiendo_runtime.publishing import MAX_EVENT_BYTES

RULES = (Path(__file__).resolve().parents[2] / "docs" / "contracts.md").read_text("utf-8")
PROSE = re.sub(r"\s+", " ", RULES)

Number = Annotated[int, Field(ge=0, le=2**53 - 1)]
KINDS: dict[str, Any] = {
    "id": Id,
    "instant": Instant,
    "day": Day,
    "number": Number,
    "decimal": DecimalText,
    "unit": UnitOfMeasure,
    "period": Period,
    "code": Code,
    "link": Link,
    "text": Text,
}


def samples(column: int) -> Iterator[tuple[str, str]]:
    """Kind and JSON text of each sample in a column of the table of values."""
    for line in RULES.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in KINDS and len(cells) == 3:
            yield from ((cells[0], text) for text in re.findall("`([^`]+)`", cells[column]))


def read(kind: str, text: str) -> object:
    """Read a JSON text as the contracts do: of one meaning, strict."""
    parsed = strict_json.parse(text.encode())
    if wrong := parsed.faults({"value": parsed.tree}, ""):
        raise RefusedError(wrong)
    adapter: TypeAdapter[object] = TypeAdapter(KINDS[kind], config=ConfigDict(strict=True))
    return adapter.validate_json(text)


@pytest.mark.parametrize(("kind", "text"), [*samples(1)])
def test_what_is_written_so_is_read(kind: str, text: str) -> None:
    assert read(kind, text) is not None


@pytest.mark.parametrize(("kind", "text"), [*samples(2)])
def test_what_is_not_written_so_is_refused(kind: str, text: str) -> None:
    with pytest.raises((ValidationError, RefusedError)):
        read(kind, text)


def test_every_kind_has_samples_of_both() -> None:
    assert {kind for kind, _ in samples(1)} == {kind for kind, _ in samples(2)} == KINDS.keys()


def test_every_code_of_refusal_is_listed_in_order_and_no_other() -> None:
    table = RULES.partition("| code |")[2]
    assert re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE) == list(CODES)
    for vietnamese, english in CODES.values():
        assert vietnamese in table
        assert english in table


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("256 characters at most", attributes.MAX_LENGTH == 256),
        ("32 extensions of 1,024 characters", attributes.MAX_EXTENSIONS == 32),
        ("32 extensions of 1,024 characters", attributes.MAX_EXTENSION_LENGTH == 1024),
        ("`data` have 256 kB at most", checking.MAX_DATA_BYTES == MAX_EVENT_BYTES == 256 * 1024),
        ("no more than 32 levels", strict_json.MAX_DEPTH == 32),
        ("no array of more than 10,000 elements", strict_json.MAX_ITEMS == 10_000),
        ("than 10 minutes ahead", timedelta(minutes=10) == attributes.FUTURE_TOLERANCE),
        ("(20 at most)", MAX_REFUSALS == 20),
        ("both published for at least 12 months", timedelta(days=365) == BESIDE),
        ("published for at least 12 months", compatibility.BESIDE.endswith("12 months")),
        ("murmur2", PARTITIONS == PARTITIONS_OF_TOPICS == 12),
    ],
)
def test_a_limit_that_is_written_is_the_limit_that_holds(sentence: str, holds: bool) -> None:
    assert sentence in PROSE
    assert holds
