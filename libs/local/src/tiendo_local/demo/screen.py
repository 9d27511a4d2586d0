"""The board in the terminal: people would rather look than read."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_STATES = (
    ("done_on_time", "Xong đúng hạn", "done on time", "green"),
    ("done_late", "Xong quá hạn", "done late", "yellow"),
    ("within_time", "Trong hạn", "within time", "blue"),
    ("overdue", "Quá hạn", "overdue", "red"),
    ("regular", "Thường xuyên", "regular", "cyan"),
)
_LEVELS = {
    "central": "Trung ương / central",
    "academy": "Học viện / academy",
    "provincial": "Tỉnh / provincial",
    "communal": "Xã / communal",
}
_BAR = 20
_WORST = 12
_WIDTH = 140


def show(board: Mapping[str, Any], units: Sequence[Mapping[str, Any]]) -> None:
    """Print the levels with a bar each, and the units worst first."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    console.print(_levels(board))
    console.print(_units(units))


def _levels(board: Mapping[str, Any]) -> Table:
    table = Table(title="Bảng theo dõi / Live board", title_style="bold")
    table.add_column("Cấp / level")
    for _, vi, en, colour in _STATES:
        table.add_column(f"{vi}\n{en}", justify="right", style=colour)
    table.add_column("Chưa kiểm tra\nnot verified", justify="right")
    table.add_column("Cộng\ntotal", justify="right", style="bold")
    table.add_column("")
    rows = [*((_LEVELS.get(r["level"], r["level"]), r) for r in board["levels"])]
    for name, row in [*rows, ("Tất cả / all", board["overall"])]:
        counts = [str(row[state]) for state, *_ in _STATES]
        table.add_row(name, *counts, str(row["claimed_unverified"]), str(row["total"]), _bar(row))
    return table


def _bar(row: Mapping[str, Any]) -> Text:
    bar, total = Text(), row["total"] or 1
    for state, _, _, colour in _STATES:
        bar.append("█" * round(_BAR * row[state] / total), style=colour)
    return bar


def _units(units: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="Đơn vị chậm nhất trước / Units, worst first")
    table.add_column("Đơn vị / unit", max_width=48)
    for _, vi, en, colour in _STATES:
        table.add_column(f"{vi}\n{en}", justify="right", style=colour)
    with_work = [unit for unit in units if unit["own"]["total"]]
    for unit in with_work[:_WORST]:
        table.add_row(unit["name"], *(str(unit["own"][state]) for state, *_ in _STATES))
    if len(with_work) > _WORST:
        table.add_row(f"… {len(with_work) - _WORST}", *[""] * len(_STATES))
    return table
