"""What this service asks of its copy of the register."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from meetings.application.drafting import Find
from meetings.application.linking import Cited
from meetings.domain import Committee, plain_number
from tiendo_notices.register import Entry, Register
from tiendo_register.names import match_key
from tiendo_register.units import UnitRow, by_ids
from tiendo_runtime.domain import NotYetKnownError


def committee(conn: Connection[DictRow], unit_id: UUID) -> Committee:
    """The committee of an id.

    Raises:
        NotYetKnownError: `unit_not_known`: the register's copy does not hold it, or not yet.
    """
    check_units(conn, [unit_id])
    return Committee(unit_id, by_ids(conn, [unit_id])[unit_id].path)


def check_units(conn: Connection[DictRow], ids: Iterable[UUID]) -> None:
    """See that the register's copy holds all of the ids.

    Raises:
        NotYetKnownError: `unit_not_known`: it does not, or not yet.
    """
    asked = list(dict.fromkeys(ids))
    found = by_ids(conn, asked)
    unknown = [str(one) for one in asked if one not in found]
    if unknown:
        raise NotYetKnownError("unit_not_known", units=", ".join(unknown[:20]))


def cited(conn: Connection[DictRow], committee_id: UUID) -> Cited:
    """How signed notices of a committee are found by what later ones cite of them.

    By number, in the year of the day of issue where one is printed, else by that day alone.
    """
    rows = conn.execute(
        "SELECT notice_id, number, issued_on FROM notices WHERE committee_id = %s", (committee_id,)
    ).fetchall()

    def find(number: str | None, issued_on: date | None) -> UUID | None:
        found = [row for row in rows if _is_cited(row, number, issued_on)]
        exact = [row for row in found if row["issued_on"] == issued_on]
        alone = exact if len(exact) == 1 else found
        return alone[0]["notice_id"] if len(alone) == 1 else None

    return find


def _is_cited(row: DictRow, number: str | None, issued_on: date | None) -> bool:
    if number is None:
        return row["issued_on"] == issued_on
    same = plain_number(row["number"]) == plain_number(number)
    return same and (issued_on is None or row["issued_on"].year == issued_on.year)


class Directory:
    """The copy of the register as an index of names; built anew when the copy has changed."""

    def __init__(self) -> None:
        self._built: tuple[tuple[object, ...], Register] | None = None

    def finder(self, conn: Connection[DictRow], on: date, issuer: str) -> Find:
        """Whom names mean on a day (Vietnam) in a notice of the issuer, a unit's path."""
        known = self._as_of(conn, on)
        return lambda name: known.find(name, issuer)

    def _as_of(self, conn: Connection[DictRow], on: date) -> Register:
        stamp = conn.execute(_STAMP).fetchone() or {}
        key = (on, *stamp.values())
        built = self._built
        if built is None or built[0] != key:
            built = self._built = (key, Register(map(_entry, conn.execute(_ENTRIES)), on))
        return built[1]


_STAMP = (
    "SELECT count(*), coalesce(sum(hashtextextended(unit_id::text, version)), 0) AS versions"
    " FROM units"
)
_ENTRIES = "SELECT unit_id, name, path, aliases, ended_on, kind FROM units WHERE path IS NOT NULL"


def _entry(row: DictRow) -> Entry:
    return Entry(
        unit_id=str(row["unit_id"]),
        name=row["name"],
        path=row["path"],
        aliases=tuple(row["aliases"]),
        until=row["ended_on"],
        kind=row["kind"],
    )


def search(conn: Connection[DictRow], words: str) -> list[UnitRow]:
    """Units with all of the words in a name or alias, for a person to choose from; 12 at most.

    The shortest names come first: who types "Bộ Tài chính" means the ministry.
    """
    asked = match_key(words).split()
    if not asked:
        return []
    rows = conn.execute(
        "SELECT unit_id FROM units WHERE path IS NOT NULL AND ended_on IS NULL AND EXISTS"
        " (SELECT FROM unnest(keys) AS key WHERE key LIKE ALL(%s))"
        " ORDER BY length(name), path LIMIT 12",
        ([f"%{_escaped(word)}%" for word in asked],),
    ).fetchall()
    ids = [row["unit_id"] for row in rows]
    known = by_ids(conn, ids)
    return [known[one] for one in ids if one in known]


def _escaped(word: str) -> str:
    """A word that LIKE takes as it is."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
