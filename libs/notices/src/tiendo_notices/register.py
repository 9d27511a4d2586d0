"""Whom a name means: a register of units as of one day, asked from an issuer's point of view.

```
name ──► same letters (name, alias, written-out abbreviation, organ left out)
           ├── one unit           resolved
           ├── several            the issuer's own, else the nearest above it; still several: ask
           └── none               the most alike, ranked: proposals for a person, never an answer
group ─► its members: the units right below the nearest one above the issuer that has some such
```
Two spellings are the same if they differ in case, blanks, punctuation or the place of a tone mark
(Hoà, Hòa). Paths say who belongs to whom: `TW/HVCTQG/CNCDS`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from tiendo_notices.members import Sort, sorts
from tiendo_notices.text import move_tone, small

_BLANKS = re.compile(r"[\s,.;:()\-–/]+")
_SHORT = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "ubmttq": "ủy ban mặt trận tổ quốc việt nam",
    "mttq": "mặt trận tổ quốc",
    "ubkt": "ủy ban kiểm tra",
    "btc": "ban tổ chức",
    "btg": "ban tuyên giáo",
    "btgdv": "ban tuyên giáo và dân vận",
    "bnc": "ban nội chính",
    "vp": "văn phòng",
    "vpcp": "văn phòng chính phủ",
    "vpqh": "văn phòng quốc hội",
    "vptw": "văn phòng trung ương đảng",
    "btctw": "ban tổ chức trung ương",
    "vptu": "văn phòng tỉnh ủy",
    "vpub": "văn phòng ủy ban nhân dân",
    "kh&cn": "khoa học và công nghệ",
    "khcn": "khoa học và công nghệ",
    "nn&mt": "nông nghiệp và môi trường",
    "nnmt": "nông nghiệp và môi trường",
    "gd&đt": "giáo dục và đào tạo",
    "gdđt": "giáo dục và đào tạo",
    "vhtt&dl": "văn hóa thể thao và du lịch",
    "vhttdl": "văn hóa thể thao và du lịch",
    "dt&tg": "dân tộc và tôn giáo",
    "dttg": "dân tộc và tôn giáo",
    "tw": "trung ương",
    "tp": "thành phố",
    "cđs": "chuyển đổi số",
    "hvctqg": "học viện chính trị quốc gia hồ chí minh",
}
_ORGANS = (
    "ủy ban nhân dân", "hội đồng nhân dân", "lãnh đạo", "chủ tịch ủy ban nhân dân", "các đồng chí",
    "đồng chí", "thường trực", "ban thường vụ",
)  # fmt: skip
_LEVELS = ("tỉnh", "thành phố", "xã", "phường", "đặc khu")
_ALIKE = 0.72
_MOST_PROPOSALS = 5
_MOST_COMPARED = 200
_MOST_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit of the register under one name; `until` is the first day it is no longer so.

    `kind` is the register's: agency, province, commune …, or empty.
    """

    unit_id: str
    name: str
    path: str
    aliases: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    kind: str = ""

    def holds(self, on: date) -> bool:
        """Whether the unit bears this name on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A unit that may be meant; `score` (0 to 1) only ranks. `why` is a stable word."""

    unit_id: str
    name: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The unit that a name means, or None and the proposals for a person, best first.

    `members` are the units of a group, where the name is one that is understood.
    """

    unit_id: str | None
    rule: str
    proposals: tuple[Proposal, ...] = ()
    members: tuple[Proposal, ...] = ()


class Register:
    """The units of one day, indexed by their spellings."""

    def __init__(self, entries: Iterable[Entry], on: date) -> None:
        self._keys: dict[str, list[Entry]] = defaultdict(list)
        self._words: dict[str, list[Entry]] = defaultdict(list)
        self._gone: dict[str, list[Entry]] = defaultdict(list)
        self._below: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            keys = {key for name in (entry.name, *entry.aliases) for key in (plain(name),)}
            for key in keys | {_written_out(key) for key in keys}:
                (self._keys if entry.holds(on) else self._gone)[key].append(entry)
            if entry.holds(on):
                self._below[_above(entry.path)].append(entry)
                for word in set(_written_out(plain(entry.name)).split()):
                    self._words[word].append(entry)

    def find(self, name: str, issuer: str | None = None) -> Resolution:
        """Whom a name means.

        Args:
            name: As printed in a notice.
            issuer: The path of who issued the notice; its own units come first.
        """
        if asked_for := sorts(name):
            return Resolution(None, "unit.group", members=self._members(asked_for, issuer))
        asked = plain(name)
        for rule, key in _spellings(asked):
            found = _once(self._keys.get(key, []))
            if len(found) == 1:
                return Resolution(found[0].unit_id, rule)
            if found:
                return _nearest(found, issuer)
        gone = [_proposal(entry, 1.0, "not-on-that-day") for entry in self._gone.get(asked, [])]
        alike = self._alike(_written_out(asked), issuer)
        return Resolution(None, "unit.unknown", (*gone, *alike)[:_MOST_PROPOSALS])

    def _members(self, asked: Sequence[Sort], issuer: str | None) -> tuple[Proposal, ...]:
        """The units of a group, seen from the issuer; none where there are too many to look at."""
        above = issuer or ""
        while above := _above(above):
            below = [(small(entry.name), entry) for entry in self._below[above]]
            if any(asked[0](name, entry.kind) for name, entry in below):
                found = [e for name, e in below if any(sort(name, e.kind) for sort in asked)]
                ranked = sorted(_once(found), key=lambda entry: entry.path)
                members = tuple(_proposal(entry, 1.0, "member") for entry in ranked)
                return members if len(members) <= _MOST_MEMBERS else ()
        return ()

    def _alike(self, asked: str, issuer: str | None) -> list[Proposal]:
        """The units whose names look most like the one asked for."""
        counts: dict[str, tuple[int, Entry]] = {}
        for word in sorted(set(asked.split()), key=lambda w: len(self._words.get(w, ()))):
            for entry in self._words.get(word, [])[:_MOST_COMPARED]:
                counts[entry.unit_id] = (counts.get(entry.unit_id, (0, entry))[0] + 1, entry)
        most = sorted(counts.values(), key=lambda pair: -pair[0])[:_MOST_COMPARED]
        scored = [(_likeness(asked, entry, issuer), entry) for _, entry in most]
        best = sorted(scored, key=lambda pair: (-pair[0], pair[1].path))
        return [_proposal(e, score, "alike") for score, e in best if score >= _ALIKE]


def plain(name: str) -> str:
    """The letters of a name that count."""
    composed = small(move_tone(unicodedata.normalize("NFC", name)))
    return " ".join(_BLANKS.sub(" ", composed).split())


def _above(path: str) -> str:
    """The path of the unit above; empty at the top."""
    return path.strip("/").rpartition("/")[0]


def _written_out(key: str) -> str:
    return " ".join(_SHORT.get(word, word) for word in key.split())


def _spellings(asked: str) -> list[tuple[str, str]]:
    """Under which keys a name is looked for, the surest first."""
    keys = [("unit.name", asked), ("unit.abbreviation", _written_out(asked))]
    whole = keys[1][1]
    keys += [
        ("unit.organ", whole.removeprefix(f"{organ} "))
        for organ in _ORGANS
        if whole.startswith(f"{organ} ")
    ]
    bare = keys[-1][1]
    keys += [("unit.level", f"{level} {bare}") for level in _LEVELS[:2] if " " in bare]
    return keys


def _once(entries: Sequence[Entry]) -> list[Entry]:
    return list({entry.unit_id: entry for entry in entries}.values())


def _nearest(found: list[Entry], issuer: str | None) -> Resolution:
    """Of several units of one name the one that is nearest to the issuer, if it is one."""
    ranked = sorted(found, key=lambda entry: (_distance(entry.path, issuer), entry.path))
    if issuer and _shared(ranked[0].path, issuer):
        nearest, next_one = (_distance(entry.path, issuer) for entry in ranked[:2])
        if nearest < next_one:
            return Resolution(ranked[0].unit_id, "unit.of-issuer")
    proposals = (_proposal(entry, 1.0, "same-name") for entry in ranked[:_MOST_PROPOSALS])
    return Resolution(None, "unit.several", tuple(proposals))


def _distance(path: str, issuer: str | None) -> tuple[int, int]:
    """How far up from the issuer one has to go, and then how far down."""
    shared = _shared(path, issuer)
    return len((issuer or "").split("/")) - shared, path.count("/") + 1 - shared


def _shared(path: str, issuer: str | None) -> int:
    """How many steps from the top two paths have in common."""
    count = 0
    for own, other in zip(path.split("/"), (issuer or "").split("/"), strict=False):
        if own != other:
            break
        count += 1
    return count


def _likeness(asked: str, entry: Entry, issuer: str | None) -> float:
    ratio = SequenceMatcher(None, asked, _written_out(plain(entry.name)), autojunk=False).ratio()
    near = 0.02 * min(_shared(entry.path, issuer), 3)
    return round(min(ratio + near, 0.99), 3)


def _proposal(entry: Entry, score: float, why: str) -> Proposal:
    return Proposal(entry.unit_id, entry.name, score, why)
