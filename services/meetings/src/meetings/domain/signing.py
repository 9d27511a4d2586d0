"""What a draft still lacks before it may be signed, item by item and doubt by doubt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from meetings.domain.items import Decision, Doubt, DraftItem, ItemKind, Named, corrections
from tiendo_runtime.domain import Reason


class How(StrEnum):
    """How a doubt was answered: it is right as it was read, or by what was decided instead."""

    AS_READ = "as_read"
    CHANGED = "changed"
    CHOSEN = "chosen"
    NO_TASK = "no_task"


@dataclass(frozen=True, slots=True)
class Look:
    """Who did it, and when (UTC); `by` is empty where it was not kept."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A doubt that somebody says was no mistake; `path` is empty for one of the head."""

    path: str
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a doubt."""

    how: How
    look: Look


_WHEN = {"due", "recurring"}
_OF_A_TASK = {"kind", "lead", "coordinators"} | _WHEN

RULES: dict[str, Callable[[Decision], bool]] = {
    "lead_missing": lambda d: d.kind is ItemKind.ASSIGNMENT and not d.lead_unit_ids,
    "reason_missing": lambda d: d.kind is ItemKind.SET_ASIDE and not d.reason,
    "deadline_and_recurring": lambda d: (
        d.kind is ItemKind.ASSIGNMENT and d.recurring is not None and d.deadline.due_on is not None
    ),
    "deadline_and_meeting": lambda d: (
        d.kind is ItemKind.ASSIGNMENT
        and d.due_meeting is not None
        and (d.recurring is not None or d.deadline.due_on is not None)
    ),
}
"""What makes a single decision incomplete, by the code that says so."""


def settled(item: DraftItem, doubt: Doubt, decision: Decision) -> How | None:
    """How a decision answers a doubt about its item, or None where it leaves what was read."""
    if decision.kind is not ItemKind.ASSIGNMENT:
        return How.NO_TASK if doubt.field in _OF_A_TASK else None
    if doubt.name and _is_met(item, doubt, decision):
        return How.CHOSEN
    if any(one.name == doubt.name and not one.unit_id for one in _named(item, doubt)):
        return None
    fields = _WHEN if doubt.field in _WHEN else {doubt.field}
    changed = {one.field for one in corrections(item, decision)}
    return How.CHANGED if changed & (fields | {"kind"}) else None


def _is_met(item: DraftItem, doubt: Doubt, decision: Decision) -> bool:
    """Whether a unit was chosen for the name that the doubt is about.

    A unit that nothing in the item accounts for is one chosen for a name without a candidate; of
    several such names all are met only where there is one for each.
    """
    unresolved = [one for one in _named(item, doubt) if one.unit_id is None]
    leads = doubt.field == "lead"
    chosen = set(decision.lead_unit_ids if leads else decision.coordinator_ids)
    everybody = (*item.leads, *item.coordinators)
    likely = {named.name: {c.unit_id for c in named.candidates} for named in unresolved}
    unmet = [name for name, units in likely.items() if not units & chosen]
    if doubt.name not in unmet:
        return doubt.name in likely
    known = {named.unit_id for named in everybody}
    known |= {candidate.unit_id for named in everybody for candidate in named.candidates}
    return len(chosen - known) >= len(unmet)


def _named(item: DraftItem, doubt: Doubt) -> tuple[Named, ...]:
    return {"lead": item.leads, "coordinators": item.coordinators}.get(doubt.field, ())


def incomplete(decision: Decision, not_before: date | None) -> Iterator[Reason]:
    """Why a decision cannot be signed as it stands."""
    for code, broken in RULES.items():
        if broken(decision):
            yield Reason(decision.path, code, {"paths": decision.path})
    if decision.is_before(not_before):
        yield Reason(
            decision.path, "deadline_too_early", {"day": not_before, "paths": decision.path}
        )
