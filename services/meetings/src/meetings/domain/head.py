"""The head of a notice: what identifies it, and what else was read there."""

from dataclasses import dataclass, fields
from datetime import date

from meetings.domain.values import Paths


@dataclass(frozen=True, slots=True)
class Header:
    """What must be known before signing; `form` is party or state, `title` the abstract."""

    number: str | None
    issued_on: date | None
    title: str
    form: str | None

    @property
    def missing(self) -> Paths:
        """The fields without which it cannot be signed."""
        found = {"number": self.number, "issued_on": self.issued_on, "form": self.form}
        return Paths.of(name for name, value in found.items() if not value)

    def is_before(self, day: date | None) -> bool:
        """Whether it would be issued before a day."""
        return day is not None and self.issued_on is not None and self.issued_on < day

    def differences(self, other: "Header") -> set[str]:
        """The fields in which another head is not the same."""
        names = (field.name for field in fields(self))
        return {name for name in names if getattr(self, name) != getattr(other, name)}


@dataclass(frozen=True, slots=True)
class ReadFacts:
    """What else stood in the head of the text, as it was read: not checked by anybody."""

    meeting_on: date | None
    issuer: str
    chair: str
    recipients: tuple[str, ...]
