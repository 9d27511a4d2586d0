"""What the processes of a platform hold in memory, by name.

PSS (proportional set size): a page that several processes share counts once in the sum.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from tiendo_local.processes import marked
from tiendo_local.room import Room
from tiendo_local.supervisor import read_state


@dataclass(frozen=True)
class Held:
    """The processes of one name together; bytes."""

    name: str
    processes: int
    pss: int


def of_room(room: Room, own_name: str) -> list[Held]:
    """All processes of a room and this one, the largest first."""
    names = {record["pid"]: record["name"] for record in read_state(room)}
    names[os.getpid()] = own_name
    found: dict[str, list[int]] = {}
    for process in (psutil.Process(), *marked(str(room.path))):
        for name, pss in _measured(process, names):
            found.setdefault(name, []).append(pss)
    held = (Held(name, len(each), sum(each)) for name, each in found.items())
    return sorted(held, key=lambda one: -one.pss)


def total(held: Iterable[Held]) -> int:
    """All of it."""
    return sum(one.pss for one in held)


def _measured(process: psutil.Process, names: Mapping[int, str]) -> Iterator[tuple[str, int]]:
    try:
        family = (process, *process.parents())
        name = next((names[p.pid] for p in family if p.pid in names), process.name())
        yield name, _pss(process.pid)
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return  # it ended meanwhile


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
