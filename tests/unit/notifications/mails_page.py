"""Writes the table of docs/mails.md from the tables in the code.

`python -m tests.unit.notifications.mails_page` writes the page anew.
"""

from inspect import getdoc
from pathlib import Path

from notifications.mail.words import SPOKEN
from notifications.reactions import TOLD

PAGE = Path(__file__).resolve().parents[3] / "docs" / "mails.md"
_BEGIN, _END = "<!-- from the code: told -->\n", "<!-- until here -->\n"


def table() -> str:
    """Each event: who is told, on which occasion, under which words."""
    rows = ["| event | who | occasion | tiếng Việt | English |", "|---|---|---|---|---|"]
    for contract, tellings in TOLD.items():
        if contract.UNTIL is not None:
            continue  # an earlier form of one that is in the table
        for telling in tellings:
            who = (getdoc(telling.to) or "").removesuffix(".")
            head = SPOKEN[telling.occasion].head
            rows.append(
                f"| `{contract.__name__}` | {who} | `{telling.occasion}` | {head.vi} | {head.en} |"
            )
    return "\n".join([*rows, ""])


def written(page: str) -> str:
    """The page with its table as the code is now."""
    begin = page.index(_BEGIN) + len(_BEGIN)
    return page[:begin] + table() + page[page.index(_END, begin) :]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
