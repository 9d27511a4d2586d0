"""The public language as files, and the command that writes them from the models alone."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from tiendo_contracts import Contract, by_type, catalogue
from tiendo_contracts.base import Id, Status, Text, doc
from tiendo_contracts.catalogue import entry
from tiendo_contracts.checking import RefusedError, check_structured
from tiendo_contracts.cli import main
from tiendo_contracts.cloudevents import decode, encode
from tiendo_contracts.examples import example
from tiendo_contracts.freezing import FOLDER, check, freeze, schema

TYPES = tuple(catalogue())
MODELS_ALONE = "differs from the models: run `python -m tiendo_contracts freeze`"


def frozen(kind: str, event_type: str) -> Any:
    return json.loads((FOLDER / kind / f"{event_type}.json").read_text("utf-8"))


def validator(event_type: str) -> Any:
    """A stock validator of another make; its methods are typed in part only."""
    return Draft202012Validator(
        frozen("schemas", event_type), format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def patched(event: dict[str, Any], patch: list[dict[str, Any]]) -> dict[str, Any]:
    """An event after a JSON Patch (RFC 6902) of one `remove` or `replace`."""
    [step] = patch
    made: Any = deepcopy(event)
    *parents, last = [int(p) if p.isdigit() else p for p in step["path"][1:].split("/")]
    node = made
    for part in parents:
        node = node[part]
    if step["op"] == "remove":
        del node[last]
    else:
        node[last] = step["value"]
    return made


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_schema_matches_its_frozen_file(event_type: str) -> None:
    assert schema(by_type(event_type)) == frozen("schemas", event_type), (
        "a published schema does not change: add a .v2; "
        "a new type is frozen by `python -m tiendo_contracts freeze`"
    )


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_frozen_schema_is_one_of_2020_12(event_type: str) -> None:
    found = frozen("schemas", event_type)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(found)


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_example_satisfies_the_frozen_schema(event_type: str) -> None:
    validator(event_type).validate(json.loads(encode(example(event_type))))


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_example_file_is_read_back_as_the_example(event_type: str) -> None:
    file = FOLDER / "examples" / f"{event_type}.json"
    assert decode(event_type, file.read_bytes()) == example(event_type)


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_example_round_trips_to_the_same_bytes(event_type: str) -> None:
    value = encode(example(event_type))
    assert encode(decode(event_type, value)) == value


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_frozen_event_is_taken_as_the_example(event_type: str) -> None:
    body = (FOLDER / "events" / f"{event_type}.json").read_bytes()
    assert check_structured(body).data == example(event_type)


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_what_must_be_refused_is_refused_for_the_frozen_reason(event_type: str) -> None:
    event, faults = frozen("events", event_type), frozen("refused", event_type)
    for fault in faults:
        with pytest.raises(RefusedError) as error:
            check_structured(json.dumps(patched(event, fault["patch"])).encode())
        [told] = error.value.refusals
        assert (told.code, told.path, told.vi, told.en) == tuple(
            fault[name] for name in ("code", "path", "vi", "en")
        )


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_data_that_must_be_refused_break_the_frozen_schema_too(event_type: str) -> None:
    """A reader who has nothing but the schema refuses the same, but for rules between fields."""
    event, stock = frozen("events", event_type), validator(event_type)
    faults = [one for one in frozen("refused", event_type) if one["path"].startswith("/data")]
    in_schema = [one for one in faults if one["code"] != "rule_broken" and one["path"] != "/data"]
    assert len(in_schema) > len(by_type(event_type).model_fields)
    for fault in in_schema:
        assert not stock.is_valid(patched(event, fault["patch"])["data"]), fault


@pytest.mark.parametrize("event_type", TYPES, ids=str)
def test_every_field_has_an_example_of_how_it_is_refused(event_type: str) -> None:
    told = {one["path"] for one in frozen("refused", event_type)}
    assert {f"/data/{name}" for name in by_type(event_type).model_fields} <= told


def test_bodies_that_must_be_refused_are_refused_for_the_frozen_reason() -> None:
    bodies = frozen("refused", "cloudevents")
    assert len(bodies) > 20
    for one in bodies:
        with pytest.raises(RefusedError) as error:
            check_structured(one["body"].encode())
        assert [(told.code, told.path) for told in error.value.refusals] == [
            (one["code"], one["path"])
        ]


def test_the_frozen_catalogue_is_that_of_the_models() -> None:
    found = json.loads((FOLDER / "catalogue.json").read_text("utf-8"))
    assert found == [entry(model) for model in catalogue().values()]


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


class _Longer(PondDrained):
    """A pond was drained."""

    title: Text = doc("Tên", "name", max_length=30)


class _Described(PondDrained):
    """A pond was emptied."""


class _Placed(PondDrained):
    """A pond was drained."""

    place: Text = doc("Địa điểm", "place", default="", max_length=20)


class _Moved(PondDrained):
    """A pond was drained."""

    TOPIC: ClassVar[str] = "tiendo.lakes.v1"


class _Planned(PondDrained):
    """A pond was drained."""

    STATUS: ClassVar[Status] = "planned"


class _PlannedLonger(_Longer):
    """A pond was drained."""

    STATUS: ClassVar[Status] = "planned"


class _Second(PondDrained):
    """A pond was drained."""

    TYPE: ClassVar[str] = "vn.tiendo.ponds.PondDrained.v2"
    SINCE: ClassVar[date] = date(2027, 1, 1)


class _FirstUntil(PondDrained):
    """A pond was drained."""

    UNTIL: ClassVar[date | None] = date(2028, 1, 1)


POND_ID = UUID(int=7)
POND = PondDrained(pond_id=POND_ID, title="Ao sen")
LONGER = _Longer(pond_id=POND_ID, title="Ao sen")
REFUSED = (
    "vn.tiendo.ponds.PondDrained.v1: /title: maxLength was 20 and is 30: readers of the published "
    "form refuse what is now allowed (limit_widened); add vn.tiendo.ponds.PondDrained.v2 beside it "
    "and publish both for at least 12 months (docs/contracts.md)"
)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    assert freeze([POND], tmp_path) == []
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.json")}


def test_a_new_type_is_written(published: Path) -> None:
    assert check([POND], published) == []


def test_a_change_that_breaks_a_reader_is_refused_and_not_written(published: Path) -> None:
    before = contents(published)
    assert check([LONGER], published) == [REFUSED]
    assert freeze([LONGER], published) == [REFUSED]
    assert contents(published) == before


def test_words_of_a_published_schema_may_be_mended(published: Path) -> None:
    emptied = _Described(pond_id=POND_ID, title="Ao sen")
    assert check([emptied], published) == [
        f"schemas/vn.tiendo.ponds.PondDrained.v1.json {MODELS_ALONE}",
        f"catalogue.json {MODELS_ALONE}",
    ]
    assert freeze([emptied], published) == []
    assert check([emptied], published) == []
    assert not (published / "earlier").exists()


def test_a_change_that_breaks_nobody_lays_the_earlier_form_aside(published: Path) -> None:
    placed = _Placed(pond_id=POND_ID, title="Ao sen", place="Bình Sơn")
    first = (published / "schemas" / "vn.tiendo.ponds.PondDrained.v1.json").read_bytes()
    assert freeze([placed], published) == []
    assert check([placed], published) == []
    kept = published / "earlier" / "vn.tiendo.ponds.PondDrained.v1.1.json"
    assert kept.read_bytes() == first
    assert freeze([POND], published) == []
    assert (published / "earlier" / "vn.tiendo.ponds.PondDrained.v1.2.json").exists()


def test_a_field_that_came_and_went_does_not_come_back_as_something_else(published: Path) -> None:
    class Ranked(PondDrained):
        """A pond was drained."""

        place: int = doc("Thứ hạng", "rank", default=0, ge=0, le=9)

    assert freeze([_Placed(pond_id=POND_ID, title="Ao sen", place="")], published) == []
    assert freeze([POND], published) == []
    assert any(
        "/place" in one for one in freeze([Ranked(pond_id=POND_ID, title="", place=0)], published)
    )


def test_topic_key_and_owner_of_a_published_type_stay(published: Path) -> None:
    moved = _Moved(pond_id=POND_ID, title="Ao sen")
    [told] = freeze([moved], published)
    assert told == (
        "vn.tiendo.ponds.PondDrained.v1: its topic was tiendo.ponds.v1 and is tiendo.lakes.v1: "
        "readers rely on it; take it back"
    )


def test_what_is_published_is_not_planned_again(published: Path) -> None:
    planned = _Planned(pond_id=POND_ID, title="Ao sen")
    assert freeze([planned], published) == [
        "vn.tiendo.ponds.PondDrained.v1: it is published, and cannot be planned again"
    ]


def test_a_planned_type_may_change_until_it_is_published(tmp_path: Path) -> None:
    assert freeze([_Planned(pond_id=POND_ID, title="Ao sen")], tmp_path) == []
    assert freeze([_PlannedLonger(pond_id=POND_ID, title="Ao sen")], tmp_path) == []
    assert freeze([LONGER], tmp_path) == []
    assert freeze([POND], tmp_path) != []


def test_an_example_that_differs_is_told(published: Path) -> None:
    found = check([PondDrained(pond_id=POND_ID, title="Ao cá")], published)
    assert f"examples/vn.tiendo.ponds.PondDrained.v1.json {MODELS_ALONE}" in found


def test_a_published_type_does_not_leave_the_catalogue(published: Path) -> None:
    left = (
        "vn.tiendo.ponds.PondDrained.v1 is published and left the catalogue: "
        "the log holds such events for ever"
    )
    assert left in check([], published)
    assert freeze([], published) == [left]


def test_a_version_is_published_beside_its_successor_for_a_year(published: Path) -> None:
    second = _Second(pond_id=POND_ID, title="Ao sen")
    [told] = freeze([POND, second], published)
    assert told == (
        "vn.tiendo.ponds.PondDrained.v1: vn.tiendo.ponds.PondDrained.v2 takes its place: "
        "say UNTIL, 2028-01-01 or later"
    )
    assert freeze([_FirstUntil(pond_id=POND_ID, title="Ao sen"), second], published) == []


def test_checking_writes_nothing(tmp_path: Path) -> None:
    assert len(check([POND], tmp_path)) == 7
    assert list(tmp_path.iterdir()) == []


def test_freeze_command_writes_what_check_then_accepts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["freeze", "--check", "--folder", str(tmp_path)]) == 1
    assert f"schemas/{TYPES[0]}.json differs" in capsys.readouterr().err
    assert main(["freeze", "--folder", str(tmp_path)]) == 0
    assert main(["freeze", "--check", "--folder", str(tmp_path)]) == 0
    assert len(contents(tmp_path)) == 5 * len(TYPES) + 2


def test_freeze_command_writes_the_files_that_are_published(tmp_path: Path) -> None:
    main(["freeze", "--folder", str(tmp_path)])
    published = {
        file: text for file, text in contents(FOLDER).items() if file.parts[0] != "earlier"
    }
    assert contents(tmp_path) == published
