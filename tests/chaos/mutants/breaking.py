"""The product, broken on purpose: small patches, applied to a copy that lies first on PYTHONPATH.

Nothing in the product knows of this. A patch whose text is not found exactly once is an error: then
the product has moved on, and the patch must follow.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tiendo_runtime

_SOURCE = Path(tiendo_runtime.__file__).parent


@dataclass(frozen=True)
class Mutant:
    """A promise that is broken.

    Attributes:
        broken: What it does, in a sentence.
        scene: Where it must be noticed.
        patches: By file of the runtime, what is there and what is put in its place.
    """

    broken: str
    scene: str
    patches: Mapping[str, tuple[str, str]]


class MisfitError(Exception):
    """The product does not have the text that a mutant would change."""


def copy_of(mutant: Mutant, folder: Path) -> Path:
    """Make the broken copy; answers the folder that must stand on PYTHONPATH.

    Raises:
        MisfitError: A patch does not fit any more.
    """
    copy = folder / "tiendo_runtime"
    shutil.copytree(_SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (old, new) in mutant.patches.items():
        file = copy / name
        text = file.read_text("utf-8")
        if text.count(old) != 1:
            raise MisfitError(f"{name} has {text.count(old)} times, not once: {old.strip()!r}")
        file.write_text(text.replace(old, new), "utf-8")
    return folder


MUTANTS: Sequence[Mutant] = (
    Mutant(
        "the position is committed before the rows",
        "killed_while_it_writes",
        {
            "projecting.py": (
                "            positions.move(conn, moves)\n",
                (
                    "            with self.database.transaction() as first:\n"
                    "                positions.move(first, moves)\n"
                ),
            )
        },
    ),
    Mutant(
        "the rows are committed, the position is forgotten",
        "two_owners",
        {"projecting.py": ("            positions.move(conn, moves)\n", "            pass\n")},
    ),
    Mutant(
        "the position is not guarded by the former one",
        "two_owners",
        {
            "positions.py": (
                "        if curs.rowcount != len(steps):\n",
                "        if curs.rowcount > len(steps):\n",
            )
        },
    ),
    Mutant(
        "the sequence's high-water mark is ignored",
        "a_relay_repeats",
        {"sorting.py": ("elif envelope.sequence > highest:", "else:")},
    ),
    Mutant(
        "a key is not looked at when a command is sent again",
        "the_reply_is_lost",
        {"store.py": ("Effects(key, told, moves, parked)", "Effects(None, None, moves, parked)")},
    ),
    Mutant(
        "the relay saves its position before the acknowledgements",
        "nothing_is_acknowledged",
        {
            "relay.py": (
                "                lease = await self._send(producer, page, saving)\n",
                (
                    "                saving = self._saving(await saving, page.last)\n"
                    "                lease = await self._send(producer, page, saving)\n"
                ),
            )
        },
    ),
    Mutant(
        "a relay ignores that its epoch is over",
        "the_leader_wakes_up",
        {
            "relay.py": (
                '                " WHERE epoch = %s AND set_config',
                '                " WHERE epoch >= %s AND set_config',
            )
        },
    ),
    Mutant(
        "the lock on the event table is taken away",
        "writers_come_out_of_order",
        {
            "migrations/0004_saving.sql": (
                "        LOCK TABLE stored_events IN EXCLUSIVE MODE;\n",
                "",
            )
        },
    ),
    Mutant(
        "an event is parked, its key is not blocked",
        "an_event_cannot_be_read",
        {
            "sorting.py": (
                "    if waiting and (raw.partition.topic, raw.key) in waiting:\n",
                "    if not waiting and (raw.partition.topic, raw.key) in waiting:\n",
            )
        },
    ),
    Mutant(
        "the letter that an event is parked behind is looked at, but not held",
        "the_last_letter_is_retried",
        {"deadletters/parking.py": (" LIMIT 1 FOR SHARE',\n", " LIMIT 1',\n")},
    ),
    Mutant(
        "a projector does not see that readers have left its build",
        "readers_got_another_build",
        {
            "versions.py": (
                "    if held.rowcount != 1:\n        raise SwitchedError",
                "    if held.rowcount > 1:\n        raise SwitchedError",
            )
        },
    ),
    Mutant(
        "events are parked behind letters that are gone",
        "the_only_letter_is_discarded",
        {
            "deadletters/parking.py": (
                "    if free:\n        raise ReleasedError(free)\n",
                "    if free and not letters:\n        raise ReleasedError(free)\n",
            )
        },
    ),
    Mutant(
        "a fault that passes is taken for a fault of the event",
        "the_database_breaks_off",
        {
            "applying.py": (
                "MAY_PASS = (DatabaseAwayError, VersionConflictError,",
                "MAY_PASS = (VersionConflictError,",
            )
        },
    ),
    Mutant(
        "counters forget where a row was counted before",
        "it_is_claimed",
        {"folding.py": ("                    found[before] -= 1\n", "")},
    ),
    Mutant(
        "a lost race is skipped, not decided again",
        "a_race_is_lost",
        {
            "store.py": (
                (
                    "            except VersionConflictError:\n"
                    "                if attempt == _RACES:\n"
                    "                    raise\n"
                ),
                "            except VersionConflictError:\n                return result\n",
            )
        },
    ),
    Mutant(
        "whoever is saved together with one that is refused is refused as well",
        "one_of_many_is_refused",
        {
            "together.py": (
                "if len(group) > 1 and self._harmless(error):",
                "if len(group) > 1 and not self._harmless(error):",
            )
        },
    ),
)
