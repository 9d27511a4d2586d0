"""For the tests of those who publish: valid events, and a receiver that needs no network.

receiver = FakeReceiver()
await drain(outbox, receiver)
assert receiver.events == [valid(ReportSubmitted, period="2026-W50")]
"""

from tiendo_contracts.testing.factories import valid
from tiendo_contracts.testing.receiver import FakeReceiver

__all__ = ["FakeReceiver", "valid"]
