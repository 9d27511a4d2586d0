"""Where a checkout keeps what it makes: everything under its own `.local/`."""

import contextlib
import fcntl
import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from tiendo_local.errors import AlreadyRunningError

SERVICES = ("meetings", "assignments", "reporting", "notifications", "monitoring", "ingest")


@dataclass(frozen=True)
class Room:
    """One platform's folder; the demo and the tests of a checkout have one each.

    Attributes:
        path: Data, logs and state of this platform.
        cache: What both platforms of the checkout share, such as Kafka's jars.
    """

    path: Path
    cache: Path

    @classmethod
    def of(cls, root: Path, name: str = "") -> "Room":
        """Return the room of a checkout, or one of its side rooms by name."""
        local = root.resolve() / ".local"
        room = cls(path=local / name if name else local, cache=local / "cache")
        room.cache.mkdir(parents=True, exist_ok=True)
        room.logs.mkdir(parents=True, exist_ok=True)
        return room

    @property
    def logs(self) -> Path:
        """Folder of `NAME.log` for each process."""
        return self.path / "log"

    @property
    def state(self) -> Path:
        """File that names the running processes, for the next run to clean up."""
        return self.path / "state.json"

    @property
    def addresses(self) -> Path:
        """File with the addresses of the running platform, for those who join it."""
        return self.path / "platform.json"

    @property
    def personas(self) -> Path:
        """File of the people whom the sign-in page offers."""
        return self.path / "personas.json"

    @contextlib.contextmanager
    def owned(self) -> Generator[None]:
        """Hold the room alone, as the process whose children run in it.

        Raises:
            AlreadyRunningError: Another process holds it.
        """
        with (self.path / "owner.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunningError(self.owner() or 0) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            try:
                yield
            finally:
                lock.truncate(0)

    def owner(self) -> int | None:
        """Return the id of the process that holds the room, or None."""
        path = self.path / "owner.lock"
        if not path.exists():
            return None
        with path.open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0)
        return None


def side_checkout(root: Path, name: str) -> Path:
    """Make the folder of a checkout beside the real one: a room of its own, the same downloads.

    Under the same name, the next run ends what a killed one left.
    """
    folder = _sides(root) / name
    for part in ("libs/local", ".local"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    cache = folder / ".local" / "cache"
    if not cache.exists():
        cache.symlink_to(Room.of(root).cache)
    return folder


def side_checkouts(root: Path) -> list[Path]:
    """Return the side checkouts that there are."""
    return sorted(path for path in _sides(root).glob("*") if path.is_dir())


def _sides(root: Path) -> Path:
    return root.resolve() / ".local" / "side"
