"""What each user needs a right to at the brokers, and nothing else.

Derived from what services read and write, so that it cannot fall behind the code; `tiendo ops
grants` prints it in the forms that operators of Kafka take.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tiendo_contracts.catalogue import catalogue, inbound_topic, topics
from tiendo_runtime.service import Grant, Operation, Service

OPERATOR = "operator"
"""Whose user migrates, looks at everything and rebuilds views (`tiendo ops`)."""


def user_of(name: str) -> str:
    """The user's name at the brokers: of a service, or of the operator."""
    return f"tiendo-{name}"


def group_of(prefix: str, service: str, consumer: str) -> str:
    """The consumer group of a part of a service."""
    return f"{prefix}tiendo.{service}.{consumer}"


def of_service(service: Service, prefix: str = "") -> Sequence[Grant]:
    """What a service's user needs, in all of its roles."""
    reacts = service.reactions
    reads = {topic for one in service.projections for topic in one.topics}
    if reacts:
        reads |= set(reacts.topics)
    writes = {m.TOPIC for m in catalogue().values() if service.name == m.OWNER}
    wanted: dict[str, set[Operation]] = {topic: {"Describe", "Read"} for topic in reads}
    if service.publish is not None:
        for topic in writes:  # read too: a relay looks whether a topic continues its store
            wanted.setdefault(topic, set()).update(("Describe", "Read", "Write"))
    consumers = {one.name for one in service.projections}
    if reacts:
        consumers.add(reacts.name)
    grants = [Grant("topic", prefix + topic, tuple(sorted(of))) for topic, of in wanted.items()]
    grants += [
        Grant("group", group_of(prefix, service.name, one), ("Describe", "Read"))
        for one in consumers
    ]
    for one in service.grants:
        grants.append(Grant(one.resource, prefix + one.name, one.operations, one.is_prefix))
    return sorted(grants)


def of_operator(prefix: str = "") -> Sequence[Grant]:
    """What `tiendo ops` needs: it makes topics, looks at all of them, and reads them."""
    operations: tuple[Operation, ...] = ("Create", "Describe", "DescribeConfigs", "Read")
    return [Grant("topic", prefix + topic, operations) for topic in topics()]


def of_source(name: str, prefix: str = "", *, reads: bool = True) -> Sequence[Grant]:
    """What another system's user needs: it writes to its own topic alone, and reads ours.

    Its groups begin with its name. `reads`: whether it may read the topics of the catalogue.
    """
    grants = [Grant("topic", prefix + inbound_topic(name), ("Describe", "Write"))]
    if reads:
        grants += [Grant("topic", prefix + topic, ("Describe", "Read")) for topic in topics()]
        grants.append(Grant("group", f"{prefix}{name}.", ("Describe", "Read"), is_prefix=True))
    return sorted(grants)


def commands(user: str, grants: Iterable[Grant]) -> Sequence[Sequence[str]]:
    """Arguments of Kafka's own tool, `kafka-acls.sh`; what is alike goes into one command."""
    alike: dict[tuple[str, bool, tuple[Operation, ...]], list[str]] = {}
    for one in grants:
        alike.setdefault((one.resource, one.is_prefix, one.operations), []).append(one.name)
    found: list[Sequence[str]] = []
    for (resource, is_prefix, operations), names in alike.items():
        command = ["--add", "--allow-principal", f"User:{user}"]
        for operation in operations:
            command += ["--operation", operation]
        for name in names:
            command += [f"--{resource}", name]
        found.append([*command, "--resource-pattern-type", "prefixed" if is_prefix else "literal"])
    return found


def kafka_user(user: str, grants: Iterable[Grant]) -> Mapping[str, Any]:
    """The same as a `KafkaUser` of the Strimzi operator."""
    return {
        "apiVersion": "kafka.strimzi.io/v1beta2",
        "kind": "KafkaUser",
        "metadata": {"name": user, "labels": {"strimzi.io/cluster": "kafka"}},
        "spec": {
            "authentication": {"type": "scram-sha-512"},
            "authorization": {
                "type": "simple",
                "acls": [
                    {
                        "resource": {
                            "type": one.resource,
                            "name": one.name,
                            "patternType": "prefix" if one.is_prefix else "literal",
                        },
                        "operations": list(one.operations),
                    }
                    for one in grants
                ],
            },
        },
    }
