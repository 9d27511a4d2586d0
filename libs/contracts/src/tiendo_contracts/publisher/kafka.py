# pyright: basic
"""Messages to a Kafka topic; needs the extra `tiendo-contracts[kafka]`.

The client library is untyped and is touched here alone.
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAuthorizationFailedError

from tiendo_contracts.checking import MAX_DATA_BYTES
from tiendo_contracts.partitions import partition_of
from tiendo_contracts.publisher.brokers import why_unreachable
from tiendo_contracts.publisher.message import Message
from tiendo_contracts.publisher.outcomes import Accepted, Outcome, Refused, Unsent
from tiendo_contracts.refusals import refusal

_BATCH_BYTES = 900_000  # brokers take 1 MB, unless they are told otherwise
_ANSWER_MS = 10_000
_PATIENCE_SECONDS = 30.0
_STOP_SECONDS = 2.0

_NO_RIGHT = (
    "{topic}: người dùng {user} không được ghi vào chủ đề này; nhờ người vận hành cấp quyền"
    " (tiendo sources acl) / user {user} may not write to this topic; ask the operator for the"
    " right (tiendo sources acl)"
)
_TOO_LARGE = Refused((refusal("too_large", "/data", limit=MAX_DATA_BYTES),))


class KafkaSender:
    """Sends to one topic: idempotent, acknowledged by all replicas, in order along each partition.

    It connects with the first `send` and anew after any failure. What is handed to one call is all
    that it holds: nothing is kept for later.

    Args:
        bootstrap: Addresses of brokers, `host:port`, by commas.
        topic: The inbound topic that this source was told to write to.
        options: More for `AIOKafkaProducer`, such as those of `secured`, or a smaller
            `max_batch_size` where brokers take less than 1 MB.
    """

    def __init__(
        self, bootstrap: str, topic: str, options: Mapping[str, Any] | None = None
    ) -> None:
        self._topic = topic
        self._options: dict[str, Any] = {
            "request_timeout_ms": _ANSWER_MS,
            "max_batch_size": _BATCH_BYTES,
            **(options or {}),
            "bootstrap_servers": bootstrap,
        }
        self._user: str = self._options.get("sasl_plain_username", "")
        self._kafka: AIOKafkaProducer | None = None

    async def __aenter__(self) -> "KafkaSender":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave the brokers, within a few seconds."""
        kafka, self._kafka = self._kafka, None
        if kafka is not None:
            with suppress(KafkaError, OSError, TimeoutError):
                await asyncio.wait_for(_abandon(kafka), _STOP_SECONDS)

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Send messages; see `Sender.send`.

        In each partition a batch is acknowledged before the next is sent, so after a failure
        nothing lies behind what failed.
        """
        outcomes: list[Outcome] = [Unsent("not acknowledged in time")] * len(messages)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._send_lanes(messages, outcomes)
        except TimeoutError:
            pass
        except TopicAuthorizationFailedError:
            outcomes = _all_unsent(outcomes, _NO_RIGHT.format(topic=self._topic, user=self._user))
        except (KafkaError, OSError) as error:
            reason = f"{self._topic}: {error!r}"
            outcomes = _all_unsent(outcomes, reason)
        if any(isinstance(outcome, Unsent) for outcome in outcomes):
            await self.close()
        return outcomes

    async def _send_lanes(self, messages: Sequence[Message], outcomes: list[Outcome]) -> None:
        kafka = await self._connected()
        partitions = len(await kafka.partitions_for(self._topic))
        lanes: dict[int, list[int]] = {}
        for number, message in enumerate(messages):
            if len(message.value) > MAX_DATA_BYTES:  # brokers would refuse its whole batch
                outcomes[number] = _TOO_LARGE
            else:
                lanes.setdefault(partition_of(message.key, partitions), []).append(number)
        results = await asyncio.gather(
            *(
                self._send_lane(kafka, partition, [(n, messages[n]) for n in lane], outcomes)
                for partition, lane in lanes.items()
            ),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _connected(self) -> AIOKafkaProducer:
        if self._kafka is None:
            self._kafka = AIOKafkaProducer(**self._options, enable_idempotence=True, acks="all")
            try:
                await self._kafka.start()
            except KafkaConnectionError as error:
                servers: str = self._options["bootstrap_servers"]
                reason = await why_unreachable(servers, self._options)
                raise KafkaConnectionError(reason) from error
        return self._kafka

    async def _send_lane(
        self,
        kafka: AIOKafkaProducer,
        partition: int,
        lane: Sequence[tuple[int, Message]],
        outcomes: list[Outcome],
    ) -> None:
        while lane:
            batch = kafka.create_batch()
            fits = _fill(batch, [message for _, message in lane])
            await (await kafka.send_batch(batch, self._topic, partition=partition))
            for number, _ in lane[:fits]:
                outcomes[number] = Accepted()
            lane = lane[fits:]


def _all_unsent(outcomes: Sequence[Outcome], reason: str) -> list[Outcome]:
    return [Unsent(reason) if isinstance(one, Unsent) else one for one in outcomes]


async def _abandon(kafka: AIOKafkaProducer) -> None:
    """Stop without sending what it still holds: that is unsent, and somebody sends it again.

    Stopped as usual it would wait for acknowledgements, and when that is cut short it would go on
    sending in the background for as long as the brokers are away.
    """
    task = kafka._sender.sender_task
    if task is not None:
        task.cancel()
    await kafka.client.close()
    await kafka.stop()


def _fill(batch: Any, messages: Sequence[Message]) -> int:
    """Put in what fits; how many those are."""
    for count, message in enumerate(messages):
        if not _append(batch, message):
            return count
    return len(messages)


def secured(user: str, password: str, mechanism: str, ca_file: Path | None) -> Mapping[str, Any]:
    """Options of `KafkaSender` for brokers that are reached by TLS and know their users by SASL.

    Raises:
        OSError: The file cannot be read.
    """
    return {
        "security_protocol": "SASL_SSL",
        "ssl_context": ssl.create_default_context(cafile=ca_file),
        "sasl_mechanism": mechanism,
        "sasl_plain_username": user,
        "sasl_plain_password": password,
    }


def _append(batch: Any, message: Message) -> bool:
    taken = batch.append(
        timestamp=None, key=message.key, value=message.value, headers=list(message.headers())
    )
    return taken is not None
