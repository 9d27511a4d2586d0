"""A process that only relays: `python -m tests.connected.runtime.relaying URL KAFKA PREFIX FLAW`.

FLAW is `none`, or what happens to it between the acknowledgement of a page and the position:
`freeze` (it stops itself once, until somebody continues it) or `die`; or `slow`: the broker takes
longer for each page than a lease lasts.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterable

from tests.connected.runtime.workshop import CLOCK, IDS, Counter, publisher

from tiendo_runtime.database import Database
from tiendo_runtime.kafka import Producer
from tiendo_runtime.records import Outgoing
from tiendo_runtime.relay import Lease, Relay
from tiendo_runtime.store import Store

__all__ = ["Counter"]

_SLOW_SECONDS = 4.5


_send = Producer.send


async def _late(self: Producer, records: Iterable[Outgoing]) -> None:
    """Acknowledge late."""
    records = list(records)
    await _send(self, records)
    if records:
        await asyncio.sleep(_SLOW_SECONDS)


class Flawed(Relay):
    flaw = "none"

    def _advance(self, lease: Lease, position: int) -> Lease:
        if position > lease.position and self.flaw == "die":
            os._exit(9)
        if position > lease.position and self.flaw == "freeze":
            self.flaw = "none"
            os.kill(os.getpid(), signal.SIGSTOP)
        return super()._advance(lease, position)


async def main(url: str, bootstrap: str, prefix: str, flaw: str) -> None:
    database = Database(url, f"relay-{os.getpid()}")
    database.open()
    relay = Flawed(Store(url, publisher(), CLOCK, IDS), publisher(prefix), database, bootstrap)
    relay.flaw = flaw
    if flaw == "slow":
        Producer.send = _late
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await relay.run(stop)
    database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
