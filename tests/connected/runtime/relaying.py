"""A process that only relays: `python -m tests.connected.runtime.relaying URL KAFKA PREFIX FLAW`.

FLAW is `none`, or what happens to it between the acknowledgement of a page and the position:
`freeze` (it stops itself once, until somebody continues it) or `die`.
"""

import asyncio
import os
import signal
import sys

from tests.connected.runtime.workshop import CLOCK, IDS, Counter, publisher

from tiendo_runtime.database import Database
from tiendo_runtime.relay import Lease, Relay
from tiendo_runtime.store import Store

__all__ = ["Counter"]


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
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await relay.run(stop)
    database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
