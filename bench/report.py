"""Results as a table for people and as a file for programs."""

import json
import os
import platform as machine
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.harness import Bench, Row
from bench.instruments import Lens
from rich.console import Console
from rich.table import Table

from tiendo_local.console import say
from tiendo_runtime.clock import VIETNAM, SystemClock

OUT = Path(__file__).parent / "out"
LATEST = OUT / "latest.json"


def show(rows: Sequence[Row]) -> None:
    """Print a table; a goal that was missed is marked."""
    table = Table(title="ours / peer: median of the rounds (lower … upper quartile)")
    for title in ("bench", "peer", "ours", "theirs", "unit", "ratio", "goal", ""):
        table.add_column(title, justify="right" if title in ("ours", "theirs") else "left")
    for row in rows:
        table.add_row(
            row.name,
            row.peer_name or "–",
            _number(row.ours),
            _number(row.peer),
            row.unit,
            _ratio(row),
            str(row.goal) if row.goal else "told",
            {True: "[green]met", False: "[red]MISSED", None: ""}[row.is_met],
        )
    console = Console(width=None if sys.stdout.isatty() else 130)
    console.print(table)
    for row in rows:
        if row.note:
            console.print(f"  {row.name} / {row.peer_name or '–'}: {row.note}", style="dim")


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def _ratio(row: Row) -> str:
    if row.ratio is None:
        return "–"
    return f"{row.ratio:.2f} ({row.ratio_q1:.2f} … {row.ratio_q3:.2f})"


def write(rows: Sequence[Row]) -> None:
    """Put rows into `latest.json`; those of benches that did not run now stay."""
    now = {row.name for row in rows}
    kept = [old for old in _read() if old["name"] not in now]
    facts = {"at": _local_now().isoformat(timespec="seconds"), "machine": _machine()}
    OUT.mkdir(exist_ok=True)
    content = kept + [_plain(row) | facts for row in rows]
    LATEST.write_text(json.dumps(content, indent=1, ensure_ascii=False))


def write_profile(bench: Bench, size: int, lenses: Sequence[Lens]) -> None:
    """Write what was seen through each lens into `profile-NAME.txt`."""
    path = OUT / f"profile-{bench.name}.txt"
    parts = [f"{bench.name}: {bench.about}; size {size}"]
    parts += [f"=== {lens.title} ===\n{lens.through}" for lens in lenses]
    OUT.mkdir(exist_ok=True)
    path.write_text("\n\n".join(parts))
    say(f"Đã ghi {path.relative_to(OUT.parents[1])}", "written")


def _read() -> list[dict[str, Any]]:
    try:
        return json.loads(LATEST.read_text())
    except (FileNotFoundError, ValueError):
        return []


def _plain(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "ours": row.ours,
        "peer": row.peer,
        "peer_name": row.peer_name,
        "ratio": row.ratio,
        "goal": row.goal.bound if row.goal else None,
        "unit": row.unit,
        "ratio_q1": row.ratio_q1,
        "ratio_q3": row.ratio_q3,
        "goal_is": str(row.goal) if row.goal else None,
        "met": row.is_met,
        "blocks": len(row.ratios),
        "ratios": row.ratios,
        "size": row.size,
        "note": row.note,
        "facts": dict(row.facts),
    }


def _local_now() -> datetime:
    return SystemClock().now().astimezone(VIETNAM)


def _machine() -> Mapping[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "architecture": machine.machine(),
        "system": machine.release(),
        "python": machine.python_version(),
        "load_average": os.getloadavg(),
    }
