"""May it be signed? What a draft still lacks, and how its doubts are answered one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.application.drafting import deadline_on
from meetings.domain import (
    Candidate,
    Committee,
    Confirmed,
    Deadline,
    Decision,
    Document,
    Doubt,
    DraftItem,
    Header,
    How,
    ItemKind,
    Named,
    Notice,
    Person,
    ReadFacts,
)
from meetings.messages import MESSAGES
from tiendo_runtime.domain import ReasonsError, RuleError

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 4, tzinfo=UTC)
SCIENCE, FINANCE, POLICE, HOME = (UUID(int=n) for n in (11, 12, 13, 14))
DUE = deadline_on(date(2026, 12, 15), "trước ngày 15/12/2026")
NO_DEADLINE = Deadline(None, None, "")
FROM_SECTION = Doubt("lead", "lead.from-section", "")
NO_YEAR = Doubt("due", "due.no-year", "")
SEVERAL = Doubt("lead", "unit.several", "Xã Tân Hòa")
UNKNOWN = Doubt("coordinators", "unit.unknown", "Sở Lạ")
HEAD = Doubt("meeting_on", "meeting_on.differs", "2026-11-20")
NUMBER = Doubt("number", "number.blank", "")


def item(path: str, *doubts: Doubt) -> DraftItem:
    likely = (Candidate(FINANCE, 1.0, "same-name"), Candidate(POLICE, 1.0, "same-name"))
    several = SEVERAL in doubts
    lead = Named(SEVERAL.name, None, likely, "") if several else Named("Sở", SCIENCE, (), "")
    return DraftItem(
        path=path,
        kind=ItemKind.ASSIGNMENT,
        text=f"Việc {path}.",
        span=(0, 5),
        leads=(lead,),
        coordinators=(Named(UNKNOWN.name, None, (), ""),) if UNKNOWN in doubts else (),
        deadline=DUE,
        due_meeting=None,
        recurring=None,
        doubts=doubts,
        fields=(),
    )


def notice(
    *items: DraftItem, doubts: tuple[Doubt, ...] = (), number: str | None = "1-TB"
) -> Notice:
    return Notice(
        id=UUID(int=2),
        timestamp=NOW,
        committee=Committee(UUID(int=1), f"/{UUID(int=1)}/"),
        meeting_id=None,
        meeting_day=None,
        document=Document("a" * 64, "Thông báo", "text/plain", 10),
        header=Header(number, date(2026, 11, 21), "Kết luận", "party"),
        facts=ReadFacts(None, "", "", ()),
        items=items,
        doubts=doubts,
    )


def decide(draft: Notice, path: str, **given: object) -> None:
    decision = Decision(path, ItemKind.ASSIGNMENT, (SCIENCE,), (), DUE, None, None, "", ())
    decision = replace(decision, **given)  # pyright: ignore[reportArgumentType] - fields by name
    draft.review([], [decision], by="user:2", timestamp=LATER)


def confirm(draft: Notice, *confirmed: tuple[str, Doubt]) -> None:
    found = [Confirmed(path, doubt) for path, doubt in confirmed]
    draft.confirm_doubts(found, by="user:1", timestamp=NOW)


def open_of(draft: Notice) -> list[tuple[str, str]]:
    return [(reason.path, reason.code) for reason in draft.hindrances]


def how(draft: Notice, path: str, doubt: Doubt) -> How | None:
    answer = draft.answer(path, doubt)
    return answer.how if answer else None


def test_all_reasons_are_told_at_once_item_by_item() -> None:
    draft = notice(item("1", NO_YEAR), item("2"), item("3", SEVERAL), doubts=(HEAD,), number=None)
    decide(draft, "1")
    with pytest.raises(ReasonsError) as refusal:
        draft.sign(Person("Trần Thị Bích Hạnh", ""), timestamp=NOW)
    assert [(one.path, one.code) for one in refusal.value.reasons] == [
        ("", "head.number"),
        ("", "meeting_on.differs"),
        ("1", "due.no-year"),
        ("2", "item_not_looked_at"),
        ("3", "item_not_looked_at"),
        ("3", "unit.several"),
    ]
    assert all(one.code in MESSAGES for one in refusal.value.reasons)


def test_a_confirmed_doubt_tells_who_did_it_and_when() -> None:
    draft = notice(item("1", FROM_SECTION, NO_YEAR))
    confirm(draft, ("1", FROM_SECTION))
    answer = draft.answer("1", FROM_SECTION)
    assert answer is not None
    assert (answer.how, answer.look.by, answer.look.at) == (How.AS_READ, "user:1", NOW)
    assert draft.answer("1", NO_YEAR) is None


def test_an_item_is_taken_as_read_once_each_of_its_doubts_is_confirmed() -> None:
    draft = notice(item("1", FROM_SECTION, NO_YEAR))
    confirm(draft, ("1", FROM_SECTION))
    with pytest.raises(RuleError, match="item_unclear"):
        draft.review(["1"], [], by="user:1", timestamp=NOW)
    confirm(draft, ("1", NO_YEAR))
    draft.review(["1"], [], by="user:1", timestamp=NOW)
    assert open_of(draft) == []


def test_a_decision_answers_only_the_doubts_about_what_it_changes() -> None:
    draft = notice(item("1", FROM_SECTION, NO_YEAR))
    decide(draft, "1", deadline=deadline_on(date(2026, 12, 31), ""))
    assert open_of(draft) == [("1", "lead.from-section")]
    answer = draft.answer("1", NO_YEAR)
    assert answer is not None
    assert (answer.how, answer.look.by, answer.look.at) == (How.CHANGED, "user:2", LATER)


def test_a_doubt_is_open_again_when_the_change_that_answered_it_is_taken_back() -> None:
    draft = notice(item("1", NO_YEAR))
    decide(draft, "1", deadline=deadline_on(date(2026, 12, 31), ""))
    decide(draft, "1")
    assert open_of(draft) == [("1", "due.no-year")]


def test_choosing_a_proposed_unit_answers_the_doubt_about_its_name() -> None:
    draft = notice(item("1", SEVERAL))
    decide(draft, "1", lead_unit_ids=(FINANCE,))
    assert how(draft, "1", SEVERAL) is How.CHOSEN


def test_a_unit_beyond_the_proposed_ones_answers_it_as_well() -> None:
    draft = notice(item("1", SEVERAL))
    decide(draft, "1", lead_unit_ids=(HOME,))
    assert how(draft, "1", SEVERAL) is How.CHOSEN


def test_one_unit_is_no_answer_to_two_names() -> None:
    other = Doubt("lead", "unit.unknown", "Sở Khác")
    names = (Named(UNKNOWN.name, None, (), ""), Named(other.name, None, (), ""))
    first = replace(UNKNOWN, field="lead")
    draft = notice(replace(item("1", first, other), leads=names))
    decide(draft, "1", lead_unit_ids=(HOME,))
    assert len(open_of(draft)) == 2
    decide(draft, "1", lead_unit_ids=(HOME, POLICE))
    assert open_of(draft) == []


def test_a_helper_that_nobody_knows_is_left_out_only_by_a_persons_word() -> None:
    draft = notice(item("1", UNKNOWN))
    decide(draft, "1")
    assert open_of(draft) == [("1", "unit.unknown")]
    confirm(draft, ("1", UNKNOWN))
    assert open_of(draft) == []


def test_that_no_task_arises_answers_who_and_when() -> None:
    draft = notice(item("1", SEVERAL, NO_YEAR))
    decide(draft, "1", kind=ItemKind.SET_ASIDE, lead_unit_ids=(), reason="đã làm xong")
    assert how(draft, "1", SEVERAL) is How.NO_TASK
    assert open_of(draft) == []


def test_a_doubt_of_the_head_holds_up_signing_until_it_is_answered() -> None:
    draft = notice(item("1"), doubts=(HEAD, NUMBER))
    draft.review(["1"], [], by="user:1", timestamp=NOW)
    assert open_of(draft) == [("", "meeting_on.differs"), ("", "number.blank")]
    confirm(draft, ("", HEAD))
    draft.correct_header(replace(draft.header, number="2-TB"), by="user:2", timestamp=LATER)
    answer = draft.answer("", NUMBER)
    assert answer is not None
    assert (answer.how, answer.look.by) == (How.CHANGED, "user:2")
    draft.sign(Person("Trần Thị Bích Hạnh", ""), timestamp=NOW)


def test_answering_again_records_nothing() -> None:
    draft = notice(item("1", NO_YEAR), doubts=(HEAD,))
    confirm(draft, ("1", NO_YEAR), ("", HEAD))
    confirm(draft, ("", HEAD), ("1", NO_YEAR))
    assert draft.version == 2


@pytest.mark.parametrize("path", ["", "1", "9"])
def test_what_nobody_doubted_cannot_be_confirmed(path: str) -> None:
    draft = notice(item("1", NO_YEAR))
    with pytest.raises(RuleError, match="unknown_doubt"):
        confirm(draft, (path, FROM_SECTION))
    assert draft.version == 1


@given(st.data())
def test_a_draft_is_signed_exactly_when_nothing_hinders_it(data: st.DataObject) -> None:
    some = st.lists(st.sampled_from([FROM_SECTION, NO_YEAR, SEVERAL, UNKNOWN]), unique=True)
    items = [item(str(n), *data.draw(some)) for n in range(data.draw(st.integers(1, 3)))]
    draft = notice(*items, doubts=tuple(data.draw(st.sampled_from([(), (HEAD,)]))))
    doubts = [("", d) for d in draft.doubts] + [(i.path, d) for i in items for d in i.doubts]
    for _ in range(data.draw(st.integers(0, 8))):
        path = data.draw(st.sampled_from(items)).path
        if doubts and data.draw(st.booleans()):
            confirm(draft, data.draw(st.sampled_from(doubts)))
        elif draft.is_clear(path) and data.draw(st.booleans()):
            draft.review([path], [], by="user:1", timestamp=NOW)
        else:
            units = data.draw(st.lists(st.sampled_from([SCIENCE, FINANCE, HOME]), min_size=1))
            decide(draft, path, lead_unit_ids=tuple(dict.fromkeys(units)))
    hindered = {reason.path for reason in draft.hindrances}
    unanswered = {path for path, doubt in doubts if draft.answer(path, doubt) is None}
    assert hindered == unanswered | set(draft.open_paths)
    try:
        draft.sign(Person("Trần Thị Bích Hạnh", ""), timestamp=NOW)
    except ReasonsError:
        assert hindered
    else:
        assert not hindered
