"""A real broker that is reached by TLS, knows its users and lets each do what it may."""

import asyncio
import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest, CreateAclsRequest_v1
from aiokafka.protocol.api import Request

from tiendo_contracts.publisher.kafka import secured
from tiendo_local import kafka
from tiendo_local.guard import Guard
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor
from tiendo_runtime import kafka_security
from tiendo_runtime.service import Grant

# As the protocol numbers them.
_RESOURCES = {"topic": 2, "group": 3}
_OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8, "DescribeConfigs": 10}
_LITERAL, _PREFIXED, _ALLOW = 3, 4, 3


@dataclass(frozen=True)
class Guarded:
    """The broker, and what its users need to come to it."""

    bootstrap: str
    guard: Guard
    room: Room
    supervisor: Supervisor

    @classmethod
    @contextmanager
    def start(cls, room: Room, users: Iterable[str]) -> "Generator[Guarded]":
        """Run one until the block ends."""
        guard = Guard.make(room.path, list(users))
        with Supervisor(room) as supervisor:
            bootstrap = kafka.start(room, supervisor, guard=guard)
            yield cls(bootstrap, guard, room, supervisor)

    def options(self, user: str) -> Mapping[str, Any]:
        """A member unit's client, as the contracts' package makes it."""
        return secured(user, self.guard.passwords[user], Guard.MECHANISM, self.guard.ca)

    def environment(self, user: str, **changes: str | Path) -> dict[str, str]:
        """What a process of ours is told; `changes` are settings that are otherwise wrong."""
        password = self.room.path / f"{user}.password"
        password.write_text(self.guard.passwords[user] + "\n")
        given: dict[str, str | Path] = {
            "security_protocol": "SASL_SSL",
            "ca_file": self.guard.ca,
            "sasl_mechanism": Guard.MECHANISM,
            "sasl_username": user,
            "sasl_password_file": password,
            **changes,
        }
        return {f"TIENDO_KAFKA_{name.upper()}": str(value) for name, value in given.items()}

    def grant(self, user: str, grants: Iterable[Grant]) -> None:
        """Give a user rights, as the owner."""
        asyncio.run(self._grant(user, list(grants)))

    async def _grant(self, user: str, grants: Iterable[Grant]) -> None:
        admin: Any = AIOKafkaAdminClient(
            bootstrap_servers=self.bootstrap, **self.options(Guard.OWNER)
        )
        await admin.start()
        try:
            answer = await admin._send_request(_Rights([*_creations(user, grants)]))
            assert {code for code, *_ in answer.creation_responses} <= {0}
        finally:
            await admin.close()

    def obey(self, printed: str) -> None:
        """Give the rights of printed lines for `kafka-acls.sh`, which is not at hand here."""
        found: dict[str, list[Grant]] = {}
        for line in printed.splitlines():
            told = _parser().parse_args(shlex.split(line)[1:])
            is_prefix = told.resource_pattern_type == "prefixed"
            kinds: list[tuple[Literal["topic", "group"], list[str]]]
            kinds = [("topic", told.topic), ("group", told.group)]
            found.setdefault(told.allow_principal.removeprefix("User:"), []).extend(
                Grant(kind, name, tuple(told.operation), is_prefix)
                for kind, names in kinds
                for name in names
            )
        for user, grants in found.items():
            self.grant(user, grants)


class _Rights(Request[CreateAclsRequest_v1]):
    """Many rights in one request; the client library's own takes one."""

    API_KEY = CreateAclsRequest.API_KEY

    def __init__(self, creations: list[tuple[Any, ...]]) -> None:
        self._creations = creations

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return request_struct_class(self._creations)


def _creations(user: str, grants: Iterable[Grant]) -> Iterator[tuple[Any, ...]]:
    for one in grants:
        pattern = _PREFIXED if one.is_prefix else _LITERAL
        for operation in one.operations:
            named = (_RESOURCES[one.resource], one.name, pattern, f"User:{user}", "*")
            yield *named, _OPERATIONS[operation], _ALLOW


def _parser() -> ArgumentParser:
    parser = ArgumentParser(exit_on_error=False, allow_abbrev=False)
    parser.add_argument("--add", action="store_true", required=True)
    for name in ("--bootstrap-server", "--command-config", "--allow-principal"):
        parser.add_argument(name, required=True)
    for name in ("--operation", "--topic", "--group"):
        parser.add_argument(name, action="append", default=[])
    parser.add_argument("--resource-pattern-type", choices=["literal", "prefixed"], required=True)
    return parser


@contextmanager
def environment_of(variables: Mapping[str, str]) -> Generator[None]:
    """Let the clients of this process be told something else."""
    forget: Callable[[], None] = vars(kafka_security)["_of_this_process"].cache_clear
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        forget()
        try:
            yield
        finally:
            forget()


TIENDO = Path(sys.executable).with_name("tiendo")
