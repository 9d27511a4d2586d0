import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.contracts.publisher.scripted import ScriptedSender, message

from tiendo_contracts.publisher import Load, Outbox, drain
from tiendo_contracts.publisher.__main__ import main

STRANGERS = "aiokafka,fastapi,httpx,msgspec,opentelemetry,psycopg,tiendo_runtime"


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """An outbox in which event 1 is set aside and event 2 waits."""
    found = Outbox(tmp_path / "outbox.db")
    found.put(message(1))
    asyncio.run(drain(found, ScriptedSender(iter(()), frozenset({"1"}))))
    found.put(message(2))
    return found


def test_status_tells_what_waits_and_why_events_were_refused(
    outbox: Outbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", str(outbox.file)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("waiting 1, refused 1, 4 bytes\n1 t 1\n    /type: Không có loại")


def test_what_was_refused_is_sent_again_or_dropped_by_its_number(outbox: Outbox) -> None:
    assert main(["again", str(outbox.file), "1"]) == 0
    assert outbox.load() == Load(waiting=2, refused=0, bytes=4)
    asyncio.run(drain(outbox, ScriptedSender(iter(()), frozenset({"1"}))))
    [aside] = outbox.set_aside()
    assert main(["discard", str(outbox.file), str(aside.number)]) == 0
    assert outbox.load() == Load(waiting=0, refused=0, bytes=0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["discard", "{}", "7"], "nothing is set aside as 7"),
        (["again", "{}", "7"], "nothing is set aside as 7"),
        (["drain", "{}", "--http", "http://127.0.0.1:9"], "--http needs --token-file"),
        (["drain", "{}", "--kafka", "127.0.0.1:9"], "--kafka needs --topic"),
        (["drain", "{}", "--http", "gopher://there", "--token-file", "t"], "no http or https"),
        (
            ["drain", "{}", "--once", "--http", "http://127.0.0.1:9", "--token-file", "t"],
            "No such file",
        ),
        (
            ["drain", "{}", "--kafka", "127.0.0.1:9", "--topic", "t", "--user", "u"],
            "--password-file",
        ),
    ],
)
def test_what_cannot_be_done_is_said(
    outbox: Outbox, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main([argument.format(outbox.file) for argument in arguments]) == 1
    assert said in capsys.readouterr().err
    assert outbox.load() == Load(waiting=1, refused=1, bytes=4)


def test_all_but_kafka_stands_on_pydantic_alone() -> None:
    code = (
        "import sys, tiendo_contracts.publisher.__main__, tiendo_contracts.testing;"
        f"print(*set({STRANGERS!r}.split(',')) & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
