"""Assignments that are made of others: the parts of one, or one of several.

What is made keeps the original deadline, and the one that holds where that is another: it is issued
with the first and then given the other, so that nothing looks on time that is late. Where the one
that holds follows a meeting, what is made follows that as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from assignments.domain.assignment import Assignment
from assignments.domain.values import Deadline, Derivation, Help, Place, Source
from tiendo_runtime.domain import RuleError

_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit gets of an assignment that is split."""

    id: UUID
    lead_unit_id: UUID
    lead_unit_path: str
    helper_ids: tuple[UUID, ...]
    text: str


def split(
    whole: Assignment, parts: Sequence[Part], reason: str, *, timestamp: datetime
) -> list[Assignment]:
    """End an assignment and issue its parts, each with both deadlines of the whole.

    Raises:
        ConflictError: See `life`; or a request for more time waits.
        RuleError: `too_few_parts`; `helper_leads`: a lead unit is to help itself.
    """
    if len(parts) < 2:
        raise RuleError("too_few_parts")
    if any(part.lead_unit_id in part.helper_ids for part in parts):
        raise RuleError("helper_leads")
    source = _source(whole)
    whole.split(tuple(part.id for part in parts), reason, timestamp=timestamp)
    return [
        _made(
            whole,
            replace(part, helper_ids=tuple(dict.fromkeys(part.helper_ids))),
            whole,
            Derivation.SPLIT,
            (source,),
            reason,
            timestamp,
        )
        for part in parts
    ]


def join(
    several: Sequence[Assignment],
    identity: UUID,
    text: str,
    deadline_of: UUID | None,
    reason: str,
    *,
    timestamp: datetime,
) -> Assignment:
    """End several assignments of one unit and issue one that goes back to all their items.

    Its original deadline is the earliest of theirs. The one that holds is that of `deadline_of`,
    or the earliest. Helpers are asked again, but for those that declined.

    Raises:
        ConflictError: See `life`; or a request for more time waits.
        RuleError: `too_few_joined`, `joins_other_leads`, `joins_other_rhythms`,
            `deadline_of_another`; `extension_not_later`: what is chosen has no deadline, and
            another has.
    """
    _check_alike(several)
    first = min(several, key=lambda it: (_late(it.original), it.origin.issued_on, it.id))
    held = _held(several, deadline_of)
    sources = tuple(map(_source, sorted(several, key=lambda it: it is not first)))
    whole = Part(
        identity, first.place.lead_unit_id, first.place.lead_unit_path, _helpers(several), text
    )
    made = _made(first, whole, held, Derivation.JOIN, sources, reason, timestamp)
    for one in several:
        one.join(identity, reason, timestamp=timestamp)
    return made


def _held(several: Sequence[Assignment], deadline_of: UUID | None) -> Assignment:
    """The one whose deadline holds for all."""
    earliest = min(several, key=lambda it: _late(it.deadline))
    if deadline_of is None:
        return earliest
    chosen = next((it for it in several if it.id == deadline_of), None)
    if chosen is None:
        raise RuleError("deadline_of_another", assignment=deadline_of)
    if chosen.deadline.late_from is None and earliest.deadline.late_from is not None:
        raise RuleError("extension_not_later", present=earliest.deadline.due_on)
    return chosen


def _check_alike(several: Sequence[Assignment]) -> None:
    if len({it.id for it in several}) < 2:
        raise RuleError("too_few_joined")
    if len({(it.place.committee_id, it.place.lead_unit_id) for it in several}) > 1:
        raise RuleError("joins_other_leads")
    if len({it.recurring for it in several}) > 1:
        raise RuleError("joins_other_rhythms")
    for one in several:
        one.check_joinable()


def _helpers(several: Iterable[Assignment]) -> tuple[UUID, ...]:
    return tuple(
        dict.fromkeys(
            helper
            for one in several
            for helper, answer in one.helpers.items()
            if answer is not Help.DECLINED
        )
    )


def _late(deadline: Deadline) -> datetime:
    return deadline.late_from or _NEVER


def _source(of: Assignment) -> Source:
    return Source(of.id, of.origins)


def _made(
    like: Assignment,
    part: Part,
    held: Assignment,
    how: Derivation,
    sources: tuple[Source, ...],
    reason: str,
    timestamp: datetime,
) -> Assignment:
    """An assignment with the origin, original deadline and rhythm of one, the deadline of another.

    Both may be the same.
    """
    committee = like.place
    made = Assignment(
        id=part.id,
        timestamp=timestamp,
        place=Place(
            committee.committee_id,
            committee.committee_path,
            part.lead_unit_id,
            part.lead_unit_path,
        ),
        origin=like.origin,
        coordinator_ids=part.helper_ids,
        text=part.text,
        deadline=like.original,
        recurring=like.recurring,
        due_meeting=held.due_meeting,
    )
    made.derive(how, sources, timestamp=timestamp)
    if held.follows:
        made.resolve_deadline(held.meeting_id, held.deadline, timestamp=timestamp)
    elif held.deadline.late_from != like.original.late_from:
        made.inherit_deadline(held.deadline, reason, timestamp=timestamp)
    return made
