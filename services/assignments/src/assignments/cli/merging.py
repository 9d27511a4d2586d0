"""`tiendo units merge`: what a law does to many organisations at once, from a CSV file.

Columns: `old_code,old_name,new_code,new_name`, a line for each organisation of before. Lines with
the same new code and name become one organisation; a line alone that keeps both changes nothing.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.progress import track

from assignments.cli.register import RegisterFileError, answer, app, leave, registered_units
from tiendo_runtime.clock import Uuid7

COLUMNS = ("old_code", "old_name", "new_code", "new_name")


@dataclass(frozen=True, slots=True)
class Merger:
    """An organisation that comes of others, with those it comes of as (code, name)."""

    code: str
    name: str
    of: tuple[tuple[str, str], ...]

    @property
    def changes_nothing(self) -> bool:
        """One that goes on as it was."""
        return self.of == ((self.code, self.name),)


def read_mergers(path: Path) -> list[Merger]:
    """Read and check a whole file.

    Raises:
        RegisterFileError: A line is wrong; nothing was sent anywhere.
    """
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    seen: set[str] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = set(COLUMNS) - set(rows.fieldnames or ())
            if missing:
                raise RegisterFileError(f"the columns {', '.join(sorted(missing))} are missing")
            for row in rows:
                old_code, old_name, code, name = ((row[c] or "").strip() for c in COLUMNS)
                if not (old_code and old_name and code and name):
                    raise RegisterFileError(f"line {rows.line_num}: all four columns are needed")
                if old_code in seen:
                    raise RegisterFileError(f"line {rows.line_num}: {old_code} stands twice")
                seen.add(old_code)
                groups.setdefault((code, name), []).append((old_code, old_name))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RegisterFileError(f"{path} cannot be read: {error}") from error
    return [Merger(code, name, tuple(of)) for (code, name), of in groups.items()]


Units = Mapping[str, Mapping[str, Any]]
"""The organisations that have not ended, by code, as the service tells them."""


def changes(
    mergers: Sequence[Merger], units: Units, on: date, basis: str, mint: Uuid7
) -> Iterator[dict[str, Any]]:
    """The requests that make the mergers true; what is true already is left out.

    Codes go round: a new organisation may carry the code of one that goes into another. So all that
    hangs together by its codes is one request.

    Raises:
        RegisterFileError: An organisation of before is not in the register.
    """
    todo = [one for one in mergers if not one.changes_nothing and not _is_true(one, units)]
    for merger in todo:
        for code, name in merger.of:
            if code not in units or units[code]["name"] != name:
                raise RegisterFileError(f"{code} {name} is not in the register under this name")
    for together in _bound(todo):
        yield _body(together, units, on, basis, mint)


def _is_true(merger: Merger, units: Units) -> bool:
    """Whether the new organisation is there, and those that it comes of are not any more."""
    others = [code for code, _ in merger.of if code != merger.code]
    found = units.get(merger.code)
    return bool(found) and found["name"] == merger.name and not set(others) & set(units)


def _bound(mergers: Sequence[Merger]) -> list[list[Merger]]:
    """Mergers that share codes, together."""
    groups: list[tuple[set[str], list[Merger]]] = []
    for merger in mergers:
        codes, members = {merger.code, *(code for code, _ in merger.of)}, [merger]
        apart: list[tuple[set[str], list[Merger]]] = []
        for known, others in groups:
            if known & codes:
                codes |= known
                members = [*others, *members]
            else:
                apart.append((known, others))
        groups = [*apart, (codes, members)]
    return [members for _, members in groups]


def _body(
    mergers: Sequence[Merger], units: Units, on: date, basis: str, mint: Uuid7
) -> dict[str, Any]:
    new: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    for merger in mergers:
        like, identity = units[merger.of[0][0]], str(mint.new())
        new.append(
            {
                "id": identity,
                "code": merger.code,
                "name": merger.name,
                "level": like["level"],
                "kind": like["kind"],
                "parent": like["parent_id"],
                "effective_on": on.isoformat(),
            }
        )
        ends += [
            {"unit": units[code]["unit_id"], "successors": [identity]} for code, _ in merger.of
        ]
    return {"effective_on": on.isoformat(), "legal_basis": basis, "new": new, "ends": ends}


@app.command("merge")
def merge_units(
    file: Annotated[Path, typer.Argument(help="CSV file, see `tiendo units merge --help`")],
    effective_on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="the day in Vietnam from which it holds")
    ],
    url: Annotated[str, typer.Option(envvar="TIENDO_ASSIGNMENTS_URL", help="assignments service")],
    token: Annotated[str, typer.Option(envvar="TIENDO_TOKEN", help="token of an operator")],
    legal_basis: Annotated[str, typer.Option(help="the law or decision, by its number")] = "",
) -> None:
    """Merge the organisations of a CSV file; their open work passes on when the day has come.

    Columns: old_code,old_name,new_code,new_name. Lines with the same new code and name become one
    organisation. What was merged before is left as it is, so a merger that broke off is run again.
    """
    headers = {"Authorization": f"Bearer {token}"}
    try:
        mergers = read_mergers(file)
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            registered, ended = merge(client, mergers, effective_on.date(), legal_basis)
    except RegisterFileError as error:
        leave(str(error))
    except httpx.HTTPError as error:
        leave(f"{url} cannot be reached: {error}")
    typer.echo(f"{registered} new, {ended} merged into them")


def merge(client: httpx.Client, mergers: Sequence[Merger], on: date, basis: str) -> tuple[int, int]:
    """Make mergers true; answers how many organisations are new, and how many ended.

    Raises:
        RegisterFileError: The service refused something, or an organisation is unknown.
    """
    mint = Uuid7()
    todo = list(changes(mergers, registered_units(client), on, basis, mint))
    registered = ended = 0
    for body in track(todo, description="Sáp nhập đơn vị / Merging"):
        key = {"Idempotency-Key": f"merge-{mint.new()}"}
        done = answer(client.post("/v1/units/changes", json=body, headers=key))
        registered, ended = registered + done["registered"], ended + done["ended"]
    return registered, ended
