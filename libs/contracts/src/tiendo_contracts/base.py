"""What every contract event has in common, and the value types that they share.

Each kind of value has one way to be written in JSON, and no other is read:

    id        36 lower-case characters: `0192f0a1-5b00-7000-8000-000000000001`
    instant   RFC 3339 in UTC with `Z`, at most microseconds: `2026-11-22T01:30:00.5Z`
    day       `2026-11-22`, a day of the calendar in Vietnam
    number    an integer up to 2^53 - 1; never a float
    decimal   a string, `1287.50`, beside a field with its unit; money has the currency as its unit
    unit      a word like `login` or `person_hour`, or a currency of ISO 4217: `VND`
    period    `2026-11-22`, `2026-W47` (ISO week), `2026-11`, `2026-Q4`, `2026`
    text      Unicode without U+0000, brought to NFC, lengths counted in code points

Errors:
    ContractError
    ├── UnknownEventTypeError  (catalogue)
    └── MalformedRecordError   (cloudevents)
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self
from unicodedata import normalize
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class ContractError(Exception):
    """Something is not as the public language demands."""


def rule_broken(vi: str, en: str) -> PydanticCustomError:
    """The error of a validator: a rule between fields, in words that both kinds of readers get."""
    return PydanticCustomError("rule_broken", "{en}", {"vi": vi, "en": en})


def doc(vi: str, en: str, **more: Any) -> Any:
    """Describe a field in both languages; `more` goes to pydantic's Field."""
    return Field(description=f"{vi} — {en}", **more)


@dataclass(frozen=True, slots=True, eq=False)  # annotations are hashed, schemas cannot be
class _Written:
    """The one way to write a value in JSON; in Python the value itself is asked for.

    Pydantic alone also reads "1763800000" as a day or an instant and an id in four spellings.
    """

    pattern: str
    like: str
    format: str
    parsed: CoreSchema

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.custom_error_schema(
            core_schema.str_schema(pattern=self.pattern),
            custom_error_type="not_as_written",
            custom_error_message="it is written like {like}",
            custom_error_context={"like": self.like},
        )
        return core_schema.json_or_python_schema(
            json_schema=core_schema.chain_schema([text, self.parsed]),
            python_schema=handler(source),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "format": self.format}


def _utc(value: datetime) -> datetime:
    if value.utcoffset() != timedelta(0):
        raise rule_broken("thời điểm phải theo UTC", "an instant is given in UTC")
    return value


def _nfc(value: object) -> object:
    return normalize("NFC", value) if isinstance(value, str) else value


INSTANT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"
_UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

Id = Annotated[
    UUID,
    _Written(
        pattern=f"^{_UUID_PATTERN}$",
        like="0192f0a1-5b00-7000-8000-000000000001",
        format="uuid",
        parsed=core_schema.uuid_schema(strict=False),
    ),
]
"""An id of anything: opaque, a UUID of any version."""

Instant = Annotated[
    datetime,
    AfterValidator(_utc),
    _Written(
        pattern=INSTANT_PATTERN,
        like="2026-11-22T01:30:00Z, in UTC",
        format="date-time",
        parsed=core_schema.datetime_schema(strict=False),
    ),
]
"""An instant in UTC, RFC 3339 with `Z`, microseconds."""

Day = Annotated[
    date,
    _Written(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        like="2026-11-22",
        format="date",
        parsed=core_schema.date_schema(strict=False),
    ),
]
"""A day of the calendar in Vietnam."""

Text = Annotated[str, Field(pattern=r"^[^\u0000]*$"), BeforeValidator(_nfc)]
"""Free text: brought to NFC; U+0000 and lone surrogates are refused."""

Name = Annotated[
    str, Field(pattern=r"^[^\u0000]*$", min_length=1, max_length=300), BeforeValidator(_nfc)
]
"""A name in a list of names: text that is not empty."""

Link = Annotated[str, Field(pattern=r'^(https?://[^\u0000-\u0020<>"]+)?$', max_length=2000)]
"""An absolute http or https address, or empty."""

UnitPath = Annotated[str, Field(pattern=f"^/({_UUID_PATTERN}/)+$", max_length=400)]
"""Ids of a unit's ancestors and of itself, from the root, each between slashes."""

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
"""Digest of a document's bytes, lower-case hexadecimal."""

DecimalText = Annotated[
    str, Field(pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$", max_length=29)
]
"""A decimal number as it is written; what it counts stands in a `UnitOfMeasure` beside it."""

UnitOfMeasure = Annotated[str, Field(pattern="^([a-z]+(_[a-z]+)*|[A-Z]{3})$", max_length=40)]
"""What a value counts: a word in the singular, or a currency (ISO 4217) in capitals."""

_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_WEEK = "[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])"
Period = Annotated[
    str,
    Field(
        pattern=f"^({_DAY}|{_WEEK}|[0-9]{{4}}-(0[1-9]|1[0-2])|[0-9]{{4}}-Q[1-4]|[0-9]{{4}})$",
        max_length=10,
    ),
]
"""A day, an ISO week, a month, a quarter or a year of the calendar in Vietnam."""

Code = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)*$", min_length=1, max_length=80)
]
"""A stable name for machines: small letters and digits, parts joined by dots."""

Source = Annotated[str, Field(pattern="^[!-~]+$", min_length=1, max_length=256)]
"""A system, as it names itself in the CloudEvents attribute `source`."""

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


Status = Literal["published", "planned"]
"""A promise, or only announced: nobody publishes a planned event yet, its form may still change."""


class Model(BaseModel):
    """A frozen, strict value; fields that a reader does not know are ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Contract(Model):
    """An event that crosses services."""

    TYPE: ClassVar[str]
    """CloudEvents type, `vn.tiendo.<context>.<Name>.v<N>`; never reused for another shape."""
    TOPIC: ClassVar[str]
    KEY: ClassVar[str]
    """The field with the id of the aggregate that it happened to: order holds per key alone."""
    OWNER: ClassVar[str]
    """The service whose relay alone publishes it."""
    CONSUMERS: ClassVar[tuple[str, ...]] = ()
    """The services that read it, sorted; a test holds it against their code."""
    SINCE: ClassVar[date]
    """The day from which its form is public."""
    UNTIL: ClassVar[date | None] = None
    """The last day on which it is published beside its successor; None for the newest version."""
    STATUS: ClassVar[Status] = "published"
    VI: ClassVar[str]
    """What happened, in Vietnamese; the docstring says it in English."""

    @classmethod
    def version(cls) -> int:
        """The number at the end of the type: another one is another form."""
        return int(cls.TYPE.rpartition(".v")[2])

    def key(self) -> bytes:
        """The Kafka key of its record."""
        return identity(getattr(self, self.KEY))

    def earlier(self) -> "Contract | None":
        """The same in the form before, beside which this one is published.

        None where there is none, or where it has no way to say this.
        """
        return None


class Person(Model):
    """Somebody as printed in a signed notice: no contact data."""

    name: Text = doc("Họ và tên", "name as printed", min_length=1, max_length=200)
    office: Text = doc("Chức vụ", "office as printed, may be empty", max_length=300)


class Document(Model):
    """A reference to a file that is kept elsewhere under its digest."""

    sha256: Sha256 = doc("Mã băm SHA-256", "digest of the bytes")
    title: Text = doc("Tên tài liệu", "title", max_length=500)
    media_type: Text = doc("Kiểu nội dung", "media type (RFC 2046)", max_length=100)
    size: int = doc("Kích thước, byte", "size in bytes", ge=0, le=2**53 - 1)


AHEAD = timedelta(hours=7)
"""By how much clocks in Vietnam are ahead of UTC, since 1975: needs no zone database."""


class Deadline(Model):
    """By when; the words stay beside the resolved instant.

    `due_on` and `late_from` are there together or not at all. An hour moves `late_from` within the
    day: "before 17:00 on 25/9" is late from 17:00 of that day in Vietnam, due on that day.
    """

    due_on: Day | None = doc("Ngày cuối cùng tại Việt Nam", "last day in Vietnam, or none")
    late_from: Instant | None = doc(
        "Thời điểm bắt đầu quá hạn (UTC)",
        "the instant from which it is late, UTC: the next midnight in Asia/Ho_Chi_Minh for a day",
    )
    words: Text = doc(
        "Nguyên văn thời hạn", "the words of the notice, may be empty", max_length=500
    )

    @classmethod
    def on(cls, day: date, words: str = "") -> Self:
        """The deadline that runs to the end of a day in Vietnam."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1) - AHEAD
        return cls(due_on=day, late_from=midnight, words=words)

    @classmethod
    def none(cls, words: str = "") -> Self:
        """No deadline, or one that no day is known for yet."""
        return cls(due_on=None, late_from=None, words=words)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.due_on is None) != (self.late_from is None):
            raise rule_broken(
                "due_on và late_from cùng có hoặc cùng không có",
                "due_on and late_from are there together or not at all",
            )
        if self.late_from and self.due_on != _last_day(self.late_from):
            raise rule_broken(
                "late_from phải nằm trong ngày due_on tại Việt Nam, hoặc ngay cuối ngày đó",
                "late_from is neither within due_on in Vietnam nor at its end",
            )
        return self


class DueMeeting(Model):
    """The meeting that a deadline waits for, where a notice binds it to one instead of to a day.

    It is the first meeting of the committee whose notice it is that starts after the meeting which
    the notice concludes (where that is not recorded, after the notice's day of issue), is not
    cancelled, and fits all that is said here. A meeting's number is the one that its title tells,
    and none without it; its month, quarter and year those that its title tells, else those of its
    start in Vietnam. `meeting` fits any kind; a meeting whose title and series tell no kind is of
    any. An empty `series` is any series.

    What is to be there at the meeting is late from the end of its day in Vietnam; what is due
    `before` it, from its start; what is due `days_before` it, from the end of that many days
    earlier. While no meeting fits, there is no deadline. It follows the meeting when that is moved,
    and waits again when that is cancelled.
    """

    kind: Literal["session", "meeting", "conference", "briefing", "working-session"] = doc(
        "Loại: phiên họp, cuộc họp, hội nghị, giao ban, buổi làm việc", "which kind of meeting"
    )
    series: Text = doc("Chuỗi phiên họp", "its series, empty for any", max_length=200)
    ordinal: int | None = doc("Thứ mấy, lần thứ mấy", "its number, or not said", ge=1, le=999)
    month: int | None = doc("Tháng", "its month, or not said", ge=1, le=12)
    quarter: int | None = doc("Quý", "its quarter, or not said", ge=1, le=4)
    year: int | None = doc("Năm", "its year, or not said", ge=1945, le=2199)
    before: bool = doc("Trước giờ họp", "due before it starts, not only on its day")
    days_before: int = doc("Trước bao nhiêu ngày", "due so many days earlier", ge=0, le=366)

    @model_validator(mode="after")
    def _is_before_once(self) -> Self:
        if self.before and self.days_before:
            raise rule_broken(
                "before là true thì days_before là 0", "where before is true, days_before is 0"
            )
        return self


_UNTIL_LATE = AHEAD - timedelta(microseconds=1)


def _last_day(late_from: datetime) -> date:
    try:
        return (late_from + _UNTIL_LATE).date()
    except OverflowError:
        raise rule_broken("late_from vượt quá lịch", "late_from is beyond the calendar") from None


def identity(value: UUID) -> bytes:
    """The Kafka key of an aggregate: its id as 36 lower-case ASCII characters."""
    return str(value).encode("ascii")
