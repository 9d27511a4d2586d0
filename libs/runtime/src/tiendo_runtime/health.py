"""Whether a part of a process can do its work, for the readiness probe."""

from threading import Lock


class Health:
    """The state of one part: unready with a reason until it passes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._reason: str | None = "starting"
        self._lock = Lock()

    def pass_(self) -> None:
        """Work can be done."""
        with self._lock:
            self._reason = None

    def fail(self, reason: str) -> None:
        """Work cannot be done."""
        with self._lock:
            self._reason = reason

    @property
    def reason(self) -> str | None:
        """Why work cannot be done, or None."""
        with self._lock:
            return self._reason
