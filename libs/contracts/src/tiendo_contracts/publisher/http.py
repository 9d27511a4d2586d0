"""Messages to the ingest over HTTP: batches to `POST /v1/events`, by the standard library alone."""

import asyncio
import gzip
import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from tiendo_contracts.base import ContractError
from tiendo_contracts.checking import MAX_BATCH_EVENTS
from tiendo_contracts.publisher.answers import UnreadableAnswerError, outcomes_of, said
from tiendo_contracts.publisher.message import Message
from tiendo_contracts.publisher.outcomes import Outcome, Unsent

_BATCH_BYTES = 4_000_000
_ANSWER_BYTES = 16_000_000
_SMALL = 1000
_TOLD = frozenset({200, 207, 422})


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpSender:
    """Sends to the ingest of an address, one batch after the other.

    It goes through the proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY`).

    Args:
        address: `https://host`, without `/v1/events`.
        token: Gives the bearer token; asked for each request, so that it can be renewed.
        ca_file: Who signs the certificate of the ingest; the machine's own list if left out.
        timeout: Seconds for each answer.

    Raises:
        ContractError: The address is none.
        OSError: The file cannot be read.
    """

    def __init__(
        self,
        address: str,
        token: Callable[[], str],
        *,
        ca_file: Path | None = None,
        timeout: float = 30.0,
    ) -> None:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise ContractError(f"{address} is no http or https address")
        self._url = f"{address.rstrip('/')}/v1/events"
        self._token = token
        self._timeout = timeout
        self._opener = _opener(ca_file)

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Send messages beside the event loop; see `Sender.send`."""
        return await asyncio.to_thread(self.post, messages)

    def post(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Send messages and wait; tell what became of each, in their order."""
        found: list[Outcome] = []
        for batch in _batches(messages):
            found += self._post_batch(batch)
            if unsent := next((one for one in found if isinstance(one, Unsent)), None):
                return [*found, *[unsent] * (len(messages) - len(found))]
        return found

    def _post_batch(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        try:
            answer = self._exchange(_body(batch))
            if answer.status in _TOLD:
                return outcomes_of(answer.body, len(batch))
        except (OSError, HTTPException, UnreadableAnswerError) as error:
            return [Unsent(f"{self._url}: {error}")] * len(batch)
        reason = f"{self._url}: status {answer.status} {said(answer.body)}".rstrip()
        return [Unsent(reason, _retry_after(answer.headers))] * len(batch)

    def _exchange(self, body: bytes) -> _Answer:
        headers = {
            "content-type": "application/cloudevents-batch+json",
            "accept": "application/json",
            "authorization": f"Bearer {self._token()}",
        }
        if len(body) > _SMALL:
            body = gzip.compress(body, compresslevel=1)
            headers["content-encoding"] = "gzip"
        request = Request(self._url, body, headers, method="POST")  # noqa: S310 - see __init__
        with self._opener.open(request, timeout=self._timeout) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return _Answer(response.status, headers, response.read(_ANSWER_BYTES))


def _opener(ca_file: Path | None) -> OpenerDirector:
    """Gives back every answer as it is.

    The common opener follows redirections: a POST would become a GET, and its events be lost.
    """
    opener = OpenerDirector()
    secure = HTTPSHandler(context=ssl.create_default_context(cafile=ca_file))
    for handler in (ProxyHandler(), HTTPHandler(), secure):
        opener.add_handler(handler)
    return opener


def _batches(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    batch: list[Message] = []
    size = 0
    for message in messages:
        if batch and (len(batch) == MAX_BATCH_EVENTS or size + len(message.value) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += len(message.value)
    if batch:
        yield batch


def _body(batch: Sequence[Message]) -> bytes:
    return b"[" + b",".join(map(structured, batch)) + b"]"


def structured(message: Message) -> bytes:
    """A message in the JSON format of CloudEvents; its data stay as they are, byte for byte."""
    attributes = {**message.attributes(), "datacontenttype": "application/json"}
    text = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))
    return text[:-1].encode() + b',"data":' + message.value + b"}"


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds, also where a date is given: by the clock of whoever answered."""
    given = headers.get("retry-after", "")
    if given.isascii() and given.isdigit():
        return float(given[:6])
    try:
        wait = parsedate_to_datetime(given) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return 0.0
    return max(wait, timedelta(0)).total_seconds()
