"""Serves a small app to this machine alone, until SIGTERM."""

import argparse
import ipaddress
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from tiendo_local import ports
from tiendo_local.errors import LocalError
from tiendo_local.room import Room


def check(host: str) -> None:
    """Refuse a host that other machines can reach: what is served here trusts its caller.

    Raises:
        LocalError: The host is not a loopback address.
    """
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise LocalError(
            f"Từ chối lắng nghe tại {host}: phần này chỉ dành cho máy cục bộ.",
            f"Refusing to listen on {host}: this part is for the local machine only.",
        )


def serve(what: str, make: Callable[[Room, argparse.Namespace], FastAPI]) -> None:
    """Read `--room`, `--host`, `--port` and `--smtp-port`, then serve the app that `make` returns.

    Raises:
        LocalError: The host is not a loopback address.
    """
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--room", type=Path, required=True, help="folder of the platform")
    parser.add_argument("--host", default=ports.HOST)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, default=0)
    given = parser.parse_args()
    check(given.host)
    app = make(Room(given.room, given.room / "cache"), given)
    uvicorn.run(app, host=given.host, port=given.port, log_level="warning")
