"""The broker's edge for member units: what this service tells them, as AsyncAPI.

FastStream is the broker app of the edge. It only describes here: it neither consumes nor sends,
and it never makes a topic.
"""

from typing import Any

from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI

from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue
from tiendo_runtime.settings import Settings

_OWNER = "reporting"
_CORRELATION = {"location": "$message.header#/ce_correlationid"}


def broker(settings: Settings) -> KafkaBroker:
    """A broker that declares a publisher per event of this service; it is never started."""
    servers = settings.kafka_bootstrap_servers.split(",")
    found = KafkaBroker(servers, allow_auto_create_topics=False)
    for contract in catalogue().values():
        if contract.OWNER == _OWNER and contract.STATUS == "published":
            _declare(found, settings.topic_prefix + contract.TOPIC, contract)
    return found


def _declare(to: KafkaBroker, topic: str, contract: type[Contract]) -> None:
    to.publisher(topic, title=contract.TYPE, description=contract.__doc__, schema=contract)


def asyncapi(settings: Settings) -> dict[str, Any]:
    """The AsyncAPI 3.0 document of this service's events.

    They travel as CloudEvents 1.0 in binary mode: the attributes are headers named `ce_…`.
    """
    document = AsyncAPI(
        broker(settings),
        title="Tiến Độ: reports of units",
        version="1",
        description=asyncapi.__doc__,
        schema_version="3.0.0",
    )
    content: dict[str, Any] = document.to_specification().to_jsonable()
    for message in content["components"]["messages"].values():
        message["correlationId"] = _CORRELATION  # FastStream names a header of its own
    return content
