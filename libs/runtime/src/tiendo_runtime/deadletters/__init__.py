"""Records that could not be handled, parked in order.

A record that fails, and every later one of its key, waits here together with the position, so that
other keys go on and no key is overtaken by itself. Transient failures never park anything. A person
retries a key, in order, or discards a letter (`tiendo ops deadletters`).
"""

from tiendo_runtime.deadletters.letters import Letter, Wanted, listing
from tiendo_runtime.deadletters.limit import Limit, TooManyDeadLettersError
from tiendo_runtime.deadletters.parking import (
    LetterGoneError,
    Parked,
    ReleasedError,
    discarded,
    lately,
    park,
    waiting_keys,
)

__all__ = [
    "Letter",
    "LetterGoneError",
    "Limit",
    "Parked",
    "ReleasedError",
    "TooManyDeadLettersError",
    "Wanted",
    "discarded",
    "lately",
    "listing",
    "park",
    "waiting_keys",
]
