"""Each service is killed while the story of the stage is played; see also tests/chaos."""

import pytest
from tests.e2e.played import Played

pytestmark = pytest.mark.timeout(420)


def test_nothing_was_lost_or_doubled_when_each_service_was_killed(played: Played):
    assert played.kills == dict.fromkeys(played.stage.urls, 1)
    assert played.wrong == []
