"""A notice of conclusion: a draft that people look at item by item, then signed and frozen."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from meetings.domain.head import Header, ReadFacts
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
from meetings.domain.links import Link, LinkKind, ProposedLink, Supplement
from meetings.domain.signing import RULES, Answer, Confirmed, How, Look, incomplete, settled
from meetings.domain.values import Committee, Document, Paths, Person, check_room
from tiendo_runtime.domain import Aggregate, ConflictError, Reason, ReasonsError, RuleError, event


class Notice(Aggregate, topic="meetings.Notice"):
    """A notice of conclusion. Only signing is told to others, and what later notices change."""

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

        class_version = 3

        confirmed: tuple[str, ...]
        decisions: tuple[Decision, ...]
        by: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Who decided was not kept in the event at first, nor which units are of a group."""
            state["by"] = ""
            for decision in state["decisions"]:
                decision["origins"] = []

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Nor could a deadline be bound to a meeting."""
            for decision in state["decisions"]:
                decision["due_meeting"] = None

    class HeaderCorrected(Aggregate.Event):
        """Number, date, title or form were set by a person."""

        class_version = 2

        header: Header
        by: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Who corrected it was not kept in the event at first."""
            state["by"] = ""

    class DoubtsConfirmed(Aggregate.Event):
        """Somebody looked at what the reading doubted, and it is right as it was read."""

        confirmed: tuple[Confirmed, ...]
        by: str

    class LinksProposed(Aggregate.Event):
        """Items seem to change earlier notices, as they were read."""

        links: tuple[ProposedLink, ...]

    class LinksDecided(Aggregate.Event):
        """Somebody said what an item does to earlier notices; nothing, where `links` is empty."""

        path: str
        links: tuple[Link, ...]
        by: str

    class Signed(Aggregate.Event):
        """It was signed and is frozen."""

        class_version = 3

        committee: Committee
        meeting_id: UUID | None
        number: str
        title: str
        form: str
        issued_on: date
        signed_by: Person
        document: Document
        items: tuple[SignedItem, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Groups were not kept at first."""
            for item in state["items"]:
                item["origins"] = []

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Nor could a deadline be bound to a meeting."""
            for item in state["items"]:
                item["due_meeting"] = None

    class Supplemented(Aggregate.Event):
        """A later notice was signed that changes items of this one, or adds to it."""

        committee: Committee
        supplement: Supplement

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
        self.header_read = header
        self.facts = facts
        self.items = {item.path: item for item in items}
        self.doubts = doubts
        self.decisions: dict[str, Decision] = {}
        self.looks: dict[str, Look] = {}
        self.head_looks: dict[str, Look] = {}
        self.confirmed: dict[Confirmed, Look] = {}
        self.proposed: tuple[ProposedLink, ...] = ()
        self.links: dict[str, tuple[Link, ...]] = {}
        self.supplements: tuple[Supplement, ...] = ()
        self.signed_by: Person | None = None
        self.signed_at: datetime | None = None

    @property
    def open_paths(self) -> Paths:
        """The items that nobody looked at yet."""
        return Paths.of(path for path in self.items if path not in self.decisions)

    def answer(self, path: str, doubt: Doubt) -> Answer | None:
        """What became of a doubt so far; an empty path means the head."""
        decision = self.decisions.get(path)
        if decision and (how := settled(self.items[path], doubt, decision)):
            return Answer(how, self.looks[path])
        if not path and doubt.field in self.header_read.differences(self.header):
            return Answer(How.CHANGED, self.head_looks[doubt.field])
        look = self.confirmed.get(Confirmed(path, doubt))
        return Answer(How.AS_READ, look) if look else None

    def is_clear(self, path: str) -> bool:
        """Whether an item may be taken as read: each doubt confirmed, and all leads known."""
        item = self.items[path]
        return item.names_its_leads and all(
            Confirmed(path, doubt) in self.confirmed for doubt in item.doubts
        )

    @property
    def hindrances(self) -> tuple[Reason, ...]:
        """Everything for which it cannot be signed yet, the head first, then in text order."""
        return (*self._of_head(), *(r for path in self.items for r in self._of_item(path)))

    def _of_head(self) -> Iterator[Reason]:
        for name in self.header.missing:
            yield Reason("", f"head.{name}", field=name)
        if self.header.is_before(self.meeting_day):
            yield Reason("", "issued_before_meeting", {"day": self.meeting_day}, "issued_on")
        yield from self._open_doubts("", self.doubts)

    def _of_item(self, path: str) -> Iterator[Reason]:
        decision = self.decisions.get(path)
        if decision is None:
            yield Reason(path, "item_not_looked_at")
        else:
            yield from incomplete(decision, self.not_before)
        yield from self._open_doubts(path, self.items[path].doubts)
        if path in self.open_links:
            yield Reason(path, "link_not_looked_at", field="links")
        if any(link.is_before(self.not_before) for link in self.links.get(path, ())):
            facts = {"day": self.not_before, "paths": path}
            yield Reason(path, "deadline_too_early", facts, "links")

    def _open_doubts(self, path: str, doubts: Iterable[Doubt]) -> Iterator[Reason]:
        for doubt in dict.fromkeys(doubts):
            if self.answer(path, doubt) is None:
                yield Reason(path, doubt.code, {"name": doubt.name}, doubt.field)

    @property
    def open_links(self) -> Paths:
        """The items that may change earlier notices, where nobody decided whether they do."""
        return Paths.of(link.path for link in self.proposed if link.path not in self.links)

    @property
    def changes(self) -> dict[UUID, tuple[tuple[str, Link], ...]]:
        """What it does to each earlier notice, in the order of its own items."""
        found: dict[UUID, tuple[tuple[str, Link], ...]] = {}
        for path in self.items:
            for link in self.links.get(path, ()):
                found[link.notice_id] = (*found.get(link.notice_id, ()), (path, link))
        return found

    def obliged_by(self, path: str) -> tuple[UUID, ...]:
        """The units that an item obliges; nobody where it is unknown or no assignment."""
        decision = self.decisions.get(path)
        obliges = decision is not None and decision.kind is ItemKind.ASSIGNMENT
        return decision.lead_unit_ids if decision and obliges else ()

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
        self, confirmed: Sequence[str], decided: Sequence[Decision], *, by: str, timestamp: datetime
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
        _refuse("item_unclear", (p for p in confirmed if not self.is_clear(p)))
        decisions = [*(self.items[path].as_read() for path in confirmed), *decided]
        self._check_decisions(decisions)
        news = tuple(d for d in decisions if self.decisions.get(d.path) != d)
        if news:
            check_room(self)
            paths = {decision.path for decision in news}
            as_read = tuple(path for path in confirmed if path in paths)
            self._review(confirmed=as_read, decisions=news, by=by, timestamp=timestamp)

    @event(ItemsReviewed)
    def _review(
        self,
        *,
        confirmed: tuple[str, ...],
        decisions: tuple[Decision, ...],
        by: str,
        timestamp: datetime,
    ) -> None:
        for decision in decisions:
            self.decisions[decision.path] = decision
            self.looks[decision.path] = Look(by, timestamp)

    def confirm_doubts(
        self, confirmed: Sequence[Confirmed], *, by: str, timestamp: datetime
    ) -> None:
        """Say that what was doubted is right as it was read; what is answered records nothing.

        Raises:
            ConflictError: It is signed, or was changed too often.
            RuleError: There is no such doubt.
        """
        self._check_draft()
        unknown = [one for one in confirmed if one.doubt not in self._doubts_of(one.path)]
        if unknown:
            raise RuleError("unknown_doubt", path=unknown[0].path, doubt=unknown[0].doubt.code)
        asked = dict.fromkeys(confirmed)
        news = tuple(one for one in asked if self.answer(one.path, one.doubt) is None)
        if news:
            check_room(self)
            self._confirm_doubts(confirmed=news, by=by, timestamp=timestamp)

    @event(DoubtsConfirmed)
    def _confirm_doubts(
        self, *, confirmed: tuple[Confirmed, ...], by: str, timestamp: datetime
    ) -> None:
        self.confirmed |= dict.fromkeys(confirmed, Look(by, timestamp))

    def _doubts_of(self, path: str) -> tuple[Doubt, ...]:
        item = self.items.get(path)
        return item.doubts if item else () if path else self.doubts

    def correct_header(self, header: Header, *, by: str, timestamp: datetime) -> None:
        """Set number, date, title and form; what is there already records nothing.

        Raises:
            ConflictError: It is signed, or was changed too often.
            RuleError: It would be issued before the meeting that it concludes.
        """
        self._check_draft()
        if header.is_before(self.meeting_day):
            raise RuleError("issued_before_meeting", day=self.meeting_day)
        if header != self.header:
            check_room(self)
            self._correct_header(header=header, by=by, timestamp=timestamp)

    @event(HeaderCorrected)
    def _correct_header(self, *, header: Header, by: str, timestamp: datetime) -> None:
        self.head_looks |= dict.fromkeys(self.header.differences(header), Look(by, timestamp))
        self.header = header

    def propose_links(self, links: Sequence[ProposedLink], *, timestamp: datetime) -> None:
        """Keep what the reader thinks that items do to earlier notices; of nothing, nothing."""
        if links:
            self._propose_links(links=tuple(links), timestamp=timestamp)

    @event(LinksProposed)
    def _propose_links(self, *, links: tuple[ProposedLink, ...], timestamp: datetime) -> None:
        self.proposed = links

    def decide_links(
        self, path: str, links: Sequence[Link], *, by: str, timestamp: datetime
    ) -> None:
        """Say all that an item does to earlier notices; the latest decision counts.

        Deciding again what is decided already records nothing.

        Raises:
            ConflictError: It is signed, or was changed too often.
            RuleError: The item is unknown; a link lacks what its kind needs, is there twice, or
                sets a deadline before the meeting.
        """
        self._check_draft()
        self._check_paths([path])
        _refuse("link_incomplete", (path for link in links if not link.is_complete))
        said = Counter((link.kind, link.notice_id, link.item_path) for link in links)
        _refuse("link_twice", (path for times in said.values() if times > 1))
        day = self.not_before
        _refuse("deadline_too_early", (path for link in links if link.is_before(day)), day=day)
        if self.links.get(path) != tuple(links):
            check_room(self)
            self._decide_links(path=path, links=tuple(links), by=by, timestamp=timestamp)

    @event(LinksDecided)
    def _decide_links(
        self, *, path: str, links: tuple[Link, ...], by: str, timestamp: datetime
    ) -> None:
        self.links[path] = links

    def check_changeable(self, link: Link) -> None:
        """See that a later notice can do to this one what a link says.

        Raises:
            ConflictError: It is not signed.
            RuleError: It has no such item; or the item obliges none of those whose it is to be.
        """
        number = self.header.number
        if self.signed_at is None:
            raise ConflictError("earlier_not_signed", notice=self.id)
        if link.item_path and link.item_path not in self.items:
            raise RuleError("unknown_earlier_item", path=link.item_path, number=number)
        obliged = self.obliged_by(link.item_path)
        if not set(link.of_lead_ids) <= set(obliged):
            raise RuleError("not_obliged_there", path=link.item_path, number=number)
        if link.kind is LinkKind.ADDED:
            return
        if not link.of_lead_ids:
            raise RuleError("no_assignment_there", path=link.item_path, number=number)
        if link.kind is LinkKind.HANDED_OVER and len(link.of_lead_ids) > 1:
            raise RuleError("handed_over_by_several", path=link.item_path, number=number)

    def supplement(self, supplement: Supplement, *, timestamp: datetime) -> None:
        """Keep what a later notice says of this one; its own words stay as they were signed.

        Raises:
            ConflictError, RuleError: See `check_changeable`; or the other one is not later.
        """
        for _, link in supplement.links:
            self.check_changeable(link)
        issued = self.header.issued_on
        if issued is not None and supplement.issued_on < issued:
            raise RuleError("earlier_is_later", number=self.header.number, day=issued)
        self._supplement(committee=self.committee, supplement=supplement, timestamp=timestamp)

    @event(Supplemented)
    def _supplement(
        self, *, committee: Committee, supplement: Supplement, timestamp: datetime
    ) -> None:
        self.supplements = (*self.supplements, supplement)

    def sign(self, signed_by: Person, *, timestamp: datetime) -> None:
        """Freeze it and tell everybody.

        Raises:
            ConflictError: It is signed already.
            ReasonsError: `not_signable`, with all of `hindrances`.
        """
        self._check_draft()
        header, reasons = self.header, self.hindrances
        if reasons or not (header.number and header.issued_on and header.form):
            raise ReasonsError("not_signable", reasons)
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

    def _check_paths(self, paths: Sequence[str]) -> None:
        if not paths:
            raise RuleError("review_empty")
        _refuse("unknown_item", (path for path in paths if path not in self.items))
        _refuse("item_twice", (path for path, times in Counter(paths).items() if times > 1))

    def _check_decisions(self, decisions: Iterable[Decision]) -> None:
        decisions = tuple(decisions)
        for code, broken in RULES.items():
            _refuse(code, (decision.path for decision in decisions if broken(decision)))
        day = self.not_before
        early = (decision.path for decision in decisions if decision.is_before(day))
        _refuse("deadline_too_early", early, day=day)


def _refuse(code: str, paths: Iterable[str], **facts: object) -> None:
    found = Paths.of(paths)
    if found:
        raise RuleError(code, paths=found, **facts)
