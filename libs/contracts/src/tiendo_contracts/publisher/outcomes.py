"""What became of a message that was handed to a sender."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tiendo_contracts.publisher.message import Message
from tiendo_contracts.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is stored where it went to: the publisher's part is done.

    `receipt` is the id of the receipt, where the receiver gives one. `repeated` tells that the
    receiver had it already.
    """

    receipt: str = ""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not taken as it is: sending it again does not help.

    The receiver keeps it with these reasons, where it gives a `receipt`.
    """

    refusals: tuple[Refusal, ...]
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Unsent:
    """Nobody said that it is stored: send it again, no sooner than after so many seconds."""

    reason: str
    retry_after: float = 0.0


Outcome = Accepted | Refused | Unsent


class Sender(Protocol):
    """A way to the receiver."""

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Send messages; tell what became of each, in their order.

        Messages of one subject go in order, and none goes behind one of them that is unsent. What
        the network does is an outcome, never an exception.
        """
        ...
