"""Readings held against labels: each labelled field of each item counts once.

Right; flagged (wrong, but named in `unsure`); or silently wrong, the worst that a reader can do.
An item that is missing is silently wrong in every field, an invented assignment counts once.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tiendo_notices import read
from tiendo_notices.documents import text_of

OWN = Path(__file__).resolve().parents[2] / "notices-labelled"
FIELDS = ("kind", "lead", "coordinators", "due", "recurring")
_NO_NAMES = ("chu tri", "phoi hop", "giao ", "de nghi", "yeu cau", ":", ";")
_LONGEST_TITLE = 60

Verdict = Literal["right", "flagged", "silent"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One field held against its label; `confidence` is None where no such field was read."""

    notice: str
    path: str
    field: str
    verdict: Verdict
    expected: object
    found: object
    confidence: float | None = None


def notices(half: str) -> list[Path]:
    """The labelled notices of one half, without their labels."""
    labels = sorted((OWN / half).glob("*.expected.json"))
    return [next(p for p in _texts(label) if p.suffix in (".txt", ".md")) for label in labels]


def labels(path: Path) -> dict[str, Any]:
    """The labels beside a notice."""
    found: dict[str, Any] = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    return found


def judge(path: Path) -> list[Judged]:
    """Read a notice and hold it against the labels beside it."""
    return against(labels(path), read(text_of(path)).to_dict(), path.stem)


def against(labels: dict[str, Any], found: dict[str, Any], name: str) -> list[Judged]:
    """Hold a reading against labels; `name` is the notice's."""
    return [*_items(name, labels["items"], found["items"]), *_header(name, labels, found)]


def _texts(label: Path) -> Iterator[Path]:
    name = label.name.removesuffix(".expected.json")
    return label.parent.glob(f"{name}.*")


def _items(
    name: str, labels: list[dict[str, Any]], items: list[dict[str, Any]]
) -> Iterator[Judged]:
    by_path = {item["path"]: item for item in items}
    known = {plain(u) for i in labels for u in (*i.get("lead", ()), *i.get("coordinators", ()))}
    for label in labels:
        item = by_path.pop(label["path"], None)
        for field in (f for f in FIELDS if f in label):
            yield _field(name, label, item, field, known)
    for item in by_path.values():
        if item["kind"] == "assignment":
            flagged = "kind" in item["unsure"]
            verdict: Verdict = "flagged" if flagged else "silent"
            yield Judged(name, item["path"], "kind", verdict, None, "assignment")


def _field(
    name: str, label: dict[str, Any], item: dict[str, Any] | None, field: str, known: set[str]
) -> Judged:
    if item is None:
        return Judged(name, label["path"], field, "silent", label[field], None)
    same = item[field] == label[field]
    if field in ("lead", "coordinators"):
        same = same_units(label[field], item[field], known)
    wrong: Verdict = "flagged" if field in item["unsure"] else "silent"
    confidence = item["fields"].get(field, {}).get("confidence")
    verdict: Verdict = "right" if same else wrong
    return Judged(name, label["path"], field, verdict, label[field], item[field], confidence)


def _header(name: str, labels: dict[str, Any], found: dict[str, Any]) -> Iterator[Judged]:
    for field in ("number", "form", "issued_on", "meeting_on"):
        if field in labels:
            verdict: Verdict = "right" if labels[field] == found[field] else "silent"
            yield Judged(name, "", field, verdict, labels[field], found[field])


def plain(name: str) -> str:
    """A name without case, tones and runs of blanks."""
    letters = unicodedata.normalize("NFD", name.casefold())
    kept = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(kept.replace("đ", "d").split())


def same_units(expected: list[str], found: list[str], known: set[str]) -> bool:
    """Whether each expected unit is named by exactly one that was read, and none is left over."""
    left = [plain(name) for name in found]
    for name in sorted(map(plain, expected), key=len, reverse=True):
        hit = next((read for read in left if _names(read, name, known - {name})), None)
        if hit is None:
            return False
        left.remove(hit)
    return not left


def _names(found: str, name: str, others: set[str]) -> bool:
    """Whether `found` is `name`, or wraps it in a title and names nobody else."""
    if found == name:
        return True
    if name not in found:
        return False
    rest = found.replace(name, " ", 1)
    named = any(other in rest for other in others) or any(word in rest for word in _NO_NAMES)
    return len(rest) <= _LONGEST_TITLE and not named


def shares(judged: list[Judged]) -> dict[str, float]:
    """The share of each verdict."""
    count = max(1, len(judged))
    found = [one.verdict for one in judged]
    return {v: round(found.count(v) / count, 4) for v in ("right", "flagged", "silent")}
