"""From a pasted text to a draft: what is resolved, and what is left to a person."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.application.drafting import MAX_ITEM_TEXT, Draft, draft
from meetings.application.notices import check_publishable, read_notice
from meetings.domain import (
    Candidate,
    Committee,
    Confirmed,
    Deadline,
    Decision,
    Document,
    DraftItem,
    DueMeeting,
    Header,
    ItemKind,
    Notice,
    Person,
)
from meetings.publishing import publish
from tiendo_notices import MAX_CHARACTERS, Item, Reading
from tiendo_notices.due.meetings import MeetingBound
from tiendo_notices.register import Proposal, Resolution
from tiendo_notices.samples import sample
from tiendo_runtime import codec
from tiendo_runtime.context import Meta
from tiendo_runtime.domain import RuleError

NAMES = UUID("019a8c40-0000-7000-8000-00000000000a")
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def only_one(name: str) -> Resolution:
    """A register in which each name is borne by exactly one unit."""
    return Resolution(str(uuid5(NAMES, name)), "unit.name")


def nobody(_: str) -> Resolution:
    return Resolution(None, "unit.unknown")


def proposals(name: str) -> tuple[Proposal, ...]:
    return tuple(
        Proposal(str(uuid5(NAMES, f"{name} {number}")), name, 0.9, "alike") for number in range(3)
    )


def candidates(name: str) -> tuple[Candidate, ...]:
    """What becomes of the proposals: the ids in their order, and how likely each is."""
    return tuple(Candidate(uuid5(NAMES, f"{name} {n}"), 0.9, "alike") for n in range(3))


def many(name: str) -> Resolution:
    return Resolution(None, "unit.several", proposals(name))


def alike(name: str) -> Resolution:
    return Resolution(None, "unit.unknown", proposals(name))


def reading(*items: Item) -> Reading:
    return Reading(
        number="47-TB/BCĐ",
        form="party",
        issued_on=date(2026, 11, 21),
        meeting_on=date(2026, 11, 20),
        title="THÔNG BÁO",
        abstract="Kết luận phiên họp",
        issuer=None,
        chair=None,
        recipients=(),
        items=items,
    )


def task(path: str = "1", **given: object) -> Item:
    plain = Item(path, "assignment", "Giao Sở Tài chính làm.", (0, 5), lead=("Sở Tài chính",))
    return replace(plain, **given)  # pyright: ignore[reportArgumentType] - fields by name


def drafted(item: Item) -> DraftItem:
    return draft(reading(item), only_one).items[0]


def is_clear(item: DraftItem) -> bool:
    return not item.doubts and item.names_its_leads


def codes(item: DraftItem) -> list[tuple[str, str]]:
    return [(doubt.field, doubt.code) for doubt in item.doubts]


def test_a_name_that_one_unit_bears_is_resolved() -> None:
    item = drafted(task(coordinators=("Bộ Công an",)))
    assert item.leads[0].unit_id == uuid5(NAMES, "Sở Tài chính")
    assert is_clear(item)
    assert item.as_read().coordinator_ids == (uuid5(NAMES, "Bộ Công an"),)


def test_a_name_that_nobody_bears_is_a_doubt() -> None:
    item = draft(reading(task()), nobody).items[0]
    assert codes(item) == [("lead", "unit.unknown")]
    assert not is_clear(item)


def test_a_name_that_several_units_bear_is_a_doubt_with_the_candidates() -> None:
    item = draft(reading(task()), many).items[0]
    assert codes(item) == [("lead", "unit.several")]
    assert item.leads[0].candidates == candidates("Sở Tài chính")


def test_a_name_that_only_looks_like_others_is_a_doubt_with_proposals_in_their_order() -> None:
    item = draft(reading(task()), alike).items[0]
    assert codes(item) == [("lead", "unit.alike")]
    assert item.leads[0].unit_id is None
    assert item.leads[0].candidates == candidates("Sở Tài chính")


@pytest.mark.parametrize(
    "name",
    ["các bộ, ngành, địa phương", "Các bộ", "Tất cả các đơn vị trực thuộc", "Bộ, ngành trung ương"],
)
def test_a_group_is_never_resolved_even_where_the_register_knows_its_name(name: str) -> None:
    item = drafted(task(coordinators=(name,)))
    assert codes(item) == [("coordinators", "unit.group")]


def test_a_group_inside_a_name_that_nobody_bears_is_told_as_a_group() -> None:
    item = draft(reading(task(lead=("Ủy ban nhân dân các xã, phường",))), nobody).items[0]
    assert codes(item) == [("lead", "unit.group")]


def members(name: str) -> Resolution:
    found = tuple(
        Proposal(str(uuid5(NAMES, one)), one, 1.0, "member") for one in ("Sở Tài chính", "Sở Y tế")
    )
    return Resolution(None, "unit.group", members=found) if "các sở" in name else only_one(name)


def test_a_group_that_the_register_understands_becomes_its_members_with_its_words() -> None:
    item = draft(reading(task(lead=("các sở",), coordinators=("Sở Nội vụ",))), members).items[0]
    assert [(one.name, one.unit_id, one.origin) for one in item.leads] == [
        ("Sở Tài chính", uuid5(NAMES, "Sở Tài chính"), "các sở"),
        ("Sở Y tế", uuid5(NAMES, "Sở Y tế"), "các sở"),
    ]
    assert codes(item) == [("lead", "unit.members")]
    assert item.doubts[0].name == "các sở"
    assert [one.group for one in item.as_read().origins] == ["các sở", "các sở"]


def test_a_name_is_looked_up_once() -> None:
    asked: list[str] = []

    def counting(name: str) -> Resolution:
        asked.append(name)
        return only_one(name)

    draft(reading(task("1"), task("2"), task("3")), counting)
    assert asked == ["Sở Tài chính"]


def test_a_lead_that_also_stands_among_the_helpers_only_leads() -> None:
    assert drafted(task(coordinators=("Sở Tài chính",))).as_read().coordinator_ids == ()


def test_a_day_is_late_from_the_next_midnight_in_vietnam() -> None:
    read_at = datetime.fromisoformat("2026-12-15T23:59:59+07:00")
    item = drafted(task(due=date(2026, 12, 15), due_at=read_at, due_text="trước ngày 15/12"))
    late = datetime(2026, 12, 15, 17, tzinfo=UTC)
    assert item.deadline == Deadline(date(2026, 12, 15), late, "trước ngày 15/12")


def test_an_hour_is_late_from_that_instant() -> None:
    read_at = datetime.fromisoformat("2026-12-15T17:00:00+07:00")
    item = drafted(task(due=date(2026, 12, 15), due_at=read_at))
    assert item.deadline == Deadline(date(2026, 12, 15), datetime(2026, 12, 15, 10, tzinfo=UTC), "")


def test_words_without_a_day_stay() -> None:
    item = drafted(task(due_text="tại phiên họp tháng 4"))
    assert item.deadline == Deadline(None, None, "tại phiên họp tháng 4")


def test_the_meeting_that_a_deadline_waits_for_stays_beside_its_words() -> None:
    bound = MeetingBound("session", "trước phiên họp tới 3 ngày", next=True, days_before=3)
    item = drafted(task(due_text="trước phiên họp tới 3 ngày", meeting=bound))
    assert item.due_meeting == DueMeeting("session", bound.words, None, None, None, None, True, 3)


def test_a_deadline_beside_a_rhythm_is_a_doubt() -> None:
    item = drafted(task(due=date(2026, 12, 15), recurring="monthly"))
    assert codes(item) == [("due", "due.beside-rhythm")]
    assert item.deadline.due_on == date(2026, 12, 15)


@pytest.mark.parametrize("day", [date.max, date.min, date(2200, 1, 1)])
def test_a_day_out_of_range_is_no_deadline_but_a_doubt(day: date) -> None:
    item = drafted(task(due=day))
    assert item.deadline.due_on is None
    assert codes(item) == [("due", "day.impossible")]


def test_items_with_one_number_are_told_apart() -> None:
    made = draft(reading(task("II.1"), task("II.1"), task("x" * 300)), only_one)
    assert [item.path for item in made.items] == ["II.1", "II.1#2", "x" * 70]
    assert codes(made.items[1]) == [("path", "path.changed")]


def test_a_head_that_is_too_long_is_cut_and_doubted() -> None:
    long = replace(reading(task()), abstract="x" * 3000, number="9" * 99)
    made = draft(long, only_one)
    assert made.header == Header(None, date(2026, 11, 21), "x" * 1000, "party")
    assert [doubt.code for doubt in made.doubts] == ["title.cut", "number.too-long"]


def test_a_notice_without_items_is_refused() -> None:
    with pytest.raises(RuleError, match="no_items"):
        draft(reading(), only_one)


def test_an_item_of_many_pages_is_refused_with_its_path() -> None:
    with pytest.raises(RuleError) as refusal:
        draft(reading(task("1"), task("2", text="x" * (MAX_ITEM_TEXT + 1))), only_one)
    assert (refusal.value.code, refusal.value.facts["paths"]) == ("item_too_long", ("2",))


def test_what_could_never_be_signed_is_refused_at_once() -> None:
    made = draft(reading(*(task(str(n), text="ế" * 8000) for n in range(20))), only_one)
    with pytest.raises(RuleError, match="event_too_large"):
        check_publishable(made)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kính gửi anh, hẹn gặp lại tuần sau.", "not_a_notice"),
        ("   \n\t ", "not_a_notice"),
        ("x" * (MAX_CHARACTERS + 1), "notice_too_long"),
        ("TUYỆT MẬT\n" + "x" * 500_000, "classified"),
        ("BAN CHỈ ĐẠO\nMẬT\nTHÔNG BÁO KẾT LUẬN\n1. Giao Sở Tài chính làm.", "classified"),
    ],
    ids=["letter", "blank", "too long", "secret and long", "secret"],
)
def test_what_is_no_notice_to_take_in_is_refused(text: str, code: str) -> None:
    with pytest.raises(RuleError) as refusal:
        read_notice(text)
    assert refusal.value.code == code


def signed_events(made: Draft) -> list[codec.DomainEvent]:
    """The events of a notice of which all clear items were confirmed, the others set aside."""
    notice = Notice(
        id=UUID(int=2),
        timestamp=NOW,
        committee=Committee(UUID(int=1), f"/{UUID(int=1)}/"),
        meeting_id=None,
        meeting_day=None,
        document=Document("a" * 64, "Thông báo", "text/plain", 10),
        header=made.header,
        facts=made.facts,
        items=made.items,
        doubts=made.doubts,
    )
    known = Header("1-TB", date(2026, 11, 21), made.header.title, "party")
    notice.correct_header(known, by="user:1", timestamp=NOW)
    day = notice.not_before
    clear = [i.path for i in made.items if is_clear(i) and not i.as_read().is_before(day)]
    rest = [i for i in made.items if i.path not in clear]
    kind, none = ItemKind.SET_ASIDE, Deadline(None, None, "")
    aside = [Decision(i.path, kind, (), (), none, None, None, "chưa rõ", ()) for i in rest]
    doubts = [Confirmed("", doubt) for doubt in notice.doubts]
    doubts += [Confirmed(item.path, doubt) for item in rest for doubt in item.doubts]
    if doubts:
        notice.confirm_doubts(doubts, by="user:1", timestamp=NOW)
    notice.review(clear, aside, by="user:1", timestamp=NOW)
    notice.sign(Person("Trần Thị Bích Hạnh", ""), timestamp=NOW)
    return list(notice.collect_events())


@pytest.mark.parametrize("name", ["party", "state"])
def test_a_sample_notice_can_be_signed_stored_and_published(name: str) -> None:
    made = draft(read_notice(sample(name)), only_one)
    assert sum(is_clear(item) for item in made.items) >= 4
    for event in signed_events(made):
        stored = codec.encode(event, Meta("user:1", NOW, "c"))
        assert codec.decode(stored)[0] == event
        assert (publish(event) is not None) == isinstance(event, Notice.Signed)


_WORDS = st.sampled_from(
    [
        "Giao Sở Tài chính", "Bộ Công an chủ trì, phối hợp với Bộ Nội vụ", "các bộ, ngành", "1.",
        "2.", "a)", "(1)", "I.", "-", "trước ngày 15/12/2026", "ngày 31/12/9999", "hằng tháng",
        "trước 17h00 ngày 25/9/2026", "thường xuyên", "Ghi nhận kết quả", "\n", ":", ";", "./.",
    ]
)  # fmt: skip

_LETTERS = st.characters(codec="utf-8", exclude_characters="\0")


@settings(max_examples=60)
@given(st.lists(_WORDS | st.text(_LETTERS, max_size=20), max_size=40))
def test_whatever_is_read_can_be_signed_stored_and_published(words: list[str]) -> None:
    text = "THÔNG BÁO KẾT LUẬN\nđồng chí Trưởng Ban kết luận như sau:\n1. " + " ".join(words)
    try:
        made = draft(read_notice(text), only_one)
    except RuleError:
        return
    for event in signed_events(made):
        assert codec.decode(codec.encode(event, Meta("user:1", NOW, "c")))[0] == event
        publish(event)
