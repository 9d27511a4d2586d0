"""The rules of a notice: from draft to signature."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.api.reviews import ItemReview
from meetings.application.drafting import deadline_on
from meetings.application.notices import number_key
from meetings.domain import (
    BoundMeeting,
    Committee,
    Deadline,
    Decision,
    Document,
    Doubt,
    DraftItem,
    DueMeeting,
    FieldRead,
    Header,
    ItemKind,
    Named,
    Notice,
    Person,
    ReadFacts,
)
from meetings.publishing import publish
from tiendo_contracts.meetings import ConclusionIssued
from tiendo_runtime.domain import ConflictError, ReasonsError, RuleError

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
COMMITTEE = Committee(UUID(int=1), f"/{UUID(int=1)}/")
SCIENCE, FINANCE, POLICE = UUID(int=11), UUID(int=12), UUID(int=13)
CHAIR = Person("Trần Thị Bích Hạnh", "Trưởng Ban Chỉ đạo")
NO_DEADLINE = Deadline(None, None, "")
DUE = deadline_on(date(2026, 12, 15), "trước ngày 15/12/2026")


def item(path: str, *leads: UUID | None, doubts: tuple[Doubt, ...] = ()) -> DraftItem:
    kind = ItemKind.ASSIGNMENT if leads else ItemKind.STATEMENT
    return DraftItem(
        path=path,
        kind=kind,
        text=f"Việc {path}.",
        span=(0, 5),
        leads=tuple(Named("Sở", lead, (), "") for lead in leads),
        coordinators=(),
        deadline=DUE if leads else NO_DEADLINE,
        due_meeting=None,
        recurring=None,
        doubts=doubts,
        fields=(FieldRead("lead", (0, 2), "lead.giao", 0.97),) if leads else (),
    )


UNCLEAR = item("3", None, doubts=(Doubt("lead", "unit.unknown", "Sở"),))


def notice(
    *items: DraftItem,
    header: Header | None = None,
    meeting_day: date | None = None,
    meeting_on: date | None = date(2026, 11, 20),
) -> Notice:
    return Notice(
        id=UUID(int=2),
        timestamp=NOW,
        committee=COMMITTEE,
        meeting_id=None,
        meeting_day=meeting_day,
        document=Document("a" * 64, "Thông báo", "text/plain", 10),
        header=header or Header("47-TB/BCĐ", date(2026, 11, 21), "Kết luận", "party"),
        facts=ReadFacts(meeting_on, "", "", ()),
        items=items or (item("1"), item("2", SCIENCE), UNCLEAR),
        doubts=(),
    )


def decided(path: str, kind: ItemKind = ItemKind.ASSIGNMENT, **given: object) -> Decision:
    leads = (FINANCE,) if kind is ItemKind.ASSIGNMENT else ()
    reason = "chưa rõ" if kind is ItemKind.SET_ASIDE else ""
    plain = Decision(path, kind, leads, (), NO_DEADLINE, None, None, reason, ())
    return replace(plain, **given)  # pyright: ignore[reportArgumentType] - fields by name


def signed(draft: Notice) -> tuple[Notice, Notice.Signed]:
    draft.sign(CHAIR, timestamp=NOW)
    event = draft.collect_events()[-1]
    assert isinstance(event, Notice.Signed)
    return draft, event


def sign(draft: Notice) -> None:
    draft.sign(CHAIR, timestamp=NOW)


def review_one(draft: Notice) -> None:
    draft.review(["1"], [], by="user:1", timestamp=NOW)


def change_header(draft: Notice) -> None:
    draft.correct_header(Header("2", None, "", None), by="user:1", timestamp=NOW)


def refused(act: Callable[[], None]) -> RuleError:
    with pytest.raises(RuleError) as refusal:
        act()
    return refusal.value


def reasons(refusal: RuleError) -> list[tuple[str, str]]:
    assert isinstance(refusal, ReasonsError)
    return [(reason.path, reason.code) for reason in refusal.reasons]


def test_what_was_decided_otherwise_than_read_is_a_correction_with_its_rule() -> None:
    draft = notice()
    draft.review(
        ["1"], [decided("2", deadline=DUE), decided("3", deadline=DUE)], by="user:1", timestamp=NOW
    )
    silent, asked = draft.corrections
    assert (silent.path, silent.field, silent.rule) == ("2", "lead", "lead.giao")
    assert (silent.doubted, silent.read, silent.decided) == (False, "Sở", str(FINANCE))
    assert (asked.path, asked.field, asked.doubted) == ("3", "lead", True)


def test_a_changed_day_is_a_correction_and_a_confirmed_item_none() -> None:
    draft = notice(item("1"), item("2", SCIENCE))
    later = deadline_on(date(2026, 12, 31), "")
    change = decided("2", lead_unit_ids=(SCIENCE,), deadline=later)
    draft.review(["1"], [change], by="user:1", timestamp=NOW)
    [found] = draft.corrections
    assert (found.field, found.read, found.decided) == ("due", "2026-12-15", "2026-12-31")


NEXT = BoundMeeting("session", "", None, None, None, None, False, 0)


def waiting(path: str = "2") -> DraftItem:
    """An item that is due at the next session."""
    told = DueMeeting("session", "tại phiên họp tới", None, None, None, None, True, 0)
    words = Deadline(None, None, "tại phiên họp tới")
    return replace(item(path, SCIENCE), deadline=words, due_meeting=told)


def test_what_is_bound_to_a_meeting_is_signed_without_a_day() -> None:
    draft = notice(waiting())
    draft.review(["2"], [], by="user:1", timestamp=NOW)
    assert draft.corrections == ()
    _, event = signed(draft)
    [found] = event.items
    assert (found.deadline.due_on, found.due_meeting) == (None, NEXT)
    told = publish(event)
    assert isinstance(told, ConclusionIssued)
    assert told.items[0].due_meeting is not None
    assert told.items[0].deadline.words == "tại phiên họp tới"


def test_another_meeting_or_a_day_instead_is_a_correction() -> None:
    fourth, day = replace(NEXT, ordinal=4), deadline_on(date(2026, 12, 31), "")
    draft = notice(waiting("2"), waiting("3"))
    changes = [
        decided("2", lead_unit_ids=(SCIENCE,), due_meeting=fourth),
        decided("3", lead_unit_ids=(SCIENCE,), deadline=day),
    ]
    draft.review([], changes, by="user:1", timestamp=NOW)
    assert [(one.field, one.read, one.decided) for one in draft.corrections] == [
        ("due", "session", "session ordinal=4"),
        ("due", "session", "2026-12-31"),
    ]


@pytest.mark.parametrize("said", [{"deadline": DUE}, {"recurring": "monthly"}])
def test_a_meeting_beside_a_day_or_a_rhythm_is_refused(said: dict[str, Any]) -> None:
    both = decided("2", lead_unit_ids=(SCIENCE,), due_meeting=NEXT, **said)
    refusal = refused(lambda: notice(waiting()).review([], [both], by="user:1", timestamp=NOW))
    assert refusal.code == "deadline_and_meeting"


@pytest.mark.parametrize(
    ("said", "bound"),
    [
        ({}, NEXT),
        ({"due_meeting": None}, None),
        ({"deadline": {"due_on": "2026-12-31"}}, None),
        ({"recurring": "monthly"}, None),
        ({"due_meeting": {"month": 12, "before": True}}, replace(NEXT, month=12, before=True)),
    ],
)
def test_a_review_keeps_the_meeting_that_was_read_unless_it_says_otherwise(
    said: dict[str, Any], bound: BoundMeeting | None
) -> None:
    body = {"path": "2", "kind": "assignment", "lead_unit_id": str(SCIENCE), **said}
    review = ItemReview.model_validate_json(json.dumps(body))
    assert review.decision(waiting()).due_meeting == bound


@pytest.mark.parametrize(
    ("words", "days", "before"),
    [
        ("trước phiên họp tới", 0, True),
        ("trước phiên họp tới 3 ngày", 3, False),
        ("tại phiên họp tới", 0, False),
    ],
)
def test_before_a_meeting_is_told_by_its_words(words: str, days: int, before: bool) -> None:
    told = DueMeeting("session", words, None, None, None, None, True, days)
    assert told.as_read() == replace(NEXT, before=before, days_before=days)


def test_of_an_item_that_is_no_task_only_the_kind_is_corrected() -> None:
    draft = notice(item("2", SCIENCE))
    draft.review([], [decided("2", ItemKind.SET_ASIDE)], by="user:1", timestamp=NOW)
    [found] = draft.corrections
    assert (found.field, found.read, found.decided) == ("kind", "assignment", "set_aside")


def test_confirmed_and_decided_items_are_signed_in_their_order() -> None:
    draft = notice()
    draft.review(["2", "1"], [decided("3", deadline=DUE)], by="user:1", timestamp=NOW)
    _, event = signed(draft)
    assert [(i.path, i.kind, i.lead_unit_id) for i in event.items] == [
        ("1", ItemKind.STATEMENT, None),
        ("2", ItemKind.ASSIGNMENT, SCIENCE),
        ("3", ItemKind.ASSIGNMENT, FINANCE),
    ]


def test_an_item_that_nobody_looked_at_keeps_a_notice_from_being_signed() -> None:
    draft = notice()
    draft.review(["2"], [], by="user:1", timestamp=NOW)
    refusal = refused(lambda: draft.sign(CHAIR, timestamp=NOW))
    assert refusal.code == "not_signable"
    assert reasons(refusal) == [
        ("1", "item_not_looked_at"),
        ("3", "item_not_looked_at"),
        ("3", "unit.unknown"),
    ]


def test_an_unclear_item_cannot_be_confirmed_as_read() -> None:
    draft = notice()
    refusal = refused(lambda: draft.review(["1", "3"], [], by="user:1", timestamp=NOW))
    assert (refusal.code, refusal.facts["paths"]) == ("item_unclear", ("3",))
    assert draft.version == 1


def test_an_assignment_without_a_resolved_lead_is_unclear_even_without_doubts() -> None:
    draft = notice(item("1", None), item("2", SCIENCE, None), item("3", SCIENCE))
    assert [draft.is_clear(path) for path in "123"] == [False, False, True]


def test_what_is_set_aside_counts_as_looked_at_and_keeps_its_reason() -> None:
    draft = notice()
    draft.review(["1", "2"], [decided("3", ItemKind.SET_ASIDE)], by="user:1", timestamp=NOW)
    _, event = signed(draft)
    assert (event.items[2].kind, event.items[2].reason) == (ItemKind.SET_ASIDE, "chưa rõ")
    assert event.items[2].lead_unit_id is None


def test_every_lead_of_several_is_obliged() -> None:
    draft = notice(item("1", SCIENCE, FINANCE))
    draft.review(["1"], [], by="user:1", timestamp=NOW)
    _, event = signed(draft)
    assert [(i.path, i.lead_unit_id) for i in event.items] == [("1", SCIENCE), ("1", FINANCE)]


def test_a_statement_obliges_nobody() -> None:
    draft = notice(UNCLEAR)
    stated = decided("3", ItemKind.STATEMENT, lead_unit_ids=(FINANCE,), deadline=DUE)
    draft.review([], [stated], by="user:1", timestamp=NOW)
    _, event = signed(draft)
    assert event.items[0].lead_unit_id is None
    assert event.items[0].deadline == NO_DEADLINE


@pytest.mark.parametrize(
    ("confirmed", "decisions", "code", "paths"),
    [
        ([], [], "review_empty", None),
        (["9", "1"], [decided("8")], "unknown_item", ("9", "8")),
        (["1"], [decided("1")], "item_twice", ("1",)),
        (["1", "1"], [], "item_twice", ("1",)),
        ([], [decided("3", lead_unit_ids=())], "lead_missing", ("3",)),
        ([], [decided("3", ItemKind.SET_ASIDE, reason="")], "reason_missing", ("3",)),
        ([], [decided("3", recurring="weekly", deadline=DUE)], "deadline_and_recurring", ("3",)),
        (
            [],
            [decided("3", deadline=deadline_on(date(2026, 11, 19), ""))],
            "deadline_too_early",
            ("3",),
        ),
    ],
)
def test_an_incomplete_review_is_refused_with_its_paths(
    confirmed: list[str], decisions: list[Decision], code: str, paths: tuple[str, ...] | None
) -> None:
    draft = notice()
    refusal = refused(lambda: draft.review(confirmed, decisions, by="user:1", timestamp=NOW))
    assert (refusal.code, refusal.facts.get("paths")) == (code, paths)
    assert draft.version == 1


def test_what_is_set_aside_may_have_a_deadline_before_the_meeting() -> None:
    past = deadline_on(date(2026, 1, 1), "")
    draft = notice(UNCLEAR)
    draft.review([], [decided("3", ItemKind.SET_ASIDE, deadline=past)], by="user:1", timestamp=NOW)
    signed(draft)


def test_a_deadline_on_the_day_of_the_meeting_is_taken() -> None:
    draft = notice(UNCLEAR, meeting_day=date(2026, 11, 20))
    day = deadline_on(date(2026, 11, 20), "trong ngày")
    draft.review([], [decided("3", deadline=day)], by="user:1", timestamp=NOW)
    signed(draft)


@pytest.mark.parametrize(
    ("meeting_day", "meeting_on", "issued_on", "expected"),
    [
        (date(2026, 11, 20), date(2026, 11, 1), date(2026, 11, 21), date(2026, 11, 20)),
        (None, date(2026, 11, 19), date(2026, 11, 21), date(2026, 11, 19)),
        (None, None, date(2026, 11, 21), date(2026, 11, 21)),
        (None, date(2027, 11, 19), date(2026, 11, 21), date(2026, 11, 21)),
        (None, None, None, None),
    ],
    ids=["recorded meeting", "meeting as read", "issue", "misread meeting", "nothing known"],
)
def test_no_deadline_may_lie_before(
    meeting_day: date | None,
    meeting_on: date | None,
    issued_on: date | None,
    expected: date | None,
) -> None:
    header = Header("1", issued_on, "", "state")
    draft = notice(header=header, meeting_day=meeting_day, meeting_on=meeting_on)
    assert draft.not_before == expected


def test_a_later_date_of_issue_is_held_against_deadlines_when_it_is_signed() -> None:
    draft = notice(UNCLEAR, header=Header("1-TB", None, "", "state"), meeting_on=None)
    draft.review([], [decided("3", deadline=DUE)], by="user:1", timestamp=NOW)
    draft.correct_header(
        Header("1-TB", date(2026, 12, 16), "", "state"), by="user:1", timestamp=NOW
    )
    refusal = refused(lambda: draft.sign(CHAIR, timestamp=NOW))
    assert reasons(refusal) == [("3", "deadline_too_early")]


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (Header(None, date(2026, 11, 21), "", "party"), ("number",)),
        (Header("1", None, "", "party"), ("issued_on",)),
        (Header("1", date(2026, 11, 21), "", None), ("form",)),
        (Header(None, None, "", None), ("number", "issued_on", "form")),
    ],
)
def test_a_draft_without_number_day_or_form_cannot_be_signed(
    header: Header, missing: tuple[str, ...]
) -> None:
    draft = notice(item("1"), header=header)
    draft.review(["1"], [], by="user:1", timestamp=NOW)
    refusal = refused(lambda: draft.sign(CHAIR, timestamp=NOW))
    assert reasons(refusal) == [("", f"head.{name}") for name in missing]


def test_a_notice_is_not_issued_before_its_meeting() -> None:
    draft = notice(item("1"), meeting_day=date(2026, 11, 20))
    early = Header("1", date(2026, 11, 19), "", "party")
    refusal = refused(lambda: draft.correct_header(early, by="user:1", timestamp=NOW))
    assert refusal.code == "issued_before_meeting"


def test_deciding_the_same_again_records_nothing() -> None:
    draft = notice()
    draft.review(["1"], [decided("3")], by="user:1", timestamp=NOW)
    draft.review(["1"], [decided("3")], by="user:1", timestamp=NOW)
    draft.correct_header(draft.header, by="user:1", timestamp=NOW)
    assert draft.version == 2


def test_the_latest_decision_counts() -> None:
    draft = notice(UNCLEAR)
    draft.review([], [decided("3", ItemKind.SET_ASIDE)], by="user:1", timestamp=NOW)
    draft.review([], [decided("3", lead_unit_ids=(POLICE,))], by="user:1", timestamp=NOW)
    _, event = signed(draft)
    assert [i.lead_unit_id for i in event.items] == [POLICE]


@pytest.mark.parametrize("change", [sign, review_one, change_header])
def test_a_signed_notice_is_frozen(change: Callable[[Notice], None]) -> None:
    draft = notice(item("1"))
    draft.review(["1"], [], by="user:1", timestamp=NOW)
    frozen, _ = signed(draft)
    refusal = refused(lambda: change(frozen))
    assert isinstance(refusal, ConflictError)
    assert refusal.code == "notice_signed"


def test_a_draft_cannot_be_changed_without_end_and_can_still_be_signed() -> None:
    draft = notice(UNCLEAR)

    def change_for_ever() -> None:
        for times in range(1000):
            draft.review([], [decided("3", reason=str(times))], by="user:1", timestamp=NOW)

    assert refused(change_for_ever).code == "too_many_changes"
    signed(draft)
    assert draft.version < 500


@pytest.mark.parametrize("spelling", ["47-tb/bcđ", " 47 - TB/BCĐ", "47–TB/BCĐ", "４７-TB/BCĐ"])
def test_one_number_has_one_key_however_it_is_spelled(spelling: str) -> None:
    other = notice(header=Header(spelling, date(2026, 3, 1), "", "party"))
    assert number_key(other) == number_key(notice())


def test_a_number_may_come_back_in_another_year() -> None:
    other = notice(header=Header("47-TB/BCĐ", date(2027, 1, 5), "", "party"))
    assert number_key(other) != number_key(notice())


@given(st.data())
def test_a_signed_notice_has_an_answer_for_each_item_whatever_was_decided(
    data: st.DataObject,
) -> None:
    choice = st.sampled_from([(SCIENCE,), (SCIENCE, FINANCE), (None,), ()])
    items = [item(str(n), *data.draw(choice)) for n in range(data.draw(st.integers(1, 6)))]
    draft = notice(*items)
    for one in data.draw(st.permutations(items)):
        if draft.is_clear(one.path) and data.draw(st.booleans()):
            draft.review([one.path], [], by="user:1", timestamp=NOW)
        else:
            kind = data.draw(st.sampled_from(list(ItemKind)))
            draft.review([], [decided(one.path, kind)], by="user:1", timestamp=NOW)
    _, event = signed(draft)
    assert list(dict.fromkeys(i.path for i in event.items)) == [i.path for i in items]
    for one in event.items:
        assert (one.lead_unit_id is not None) == (one.kind is ItemKind.ASSIGNMENT)
        assert bool(one.reason) == (one.kind is ItemKind.SET_ASIDE)
