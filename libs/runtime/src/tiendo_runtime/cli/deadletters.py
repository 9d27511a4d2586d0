"""`tiendo ops deadletters`: what was set aside, and what to do with it."""

import typer

from tiendo_runtime.cli.apps import ops
from tiendo_runtime.cli.environment import database, outages, services
from tiendo_runtime.deadletters import listing


@ops.command()
def deadletters() -> None:
    """List the records that were set aside, oldest first, of every service."""
    for name in services():
        with outages(), database(name) as opened, opened.transaction() as conn:
            rows = listing(conn)
        for row in rows:
            where = row.raw.partition
            place = f"{where.topic}[{where.number}]@{row.raw.offset}"
            key = row.raw.key.decode(errors="replace")
            typer.echo(f"{name} {row.consumer} {place} {key} {row.code}: {row.reason}")
