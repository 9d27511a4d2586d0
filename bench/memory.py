"""What the processes of a platform hold in memory, by name.

PSS (proportional set size): a page that several processes share counts once in the sum.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tiendo_local.room import Room
from tiendo_local.supervisor import read_state


@dataclass(frozen=True)
class Held:
    """The processes of one name together; bytes."""

    name: str
    processes: int
    pss: int


def of_room(room: Room, own_name: str) -> list[Held]:
    """The children of a room with theirs, and this process; the largest first."""
    found: dict[str, list[int]] = {own_name: [_pss(os.getpid())]}
    for record in read_state(room):
        for pid in _family(record["pid"]):
            found.setdefault(record["name"], []).append(_pss(pid))
    held = (Held(name, len(each), sum(each)) for name, each in found.items())
    return sorted(held, key=lambda one: -one.pss)


def total(held: Iterable[Held]) -> int:
    """All of it."""
    return sum(one.pss for one in held)


def _family(pid: int) -> list[int]:
    try:
        process = psutil.Process(pid)
        return [pid, *(child.pid for child in process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
