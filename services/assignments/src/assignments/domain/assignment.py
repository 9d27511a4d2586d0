"""One thing that one lead unit must deliver, from the notice to the check.

It is issued by a notice, accepted or contested and claimed complete by its lead unit, and verified
or refused by an inspector; the claim and the check are different events. Its original deadline is
never overwritten; where a notice binds it to a meeting, it is the first day which that gave. What
may be done when, and by whom, stands in `life`.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from assignments.domain.life import LIFE, Stage
from assignments.domain.values import (
    Action,
    Amendment,
    Change,
    Deadline,
    Derivation,
    DueMeeting,
    Ground,
    Help,
    Origin,
    Outcome,
    Person,
    Place,
    Source,
)
from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event


class Assignment(Aggregate, topic="assignments.Assignment"):
    """One thing that one lead unit must deliver."""

    class Issued(Aggregate.Created):
        """The unit was obliged."""

        class_version = 2

        place: Place
        origin: Origin
        coordinator_ids: tuple[UUID, ...]
        text: str
        deadline: Deadline
        recurring: str | None
        due_meeting: DueMeeting | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Deadlines did not follow meetings at first."""
            state["due_meeting"] = None

    class DeadlineResolved(Aggregate.Event):
        """The calendar gave, moved or took away the day of a deadline that follows a meeting."""

        place: Place
        meeting_id: UUID | None
        original: Deadline
        deadline: Deadline

    class ExtensionRequested(Aggregate.Event):
        """The unit asked for more time."""

        place: Place
        asked: Deadline
        reason: str
        after_deadline: bool

    class ExtensionGranted(Aggregate.Event):
        """Another deadline holds."""

        place: Place
        deadline: Deadline
        reason: str

    class ExtensionRefused(Aggregate.Event):
        """The deadline stays."""

        place: Place
        reason: str

    class CompletionReported(Aggregate.Event):
        """The unit claims that it is done."""

        place: Place
        report_id: UUID
        claimed_at: datetime
        product_url: str

    class CompletionVerified(Aggregate.Event):
        """An inspector saw that it is done."""

        place: Place
        claimed_at: datetime
        inspector: Person
        finding: str

    class CompletionRefused(Aggregate.Event):
        """An inspector did not find what was claimed."""

        place: Place
        inspector: Person
        reason: str

    class Accepted(Aggregate.Event):
        """The lead unit takes it on."""

        place: Place

    class Contested(Aggregate.Event):
        """The lead unit says that it is not for it to do."""

        place: Place
        ground: Ground
        reason: str
        duplicate_of: UUID | None

    class ContestAnswered(Aggregate.Event):
        """The secretariat answered; where it agrees, the assignment ends with this."""

        place: Place
        upheld: bool
        reason: str

    class Transferred(Aggregate.Event):
        """Another unit leads; `place` names the new one."""

        place: Place
        from_unit_id: UUID
        from_unit_path: str
        effective_on: date
        deadline: Deadline
        change: Change
        reason: str

    class HelpAsked(Aggregate.Event):
        """The lead unit asked another one to take a part."""

        place: Place
        helper_id: UUID
        part: str

    class HelpConfirmed(Aggregate.Event):
        """A coordinating unit takes its part on."""

        place: Place
        helper_id: UUID
        remark: str

    class HelpDeclined(Aggregate.Event):
        """A coordinating unit does not take the part."""

        place: Place
        helper_id: UUID
        reason: str

    class Closed(Aggregate.Event):
        """Nothing more is expected of it."""

        place: Place
        outcome: Outcome
        superseded_by: UUID | None
        reason: str

    class Split(Aggregate.Event):
        """Its parts take its place; it ends with this."""

        place: Place
        part_ids: tuple[UUID, ...]
        reason: str

    class Joined(Aggregate.Event):
        """It goes on within another one; it ends with this."""

        place: Place
        into_id: UUID
        reason: str

    class Derived(Aggregate.Event):
        """It was made of others; the first thing that is said of it after it was issued."""

        place: Place
        how: Derivation
        sources: tuple[Source, ...]

    class Amended(Aggregate.Event):
        """A later notice changed it; or says a change that does not apply, with the code of why.

        What follows of an applied one is the next event.
        """

        place: Place
        by: Origin
        item_path: str
        action: Action
        why_not: str

    class DeadlinePassed(Aggregate.Event):
        """The deadline went by without a claim; once per deadline."""

        place: Place
        deadline: Deadline

    @event(Issued)
    def __init__(
        self,
        *,
        id: UUID,  # noqa: A002 - the library's name
        timestamp: datetime,
        place: Place,
        origin: Origin,
        coordinator_ids: tuple[UUID, ...],
        text: str,
        deadline: Deadline,
        recurring: str | None,
        due_meeting: DueMeeting | None,
    ) -> None:
        self.place = place
        self.origin = origin
        self.coordinator_ids = coordinator_ids
        self.text = text
        self.original = deadline
        self.deadline = deadline
        self.recurring = recurring
        self.due_meeting = due_meeting
        self.meeting_id: UUID | None = None
        self.extended = False
        self.stage = Stage.OPEN
        self.asked: Deadline | None = None
        self.claimed_at: datetime | None = None
        self.passed: datetime | None = None
        self.helpers = dict.fromkeys(coordinator_ids, Help.ASKED)
        self.parts: tuple[UUID, ...] = ()
        self.superseded_by: UUID | None = None
        self.how: Derivation | None = None
        self.sources: tuple[Source, ...] = ()
        self.amended: set[tuple[UUID, str, str, Action]] = set()

    @property
    def origins(self) -> tuple[Origin, ...]:
        """All items of notices that it goes back to, each once, its own first."""
        further = (origin for source in self.sources for origin in source.origins)
        return tuple(dict.fromkeys((self.origin, *further)))

    @property
    def follows(self) -> DueMeeting | None:
        """The meeting that the present deadline follows: none once more time was granted."""
        return None if self.extended else self.due_meeting

    def accept(self, *, timestamp: datetime) -> None:
        """Take it on; a contest that waits for an answer is withdrawn by that.

        Raises:
            ConflictError: See `life`.
        """
        self._step("accept")
        self._accept(place=self.place, timestamp=timestamp)

    @event(Accepted)
    def _accept(self, *, place: Place, timestamp: datetime) -> None:
        self._enter("accept")

    def contest(
        self, ground: Ground, reason: str, duplicate_of: UUID | None, *, timestamp: datetime
    ) -> None:
        """Say that it is not for this unit, or given to it already as `duplicate_of`.

        Raises:
            ConflictError: See `life`.
            RuleError: A duplicate of nothing, or of itself.
        """
        self._step("contest")
        if (ground is Ground.DUPLICATE) != (duplicate_of is not None) or duplicate_of == self.id:
            raise RuleError("duplicate_of_what")
        self._contest(
            place=self.place,
            ground=ground,
            reason=reason,
            duplicate_of=duplicate_of,
            timestamp=timestamp,
        )

    @event(Contested)
    def _contest(
        self,
        *,
        place: Place,
        ground: Ground,
        reason: str,
        duplicate_of: UUID | None,
        timestamp: datetime,
    ) -> None:
        self._enter("contest")

    def uphold_contest(self, reason: str, *, timestamp: datetime) -> None:
        """Agree with the unit: the assignment is called off.

        Raises:
            ConflictError: Nothing is contested.
        """
        self._step("uphold_contest")
        self._answer_contest(place=self.place, upheld=True, reason=reason, timestamp=timestamp)
        self._close(
            place=self.place,
            outcome=Outcome.CANCELLED,
            superseded_by=None,
            reason=reason,
            timestamp=timestamp,
        )

    def reject_contest(self, reason: str, *, timestamp: datetime) -> None:
        """Let it stand: the unit has to do it.

        Raises:
            ConflictError: Nothing is contested.
        """
        self._step("reject_contest")
        self._answer_contest(place=self.place, upheld=False, reason=reason, timestamp=timestamp)

    @event(ContestAnswered)
    def _answer_contest(
        self, *, place: Place, upheld: bool, reason: str, timestamp: datetime
    ) -> None:
        if not upheld:
            self._enter("reject_contest")

    def transfer(
        self, unit_id: UUID, unit_path: str, on: date, reason: str, *, timestamp: datetime
    ) -> None:
        """Let another unit lead; it has not accepted yet, and the deadline stays.

        Raises:
            ConflictError: See `life`.
            RuleError: It leads already.
        """
        self._step("transfer")
        if unit_id == self.place.lead_unit_id:
            raise RuleError("leads_already")
        self._hand_over(unit_id, unit_path, on, Change.DECISION, reason, timestamp)

    def pass_on(
        self,
        unit_id: UUID,
        unit_path: str,
        on: date,
        change: Change,
        reason: str,
        *,
        timestamp: datetime,
    ) -> None:
        """Let the one unit that follows the lead unit go on where that stood; what ended stays.

        It may be the lead unit itself, which is below another one now.
        """
        place = self.place
        is_new = (unit_id, unit_path) != (place.lead_unit_id, place.lead_unit_path)
        if is_new and self._step("pass_on"):
            self._hand_over(unit_id, unit_path, on, change, reason, timestamp)

    def _hand_over(
        self,
        unit_id: UUID,
        unit_path: str,
        on: date,
        change: Change,
        reason: str,
        timestamp: datetime,
    ) -> None:
        former = self.place
        self._transfer(
            place=replace(former, lead_unit_id=unit_id, lead_unit_path=unit_path),
            from_unit_id=former.lead_unit_id,
            from_unit_path=former.lead_unit_path,
            effective_on=on,
            deadline=self.deadline,
            change=change,
            reason=reason,
            timestamp=timestamp,
        )

    @event(Transferred)
    def _transfer(
        self,
        *,
        place: Place,
        from_unit_id: UUID,
        from_unit_path: str,
        effective_on: date,
        deadline: Deadline,
        change: Change,
        reason: str,
        timestamp: datetime,
    ) -> None:
        if change is Change.DECISION:
            self._enter("transfer")
            self.claimed_at = self.asked = None
        self.place = place
        self.helpers.pop(place.lead_unit_id, None)

    def ask_help(self, helper_id: UUID, part: str, *, timestamp: datetime) -> None:
        """Ask another unit to take a part; it has none before it confirms.

        Raises:
            ConflictError: See `life`; or it was asked, or takes part already.
            RuleError: The lead unit asks itself.
        """
        self._step("ask_help")
        if helper_id == self.place.lead_unit_id:
            raise RuleError("helper_leads")
        if self.helpers.get(helper_id) in (Help.ASKED, Help.CONFIRMED):
            raise ConflictError("help_asked_already")
        self._ask_help(place=self.place, helper_id=helper_id, part=part, timestamp=timestamp)

    @event(HelpAsked)
    def _ask_help(self, *, place: Place, helper_id: UUID, part: str, timestamp: datetime) -> None:
        self.helpers[helper_id] = Help.ASKED

    def confirm_help(self, helper_id: UUID, remark: str, *, timestamp: datetime) -> None:
        """Take a part on; one that was declined can still be.

        Raises:
            ConflictError: See `life`; or it is confirmed already.
            RuleError: Nobody asked this unit.
        """
        self._step("confirm_help")
        self._check_helper(helper_id, Help.CONFIRMED)
        self._confirm_help(
            place=self.place, helper_id=helper_id, remark=remark, timestamp=timestamp
        )

    @event(HelpConfirmed)
    def _confirm_help(
        self, *, place: Place, helper_id: UUID, remark: str, timestamp: datetime
    ) -> None:
        self.helpers[helper_id] = Help.CONFIRMED

    def decline_help(self, helper_id: UUID, reason: str, *, timestamp: datetime) -> None:
        """Do not take a part.

        Raises:
            ConflictError: See `life`; or it is declined already.
            RuleError: Nobody asked this unit.
        """
        self._step("decline_help")
        self._check_helper(helper_id, Help.DECLINED)
        self._decline_help(
            place=self.place, helper_id=helper_id, reason=reason, timestamp=timestamp
        )

    @event(HelpDeclined)
    def _decline_help(
        self, *, place: Place, helper_id: UUID, reason: str, timestamp: datetime
    ) -> None:
        self.helpers[helper_id] = Help.DECLINED

    def _check_helper(self, helper_id: UUID, new: Help) -> None:
        present = self.helpers.get(helper_id)
        if present is None:
            raise RuleError("not_a_helper")
        if present is new:
            raise ConflictError("help_answered_already")

    def request_extension(self, asked: Deadline, reason: str, *, timestamp: datetime) -> None:
        """Ask for more time; the later of two requests that wait is refused.

        Raises:
            ConflictError: See `life`; or a request waits.
            RuleError: The day asked for is not later than the present deadline.
        """
        self._step("request_extension")
        self._check_nothing_asked()
        self._check_later(asked)
        late_from = self.deadline.late_from
        self._request_extension(
            place=self.place,
            asked=asked,
            reason=reason,
            after_deadline=late_from is not None and timestamp >= late_from,
            timestamp=timestamp,
        )

    @event(ExtensionRequested)
    def _request_extension(
        self,
        *,
        place: Place,
        asked: Deadline,
        reason: str,
        after_deadline: bool,
        timestamp: datetime,
    ) -> None:
        self.asked = asked

    def grant_extension(
        self, deadline: Deadline | None, reason: str, *, timestamp: datetime
    ) -> None:
        """Let another deadline hold: the one given, or the one asked for.

        Raises:
            ConflictError: See `life`; or nothing was asked and nothing is given.
            RuleError: The new deadline is not later than the present one.
        """
        self._step("grant_extension")
        granted = deadline or self.asked
        if granted is None:
            raise ConflictError("no_extension_asked")
        self._check_later(granted)
        self._grant_extension(
            place=self.place, deadline=granted, reason=reason, timestamp=timestamp
        )

    def inherit_deadline(self, deadline: Deadline, reason: str, *, timestamp: datetime) -> None:
        """Have the deadline that holds for what it was made of, also one that is earlier.

        Raises:
            RuleError: The original has a day, and this has none.
        """
        if deadline.late_from is None:
            raise RuleError("extension_not_later", present=self.deadline.due_on)
        self._grant_extension(
            place=self.place, deadline=deadline, reason=reason, timestamp=timestamp
        )

    @event(ExtensionGranted)
    def _grant_extension(
        self, *, place: Place, deadline: Deadline, reason: str, timestamp: datetime
    ) -> None:
        self.deadline = deadline
        self.extended = True
        self.asked = None

    def refuse_extension(self, reason: str, *, timestamp: datetime) -> None:
        """Leave the deadline as it is.

        Raises:
            ConflictError: See `life`; or nothing was asked.
        """
        self._step("refuse_extension")
        if self.asked is None:
            raise ConflictError("no_extension_asked")
        self._refuse_extension(place=self.place, reason=reason, timestamp=timestamp)

    @event(ExtensionRefused)
    def _refuse_extension(self, *, place: Place, reason: str, timestamp: datetime) -> None:
        self.asked = None

    def report_completion(
        self, report_id: UUID, claimed_at: datetime, product_url: str, *, timestamp: datetime
    ) -> None:
        """Take note of the unit's claim; a claim that stands already records nothing."""
        if self._step("report_completion"):
            self._report_completion(
                place=self.place,
                report_id=report_id,
                claimed_at=claimed_at,
                product_url=product_url,
                timestamp=timestamp,
            )

    @event(CompletionReported)
    def _report_completion(
        self,
        *,
        place: Place,
        report_id: UUID,
        claimed_at: datetime,
        product_url: str,
        timestamp: datetime,
    ) -> None:
        self._enter("report_completion")
        self.claimed_at = claimed_at

    def verify_completion(self, inspector: Person, finding: str, *, timestamp: datetime) -> None:
        """Confirm what was claimed.

        Raises:
            ConflictError: Nothing is claimed.
        """
        self._step("verify_completion")
        self._verify_completion(
            place=self.place,
            claimed_at=self._claim(),
            inspector=inspector,
            finding=finding,
            timestamp=timestamp,
        )

    @event(CompletionVerified)
    def _verify_completion(
        self,
        *,
        place: Place,
        claimed_at: datetime,
        inspector: Person,
        finding: str,
        timestamp: datetime,
    ) -> None:
        self._enter("verify_completion")
        self.asked = None

    def refuse_completion(self, inspector: Person, reason: str, *, timestamp: datetime) -> None:
        """Open it again: what was claimed was not found.

        Raises:
            ConflictError: Nothing is claimed.
        """
        self._step("refuse_completion")
        self._refuse_completion(
            place=self.place, inspector=inspector, reason=reason, timestamp=timestamp
        )

    @event(CompletionRefused)
    def _refuse_completion(
        self, *, place: Place, inspector: Person, reason: str, timestamp: datetime
    ) -> None:
        self._enter("refuse_completion")
        self.claimed_at = None

    def close(self, reason: str, *, timestamp: datetime) -> None:
        """Take what is verified off the list of what has to be followed.

        Raises:
            ConflictError: It is not verified.
        """
        self._end("close", Outcome.COMPLETED, None, reason, timestamp)

    def cancel(self, reason: str, *, timestamp: datetime) -> None:
        """Call it off: nobody has to do it any more.

        Raises:
            ConflictError: See `life`.
        """
        self._end("cancel", Outcome.CANCELLED, None, reason, timestamp)

    def supersede(self, by: UUID, reason: str, *, timestamp: datetime) -> None:
        """Let another assignment, of a later notice, take its place.

        Raises:
            ConflictError: See `life`.
            RuleError: It would take its own place.
        """
        if by == self.id:
            raise RuleError("supersedes_itself")
        self._end("supersede", Outcome.SUPERSEDED, by, reason, timestamp)

    def split(self, part_ids: tuple[UUID, ...], reason: str, *, timestamp: datetime) -> None:
        """Let parts take its place; `deriving` makes them.

        Raises:
            ConflictError: See `life`; or a request for more time waits.
        """
        self._step("split")
        self._check_nothing_asked()
        self._split(place=self.place, part_ids=part_ids, reason=reason, timestamp=timestamp)
        self._end("split", Outcome.SUPERSEDED, part_ids[0], reason, timestamp)

    @event(Split)
    def _split(
        self, *, place: Place, part_ids: tuple[UUID, ...], reason: str, timestamp: datetime
    ) -> None:
        self.parts = part_ids

    def amend(self, change: Amendment, *, timestamp: datetime) -> None:
        """Do what a later notice says of it; what does not apply (any more) is recorded with why.

        The same change by the same item again records nothing.
        """
        if _key(change.by, change.item_path, change.action) in self.amended:
            return
        why_not = self._why_not(change)
        self._amend(
            place=self.place,
            by=change.by,
            item_path=change.item_path,
            action=change.action,
            why_not=why_not,
            timestamp=timestamp,
        )
        if not why_not:
            self._carry_out(change, timestamp)

    @event(Amended)
    def _amend(
        self,
        *,
        place: Place,
        by: Origin,
        item_path: str,
        action: Action,
        why_not: str,
        timestamp: datetime,
    ) -> None:
        self.amended.add(_key(by, item_path, action))

    def _why_not(self, change: Amendment) -> str:
        """The code of why a change does not apply; empty where it does."""
        step = _AMENDING.get(change.action)
        if step is None:
            return ""
        if self.parts:
            return "split_into_parts"
        if self.superseded_by is not None:
            return "superseded_by_another"
        late_from = change.deadline.late_from if change.deadline else None
        if late_from and late_from == self.deadline.late_from and self.follows is None:
            return LIFE[step].refusal(self.stage) or "deadline_holds_already"
        if change.unit_id == self.place.lead_unit_id:
            return LIFE[step].refusal(self.stage) or "leads_already"
        return LIFE[step].refusal(self.stage)

    def _carry_out(self, change: Amendment, timestamp: datetime) -> None:
        match change.action:
            case Action.RE_DATED if change.deadline is not None:
                self._grant_extension(
                    place=self.place,
                    deadline=change.deadline,
                    reason=change.reason,
                    timestamp=timestamp,
                )
            case Action.HANDED_OVER if change.unit_id is not None:
                self._hand_over(
                    change.unit_id,
                    change.unit_path,
                    change.by.issued_on,
                    Change.DECISION,
                    change.reason,
                    timestamp,
                )
            case Action.REVOKED:
                self._end("revoke", Outcome.CANCELLED, None, change.reason, timestamp)
            case _:
                pass  # what is added is an assignment of its own

    def check_joinable(self) -> None:
        """See that it can be joined with others, before any of them changes.

        Raises:
            ConflictError: See `life`; or a request for more time waits.
        """
        self._step("join")
        self._check_nothing_asked()

    def join(self, into_id: UUID, reason: str, *, timestamp: datetime) -> None:
        """Let it go on within another one; `deriving` makes that.

        Raises:
            ConflictError: See `check_joinable`.
        """
        self.check_joinable()
        self._join(place=self.place, into_id=into_id, reason=reason, timestamp=timestamp)
        self._end("join", Outcome.SUPERSEDED, into_id, reason, timestamp)

    @event(Joined)
    def _join(self, *, place: Place, into_id: UUID, reason: str, timestamp: datetime) -> None:
        """Nothing more than its end says."""

    def derive(self, how: Derivation, sources: tuple[Source, ...], *, timestamp: datetime) -> None:
        """Say of what it was made."""
        self._derive(place=self.place, how=how, sources=sources, timestamp=timestamp)

    @event(Derived)
    def _derive(
        self, *, place: Place, how: Derivation, sources: tuple[Source, ...], timestamp: datetime
    ) -> None:
        self.how, self.sources = how, sources

    def _end(
        self, step: str, outcome: Outcome, by: UUID | None, reason: str, timestamp: datetime
    ) -> None:
        self._step(step)
        self._close(
            place=self.place,
            outcome=outcome,
            superseded_by=by,
            reason=reason,
            timestamp=timestamp,
        )

    @event(Closed)
    def _close(
        self,
        *,
        place: Place,
        outcome: Outcome,
        superseded_by: UUID | None,
        reason: str,
        timestamp: datetime,
    ) -> None:
        self.stage = _ENDS[outcome]
        self.superseded_by = superseded_by
        self.asked = None

    def pass_deadline(self, *, timestamp: datetime) -> None:
        """Record that the present deadline went by, if it did and nothing is claimed; only once."""
        late_from = self.deadline.late_from
        if late_from is None or not self._step("pass_deadline"):
            return
        if timestamp >= late_from and self.passed != late_from:
            self._pass_deadline(place=self.place, deadline=self.deadline, timestamp=timestamp)

    @event(DeadlinePassed)
    def _pass_deadline(self, *, place: Place, deadline: Deadline, timestamp: datetime) -> None:
        self.passed = deadline.late_from

    def resolve_deadline(
        self, meeting_id: UUID | None, deadline: Deadline, *, timestamp: datetime
    ) -> None:
        """Let the deadline be what the meeting's day makes it; without a day where none fits.

        The first day is the original deadline for good. More time that was granted stays. What is
        so already, and what has ended, records nothing.
        """
        known = self.original.late_from is not None
        if self.due_meeting is None or not self._step("resolve_deadline"):
            return
        if self.extended and (known or deadline.late_from is None):
            return
        holds = self.deadline if self.extended else deadline
        if (meeting_id, holds.late_from) != (self.meeting_id, self.deadline.late_from):
            self._resolve_deadline(
                place=self.place,
                meeting_id=meeting_id,
                original=self.original if known else deadline,
                deadline=holds,
                timestamp=timestamp,
            )

    @event(DeadlineResolved)
    def _resolve_deadline(
        self,
        *,
        place: Place,
        meeting_id: UUID | None,
        original: Deadline,
        deadline: Deadline,
        timestamp: datetime,
    ) -> None:
        self.meeting_id = meeting_id
        self.original, self.deadline = original, deadline

    def _step(self, name: str) -> bool:
        """Whether a step does anything now; raises ConflictError where it is not allowed."""
        return LIFE[name].take(self.stage) is not None

    def _enter(self, name: str) -> None:
        """Go where a step leads; of a recorded event, so that it may not fail."""
        self.stage = LIFE[name].leads.get(self.stage, self.stage)

    def _check_nothing_asked(self) -> None:
        if self.asked is not None:
            raise ConflictError("extension_pending")

    def _check_later(self, deadline: Deadline) -> None:
        present = self.deadline.late_from
        if deadline.late_from is None or (present is not None and deadline.late_from <= present):
            raise RuleError("extension_not_later", present=self.deadline.due_on)

    def _claim(self) -> datetime:
        if self.claimed_at is None:
            raise ConflictError("nothing_claimed")
        return self.claimed_at


_ENDS = {
    Outcome.COMPLETED: Stage.CLOSED,
    Outcome.CANCELLED: Stage.CANCELLED,
    Outcome.SUPERSEDED: Stage.SUPERSEDED,
}
_AMENDING = {
    Action.RE_DATED: "re_date",
    Action.HANDED_OVER: "hand_over",
    Action.REVOKED: "revoke",
}


def _key(by: Origin, item_path: str, action: Action) -> tuple[UUID, str, str, Action]:
    return by.notice_id, by.item_path, item_path, action
