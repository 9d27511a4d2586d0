"""The stages in the life of an assignment: what may be done in which, by whom, or which error.

`LIFE` is the one table of this. The domain asks it before every step, HTTP asks it who may take the
step, and docs/assignment-life.md is written from it. Late or on time is no stage: that is asked of
the clock. Nor is “in progress”: what reports say of an accepted assignment shows it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tiendo_runtime.domain import ConflictError


class Stage(StrEnum):
    """Where an assignment stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CONTESTED = "contested"
    CLAIMED = "claimed"
    VERIFIED = "verified"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


UNDONE = (Stage.OPEN, Stage.ACCEPTED, Stage.CONTESTED)
"""Nothing is claimed: it can become late."""
LIVING = (*UNDONE, Stage.CLAIMED)
"""Somebody still has to act."""
ENDED = (Stage.CLOSED, Stage.CANCELLED, Stage.SUPERSEDED)
"""Nothing follows any more."""


class By(StrEnum):
    """Who takes a step."""

    LEAD = "lead"
    """The unit that leads: its reporters."""
    HELPER = "helper"
    """A coordinating unit: its reporters."""
    LEADER = "leader"
    """A leader of the committee that assigned it, nobody of a committee above and no clerk."""
    SECRETARIAT = "secretariat"
    """The secretariat of the committee that assigned it, or of one above."""
    INSPECTOR = "inspector"
    """An inspector of that committee, or of one above."""
    NOTICE = "notice"
    """A later notice of the committee, once it is signed; what does not apply is recorded."""
    SERVICE = "service"
    """This service by itself, when time passes or a report arrives."""


ROLES: Mapping[By, str] = {
    By.LEAD: "reporter",
    By.HELPER: "reporter",
    By.LEADER: "leader",
    By.SECRETARIAT: "secretariat",
    By.INSPECTOR: "inspector",
}
"""The role that a person must have for it; a notice and a service have none."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command: from which stages it leads where, and what is said in the others.

    An error that is empty says that nothing happens then, and that this is right.
    """

    name: str
    by: By
    leads: Mapping[Stage, Stage]
    errors: Mapping[Stage, str] = field(default_factory=dict[Stage, str])

    def take(self, stage: Stage) -> Stage | None:
        """The stage that it leads to; None where nothing happens.

        Raises:
            ConflictError: It cannot be done in this stage.
        """
        error = self.refusal(stage)
        if error:
            raise ConflictError(error)
        return self.leads.get(stage)

    def refusal(self, stage: Stage) -> str:
        """The error in a stage; empty where it is allowed, or nothing happens."""
        return "" if stage in self.leads else self.errors[stage]


_ERRORS: Mapping[Stage, str] = {
    Stage.ACCEPTED: "accepted_already",
    Stage.CONTESTED: "contest_pending",
    Stage.CLAIMED: "claimed_already",
    Stage.VERIFIED: "assignment_closed",
    **dict.fromkeys(ENDED, "assignment_ended"),
}
_Leads = Mapping[Stage, Stage]


def _to(stage: Stage, *stages: Stage) -> _Leads:
    return dict.fromkeys(stages, stage)


def _stays(*stages: Stage) -> _Leads:
    return {stage: stage for stage in stages}


def _step(name: str, by: By, leads: _Leads, *, otherwise: str | None = None) -> Step:
    """A step; `otherwise` is the error in all stages that have not ended."""
    left = [stage for stage in Stage if stage not in leads]
    errors = {
        stage: otherwise if otherwise is not None and stage not in ENDED else _ERRORS[stage]
        for stage in left
    }
    return Step(name, by, leads, errors)


def _quiet(name: str, by: By, leads: _Leads) -> Step:
    return Step(name, by, leads, {stage: "" for stage in Stage if stage not in leads})


def _life(steps: Iterable[Step]) -> Mapping[str, Step]:
    return {step.name: step for step in steps}


_O, _A, _D, _C = Stage.OPEN, Stage.ACCEPTED, Stage.CONTESTED, Stage.CLAIMED
_X = Stage.CANCELLED

LIFE: Mapping[str, Step] = _life(
    (
        _step("accept", By.LEAD, _to(_A, _O, _D)),
        _step("contest", By.LEAD, _to(_D, _O)),
        _step(
            "uphold_contest",
            By.SECRETARIAT,
            _to(Stage.CANCELLED, _D),
            otherwise="nothing_contested",
        ),
        _step("reject_contest", By.SECRETARIAT, _to(_O, _D), otherwise="nothing_contested"),
        _step("request_extension", By.LEAD, _stays(_O, _A, _C)),
        _step("grant_extension", By.LEADER, _stays(*LIVING)),
        _step("refuse_extension", By.LEADER, _stays(*LIVING)),
        _step("transfer", By.LEADER, _to(_O, *LIVING)),
        _quiet("pass_on", By.SERVICE, _stays(*LIVING)),
        _step("ask_help", By.LEAD, _stays(*LIVING)),
        _step("confirm_help", By.HELPER, _stays(*LIVING)),
        _step("decline_help", By.HELPER, _stays(*LIVING)),
        _quiet("report_completion", By.SERVICE, _to(_C, *UNDONE)),
        _step(
            "verify_completion", By.INSPECTOR, _to(Stage.VERIFIED, _C), otherwise="nothing_claimed"
        ),
        _step("refuse_completion", By.INSPECTOR, _to(_A, _C), otherwise="nothing_claimed"),
        _step("close", By.SECRETARIAT, _to(Stage.CLOSED, Stage.VERIFIED), otherwise="not_verified"),
        _step("cancel", By.LEADER, _to(_X, *LIVING)),
        _step("supersede", By.SECRETARIAT, _to(Stage.SUPERSEDED, *LIVING)),
        _step("split", By.LEADER, _to(Stage.SUPERSEDED, _O, _A)),
        _step("join", By.LEADER, _to(Stage.SUPERSEDED, _O, _A)),
        _step("re_date", By.NOTICE, _stays(*LIVING)),
        _step("hand_over", By.NOTICE, _to(_O, *LIVING)),
        _step("revoke", By.NOTICE, _to(_X, *LIVING)),
        _quiet("pass_deadline", By.SERVICE, _stays(*UNDONE)),
        _quiet("resolve_deadline", By.SERVICE, _stays(*LIVING)),
    )
)
"""Every step by its name, which is that of the use case."""
