"""Sample notices of our own writing, for tests, demos and the manual; none of them is real."""

from importlib.resources import files

NAMES = ("party", "state")


def sample(name: str) -> str:
    """The text of a sample notice.

    Args:
        name: `party` (a central steering committee) or `state` (an office of a people's committee).

    Raises:
        KeyError: No sample has this name.
    """
    if name not in NAMES:
        raise KeyError(name)
    return files(__name__).joinpath(f"sample-{name}.txt").read_text(encoding="utf-8")
