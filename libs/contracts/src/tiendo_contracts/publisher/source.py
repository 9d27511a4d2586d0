"""Who publishes: makes checked messages of typed events."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4  # noqa: TID251 - the publisher's own ids enter here alone

from tiendo_contracts.attributes import bad
from tiendo_contracts.base import Contract
from tiendo_contracts.checking import RefusedError, check_binary
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.publisher.message import Message


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the publisher's own clock enters here alone


def _new_id() -> str:
    return str(uuid4())


class Source:
    """A system that publishes, under the name that it is registered for.

    Args:
        name: The CloudEvents `source`, for example `/hocvien/lms`.
        now: Tells the present instant, with a zone.
        new_id: Makes an id that was never given before.
    """

    def __init__(
        self,
        name: str,
        *,
        now: Callable[[], datetime] = _now,
        new_id: Callable[[], str] = _new_id,
    ) -> None:
        self.name = name
        self._now = now
        self._new_id = new_id

    def message(
        self,
        event: Contract,
        *,
        id: str = "",  # noqa: A002 - as CloudEvents names it
        time: datetime | None = None,
        traceparent: str = "",
    ) -> Message:
        """Make the message of an event, checked as its receiver will check it.

        Args:
            event: What happened.
            id: A fresh one where it is left out. Who may make the same message twice, because it
                reads its own records again after a crash, derives both `id` and `time` from them:
                receivers take one event of an id, and refuse another one of the same id.
            time: When it was recorded, with a zone; now where it is left out.
            traceparent: The W3C trace context to go on with; `TraceContextTextMapPropagator` of
                OpenTelemetry writes it.

        Raises:
            RefusedError: It would not be taken; tells all that is wrong.
        """
        if time is not None and time.utcoffset() is None:
            raise RefusedError([bad("time", "thiếu múi giờ", "it has no zone")])
        now = self._now()
        message = Message(
            id=id or self._new_id(),
            source=self.name,
            type=event.TYPE,
            subject=event.key().decode(),
            time=time or now,
            value=encode(event),
            traceparent=traceparent,
        )
        check_binary(message.headers(), message.value, "ce_", now=now)
        return message
