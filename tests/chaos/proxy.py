"""A TCP proxy between the services and a server, whose connections can be cut from outside.

Run as `python -m tests.chaos.proxy CONTROL LISTEN:TARGET …`, all of them ports of the loopback.
Each line on the control port is a JSON object, each answer a line with the number of connections
that were met:

    {"do": "reset", "port": LISTEN, "pids": [1, 2]}      connections end with RST, both ways
    {"do": "silence", "port": LISTEN, "pids": [1, 2]}    nothing passes any more, nothing ends
    {"do": "heal", "reset": true}                        silence ends: with RST, or as if unheard

`pids` are the clients that are meant; without them, all. Connections that they make in silence are
accepted and silent.
"""

import asyncio
import contextlib
import json
import socket
import struct
import sys
from collections.abc import Collection, Sequence
from typing import Any, cast

import psutil
import uvloop

HOST = "127.0.0.1"
_AT_ONCE = struct.pack("ii", 1, 0)


class _End(asyncio.Protocol):
    """One end of a pair of connections; what comes in goes out at the other."""

    def __init__(self, pair: "_Pair") -> None:
        self.pair = pair
        self.other: _End | None = None
        self.transport: asyncio.Transport | None = None
        self._kept = b""
        self._held = self._ended = self._told = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.pair.made(self)

    def data_received(self, data: bytes) -> None:
        self._kept += data
        self.pass_on()

    def eof_received(self) -> bool:
        self._ended = True
        self.pass_on()
        return True  # the other direction goes on

    def pass_on(self) -> None:
        """Let out at the other end what came in, unless there is silence."""
        out = self.other.transport if self.other else None
        if out is None or out.is_closing() or self.pair.silent:
            return
        if self._kept:
            out.write(self._kept)
            self._kept = b""
        if self._ended and not self._told:
            self._told = True
            out.write_eof()
        if self._told and self.other and self.other.has_told:
            self.pair.end(reset=False)  # both have said goodbye; nobody else would end it

    @property
    def has_told(self) -> bool:
        """Whether the other side knows that nothing comes from here any more."""
        return self._told

    def pause_writing(self) -> None:
        if self.other:
            self.other.hold()

    def resume_writing(self) -> None:
        if self.other and not self.pair.silent:
            self.other.go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        self.pair.end(reset=isinstance(exc, ConnectionResetError))

    def hold(self) -> None:
        if self.transport and not self._held and not self.transport.is_closing():
            self._held = True
            self.transport.pause_reading()

    def go_on(self) -> None:
        if self.transport and self._held and not self.transport.is_closing():
            self._held = False
            self.transport.resume_reading()

    def close(self, *, reset: bool) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        if not reset:
            self.transport.close()
            return
        with contextlib.suppress(OSError):
            kept: socket.socket = self.transport.get_extra_info("socket")
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()


class _Pair:
    """A client's connection and the one that was made for it."""

    def __init__(self, gate: "_Gate") -> None:
        self.gate = gate
        self.silent = False
        self.client = _End(self)
        self.server = _End(self)

    @property
    def client_port(self) -> int:
        assert self.client.transport is not None
        return int(self.client.transport.get_extra_info("peername")[1])

    def made(self, end: _End) -> None:
        if end is self.server and self not in self.gate.pairs:
            end.close(reset=True)  # the client had gone before it could be made
            return
        if end is self.server:
            self.client.other, self.server.other = self.server, self.client
            self.client.pass_on()
            return
        self.gate.pairs.add(self)
        self.silent = self.gate.is_silent_for(self.client_port)
        self.gate.tasks.add(task := asyncio.ensure_future(self._connect()))
        task.add_done_callback(self.gate.tasks.discard)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self.server, HOST, self.gate.target)
        except OSError:
            self.end(reset=True)
        if self.silent:
            self.silence()

    def silence(self) -> None:
        self.silent = True
        self.client.hold()
        self.server.hold()

    def speak(self) -> None:
        self.silent = False
        for end in (self.client, self.server):
            end.pass_on()
            end.go_on()

    def end(self, *, reset: bool) -> None:
        self.gate.pairs.discard(self)
        self.client.close(reset=reset)
        self.server.close(reset=reset)


class _Gate:
    """All connections to one server."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self.target = target
        self.pairs: set[_Pair] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self._silenced: Collection[int] | None = None
        self._silent = False

    def is_silent_for(self, client_port: int) -> bool:
        return self._silent and client_port in _ports(self._silenced, self.port, [client_port])

    def meant(self, pids: Collection[int] | None) -> list[_Pair]:
        ports = _ports(pids, self.port, [pair.client_port for pair in self.pairs])
        return [pair for pair in self.pairs if pair.client_port in ports]

    def reset(self, pids: Collection[int] | None) -> int:
        meant = self.meant(pids)
        for pair in meant:
            pair.end(reset=True)
        return len(meant)

    def silence(self, pids: Collection[int] | None) -> int:
        meant = self.meant(pids)
        self._silent, self._silenced = True, pids
        for pair in meant:
            pair.silence()
        return len(meant)

    def heal(self, *, reset: bool) -> int:
        self._silent = False
        meant = [pair for pair in self.pairs if pair.silent]
        for pair in meant:
            if reset:
                pair.end(reset=True)
            else:
                pair.speak()
        return len(meant)


def _ports(pids: Collection[int] | None, server: int, every: Sequence[int]) -> Collection[int]:
    """The local ports from which processes are connected to a server; all, if none is named."""
    if pids is None:
        return every
    found: set[int] = set()
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            for one in psutil.Process(pid).net_connections("tcp"):
                if one.raddr and one.raddr.port == server:
                    found.add(one.laddr.port)
    return found


async def _obey(
    gates: Sequence[_Gate], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while line := await reader.readline():
        order: dict[str, Any] = json.loads(line)
        met = 0
        for gate in gates:
            if order["do"] == "heal":
                met += gate.heal(reset=order["reset"])
            elif order["port"] == gate.port:
                act = gate.reset if order["do"] == "reset" else gate.silence
                met += act(order.get("pids"))
        writer.write(json.dumps(met).encode() + b"\n")
        await writer.drain()
    writer.close()


async def _serve(control: int, gates: Sequence[_Gate]) -> None:
    """Serve; the control port answers when the gates are open."""
    loop = asyncio.get_running_loop()

    async def opened(gate: _Gate) -> asyncio.Server:
        return await loop.create_server(lambda: _Pair(gate).client, HOST, gate.port, backlog=500)

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _obey(gates, reader, writer)

    servers = [await opened(gate) for gate in gates]
    servers.append(await asyncio.start_server(obey, HOST, control))
    await asyncio.gather(*(server.serve_forever() for server in servers))


def main(arguments: Sequence[str]) -> None:
    """Serve until killed."""
    control, *gates = arguments
    pairs = [gate.partition(":") for gate in gates]
    uvloop.run(_serve(int(control), [_Gate(int(port), int(to)) for port, _, to in pairs]))


if __name__ == "__main__":
    main(sys.argv[1:])
