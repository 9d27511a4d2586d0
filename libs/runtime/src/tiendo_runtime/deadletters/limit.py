"""When too many records fail."""

from collections import deque

_WINDOW = 1000
_LEAST = 20
_SHARE = 0.1


class TooManyDeadLettersError(RuntimeError):
    """So many recent events failed that the fault is not in the events; the consumer stops."""


class Limit:
    """Stops a consumer before too large a share of its recent events is parked.

    `lately` is what a process before this one parked: a restart does not give a fresh start to a
    fault that is not in the events.
    """

    def __init__(self, lately: int = 0) -> None:
        self._recent: deque[bool] = deque([True] * min(lately, _LEAST - 1), maxlen=_WINDOW)

    def check(self, handled: int, failed: int) -> None:
        """See that a batch may be parked as it stands.

        Raises:
            TooManyDeadLettersError: Over a tenth of the last 1,000 events, and at least 20.
        """
        if not failed:
            return
        bad, of = sum(self._recent) + failed, len(self._recent) + handled + failed
        if bad >= _LEAST and bad > _SHARE * of:
            raise TooManyDeadLettersError(
                f"{bad} of the last {of} events failed: the fault is not in the events. Look at"
                " `tiendo ops deadletters list`, mend the cause, then restart this process;"
                " nothing was skipped, and what is parked already can be retried"
            )

    def count(self, handled: int, failed: int) -> None:
        """Take note of a batch that was handled."""
        self._recent.extend([False] * min(handled, _WINDOW) + [True] * min(failed, _WINDOW))
