"""`tiendo sources`: who may publish what; asks the ingest over HTTP, as an operator."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import httpx
import typer

from tiendo_contracts.catalogue import inbound_topic
from tiendo_runtime.cli.grants import Form, shown
from tiendo_runtime.clock import Uuid7
from tiendo_runtime.kafka_grants import of_source

app = typer.Typer(help="Systems of others that may publish events.", no_args_is_help=True)

Url = Annotated[str, typer.Option(envvar="TIENDO_INGEST_URL", help="the ingest's address")]
Token = Annotated[str, typer.Option(envvar="TIENDO_TOKEN", help="token of an operator")]
Name = Annotated[str, typer.Argument(help="its name: a-z, 0-9 and hyphens")]


@app.command()
def add(
    name: Name,
    source: Annotated[str, typer.Option(help="the `source` of all its events, a URI")],
    types: Annotated[list[str], typer.Option(help="a type it may publish; more than once")],
    url: Url,
    token: Token,
    units: Annotated[
        list[str] | None, typer.Option(help="id of a unit it may publish about; more than once")
    ] = None,
    below: Annotated[str | None, typer.Option(help="id of a unit: all units below it")] = None,
    subject: Annotated[str | None, typer.Option(help="`sub` of its tokens; else its name")] = None,
) -> None:
    """Register a source, or let one that is there do this instead of what it could before."""
    body = {"uri": source, "subject": subject, "types": _parts(types), "below": below}
    with _client(url, token) as client:
        _send(client, "PUT", name, {**body, "units": _parts(units or ())})
    typer.echo(f"{name} may publish; over Kafka on the topic {inbound_topic(name)}")
    typer.echo(f"what its user needs at the brokers: tiendo sources acl {name}")


@app.command()
def acl(
    name: Name,
    user: Annotated[str | None, typer.Option(help="its user at the brokers; else its name")] = None,
    form: Annotated[Form, typer.Option(help="for kafka-acls.sh, or KafkaUser of Strimzi")] = (
        Form.ACLS
    ),
    prefix: Annotated[
        str, typer.Option(envvar="TIENDO_TOPIC_PREFIX", help="before all topics, if any")
    ] = "",
    reads: Annotated[bool, typer.Option(help="whether it may read our topics as well")] = True,
) -> None:
    """Print what the brokers' operator grants: a source writes to its own topic and no other."""
    typer.echo(shown({user or name: of_source(name, prefix, reads=reads)}, form), nl=False)


@app.command("list")
def list_sources(
    url: Url,
    token: Token,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """List the sources that may publish now."""
    with _client(url, token) as client:
        found = _all(client)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        whom = [f"{len(one['units'])} units"] if one["units"] else []
        whom += [f"below {one['below']}"] if one["below"] else []
        typer.echo(f"{one['name']}  {one['uri']}  {', '.join(whom)}")
        for kind in one["types"]:
            typer.echo(f"    {kind}")


@app.command()
def remove(name: Name, url: Url, token: Token) -> None:
    """Let a source publish nothing any more; its receipts and events stay."""
    with _client(url, token) as client:
        _send(client, "DELETE", name, None)
    typer.echo(f"{name} may not publish any more")


def _parts(given: Sequence[str]) -> list[str]:
    return [part.strip() for one in given for part in one.split(",") if part.strip()]


@contextmanager
def _client(url: str, token: str) -> Generator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
            yield client
    except httpx.HTTPError as error:
        _leave(f"{url} cannot be reached: {error}")


def _send(client: httpx.Client, method: str, name: str, body: dict[str, Any] | None) -> None:
    key = {"Idempotency-Key": str(Uuid7().new())}
    _answer(client.request(method, f"/v1/sources/{name}", json=body, headers=key))


def _all(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = _answer(client.get("/v1/sources", params={"limit": 200, "cursor": cursor}))
        found += page["items"]
        cursor = page["next"]
    return found


def _answer(response: httpx.Response) -> dict[str, Any]:
    if response.is_success:
        return response.json()
    try:
        problem = response.json()
        told = [problem["detail"], *(f"{e['path']} {e['message']}" for e in problem["errors"])]
    except (ValueError, KeyError):
        told = [response.text[:500]]
    return _leave(f"the ingest answered {response.status_code}: {'; '.join(told)}")


def _leave(sentence: str) -> NoReturn:
    typer.echo(f"tiendo sources: {sentence}", err=True)
    raise typer.Exit(1)
