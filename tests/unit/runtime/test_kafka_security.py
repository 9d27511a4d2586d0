import ssl
from pathlib import Path

import pytest
from pydantic import ValidationError

from tiendo_runtime.kafka_security import client_options, security_options
from tiendo_runtime.settings import KafkaSecurity


def _settings(**given: object) -> KafkaSecurity:
    return KafkaSecurity.model_validate(given)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("mật khẩu \n", "utf-8")
    return path


def test_without_settings_clients_speak_plainly() -> None:
    assert client_options("kafka:9092") == {
        "bootstrap_servers": "kafka:9092",
        "security_protocol": "PLAINTEXT",
    }


def test_tls_checks_the_brokers_certificate_and_name() -> None:
    options = security_options(_settings(kafka_security_protocol="SSL"))
    context = options["ssl_context"]
    assert options.keys() == {"security_protocol", "ssl_context"}
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_the_password_comes_from_its_file_without_the_line_end(password: Path) -> None:
    security = _settings(
        kafka_security_protocol="SASL_SSL",
        kafka_sasl_username="tiendo",
        kafka_sasl_password_file=password,
    )
    options = security_options(security)
    assert options["security_protocol"] == "SASL_SSL"
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert options["sasl_plain_username"] == "tiendo"
    assert options["sasl_plain_password"] == "mật khẩu "
    assert "mật khẩu" not in repr(security)


def test_tls_without_a_user_and_a_user_without_tls_are_each_possible(password: Path) -> None:
    security = _settings(
        kafka_security_protocol="SASL_PLAINTEXT",
        kafka_sasl_mechanism="PLAIN",
        kafka_sasl_username="tiendo",
        kafka_sasl_password_file=password,
    )
    assert "ssl_context" not in security_options(security)


@pytest.mark.parametrize("missing", ["kafka_sasl_username", "kafka_sasl_password_file"])
def test_sasl_without_a_user_is_refused_at_start(missing: str, password: Path) -> None:
    given = {"kafka_sasl_username": "tiendo", "kafka_sasl_password_file": str(password)}
    del given[missing]
    with pytest.raises(ValidationError, match="needed with SASL"):
        _settings(kafka_security_protocol="SASL_SSL", **given)


def test_a_file_that_is_not_there_is_refused_at_start() -> None:
    with pytest.raises(ValidationError, match="kafka_ca_file"):
        _settings(kafka_ca_file="/no/such/file")


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert _settings(kafka_ca_file="").kafka_ca_file is None
