"""The product under attack: platform, proxy, two replicas of each role, on empty ground."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from tests.chaos.calling import Replicas
from tests.chaos.cutting import Scissors
from tests.chaos.layout import SERVICES, Layout, Place

from tiendo_local import companions, kafka, ports, postgres, services
from tiendo_local.addresses import Addresses
from tiendo_local.console import say
from tiendo_local.demo.stage import clear
from tiendo_local.platform import Platform
from tiendo_local.processes import MARKER
from tiendo_local.program import Program, http_ready
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
SESSION_SECONDS = 4.0
"""How long Kafka waits for a consumer that says nothing; shorter than by default."""
_SETTINGS = {
    "TIENDO_KAFKA_SESSION_SECONDS": str(SESSION_SECONDS),
    "TIENDO_LOG_LEVEL": os.environ.get("TIENDO_LOG_LEVEL", "warning"),
}
_TOGETHER = 4
"""Processes that start at once: more only get into each other's way on two cores."""


@dataclass(frozen=True)
class Crew:
    """Everything that a run acts on."""

    platform: Platform
    layout: Layout
    scissors: Scissors
    urls: Mapping[Place, str]
    """Where each process answers."""

    def apis(self, service: str) -> Sequence[str]:
        """Where the API of a service answers."""
        return [url for at, url in self.urls.items() if at.service == service and at.plays("api")]

    def replicas(self) -> Replicas:
        """The APIs of all services, to be called in turn."""
        return Replicas({name: self.apis(name) for name in SERVICES})

    def pid(self, place: Place) -> int | None:
        """The process id, None while it is being started again."""
        with contextlib.suppress(KeyError):
            pid = self.platform.supervisor.pid(place.name)
            return pid if psutil.pid_exists(pid) else None
        return None

    def operators_environment(self) -> dict[str, str]:
        """What somebody's shell has who runs `tiendo ops` here."""
        databases = {
            f"TIENDO_{name.upper()}_DATABASE_URL": self.platform.postgres_url(name)
            for name in services.installed()
        }
        kafka_at = self.platform.kafka_bootstrap
        return {
            **os.environ,
            **databases,
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": kafka_at,
            MARKER: str(self.platform.room.path),  # ended with the rest, whatever ends us
        }

    def signal(self, name: str, number: signal.Signals) -> bool:
        """Send a signal to a child; answers whether it ran."""
        with contextlib.suppress(KeyError, ProcessLookupError):
            os.kill(self.platform.supervisor.pid(name), number)
            return True
        return False


@contextlib.contextmanager
def raised(root: Path, layout: Layout) -> Generator[Crew]:
    """Raise everything on empty ground; end all of it on leaving, whatever happened.

    Raises:
        LocalError: A part did not start.
    """
    room = Room.of(root)
    clear(room)
    with room.owned(), Supervisor(room) as supervisor:
        scissors, platform = _platform(room, supervisor)
        services.migrate(platform)
        urls = {at: _url(room, at) for at in layout.places}
        crew = Crew(platform, layout, scissors, urls)
        begun = time.monotonic()
        programs = [_program(crew, at) for at in layout.places]
        for first in range(0, len(programs), _TOGETHER):
            supervisor.start_together(programs[first : first + _TOGETHER])
        took = time.monotonic() - begun
        say(f"{len(programs)} tiến trình sau {took:.0f} giây", "all processes are up")
        try:
            yield crew
        finally:
            _wake_up(crew)


def _platform(room: Room, supervisor: Supervisor) -> tuple[Scissors, Platform]:
    """PostgreSQL and Kafka, both reached through the proxy only, and the small servers."""
    gates = {name: ports.choose(room.path, f"proxy-{name}") for name in ("kafka", "postgres")}
    say("Đang khởi động PostgreSQL và Kafka", "Starting PostgreSQL and Kafka")
    database = postgres.start(room, supervisor)
    postgres.create_databases(database)
    people = companions.start(room, supervisor)
    broker = kafka.start(room, supervisor, advertised=gates["kafka"])
    targets = {"kafka": broker.rpartition(":")[2], "postgres": str(_port(database))}
    control = ports.choose(room.path, "proxy")
    pairs = [f"{gates[name]}:{target}" for name, target in targets.items()]
    command = [sys.executable, "-m", "tests.chaos.proxy", str(control), *pairs]
    supervisor.start(Program("proxy", command, ready=lambda: ports.answers(control), folder=ROOT))
    addresses = Addresses(
        postgres=database,
        kafka=f"{ports.HOST}:{gates['kafka']}",
        issuer=people.issuer,
        smtp=people.smtp,
        mail=people.mail,
    )
    return Scissors(control, gates), Platform(room, addresses, supervisor)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def _url(room: Room, at: Place) -> str:
    return f"http://{ports.HOST}:{ports.choose(room.path, at.name)}"


def _program(crew: Crew, at: Place) -> Program:
    platform = crew.platform
    firsts = {name: crew.apis(name)[0] for name in SERVICES}
    direct = platform.postgres_url(at.service)
    through = direct.replace(f":{_port(direct)}/", f":{crew.scissors.ports['postgres']}/")
    environment = {
        **services.environment(platform, at.service, firsts),
        **_SETTINGS,
        "TIENDO_DATABASE_URL": through,
        "TIENDO_HTTP_PORT": crew.urls[at].rpartition(":")[2],
    }
    return Program(
        at.name,
        [sys.executable, "-m", "tiendo_runtime", "run", at.service, "--role", at.role],
        environment,
        ready=http_ready(f"{crew.urls[at]}/readyz"),
        ready_within=120,
        restart=True,
    )


def end_group(leader: int) -> None:
    """Kill a process that this test started in a session of its own, with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _wake_up(crew: Crew) -> None:
    """Let those that are frozen hear the signal that ends them."""
    for at in crew.layout.places:
        crew.signal(at.name, signal.SIGCONT)
