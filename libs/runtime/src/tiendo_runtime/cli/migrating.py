"""`tiendo ops migrate`: schemas and topics as this version needs them."""

import asyncio
from collections.abc import Sequence
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
from tiendo_runtime.kafka import PARTITIONS, TopicError, ensure_topics
from tiendo_runtime.kafka_lookout import cluster
from tiendo_runtime.schema import SchemaError
from tiendo_runtime.survey import Difference, differences


@ops.command()
def migrate(
    replication: Annotated[int, typer.Option(help="replicas of each topic")] = 1,
) -> None:
    """Bring every service's schema and all topics to this version; safe to repeat.

    Topics that were there before are checked: what differs from how they should be kept is said,
    and ends with 1 where events get lost by it. Nothing of them is changed.

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
            kept = asyncio.run(cluster(bootstrap, names))
    except (SchemaError, TopicError) as error:
        leave(str(error))
    _check(differences(kept, names, PARTITIONS, replication))


def _check(found: Sequence[Difference]) -> None:
    for one in found:
        typer.echo(f"topics: {one.topic} {one.what}: {one.do}")
    if any(one.loses for one in found):
        leave("topics that exist are kept so that events get lost; see above")
