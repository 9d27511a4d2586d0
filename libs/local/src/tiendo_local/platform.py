"""The platform of one checkout: PostgreSQL, Kafka, sign-in and mail, as one object.

`Platform.start` is for the demo and for people: one owner, which stops everything when it
leaves. `Platform.join` is for tests: whoever comes first starts it, the last one stops it,
and a killed participant counts as having left.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from tiendo_local import companions, kafka, ports, postgres
from tiendo_local.addresses import Addresses, Served
from tiendo_local.console import say
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor
from tiendo_local.tokens import Claims, SigningKey

TESTS = "test"


class Platform:
    """A running platform; every address holds until it is stopped."""

    def __init__(self, room: Room, addresses: Addresses, supervisor: Supervisor) -> None:
        self.room = room
        self.addresses = addresses
        self.supervisor = supervisor

    @classmethod
    @contextlib.contextmanager
    def start(cls, root: Path) -> "Generator[Platform]":
        """Run the platform of a checkout as its only owner; stop it on leaving.

        Raises:
            AlreadyRunningError: Another process owns it.
            StartError: A part died while starting; the text holds the end of its log.
            DownloadError: Kafka's jars could not be had.
        """
        room = Room.of(root)
        with room.owned(), Supervisor(room) as supervisor:
            addresses = _start_all(room, supervisor)
            try:
                yield cls(room, addresses, supervisor)
            finally:
                say("Đang dừng", "Stopping")
                kafka.warn_of_slow_stop(room)
                _stop_containers(addresses)

    @classmethod
    @contextlib.contextmanager
    def join(cls, root: Path) -> "Generator[Platform]":
        """Share the platform for tests with the other test processes of the checkout.

        It starts empty, and runs until the last participant has left (errors: see `start`).
        """
        room = Room.of(root, TESTS)
        with (room.path / "users.lock").open("a+") as users:
            supervisor = Supervisor(room)
            with _alone(room):
                addresses = _running(room, users) or _start_afresh(room, supervisor)
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield cls(room, addresses, supervisor)
            finally:
                _leave(room, users, supervisor, addresses)

    @property
    def kafka_bootstrap(self) -> str:
        """Kafka's bootstrap servers, comma-separated."""
        return self.addresses.kafka

    @property
    def postgres_admin_url(self) -> str:
        """Address of the administrative database, with a user who may create databases."""
        return self.addresses.postgres

    @property
    def issuer_url(self) -> str:
        """The `iss` of tokens, and where people sign in."""
        return self.addresses.issuer

    @property
    def jwks_url(self) -> str:
        """Where the keys are that tokens are checked with."""
        return f"{self.addresses.issuer}/jwks.json"

    @property
    def smtp_host(self) -> str:
        """Host of the mail sink."""
        return urlsplit(self.addresses.smtp).hostname or ports.HOST

    @property
    def smtp_port(self) -> int:
        """Port of the mail sink."""
        return urlsplit(self.addresses.smtp).port or 0

    @property
    def mail_url(self) -> str:
        """Where the received messages are listed: `GET /messages`."""
        return self.addresses.mail

    def postgres_url(self, service: str) -> str:
        """Return the address of a service's database."""
        return postgres.database_url(self.addresses.postgres, service)

    def token(
        self,
        role: str,
        *,
        unit: str | None = None,
        unit_path: str | None = None,
        name: str | None = None,
        subject: str | None = None,
    ) -> str:
        """Return a signed token for a role; `unit` is the unit's id, not its official code."""
        claims = Claims(
            subject=subject or f"local-{role}",
            name=name or role,
            roles=(role,),
            unit=unit,
            unit_path=unit_path or (f"/{unit}/" if unit else None),
        )
        return SigningKey.of(self.room).sign(claims, issuer=self.issuer_url)


def _start_all(room: Room, supervisor: Supervisor) -> Addresses:
    say("Đang khởi động PostgreSQL và Kafka", "Starting PostgreSQL and Kafka")
    with ThreadPoolExecutor(2) as pool:
        try:
            waiting = [pool.submit(start, room, supervisor) for start in (_postgres, _kafka)]
            people = companions.start(room, supervisor)
            database, broker = (part.result() for part in waiting)
        except BaseException:
            supervisor.call_off()
            raise
    addresses = Addresses(
        postgres=database.address,
        kafka=broker.address,
        issuer=people.issuer,
        smtp=people.smtp,
        mail=people.mail,
        containers=tuple(part.container for part in (database, broker) if part.container),
    )
    addresses.write(room)
    return addresses


def _postgres(room: Room, supervisor: Supervisor) -> Served:
    given = os.environ.get("POSTGRES_URL")
    if given:
        served = Served(given)
    elif _containers_wanted():
        from tiendo_local import containers  # noqa: PLC0415 - slow to import, seldom wanted

        served = containers.start_postgres()
    else:
        served = Served(postgres.start(room, supervisor))
    postgres.create_databases(served.address)
    where = urlsplit(served.address)
    say(f"PostgreSQL sẵn sàng: {where.hostname}:{where.port}", "PostgreSQL is ready")
    return served


def _kafka(room: Room, supervisor: Supervisor) -> Served:
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given:
        served = Served(given)
    elif _containers_wanted():
        from tiendo_local import containers  # noqa: PLC0415 - slow to import, seldom wanted

        served = containers.start_kafka()
    else:
        served = Served(kafka.start(room, supervisor))
    say(f"Kafka sẵn sàng: {served.address}", "Kafka is ready")
    return served


def _containers_wanted() -> bool:
    return os.environ.get("TIENDO_PLATFORM") == "containers"


def _stop_containers(addresses: Addresses) -> None:
    if addresses.containers:
        from tiendo_local import containers  # noqa: PLC0415 - slow to import, seldom wanted

        containers.stop(addresses.containers)


@contextlib.contextmanager
def _alone(room: Room) -> Generator[None]:
    with (room.path / "join.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _running(room: Room, users: IO[str]) -> Addresses | None:
    # What a killed run left is not used again, but ended and begun afresh.
    return None if _is_last(users) else Addresses.read(room)


def _start_afresh(room: Room, supervisor: Supervisor) -> Addresses:
    supervisor.clean_up()
    for data in (postgres.NAME, kafka.NAME, "mail"):
        shutil.rmtree(room.path / data, ignore_errors=True)
    try:
        return _start_all(room, supervisor)
    except BaseException:
        supervisor.stop_all()
        raise


def end_unused(root: Path) -> None:
    """End the tests' platform if a killed run left it; one that is in use stays."""
    room = Room.of(root, TESTS)
    with _alone(room), (room.path / "users.lock").open("a+") as users:
        if _is_last(users):
            Supervisor(room).clean_up()


def _leave(room: Room, users: IO[str], supervisor: Supervisor, addresses: Addresses) -> None:
    with _alone(room):
        fcntl.flock(users, fcntl.LOCK_UN)
        if _is_last(users):
            _stop_containers(addresses)
            supervisor.stop_all()
        else:
            supervisor.let_go()
