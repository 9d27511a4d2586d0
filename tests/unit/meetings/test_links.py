"""What a notice does to earlier ones: proposed, decided by a person, told at signing."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.unit.meetings.test_notice import CHAIR, NOW, decided, item, notice, refused

from meetings.application.drafting import deadline_on, draft
from meetings.domain import (
    Deadline,
    Header,
    ItemKind,
    Link,
    LinkKind,
    Notice,
    ProposedLink,
    Supplement,
)
from meetings.publishing import publish
from tiendo_contracts.meetings import ConclusionSupplemented
from tiendo_notices import read
from tiendo_notices.register import Resolution
from tiendo_runtime.domain import ConflictError

EARLIER, OTHER = UUID(int=3), UUID(int=4)
SCIENCE, FINANCE, POLICE = UUID(int=11), UUID(int=12), UUID(int=13)
DAY = date(2026, 12, 31)
RE_DATED = Link(LinkKind.RE_DATED, EARLIER, "2", (SCIENCE,), deadline_on(DAY, ""), None)
HANDED_OVER = Link(LinkKind.HANDED_OVER, EARLIER, "2", (SCIENCE,), None, FINANCE)
REVOKED = Link(LinkKind.REVOKED, EARLIER, "2", (SCIENCE,), None, None)
ADDED = Link(LinkKind.ADDED, EARLIER, "", (), None, None)


def proposal(path: str) -> ProposedLink:
    return ProposedLink(
        path, LinkKind.RE_DATED, "41-TB/BCĐ", None, "2", EARLIER, "2", RE_DATED.deadline, None,
        (0, 5), "link.other-deadline", 0.9,
    )  # fmt: skip


def with_proposals(*paths: str) -> Notice:
    made = notice(item("1"), item("2", SCIENCE))
    made.propose_links([proposal(path) for path in paths], timestamp=NOW)
    made.review(["1", "2"], [], by="user:1", timestamp=NOW)
    return made


def signed_earlier() -> Notice:
    """Item 1 is a statement, 2 obliges one unit, 3 obliges two."""
    made = notice(item("1"), item("2", SCIENCE), item("3", SCIENCE, FINANCE))
    made.review(["1", "2", "3"], [], by="user:1", timestamp=NOW)
    made.sign(CHAIR, timestamp=NOW)
    made.collect_events()
    return made


def supplement(*links: Link, issued_on: date = date(2026, 12, 1)) -> Supplement:
    return Supplement(OTHER, "52-TB/BCĐ", issued_on, tuple(("1", link) for link in links))


def test_a_notice_is_not_signed_before_a_person_looked_at_each_proposed_link() -> None:
    made = with_proposals("1", "2")
    made.decide_links("2", [RE_DATED], by="user:1", timestamp=NOW)
    assert [(r.path, r.code) for r in made.hindrances] == [("1", "link_not_looked_at")]
    assert refused(lambda: made.sign(CHAIR, timestamp=NOW)).code == "not_signable"
    made.decide_links("1", [], by="user:1", timestamp=NOW)
    made.sign(CHAIR, timestamp=NOW)
    assert made.changes == {EARLIER: (("2", RE_DATED),)}


def test_a_person_can_link_what_the_reader_did_not_see() -> None:
    made = with_proposals()
    made.decide_links("1", [REVOKED, replace(ADDED, notice_id=OTHER)], by="user:1", timestamp=NOW)
    assert list(made.changes) == [EARLIER, OTHER]


def test_the_latest_decision_on_links_counts_and_the_same_again_records_nothing() -> None:
    made = with_proposals("1")
    made.decide_links("1", [RE_DATED], by="user:1", timestamp=NOW)
    made.decide_links("1", [REVOKED], by="user:1", timestamp=NOW)
    made.collect_events()
    made.decide_links("1", [REVOKED], by="user:1", timestamp=NOW)
    assert not made.collect_events()
    assert made.changes == {EARLIER: (("1", REVOKED),)}


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (replace(RE_DATED, deadline=None), "link_incomplete"),
        (replace(RE_DATED, deadline=Deadline(None, None, "sớm")), "link_incomplete"),
        (replace(RE_DATED, lead_unit_id=FINANCE), "link_incomplete"),
        (replace(HANDED_OVER, lead_unit_id=None), "link_incomplete"),
        (replace(REVOKED, deadline=RE_DATED.deadline), "link_incomplete"),
        (replace(RE_DATED, deadline=deadline_on(date(2026, 11, 1), "")), "deadline_too_early"),
    ],
)
def test_a_link_says_what_its_kind_needs_and_nothing_else(link: Link, code: str) -> None:
    made = with_proposals("1")
    refusal = refused(lambda: made.decide_links("1", [link], by="user:1", timestamp=NOW))
    assert (refusal.code, refusal.facts["paths"]) == (code, ("1",))


def test_the_same_change_twice_is_refused() -> None:
    made = with_proposals("1")
    twice = refused(lambda: made.decide_links("1", [REVOKED, REVOKED], by="user:1", timestamp=NOW))
    assert twice.code == "link_twice"


def test_links_of_a_signed_notice_are_frozen() -> None:
    made = with_proposals()
    made.sign(CHAIR, timestamp=NOW)
    with pytest.raises(ConflictError, match="notice_signed"):
        made.decide_links("1", [REVOKED], by="user:1", timestamp=NOW)


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (replace(REVOKED, item_path="9"), "unknown_earlier_item"),
        (replace(REVOKED, item_path="1", of_lead_ids=()), "no_assignment_there"),
        (replace(REVOKED, of_lead_ids=(POLICE,)), "not_obliged_there"),
        (
            replace(HANDED_OVER, item_path="3", of_lead_ids=(SCIENCE, FINANCE)),
            "handed_over_by_several",
        ),
    ],
)
def test_only_what_an_earlier_notice_ordered_can_be_changed(link: Link, code: str) -> None:
    assert refused(lambda: signed_earlier().check_changeable(link)).code == code


def test_a_draft_is_changed_itself_and_not_by_a_later_notice() -> None:
    with pytest.raises(ConflictError, match="earlier_not_signed"):
        notice().check_changeable(REVOKED)


def test_no_notice_changes_one_that_was_issued_after_it() -> None:
    earlier = signed_earlier()
    before = supplement(REVOKED, issued_on=date(2026, 11, 21) - timedelta(days=1))
    assert refused(lambda: earlier.supplement(before, timestamp=NOW)).code == "earlier_is_later"


def test_the_earlier_notice_keeps_its_words_and_lists_what_changed_it() -> None:
    earlier = signed_earlier()
    items, decisions = dict(earlier.items), dict(earlier.decisions)
    later = supplement(RE_DATED, ADDED)
    earlier.supplement(later, timestamp=NOW)
    assert (earlier.items, earlier.decisions) == (items, decisions)
    assert earlier.supplements == (later,)


def test_what_changes_an_earlier_notice_is_told_with_whose_it_was() -> None:
    earlier = signed_earlier()
    earlier.supplement(supplement(RE_DATED, HANDED_OVER, ADDED), timestamp=NOW)
    [event] = earlier.collect_events()
    told = publish(event)
    assert isinstance(told, ConclusionSupplemented)
    assert (told.notice_id, told.by_notice_id, told.number) == (earlier.id, OTHER, "52-TB/BCĐ")
    assert [(c.action, c.item_path, c.by_item_path, c.of_lead_ids) for c in told.changes] == [
        ("re_dated", "2", "1", (SCIENCE,)),
        ("handed_over", "2", "1", (SCIENCE,)),
        ("added", "", "1", ()),
    ]
    assert (told.changes[0].deadline, told.changes[1].lead_unit_id) != (None, None)


def test_an_item_that_only_changes_an_earlier_notice_can_be_a_statement() -> None:
    made = notice(item("1"), item("2", SCIENCE), header=Header("9", DAY, "", "party"))
    made.review([], [decided("1", ItemKind.STATEMENT), decided("2")], by="user:1", timestamp=NOW)
    made.decide_links("1", [REVOKED], by="user:1", timestamp=NOW)
    made.sign(CHAIR, timestamp=NOW)
    assert made.signed_at


def test_a_draft_takes_over_what_the_reader_proposes() -> None:
    reading = read(
        "THÔNG BÁO\nSố 61-TB/BCĐ\nNgày 02/8/2026, Ban Chỉ đạo kết luận như sau:\n"
        "1. Chuyển giao nhiệm vụ tại mục II.3 Thông báo số 45-TB/BCĐ ngày 12/5/2026 sang Sở Y tế "
        "chủ trì, gia hạn đến ngày 30/9/2026.\n"
    )
    links = {link.kind: link for link in draft(reading, lambda _: Resolution(None, "")).links}
    dated, led = links[LinkKind.RE_DATED], links[LinkKind.HANDED_OVER]
    assert (dated.path, dated.number, dated.cited) == ("1", "45-TB/BCĐ", "II.3")
    assert dated.deadline == deadline_on(date(2026, 9, 30), "ngày 30/9/2026")
    assert led.lead is not None
    assert (led.lead.name, led.deadline, led.notice_id) == ("Sở Y tế", None, None)
