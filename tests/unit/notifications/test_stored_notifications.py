"""Everything stored can be published."""

import pytest
from tests.unit.notifications.stored import AT, new

from notifications.domain import Occasion
from notifications.publishing import publish


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_occasion_can_be_published(occasion: Occasion):
    notification = new(occasion)
    notification.give_up(timestamp=AT)
    contracts = [publish(event) for event in notification.collect_events()]
    assert None not in contracts
