from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.connected.assignments.conftest import prepared
from tests.connected.assignments.running import Served

from tiendo_local.platform import Platform


@pytest.fixture
def stopped(platform: Platform, tmp_path: Path) -> Iterator[Served]:
    """A service with its database and topics, not running yet."""
    yield from prepared(platform, tmp_path)
