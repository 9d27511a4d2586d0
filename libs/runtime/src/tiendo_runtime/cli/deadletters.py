"""`tiendo ops deadletters`: what was set aside, and what to do with it."""

import asyncio
import getpass
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

import typer

from tiendo_runtime.applying import MAY_PASS
from tiendo_runtime.cli import letters_shown
from tiendo_runtime.cli.apps import ops
from tiendo_runtime.cli.environment import database, leave, outages, service, services
from tiendo_runtime.cli.handlers import NoHandlerError, handlers
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Letter, Wanted, letters
from tiendo_runtime.deadletters.retrying import StoredShelf, drain
from tiendo_runtime.positions import StalePositionError

deadletters = typer.Typer(
    help="What could not be handled: look at it, retry it in order, or discard it.",
    no_args_is_help=True,
)
ops.add_typer(deadletters, name="deadletters")

Service = Annotated[str, typer.Option(help="of this service only")]
Consumer = Annotated[str, typer.Option(help="of this consumer only, as `list` shows it")]
Key = Annotated[str, typer.Option(help="of this key only: the id of an aggregate")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="a letter's name, like monitoring/17")]


@deadletters.command("list")
def list_letters(
    service: Service = "",
    consumer: Consumer = "",
    key: Key = "",
    after: Annotated[str, typer.Option(help="go on behind this name")] = "",
    limit: Annotated[int, typer.Option(help="letters on a page", min=1, max=10_000)] = 100,
    discarded: Annotated[bool, typer.Option(help="those that were discarded instead")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """List what waits, of every service, in the order in which it was parked."""
    wanted = Wanted(consumer, key, discarded)
    with outages():
        page = list(islice(_letters(_named(service), wanted, after), limit + 1))
    page, more = page[:limit], len(page) > limit
    if as_json:
        typer.echo(json.dumps([letters_shown.facts(*one) for one in page], ensure_ascii=False))
        return
    typer.echo(letters_shown.table(page) if page else "no dead letters")
    if more:
        name, last = page[-1]
        typer.echo(f"more behind them: --after {name}/{last.id}", err=True)


@deadletters.command()
def show(name: Name) -> None:
    """Show one letter: why and where it failed, the event, and how many wait behind it."""
    of, identity = _split(name)
    with outages(), database(of) as opened:
        letter = _found(opened, name, identity)
        with opened.transaction() as conn:
            behind = letters.behind(conn, letter)
    typer.echo(letters_shown.page(of, letter, behind))


@deadletters.command()
def retry(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="a letter, with all its key")] = "",
    key: Key = "",
    everything: Annotated[bool, typer.Option("--all", help="whatever waits")] = False,
    service: Service = "",
    consumer: Consumer = "",
) -> None:
    """Handle what waits after all: a key at a time, in order, beside the running services.

    It stops before the first event of a key that fails again; other keys go on. The exit status is
    1 if any failed. It may be interrupted and repeated at will.
    """
    if sum(map(bool, (name, key, everything))) != 1:
        leave("name a letter, or give --key, or --all")
    tally = _Tally()
    with outages():
        for of in [_split(name)[0]] if name else _named(service):
            with database(of) as opened:
                asyncio.run(_retry(of, opened, _chosen(opened, name, key, consumer), tally))
    typer.echo(f"{tally.handled} handled, {tally.failed} keys stopped")
    if tally.failed:
        raise typer.Exit(1)


@deadletters.command()
def discard(
    name: Name,
    because: Annotated[str, typer.Option(help="why it may be left out: kept for audit")],
    by: Annotated[str, typer.Option(help="who decides; the system's user if not given")] = "",
) -> None:
    """Leave an event out for good. Its row stays, with who did so, when and why.

    What waits behind it is free to be retried then.
    """
    if not because.strip():
        leave("say why: --because is kept for audit")
    of, identity = _split(name)
    with outages(), database(of) as opened:
        letter = _found(opened, name, identity)
        try:
            with opened.transaction() as conn:
                letters.discard(conn, letter, by or getpass.getuser(), because.strip())
                behind = letters.head(conn, letter.consumer, letter.key)
        except letters.NotWaitingError:
            leave(f"{name} does not wait any more")
    typer.echo(f"{name} is discarded")
    if behind:
        typer.echo(f"more of its key waits: tiendo ops deadletters retry {of}/{behind.id}")


@dataclass(slots=True)
class _Tally:
    handled: int = 0
    failed: int = 0


async def _retry(of: str, opened: Database, heads: Sequence[Letter], tally: _Tally) -> None:
    with handlers(service(of), opened) as handler_of:
        for first in heads:
            failure: Exception | None = None
            try:
                handler = handler_of(first.consumer)
                async for outcome in drain(StoredShelf(opened, first.consumer), handler, first.key):
                    failure = outcome.failure
                    tally.handled += failure is None
                    typer.echo(letters_shown.outcome(of, outcome))
            except (NoHandlerError, StalePositionError, *MAY_PASS) as error:
                failure = error
                typer.echo(f"{of}/{first.id} stays as it was: {type(error).__name__}: {error}")
            tally.failed += failure is not None


def _chosen(opened: Database, name: str, key: str, consumer: str) -> Sequence[Letter]:
    """The first letters of the keys that were asked for."""
    with opened.transaction() as conn:
        heads = letters.heads(conn)
    if name:
        letter = _found(opened, name, _split(name)[1])
        heads = [h for h in heads if (h.consumer, h.key) == (letter.consumer, letter.key)]
        if not heads or letter.discarded_at or letter.code == "no_event":
            leave(f"{name} cannot be retried: it is discarded, or no event at all")
        return heads
    return [
        head
        for head in heads
        if (not key or head.raw.key == key.encode()) and consumer in ("", head.consumer)
    ]


def _letters(names: Sequence[str], wanted: Wanted, after: str) -> Iterator[tuple[str, Letter]]:
    last_service, last = _split(after) if after else ("", 0)
    for name in names:
        if name < last_service:
            continue
        seen = last if name == last_service else 0
        with database(name) as opened:
            while True:
                with opened.transaction() as conn:
                    page = letters.listing(conn, wanted, seen)
                if not page:
                    break
                for letter in page:
                    yield name, letter
                seen = page[-1].id


def _named(name: str) -> Sequence[str]:
    """The service of that name, or all of them."""
    return [service(name).name] if name else sorted(services())


def _split(name: str) -> tuple[str, int]:
    of, _, number = name.partition("/")
    if not of or not number.isascii() or not number.isdigit():
        leave(f"{name!r} is no letter's name: they are like monitoring/17")
    return service(of).name, int(number)


def _found(opened: Database, name: str, identity: int) -> Letter:
    with opened.transaction() as conn:
        letter = letters.find(conn, identity)
    return letter or leave(f"there is no letter {name}: it was handled, or never there")
