"""The command `tiendo-contracts`: files checked offline, the catalogue looked up."""

import io
import json
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from tiendo_contracts import catalogue
from tiendo_contracts.catalogue import topics
from tiendo_contracts.checking import check_binary
from tiendo_contracts.cli import main
from tiendo_contracts.cli.validating import line_of
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples import example, structured
from tiendo_contracts.examples.indicators import INDICATOR_MEASURED
from tiendo_contracts.examples.reporting import REPORT_SUBMITTED

EVENT = structured(REPORT_SUBMITTED)
SENDABLE = {
    "vn.tiendo.indicators.IndicatorDefined.v1",
    "vn.tiendo.indicators.IndicatorMeasured.v1",
    "vn.tiendo.quality.FindingRaised.v1",
    "vn.tiendo.quality.FindingResolved.v1",
}


def written(folder: Path, name: str, content: object) -> str:
    file = folder / name
    text = content if isinstance(content, str) else json.dumps(content, indent=2)
    file.write_text(text, "utf-8")
    return str(file)


def wrong(**changes: object) -> dict[str, Any]:
    """The event with one line of its report changed."""
    line = {**EVENT["data"]["lines"][0], **changes}
    return {**EVENT, "data": {**EVENT["data"], "lines": [line]}}


def errors(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return json.loads(capsys.readouterr().out)["errors"]


def test_an_event_a_batch_and_lines_are_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = written(tmp_path, "event.json", EVENT)
    batch = written(tmp_path, "batch.json", [EVENT, structured(INDICATOR_MEASURED)])
    lines = written(tmp_path, "events.jsonl", f"{json.dumps(EVENT)}\n\n{json.dumps(EVENT)}\n")
    assert main(["validate", event, batch, lines]) == 0
    counts = [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()]
    assert [count[0] for count in counts] == ["1", "2", "2"]
    assert all("0 bị từ chối" in count and "0 refused" in count for count in counts)


def test_what_is_wrong_is_told_with_line_path_and_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, "event.json", wrong(percent=101))
    assert main(["validate", file]) == 1
    text = Path(file).read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(text, 1) if '"percent": 101' in line)
    fault, counts = capsys.readouterr().out.splitlines()
    assert fault.startswith(
        f"{file}:{number}: /data/lines/0/percent: Ngoài giới hạn: nhiều nhất 100"
    )
    assert fault.endswith("/ Out of range: at most 100. [out_of_range]")
    assert counts == f"{file}: 0 hợp lệ, 1 bị từ chối / 0 valid, 1 refused"


def test_programs_are_told_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, "batch.json", [EVENT, wrong(done=None)])
    assert main(["validate", "--json", file]) == 1
    [told] = errors(capsys)
    text = Path(file).read_text("utf-8").splitlines()
    assert '"done": null' in text[told["line"] - 1]
    assert (told["file"], told["event"], told["path"]) == (file, 2, "/data/lines/0/done")
    assert told["code"] == "wrong_type"
    assert told["vi"] != told["en"]


def test_of_lines_the_bad_one_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = "\n".join(["", json.dumps(EVENT), "{", json.dumps(wrong(percent=-1)), ""])
    assert main(["validate", "--json", written(tmp_path, "events.ndjson", lines)]) == 1
    told = [(one["line"], one["event"], one["code"]) for one in errors(capsys)]
    assert told == [(3, 2, "not_json"), (4, 3, "out_of_range")]


def test_lines_are_told_by_their_form_where_the_name_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = written(tmp_path, "log.txt", f"{json.dumps(EVENT)}\n{json.dumps(wrong(percent=101))}\n")
    assert main(["validate", "--json", two]) == 1
    assert [(one["line"], one["event"]) for one in errors(capsys)] == [(2, 2)]


def test_standard_input_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(EVENT).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["validate", "-"]) == 0
    assert capsys.readouterr().out == "-: 1 hợp lệ, 0 bị từ chối / 1 valid, 0 refused\n"


def test_data_alone_are_checked_by_their_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = written(tmp_path, "data.json", EVENT["data"])
    bad = written(tmp_path, "bad.json", {**EVENT["data"], "period": "50"})
    assert main(["validate", "--type", "ReportSubmitted", good]) == 0
    capsys.readouterr()
    assert main(["validate", "--type", REPORT_SUBMITTED.TYPE, "--json", bad]) == 1
    [told] = errors(capsys)
    assert '"period"' in Path(bad).read_text("utf-8").splitlines()[told["line"] - 1]
    assert (told["path"], told["code"]) == ("/data/period", "wrong_pattern")


@pytest.mark.parametrize("content", ["", "[", "[" * 100_000, '{"a": 1, "a": 2}', "[1]", "\x00"])
def test_hostile_files_are_refused(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--json", written(tmp_path, "event.json", content)]) == 1
    assert all(one["line"] == 1 for one in errors(capsys))


def test_a_file_that_is_not_utf8_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(b'{"id": "\xff"}')
    assert main(["validate", "--json", str(file)]) == 1
    assert [one["code"] for one in errors(capsys)] == ["not_unicode"]


def test_a_file_that_is_not_there_is_no_refusal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(tmp_path / "none.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1),
        ("/a", 2),
        ("/b", 3),
        ("/b/1/c~1d", 5),
        ("/b/1/missing", 5),
        ("/b/2", 8),
        ("/none", 1),
    ],
)
def test_a_pointer_has_a_line(pointer: str, line: int) -> None:
    text = '{\n "a": "}\\"[",\n "b": [\n  [], {"c/d": [\n   1,\n 2]\n },\n null]\n}\n'
    text = text.replace('[], {"c/d"', '[],\n {"c/d"').replace("[\n   1,\n 2]\n }", "[1, 2]\n\n }")
    assert line_of(text, pointer.split("/")[1:]) == line


def test_the_catalogue_is_a_list_of_objects(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["type"] for one in found] == list(catalogue())
    assert {"type", "topic", "owner", "since", "key", "consumers", "version", "status"} <= (
        found[0].keys()
    )
    [measured] = [one for one in found if one["type"].endswith("IndicatorMeasured.v1")]
    assert (measured["topic"], measured["owner"]) == ("tiendo.indicators.v1", "ingest")
    assert measured["status"] == "published"


def test_the_catalogue_is_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == list(catalogue())
    assert rows[0][1:] == ["tiendo.units.v1", "assignments", "2026-11-22", "published"]


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_an_example_validates(
    event_type: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["example", event_type]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["data"] == json.loads(encode(example(event_type)))
    assert main(["validate", written(tmp_path, "example.json", printed)]) == 0


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_a_schema_is_printed(event_type: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", event_type]) == 0
    found = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(found)
    assert found["$id"] == f"urn:tiendo:{event_type}"


def test_a_type_may_be_named_for_short_and_a_wrong_one_is_guessed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["schema", "MeetingHeld"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "MeetingHeld"
    with pytest.raises(SystemExit) as left:
        main(["schema", "MeetingHold"])
    assert left.value.code == 2
    assert "vn.tiendo.meetings.MeetingHeld.v1?" in capsys.readouterr().err


def test_asyncapi_holds_every_topic_and_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asyncapi"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["asyncapi"] == "3.0.0"
    *ours, inbound = (one["address"] for one in found["channels"].values())
    assert ours == list(topics())
    assert inbound == "tiendo.inbound.{source}.v1"
    assert found["components"]["messages"].keys() == catalogue().keys() | {
        f"inbound.{name}" for name in SENDABLE
    }


def test_asyncapi_shows_a_source_what_it_may_send_and_with_which_headers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["asyncapi"])
    found = json.loads(capsys.readouterr().out)
    assert found["operations"]["send_inbound"]["action"] == "send"
    assert found["channels"]["inbound"]["messages"].keys() == SENDABLE
    for name in SENDABLE:
        [shown] = found["components"]["messages"][f"inbound.{name}"]["examples"]
        value = json.dumps(shown["payload"]).encode()
        headers = [(name, text.encode()) for name, text in shown["headers"].items()]
        assert check_binary(headers, value, "ce_").type == name


def test_every_reference_of_asyncapi_leads_somewhere(capsys: pytest.CaptureFixture[str]) -> None:
    main(["asyncapi"])
    document = json.loads(capsys.readouterr().out)

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            members = cast("dict[str, object]", node)
            here = [str(members["$ref"])] if "$ref" in members else []
            return here + [one for inner in members.values() for one in references(inner)]
        if isinstance(node, list):
            return [one for inner in cast("list[object]", node) for one in references(inner)]
        return []

    found = references(document)
    assert len(found) > 3 * len(catalogue())
    for reference in found:
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        assert isinstance(node, dict)


@pytest.mark.parametrize("command", [[], ["validate"], ["catalogue"], ["example"], ["pages"]])
def test_help_speaks_both_languages(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "sự kiện" in said or "danh mục" in said
    assert "event" in said or "catalogue" in said
