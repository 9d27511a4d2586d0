"""A rebuild gives what the live fold gave, beside it, and readers get it in one step."""

import asyncio

import pytest
from tests.connected.runtime.sampled import Sampled, builds, contents
from tests.connected.runtime.workshop import rows

from tiendo_local.testing import Broker


@pytest.fixture
def sampled(database_url: str, kafka: Broker) -> Sampled:
    made = Sampled(database_url, kafka)
    asyncio.run(made.prepare())
    return made


def test_a_rebuild_gives_the_rows_that_the_live_fold_gave(sampled: Sampled) -> None:
    history = sampled.history(300)
    unit = sampled.units[0]
    history += [sampled.renamed(unit, value=b"{}"), sampled.renamed(unit), *sampled.history(50)]
    asyncio.run(sampled.lived(*history))

    report = sampled.rebuild()
    assert report.is_switched
    assert report.comparison is not None
    assert (report.comparison.differences, report.uncompared) == (0, "")
    assert report.events == len(history)
    assert builds(sampled.url) == {"sample_v1": "kept", "sample_v1_2": "live"}
    old, new = contents(sampled.url, "sample_v1"), contents(sampled.url, "sample_v1_2")
    assert old == new
    assert all(old.values())
    assert report.rows == {table: len(found) for table, found in new.items()}
    letters = rows(
        sampled.url, 'SELECT topic, "offset", code FROM dead_letters WHERE consumer = %s'
        " ORDER BY 1, 2", "sample_v1_2",
    )  # fmt: skip
    assert [code for *_, code in letters][:2] == ["malformed", "behind"]
    assert letters == rows(
        sampled.url, 'SELECT topic, "offset", code FROM dead_letters WHERE consumer = %s'
        " ORDER BY 1, 2", "sample_v1",
    )  # fmt: skip
