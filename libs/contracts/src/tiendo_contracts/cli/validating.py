"""Files of events, checked one by one, with the line that each fault stands on."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from tiendo_contracts.base import Contract
from tiendo_contracts.checking import Incoming, RefusedError, check_batch, check_data
from tiendo_contracts.checking import check_structured as check_event
from tiendo_contracts.refusals import Refusal, pointer

_LINES = {".jsonl", ".ndjson"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal, the number of its event in the file from 1, and the line in the file from 1."""

    event: int
    line: int
    refusal: Refusal


@dataclass(slots=True)
class Report:
    """What was found in one file."""

    file: str
    valid: int = 0
    refused: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])

    def lines(self) -> Iterator[str]:
        """For people: a line per fault, then the counts."""
        for fault in self.faults:
            told = fault.refusal
            where = f"{self.file}:{fault.line}: {told.path or '/'}"
            yield f"{where}: {told.vi} / {told.en} [{told.code}]\n"
        yield (
            f"{self.file}: {self.valid} hợp lệ, {self.refused} bị từ chối / "
            f"{self.valid} valid, {self.refused} refused\n"
        )

    def errors(self) -> Iterator[dict[str, Any]]:
        """For programs: an object per fault."""
        for fault in self.faults:
            told = fault.refusal
            yield {
                "file": self.file,
                "line": fault.line,
                "event": fault.event,
                "path": told.path,
                "code": told.code,
                "vi": told.vi,
                "en": told.en,
            }


def validate(file: str, body: bytes, model: type[Contract] | None = None) -> Report:
    """Check what a file holds: a JSON array is a batch, an object an event, lines are one each.

    With a model, it is the data of one event of that type.
    """
    report = Report(file)
    text = body.decode(errors="replace")
    if model is not None:
        _count(report, 1, text, _tried(lambda: check_data(model, body)), whole=True)
    elif _is_of_lines(file, text):
        for number, line in enumerate(body.split(b"\n"), 1):
            if line.strip():
                found = _tried(lambda line=line: check_event(line))
                _count(report, report.valid + report.refused + 1, "", found, line=number)
    elif text.lstrip().startswith("["):
        try:
            for index, found in enumerate(check_batch(body)):
                _count(report, index + 1, text, found, prefix=(str(index),))
        except RefusedError as error:
            _count(report, 1, text, error)
    else:
        _count(report, 1, text, _tried(lambda: check_event(body)))
    return report


def _tried(check: Any) -> Contract | Incoming | RefusedError:
    try:
        return check()
    except RefusedError as error:
        return error


def _is_of_lines(file: str, text: str) -> bool:
    """By its name; without one, where the first line is an object and another follows."""
    if PurePath(file).suffix.lower() in _LINES:
        return True
    first, _, rest = text.strip().partition("\n")
    if not first.startswith("{") or not rest.strip().startswith("{"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _count(
    report: Report,
    event: int,
    text: str,
    found: Contract | Incoming | RefusedError,
    *,
    line: int = 0,
    prefix: Sequence[str] = (),
    whole: bool = False,
) -> None:
    """Note one event; `line` is where it stands, or 0 to look the path up in the text.

    `whole` where the text is the data alone, so that paths in it begin at `/data`.
    """
    if not isinstance(found, RefusedError):
        report.valid += 1
        return
    report.refused += 1
    for one in found.refusals:
        parts = [*prefix, *one.path.split("/")[1:]]
        where = line or line_of(text, parts[1:] if whole else parts)
        report.faults.append(Fault(event, where, one))


def line_of(text: str, parts: Sequence[str]) -> int:
    """The line, from 1, on which a JSON pointer's target begins; of what is missing its parent's.

    A text that is no JSON is told by the line on which it stops being one.
    """
    try:
        json.loads(text)
        at = _place(text, 0, parts)
    except json.JSONDecodeError as wrong:
        return wrong.lineno
    except (ValueError, RecursionError):
        at = 0
    return text.count("\n", 0, at) + 1


def _place(text: str, start: int, parts: Sequence[str]) -> int:
    """Where the target of a pointer begins, in a text that is known to be JSON."""
    start = _past_blanks(text, start)
    if not parts or text[start] not in "{[":
        return start
    for name, begin in _members(text, start):
        if pointer("", name)[1:] == parts[0]:
            return _place(text, begin, parts[1:])
    return start


def _members(text: str, start: int) -> Iterator[tuple[object, int]]:
    """Each name or number of what stands in an object or array, with where its value begins."""
    decoder, number = json.JSONDecoder(), 0
    at = _past_blanks(text, start + 1)
    while text[at] not in "}]":
        name: object = number
        if text[start] == "{":
            name, at = decoder.raw_decode(text, at)
            at = _past_blanks(text, at) + 1
        begin = _past_blanks(text, at)
        yield name, begin
        at = _past_blanks(text, decoder.raw_decode(text, begin)[1])
        at = _past_blanks(text, at + 1) if text[at] == "," else at
        number += 1


def _past_blanks(text: str, at: int) -> int:
    while text[at] in " \t\n\r":
        at += 1
    return at
