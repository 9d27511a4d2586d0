"""One field as read: where it stands, by which rule, and how far it can be trusted.

Confidence is a promise about counting: of all fields given 0.9 or more, at least 98 in 100 are
right. It starts from what the rule has earned on labelled notices and falls below 0.9 with every
doubt. `python -m tests.unit.notices.calibration` prints the table; a test holds it to the promise.
"""

from collections.abc import Iterable

from tiendo_notices.model import Doubt, FieldReading

SURE = 0.9
_DOUBTED = 0.6
_TWICE_DOUBTED = 0.4
_EARNED = {
    "kind.statement": 0.95,
    "kind.led": 0.98,
    "kind.order": 0.95,
    "kind.verb": 0.94,
    "kind.inherited": 0.88,
    "lead.giao": 0.97,
    "lead.asked": 0.94,
    "lead.told-through": 0.92,
    "lead.subject": 0.97,
    "lead.heading": 0.97,
    "lead.inherited": 0.95,
    "lead.directed": 0.85,
    "lead.after-adverbial": 0.92,
    "lead.after-comma": 0.85,
    "lead.agent": 0.92,
    "lead.cell": 0.97,
    "lead.labelled": 0.95,
    "lead.none": 0.5,
    "helpers.phoi-hop": 0.95,
    "helpers.behind": 0.95,
    "helpers.inherited": 0.92,
    "helpers.cell": 0.97,
    "helpers.labelled": 0.95,
    "helpers.bracket": 0.92,
    "helpers.none": 0.96,
    "due.within-days": 0.95,
    "due.on-weekday": 0.93,
    "due.on-day": 0.7,
    "due.bare-period": 0.7,
    "due.from-group": 0.85,
    "due.from-heading": 0.9,
    "due.inherited": 0.93,
    "due.none": 0.96,
    "recurring.none": 0.97,
}
_PLAIN = 0.96


def field_reading(
    name: str, span: tuple[int, int] | None, rule: str, doubts: Iterable[Doubt]
) -> FieldReading:
    """A field with the confidence that its rule and its doubts leave it."""
    about = sum(doubt.field == name for doubt in doubts)
    value = _EARNED.get(rule, _PLAIN)
    if about:
        value = min(value, _DOUBTED if about == 1 else _TWICE_DOUBTED)
    return FieldReading(name, span, rule, value)
