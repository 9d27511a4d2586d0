"""A receiver in memory that takes and refuses what the real one does."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import is_open
from tiendo_contracts.checking import Incoming, RefusedError, check_binary
from tiendo_contracts.publisher import Accepted, Message, Outcome, Refused, Unsent
from tiendo_contracts.refusals import Refusal, refusal
from tiendo_contracts.registration import Registration


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - as the real receiver's clock


class FakeReceiver:
    """Takes messages as a `Sender` does, and keeps what it took.

    Events are checked by the same code as in the real ingest, and repeats are known by `source` and
    `id`. Given a registration, what that source may not send is refused as well; without one, only
    what no source may.

    Attributes:
        accepted: What was taken, in order, each once.
        is_away: While it is true, nothing is taken and all is unsent, as if nobody answered.
    """

    def __init__(
        self, registration: Registration | None = None, *, now: Callable[[], datetime] = _now
    ) -> None:
        self.accepted: list[Incoming] = []
        self.is_away = False
        self._registration = registration
        self._now = now
        self._known: dict[tuple[str, str], Incoming] = {}

    @property
    def events(self) -> list[Contract]:
        """The data of what was taken, in order."""
        return [incoming.data for incoming in self.accepted]

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Take messages; see `Sender.send`."""
        return [self._take(message) for message in messages]

    def _take(self, message: Message) -> Outcome:
        if self.is_away:
            return Unsent("the receiver is away")
        try:
            incoming = check_binary(message.headers(), message.value, "ce_", now=self._now())
        except RefusedError as error:
            return Refused(error.refusals)
        if (why := self._may_not(incoming)) is not None:
            return Refused((why,))
        known = self._known.setdefault((incoming.source, incoming.id), incoming)
        if known is incoming:
            self.accepted.append(incoming)
            return Accepted()
        if (known.type, known.time, known.data) == (incoming.type, incoming.time, incoming.data):
            return Accepted(repeated=True)
        return Refused((refusal("id_reused", "/id"),))

    def _may_not(self, incoming: Incoming) -> Refusal | None:
        if self._registration is not None:
            return self._registration.refusal(incoming)
        contract = type(incoming.data)
        if is_open(contract):
            return None
        return refusal("not_yours_to_publish", "/type", owner=contract.OWNER)
