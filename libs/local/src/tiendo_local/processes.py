"""Other processes, known beyond doubt: a process id alone may have been given away again."""

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

MARKER = "TIENDO_LOCAL_ROOM"
_SAME_SECONDS = 1.5  # a corrected clock shifts what the system says of a start


@dataclass(frozen=True)
class Identity:
    """A process id with the time of its start, in seconds since the epoch."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """Return the identity of a process, or None if it has ended."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def process(self) -> psutil.Process | None:
        """Return the process if it is still that one and runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < _SAME_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


def end(process: psutil.Process, how: signal.Signals, within: float) -> bool:
    """Ask a process to end, kill it and what it leaves behind after `within` seconds.

    Returns:
        Whether it ended by itself.
    """
    try:
        tree = process.children(recursive=True)
        process.send_signal(how)
    except psutil.NoSuchProcess:
        return True
    _, alive = psutil.wait_procs([process], timeout=within)
    kill([*alive, *tree])
    return not alive


def kill(processes: Iterable[psutil.Process]) -> None:
    """Kill processes and wait until they are gone."""
    running = [process for process in processes if process.is_running()]
    for process in running:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(running, timeout=5)


def marked(room: str) -> list[psutil.Process]:
    """Return the processes that a supervisor of the room started, and their children."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in own and _mark(process) == room
    ]


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARKER)
    except (psutil.Error, OSError):  # not ours to look into, or already gone
        return None
