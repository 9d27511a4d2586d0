"""How often Python looks for garbage that only a search finds (cycles)."""

import gc

_YOUNG = 50_000
_GENERATIONS = (_YOUNG, 20, 20)


def collect_rarely() -> None:
    """Look for garbage seldom, and never among what is loaded by now.

    A batch of events is a hundred thousand objects that live as long as the batch and have no
    cycles. By default Python would go through them again and again while they come in, which takes
    as long as reading them does.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GENERATIONS)
