"""What people get wrong, and the answer that each must have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tiendo_notices.samples import sample

NOBODY = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Place:
    """The story's things that a bad request can point at."""

    committee: str
    meeting: str
    draft: str
    item: str
    scratch_unit: str
    assignment: str
    others_assignment: str
    report: str
    period: str


Body = Callable[[Place], Any]

REPORTER, SECRETARY = "reporter", "secretariat"
REPORTS = (REPORTER, "POST reporting /v1/reports")
MEETINGS = (SECRETARY, "POST meetings /v1/meetings")
NOTICES = (SECRETARY, "POST meetings /v1/notices")
REVIEWS = (SECRETARY, "POST meetings /v1/notices/{draft}/reviews")
CONFIRMATIONS = (SECRETARY, "POST meetings /v1/notices/{draft}/confirmations")
DOUBT = {"doubts": [{"path": "IX.99", "field": "lead", "code": "lead.person"}]}
EXTENSIONS = (REPORTER, "POST assignments /v1/assignments/{assignment}/extension-requests")
CURRENT = {"If-Match": "current"}


@dataclass(frozen=True)
class Wrong:
    """A request that somebody gets wrong, and the status and code that it must be answered with."""

    name: str
    endpoint: tuple[str, str]
    body: Body
    answer: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def report(percent: Any = 10, **line: Any) -> Body:
    """A report with one line."""
    more = {"percent": percent, "done": False, **line}
    return lambda at: {
        "period": at.period,
        "lines": [{"assignment_id": at.assignment, **more}],
    }


def report_for(period: str) -> Body:
    """A report for another period."""
    return lambda at: {**report()(at), "period": period}


def report_on(assignment: str) -> Body:
    """A report on something else; the name of a place, or an id."""
    return lambda at: report(assignment_id=getattr(at, assignment, assignment))(at)


def meeting(**more: Any) -> Body:
    """A meeting for the calendar."""
    new = {"title": "Phiên họp", "starts_at": "2026-11-02T01:00:00Z"}
    return lambda at: {"committee_id": at.committee, **new, **more}


def notice(text: str) -> Body:
    """A text that is said to be a notice."""
    return lambda at: {"committee_id": at.committee, "text": text}


def review(**decision: Any) -> Body:
    """A decision on the first item that obliges somebody."""
    item = {"kind": "assignment", **decision}
    return lambda at: {"items": [{"path": at.item, "lead_unit_id": at.committee, **item}]}


def extension(day: str = "2031-01-01") -> Body:
    """A request for more time."""
    return lambda _: {"deadline": {"due_on": day}, "reason": "Chờ vốn"}


def just(body: Any) -> Body:
    """Always this."""
    return lambda _: body


TWO_DEADLINES = {"due_on": "2027-01-01", "due_at": "2027-01-01T00:00:00Z"}
ORPHAN = {
    "id": NOBODY,
    "name": "Xã không có tỉnh",
    "level": "communal",
    "kind": "xa",
    "parent": NOBODY[:-1] + "1",
    "effective_on": "2026-01-01",
}
NOWHERE = (REPORTER, f"POST assignments /v1/assignments/{NOBODY}/extension-requests")
NO_ID = (REPORTER, "POST assignments /v1/assignments/7/extension-requests")
UNITS = ("operator", "POST assignments /v1/units")
CONTACT = ("operator", "PUT notifications /v1/contacts/{committee}")
WRONG = [
    Wrong("percent 140", REPORTS, report(140), "422 invalid"),
    Wrong("percent -1", REPORTS, report(-1), "422 invalid"),
    Wrong("percent 10.5", REPORTS, report(10.5), "422 invalid"),
    Wrong("percent as text", REPORTS, report("50"), "422 invalid"),
    Wrong("done at 10 percent", REPORTS, report(done=True), "422 done_below_100"),
    Wrong("no such form of week", REPORTS, report_for("2026-W60"), "422 invalid"),
    Wrong("no such week", REPORTS, report_for("2025-W53"), "422 no_such_period"),
    Wrong("a week far ahead", REPORTS, report_for("2031-W01"), "422 period_too_early"),
    Wrong("no lines", REPORTS, just({"period": "2026-W47", "lines": []}), "422 invalid"),
    Wrong("a field too many", REPORTS, report(unit=NOBODY), "422 invalid"),
    Wrong("another unit's work", REPORTS, report_on("others_assignment"), "403 out_of_scope"),
    Wrong("unknown work", REPORTS, report_on(NOBODY), "409 assignment_not_yet_known"),
    Wrong("a script for a link", REPORTS, report(product_url="javascript:x()"), "422 invalid"),
    Wrong("a secret", REPORTS, report(difficulties="TUYỆT MẬT\nKế hoạch"), "422 classified"),
    Wrong("another role", ("member", REPORTS[1]), report(), "403 forbidden"),
    Wrong("no key", REPORTS, report(), "400 key_missing", {"Idempotency-Key": ""}),
    Wrong("XML", REPORTS, just(b"<r/>"), "415 wrong_type", {"Content-Type": "application/xml"}),
    Wrong("no type", REPORTS, just(b"{}"), "415 wrong_type", {"Content-Type": ""}),
    Wrong("malformed JSON", REPORTS, just(b'{"period": '), "400 malformed"),
    Wrong("no such committee", MEETINGS, meeting(committee_id=NOBODY), "409 unit_not_known"),
    Wrong("no time zone", MEETINGS, meeting(starts_at="2026-11-02T01:00:00"), "422 invalid"),
    Wrong("the year 99999", MEETINGS, meeting(starts_at="99999-11-02T01:00:00Z"), "422 invalid"),
    Wrong("a letter", NOTICES, notice("Kính gửi anh, hôm nay trời đẹp."), "422 not_a_notice"),
    Wrong("5 MB of text", NOTICES, notice("Giao Bộ Công an. " * 320_000), "413 too_large"),
    Wrong("a secret notice", NOTICES, notice("MẬT\n" + sample("party")), "422 classified"),
    Wrong("no such lead", REVIEWS, review(lead_unit_id=NOBODY), "409 unit_not_known", CURRENT),
    Wrong("no lead", REVIEWS, review(lead_unit_id=None), "422 lead_missing", CURRENT),
    Wrong(
        "a deadline before the meeting",
        REVIEWS,
        review(deadline={"due_on": "2001-01-01"}),
        "422 deadline_too_early",
        CURRENT,
    ),
    Wrong("two deadlines", REVIEWS, review(deadline=TWO_DEADLINES), "422 invalid", CURRENT),
    Wrong("no such doubt", CONFIRMATIONS, just(DOUBT), "422 unknown_doubt", CURRENT),
    Wrong("no such item", REVIEWS, just({"confirm": ["IX.99"]}), "422 unknown_item", CURRENT),
    Wrong("a stale ETag", EXTENSIONS, extension(), "412 stale", {"If-Match": '"77"'}),
    Wrong("an ETag that is none", EXTENSIONS, extension(), "412 stale", {"If-Match": "W/x"}),
    Wrong("no ETag", EXTENSIONS, extension(), "428 precondition_required"),
    Wrong("less time", EXTENSIONS, extension("2001-01-01"), "422 extension_not_later", CURRENT),
    Wrong("time for nothing", NOWHERE, extension(), "404 not_found", {"If-Match": '"1"'}),
    Wrong("an id that is none", NO_ID, extension(), "422 invalid", {"If-Match": '"1"'}),
    Wrong("no such parent", UNITS, just({"units": [ORPHAN]}), "422 unknown_parent"),
    Wrong("a blank name", UNITS, just({"units": [{**ORPHAN, "name": " \t"}]}), "422 invalid"),
    Wrong("no address", CONTACT, just({"email": "nobody"}), "422 invalid"),
]
