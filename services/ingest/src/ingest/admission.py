"""Whether a sound event may come from its source: the pure part of what the ingest decides."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from uuid import UUID

from ingest.sources import SourceRow
from tiendo_contracts.base import Contract
from tiendo_contracts.checking import Incoming
from tiendo_contracts.refusals import Refusal, pointer, refusal
from tiendo_contracts.registration import Registration
from tiendo_notices.classified import is_classified
from tiendo_runtime.publishing import MAX_EVENT_BYTES

_MAY_BE_MARKED = re.compile("[ẬậÂâ\u0302]")
"""Every marking of secrecy has this letter, composed or not; most texts have none of it."""
_MAY_BE_MARKED_UTF8 = re.compile(rb"\xe1\xba[\xac\xad]|\xc3[\x82\xa2]|\xcc\x82")


def registration(source: SourceRow, within: Mapping[UUID, bool]) -> Registration:
    """What a source's row allows.

    `within` tells of units that the register knows whether they stand below the source's unit.
    """
    units = frozenset(source.units)

    def covers(unit: UUID) -> bool | None:
        if unit in units:
            return True
        return False if source.below is None else within.get(unit)

    return Registration(source.name, source.uri, frozenset(source.types), covers)


def judge(event: Incoming, value: bytes, may: Registration) -> Refusal | None:
    """Why an event may not come from its source, or None; `value` is its data as passed on."""
    return may.refusal(event) or _of_content(event.data, value)


def _of_content(data: Contract, value: bytes) -> Refusal | None:
    if len(value) > MAX_EVENT_BYTES:  # as it is passed on; it may have been shorter as it came
        return refusal("too_large", "/data", limit=MAX_EVENT_BYTES)
    if value.isascii() or not _MAY_BE_MARKED_UTF8.search(value):
        return None
    where = marked_text(data)
    return refusal("classified", where) if where else None


def marked_text(data: Contract) -> str | None:
    """Where data hold a text that is marked as secret, as a JSON pointer."""
    for path, text in _texts(data.__dict__, "/data"):
        if _MAY_BE_MARKED.search(text) and is_classified(text):
            return path
    return None


def holds_marking(tree: object) -> bool:
    """Whether any text in a JSON value is marked as secret; it must not be kept then."""
    return any(
        _MAY_BE_MARKED.search(text) and is_classified(text) for _, text in _texts({"": tree}, "")
    )


def _texts(members: Mapping[Any, object], at: str) -> Iterator[tuple[str, str]]:
    """All texts in a tree of objects and lists, with a pointer to each; names count as texts."""
    waiting: list[tuple[str, object]] = [(f"{at}/{name}", it) for name, it in members.items()]
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, str):
            yield where, value
        elif isinstance(value, dict):
            inside = cast("dict[str, object]", value)
            waiting += [(where, name) for name in inside]
            waiting += [(pointer(where, name), inner) for name, inner in inside.items()]
        elif isinstance(value, (list, tuple)):
            inner_values = cast("tuple[object, ...]", value)
            waiting += [(f"{where}/{number}", it) for number, it in enumerate(inner_values)]
        elif hasattr(value, "__dict__"):
            waiting += [(f"{where}/{name}", it) for name, it in vars(value).items()]
