"""A receiver whose network follows a script, and messages to send it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tiendo_contracts.publisher import Accepted, Message, Outcome, Refused, Unsent
from tiendo_contracts.refusals import refusal

AT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


def message(number: int, subject: str = "a", size: int = 2) -> Message:
    """A message whose id is its number."""
    return Message(
        id=str(number), source="/s", type="t", subject=subject, time=AT, value=b"x" * size
    )


@dataclass(frozen=True)
class Call:
    """What happens to one call: how far it gets, and whether the answer comes back."""

    arrive: int = 1_000_000
    answered: int = 1_000_000


ALL = Call()
NONE = Call(0, 0)
LOST_ANSWER = Call(answered=0)


@dataclass
class ScriptedSender:
    """Sends each subject's messages in order; then takes all calls when the script has ended."""

    calls: Iterator[Call]
    refuses: frozenset[str] = frozenset()
    log: list[Message] = field(default_factory=list[Message])
    pages: list[int] = field(default_factory=list[int])
    accepted: asyncio.Queue[str] = field(default_factory=asyncio.Queue[str])

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        call = next(self.calls, ALL)
        self.pages.append(len(messages))
        counts: dict[str, int] = {}
        outcomes: list[Outcome] = []
        for one in messages:
            place = counts[one.subject] = counts.get(one.subject, 0) + 1
            if place <= call.arrive and one.id not in self.refuses:
                self.log.append(one)
            if place > min(call.arrive, call.answered):
                outcomes.append(Unsent("the line is cut"))
            elif one.id in self.refuses:
                outcomes.append(Refused((refusal("unknown_type", "/type"),)))
            else:
                outcomes.append(Accepted())
                self.accepted.put_nowait(one.id)
        return outcomes

    def taken(self) -> list[Message]:
        """What a receiver has that knows repeats by their id."""
        return list(dict.fromkeys(self.log))
