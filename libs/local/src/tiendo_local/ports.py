"""Ports on the loopback interface, the same from run to run where they are still free."""

import json
import random
import socket
from pathlib import Path

HOST = "127.0.0.1"
# Below the range that systems hand to outgoing connections, which could take a port
# between two starts.
_RANGE = range(20000, 32000)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = HOST) -> bool:
    """Tell whether something listens on the port."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def choose(folder: Path, name: str) -> int:
    """Return the port of a server: last run's if it is free, else another, kept for the next."""
    path = folder / "ports" / f"{name}.json"
    if path.exists() and is_free(port := json.loads(path.read_text())):
        return port
    path.parent.mkdir(parents=True, exist_ok=True)
    port = any_free()
    path.write_text(json.dumps(port))
    return port


def any_free() -> int:
    """Return a port on which nothing listens."""
    chooser = random.SystemRandom()
    while not is_free(port := chooser.choice(_RANGE)):
        pass
    return port
