"""Use cases of assignments and of the register: one verb each."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from assignments import domain
from assignments.awaiting import Calendar, Resolved
from assignments.domain import (
    LIFE,
    ROLES,
    Amendment,
    Assignment,
    By,
    Change,
    Deadline,
    DueMeeting,
    Level,
    Origin,
    Part,
    Place,
    Unit,
)
from assignments.domain.sample import Claim, Sample, check_drawable, draw
from tiendo_runtime.clock import late_from, local_day
from tiendo_runtime.context import Principal
from tiendo_runtime.domain import ConflictError, ForbiddenError, RuleError
from tiendo_runtime.store import Work

ROOT_PATH = "/"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """An organisation to be registered. `parent` is the id of the unit above, None for the root."""

    id: UUID
    code: str | None
    name: str
    name_en: str
    aliases: tuple[str, ...]
    level: Level
    kind: str
    parent: UUID | None
    effective_on: date


def register_units(work: Work, new: Iterable[NewUnit]) -> list[Unit]:
    """Register organisations; parents stand before their children, here or in the register.

    Raises:
        RuleError: `unknown_parent`.
        ConflictError: `already_taken`: an official code is in use.
        VersionConflictError: An id is in use.
    """
    return [_register_unit(work, unit) for unit in new]


def _register_unit(work: Work, unit: NewUnit) -> Unit:
    above = ROOT_PATH
    if unit.parent is not None:
        parent = work.find(Unit, unit.parent)
        if parent is None:
            raise RuleError("unknown_parent", name=unit.name, parent=unit.parent)
        above = parent.path
    if unit.code is not None:
        work.reserve("unit_code", unit.code, unit.id)
    return work.add(
        Unit(
            id=unit.id,
            timestamp=work.clock.now(),
            code=unit.code,
            name=unit.name,
            name_en=unit.name_en,
            aliases=unit.aliases,
            level=unit.level,
            kind=unit.kind,
            parent_id=unit.parent,
            path=f"{above}{unit.id}/",
            effective_on=unit.effective_on,
        )
    )


def rename_unit(
    work: Work, unit_id: UUID, name: str, aliases: tuple[str, ...], effective_on: date
) -> Unit:
    """Give a unit another name from a day on."""
    unit = work.get(Unit, unit_id)
    unit.rename(name, aliases, effective_on, timestamp=work.clock.now())
    return unit


@dataclass(frozen=True, slots=True)
class UnitEnd:
    """A unit that ends, and who follows it: one is a merger, several a split, nobody the end."""

    unit_id: UUID
    successor_ids: tuple[UUID, ...]


def reorganise(
    work: Work,
    new: Iterable[NewUnit],
    ends: Iterable[UnitEnd],
    effective_on: date,
    legal_basis: str,
) -> list[Unit]:
    """Let units end and others follow them from a day on, all together or not at all.

    A code that an ending unit gives free can be a new one's at once. The open work of who ended is
    passed on when the day has come (`pass_on`).

    Raises:
        RuleError: `unknown_unit`: who ends or follows is not in the register; see also `Unit`.
        ConflictError: `unit_ended`: who ends or follows has ended before; `already_taken`.
        VersionConflictError: An id is in use.
    """
    ending = list(ends)
    registered: list[Unit] = []
    for end in ending:
        unit = check_unit(work, end.unit_id)
        if unit.code is not None:
            work.release("unit_code", unit.code)
    registered += register_units(work, new)
    leaving = {end.unit_id for end in ending}
    for end in ending:
        unit = check_unit(work, end.unit_id)
        for successor in end.successor_ids:
            follows = check_unit(work, successor)
            if follows.ended_on is not None or successor in leaving:
                raise ConflictError("unit_ended", name=follows.name, ended_on=effective_on)
        now = work.clock.now()
        if len(end.successor_ids) == 1:
            unit.merge(end.successor_ids[0], effective_on, legal_basis, timestamp=now)
        else:
            unit.dissolve(end.successor_ids, effective_on, legal_basis, timestamp=now)
        registered.append(unit)
    return registered


def move_unit(
    work: Work, unit_id: UUID, parent_id: UUID, effective_on: date, legal_basis: str
) -> Unit:
    """Put a unit below another one, from today or a day before (Vietnam).

    Those below it, and its open work, go along by themselves.

    Raises:
        RuleError: `moves_later`: the day is to come; `unknown_unit`; see also `Unit.move`.
        ConflictError: `unit_ended`: it, or who should be above it, has ended.
    """
    unit, parent = work.get(Unit, unit_id), check_unit(work, parent_id)
    if effective_on > local_day(work.clock.now()):
        raise RuleError("moves_later", name=unit.name, effective_on=effective_on)
    if parent.ended_on is not None:
        raise ConflictError("unit_ended", name=parent.name, ended_on=parent.ended_on)
    now = work.clock.now()
    unit.move(parent.id, _path(work, parent), effective_on, legal_basis, timestamp=now)
    return unit


def _path(work: Work, unit: Unit) -> str:
    """The path that a unit has as things are; its own may still show those above as they were."""
    found: list[UUID] = []
    at: Unit | None = unit
    while at is not None and at.id not in found:
        found.append(at.id)
        at = work.find(Unit, at.parent_id) if at.parent_id else None
    return "".join(f"/{one}" for one in reversed(found)) + "/"


def follow_above(work: Work, unit_id: UUID) -> Unit:
    """Let a unit go along with the one above it, which follows another or is elsewhere now.

    Where several follow the one above, or nobody, a person decides; then it stays where it is.
    Whoever goes into a unit of its own below is followed by the one above itself.
    """
    unit = work.get(Unit, unit_id)
    today = local_day(work.clock.now())
    if unit.parent_id is None or unit.ended_on is not None:
        return unit
    above = work.get(Unit, unit.parent_id)
    on, basis = above.placed_on, above.legal_basis
    passed: set[UUID] = set()
    while above.ended_on is not None and above.ended_on <= today:
        if len(above.successors) != 1 or above.id in passed:
            return unit
        passed.add(above.id)
        on, basis = max(on, above.ended_on), above.legal_basis
        follows = work.get(Unit, above.successors[0])
        if f"/{unit.id}/" in _path(work, follows):
            if above.parent_id is None:
                return unit
            follows = work.get(Unit, above.parent_id)
        above = follows
    on = max(on, unit.placed_on)
    unit.move(above.id, _path(work, above), on, basis, timestamp=work.clock.now())
    return unit


def pass_on(work: Work, assignment: UUID) -> Assignment:
    """Give open work to the unit that follows its lead unit, where that is one and the day came.

    Where several follow, or nobody, a person decides; then it stays as it is. A lead unit that is
    below another one now is followed by itself.
    """
    found = work.get(Assignment, assignment)
    today = local_day(work.clock.now())
    lead = work.find(Unit, found.place.lead_unit_id)
    while lead is not None and lead.ended_on is not None and lead.ended_on <= today:
        if len(lead.successors) != 1:
            break
        follows = work.get(Unit, lead.successors[0])
        found.pass_on(
            follows.id,
            follows.path,
            lead.ended_on,
            lead.change,
            lead.legal_basis,
            timestamp=work.clock.now(),
        )
        lead = follows
    if lead is not None and (lead.ended_on is None or lead.ended_on > today):
        found.pass_on(
            lead.id,
            lead.path,
            lead.placed_on,
            Change.MOVED,
            lead.legal_basis,
            timestamp=work.clock.now(),
        )
    return found


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a notice's item demands of a unit."""

    origin: Origin
    committee_id: UUID
    committee_path: str
    lead_unit_id: UUID
    coordinator_ids: tuple[UUID, ...]
    text: str
    deadline: Deadline
    recurring: str | None
    due_meeting: DueMeeting | None


def assignment_id(notice_id: UUID, item_path: str, lead_unit_id: UUID) -> UUID:
    """The id of an item's assignment: derived, so that a repeat meets what is there already."""
    return uuid5(notice_id, f"{item_path}/{lead_unit_id}")


def issue_assignment(work: Work, due: Obligation) -> Assignment:
    """Oblige a unit; an item that was issued before stays as it is.

    Raises:
        RuleError: `unknown_unit`: the lead unit is not in the register.
    """
    origin = due.origin
    identity = assignment_id(origin.notice_id, origin.item_path, due.lead_unit_id)
    known = work.find(Assignment, identity)
    if known is not None:
        return known
    unit = check_unit(work, due.lead_unit_id)
    place = Place(due.committee_id, due.committee_path, unit.id, unit.path)
    return work.add(
        Assignment(
            id=identity,
            timestamp=work.clock.now(),
            place=place,
            origin=origin,
            coordinator_ids=due.coordinator_ids,
            text=due.text,
            deadline=due.deadline,
            recurring=due.recurring,
            due_meeting=due.due_meeting,
        )
    )


def deadline_on(day: date, words: str = "") -> Deadline:
    """A deadline that runs to the end of a day in Vietnam."""
    return Deadline(day, late_from(day), words)


def deadline_at(instant: datetime, words: str = "") -> Deadline:
    """A deadline at an instant; at midnight in Vietnam its last day is the day before."""
    moment = instant.astimezone(UTC)
    return Deadline(local_day(moment - timedelta(microseconds=1)), moment, words)


def amend_assignment(work: Work, assignment: UUID, change: Amendment) -> None:
    """Let a later notice change an assignment, or the parts that took its place.

    Raises:
        NotFoundError: There is no such assignment.
    """
    pending = [assignment]
    while pending:
        found = work.get(Assignment, pending.pop())
        found.amend(change, timestamp=work.clock.now())
        pending += found.parts


def take_step(
    work: Work,
    step: str,
    assignment: UUID,
    who: Principal,
    take: Callable[[Assignment, datetime], None],
) -> Assignment:
    """Let a principal take a step in the life of an assignment, if it is theirs to take.

    Raises:
        ForbiddenError: It is for somebody else to take; `life` says for whom.
        ConflictError, RuleError: What `take` raises.
    """
    found = work.get(Assignment, assignment)
    by = LIFE[step].by
    if ROLES.get(by) not in who.roles or not _may(by, who, found.place):
        raise ForbiddenError("out_of_scope")
    take(found, work.clock.now())
    return found


def _may(by: By, who: Principal, place: Place) -> bool:
    match by:
        case By.LEAD:
            return who.unit_id == place.lead_unit_id
        case By.HELPER:
            return who.unit_id not in (None, place.lead_unit_id)
        case By.LEADER:
            return who.unit_id == place.committee_id
        case By.SECRETARIAT | By.INSPECTOR:
            return who.sees(place.committee_path)
        case By.NOTICE | By.SERVICE:
            return False


@dataclass(frozen=True, slots=True)
class NewPart:
    """What one unit shall get of an assignment that is split."""

    lead_unit_id: UUID
    helper_ids: tuple[UUID, ...]
    text: str


def split_assignment(
    work: Work, assignment: UUID, who: Principal, parts: Iterable[NewPart], reason: str
) -> Assignment:
    """Let parts take the place of an assignment; all of it is one decision.

    Raises:
        ForbiddenError: It is for somebody else to decide.
        RuleError: `unknown_unit`; see also `domain.split`.
        ConflictError: See `domain.split`.
    """

    def take(whole: Assignment, at: datetime) -> None:
        known = [_part(work, part) for part in parts]
        for made in domain.split(whole, known, reason, timestamp=at):
            work.add(made)

    return take_step(work, "split", assignment, who, take)


def _part(work: Work, part: NewPart) -> Part:
    lead = check_unit(work, part.lead_unit_id)
    for helper in part.helper_ids:
        check_unit(work, helper)
    return Part(work.ids.new(), lead.id, lead.path, part.helper_ids, part.text)


def join_assignments(
    work: Work,
    who: Principal,
    joined: Mapping[UUID, int],
    text: str,
    deadline_of: UUID | None,
    reason: str,
) -> Assignment:
    """Let one assignment take the place of several; all of it is one decision.

    `joined` tells the version of each that the principal has seen.

    Raises:
        ForbiddenError: One of them is for somebody else to decide.
        ConflictError: `joined_has_changed`; see also `domain.join`.
        RuleError: See `domain.join`.
    """

    def check(found: Assignment, _: datetime) -> None:
        if found.version != joined[found.id]:
            raise ConflictError("joined_has_changed", assignment=found.id, version=found.version)

    work.expect(joined)
    several = [take_step(work, "join", one, who, check) for one in joined]
    now, identity = work.clock.now(), work.ids.new()
    return work.add(domain.join(several, identity, text, deadline_of, reason, timestamp=now))


def draw_sample(
    work: Work,
    who: Principal,
    share: int,
    meeting_at: datetime | None,
    seed: str,
    claims: Sequence[Claim],
    refused: Collection[UUID],
) -> Sample:
    """Draw a sample of the claims that stand in the assignments of the principal's committee.

    Raises:
        ForbiddenError: The principal belongs to no committee.
        RuleError: `no_claims_to_draw`, `too_many_claims`.
    """
    if who.unit_id is None:
        raise ForbiddenError("out_of_scope")
    check_drawable(claims)
    return work.add(
        Sample(
            id=work.ids.new(),
            timestamp=work.clock.now(),
            committee_id=who.unit_id,
            committee_path=who.unit_path,
            seed=seed,
            share=share,
            meeting_at=meeting_at,
            claims=tuple(claims),
            refused=tuple(sorted(refused)),
            picks=draw(seed, share, claims, frozenset(refused), meeting_at),
        )
    )


def check_unit(work: Work, unit: UUID) -> Unit:
    """A unit that must be in the register.

    Raises:
        RuleError: `unknown_unit`.
    """
    found = work.find(Unit, unit)
    if found is None:
        raise RuleError("unknown_unit", unit=unit)
    return found


def check_assignment(work: Work, assignment: UUID | None) -> None:
    """See that an assignment that another one refers to is there.

    Raises:
        RuleError: `unknown_assignment`.
    """
    if assignment is not None and work.find(Assignment, assignment) is None:
        raise RuleError("unknown_assignment", assignment=assignment)


def report_completion(
    work: Work, assignment: UUID, report_id: UUID, claimed_at: datetime, product_url: str
) -> None:
    """Take note of a unit's claim."""
    found = work.get(Assignment, assignment)
    found.report_completion(report_id, claimed_at, product_url, timestamp=work.clock.now())


def pass_deadline(work: Work, assignment: UUID) -> Assignment:
    """Record that a deadline went by, if it did."""
    found = work.get(Assignment, assignment)
    found.pass_deadline(timestamp=work.clock.now())
    return found


def follow_meeting(
    work: Work, assignment: UUID, calendar_of: Callable[[UUID], Calendar]
) -> Assignment:
    """Let a deadline that is bound to a meeting be what the committee's calendar says.

    The first day that it gave since the notice was signed is the original deadline. The calendar is
    asked for behind the assignment, so that of two replicas none goes back to an older one: what
    was recorded meanwhile is a lost race, and decided again.
    """
    found = work.get(Assignment, assignment)
    if found.due_meeting is None:
        return found
    told = calendar_of(found.place.committee_id).history(found.due_meeting)
    first = [one for one in told if one.late_from and found.original.late_from is None]
    for resolved in (*first[:1], told[-1]):
        deadline = _resolved(found, resolved)
        found.resolve_deadline(resolved.meeting_id, deadline, timestamp=work.clock.now())
    return found


def _resolved(of: Assignment, resolved: Resolved) -> Deadline:
    return Deadline(resolved.due_on, resolved.late_from, of.original.words)
