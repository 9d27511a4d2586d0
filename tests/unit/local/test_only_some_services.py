import pytest
from typer.testing import CliRunner

from tiendo_local.cli import app


@pytest.mark.parametrize("language", ["Không có dịch vụ bogus", "There is no service bogus"])
def test_a_service_that_is_not_there_is_said_before_anything_starts(language: str):
    done = CliRunner().invoke(app, ["up", "--only", "ingest", "--only", "bogus"])
    assert done.exit_code == 1
    assert language in done.stderr
