"""What the ingest answers to `POST /v1/events`."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ValidationError

from tiendo_contracts.base import ContractError
from tiendo_contracts.publisher.outcomes import Accepted, Outcome, Refused
from tiendo_contracts.refusals import Refusal


class UnreadableAnswerError(ContractError):
    """What answered is no ingest, or one of another time."""


class _Receipt(BaseModel):
    """The receipt of one event; `more` are the further reasons of a refused one."""

    id: str
    outcome: Literal["accepted", "already_seen", "refused"]
    code: str = ""
    path: str = ""
    vi: str = ""
    en: str = ""
    more: tuple[Refusal, ...] = ()


class _Taken(BaseModel):
    receipts: tuple[_Receipt, ...]


def outcomes_of(body: bytes, count: int) -> Sequence[Outcome]:
    """What became of each event of a batch.

    Raises:
        UnreadableAnswerError: It does not tell that of so many events.
    """
    try:
        receipts = _Taken.model_validate_json(body).receipts
    except ValidationError:
        raise UnreadableAnswerError("the answer is none of an ingest") from None
    if len(receipts) != count:
        raise UnreadableAnswerError(f"{len(receipts)} receipts for {count} events")
    return [_outcome(one) for one in receipts]


def _outcome(receipt: _Receipt) -> Outcome:
    if receipt.outcome == "refused":
        first = Refusal(receipt.code, receipt.path, receipt.vi, receipt.en)
        return Refused((first, *receipt.more), receipt.id)
    return Accepted(receipt.id, receipt.outcome == "already_seen")


class _Problem(BaseModel):
    """RFC 9457, in one of our languages."""

    title: str = ""
    detail: str = ""


def said(body: bytes) -> str:
    """What a problem says to people; empty where it is none."""
    try:
        problem = _Problem.model_validate_json(body)
    except ValidationError:
        return ""
    return problem.detail or problem.title
