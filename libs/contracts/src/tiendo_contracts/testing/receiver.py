"""A receiver in memory that takes and refuses what the real one does."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tiendo_contracts.base import Contract
from tiendo_contracts.checking import Incoming, RefusedError, check_binary
from tiendo_contracts.publisher import Accepted, Message, Outcome, Refused, Unsent
from tiendo_contracts.refusals import Refusal

_INGEST = "ingest"
_NOT_YOURS = Refusal(
    code="not_yours_to_publish",
    path="/type",
    vi="Loại sự kiện này chỉ do dịch vụ của Tiến Độ phát hành; nguồn khác không gửi được.",
    en="Events of this type are published by a service of Tiến Độ alone; no source may send them.",
)
_REUSED = Refusal(
    code="id_reused",
    path="/id",
    vi="Đã nhận một sự kiện khác với cùng source và id: mỗi sự kiện cần một id riêng.",
    en="Another event came with the same source and id before: each event needs an id of its own.",
)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - as the real receiver's clock


class FakeReceiver:
    """Takes messages as a `Sender` does, and keeps what it took.

    Events are checked by the same code as in the real ingest, and repeats are known by `source` and
    `id`. What a source is registered for nobody knows here.

    Attributes:
        accepted: What was taken, in order, each once.
        is_away: While it is true, nothing is taken and all is unsent, as if nobody answered.
    """

    def __init__(self, *, now: Callable[[], datetime] = _now) -> None:
        self.accepted: list[Incoming] = []
        self.is_away = False
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
        if incoming.data.OWNER != _INGEST:
            return Refused((_NOT_YOURS,))
        known = self._known.setdefault((incoming.source, incoming.id), incoming)
        if known is incoming:
            self.accepted.append(incoming)
            return Accepted()
        if (known.type, known.time, known.data) == (incoming.type, incoming.time, incoming.data):
            return Accepted(repeated=True)
        return Refused((_REUSED,))
