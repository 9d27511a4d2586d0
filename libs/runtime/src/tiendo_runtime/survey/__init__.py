"""The whole system as its databases and Kafka tell it, whether its processes are up or not.

`look` gathers, `troubles` judges (pure): what needs a person, and what to do about it.
"""

from tiendo_runtime.survey.judging import Trouble, troubles
from tiendo_runtime.survey.looking import look
from tiendo_runtime.survey.state import ServiceState, State
from tiendo_runtime.survey.topics import Difference, differences

__all__ = [
    "Difference",
    "ServiceState",
    "State",
    "Trouble",
    "differences",
    "look",
    "troubles",
]
