"""`tiendo ops grants`: what each user needs a right to at the brokers."""

import json
import shlex
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from tiendo_runtime.cli.apps import ops
from tiendo_runtime.cli.environment import services, topic_prefix
from tiendo_runtime.kafka_grants import (
    OPERATOR,
    commands,
    kafka_user,
    of_operator,
    of_service,
    user_of,
)
from tiendo_runtime.service import Grant

_TOOL = 'kafka-acls.sh --bootstrap-server "$BROKERS" --command-config "$ADMIN"'


class Form(StrEnum):
    """Forms in which operators of Kafka take rights."""

    ACLS = "acls"
    STRIMZI = "strimzi"


@ops.command()
def grants(
    form: Annotated[Form, typer.Option(help="for kafka-acls.sh, or KafkaUser of Strimzi")] = (
        Form.ACLS
    ),
) -> None:
    """Print what our users need at the brokers: one for each service, one for `tiendo ops`.

    Reads TIENDO_TOPIC_PREFIX, and asks nobody.
    """
    prefix = topic_prefix()
    wanted = {user_of(name): of_service(one, prefix) for name, one in services().items()}
    typer.echo(shown({**wanted, user_of(OPERATOR): of_operator(prefix)}, form), nl=False)


def shown(wanted: Mapping[str, Sequence[Grant]], form: Form) -> str:
    """Rights of users as text; JSON is YAML too."""
    if form is Form.STRIMZI:
        users = [json.dumps(kafka_user(*one), indent=2) for one in wanted.items()]
        return "".join(f"---\n{user}\n" for user in users)
    lines = [shlex.join(command) for one in wanted.items() for command in commands(*one)]
    return "".join(f"{_TOOL} {line}\n" for line in lines)
