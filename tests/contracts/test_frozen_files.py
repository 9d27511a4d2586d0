"""JSON Schemas and examples as files, and the command that writes them."""

import json
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from tiendo_contracts import Contract, by_type, catalogue
from tiendo_contracts.__main__ import main
from tiendo_contracts.base import Id, Text, doc
from tiendo_contracts.cloudevents import decode, encode
from tiendo_contracts.examples import example
from tiendo_contracts.freezing import FOLDER, check, freeze, schema

TYPES = tuple(catalogue())


def frozen_schema(event_type: str) -> dict[str, object]:
    return json.loads((FOLDER / "schemas" / f"{event_type}.json").read_text("utf-8"))


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_schema_matches_its_frozen_file(event_type: str) -> None:
    assert schema(by_type(event_type)) == frozen_schema(event_type), (
        "a published schema does not change: add a .v2; "
        "a new type is frozen by `python -m tiendo_contracts freeze`"
    )


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_frozen_schema_is_one_of_2020_12(event_type: str) -> None:
    frozen = frozen_schema(event_type)
    assert frozen["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(frozen)


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_example_satisfies_the_frozen_schema(event_type: str) -> None:
    validator: Any = Draft202012Validator(  # its methods are typed in part only
        frozen_schema(event_type), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    validator.validate(json.loads(encode(example(event_type))))


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_example_file_is_read_back_as_the_example(event_type: str) -> None:
    file = FOLDER / "examples" / f"{event_type}.json"
    assert decode(event_type, file.read_bytes()) == example(event_type)


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_example_round_trips_to_the_same_bytes(event_type: str) -> None:
    value = encode(example(event_type))
    assert encode(decode(event_type, value)) == value


class PondDrained(Contract):
    """A pond was drained."""

    TYPE: ClassVar[str] = "vn.tiendo.ponds.PondDrained.v1"
    VI: ClassVar[str] = "Một cái ao đã được tháo cạn."
    TOPIC: ClassVar[str] = "tiendo.ponds.v1"
    KEY: ClassVar[str] = "pond_id"
    OWNER: ClassVar[str] = "ponds"
    SINCE: ClassVar[date] = date(2026, 11, 22)

    pond_id: Id = doc("Ao", "the pond")
    title: Text = doc("Tên", "name", max_length=20)


POND = PondDrained(pond_id=UUID(int=7), title="Ao sen")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    assert freeze([POND], tmp_path) == []
    return tmp_path


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "schemas" / f"{PondDrained.TYPE}.json"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_new_type_is_written(published: Path) -> None:
    assert check([POND], published) == []


def test_a_published_schema_that_changed_is_not_overwritten(published: Path) -> None:
    change(published, '"maxLength": 20', '"maxLength": 30')
    assert freeze([POND], published) == [
        "vn.tiendo.ponds.PondDrained.v1 is published and its schema changed: add a .v2"
    ]
    assert check([POND], published) == [
        "vn.tiendo.ponds.PondDrained.v1: the frozen schema differs from the model"
    ]


def test_a_field_named_like_a_keyword_is_part_of_the_promise(published: Path) -> None:
    change(published, '"title": {', '"description": {')
    assert len(freeze([POND], published)) == 1


def test_words_of_a_published_schema_may_be_mended(published: Path) -> None:
    change(published, "A pond was drained.", "A pond was emptied.")
    assert len(check([POND], published)) == 1
    assert freeze([POND], published) == []
    assert check([POND], published) == []


def test_an_example_that_differs_is_told(published: Path) -> None:
    other = PondDrained(pond_id=UUID(int=7), title="Ao cá")
    assert check([other], published) == [
        "vn.tiendo.ponds.PondDrained.v1: the frozen example differs"
    ]


def test_a_published_type_does_not_leave_the_catalogue(published: Path) -> None:
    assert check([], published) == [
        "vn.tiendo.ponds.PondDrained.v1 is published and left the catalogue"
    ]


def test_checking_writes_nothing(tmp_path: Path) -> None:
    assert len(check([POND], tmp_path)) == 2
    assert list(tmp_path.iterdir()) == []


def test_freeze_command_writes_what_check_then_accepts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["freeze", "--check", "--folder", str(tmp_path)]) == 1
    assert f"{TYPES[0]}: the frozen schema differs" in capsys.readouterr().err
    assert main(["freeze", "--folder", str(tmp_path)]) == 0
    assert main(["freeze", "--check", "--folder", str(tmp_path)]) == 0
    assert len(list(tmp_path.rglob("*.json"))) == 2 * len(TYPES)


def test_freeze_command_writes_the_files_that_are_published(tmp_path: Path) -> None:
    main(["freeze", "--folder", str(tmp_path)])
    written = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*.json")}
    assert written == {file.relative_to(FOLDER): file.read_bytes() for file in FOLDER.rglob("*.*")}


def test_catalogue_command_prints_type_topic_owner_and_since(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["catalogue"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == list(TYPES)
    assert rows[0] == [TYPES[0], "tiendo.units.v1", "assignments", "2026-11-22"]
