"""Whose things a principal may read and change."""

from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from meetings import lookups
from meetings.domain import Committee, Meeting, Notice
from tiendo_runtime.context import Principal
from tiendo_runtime.domain import ForbiddenError


def known_committee(conn: Connection[DictRow], who: Principal, committee_id: UUID) -> Committee:
    """The committee, if it is inside of the principal's scope.

    Raises:
        NotYetKnownError: The register's copy does not hold it, or not yet.
        ForbiddenError: It is outside.
    """
    committee = lookups.committee(conn, committee_id)
    _check(who, committee)
    return committee


def within(who: Principal, thing: Meeting | Notice) -> None:
    """See that a thing's committee is inside of the principal's scope.

    Raises:
        ForbiddenError: It is outside.
    """
    _check(who, thing.committee)


def _check(who: Principal, committee: Committee) -> None:
    if not who.sees(committee.path):
        raise ForbiddenError("out_of_scope")
