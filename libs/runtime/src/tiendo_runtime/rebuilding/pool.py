"""Worker processes that do one task after another, and end with whoever started them.

They are started afresh, not forked, so that they hold nothing but what their tasks need; tasks and
results travel pickled over a socket. A worker whose owner was killed leaves within a second.
"""

import os
import pickle
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Generic, TypeVar

from tiendo_runtime.garbage import collect_rarely

T = TypeVar("T")
Advance = Callable[[int], None]
Do = Callable[[T, Advance], Any]
"""Does a task in a worker; a function of a module. Told through `Advance` how far it has come."""

_START = "import sys; from tiendo_runtime.rebuilding.pool import serve; serve(int(sys.argv[1]))"
_TELL_SECONDS = 0.2
_LOOK_SECONDS = 0.5


class WorkerError(RuntimeError):
    """A worker failed or died; what it had completed stays."""


class _Worker(Generic[T]):
    """A worker as its owner sees it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.pipe = Pipe(ours.detach())
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-c", _START, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the owner
            )
        self.pipe.send(sys.path)
        self.task: T | None = None

    def end(self) -> None:
        """End it, whatever it does."""
        self.pipe.close()
        self.process.kill()
        self.process.wait()


class Pool:
    """Some workers."""

    def __init__(self, workers: int) -> None:
        self._workers: list[_Worker[Any]] = [_Worker() for _ in range(workers)]
        self.peak_bytes = 0
        """The most memory that one of them has had."""

    def run(self, do: Do[T], tasks: Iterable[T], advance: Advance) -> Iterator[tuple[T, Any]]:
        """Do tasks side by side; gives each with its result when it is done.

        Raises:
            WorkerError: One failed; others may have been done meanwhile.
        """
        left = list(tasks)[::-1]
        for worker in self._workers:
            self._give(worker, do, left)
        while busy := [worker for worker in self._workers if worker.task is not None]:
            ready = wait([worker.pipe for worker in busy])
            for worker in busy:
                if worker.pipe in ready:
                    yield from self._hear(worker, do, left, advance)

    def _give(self, worker: _Worker[T], do: Do[T], left: list[T]) -> None:
        worker.task = left.pop() if left else None
        if worker.task is not None:
            worker.pipe.send((do, worker.task))

    def _hear(
        self, worker: _Worker[T], do: Do[T], left: list[T], advance: Advance
    ) -> Iterator[tuple[T, Any]]:
        try:
            kind, told = worker.pipe.recv()
        except EOFError:
            raise WorkerError(f"a worker died with status {worker.process.wait()}") from None
        if kind == "advance":
            advance(told)
        elif kind == "failed":
            raise WorkerError(told)
        else:
            result, peak = told
            self.peak_bytes = max(self.peak_bytes, peak)
            done = worker.task
            self._give(worker, do, left)
            assert done is not None  # noqa: S101 - it was at work
            yield done, result

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.end()


@contextmanager
def pool(workers: int) -> Generator[Pool]:
    """Workers while the block runs."""
    opened = Pool(workers)
    try:
        yield opened
    finally:
        opened.close()


def serve(descriptor: int) -> None:
    """Do tasks until the owner has no more: the life of a worker."""
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    pipe = Pipe(descriptor)
    try:
        sys.path[:] = pipe.recv()
        collect_rarely()
        while True:
            _serve_one(pipe)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)


def _serve_one(pipe: Pipe) -> None:
    do, task = pipe.recv()
    advance = _Telling(pipe)
    try:
        result = do(task, advance.tell)
    except Exception as error:  # noqa: BLE001 - told to the owner, who stops
        trace = "".join(traceback.format_exception(error))
        pipe.send(("failed", f"{type(error).__name__}: {error}\n{trace}"))
        return
    advance.flush()
    pipe.send(("done", (result, _peak_bytes())))


class _Telling:
    """Tells the owner how far a task has come, some times a second."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._count = 0
        self._told = time.monotonic()

    def tell(self, more: int) -> None:
        self._count += more
        if time.monotonic() - self._told > _TELL_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._count:
            self._pipe.send(("advance", self._count))
        self._count, self._told = 0, time.monotonic()


def _leave_with(owner: int) -> None:
    while os.getppid() == owner:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


def _peak_bytes() -> int:
    """The most memory this process has had (the kernel's high-water mark of resident pages)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    lines = status.read_text().splitlines()
    return next((int(x.split()[1]) * 1024 for x in lines if x.startswith("VmHWM")), 0)


def check_picklable(what: object) -> None:
    """See that something can travel to a worker.

    Raises:
        TypeError: It cannot.
    """
    try:
        pickle.dumps(what)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"it cannot be sent to a worker process: {error}") from error
