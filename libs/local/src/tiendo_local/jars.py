"""Kafka's jars: each pinned by coordinate and SHA-256 in `kafka.lock`."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

VERSION = "4.2.0"
FOLDER = f"kafka-{VERSION}"
_LOCK = "kafka.lock"


@dataclass(frozen=True)
class Jar:
    """One pinned file."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Name of the file in the cache."""
        return f"{self.artifact}-{self.version}.jar"


def classpath(cache: Path) -> str:
    """Return Kafka's class path, downloading what is not in the cache.

    Raises:
        DownloadError: A jar could not be had, or is not the one that is pinned.
    """
    folder = cache / FOLDER
    jars = list(locked())
    missing = [jar for jar in jars if not (folder / jar.file_name).exists()]
    if missing:
        from tiendo_local import maven  # noqa: PLC0415 - slow to import, needed once

        maven.download(missing, folder)
    return ":".join(str(folder / jar.file_name) for jar in jars)


def locked() -> Iterator[Jar]:
    """Return the pins, Kafka itself first."""
    for line in files("tiendo_local").joinpath(_LOCK).read_text().splitlines():
        coordinate, digest = line.split()
        yield Jar(*coordinate.split(":"), sha256=digest.removeprefix("sha256:"))
