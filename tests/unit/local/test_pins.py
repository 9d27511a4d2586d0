import re
from pathlib import Path

from tiendo_local import jars

ROOT = Path(__file__).resolve().parents[3]


def test_every_jar_of_kafka_is_pinned_by_its_content():
    pins = list(jars.locked())
    assert any(jar.artifact == "kafka_2.13" and jar.version == jars.VERSION for jar in pins)
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in pins)


def test_the_locks_name_no_registry():
    names = ["requirements.lock", "package-lock.json", "libs/local/src/tiendo_local/kafka.lock"]
    names += ["docs/samples/node/package-lock.json", "docs/samples/go/go.sum"]
    assert [name for name in names if names_a_host((ROOT / name).read_text())] == []


def names_a_host(lock: str) -> bool:
    """Whether an address stands in a lock, but for those where npm notes who takes donations."""
    return re.search(r"https?://", re.sub(r'"url": "https?://[^"]*"', "", lock)) is not None
