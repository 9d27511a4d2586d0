"""The README's table of settings, made from the settings classes.

python -m tests.unit.deploy.settings_table     write it into deploy/README.md
"""

from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from tests.unit.deploy.rendering import DEPLOY

from tiendo_runtime.cli.environment import services

README = DEPLOY / "README.md"
_BEGIN, _END = "<!-- settings: made, not written -->\n", "<!-- end of settings -->\n"


def table() -> str:
    """The table as the settings classes have it."""
    kinds = {name: service.settings for name, service in services().items()}
    rows: dict[tuple[str, str, str], list[str]] = {}
    for service, kind in kinds.items():
        for name, field in kind.model_fields.items():
            key = (f"`TIENDO_{name.upper()}`", _default(field), _meaning(field))
            rows.setdefault(key, []).append(service)
    lines = ["| variable | read by | without it | meaning |", "|---|---|---|---|"]
    for (name, default, meaning), readers in rows.items():
        who = "all" if len(readers) == len(kinds) else ", ".join(sorted(readers))
        lines.append(f"| {name} | {who} | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**does not start**"
    value: Any = field.default
    if value in (None, ""):
        return "nothing"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _meaning(field: FieldInfo) -> str:
    if field.description:
        return field.description
    if get_origin(field.annotation) is Literal:
        return ", ".join(get_args(field.annotation))
    raise AssertionError("a setting needs a description")


def written() -> str:
    """The table as the README has it."""
    return README.read_text("utf-8").partition(_BEGIN)[2].partition(_END)[0]


def write() -> None:
    """Write the table into the README."""
    before, _, rest = README.read_text("utf-8").partition(_BEGIN)
    README.write_text(before + _BEGIN + table() + _END + rest.partition(_END)[2], "utf-8")


if __name__ == "__main__":
    write()
