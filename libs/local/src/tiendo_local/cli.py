"""`tiendo local`: the platform and the services on this machine."""

import json
import os
import shlex
import signal
import subprocess
import threading
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from typer.core import TyperGroup

from tiendo_local import personas as people
from tiendo_local import publishers, services, units
from tiendo_local.addresses import Addresses
from tiendo_local.console import fail, plain, say
from tiendo_local.errors import LocalError
from tiendo_local.personas import ROLE_NAMES, Role
from tiendo_local.platform import Platform, end_unused
from tiendo_local.processes import Identity
from tiendo_local.room import Room, side_checkouts
from tiendo_local.signals import as_interrupt
from tiendo_local.supervisor import Supervisor, read_state
from tiendo_local.tokens import Claims, SigningKey


class _Group(TyperGroup):
    """Errors that a person can mend are sentences; a signal means: stop in order."""

    def invoke(self, ctx: Any) -> Any:
        try:
            with as_interrupt():
                return super().invoke(ctx)
        except LocalError as error:
            fail(error)
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=_Group,
    help="Nền tảng và dịch vụ trên máy này. / Platform and services on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def root() -> Path:
    """Return the checkout around the current folder, or that folder itself."""
    here = Path.cwd()
    return next((path for path in (here, *here.parents) if (path / "libs/local").is_dir()), here)


@app.command()
def up(
    only: Annotated[
        list[str] | None, typer.Option(help="no other service than this; more than once")
    ] = None,
) -> None:
    """Chạy nền tảng và các dịch vụ đến khi Ctrl-C. / Run platform and services until Ctrl-C."""
    unknown = sorted(set(only or ()) - set(services.installed()))
    if unknown:
        known = ", ".join(services.installed())
        raise LocalError(
            f"Không có dịch vụ {', '.join(unknown)}. Có: {known}",
            f"There is no service {', '.join(unknown)}. There are: {known}",
        )
    with Platform.start(root()) as platform:
        urls = services.start(platform, only=only or ())
        _announce(platform)
        board = urls.get(services.BOARD)
        if board:
            say(f"Bảng theo dõi: {board}", "Live board")
        _wait()


@app.command("platform")
def only_platform() -> None:
    """Chỉ chạy PostgreSQL, Kafka, đăng nhập, thư. / Run only what the services need."""
    with Platform.start(root()) as platform:
        _announce(platform)
        _wait()


@app.command()
def down() -> None:
    """Dừng mọi thứ bản sao mã nguồn này đã chạy. / Stop everything that this checkout runs."""
    for checkout in (root(), *side_checkouts(root())):
        room = Room.of(checkout)
        owner = room.owner()
        if owner:
            _end(owner)
        Supervisor(room).clean_up()
    end_unused(root())
    say("Đã dừng", "Stopped")


@app.command()
def status() -> None:
    """Cho biết cái gì đang chạy, ở đâu. / Tell what runs, and where."""
    room = Room.of(root())
    running = [
        f"{record['name']:14} {record['pid']}"
        for record in read_state(room)
        if Identity(record["pid"], record["created"]).process()
    ]
    plain("\n".join(running) or "Không có gì đang chạy. / Nothing runs.")
    if running:
        addresses = Addresses.read(room)
        shown = {"kafka": addresses.kafka, "issuer": addresses.issuer} if addresses else {}
        plain(json.dumps({**shown, **services.addresses(room)}, indent=1))


@app.command()
def token(
    role: Annotated[Role, typer.Option(help=", ".join(ROLE_NAMES))],
    unit: Annotated[str | None, typer.Option(help="unit's id, or its official code")] = None,
    unit_path: Annotated[str | None, typer.Option(help="for an id: /<id>/<id>/")] = None,
    name: Annotated[str | None, typer.Option(help="the person's name")] = None,
    subject: Annotated[str | None, typer.Option(help="who it is; a source's name, for one")] = None,
    assignments_url: Annotated[str | None, typer.Option(help="where codes are looked up")] = None,
) -> None:
    """In một mã truy cập. / Print a bearer token."""
    room = Room.of(root())
    addresses = Addresses.read(room)
    if addresses is None:
        raise LocalError(
            "Nền tảng chưa chạy lần nào. Chạy: make demo",
            "The platform never ran here. Run: make demo",
        )
    key = SigningKey.of(room)
    where = assignments_url or services.addresses(room).get("assignments", "")
    found = units.find(unit, where, key, addresses.issuer) if unit else None
    claims = Claims(
        subject=subject or f"local-{role}",
        name=name or ROLE_NAMES[role][0],
        roles=(role,),
        unit=found.id if found else None,
        unit_path=unit_path or (found.path if found else None),
    )
    plain(key.sign(claims, issuer=addresses.issuer))


@app.command()
def publisher(
    name: Annotated[str, typer.Argument(help="a name of a-z, 0-9 and hyphens")],
) -> None:
    """Đăng ký một hệ thống gửi sự kiện, in các biến. / Register a publisher, print variables."""
    for variable, value in publishers.register(Room.of(root()), name).items():
        plain(f"export {variable}={shlex.quote(value)}")


@app.command()
def logs(
    name: Annotated[str, typer.Argument(help="postgres, kafka, issuer, smtp, meetings, …")],
    lines: Annotated[int, typer.Option("-n", help="how many of the last lines")] = 50,
) -> None:
    """In các dòng nhật ký cuối. / Print the last lines of a log."""
    folder = Room.of(root()).logs
    known = {path.stem: path for path in folder.glob("*.log")}
    if name not in known:
        raise LocalError(
            f"Không có nhật ký {name}. Có: {', '.join(sorted(known))}",
            f"There is no log {name}. There are: {', '.join(sorted(known))}",
        )
    plain("\n".join(known[name].read_text(errors="replace").splitlines()[-lines:]))


@app.command("personas")
def show_personas() -> None:
    """Liệt kê những người có thể đăng nhập. / List who can sign in."""
    for person in people.read(Room.of(root())):
        vietnamese, english = ROLE_NAMES[person.role]
        plain(
            f"{person.key:24} {person.name} · {vietnamese} / {english} · {person.unit_name or ''}"
        )


@app.command(
    "with-platform", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def with_platform(context: typer.Context) -> None:
    """Chạy một lệnh với nền tảng kiểm thử. / Run a command while the tests' platform is up.

    POSTGRES_URL and KAFKA_BOOTSTRAP_SERVERS are set for it.
    """
    with Platform.join(root()) as shared:
        environment = {
            **os.environ,
            "POSTGRES_URL": shared.postgres_admin_url,
            "KAFKA_BOOTSTRAP_SERVERS": shared.kafka_bootstrap,
        }
        child = subprocess.Popen(context.args, env=environment)
        try:
            ended = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            ended = child.wait()
    raise typer.Exit(ended if ended >= 0 else 128 - ended)


@app.command()
def browser() -> None:
    """Cài trình duyệt cho kiểm thử. / Install the browser for the tests of pages."""
    from tiendo_local import browser as chromium  # noqa: PLC0415 - needs node, for tests alone

    plain(str(chromium.provide(root()).path))


def _announce(platform: Platform) -> None:
    say(f"Đăng nhập: {platform.issuer_url}", "Sign-in")
    say(f"Thư đã nhận: {platform.mail_url}/messages", "Received mail")
    say("Ctrl-C để dừng", "Ctrl-C stops everything")


def _wait() -> None:
    threading.Event().wait()


def _end(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
        process.wait(90)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        raise LocalError(
            f"Tiến trình {pid} chưa dừng sau 90 giây.", f"Process {pid} did not stop in 90 s."
        ) from None


@app.command()
def demo(
    once: Annotated[bool, typer.Option(envvar="ONCE", help="end after the check")] = False,
    notice: Annotated[Path | None, typer.Option(envvar="NOTICE", help="a text to play")] = None,
    out: Annotated[Path | None, typer.Option(envvar="OUT", help="write the board there")] = None,
) -> None:
    """Diễn cả câu chuyện và kiểm tra bảng. / Play the main job and check the board."""
    from tiendo_local.demo.command import perform  # noqa: PLC0415 - imports every service

    perform(root(), once=once, notice=notice, out=out)


def main() -> None:
    """Run as a program of its own."""
    app()
