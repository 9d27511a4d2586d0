"""Assignments and the units that answer for them: no I/O, no clock."""

from assignments.domain.assignment import Assignment, Deadline, Origin, Person, Place, Stage
from assignments.domain.unit import Level, Unit

__all__ = [
    "Assignment",
    "Deadline",
    "Level",
    "Origin",
    "Person",
    "Place",
    "Stage",
    "Unit",
]
