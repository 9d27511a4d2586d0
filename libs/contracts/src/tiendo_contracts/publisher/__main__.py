"""`python -m tiendo_contracts.publisher`: drain an outbox, and look after what was refused."""

import asyncio
import logging
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tiendo_contracts.base import ContractError
from tiendo_contracts.publisher.draining import drain, keep_draining
from tiendo_contracts.publisher.http import HttpSender
from tiendo_contracts.publisher.outbox import Outbox
from tiendo_contracts.publisher.outcomes import Sender


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 1 where something could not be done."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        outbox = Outbox(options.file)
        match options.command:
            case "drain":
                return asyncio.run(_drain(outbox, options))
            case "status":
                return _status(outbox)
            case "again":
                outbox.put_again(options.number)
            case _:
                outbox.discard(options.number)
    except KeyError as number:
        return _failed(f"nothing is set aside as {number}")
    except (ContractError, OSError) as error:
        return _failed(str(error))
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tiendo_contracts.publisher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    draining = commands.add_parser("drain", help="send what waits and what comes, until a signal")
    commands.add_parser("status", help="how much waits, what was refused and why")
    commands.add_parser("again", help="send once more what was refused")
    commands.add_parser("discard", help="drop what was refused")
    for name, command in commands.choices.items():
        command.add_argument("file", type=Path, help="the outbox")
        if name in {"again", "discard"}:
            command.add_argument("number", type=int, help="its number, see status")
    draining.add_argument("--once", action="store_true", help="end when nothing waits any more")
    way = draining.add_mutually_exclusive_group(required=True)
    way.add_argument("--http", metavar="URL", help="the ingest, for example https://host")
    way.add_argument("--kafka", metavar="BROKERS", help="brokers, host:port by commas")
    draining.add_argument("--token-file", type=Path, help="the bearer token, read for each request")
    draining.add_argument("--topic", help="the source's own inbound topic")
    draining.add_argument("--user", help="name of the user at the brokers (SASL, TLS)")
    draining.add_argument("--password-file", type=Path, help="the user's password")
    draining.add_argument("--mechanism", default="SCRAM-SHA-512", help="SASL, %(default)s if left")
    draining.add_argument("--ca-file", type=Path, help="who signs the receivers' certificates")
    return parser


async def _drain(outbox: Outbox, options: Namespace) -> int:
    async with _sender(options) as sender:
        if not options.once:
            await keep_draining(outbox, sender, _told_to_stop())
            return 0
        progress = await drain(outbox, sender)
    print(f"sent {progress.sent}, refused {progress.refused}")  # noqa: T201 - a command
    return 0 if progress.unsent is None else _failed(progress.unsent.reason)


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def _sender(options: Namespace) -> AsyncGenerator[Sender]:
    if options.http:
        yield _http_sender(options)
        return
    if options.topic is None:
        raise ContractError("--kafka needs --topic")
    if options.user is not None and options.password_file is None:
        raise ContractError("--user needs --password-file")
    try:
        from tiendo_contracts.publisher.kafka import KafkaSender, secured  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ContractError("--kafka needs: pip install 'tiendo-contracts[kafka]'") from None
    more: Mapping[str, object] = {}
    if options.user is not None:
        password = options.password_file.read_text("utf-8").rstrip("\r\n")
        more = secured(options.user, password, options.mechanism, options.ca_file)
    async with KafkaSender(options.kafka, options.topic, more) as sender:
        yield sender


def _http_sender(options: Namespace) -> HttpSender:
    file: Path | None = options.token_file
    if file is None:
        raise ContractError("--http needs --token-file")
    return HttpSender(
        options.http, lambda: file.read_text("utf-8").strip(), ca_file=options.ca_file
    )


def _status(outbox: Outbox) -> int:
    load = outbox.load()
    print(f"waiting {load.waiting}, refused {load.refused}, {load.bytes} bytes")  # noqa: T201
    for one in outbox.set_aside():
        print(f"{one.number} {one.message.type} {one.message.id}")  # noqa: T201
        for refusal in one.refusals:
            print(f"    {refusal.path or '/'}: {refusal.vi} — {refusal.en}")  # noqa: T201
    return 0


def _failed(reason: str) -> int:
    print(reason, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
