"""Whether a part of a process can do its work, for the readiness probe, the metrics and the log."""

import logging
from threading import Lock

log = logging.getLogger(__name__)


class Health:
    """The state of one part: unready with a reason until it passes.

    `needed`: without this part the process is of no use to whoever would send it work. A part that
    is not needed is told beside the rest, and does not make the process unready.
    """

    def __init__(self, name: str, *, needed: bool = True) -> None:
        self.name = name
        self.needed = needed
        self._reason: str | None = "starting"
        self._has_failed = False
        self._lock = Lock()

    def pass_(self) -> None:
        """Work can be done."""
        with self._lock:
            self._reason = None
            returned, self._has_failed = self._has_failed, False
        if returned:
            log.info("%s works again", self.name, extra={"part": self.name})

    def fail(self, reason: str) -> None:
        """Work cannot be done; said in the log once, until it passes again."""
        with self._lock:
            self._reason = reason
            is_known, self._has_failed = self._has_failed, True
        if not is_known:
            log.warning(
                "%s cannot work: %s", self.name, reason, extra={"part": self.name, "reason": reason}
            )

    @property
    def reason(self) -> str | None:
        """Why work cannot be done, or None."""
        with self._lock:
            return self._reason
