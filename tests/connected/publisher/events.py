"""Events of many subjects, numbered within each, and what of them arrived."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from tests.connected.publisher.topics import Record

from tiendo_contracts.indicators import IndicatorMeasured
from tiendo_contracts.publisher import Message, Source
from tiendo_contracts.testing import valid

LMS = Source("/hoc-vien/lms")
SUBJECTS = [UUID(int=number) for number in range(20)]


def messages(count: int, subjects: Sequence[UUID] = SUBJECTS) -> list[Message]:
    """Events by turns of all subjects; an id tells the subject and the number along it."""
    return [
        LMS.message(
            valid(IndicatorMeasured, unit_id=subjects[number % len(subjects)]),
            id=f"{number % len(subjects)}/{number // len(subjects)}",
        )
        for number in range(count)
    ]


def ids_by_subject(ids: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Ids by subject, in order, each once: what a receiver has that knows repeats."""
    found: dict[str, list[str]] = {}
    for subject, name in ids:
        known = found.setdefault(subject, [])
        if name not in known:
            known.append(name)
    return found


def sent(them: Iterable[Message]) -> dict[str, list[str]]:
    return ids_by_subject((one.subject, one.id) for one in them)


def arrived(them: Iterable[Record]) -> dict[str, list[str]]:
    return ids_by_subject((one.event.subject, one.event.id) for one in them)
