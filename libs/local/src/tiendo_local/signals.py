"""Ctrl-C, SIGTERM and a closed terminal all mean: stop in order, and do not be hurried."""

import contextlib
import signal
import threading
from collections.abc import Generator
from types import FrameType

_MEANT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def as_interrupt() -> Generator[None]:
    """Raise KeyboardInterrupt at the first of the signals and ignore those that follow."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        for number in _MEANT:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, leave) for number in _MEANT}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def ignored() -> Generator[None]:
    """Let nothing cut short what runs inside; does nothing outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _MEANT}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
