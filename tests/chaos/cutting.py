"""How the test speaks to its proxy (see `proxy`)."""

import json
import socket
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tests.chaos.proxy import HOST


@dataclass(frozen=True)
class Scissors:
    """Cuts connections that go through the proxy.

    Attributes:
        ports: Where the proxy stands for a server, by the server's name.
    """

    control: int
    ports: dict[str, int]

    def reset(self, server: str, pids: Collection[int] | None) -> int:
        """End the connections of processes to a server; answers how many there were."""
        return self._order(do="reset", port=self.ports[server], pids=pids)

    def silence(self, server: str, pids: Collection[int] | None) -> int:
        """Let nothing pass any more between processes and a server, until healed."""
        return self._order(do="silence", port=self.ports[server], pids=pids)

    def heal(self, *, reset: bool) -> int:
        """End all silence: with the connections, or as if nothing had been."""
        return self._order(do="heal", reset=reset)

    def _order(self, **order: Any) -> int:
        if order.get("pids") is not None:
            order["pids"] = list(order["pids"])
        with socket.create_connection((HOST, self.control), timeout=10) as line:
            line.sendall(json.dumps(order).encode() + b"\n")
            return int(line.makefile().readline())
