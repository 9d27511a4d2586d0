"""`tiendo ops migrate`: schemas and topics as this version needs them."""

import asyncio
from typing import Annotated

import typer

from tiendo_contracts.catalogue import topics as all_topics
from tiendo_runtime import schema
from tiendo_runtime.cli.apps import ops
from tiendo_runtime.cli.environment import (
    bootstrap_servers,
    database_url,
    leave,
    outages,
    services,
    topic_prefix,
)
from tiendo_runtime.kafka import TopicError, ensure_topics
from tiendo_runtime.schema import SchemaError


@ops.command()
def migrate(
    replication: Annotated[int, typer.Option(help="replicas of each topic")] = 1,
) -> None:
    """Bring every service's schema and all topics to this version; safe to repeat.

    Reads TIENDO_<SERVICE>_DATABASE_URL for each service and TIENDO_KAFKA_BOOTSTRAP_SERVERS.
    """
    bootstrap = bootstrap_servers()
    try:
        with outages():
            for name, service in services().items():
                done = schema.migrate(database_url(name), service.package, service.projections)
                typer.echo(f"{name}: {', '.join(done) or 'nothing to do'}")
                for sentence in schema.other_versions(database_url(name), service.projections):
                    typer.echo(f"{name}: {sentence}")
            names = [topic_prefix() + topic for topic in all_topics()]
            made = asyncio.run(ensure_topics(bootstrap, names, replication=replication))
            typer.echo(f"topics: {', '.join(made) or 'nothing to do'}")
    except (SchemaError, TopicError) as error:
        leave(str(error))
