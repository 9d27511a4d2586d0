"""Plays one scene.

Run as `python -m tests.chaos.mutants.scenes NAME`, with the product as it is or with a mutant of it
first on PYTHONPATH. The exit status is 0 if everything held, 3 if a check noticed something (which
is told), and anything else if the scene could not be played.
"""

import sys
import time
from collections.abc import Callable, Mapping

from tests.chaos.mutants.ground import NoticedError
from tests.chaos.mutants.scenes import projecting, relaying, saving

SCENES: Mapping[str, Callable[[], None]] = {
    scene.__name__: scene
    for scene in (
        projecting.killed_while_it_writes,
        projecting.a_relay_repeats,
        projecting.two_owners,
        projecting.readers_got_another_build,
        projecting.it_is_claimed,
        projecting.an_event_cannot_be_read,
        projecting.the_last_letter_is_retried,
        projecting.the_only_letter_is_discarded,
        projecting.the_database_breaks_off,
        saving.the_reply_is_lost,
        saving.writers_come_out_of_order,
        saving.a_race_is_lost,
        saving.one_of_many_is_refused,
        relaying.nothing_is_acknowledged,
        relaying.the_leader_wakes_up,
    )
}


def main(name: str) -> int:
    """Play a scene; answers the exit status."""
    begun = time.monotonic()
    try:
        SCENES[name]()
    except NoticedError as noticed:
        sys.stdout.write(f"{noticed}\n")
        return 3
    sys.stdout.write(f"held, {time.monotonic() - begun:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
