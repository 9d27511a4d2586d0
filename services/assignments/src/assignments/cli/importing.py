"""`tiendo units import`: load a register of organisations from a CSV file.

Columns: `code,name,name_en,aliases,level,kind,parent,effective_on`; `aliases` are separated by `|`,
`parent` is the code of the unit above (empty for the root), days are YYYY-MM-DD. Units whose code
is registered already are left as they are, so an import that broke off is simply run again.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.progress import track

from assignments.cli.register import RegisterFileError, answer, app, leave, registered_units
from assignments.domain import Level
from tiendo_runtime.clock import Uuid7

COLUMNS = ("code", "name", "name_en", "aliases", "level", "kind", "parent", "effective_on")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation of the file; `parent` is a code, or empty."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    level: Level
    kind: str
    parent: str
    effective_on: date


def read_lines(path: Path) -> list[Line]:
    """Read and check a whole file.

    Raises:
        RegisterFileError: A line is wrong; nothing was sent anywhere.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = set(COLUMNS) - set(rows.fieldnames or ())
            if missing:
                raise RegisterFileError(f"the columns {', '.join(sorted(missing))} are missing")
            return _checked(rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RegisterFileError(f"{path} cannot be read: {error}") from error


def _checked(rows: "csv.DictReader[str]") -> list[Line]:
    lines: list[Line] = []
    seen: set[str] = set()
    for row in rows:
        try:
            line = _line(row)
        except (ValueError, TypeError) as error:
            raise RegisterFileError(f"line {rows.line_num}: {error}") from error
        if line.code in seen:
            raise RegisterFileError(f"line {rows.line_num}: the code {line.code} stands twice")
        seen.add(line.code)
        lines.append(line)
    return lines


def _line(row: Mapping[str, str]) -> Line:
    if not row["code"].strip() or not row["name"].strip():
        raise ValueError("code and name are needed")
    return Line(
        code=row["code"].strip(),
        name=row["name"].strip(),
        name_en=row["name_en"].strip(),
        aliases=tuple(alias.strip() for alias in row["aliases"].split("|") if alias.strip()),
        level=Level(row["level"].strip()),
        kind=row["kind"].strip(),
        parent=row["parent"].strip(),
        effective_on=date.fromisoformat(row["effective_on"].strip()),
    )


def batches(
    lines: Sequence[Line], registered: Mapping[str, str], mint: Uuid7
) -> Iterator[list[dict[str, Any]]]:
    """What has to be registered, in requests of at most 500, parents before their children.

    Raises:
        RegisterFileError: A parent is neither in the file before its child nor registered.
    """
    ids = dict(registered)
    batch: list[dict[str, Any]] = []
    for line in lines:
        if line.code in registered:
            continue
        if line.parent and line.parent not in ids:
            raise RegisterFileError(f"{line.code}: its parent {line.parent} is not known before it")
        ids[line.code] = str(mint.new())
        batch.append(_body(line, ids))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _body(line: Line, ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": ids[line.code],
        "code": line.code,
        "name": line.name,
        "name_en": line.name_en,
        "aliases": line.aliases,
        "level": line.level.value,
        "kind": line.kind,
        "parent": ids[line.parent] if line.parent else None,
        "effective_on": line.effective_on.isoformat(),
    }


@app.command("import")
def import_units(
    file: Annotated[Path, typer.Argument(help="CSV file, see `tiendo units import --help`")],
    url: Annotated[str, typer.Option(envvar="TIENDO_ASSIGNMENTS_URL", help="assignments service")],
    token: Annotated[str, typer.Option(envvar="TIENDO_TOKEN", help="token of an operator")],
) -> None:
    """Register the organisations of a CSV file; those with a known code stay as they are.

    Columns: code,name,name_en,aliases,level,kind,parent,effective_on. Aliases are separated by |,
    parent is the code of the unit above, level is central, academy, provincial or communal.
    """
    headers = {"Authorization": f"Bearer {token}"}
    try:
        lines = read_lines(file)
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            count = load(client, lines)
    except RegisterFileError as error:
        leave(str(error))
    except httpx.HTTPError as error:
        leave(f"{url} cannot be reached: {error}")
    typer.echo(f"{count} registered, {len(lines) - count} were there already")


def load(client: httpx.Client, lines: Sequence[Line]) -> int:
    """Register what is missing; answers how many organisations that was.

    Raises:
        RegisterFileError: The service refused something, or a parent is unknown.
    """
    mint = Uuid7()
    registered = {code: unit["unit_id"] for code, unit in registered_units(client).items()}
    todo = list(batches(lines, registered, mint))
    for batch in track(todo, description="Đăng ký đơn vị / Registering"):
        key = {"Idempotency-Key": f"import-{mint.new()}"}
        answer(client.post("/v1/units", json={"units": batch}, headers=key))
    return sum(len(batch) for batch in todo)
