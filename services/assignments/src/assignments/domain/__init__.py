"""Assignments and the units that answer for them: no I/O, no clock."""

from assignments.domain.assignment import Assignment
from assignments.domain.life import ENDED, LIFE, LIVING, ROLES, UNDONE, By, Stage, Step
from assignments.domain.unit import Level, Unit
from assignments.domain.values import (
    Change,
    Deadline,
    Ground,
    Help,
    Origin,
    Outcome,
    Person,
    Place,
)

__all__ = [
    "ENDED",
    "LIFE",
    "LIVING",
    "ROLES",
    "UNDONE",
    "Assignment",
    "By",
    "Change",
    "Deadline",
    "Ground",
    "Help",
    "Level",
    "Origin",
    "Outcome",
    "Person",
    "Place",
    "Stage",
    "Step",
    "Unit",
]
