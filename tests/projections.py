"""Every projection of the product, with the package whose service has it."""

from monitoring.views.board import BOARD
from tiendo_runtime.projection import Projection

OF_SERVICES: tuple[tuple[str, Projection], ...] = (("monitoring", BOARD),)
EVERY = [projection for _, projection in OF_SERVICES]
