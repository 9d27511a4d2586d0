"""What every contract event has in common, and the value types that they share.

Errors:
    ContractError
    ├── UnknownEventTypeError  (catalogue)
    └── MalformedRecordError   (cloudevents)
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class ContractError(Exception):
    """Something is not as the public language demands."""


def doc(vi: str, en: str, **more: Any) -> Any:
    """Describe a field in both languages; `more` goes to pydantic's Field."""
    return Field(description=f"{vi} — {en}", **more)


def _utc(value: datetime) -> datetime:
    if value.utcoffset() != timedelta(0):
        raise ValueError("an instant is given in UTC: write it with Z")
    return value


Instant = Annotated[datetime, AfterValidator(_utc)]
"""An instant in UTC, RFC 3339 with `Z`, microseconds."""

UnitPath = Annotated[str, Field(pattern=r"^/([0-9a-f-]{36}/)*$", max_length=400)]
"""Ids of a unit's ancestors and of itself, from the root, each between slashes."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""Digest of a document's bytes, lower-case hexadecimal."""

Recurrence = Literal[
    "daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "continuous"
]
"""How often a regular assignment comes back; `continuous` has no rhythm and no end."""


class Level(StrEnum):
    """The four levels of the system."""

    CENTRAL = "central"
    ACADEMY = "academy"
    PROVINCIAL = "provincial"
    COMMUNAL = "communal"


class Model(BaseModel):
    """A frozen, strict value; fields that a reader does not know are ignored (RFC: robustness)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", use_attribute_docstrings=False)


class Contract(Model):
    """An event that crosses services."""

    TYPE: ClassVar[str]
    """CloudEvents type, `vn.tiendo.<context>.<Name>.v<N>`; never reused for another shape."""
    TOPIC: ClassVar[str]
    OWNER: ClassVar[str]
    """The service whose relay alone publishes it."""
    SINCE: ClassVar[date]


class Person(Model):
    """Somebody as printed in a signed notice: no contact data."""

    name: str = doc("Họ và tên", "name as printed", min_length=1, max_length=200)
    office: str = doc("Chức vụ", "office as printed", max_length=300)


class Document(Model):
    """A reference to a file that is kept elsewhere under its digest."""

    sha256: Sha256 = doc("Mã băm SHA-256", "digest of the bytes")
    title: str = doc("Tên tài liệu", "title", max_length=500)
    media_type: str = doc("Kiểu nội dung", "media type (RFC 2046)", max_length=100)
    size: int = doc("Kích thước, byte", "size in bytes", ge=0)


class Deadline(Model):
    """By when; the words stay beside the resolved instant."""

    due_on: date | None = doc("Ngày cuối cùng tại Việt Nam", "last day in Vietnam, or none")
    late_from: Instant | None = doc(
        "Thời điểm bắt đầu quá hạn (UTC)",
        "the instant from which it is late, UTC: the next midnight in Asia/Ho_Chi_Minh for a day",
    )
    words: str = doc("Nguyên văn thời hạn", "the words of the notice, may be empty", max_length=500)


def identity(value: UUID) -> bytes:
    """The Kafka key of an aggregate: its id as 36 lower-case ASCII characters."""
    return str(value).encode("ascii")
