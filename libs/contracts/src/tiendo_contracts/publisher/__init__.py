"""Publish events of the catalogue: over Kafka or HTTP, with an outbox for those who have none.

    source = Source("/hocvien/lms")
    outbox = Outbox("outbox.db")
    outbox.put(source.message(event))          # on disk when it returns

    async with KafkaSender("broker:9092", "tiendo.inbound.lms.v1") as sender:
        await keep_draining(outbox, sender, stop)

`KafkaSender` is in `publisher.kafka` (extra `tiendo-contracts[kafka]`), `HttpSender` in
`publisher.http`. Without an outbox, `await sender.send([message])` tells what became of each
message, and whoever calls it must keep what is unsent.
"""

from tiendo_contracts.publisher.draining import Progress, drain, keep_draining
from tiendo_contracts.publisher.errors import (
    AlreadyDrainedError,
    OutboxBusyError,
    OutboxError,
    OutboxFullError,
    UnsafeOutboxError,
)
from tiendo_contracts.publisher.message import Message
from tiendo_contracts.publisher.outbox import Outbox
from tiendo_contracts.publisher.outcomes import Accepted, Outcome, Refused, Sender, Unsent
from tiendo_contracts.publisher.source import Source
from tiendo_contracts.publisher.tables import Load, SetAside

__all__ = [
    "Accepted",
    "AlreadyDrainedError",
    "Load",
    "Message",
    "Outbox",
    "OutboxBusyError",
    "OutboxError",
    "OutboxFullError",
    "Outcome",
    "Progress",
    "Refused",
    "Sender",
    "SetAside",
    "Source",
    "UnsafeOutboxError",
    "Unsent",
    "drain",
    "keep_draining",
]
