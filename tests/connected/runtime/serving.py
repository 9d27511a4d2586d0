"""A process that serves the site: `python -m tests.connected.runtime.serving DATABASE JWKS ISSUER`.

It tells its port on standard output.
"""

import socket
import sys

import uvicorn
from tests.connected.runtime.site import site
from tests.connected.runtime.workshop import CLOCK, IDS, publisher

from tiendo_runtime.database import Database
from tiendo_runtime.http.principals import Tokens
from tiendo_runtime.store import Store


def main(url: str, jwks: str, issuer: str) -> None:
    database = Database(url, "site")
    database.open()
    here = site(Store(url, publisher(), CLOCK, IDS), database, Tokens(jwks, issuer, "tiendo"))
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)  # noqa: T201 - for whoever started it
    server = uvicorn.Server(uvicorn.Config(here.app, log_level="warning", lifespan="off"))
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:4])
