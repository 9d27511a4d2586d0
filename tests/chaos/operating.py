"""What an operator types: `tiendo ops …`, in a process of its own."""

import subprocess
import sys
import time

from tests.chaos.crew import ROOT, Crew, end_group

_PATIENCE_SECONDS = 240.0


class OperatorError(Exception):
    """A command did not do what it was for; the message holds the end of what it said."""


def ops(crew: Crew, *arguments: str, killed_after: float | None = None) -> str:
    """Run a command to its end, or kill it with -9 after some seconds; answers what it said.

    Raises:
        OperatorError: It ended with an error, or not at all.
    """
    command = [sys.executable, "-m", "tiendo_runtime", "ops", *arguments]
    with subprocess.Popen(
        command,
        env=crew.operators_environment(),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            said, _ = running.communicate(timeout=killed_after or _PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            end_group(running.pid)
            said, _ = running.communicate()
            if killed_after is not None:
                return said
            raise OperatorError(f"{' '.join(arguments)} does not end: {said[-300:]}") from None
        except BaseException:
            end_group(running.pid)
            raise
    if running.returncode != 0:
        raise OperatorError(f"{' '.join(arguments)}: {running.returncode}: {said[-700:]}")
    return said


def again_until_done(crew: Crew, *arguments: str, seconds: float) -> int:
    """Kill a command after some seconds, then run it to its end; answers how often it was begun."""
    begun = time.monotonic()
    ops(crew, *arguments, killed_after=seconds)
    if time.monotonic() - begun < seconds:
        return 1  # it was done before
    ops(crew, *arguments)
    return 2
