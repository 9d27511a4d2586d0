"""Sources, which may publish, and what was accepted of them.

A source is a system of another organisation. What it may do is decided once, by an operator, and
stays on record. An accepted event is that organisation's fact: nothing is decided about it here
any more, so it is stored as the next event of its subject, in order, and never folded.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from msgspec import Raw

from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event

_SOURCES = UUID("2f0b2f0a-6f0d-5a8e-9c1b-7d6a3f9e4c21")
_NAME = re.compile("[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
_URI = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2}){1,200}")
_OURS = "/tiendo/"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a source is and may do.

    `uri` is the `source` of all its events, `subject` the `sub` of its tokens. It may publish the
    `types` about the `units` and about everything that stands below the unit `below`.
    """

    uri: str
    subject: str
    types: tuple[str, ...]
    units: tuple[UUID, ...]
    below: UUID | None


def source_id(name: str) -> UUID:
    """The id of the source of a name: derived, so that there is only one."""
    return uuid5(_SOURCES, name)


class Source(Aggregate, topic="ingest.Source"):
    """A system that may publish; its name also names its topic for what it sends over Kafka."""

    class Registered(Aggregate.Created):
        """It may publish from now on."""

        name: str
        grant: Grant

    class Changed(Aggregate.Event):
        """It may do something else from now on; also after it had been removed."""

        grant: Grant

    class Removed(Aggregate.Event):
        """It may publish nothing any more; what it published stays."""

    def __init__(self, *, name: str, grant: Grant) -> None:
        self.name = name
        self.grant = grant
        self.is_removed = False

    @classmethod
    def register(cls, name: str, grant: Grant, *, timestamp: datetime) -> Self:
        """A new source.

        Raises:
            RuleError: `bad_name`, `bad_uri`, `our_uri` or `no_units`.
        """
        if not _NAME.fullmatch(name):
            raise RuleError("bad_name", path="/name")
        _check(grant)
        return cls._create(
            cls.Registered, id=source_id(name), timestamp=timestamp, name=name, grant=grant
        )

    def change(self, grant: Grant, *, timestamp: datetime) -> None:
        """Let it do this from now on; what it may do already records nothing.

        Raises:
            RuleError: As `register`.
        """
        _check(grant)
        if self.is_removed or grant != self.grant:
            self._change(grant=grant, timestamp=timestamp)

    @event(Changed)
    def _change(self, *, grant: Grant, timestamp: datetime) -> None:
        self.grant = grant
        self.is_removed = False

    def remove(self, *, timestamp: datetime) -> None:
        """Let it publish nothing any more.

        Raises:
            ConflictError: `source_removed`: it was removed before.
        """
        if self.is_removed:
            raise ConflictError("source_removed", name=self.name)
        self._remove(timestamp=timestamp)

    @event(Removed)
    def _remove(self, *, timestamp: datetime) -> None:
        self.is_removed = True


def _check(grant: Grant) -> None:
    if not _URI.fullmatch(grant.uri):
        raise RuleError("bad_uri", path="/uri")
    if grant.uri.startswith(_OURS):
        raise RuleError("our_uri", path="/uri")
    if not grant.units and grant.below is None:
        raise RuleError("no_units", path="/units")


class Subject(Aggregate, topic="ingest.Subject"):
    """What accepted events are about: the key that their order is kept for. Never loaded."""

    class Accepted(Aggregate.Event):
        """An event of a source was accepted; the timestamp says when.

        `source`, `event_id` and `time` are its own attributes; `value` is its data, as JSON.
        """

        source: str
        event_id: str
        type: str
        time: datetime
        value: Raw
