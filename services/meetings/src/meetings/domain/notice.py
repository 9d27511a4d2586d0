"""A notice of conclusion: a draft that people look at item by item, then signed and frozen."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from meetings.domain.items import (
    Correction,
    Decision,
    Doubt,
    DraftItem,
    ItemKind,
    SignedItem,
    corrections,
    signed_items,
)
from meetings.domain.values import Committee, Document, Paths, Person, check_room
from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event


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


@dataclass(frozen=True, slots=True)
class ReadFacts:
    """What else stood in the head of the text, as it was read: not checked by anybody."""

    meeting_on: date | None
    issuer: str
    chair: str
    recipients: tuple[str, ...]


class Notice(Aggregate, topic="meetings.Notice"):
    """A notice of conclusion. Only signing is told to others."""

    class TakenIn(Aggregate.Created):
        """A text was read into a draft; `meeting_day` is the day of the meeting it concludes."""

        class_version = 3

        committee: Committee
        meeting_id: UUID | None
        meeting_day: date | None
        document: Document
        header: Header
        facts: ReadFacts
        items: tuple[DraftItem, ...]
        doubts: tuple[Doubt, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Rules and confidences were not kept at first."""
            for item in state["items"]:
                item["fields"] = []

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Nor how likely each proposed unit was, groups' words, and meetings that are due."""
            for item in state["items"]:
                item["due_meeting"] = None
                for named in (*item["leads"], *item["coordinators"]):
                    ids = named.pop("candidate_ids")
                    named["candidates"] = [{"unit_id": i, "score": None, "why": ""} for i in ids]
                    named["origin"] = ""

    class ItemsReviewed(Aggregate.Event):
        """Somebody looked at items; `confirmed` are the paths of those taken as read."""

        confirmed: tuple[str, ...]
        decisions: tuple[Decision, ...]

    class HeaderCorrected(Aggregate.Event):
        """Number, date, title or form were set by a person."""

        header: Header

    class Signed(Aggregate.Event):
        """It was signed and is frozen."""

        committee: Committee
        meeting_id: UUID | None
        number: str
        title: str
        form: str
        issued_on: date
        signed_by: Person
        document: Document
        items: tuple[SignedItem, ...]

    @event(TakenIn)
    def __init__(
        self,
        *,
        id: UUID,  # noqa: A002 - the library's name
        timestamp: datetime,
        committee: Committee,
        meeting_id: UUID | None,
        meeting_day: date | None,
        document: Document,
        header: Header,
        facts: ReadFacts,
        items: tuple[DraftItem, ...],
        doubts: tuple[Doubt, ...],
    ) -> None:
        self.committee = committee
        self.meeting_id = meeting_id
        self.meeting_day = meeting_day
        self.document = document
        self.header = header
        self.facts = facts
        self.items = {item.path: item for item in items}
        self.doubts = doubts
        self.decisions: dict[str, Decision] = {}
        self.looked_at: dict[str, datetime] = {}
        self.signed_by: Person | None = None
        self.signed_at: datetime | None = None

    @property
    def open_paths(self) -> Paths:
        """The items that nobody looked at yet."""
        return Paths.of(path for path in self.items if path not in self.decisions)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What was decided otherwise than it was read, in the order of the text."""
        decided = ((item, self.decisions.get(path)) for path, item in self.items.items())
        return tuple(one for item, d in decided if d for one in corrections(item, d))

    @property
    def not_before(self) -> date | None:
        """The day before which no deadline may lie, where one is known."""
        if self.meeting_day is not None:
            return self.meeting_day
        known = [day for day in (self.facts.meeting_on, self.header.issued_on) if day is not None]
        return min(known, default=None)

    def review(
        self, confirmed: Sequence[str], decided: Sequence[Decision], *, timestamp: datetime
    ) -> None:
        """Look at items: take some as read, decide on others. The latest decision counts.

        Deciding again what is decided already records nothing.

        Raises:
            ConflictError: It is signed, or was changed too often.
            RuleError: A path is unknown or there twice; an unclear item is confirmed; a decision
                is incomplete or lies before the meeting. Each names the paths.
        """
        self._check_draft()
        self._check_paths([*confirmed, *(decision.path for decision in decided)])
        _refuse("item_unclear", (p for p in confirmed if not self.items[p].is_clear))
        decisions = [*(self.items[path].as_read() for path in confirmed), *decided]
        self._check_decisions(decisions)
        news = tuple(d for d in decisions if self.decisions.get(d.path) != d)
        if news:
            check_room(self)
            paths = {decision.path for decision in news}
            as_read = tuple(path for path in confirmed if path in paths)
            self._review(confirmed=as_read, decisions=news, timestamp=timestamp)

    @event(ItemsReviewed)
    def _review(
        self, *, confirmed: tuple[str, ...], decisions: tuple[Decision, ...], timestamp: datetime
    ) -> None:
        for decision in decisions:
            self.decisions[decision.path] = decision
            self.looked_at[decision.path] = timestamp

    def correct_header(self, header: Header, *, timestamp: datetime) -> None:
        """Set number, date, title and form; what is there already records nothing.

        Raises:
            ConflictError: It is signed, or was changed too often.
            RuleError: It would be issued before the meeting that it concludes.
        """
        self._check_draft()
        self._check_issue(header)
        if header != self.header:
            check_room(self)
            self._correct_header(header=header, timestamp=timestamp)

    @event(HeaderCorrected)
    def _correct_header(self, *, header: Header, timestamp: datetime) -> None:
        self.header = header

    def sign(self, signed_by: Person, *, timestamp: datetime) -> None:
        """Freeze it and tell everybody.

        Raises:
            ConflictError: It is signed already.
            RuleError: An item was not looked at, the header is incomplete, or a deadline lies
                before the meeting.
        """
        self._check_draft()
        _refuse("items_not_looked_at", self.open_paths)
        header = self.header
        if header.number is None or header.issued_on is None or header.form is None:
            raise RuleError("header_incomplete", missing=header.missing)
        self._check_issue(header)
        self._check_decisions(self.decisions.values())
        self._sign(
            committee=self.committee,
            meeting_id=self.meeting_id,
            number=header.number,
            title=header.title,
            form=header.form,
            issued_on=header.issued_on,
            signed_by=signed_by,
            document=self.document,
            items=tuple(
                signed
                for path, item in self.items.items()
                for signed in signed_items(item, self.decisions[path])
            ),
            timestamp=timestamp,
        )

    @event(Signed)
    def _sign(
        self,
        *,
        committee: Committee,
        meeting_id: UUID | None,
        number: str,
        title: str,
        form: str,
        issued_on: date,
        signed_by: Person,
        document: Document,
        items: tuple[SignedItem, ...],
        timestamp: datetime,
    ) -> None:
        self.signed_by = signed_by
        self.signed_at = timestamp

    def _check_draft(self) -> None:
        if self.signed_at is not None:
            raise ConflictError("notice_signed")

    def _check_issue(self, header: Header) -> None:
        day = self.meeting_day
        if day is not None and header.issued_on is not None and header.issued_on < day:
            raise RuleError("issued_before_meeting", day=day)

    def _check_paths(self, paths: Sequence[str]) -> None:
        if not paths:
            raise RuleError("review_empty")
        _refuse("unknown_item", (path for path in paths if path not in self.items))
        _refuse("item_twice", (path for path, times in Counter(paths).items() if times > 1))

    def _check_decisions(self, decisions: Iterable[Decision]) -> None:
        decisions = tuple(decisions)
        for code, broken in _RULES.items():
            _refuse(code, (decision.path for decision in decisions if broken(decision)))
        day = self.not_before
        early = (decision.path for decision in decisions if decision.is_before(day))
        _refuse("deadline_too_early", early, day=day)


def _refuse(code: str, paths: Iterable[str], **facts: object) -> None:
    found = Paths.of(paths)
    if found:
        raise RuleError(code, paths=found, **facts)


_RULES: dict[str, Callable[[Decision], bool]] = {
    "lead_missing": lambda d: d.kind is ItemKind.ASSIGNMENT and not d.lead_unit_ids,
    "reason_missing": lambda d: d.kind is ItemKind.SET_ASIDE and not d.reason,
    "deadline_and_recurring": lambda d: (
        d.kind is ItemKind.ASSIGNMENT and d.recurring is not None and d.deadline.due_on is not None
    ),
}
"""What makes a single decision incomplete, by the code that says so."""
