"""Starts and stops child processes; leaves none behind, even after a kill -9.

Each child is written to the room's state file with its start time, and carries the room in
its environment: whoever holds the room next ends exactly what was left, and nothing else.
"""

import itertools
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tiendo_local.errors import InterruptedStartError, StartError
from tiendo_local.processes import MARKER, Identity, end, kill, marked
from tiendo_local.program import Program
from tiendo_local.room import Room
from tiendo_local.signals import ignored

_TAIL_LINES = 25
_LARGEST_LOG = 20_000_000
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_STEADY_SECONDS = 30.0
# Kept, since a process object that is collected while its process runs warns of a leak.
_LET_GO: list[subprocess.Popen[bytes]] = []


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    log_start: int
    batch: int
    restarts: int = 0
    watched: bool = False


class Supervisor:
    """Children of one room; use it as a context manager."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._children: dict[str, _Child] = {}
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._batches = itertools.count()

    def __enter__(self) -> "Supervisor":
        """End what an earlier run left, then supervise."""
        self.clean_up()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all children."""
        self.stop_all()

    def start(self, program: Program) -> None:
        """Start a child and wait until it is ready.

        Raises:
            StartError: It died, or was not ready in time (it is ended then).
            InterruptedStartError: `stop_all` was called meanwhile.
        """
        self.start_together([program])

    def start_together(self, programs: Sequence[Program]) -> None:
        """Start several children at once and wait until all are ready (errors: see `start`)."""
        batch = next(self._batches)
        for program in programs:
            self._spawn(program, batch)
        for program in programs:
            self._wait_ready(self._children[program.name])
            if program.restart:
                self._children[program.name].watched = True
                name = f"watch-{program.name}"
                threading.Thread(
                    target=self._watch, args=[program.name], name=name, daemon=True
                ).start()

    def run(self, program: Program) -> None:
        """Run a child to its end.

        Raises:
            StartError: It ended with a failure, or took longer than `ready_within`.
        """
        child = self._spawn(program, next(self._batches))
        try:
            status = child.process.wait(program.ready_within)
        except subprocess.TimeoutExpired:
            self._stop(child)
            raise self._failure(child, "took too long", None) from None
        self._forget(program.name)
        if status != 0:
            raise self._failure(child, f"ended with status {status}", status)

    def stop(self, name: str) -> None:
        """Stop one child; it is not started again."""
        with self._lock:
            child = self._children.pop(name, None)
        if child:
            self._stop(child)
            self._write_state()

    def kill(self, name: str) -> None:
        """Kill a child as a crash would; one with `restart` comes back."""
        self._children[name].process.kill()

    def names(self) -> list[str]:
        """Return the names of the children."""
        with self._lock:
            return list(self._children)

    def kill_watched(self, name: str) -> bool:
        """Kill a child that will be started again; one whose first start is under way is spared.

        Returns:
            Whether it ran and was killed.
        """
        with self._lock:
            child = self._children.get(name)
            if child is None or not child.watched or child.process.poll() is not None:
                return False
            child.process.kill()
            return True

    def pid(self, name: str) -> int:
        """Return a running child's process id."""
        return self._children[name].process.pid

    def restarts(self, name: str) -> int:
        """Return how often a child was started again."""
        return self._children[name].restarts

    def call_off(self) -> None:
        """Make starts that are under way give up, and refuse new ones."""
        self._closing.set()

    def let_go(self) -> None:
        """Leave the children running, for another process to stop through the room's state."""
        self._closing.set()
        _LET_GO.extend(child.process for child in self._children.values())
        self._children.clear()

    def stop_all(self) -> None:
        """Stop all children, last started first; those started together stop together."""
        self._closing.set()
        with ignored():
            for batch in sorted({child.batch for child in self._children.values()}, reverse=True):
                names = [name for name, child in self._children.items() if child.batch == batch]
                with ThreadPoolExecutor(len(names)) as pool:
                    list(pool.map(self.stop, names))
            self.clean_up()

    def clean_up(self) -> None:
        """End every process of this room that this supervisor does not have as a child."""
        own = {child.process.pid for child in self._children.values()}
        for record in reversed(read_state(self._room)):
            process = Identity(record["pid"], record["created"]).process()
            if process and process.pid not in own:
                end(process, signal.Signals(record["stop_signal"]), record["stop_within"])
        kill(process for process in marked(str(self._room.path)) if process.pid not in own)
        self._write_state()

    def _spawn(self, program: Program, batch: int) -> _Child:
        log = self._room.logs / f"{program.name}.log"
        _rotate(log)
        with self._lock, log.open("ab") as output:
            if self._closing.is_set():
                raise InterruptedStartError(program.name)
            start = log.stat().st_size
            process = _popen(program, output.fileno(), str(self._room.path))
            known = self._children.get(program.name)
            child = _Child(program, process, start, batch, known.restarts if known else 0)
            self._children[program.name] = child
            self._write_state()
        return child

    def _wait_ready(self, child: _Child) -> None:
        program = child.program
        deadline = time.monotonic() + program.ready_within
        while not program.ready():
            if self._closing.is_set():
                raise InterruptedStartError(program.name)
            if _ends_within(child.process, 0.05):
                self._forget(program.name)
                status = child.process.returncode
                raise self._failure(child, f"ended with status {status}", status)
            if time.monotonic() > deadline:
                self.stop(program.name)
                raise self._failure(child, f"was not ready after {program.ready_within:g} s", None)

    def _watch(self, name: str) -> None:
        pause = _SHORTEST_PAUSE
        while child := self._children.get(name):
            started = time.monotonic()
            child.process.wait()
            if time.monotonic() - started > _STEADY_SECONDS:
                pause = _SHORTEST_PAUSE
            if self._children.get(name) is not child or self._closing.wait(pause):
                return
            pause = min(pause * 2, _LONGEST_PAUSE)
            if not self._again(name, child):
                return

    def _again(self, name: str, ended: _Child) -> bool:
        """Start a child again, unless it was stopped or replaced while we paused."""
        with self._lock:
            if self._children.get(name) is not ended:
                return False
            ended.restarts += 1
            try:
                self._spawn(ended.program, ended.batch)
            except InterruptedStartError:
                return False
            self._children[name].watched = True
            return True

    def _stop(self, child: _Child) -> None:
        try:
            process = psutil.Process(child.process.pid)
        except psutil.NoSuchProcess:
            child.process.poll()
            return
        end(process, child.program.stop_signal, child.program.stop_within)
        child.process.wait()

    def _forget(self, name: str) -> None:
        with self._lock:
            self._children.pop(name, None)
            self._write_state()

    def _failure(self, child: _Child, what: str, status: int | None) -> StartError:
        log = self._room.logs / f"{child.program.name}.log"
        text = log.read_bytes()[child.log_start :].decode(errors="replace")
        tail = "\n".join(text.splitlines()[-_TAIL_LINES:])
        return StartError(child.program.name, what, log, tail, status)

    def _write_state(self) -> None:
        with self._lock:
            records = [
                {
                    "name": name,
                    "pid": identity.pid,
                    "created": identity.created,
                    "stop_signal": int(child.program.stop_signal),
                    "stop_within": child.program.stop_within,
                }
                for name, child in self._children.items()
                if (identity := Identity.of(child.process.pid))
            ]
            new = self._room.state.with_suffix(".new")
            new.write_text(json.dumps(records, indent=1))
            new.replace(self._room.state)


def read_state(room: Room) -> list[dict[str, Any]]:
    """Return the records of the children that the room's last supervisor knew."""
    try:
        return json.loads(room.state.read_text())
    except (FileNotFoundError, ValueError):  # never written, or cut short by a full disk
        return []


def _popen(program: Program, output: int, room: str) -> subprocess.Popen[bytes]:
    user, group = program.user or (None, None)
    return subprocess.Popen(
        [str(part) for part in program.command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env={**os.environ, **program.environment, MARKER: room},
        cwd=program.folder or room,
        user=user,
        group=group,
        extra_groups=[] if program.user else None,
        start_new_session=True,  # Ctrl-C in the terminal is ours to pass on, in order
    )


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
