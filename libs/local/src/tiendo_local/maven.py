"""Fetches Kafka's jars by jgo, without Maven or a Java of the machine."""

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext
from jgo.parse import Endpoint
from requests import RequestException

from tiendo_local.console import say
from tiendo_local.errors import DownloadError
from tiendo_local.jars import VERSION, Jar

_ENDPOINT = f"org.apache.kafka:kafka_2.13:{VERSION}"
# Kafka's distribution adds this binding for its log; its artefact does not ask for it.
_LOGGING = ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.3")
_AT_ONCE = 6


def download(jars: list[Jar], folder: Path) -> None:
    """Fetch jars into a folder, each only if it is the pinned one.

    Raises:
        DownloadError: A jar could not be had, or is not the one that is pinned.
    """
    say(f"Đang tải Apache Kafka {VERSION} (43 MB)", f"Downloading Apache Kafka {VERSION}")
    context = _context(folder / "download")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = [pool.submit(_fetch, context, jar, folder) for jar in jars]
        try:
            for done, result in enumerate(as_completed(waiting), 1):
                result.result()
                if done % 15 == 0 or done == len(jars):
                    say(f"  {done}/{len(jars)} tệp", f"{done}/{len(jars)} files")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    shutil.rmtree(folder / "download", ignore_errors=True)


def _fetch(context: MavenContext, jar: Jar, folder: Path) -> None:
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    try:
        path = component.artifact().resolve()
    except (RequestException, RuntimeError, OSError) as error:
        raise _unreachable(jar, error) from error
    if _sha256(path) != jar.sha256:
        path.unlink()
        raise DownloadError(
            f"{jar.file_name} tải về không đúng bản đã ghim. Kiểm tra mạng hoặc proxy.",
            f"{jar.file_name} is not the pinned file. Check the network or the proxy.",
        )
    path.replace(folder / jar.file_name)


def _unreachable(jar: Jar, error: Exception) -> DownloadError:
    if isinstance(error, OSError) and "No space left" in str(error):
        return DownloadError(
            "Ổ đĩa đầy; hãy giải phóng chỗ rồi chạy lại.",
            "The disk is full; free some room and run again.",
        )
    return DownloadError(
        f"Không tải được {jar.file_name}. Kiểm tra mạng hoặc proxy (HTTPS_PROXY). Lỗi: {error}",
        f"{jar.file_name} was not downloaded. Check the network or the proxy (HTTPS_PROXY).",
    )


def write_lock(path: Path, cache: Path) -> None:
    """Resolve Kafka's dependencies anew and write the pins."""
    context = _context(cache / "resolve")
    wanted = [replace(part, scope="compile") for part in Endpoint.parse(_ENDPOINT).coordinates]
    direct, further = context.resolver.resolve([context.create_dependency(c) for c in wanted])
    needed = [*direct, *(item for item in further if item.scope in {"compile", "runtime"})]
    artifacts = [item.artifact for item in needed]
    artifacts.append(context.project(*_LOGGING[:2]).at_version(_LOGGING[2]).artifact())
    lines = [
        f"{a.groupId}:{a.artifactId}:{a.version} sha256:{_sha256(a.resolve())}" for a in artifacts
    ]
    path.write_text("\n".join(lines) + "\n")


def _context(repository: Path) -> MavenContext:
    repository.mkdir(parents=True, exist_ok=True)
    return MavenContext(repo_cache=repository, remote_repos={"central": MAVEN_CENTRAL_URL})


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
