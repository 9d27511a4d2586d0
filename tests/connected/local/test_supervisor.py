import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import psutil
import pytest

from tiendo_local.errors import AlreadyRunningError, InterruptedStartError, StartError
from tiendo_local.processes import MARKER, Identity
from tiendo_local.program import Program
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor, read_state

Server = Callable[..., Program]


def python(name: str, code: str, **more: object) -> Program:
    return Program(name, [sys.executable, "-c", code], **more)  # pyright: ignore[reportArgumentType] - fields by name


def until(condition: Callable[[], bool]) -> None:
    patience = threading.Event()
    while not condition():
        patience.wait(0.02)


def test_a_started_child_is_ready_and_stops_with_the_supervisor(room: Room, server: Server):
    program = server("one")
    with Supervisor(room) as supervisor:
        supervisor.start(program)
        assert program.ready()
        process = psutil.Process(supervisor.pid("one"))
    assert not process.is_running()
    assert read_state(room) == []


def test_a_child_that_dies_while_starting_shows_the_end_of_its_log(room: Room):
    dying = python("dying", "print('my last words'); raise SystemExit(3)", ready=lambda: False)
    with (
        Supervisor(room) as supervisor,
        pytest.raises(StartError, match=r"(?s)status 3.*my last words"),
    ):
        supervisor.start(dying)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("OSError: Address already in use", "port is taken"),
        ("write failed: No space left on device", "disk is full"),
        ("java.lang.OutOfMemoryError", "too little memory"),
    ],
)
def test_what_a_dying_child_said_becomes_advice(room: Room, said: str, advice: str):
    dying = python("dying", f"raise SystemExit({said!r})", ready=lambda: False)
    with Supervisor(room) as supervisor, pytest.raises(StartError, match=advice):
        supervisor.start(dying)


def test_a_child_that_never_gets_ready_is_ended(room: Room, server: Server):
    program = server("slow")
    never = Program("slow", program.command, ready=lambda: False, ready_within=1)
    with Supervisor(room) as supervisor, pytest.raises(StartError, match="not ready after 1 s"):
        supervisor.start(never)
    assert not program.ready()


def test_a_killed_child_comes_back_when_it_shall(room: Room, server: Server):
    program = server("phoenix", restart=True)
    with Supervisor(room) as supervisor:
        supervisor.start(program)
        before = supervisor.pid("phoenix")
        supervisor.kill("phoenix")
        until(lambda: supervisor.restarts("phoenix") == 1 and program.ready())
        assert supervisor.pid("phoenix") != before
        assert [record["pid"] for record in read_state(room)] == [supervisor.pid("phoenix")]


def test_a_child_that_is_replaced_right_after_its_death_does_not_come_back(
    room: Room, server: Server
):
    old, new = server("phoenix", restart=True), server("phoenix", restart=True)
    with Supervisor(room) as supervisor:
        supervisor.start(old)
        supervisor.kill("phoenix")
        until(lambda: not old.ready())
        supervisor.stop("phoenix")
        supervisor.start(new)
        patience = threading.Event()
        for _ in range(20):  # longer than the pause before a restart
            assert not old.ready()
            patience.wait(0.05)
        assert supervisor.restarts("phoenix") == 0


def test_a_child_is_killed_at_will_only_after_its_first_start(room: Room, server: Server):
    program = server("phoenix", restart=True)
    with Supervisor(room) as supervisor:
        assert not supervisor.kill_watched("phoenix")
        supervisor.start(program)
        assert supervisor.kill_watched("phoenix")
        until(lambda: supervisor.restarts("phoenix") == 1 and program.ready())


def test_a_stopped_child_does_not_come_back(room: Room, server: Server):
    program = server("phoenix", restart=True)
    with Supervisor(room) as supervisor:
        supervisor.start(program)
        supervisor.stop("phoenix")
        assert not program.ready()
        assert read_state(room) == []


def test_a_child_that_ignores_the_signal_is_killed(room: Room, server: Server):
    with Supervisor(room) as supervisor:
        supervisor.start(server("stubborn", "stubborn", stop_within=0.5))
        process = psutil.Process(supervisor.pid("stubborn"))
    assert not process.is_running()


def test_a_start_that_is_called_off_gives_up(room: Room, server: Server):
    program = server("waiting")
    never = Program("waiting", program.command, ready=lambda: False)
    with Supervisor(room) as supervisor:
        threading.Timer(0.3, supervisor.call_off).start()
        with pytest.raises(InterruptedStartError):
            supervisor.start(never)


ABANDON = """
import os, signal, sys
from pathlib import Path
from tiendo_local.program import Program
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor
with Supervisor(Room.of(Path(sys.argv[1]))) as supervisor:
    sleeper = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    supervisor.start(Program("left", sleeper))
    print(supervisor.pid("left"), flush=True)
    if sys.argv[2] == "forget":  # as if killed between the start and the note of it
        supervisor._room.state.write_text("[]")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("note", ["noted", "forget"])
def test_what_a_killed_run_left_is_ended_by_the_next(room: Room, note: str):
    root = room.path.parent
    killed = subprocess.run(
        [sys.executable, "-c", ABANDON, str(root), note],
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    left = psutil.Process(int(killed.stdout))
    with Supervisor(room):
        assert not left.is_running()


def test_processes_that_others_started_are_left_alone(room: Room, server: Server):
    command = [str(part) for part in server("stranger").command]
    elsewhere = {**os.environ, MARKER: f"{room.path}-of-another-checkout"}
    with subprocess.Popen(command, env=elsewhere, stdout=subprocess.DEVNULL) as stranger:
        # Its process id stands in our state, as that of a process which started earlier.
        record = {"name": "old", "pid": stranger.pid, "created": 1.0, "stop_signal": 15}
        room.state.write_text(json.dumps([{**record, "stop_within": 1}]))
        with Supervisor(room):
            assert stranger.poll() is None
        stranger.terminate()


def test_an_identity_is_more_than_a_process_id():
    own = Identity.of(os.getpid())
    assert own is not None
    assert own.process() is not None
    assert Identity(own.pid, own.created - 60).process() is None


def test_a_room_has_one_owner(room: Room):
    with room.owned():
        assert room.owner() == os.getpid()
        with pytest.raises(AlreadyRunningError, match=str(os.getpid())), room.owned():
            pass
    assert room.owner() is None
