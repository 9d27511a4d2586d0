"""Every client of ours on a broker with TLS, SASL and rights, each as the user it should be."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.connected.ingest.running import Served, Who, until
from tests.connected.publisher.events import messages
from tests.connected.secured.conftest import MEMBERS
from tests.connected.secured.guarded import TIENDO, Guarded, environment_of

from tiendo_contracts.catalogue import inbound_topic, of_topic, topics
from tiendo_contracts.indicators import IndicatorMeasured
from tiendo_contracts.publisher import Accepted, Message, Outcome, Source, Unsent
from tiendo_contracts.publisher.kafka import KafkaSender
from tiendo_contracts.testing import valid
from tiendo_local import ports
from tiendo_local.guard import Authority
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database
from tiendo_runtime.cli.environment import services
from tiendo_runtime.kafka import Bounds, Consumer, KafkaError, Producer, TopicError
from tiendo_runtime.kafka_grants import OPERATOR, of_operator, of_service, of_source, user_of
from tiendo_runtime.kafka_log import look
from tiendo_runtime.kafka_lookout import Lookout, cluster
from tiendo_runtime.records import Outgoing, Partition
from tiendo_runtime.topics import ensure_topics, open_topics

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

MINE, OTHERS = MEMBERS
OURS = "tiendo.units.v1"


@pytest.fixture(scope="session")
def settled(guarded: Guarded) -> Guarded:
    """The broker after its operator has done what is printed for them."""
    guarded.obey(_printed("ops", "grants"))
    for member in MEMBERS:
        guarded.obey(_printed("sources", "acl", member))
    with environment_of(guarded.environment(user_of(OPERATOR))):
        made = asyncio.run(ensure_topics(guarded.bootstrap, topics(), 2))
    assert made == list(topics())
    with environment_of(guarded.environment(user_of("ingest"))):
        inbound = [inbound_topic(member) for member in MEMBERS]
        asyncio.run(open_topics(guarded.bootstrap, inbound, 3, timedelta(days=1), OURS))
    return guarded


def _printed(*command: str) -> str:
    run = subprocess.run([TIENDO, *command], capture_output=True, text=True, check=True)
    return run.stdout


async def _send(guarded: Guarded, user: str, topic: str, *sent: Message) -> list[Outcome]:
    async with KafkaSender(guarded.bootstrap, topic, guarded.options(user)) as sender:
        return list(await sender.send(sent or messages(1)))


async def _join(bootstrap: str, group: str, topics: Sequence[str]) -> bool:
    """Whether a consumer of ours becomes a member of a group and is given its partitions."""

    async def assigned(bounds: Bounds) -> Mapping[Partition, int]:
        return {partition: begin for partition, (begin, _) in bounds.items()}

    async def join() -> bool:
        while not consumer.has_joined:
            await consumer.fetch(10)
        await consumer.bounds()
        return True

    consumer = Consumer(bootstrap, group, topics, assigned, lambda: None)
    try:
        await consumer.start()
        return await asyncio.wait_for(join(), 60)
    finally:
        await consumer.stop()


async def _produce(bootstrap: str, topics: Sequence[str]) -> int:
    """Send one record to each topic as a relay does; how many stand there last."""
    producer = Producer(bootstrap)
    try:
        await producer.start()
        await producer.send([Outgoing(topic, b"key", b"{}", (), 1) for topic in topics])
        return len([raw for raws in (await producer.last(topics, 1)).values() for raw in raws])
    finally:
        await producer.stop()


async def _look(bootstrap: str) -> None:
    lookout = Lookout(bootstrap)
    try:
        await lookout.start()
    finally:
        await lookout.stop()


@pytest.mark.parametrize("name", services())
def test_each_service_does_its_work_with_the_rights_that_are_printed(
    settled: Guarded, name: str
) -> None:
    service = services()[name]
    consumers = [(one.name, one.topics) for one in service.projections]
    if service.reactions:
        consumers.append((service.reactions.name, service.reactions.topics))
    writes = {m.TOPIC for topic in topics() for m in of_topic(topic) if name == m.OWNER}
    with environment_of(settled.environment(user_of(name))):
        for consumer, read in consumers:
            joined = _join(settled.bootstrap, f"tiendo.{name}.{consumer}", read)
            assert asyncio.run(joined), consumer
        if service.publish:
            assert asyncio.run(_produce(settled.bootstrap, sorted(writes))) == len(writes)


@pytest.mark.parametrize("name", services())
def test_no_service_writes_to_a_topic_of_another(settled: Guarded, name: str) -> None:
    other = OURS if name != "assignments" else "tiendo.meetings.v1"  # it reads this one
    with (
        environment_of(settled.environment(user_of(name))),
        pytest.raises(KafkaError, match="Authorization"),
    ):
        asyncio.run(_produce(settled.bootstrap, [other]))


def test_the_operators_user_looks_at_every_topic(settled: Guarded) -> None:
    with environment_of(settled.environment(user_of(OPERATOR))):
        found = asyncio.run(cluster(settled.bootstrap, topics()))
        log = asyncio.run(look(settled.bootstrap, topics()))
    assert {one.settings["retention.ms"] for one in found.topics.values()} == {"-1"}
    assert {place.topic for place in log.bounds} == set(topics())
    assert log.cluster_id == found.id


def test_a_member_writes_to_its_own_topic_and_to_no_other(settled: Guarded) -> None:
    assert asyncio.run(_send(settled, MINE, inbound_topic(MINE))) == [Accepted()]
    for topic in (inbound_topic(OTHERS), OURS):
        [outcome] = asyncio.run(_send(settled, MINE, topic))
        assert isinstance(outcome, Unsent)
        assert f"user {MINE} may not write to this topic" in str(outcome)
        assert "người vận hành" in str(outcome)


def test_a_member_reads_our_topics_in_groups_of_its_own_and_not_what_others_send(
    settled: Guarded,
) -> None:
    with environment_of(settled.environment(MINE)):
        assert asyncio.run(_join(settled.bootstrap, f"{MINE}.board", [OURS]))
        with pytest.raises(KafkaError, match="GroupAuthorization"):
            asyncio.run(_join(settled.bootstrap, f"{OTHERS}.board", [OURS]))
        with pytest.raises(KafkaError, match="our user may not read it"):
            asyncio.run(_join(settled.bootstrap, f"{MINE}.board", [inbound_topic(OTHERS)]))


def test_a_member_makes_no_topics(settled: Guarded) -> None:
    with (
        environment_of(settled.environment(MINE)),
        pytest.raises(TopicError, match="TopicAuthorization"),
    ):
        asyncio.run(open_topics(settled.bootstrap, ["new.v1"], 1, timedelta(days=1), OURS))


@pytest.fixture
def wrong(tmp_path: Path) -> Mapping[str, Mapping[str, str | Path]]:
    """What may be set wrongly, by its name."""
    password = tmp_path / "password"
    password.write_text("not this one")
    return {
        "password": {"sasl_password_file": password},
        "user": {"sasl_username": "nobody"},
        "authority": {"ca_file": Authority.make(tmp_path, "another").ca},
        "the system's authorities": {"ca_file": ""},
        "mechanism": {"sasl_mechanism": "SCRAM-SHA-256"},
        "plain": {"security_protocol": "PLAINTEXT"},
        "plain with a user": {"security_protocol": "SASL_PLAINTEXT"},
    }


SAID = {
    "password": ("its name or password is wrong", "mật khẩu sai"),
    "user": ("the broker refuses user nobody", "từ chối người dùng nobody"),
    "authority": ("signed by nobody we trust: name the brokers' CA file", "chỉ tệp CA"),
    "the system's authorities": ("signed by nobody we trust", "chỉ tệp CA"),
    "mechanism": ("does not take this mechanism", "không nhận cơ chế SCRAM-SHA-256"),
    "plain": ("its port may want TLS or SASL, and we speak PLAINTEXT", "có lẽ đòi TLS"),
    "plain with a user": ("may want TLS or SASL, and we speak SASL_PLAINTEXT", "có lẽ đòi TLS"),
}

CLIENTS: Mapping[str, Callable[[str], Any]] = {
    "producer": lambda bootstrap: _produce(bootstrap, [OURS]),
    "consumer": lambda bootstrap: _join(bootstrap, "tiendo.ingest.register", [OURS]),
    "topics": lambda bootstrap: ensure_topics(bootstrap, [OURS], 2),
    "lookout": _look,
    "log": lambda bootstrap: look(bootstrap, [OURS]),
}


@pytest.mark.parametrize("what", SAID)
def test_what_is_set_wrongly_is_said_with_what_to_do(
    guarded: Guarded, wrong: Mapping[str, Mapping[str, str | Path]], what: str
) -> None:
    with (
        environment_of(guarded.environment(user_of("ingest"), **wrong[what])),
        pytest.raises(KafkaError) as raised,
    ):
        asyncio.run(ensure_topics(guarded.bootstrap, [OURS], 2))
    assert all(sentence in str(raised.value) for sentence in SAID[what]), raised.value


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_says_so(
    guarded: Guarded, wrong: Mapping[str, Mapping[str, str | Path]], client: str
) -> None:
    with (
        environment_of(guarded.environment(user_of("ingest"), **wrong["password"])),
        pytest.raises(KafkaError, match="its name or password is wrong"),
    ):
        asyncio.run(CLIENTS[client](guarded.bootstrap))


def test_a_broker_under_another_name_than_its_certificates_is_told(guarded: Guarded) -> None:
    elsewhere = guarded.bootstrap.replace("127.0.0.1", "localhost")
    with (
        environment_of(guarded.environment(user_of("ingest"))),
        pytest.raises(KafkaError, match=r"certificate is for another name.*'localhost'"),
    ):
        asyncio.run(ensure_topics(elsewhere, [OURS], 2))


def test_a_port_without_tls_is_told(guarded: Guarded, kafka: Broker) -> None:
    with (
        environment_of(guarded.environment(user_of("ingest"))),
        pytest.raises(KafkaError, match="this port does not speak TLS"),
    ):
        asyncio.run(ensure_topics(kafka.bootstrap, [OURS], 2))


def test_an_address_where_nothing_is_is_told(guarded: Guarded) -> None:
    nowhere = f"127.0.0.1:{ports.any_free()}"
    with (
        environment_of(guarded.environment(user_of("ingest"))),
        pytest.raises(KafkaError, match=rf"{nowhere}: .*nothing answers"),
    ):
        asyncio.run(ensure_topics(nowhere, [OURS], 2))


def test_a_members_publisher_says_so_too(guarded: Guarded) -> None:
    options = {**guarded.options(MINE), "sasl_plain_password": "not this one"}

    async def send() -> Sequence[Outcome]:
        async with KafkaSender(guarded.bootstrap, inbound_topic(MINE), options) as sender:
            return await sender.send(messages(1))

    [outcome] = asyncio.run(send())
    assert isinstance(outcome, Unsent)
    assert f"the broker refuses user {MINE}" in str(outcome)
    assert "mật khẩu sai" in str(outcome)


@pytest.fixture
def served(guarded: Guarded, platform: Platform, tmp_path: Path) -> Iterator[Served]:
    """An ingest on topics of its own; it does not run yet."""
    broker = Broker.of(guarded.bootstrap)
    with fresh_database(platform.postgres_admin_url) as url:
        served = Served(platform, url, broker, tmp_path / "log")
        guarded.grant(user_of(OPERATOR), of_operator(served.prefix))
        guarded.grant(user_of("ingest"), of_service(services()["ingest"], served.prefix))
        with environment_of(guarded.environment(user_of(OPERATOR))):
            served.prepare()
        yield served


def _published(guarded: Guarded, served: Served) -> int:
    with environment_of(guarded.environment(user_of(OPERATOR))):
        log = asyncio.run(look(guarded.bootstrap, [served.prefix + IndicatorMeasured.TOPIC]))
    return sum(end for _, end in log.bounds.values())


def test_what_a_member_sends_goes_through_the_ingest_and_out_again(
    guarded: Guarded, served: Served
) -> None:
    with served.process(**guarded.environment(user_of("ingest"))):
        who = Who(MINE)
        body = {"uri": who.uri, "types": [IndicatorMeasured.TYPE], "units": [str(who.unit)]}
        assert served.ask("PUT", f"/v1/sources/{MINE}", body).status_code == 200
        guarded.grant(MINE, of_source(MINE, served.prefix, reads=False))
        topic = served.prefix + inbound_topic(MINE)
        source = Source(who.uri)
        event = valid(IndicatorMeasured, unit_id=who.unit, system=who.uri)
        sent = [source.message(event) for _ in range(3)]

        def accepted() -> bool:
            outcomes = asyncio.run(_send(guarded, MINE, topic, *sent))
            return outcomes == [Accepted()] * 3

        until(accepted)  # as soon as the ingest has made the topic
        until(lambda: len(served.receipts(who)) == 3)
        assert {one["outcome"] for one in served.receipts(who)} == {"accepted"}
        assert until(lambda: _published(guarded, served)) == 3


def test_a_process_that_the_brokers_refuse_says_so_where_its_readiness_is_asked(
    guarded: Guarded, served: Served, wrong: Mapping[str, Mapping[str, str | Path]]
) -> None:
    told = guarded.environment(user_of("ingest"), **wrong["password"])
    with served.process(**told):
        url = f"http://127.0.0.1:{served.port}/readyz"

        def parts() -> Mapping[str, str]:
            return httpx.get(url, timeout=5).json()["degraded"]

        until(lambda: "starting" not in parts().values() and len(parts()) >= 3)
        for part, reason in parts().items():
            assert "its name or password is wrong" in reason, part
