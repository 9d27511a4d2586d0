"""Writes the tables and the picture of docs/assignment-life.md from the table in the code.

`python -m tests.unit.assignments.life_page` writes the page anew.
"""

from pathlib import Path

from assignments.domain import ENDED, LIFE, By, Stage, Step
from assignments.messages import MESSAGES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "assignment-life.md"
_BEGIN, _END = "<!-- from the code: {} -->\n", "<!-- until here -->\n"
_WHO = {
    By.LEAD: "lead unit",
    By.HELPER: "coordinating unit",
    By.LEADER: "leader of the committee that assigned it",
    By.SECRETARIAT: "secretariat",
    By.INSPECTOR: "inspector",
    By.NOTICE: "a later notice",
    By.SERVICE: "the service itself",
}
_ENTER = "[*]"


def picture() -> str:
    """The stages and the steps between them, for Mermaid."""
    lines = ["```mermaid", "stateDiagram-v2", f"    {_ENTER} --> {Stage.OPEN}: issued"]
    for step in LIFE.values():
        for before, after in step.leads.items():
            if before is not after:
                lines.append(f"    {before} --> {after}: {step.name}")
    lines += [f"    {stage} --> {_ENTER}" for stage in ENDED]
    return "\n".join([*lines, "```", ""])


def table() -> str:
    """Each step: by whom, from where to where, and what is said elsewhere."""
    rows = ["| step | by whom | in which stages | otherwise |", "|---|---|---|---|"]
    rows += [
        f"| `{step.name}` | {_WHO[step.by]} | {_leads(step)} | {_errors(step)} |"
        for step in LIFE.values()
    ]
    return "\n".join([*rows, ""])


def sentences() -> str:
    """What people are told, in both languages."""
    codes = sorted({error for step in LIFE.values() for error in step.errors.values() if error})
    rows = ["| code | tiếng Việt | English |", "|---|---|---|"]
    rows += [f"| `{code}` | {MESSAGES[code].vi} | {MESSAGES[code].en} |" for code in codes]
    return "\n".join([*rows, ""])


def _leads(step: Step) -> str:
    told = [
        f"{before} → {after}" if before is not after else str(before)
        for before, after in step.leads.items()
    ]
    return ", ".join(told)


def _errors(step: Step) -> str:
    found: dict[str, list[str]] = {}
    for stage, error in step.errors.items():
        found.setdefault(f"`{error}`" if error else "nothing happens", []).append(stage)
    return "; ".join(f"{error}: {', '.join(stages)}" for error, stages in found.items()) or "–"


def written(page: str) -> str:
    """A page with its parts from the code as the code is now."""
    for name, part in (("picture", picture()), ("table", table()), ("sentences", sentences())):
        begin = page.index(_BEGIN.format(name)) + len(_BEGIN.format(name))
        page = page[:begin] + part + page[page.index(_END, begin) :]
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
