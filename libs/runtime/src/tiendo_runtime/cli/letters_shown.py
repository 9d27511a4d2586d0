"""How dead letters look on a terminal, and to programs."""

import json
from collections.abc import Sequence
from typing import Any

from tiendo_runtime.deadletters import Letter
from tiendo_runtime.deadletters.retrying import Outcome

_REASON = 100


def facts(service: str, letter: Letter) -> dict[str, Any]:
    """A letter for programs; instants are UTC."""
    partition = letter.raw.partition
    moments = (letter.parked_at, letter.tried_at, letter.discarded_at)
    parked_at, tried_at, discarded_at = (m.isoformat() if m else None for m in moments)
    return {
        "name": f"{service}/{letter.id}",
        "service": service,
        "consumer": letter.consumer,
        "topic": partition.topic,
        "partition": partition.number,
        "offset": letter.raw.offset,
        "key": _text(letter.raw.key),
        "code": letter.code,
        "reason": letter.reason,
        "parked_at": parked_at,
        "tries": letter.tries,
        "tried_at": tried_at,
        "discarded_at": discarded_at,
        "discarded_by": letter.discarded_by,
        "discarded_because": letter.discarded_because,
    }


def table(page: Sequence[tuple[str, Letter]]) -> str:
    """A line for each letter."""
    lines = [("NAME", "PARKED (UTC)", "CODE", "CONSUMER", "KEY", "REASON")]
    for service, letter in page:
        reason = letter.discarded_because or letter.reason
        lines.append(
            (
                f"{service}/{letter.id}",
                f"{letter.parked_at:%Y-%m-%d %H:%M:%S}",
                "discarded" if letter.discarded_at else letter.code,
                letter.consumer,
                _text(letter.raw.key),
                " ".join(reason.split())[:_REASON],
            )
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def page(service: str, letter: Letter, behind: int) -> str:
    """All of a letter."""
    partition = letter.raw.partition
    told = facts(service, letter)
    lines = [
        f"{told['name']}  {letter.code}  of {letter.consumer}",
        f"at      {partition.topic}[{partition.number}] offset {letter.raw.offset}",
        f"key     {told['key']}",
        f"parked  {told['parked_at']}; tried again {letter.tries} times, last {told['tried_at']}",
        f"behind  {behind} more events of its key wait for it",
    ]
    if letter.discarded_at:
        lines.append(
            f"discarded {told['discarded_at']} by {letter.discarded_by}: {letter.discarded_because}"
        )
    lines += ["", letter.reason, "", "headers"]
    lines += [f"  {name}: {_text(value or b'')}" for name, value in letter.raw.headers]
    lines += ["", "data", _data(letter.raw.value), "", letter.stack]
    return "\n".join(lines).rstrip()


def outcome(service: str, one: Outcome) -> str:
    """What a retry of one letter came to."""
    name = f"{service}/{one.letter.id} {one.letter.consumer} key {_text(one.letter.raw.key)}"
    if one.failure is None:
        return f"{name}: handled"
    reason = f"{type(one.failure).__name__}: {one.failure}"
    return f"{name}: failed again, its key goes on waiting: {reason}"


def _text(raw: bytes) -> str:
    return raw.decode(errors="backslashreplace")


def _data(value: bytes | None) -> str:
    if value is None:
        return "  none"
    try:
        return json.dumps(json.loads(value), ensure_ascii=False, indent=2)
    except ValueError:
        return f"  {value!r}"
