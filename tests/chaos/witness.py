"""Takes down what the services promise while a story is played."""

from collections.abc import Callable, Mapping
from functools import partial

import httpx
from tests.chaos.ledger import Ledger, Promise

from tiendo_local.demo.cast import Actor

_ACCEPTED = 202


class Witness(Actor):
    """An actor whose commands are taken down when they are acknowledged."""

    def __init__(self, ledger: Ledger, urls: Mapping[str, str], token: str, name: str) -> None:
        super().__init__(urls, token, name)
        for service in urls:
            hook: Callable[[httpx.Response], None] = partial(_note, ledger, service)
            self.client(service).event_hooks = {"response": [hook]}


def _note(ledger: Ledger, service: str, response: httpx.Response) -> None:
    key = response.request.headers.get("Idempotency-Key")
    if key and response.is_success and response.status_code != _ACCEPTED:
        response.read()
        path = response.request.url.path
        ledger.note(Promise("", service, path, key, "", response.json()))
