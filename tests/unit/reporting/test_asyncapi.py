import json

import pytest

from reporting.edge import asyncapi, broker
from reporting.settings import ReportingSettings
from tiendo_contracts.reporting import ReportMissed, ReportReturned, ReportSubmitted


@pytest.fixture
def settings() -> ReportingSettings:
    return ReportingSettings.model_validate(
        {
            "database_url": "postgresql://localhost/reporting",
            "kafka_bootstrap_servers": "localhost:9092,localhost:9093",
            "topic_prefix": "staging.",
            "token_issuer": "http://localhost:1",
            "jwks_url": "http://localhost:1/jwks",
        }
    )


def test_document_names_every_event_of_reporting_and_no_other(settings: ReportingSettings) -> None:
    channels = asyncapi(settings)["channels"]
    assert set(channels) == {ReportSubmitted.TYPE, ReportReturned.TYPE, ReportMissed.TYPE}
    assert {channel["address"] for channel in channels.values()} == {"staging.tiendo.reporting.v1"}


def test_document_says_how_a_submitted_report_looks(settings: ReportingSettings) -> None:
    schemas = asyncapi(settings)["components"]["schemas"]
    assert set(schemas["ReportSubmitted"]["properties"]) == set(ReportSubmitted.model_fields)


def test_document_is_plain_json(settings: ReportingSettings) -> None:
    document = asyncapi(settings)
    assert json.loads(json.dumps(document)) == document


def test_edge_consumes_nothing(settings: ReportingSettings) -> None:
    assert not broker(settings).subscribers
