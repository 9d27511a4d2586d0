"""The relay, killed and frozen."""

from tests.chaos.mutants.ground import Ground, must, seen_within, until
from tests.chaos.mutants.scenes.deciding import check_log, register, sent, store_of
from tests.chaos.progress import probe

from tiendo_contracts.units import UnitRegistered


def nothing_is_acknowledged() -> None:
    """Kafka does not take an event; the relay is killed over it, and another goes on."""
    with Ground.of("assignments") as ground:
        ground.topics()
        relay = ground.start("relay").ready()
        ground.refuse(UnitRegistered.TOPIC, over=1)
        store = store_of(ground)
        register(store, "first")
        store.close()
        until(
            lambda: ground.one("SELECT position FROM relay") or probe(relay.url),
            "a relay that has saved its position, or says that it cannot send",
        )
        relay.kill()
        ground.refuse(UnitRegistered.TOPIC, over=1_000_000)
        ground.start("relay")
        sent(ground, 1)
        check_log(ground)


def the_leader_wakes_up() -> None:
    """A relay sleeps longer than its lease; another leads when it wakes up."""
    with Ground.of("assignments") as ground:
        ground.topics()
        store = store_of(ground)
        first = ground.start("relay").ready()
        until(lambda: ground.one("SELECT epoch FROM relay") == 1, "a leader")
        first.freeze()
        ground.start("relay")
        until(lambda: ground.one("SELECT epoch FROM relay") == 2, "another leader")
        register(store, "second")
        store.close()
        sent(ground, 1)
        first.wake()
        back = seen_within(3.0, lambda: ground.one("SELECT position FROM relay"), lambda at: at < 1)
        must(back is None, f"the former leader moved the position back to {back}")
        check_log(ground)
