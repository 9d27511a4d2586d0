"""What an audit looked at, and what it found to be wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

K = TypeVar("K")
_SHOWN = 5


@dataclass
class Findings:
    """What was looked at, and what is wrong, in sentences."""

    wrong: list[str] = field(default_factory=list[str])
    looked_at: Counter[str] = field(default_factory=Counter[str])

    def same(self, what: str, found: Mapping[K, Any], expected: Mapping[K, Any]) -> None:
        """See that two mappings are equal; the first few differences are told."""
        self.looked_at[what] += len(expected)
        self._tell(f"{what}: missing", expected.keys() - found.keys())
        self._tell(f"{what}: too many", found.keys() - expected.keys())
        differing = [
            f"{key}: {found[key]!r}, must be {expected[key]!r}"
            for key in expected.keys() & found.keys()
            if found[key] != expected[key]
        ]
        self._tell(f"{what}: different", differing)

    def none(self, what: str, wrong: Iterable[object]) -> None:
        """See that there is nothing of a kind."""
        self._tell(what, list(wrong))

    def _tell(self, what: str, wrong: Iterable[object]) -> None:
        told = sorted(map(str, wrong))
        more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        if told:
            self.wrong.append(f"{what} ({len(told)}): {'; '.join(told[:_SHOWN])}{more}")
