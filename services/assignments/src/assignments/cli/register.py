"""What the commands on the register share: the service as they ask it, and how they fail."""

from typing import Any, NoReturn

import httpx
import typer

app = typer.Typer(help="The register of organisations.", no_args_is_help=True)


class RegisterFileError(Exception):
    """The file is not a register; the message names the line."""


def registered_units(client: httpx.Client) -> dict[str, dict[str, Any]]:
    """All registered units that have a code and have not ended, by code, page by page."""
    found: dict[str, dict[str, Any]] = {}
    cursor = ""
    while True:
        page = answer(client.get("/v1/units", params={"limit": 200, "cursor": cursor}))
        found |= {u["code"]: u for u in page["items"] if u["code"] and not u["ended_on"]}
        if page["next"] is None:
            return found
        cursor = page["next"]


def answer(response: httpx.Response) -> dict[str, Any]:
    """What the service answered; raises RegisterFileError where it refused."""
    if response.is_success:
        return response.json()
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError):
        detail = response.text[:200]
    raise RegisterFileError(f"the service answered {response.status_code}: {detail}")


def leave(sentence: str) -> NoReturn:
    """End with a sentence on standard error."""
    typer.echo(f"tiendo units: {sentence}", err=True)
    raise typer.Exit(1)
