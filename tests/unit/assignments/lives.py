"""Hand-made assignments, people and a desk that decides without a store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

from assignments.application import deadline_on, take_step
from assignments.domain import (
    Action,
    Amendment,
    Assignment,
    By,
    Deadline,
    DueMeeting,
    MeetingKind,
    Origin,
    Place,
)
from tiendo_runtime.context import Principal
from tiendo_runtime.store import Work

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DUE = deadline_on(date(2026, 12, 15))
LATER = deadline_on(date(2026, 12, 31))
COMMITTEE, ABOVE = UUID(int=2), UUID(int=1)
LEAD, HELPER, OTHER = UUID(int=3), UUID(int=6), UUID(int=7)
UNITS = (LEAD, HELPER, OTHER)
NEXT_SESSION = DueMeeting(
    kind=MeetingKind.SESSION,
    series="",
    ordinal=None,
    month=None,
    quarter=None,
    year=None,
    before=False,
    days_before=0,
    after_meeting_id=None,
    after_on=date(2026, 11, 21),
    signed_at=NOW,
)
ROOT_PATH = f"/{ABOVE}/"
COMMITTEE_PATH = f"{ROOT_PATH}{COMMITTEE}/"


def path_of(unit: UUID) -> str:
    return f"{COMMITTEE_PATH}{unit}/"


def issued(
    deadline: Deadline = DUE, number: int = 100, due_meeting: DueMeeting | None = None
) -> Assignment:
    return Assignment(
        id=UUID(int=number),
        timestamp=NOW,
        place=Place(COMMITTEE, COMMITTEE_PATH, LEAD, path_of(LEAD)),
        origin=Origin(UUID(int=4), "47-TB/BCĐ", "II.1", date(2026, 11, 21)),
        coordinator_ids=(HELPER,),
        text="Hoàn thành nền tảng dữ liệu",
        deadline=deadline,
        recurring=None,
        due_meeting=due_meeting,
    )


def amendment(
    action: Action, deadline: Deadline = LATER, unit: UUID = OTHER, number: int = 1
) -> Amendment:
    """What a later notice says of the assignment."""
    return Amendment(
        by=Origin(UUID(int=900 + number), f"{50 + number}-TB/BCĐ", "3", date(2026, 12, 7)),
        item_path="II.1",
        action=action,
        deadline=deadline if action is Action.RE_DATED else None,
        unit_id=unit if action is Action.HANDED_OVER else None,
        unit_path=path_of(unit) if action is Action.HANDED_OVER else "",
    )


def person(role: str, unit: UUID, path: str) -> Principal:
    return Principal(f"user:{role}-{unit}", role, frozenset({role}), unit, path)


PEOPLE: dict[By, Principal] = {
    By.LEAD: person("reporter", LEAD, path_of(LEAD)),
    By.HELPER: person("reporter", HELPER, path_of(HELPER)),
    By.LEADER: person("leader", COMMITTEE, COMMITTEE_PATH),
    By.SECRETARIAT: person("secretariat", COMMITTEE, COMMITTEE_PATH),
    By.INSPECTOR: person("inspector", COMMITTEE, COMMITTEE_PATH),
}
STRANGER = person("leader", ABOVE, ROOT_PATH)
"""A leader of the committee above: sees it, and did not assign it."""


@dataclass
class Desk:
    """What the use case is given instead of `Work`: the assignments at hand, and a clock."""

    found: dict[UUID, Assignment]
    at: datetime = NOW

    @property
    def clock(self) -> "Desk":
        return self

    def now(self) -> datetime:
        return self.at

    def get(self, _: Any, identity: UUID) -> Assignment:
        return self.found[identity]

    def take(
        self,
        who: Principal,
        name: str,
        identity: UUID,
        step: Callable[[Assignment, datetime], None],
    ) -> Assignment:
        """Take a step as the use case does."""
        return take_step(cast("Work", self), name, identity, who, step)
