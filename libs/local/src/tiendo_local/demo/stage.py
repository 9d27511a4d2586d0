"""The demo's stage: platform and services on empty ground, the whole country registered."""

import shutil
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from assignments.cli.importing import load, read_lines
from tiendo_contracts.units import UnitRegistered
from tiendo_local import services
from tiendo_local.console import say
from tiendo_local.demo.cast import Cast, Unit
from tiendo_local.demo.flow import behind, until
from tiendo_local.platform import Platform
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor

_DATA = ("postgres", "kafka", "mail", "services.json", "personas.json")
# The story says when reports are due before any is owed: what is opened keeps its due instant.
_SETTINGS = {"reporting": {"TIENDO_REPORT_AHEAD_SECONDS": "0"}}


@dataclass(frozen=True)
class Stage:
    """Everything that a story needs."""

    platform: Platform
    urls: Mapping[str, str]
    cast: Cast
    start_seconds: float
    """How long the services took to start here, which tells how fast this machine is now."""
    units: Mapping[str, Unit]
    """The registered units by official code."""

    def unit(self, code: str) -> Unit:
        """A unit by its official code."""
        return self.units[code]

    @property
    def by_id(self) -> Mapping[str, Unit]:
        """The registered units by id."""
        return {unit.id: unit for unit in self.units.values()}


@contextmanager
def raised(root: Path, roles: Sequence[str] = services.WHOLE) -> Generator[Stage]:
    """Raise the stage, with a process for each role of each service; strike it on leaving.

    Raises:
        LocalError: A part did not start, or the register could not be loaded.
    """
    clear(Room.of(root))
    with Platform.start(root) as platform:
        begun = time.monotonic()
        urls = services.start(platform, roles, settings=_SETTINGS)
        took = time.monotonic() - begun
        cast = Cast(platform, urls)
        try:
            yield Stage(platform, urls, cast, took, _register(cast, platform.kafka_bootstrap))
        finally:
            cast.close()


def clear(room: Room) -> None:
    """Empty the ground; downloads, keys and the Kafka start cache stay.

    What an earlier run left behind when it was killed is ended first: it works on these files.
    """
    with room.owned():
        Supervisor(room).clean_up()
        for name in _DATA:
            place = room.path / name
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)


def _register(cast: Cast, bootstrap: str) -> dict[str, Unit]:
    with as_file(files("tiendo_local") / "data" / "register.csv") as path:
        lines = read_lines(path)
    say(f"Đang đăng ký {len(lines)} đơn vị cả nước", "Registering the whole country")
    operator = cast.operator()
    load(operator.client("assignments"), lines)
    until(lambda: len(_units(cast)) == len(lines), "register")
    until(lambda: not behind(bootstrap, UnitRegistered.TOPIC), "register")
    return _units(cast)


def _units(cast: Cast) -> dict[str, Unit]:
    operator, found, cursor = cast.operator(), dict[str, Unit](), ""
    while True:
        page = operator.read("assignments", "/v1/units", limit=200, cursor=cursor)
        for row in page["items"]:
            code = row["code"]
            found[code] = Unit(row["unit_id"], code, row["name"], row["level"], row["path"])
        if page["next"] is None:
            return found
        cursor = page["next"]
