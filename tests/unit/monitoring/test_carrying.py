"""Where an assignment stood at an instant, by the entries of its timeline until then."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.assignments.lives import Desk, issued
from tests.unit.assignments.test_life import STEPS, received

from monitoring.views.board import BOARD
from monitoring.views.carrying import Happened, standing
from monitoring.views.entries import TIMELINE
from monitoring.views.rows import ASSIGNMENTS
from tiendo_runtime.domain import RuleError
from tiendo_runtime.folding import fold_in_memory, jsonb

AT = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def told(*kinds: str, **facts: Any) -> list[Happened]:
    """Entries a day apart; the deadline is on the tenth day."""
    known: dict[str, dict[str, Any]] = {
        "issued": {"deadline": {"late_from": (AT + 10 * DAY).isoformat()}},
        "extension_granted": {"deadline": {"late_from": (AT + 30 * DAY).isoformat()}},
        "claimed": {"claimed_at": (AT + 12 * DAY).isoformat()},
        "ended": {"outcome": "cancelled"},
        "reported": {"percent": 40},
        "contest_answered": {"upheld": False},
    }
    return [
        Happened(kind, AT + n * DAY, known.get(kind, {}) | facts) for n, kind in enumerate(kinds)
    ]


def test_what_is_open_is_overdue_from_its_deadline_on() -> None:
    found = standing(told("issued", "accepted", "reported"))
    assert (found.stage, found.percent) == ("accepted", 40)
    assert found.state(AT + 9 * DAY) == "within_time"
    assert found.state(AT + 10 * DAY) == "overdue"


def test_an_extension_leaves_the_original_deadline() -> None:
    found = standing(told("issued", "extension_granted", "claimed"))
    assert found.state(AT + 20 * DAY) == "done_on_time"
    assert found.original_late_from == AT + 10 * DAY
    assert standing(told("issued", "claimed")).state(AT + 20 * DAY) == "done_late"


def test_what_was_called_off_is_neither_done_nor_late() -> None:
    found = standing(told("issued", "ended"))
    assert (found.state(AT + 20 * DAY), found.is_settled) == ("called_off", True)


def test_it_is_known_since_when_it_stands_so() -> None:
    assert standing(told("issued", "reported")).moved_at == AT
    assert standing(told("issued", "accepted", "reported")).moved_at == AT + DAY


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_the_entries_tell_the_same_as_the_row_of_the_view(names: list[str]) -> None:
    found = issued()
    desk = Desk({found.id: found})
    events: list[Any] = list(found.collect_events())
    for name in names:
        desk.at += timedelta(days=3)
        try:
            STEPS[name](found, desk.at)
        except RuleError:
            continue
        events += found.collect_events()
    memory = fold_in_memory(BOARD, received(events))
    row = memory.rows[ASSIGNMENTS.name][found.id.int]
    entries = [
        Happened(entry.kind, entry.recorded_at, msgspec.json.decode(jsonb(entry.facts)))
        for entry in sorted(memory.added[TIMELINE.name], key=lambda e: (e.recorded_at, e.version))
    ]
    then = standing(entries)
    assert (then.stage, then.late_from, then.original_late_from) == (
        row.stage,
        row.late_from,
        row.original_late_from,
    )
    if then.stage not in ("cancelled", "superseded"):
        assert then.claimed_at == row.claimed_at
