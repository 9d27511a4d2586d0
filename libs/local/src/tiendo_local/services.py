"""The services of the product, run on a platform with their settings in the environment."""

import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import entry_points

from tiendo_local import ports
from tiendo_local.console import say
from tiendo_local.platform import Platform
from tiendo_local.program import Program, http_ready
from tiendo_local.room import SERVICES, Room

_ADDRESSES = "services.json"
BOARD = "monitoring"  # the service that people open in the browser
WHOLE = ("all",)
SPLIT = ("api", "relay", "react", "project")
"""The roles of a service that runs as one process, and of one that runs as several."""


def installed() -> list[str]:
    """Return the services that this installation has, in the order of their start."""
    names = {entry.name for entry in entry_points(group="tiendo.services")}
    return [name for name in SERVICES if name in names]


def start(
    platform: Platform,
    roles: Sequence[str] = WHOLE,
    only: Collection[str] = (),
    settings: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, str]:
    """Migrate schemas and topics, then start every service; each restarts when it dies.

    A service gets a process for each of the roles. With `only`, no other services are started.
    `settings` are those of single services that differ from `environment`.

    Returns:
        The services' addresses by name.

    Raises:
        StartError: A service or the migration failed; the text holds the end of its log.
    """
    names = [name for name in installed() if not only or name in only]
    urls = {name: f"http://{ports.HOST}:{ports.choose(platform.room.path, name)}" for name in names}
    migrate(platform)
    say(f"Đang khởi động {len(names)} dịch vụ", f"Starting {len(names)} services")
    programs = [
        _program(platform, name, urls, role, (settings or {}).get(name))
        for name in names
        for role in roles
    ]
    platform.supervisor.start_together(programs)
    (platform.room.path / _ADDRESSES).write_text(json.dumps(urls, indent=1))
    for name, url in urls.items():
        say(f"{name} sẵn sàng: {url}", "ready")
    return urls


def restart(
    platform: Platform, name: str, urls: Mapping[str, str], settings: Mapping[str, str]
) -> None:
    """Stop a service in order and start it with other settings.

    Raises:
        StartError: It did not come back; the text holds the end of its log.
    """
    running = platform.supervisor.names()
    roles = [role for role in (*WHOLE, *SPLIT) if process_name(name, role) in running]
    for role in roles:
        platform.supervisor.stop(process_name(name, role))
    platform.supervisor.start_together(
        [_program(platform, name, urls, role, settings) for role in roles]
    )


def process_name(service: str, role: str) -> str:
    """The name of the process that plays a role of a service."""
    return service if role in WHOLE else f"{service}-{role}"


def migrate(platform: Platform) -> None:
    """Bring schemas and topics to this version.

    Raises:
        StartError: It failed; the text holds the end of its log.
    """
    say("Đang chuẩn bị lược đồ và chủ đề", "Migrating schemas and topics")
    databases = {
        f"TIENDO_{name.upper()}_DATABASE_URL": platform.postgres_url(name) for name in SERVICES
    }
    environment = {**databases, "TIENDO_KAFKA_BOOTSTRAP_SERVERS": platform.kafka_bootstrap}
    command = [sys.executable, "-m", "tiendo_runtime", "ops", "migrate"]
    platform.supervisor.run(Program("migrate", command, environment, ready_within=120))


def environment(platform: Platform, name: str, urls: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of one service."""
    others = {f"TIENDO_{other.upper()}_URL": url for other, url in urls.items()}
    host, _, port = urls[name].removeprefix("http://").rpartition(":")
    return {
        **others,
        "TIENDO_DATABASE_URL": platform.postgres_url(name),
        "TIENDO_KAFKA_BOOTSTRAP_SERVERS": platform.kafka_bootstrap,
        "TIENDO_HTTP_HOST": host,
        "TIENDO_HTTP_PORT": port,
        "TIENDO_TOKEN_ISSUER": platform.issuer_url,
        "TIENDO_JWKS_URL": platform.jwks_url,
        "TIENDO_TOKEN_AUDIENCE": "tiendo",
        "TIENDO_SMTP_HOST": platform.smtp_host,
        "TIENDO_SMTP_PORT": str(platform.smtp_port),
        "TIENDO_PUBLIC_URL": urls.get(BOARD, urls[name]),
        "TIENDO_LOG_LEVEL": os.environ.get("TIENDO_LOG_LEVEL", "info"),
    }


def addresses(room: Room) -> dict[str, str]:
    """Return the addresses of the room's services as of their last start."""
    try:
        return json.loads((room.path / _ADDRESSES).read_text())
    except (FileNotFoundError, ValueError):
        return {}


def _program(
    platform: Platform,
    name: str,
    urls: Mapping[str, str],
    role: str,
    settings: Mapping[str, str] | None = None,
) -> Program:
    process = process_name(name, role)
    own = {} if role in (*WHOLE, "api") else _address_of_its_own(platform, process)
    at = {**environment(platform, name, urls), **own, **(settings or {})}
    return Program(
        process,
        [sys.executable, "-m", "tiendo_runtime", "run", name, "--role", role],
        at,
        ready=http_ready(f"http://{at['TIENDO_HTTP_HOST']}:{at['TIENDO_HTTP_PORT']}/readyz"),
        restart=True,
    )


def _address_of_its_own(platform: Platform, process: str) -> dict[str, str]:
    """Where the probes of a process answer that is not its service's API."""
    return {"TIENDO_HTTP_PORT": str(ports.choose(platform.room.path, process))}
