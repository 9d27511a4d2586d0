"""For the tests of those who publish: valid events, and a receiver that needs no network.

    receiver = FakeReceiver()
    await drain(outbox, receiver)
    assert receiver.events == [valid(IndicatorMeasured, value="12")]

Both stand on the code that the real ingest uses.
"""

from tiendo_contracts.testing.factories import valid
from tiendo_contracts.testing.receiver import FakeReceiver

__all__ = ["FakeReceiver", "valid"]
