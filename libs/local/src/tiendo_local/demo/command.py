"""The command: play, check, show, and stay up for the browser."""

import json
import sys
import threading
import time
from pathlib import Path

from tiendo_local import personas, services
from tiendo_local.console import plain, say
from tiendo_local.demo import screen
from tiendo_local.demo.cast import Unit
from tiendo_local.demo.notice import reading_of, text_of
from tiendo_local.demo.stage import Stage, raised
from tiendo_local.demo.story import Told, play
from tiendo_local.demo.verdict import Verdict
from tiendo_local.personas import Persona, Role


def perform(root: Path, *, once: bool, notice: Path | None, out: Path | None) -> None:
    """Play the main job on real parts and hold the board against it.

    In a terminal it stays up until Ctrl-C, unless `once`. `notice` is a text to play instead of the
    sample, `out` where the board that was read is written.

    Raises:
        LocalError: A part did not start, a service refused something, or the board is not as it
            was played.
    """
    begun = time.monotonic()
    text = text_of(notice)
    reading_of(text)  # what is no notice is refused before anything starts
    with raised(root) as stage:
        told = play(stage, text)
        verdict = Verdict(stage, told)
        verdict.pass_()
        _write_personas(stage, told)
        _show(stage, told, verdict)
        if out is not None:
            out.write_text(json.dumps(verdict.document(), ensure_ascii=False, indent=1))
        say(
            f"Bảng khớp với những gì đã diễn ({time.monotonic() - begun:.0f} giây)",
            "the board shows exactly what was played",
        )
        if not once and sys.stdout.isatty():
            say(f"Mở trình duyệt: {stage.urls[services.BOARD]}", "open it in the browser")
            say("Ctrl-C để dừng", "Ctrl-C stops everything")
            threading.Event().wait()


def _show(stage: Stage, told: Told, verdict: Verdict) -> None:
    screen.show(verdict.board, verdict.units)
    for path, reason in told.signed.unclear:
        plain(f"  {path:10} chưa giao / not assigned: {reason}")
    plain(f"  Thư đã gửi / mails sent: {told.mails}")
    plain(f"  Bảng / board: {stage.urls[services.BOARD]}")


def _write_personas(stage: Stage, told: Told) -> None:
    """Offer the people of this story on the sign-in page."""
    central, committee = stage.unit("BCDTW"), told.signed.committee
    people: list[tuple[str, str, Role, Unit]] = [
        ("thanh-vien", "Đỗ Văn Thành Viên", "member", central),
        ("truong-ban", "Lê Thị Trưởng Ban", "leader", committee),
        ("thu-ky", "Phạm Thị Thư Ký", "secretariat", committee),
        ("kiem-tra", "Vũ Thị Kiểm Tra", "inspector", committee),
        ("kiem-toan", "Trần Thị Toán", "auditor", central),
    ]
    lead = next(iter(told.fates.values()), None)
    if lead is not None:
        people.append(("bao-cao", "Ngô Văn Báo Cáo", "reporter", lead.unit))
    personas.write(
        stage.platform.room,
        [
            Persona(
                key=key,
                name=name,
                role=role,
                unit=unit.id,
                unit_name=unit.name,
                unit_path=unit.path,
            )
            for key, name, role, unit in people
        ],
    )
