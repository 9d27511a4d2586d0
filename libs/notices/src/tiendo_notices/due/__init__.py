"""By when and how often: a small algebra of deadlines.

```
words of an item ──► deadlines.resolve ──► Due: a day, an instant, or why there is none
                        ├── periods   days, months, quarters, halves, years, weeks, days counted
                        └── meetings  bound to a meeting: a typed value, resolved when that is dated
                     recurring.recurrence ──► Recurrence ──► rrules: RFC 5545
```
"Trước ngày D" is D; a period is due on its last day; of two milestones the last counts. A day that
does not exist is refused with the reason, one before the notice is flagged.
"""

from tiendo_notices.due.deadlines import Due, deadlines, resolve, resolve_cell
from tiendo_notices.due.meetings import MeetingBound
from tiendo_notices.due.recurring import Recurrence, recurrence
from tiendo_notices.due.zone import VIETNAM

__all__ = [
    "VIETNAM", "Due", "MeetingBound", "Recurrence", "deadlines", "recurrence", "resolve",
    "resolve_cell",
]  # fmt: skip
