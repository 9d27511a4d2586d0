"""Assignments and the units that answer for them: no I/O, no clock."""

from assignments.domain.assignment import Assignment
from assignments.domain.deriving import Part, join, split
from assignments.domain.life import ENDED, LIFE, LIVING, ROLES, UNDONE, By, Stage, Step
from assignments.domain.sample import Because, Claim, Pick, Sample
from assignments.domain.unit import Level, Unit
from assignments.domain.values import (
    Action,
    Amendment,
    Change,
    Deadline,
    Derivation,
    DueMeeting,
    Ground,
    Help,
    MeetingKind,
    Origin,
    Outcome,
    Person,
    Place,
    Source,
)

__all__ = [
    "ENDED",
    "LIFE",
    "LIVING",
    "ROLES",
    "UNDONE",
    "Action",
    "Amendment",
    "Assignment",
    "Because",
    "By",
    "Change",
    "Claim",
    "Deadline",
    "Derivation",
    "DueMeeting",
    "Ground",
    "Help",
    "Level",
    "MeetingKind",
    "Origin",
    "Outcome",
    "Part",
    "Person",
    "Pick",
    "Place",
    "Sample",
    "Source",
    "Stage",
    "Step",
    "Unit",
    "join",
    "split",
]
