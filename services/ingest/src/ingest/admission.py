"""Whether a sound event may come from its source: the pure part of what the ingest decides."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, cast
from uuid import UUID

from ingest.application import is_open
from ingest.messages import REFUSALS
from ingest.sources import SourceRow
from tiendo_contracts.base import Contract
from tiendo_contracts.checking import Incoming
from tiendo_contracts.refusals import Refusal, pointer
from tiendo_contracts.refusals import refusal as of_contracts
from tiendo_notices.classified import is_classified
from tiendo_runtime.publishing import MAX_EVENT_BYTES

_MAY_BE_MARKED = re.compile("[ẬậÂâ\u0302]")
"""Every marking of secrecy has this letter, composed or not; most texts have none of it."""
_MAY_BE_MARKED_UTF8 = re.compile(rb"\xe1\xba[\xac\xad]|\xc3[\x82\xa2]|\xcc\x82")


def refusal(code: str, path: str, **facts: object) -> Refusal:
    """A refusal of ours, in the words of `messages`."""
    words = REFUSALS[code]
    return Refusal(code, path, words.say("vi", facts), words.say("en", facts))


def unit_of(event: Incoming) -> UUID | None:
    """The unit that an event speaks of: whose data they are, or who answers for a definition."""
    return getattr(event.data, _unit_field(type(event.data)), None)


@cache
def _unit_field(contract: type[Contract]) -> str:
    return "unit_id" if "unit_id" in contract.model_fields else "owner_unit_id"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a source may publish, as events are held against it one by one.

    `within` tells of units that the register knows whether they stand below the source's unit.
    """

    source: SourceRow
    types: frozenset[str]
    units: frozenset[UUID]
    within: Mapping[UUID, bool]

    @classmethod
    def of(cls, source: SourceRow, within: Mapping[UUID, bool]) -> Self:
        """The grounds of a source's row."""
        return cls(source, frozenset(source.types), frozenset(source.units), within)


def judge(event: Incoming, value: bytes, may: Grounds) -> Refusal | None:
    """Why an event may not come from its source, or None; `value` is its data as passed on."""
    contract = type(event.data)
    if event.source != may.source.uri:
        return refusal("not_your_source", "/source", uri=may.source.uri)
    if event.type not in may.types or not is_open(contract):
        return _of_type(contract, may.source)
    unit = unit_of(event)
    if unit is not None and unit not in may.units and not may.within.get(unit, False):
        known = may.source.below is None or unit in may.within
        code = "unit_not_registered" if known else "unit_not_known"
        return refusal(code, f"/data/{_unit_field(contract)}", name=may.source.name)
    if getattr(event.data, "system", event.source) != event.source:
        return refusal("not_your_system", "/data/system", uri=may.source.uri)
    return _of_content(event.data, value)


def _of_type(contract: type[Contract], source: SourceRow) -> Refusal:
    if is_open(contract):
        return refusal("type_not_registered", "/type", name=source.name)
    return refusal("not_yours_to_publish", "/type", owner=contract.OWNER)


def _of_content(data: Contract, value: bytes) -> Refusal | None:
    if len(value) > MAX_EVENT_BYTES:  # as it is passed on; it may have been shorter as it came
        return of_contracts("too_large", "/data", limit=MAX_EVENT_BYTES)
    if _MAY_BE_MARKED_UTF8.search(value) and (where := marked_text(data)):
        return refusal("classified", where)
    return None


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
