"""Whatever the network does, each subject arrives in order, and nothing is lost or made up."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contracts.publisher.scripted import Call, ScriptedSender, message

from tiendo_contracts.publisher import Message, Outbox, drain

subjects = st.lists(st.sampled_from("abc"), max_size=12)
calls = st.builds(Call, arrive=st.integers(0, 4), answered=st.integers(0, 4))
steps = st.lists(st.one_of(subjects, calls), max_size=8)


def of_subject(messages: Sequence[Message], subject: str) -> list[str]:
    return [one.id for one in messages if one.subject == subject]


@settings(deadline=None, max_examples=40)  # each step waits for the disk
@given(steps, st.frozensets(st.sampled_from([str(n) for n in range(12)]), max_size=3))
def test_receivers_have_all_in_order_and_what_was_refused_is_set_aside(
    script: list[list[str] | Call], refuses: frozenset[str]
) -> None:
    put: list[Message] = []
    with TemporaryDirectory() as folder:
        outbox = Outbox(Path(folder) / "outbox.db")
        cut = (step for step in script if isinstance(step, Call))
        sender = ScriptedSender(cut, refuses)
        for step in script:
            if isinstance(step, Call):
                asyncio.run(drain(outbox, sender))
            else:
                new = [message(len(put) + at, subject) for at, subject in enumerate(step)]
                outbox.put(*new)
                put += new
        while outbox.load().waiting:
            asyncio.run(drain(outbox, sender))
        aside = [one.message for one in outbox.set_aside()]
    for subject in "abc":
        wanted = [name for name in of_subject(put, subject) if name not in refuses]
        assert of_subject(sender.taken(), subject) == wanted
    assert aside == [one for one in put if one.id in refuses]
