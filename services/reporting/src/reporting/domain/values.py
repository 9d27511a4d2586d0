"""Values that reports and waves share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Who decided or said something: the name of the account, and the office they gave."""

    name: str
    office: str
