"""What can go wrong on the local machine.

LocalError                the base: every sentence in both languages, with what to do
├── AlreadyRunningError   this checkout's platform is up in another process
├── StartError            a process died or never became ready; holds the end of its log
├── DownloadError         a registry was not reached, or sent something else than expected
└── InterruptedStartError the start was called off before it ended
"""

from pathlib import Path


class LocalError(Exception):
    """A failure that a person can mend, said in Vietnamese and English."""

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(f"{vietnamese}\n{english}")
        self.vietnamese = vietnamese
        self.english = english


class AlreadyRunningError(LocalError):
    """This checkout's platform is up in another process."""

    def __init__(self, pid: int) -> None:
        super().__init__(
            f"Đang chạy rồi (tiến trình {pid}). Dừng bằng: tiendo local down",
            f"Already running (process {pid}). Stop it with: tiendo local down",
        )


class DownloadError(LocalError):
    """A registry was not reached, or sent something else than expected."""


class InterruptedStartError(LocalError):
    """The start was called off before it ended."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Đã hủy việc khởi động {name}.", f"The start of {name} was called off.")


class StartError(LocalError):
    """A process died or never became ready; the text holds the end of its log.

    Attributes:
        status: Exit status, negative for the signal that ended it, None if it had to be ended.
    """

    def __init__(self, name: str, what: str, log: Path, tail: str, status: int | None) -> None:
        vietnamese, english = _advice(tail)
        super().__init__(
            f"{name}: không khởi động được. {vietnamese} (nhật ký: {log})",
            f"{name} {what}. {english} (log: {log})\n{tail}",
        )
        self.status = status


_ADVICE = {
    ("Address already in use", "BindException", "could not bind"): (
        "Cổng đã có chương trình khác dùng; chạy lại để chọn cổng khác.",
        "Its port is taken by another program; run again to get another port.",
    ),
    ("No space left", "Disk quota exceeded", "Check free disk space"): (
        "Ổ đĩa đầy; hãy giải phóng chỗ rồi chạy lại.",
        "The disk is full; free some room and run again.",
    ),
    ("OutOfMemoryError", "Cannot allocate memory", "insufficient memory"): (
        "Không đủ bộ nhớ; hãy đóng bớt chương trình rồi chạy lại.",
        "There is too little memory; close other programs and run again.",
    ),
}


def _advice(tail: str) -> tuple[str, str]:
    for signs, advice in _ADVICE.items():
        if any(sign in tail for sign in signs):
            return advice
    return (
        "Xem các dòng cuối dưới đây; `make clean` bắt đầu lại từ đầu.",
        "Its last lines are below; `make clean` starts over",
    )
