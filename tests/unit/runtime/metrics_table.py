"""The table of metrics in docs/operations.md, made from the instruments themselves.

python -m tests.unit.runtime.metrics_table     write it into docs/operations.md
"""

from pathlib import Path

from tiendo_runtime.metrics import TABLE, Declared

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
_BEGIN, _END = "<!-- metrics: made, not written -->\n", "<!-- end of metrics -->\n"
_SUFFIX = {"s": "_seconds", "By": "_bytes", "1": "_ratio"}


def table() -> str:
    """The table as the instruments have it."""
    lines = ["| at `/metrics` | OpenTelemetry | kind | labels | meaning |", "|---|---|---|---|---|"]
    for one in TABLE.values():
        labels = ", ".join(f"`{label.replace('.', '_')}`" for label in one.labels) or "–"
        row = (f"`{_scraped(one)}`", f"`{one.name}`", one.kind, labels, one.about)
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def _scraped(one: Declared) -> str:
    total = "_total" if one.kind == "counter" else ""
    return one.name.replace(".", "_") + _SUFFIX.get(one.unit, "") + total


def written() -> str:
    """The table as the page has it."""
    return PAGE.read_text("utf-8").partition(_BEGIN)[2].partition(_END)[0]


def write() -> None:
    """Write the table into the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(_BEGIN)
    PAGE.write_text(before + _BEGIN + table() + _END + rest.partition(_END)[2], "utf-8")


if __name__ == "__main__":
    write()
