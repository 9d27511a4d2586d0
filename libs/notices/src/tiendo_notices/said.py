"""What one item says about units: who leads, who helps, and why."""

from dataclasses import dataclass, field, replace

from tiendo_notices.text import small
from tiendo_notices.units import Mention


@dataclass(slots=True)
class Actors:
    """What one item says about units.

    `begins` is where the order begins (behind "Về …:"), `after` where the words behind the first
    lead begin. `doubts` are codes.
    """

    leads: list[Mention] = field(default_factory=list[Mention])
    helpers: list[Mention] = field(default_factory=list[Mention])
    rules: list[str] = field(default_factory=list[str])
    doubts: list[str] = field(default_factory=list[str])
    after: int = 0
    begins: int = 0

    @property
    def ordered(self) -> bool:
        """Whether a lead is told to act by "giao", "đề nghị" … and not only by its verb."""
        return any(rule in ("lead.giao", "lead.asked") for rule in self.rules)

    @property
    def helps_only(self) -> bool:
        """Whether helpers are named but no lead: the lead stands in a heading."""
        return bool(self.helpers) and not self.leads

    def moved(self, by: int) -> "Actors":
        """The same, for words that begin `by` letters earlier."""
        return Actors(
            leads=[replace(m, start=m.start + by, end=m.end + by) for m in self.leads],
            helpers=[replace(m, start=m.start + by, end=m.end + by) for m in self.helpers],
            rules=self.rules,
            doubts=self.doubts,
            after=self.after + by,
            begins=self.begins + by,
        )

    def below(self) -> "Actors":
        """The same under a heading that names the lead.

        A bracket then only explains, somebody without a unit is whom the lead must find, and who is
        directed acts for the lead.
        """
        persons = bool(self.leads) and all(m.doubt == "lead.person" for m in self.leads)
        by = [rule for rule in self.rules if rule.startswith("lead.")]
        through = bool(by) and set(by) == {"lead.told-through"}
        if "lead.bracket" not in by and not persons and not through:
            return self
        return Actors(
            helpers=self.helpers,
            rules=[rule for rule in self.rules if rule not in _NO_LEAD_BELOW],
            doubts=[code for code in self.doubts if code != "lead.bracket"],
            after=self.begins,
            begins=self.begins,
        )

    def lead_names(self) -> tuple[str, ...]:
        """Names of the leads, each once, as printed."""
        return _names(self.leads)

    def helper_names(self) -> tuple[str, ...]:
        """Names of the helpers that can be looked up and do not lead."""
        leads = {small(m.name) for m in self.leads}
        return _names([m for m in self.helpers if not m.vague and small(m.name) not in leads])


_NO_LEAD_BELOW = ("lead.bracket", "lead.told-through")


def _names(mentions: list[Mention]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for mention in mentions:
        seen.setdefault(small(mention.name), mention.name)
    return tuple(seen.values())
