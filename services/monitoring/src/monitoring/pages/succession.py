"""What pages say of units that ended, of those that follow them, and of work that passed on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from monitoring.api.board import Sight
from monitoring.views.assignments import AssignmentView, EntryView
from monitoring.views.figures import Unit
from monitoring.views.succession import followers, formers, passed_to, shared, steps


def of_unit(sight: Sight, unit: Unit) -> Mapping[str, Any]:
    """Which units a unit was made of and which follow it, and what became of the work."""
    picture = sight.picture
    before, after = formers(picture.units, unit.unit_id), followers(picture.units, unit)
    pairs = [(former, unit) for former in before] + [(unit, follows) for follows in after]
    if not pairs:
        return {"came_of": [], "went_to": []}
    passed = passed_to(sight.conn, sight.scope, after + ([unit] if before else []))
    found = [shared(picture, sight.scope, pair, passed) for pair in pairs]
    return {"came_of": found[: len(before)], "went_to": found[len(before) :]}


def of_assignment(
    sight: Sight, found: AssignmentView, entries: Sequence[EntryView]
) -> Mapping[str, Any]:
    """Who led an assignment before, and how transfers moved units that went on leading it."""
    units = sight.picture.units
    moves = [entry for entry in entries if entry.kind == "transferred"]
    return {
        "lead_unit": units.get(found.lead_unit_id),
        "led_before": [
            (before, move.facts["effective_on"])
            for move in moves
            if move.facts["from_unit_id"] != move.facts["to_unit_id"]
            and (before := units.get(UUID(move.facts["from_unit_id"])))
        ],
        "steps": steps([(move.event_id, move.facts) for move in moves], found.lead_unit_path),
    }
