"""Progress lines in both languages, for a terminal or a log file."""

import contextlib
import sys

from rich.console import Console
from rich.markup import escape

_console = Console(highlight=False, soft_wrap=True)
_errors = Console(highlight=False, soft_wrap=True, stderr=True)


def say(vietnamese: str, english: str) -> None:
    """Print one line of progress."""
    _print(_console, f"[green]•[/] {escape(vietnamese)} [dim]/ {escape(english)}[/]")


def fail(error: Exception) -> None:
    """Print why something did not work, on the error stream."""
    _print(_errors, f"[red]✗[/] {escape(str(error))}")


def plain(text: str) -> None:
    """Print text that a program may read: no colour, no wrapping."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def _print(console: Console, text: str) -> None:
    # A closed terminal must not keep the processes behind it from being stopped.
    with contextlib.suppress(OSError):
        console.print(text)
