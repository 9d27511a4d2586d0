"""What every Kafka client is given to reach the brokers: their addresses, TLS and SASL.

All clients of a process speak to one cluster as one user, so what they need is read from the
environment here, once, for services, commands and worker processes alike.
"""

import ssl
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Any

from aiokafka.errors import KafkaConnectionError

from tiendo_contracts.publisher.brokers import why_unreachable
from tiendo_runtime import settings
from tiendo_runtime.settings import KafkaSecurity


def client_options(bootstrap: str) -> dict[str, Any]:
    """Options of any client of these servers; leaves the program if the settings are wrong."""
    return {"bootstrap_servers": bootstrap, **_of_this_process()}


async def started(start: Callable[[], Coroutine[Any, Any, None]], bootstrap: str) -> None:
    """Start a client of these servers.

    Raises:
        KafkaError: They cannot be reached; it says what stands in the way, and what to do.
    """
    try:
        await start()
    except KafkaConnectionError as error:
        reason = await why_unreachable(bootstrap, _of_this_process())
        raise KafkaConnectionError(reason) from error


@lru_cache(maxsize=1)
def _of_this_process() -> dict[str, Any]:
    return security_options(settings.read(KafkaSecurity))


def security_options(security: KafkaSecurity) -> dict[str, Any]:
    """The client library's options for a way to reach brokers.

    Raises:
        OSError: A file cannot be read.
    """
    protocol = security.kafka_security_protocol
    options: dict[str, Any] = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        options["ssl_context"] = ssl.create_default_context(cafile=security.kafka_ca_file)
    if protocol.startswith("SASL") and security.kafka_sasl_password_file:
        options["sasl_mechanism"] = security.kafka_sasl_mechanism
        options["sasl_plain_username"] = security.kafka_sasl_username
        password = security.kafka_sasl_password_file.read_text("utf-8").rstrip("\r\n")
        options["sasl_plain_password"] = password
    return options
