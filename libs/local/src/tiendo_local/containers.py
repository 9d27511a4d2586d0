"""PostgreSQL and Kafka as containers, for who sets TIENDO_PLATFORM=containers.

Never the default: it needs a Docker engine and the images. The versions are those that run
without containers.
"""

import secrets
from collections.abc import Iterable

from docker.errors import DockerException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from tiendo_local import jars, ports, postgres
from tiendo_local.addresses import Served
from tiendo_local.errors import LocalError

_POSTGRES_PORT, _KAFKA_PORT = 5432, 9092


def start_postgres() -> Served:
    """Start PostgreSQL and wait until it accepts connections.

    Raises:
        LocalError: No Docker engine answers.
    """
    password, port = secrets.token_urlsafe(24), ports.any_free()
    environment = {"POSTGRES_USER": "tiendo", "POSTGRES_PASSWORD": password}
    container = _container(f"postgres:{postgres.VERSION}", _POSTGRES_PORT, port, environment)
    container.with_command(f"postgres -c max_connections={postgres.MAX_CONNECTIONS}")
    # It starts once to set itself up, and once to stay.
    started = _run(container, "database system is ready to accept connections", times=2)
    return Served(f"postgresql://tiendo:{password}@{ports.HOST}:{port}/postgres", started)


def start_kafka() -> Served:
    """Start Kafka and wait until it has started.

    Raises:
        LocalError: No Docker engine answers.
    """
    port = ports.any_free()
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{_KAFKA_PORT},CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{ports.HOST}:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    }
    container = _container(f"apache/kafka:{jars.VERSION}", _KAFKA_PORT, port, settings)
    started = _run(container, "Kafka Server started")
    return Served(f"{ports.HOST}:{port}", started)


def stop(containers: Iterable[str]) -> None:
    """Remove containers by their ids, with their data."""
    for container in containers:
        DockerClient().client.containers.get(container).remove(force=True, v=True)


def _container(
    image: str, inside: int, outside: int, environment: dict[str, str]
) -> DockerContainer:
    # They belong to the room, not to this process: the last who uses them removes them.
    testcontainers_config.ryuk_disabled = True
    try:
        container = DockerContainer(image)
    except DockerException as error:
        raise LocalError(
            "Không có Docker nào trả lời. Bỏ TIENDO_PLATFORM để chạy không cần Docker.",
            "No Docker engine answers. Unset TIENDO_PLATFORM to run without Docker.",
        ) from error
    return container.with_envs(**environment).with_bind_ports(inside, outside)


def _run(container: DockerContainer, ready: str, times: int = 1) -> str:
    container.waiting_for(LogMessageWaitStrategy(ready, times=times)).start()
    return container.get_container_id()
