"""JSON that every reader understands in the same way (I-JSON, RFC 7493), or a refusal.

Parsers differ in what they make of a name that stands twice, of a number beyond 2^53, of half a
surrogate pair; whoever checks one meaning and stores another has checked nothing. What is wrong is
left in the tree as a mark, so that one bad event of a batch is refused alone.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

from tiendo_contracts.refusals import MAX_REFUSALS, Refusal, RefusedError, pointer, refusal

MAX_DEPTH = 32
"""Objects and arrays within one another, the event itself included; the deepest contract has 5."""

MAX_ITEMS = 10_000
"""Elements of one array: to tell what is wrong with each of more would cost too much.

The largest reports that fit into 256 kB have 2,000 lines.
"""

MAX_INTEGER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class _Mark:
    """Stands in the tree where a value was that has no one meaning."""

    code: str


class _Twice(dict[str, Any]):
    """An object in which a name stood twice."""

    names: tuple[str, ...]


_OUT_OF_RANGE = _Mark("number_out_of_range")
_NOT_A_NUMBER = _Mark("not_a_number")
_PLAIN = frozenset({str, bool, type(None)})
_NUMBERS = frozenset({int, float})
_ODD_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes by which U+0000 and surrogates, paired or not, come in; nothing else can."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    counts = Counter(name for name, _ in pairs)
    twice.names = tuple(name for name, count in counts.items() if count > 1)[:MAX_REFUSALS]
    return twice


def _integer(digits: str) -> int | _Mark:
    if len(digits) > 17:
        return _OUT_OF_RANGE
    number = int(digits)
    return number if -MAX_INTEGER <= number <= MAX_INTEGER else _OUT_OF_RANGE


def _decimal(text: str) -> float | _Mark:
    number = float(text)
    return number if -MAX_INTEGER <= number <= MAX_INTEGER else _OUT_OF_RANGE


def _constant(name: str) -> _Mark:
    del name
    return _NOT_A_NUMBER


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_constant,
)


_write = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Parsed:
    """A JSON value; `odd` where some text in it must be looked at."""

    tree: object
    odd: bool

    def faults(self, part: object, at: str) -> list[Refusal]:
        """What is wrong with a part of the tree, which `at` points to; empty for nearly all."""
        if members(part) is not None and not (self.odd and _holds_odd_text(part)):
            return []
        return _faults(part, at)


def parse(body: bytes, at: str = "") -> Parsed:
    """Read a JSON text.

    Raises:
        RefusedError: It is empty, not UTF-8, not JSON, or far too deep to be read at all.
    """
    try:
        text = body.decode()
        tree = _DECODER.decode(text)
    except UnicodeDecodeError:
        raise RefusedError([refusal("not_unicode", at)]) from None
    except json.JSONDecodeError as wrong:
        code = "not_json" if body.strip() else "empty"
        raise RefusedError([refusal(code, at, at=wrong.pos + 1)]) from None
    except RecursionError:
        raise RefusedError([refusal("too_deep", at, limit=MAX_DEPTH)]) from None
    return Parsed(tree, _ODD_ESCAPE.search(text) is not None)


def members(tree: object) -> int | None:
    """How many members the objects of a tree have in all; None where something is wrong with it.

    Texts are not looked at.
    """
    count = 0
    below: list[Any] = [tree]
    for _ in range(MAX_DEPTH + 1):
        level = [node for node in below if node.__class__ not in _PLAIN and not _is_number(node)]
        if not level:
            return count
        below = []
        for node in level:
            if node.__class__ is dict:
                count += len(node)
                below += node.values()
            elif node.__class__ is list and len(node) <= MAX_ITEMS:
                below += node
            else:
                return None
    return None


def _is_number(node: object) -> bool:
    return node.__class__ in _NUMBERS and -MAX_INTEGER <= cast("float", node) <= MAX_INTEGER


def _holds_odd_text(tree: object) -> bool:
    """Whether some text may hold U+0000 or half a pair; an emoji in two escapes is no fault."""
    text = _write(tree)
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\\u0000" in text


def _faults(tree: object, at: str) -> list[Refusal]:
    found: list[Refusal] = []
    level = [(at, tree)]
    for _ in range(MAX_DEPTH):
        below: list[tuple[str, Any]] = []
        for where, node in level:
            found += _faults_here(where, node)
            below += _members(where, node)
        level = below
        if len(found) >= MAX_REFUSALS:
            return found
    for where, node in level:
        found += _faults_here(where, node)
    if any(isinstance(node, dict | list) for _, node in level):
        found.append(refusal("too_deep", at, limit=MAX_DEPTH))
    return found


def _faults_here(at: str, node: object) -> list[Refusal]:
    if isinstance(node, _Mark):
        return [refusal(node.code, at)]
    if isinstance(node, str):
        return _faults_of_text(at, node)
    if isinstance(node, list) and len(cast("list[Any]", node)) > MAX_ITEMS:
        return [refusal("too_many", at, limit=MAX_ITEMS)]
    found: list[Refusal] = []
    if isinstance(node, _Twice):
        found += [refusal("duplicate_key", pointer(at, name)) for name in node.names]
    if isinstance(node, dict):
        for name in cast("dict[str, object]", node):
            found += _faults_of_text(pointer(at, name), name)
    return found


def _faults_of_text(at: str, text: str) -> list[Refusal]:
    if "\0" in text:
        return [refusal("nul_character", at)]
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return [refusal("not_unicode", at)]
    return []


def _members(at: str, node: object) -> list[tuple[str, Any]]:
    """The members of an object, or of an array that is not too long; none of anything else."""
    if isinstance(node, dict):
        pairs = cast("dict[str, Any]", node).items()
        return [(pointer(at, name), inner) for name, inner in pairs]
    if isinstance(node, list):
        items = cast("list[Any]", node)
        return [(pointer(at, n), item) for n, item in enumerate(items) if len(items) <= MAX_ITEMS]
    return []
