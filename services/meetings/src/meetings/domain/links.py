"""What a notice does to earlier ones: as the reader proposes it, and as a person decided."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from meetings.domain.items import Named
from meetings.domain.values import Deadline


class LinkKind(StrEnum):
    """What is done to an earlier notice or to an item of it."""

    RE_DATED = "re_dated"
    HANDED_OVER = "handed_over"
    REVOKED = "revoked"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class ProposedLink:
    """What the words of an item seem to do, for a person to look at.

    `path` is the item of this notice. `number`, `issued_on` and `cited` name the earlier notice and
    its item as printed; `notice_id` and `item_path` are those that alone can be meant, else None.
    `span` are offsets into the text of the notice's document; `confidence` is 0 to 1.
    """

    path: str
    kind: LinkKind
    number: str | None
    issued_on: date | None
    cited: str | None
    notice_id: UUID | None
    item_path: str | None
    deadline: Deadline | None
    lead: Named | None
    span: tuple[int, int]
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Link:
    """What an item does to an earlier notice, as a person decided.

    `item_path` is empty only where something is added to the notice as a whole. `of_lead_ids` are
    the lead units of that item, as it was signed, whose assignments are changed. What is re-dated
    has a deadline, what is handed over the unit that leads from now on.
    """

    kind: LinkKind
    notice_id: UUID
    item_path: str
    of_lead_ids: tuple[UUID, ...]
    deadline: Deadline | None
    lead_unit_id: UUID | None

    @property
    def is_complete(self) -> bool:
        """Whether all is said that its kind needs, and nothing else."""
        dated = self.deadline is not None and self.deadline.due_on is not None
        given = (self.deadline is not None, self.lead_unit_id is not None)
        needed = (self.kind is LinkKind.RE_DATED, self.kind is LinkKind.HANDED_OVER)
        return given == needed and dated == needed[0]

    def is_before(self, day: date | None) -> bool:
        """Whether it sets a deadline before a day."""
        due = self.deadline.due_on if self.deadline else None
        return due is not None and day is not None and due < day


@dataclass(frozen=True, slots=True)
class Supplement:
    """What a later notice, once signed, says of this one: the links by the later one's items."""

    by_notice_id: UUID
    number: str
    issued_on: date
    links: tuple[tuple[str, Link], ...]
