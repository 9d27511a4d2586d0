"""Links between notices: which notice and item a draft's words mean, and what people decide.

What is cited is looked for among the signed notices of the same committee. Nothing is chosen where
more than one can be meant, and nothing is done before a person has confirmed it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from meetings.domain import Link, LinkKind, Notice, ProposedLink, Supplement
from tiendo_runtime.domain import RuleError
from tiendo_runtime.store import Work

Cited = Callable[[str | None, date | None], UUID | None]
"""The signed notice that a number and a day of issue alone can mean, or None."""


def resolved(work: Work, links: Iterable[ProposedLink], cited: Cited) -> tuple[ProposedLink, ...]:
    """The proposals with the notice and the item that each means, where that is certain."""
    return tuple(_resolved(work, link, cited(link.number, link.issued_on)) for link in links)


def _resolved(work: Work, link: ProposedLink, notice_id: UUID | None) -> ProposedLink:
    notice = work.find(Notice, notice_id) if notice_id else None
    if notice is None:
        return link
    return replace(link, notice_id=notice.id, item_path=_item(notice, link))


def _item(notice: Notice, link: ProposedLink) -> str | None:
    """The item that is cited; the section above it may be left out where no other ends so."""
    if link.cited is None:
        return None
    known = [path for path in notice.items if link.kind is LinkKind.ADDED or _obliges(notice, path)]
    if link.cited in known:
        return link.cited
    ending = [path for path in known if path.endswith(f".{link.cited}")]
    return ending[0] if len(ending) == 1 else None


def _obliges(notice: Notice, path: str) -> bool:
    return bool(notice.obliged_by(path))


def decide_links(
    work: Work, notice_id: UUID, path: str, links: Sequence[Link], *, by: str
) -> Notice:
    """Say all that an item of a draft does to earlier notices of its committee.

    A link that names no lead units of the earlier item means all of them. `by` is the subject of
    whoever says so.

    Raises:
        RuleError: `unknown_notice`, `other_committees_notice`; see also `Notice`.
        ConflictError: See `Notice`.
    """
    notice = work.get(Notice, notice_id)
    decided = [_whole(_earlier(work, notice, link.notice_id), link) for link in links]
    notice.decide_links(path, decided, by=by, timestamp=work.clock.now())
    return notice


def _whole(earlier: Notice, link: Link) -> Link:
    whole = replace(link, of_lead_ids=link.of_lead_ids or earlier.obliged_by(link.item_path))
    earlier.check_changeable(whole)
    return whole


def _earlier(work: Work, notice: Notice, earlier_id: UUID) -> Notice:
    earlier = work.find(Notice, earlier_id)
    if earlier is None:
        raise RuleError("unknown_notice", notice=earlier_id)
    if earlier.committee.id != notice.committee.id:
        raise RuleError("other_committees_notice", notice=earlier_id)
    return earlier


def supplement_earlier(work: Work, notice: Notice) -> None:
    """Tell each earlier notice what the one that is being signed does to it.

    Raises:
        ConflictError, RuleError: See `Notice.supplement`.
    """
    number, issued_on = notice.header.number, notice.header.issued_on
    assert number is not None  # noqa: S101 - nothing is signed without
    assert issued_on is not None  # noqa: S101 - nor without a day
    for earlier_id, links in notice.changes.items():
        _earlier(work, notice, earlier_id).supplement(
            Supplement(notice.id, number, issued_on, links), timestamp=work.clock.now()
        )
