"""Whether topics are kept as they must be: nothing gets lost, no key changes its place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tiendo_runtime.kafka_lookout import Cluster, Topic

_SAFE_REPLICAS = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """How a topic is not as it should be, and what to do; whether events get lost by it."""

    topic: str
    what: str
    do: str
    loses: bool


def differences(
    cluster: Cluster, names: Iterable[str], partitions: int, replication: int | None = None
) -> Sequence[Difference]:
    """What is not as it should be, topic by topic.

    `replication` is how many replicas are wanted: as many as brokers, up to three, unless it is
    said.
    """
    wanted = replication or min(cluster.brokers, _SAFE_REPLICAS)
    found: list[Difference] = []
    for name in names:
        topic = cluster.topics.get(name)
        if topic is None:
            found.append(Difference(name, "is missing", "run `tiendo ops migrate`", loses=False))
        else:
            found += _kept(topic)
            found += _copied(topic, wanted)
            if topic.partitions != partitions:
                what = f"has {topic.partitions} partitions, not {partitions}: keys changed places"
                do = "stop all writers; events must be moved to a topic with the right number"
                found.append(Difference(name, what, do, loses=True))
    return found


def _kept(topic: Topic) -> Iterator[Difference]:
    """The log is kept whole, for ever."""
    for setting, wanted in (
        ("cleanup.policy", "delete"),
        ("retention.ms", "-1"),
        ("retention.bytes", "-1"),
    ):
        value = topic.settings.get(setting, wanted)
        if value != wanted:
            do = _alter(topic, f"{setting}={wanted}")
            yield Difference(topic.name, f"has {setting}={value}: events get lost", do, loses=True)


def _copied(topic: Topic, wanted: int) -> Iterator[Difference]:
    """The loss of a broker is not the loss of an event."""
    if topic.replicas != wanted:
        what = f"has {topic.replicas} replicas, not {wanted}"
        do = "reassign its partitions (kafka-reassign-partitions.sh)"
        yield Difference(topic.name, what, do, loses=False)
    if topic.in_sync < topic.replicas:
        what = f"has a partition with {topic.in_sync} of {topic.replicas} replicas in sync"
        yield Difference(topic.name, what, "look at the brokers", loses=False)
    enough, least = min(2, topic.replicas), int(topic.settings.get("min.insync.replicas", "1"))
    if least < enough:
        what = f"has min.insync.replicas={least}: an event may stand on one broker alone"
        do = _alter(topic, f"min.insync.replicas={enough}")
        yield Difference(topic.name, what, do, loses=False)


def _alter(topic: Topic, setting: str) -> str:
    return f"kafka-configs.sh --alter --topic {topic.name} --add-config {setting}"
