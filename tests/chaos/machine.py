"""How much room the machine has left."""

from pathlib import Path

_STAT = Path("/proc/stat")


class Processors:
    """The machine's processors, from now on; Linux only (proc(5))."""

    def __init__(self) -> None:
        self._begun = _ticks()

    def busy(self) -> float:
        """The share of time in which they worked; work at lower priority (nice) gives way."""
        spent = [now - begun for now, begun in zip(_ticks(), self._begun, strict=True)]
        _, nice, _, idle, waiting = spent[:5]
        return 1 - (nice + idle + waiting) / max(sum(spent), 1)


def _ticks() -> list[int]:
    return [int(ticks) for ticks in _STAT.read_text().partition("\n")[0].split()[1:9]]
