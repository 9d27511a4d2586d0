"""What is said to somebody whose event is refused: stable codes, sentences in both languages.

The table below is all there is: the codes are part of the public language, as stable as the types.
A sentence says what to do and never repeats what was sent, because it ends up in logs and mails.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from pydantic import ValidationError

from tiendo_contracts.base import ContractError

MAX_REFUSALS = 20
"""At most so many are told of one event; the first ones in the order of reading."""

CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # The body as a whole
        "empty": (
            "Nội dung trống: hãy gửi một sự kiện CloudEvents.",
            "The body is empty: send a CloudEvent.",
        ),
        "too_large": (
            "Lớn hơn {limit} byte: hãy chia nhỏ, văn bản dài gửi dưới dạng tham chiếu tài liệu.",
            "Over {limit} bytes: split it; long texts belong into documents that it refers to.",
        ),
        "too_many": (
            "Quá {limit} phần tử: hãy chia thành nhiều lần gửi.",
            "Over {limit} elements: split them.",
        ),
        "not_unicode": (
            "Không phải Unicode hợp lệ: hãy gửi UTF-8, không có nửa cặp surrogate.",
            "Not Unicode: send UTF-8, without lone surrogates.",
        ),
        "nul_character": (
            "Có ký tự U+0000: hãy bỏ ký tự này.",
            "It holds the character U+0000: leave it out.",
        ),
        "not_json": (
            "Không phải JSON (RFC 8259), sai tại ký tự thứ {at}: hãy sửa cú pháp.",
            "Not JSON (RFC 8259), wrong at character {at}: mend the syntax.",
        ),
        "not_an_object": (
            "Phải là một đối tượng JSON.",
            "It must be a JSON object.",
        ),
        "not_an_array": (
            "Một lô phải là một mảng JSON gồm các sự kiện.",
            "A batch must be a JSON array of events.",
        ),
        "too_deep": (
            "Lồng nhau quá {limit} tầng: hãy gửi đúng cấu trúc của loại sự kiện.",
            "Nested deeper than {limit} levels: send the structure of the type.",
        ),
        "duplicate_key": (
            "Tên này xuất hiện hai lần trong một đối tượng: hãy giữ lại một.",
            "This name stands twice in one object: keep one.",
        ),
        "number_out_of_range": (
            "Số vượt quá ±(2^53 - 1): hãy gửi dưới dạng chuỗi nếu loại sự kiện cho phép.",
            "The number is beyond ±(2^53 - 1): send it as a string where the type has one.",
        ),
        "not_a_number": (
            "JSON không có NaN hay Infinity: hãy gửi một số.",
            "JSON has no NaN and no Infinity: send a number.",
        ),
        # Context attributes
        "missing_attribute": (
            "Thiếu thuộc tính CloudEvents này: hãy thêm vào.",
            "This CloudEvents attribute is missing: add it.",
        ),
        "duplicate_attribute": (
            "Thuộc tính này được gửi hai lần: hãy giữ lại một.",
            "This attribute is given twice: keep one.",
        ),
        "bad_attribute": (
            "Thuộc tính CloudEvents không hợp lệ: {vi}.",
            "Not a valid CloudEvents attribute: {en}.",
        ),
        "unknown_type": (
            "Không có loại sự kiện này: xem `tiendo-contracts catalogue`.",
            "There is no such type of event: see `tiendo-contracts catalogue`.",
        ),
        "unsupported_content_type": (
            "Dữ liệu phải là application/json.",
            "The data must be application/json.",
        ),
        "subject_differs": (
            "Thuộc tính subject phải bằng trường khóa của dữ liệu ({key}), hoặc bỏ trống.",
            "The subject must equal the key field of the data ({key}), or be left out.",
        ),
        "time_in_future": (
            "Sau hiện tại quá {minutes} phút: hãy chỉnh đồng hồ; giờ Việt Nam ghi +07:00, không Z.",
            "Over {minutes} minutes ahead: set the clock; Vietnam's time has +07:00, not Z.",
        ),
        # Data
        "missing_field": (
            "Thiếu trường này: hãy thêm vào.",
            "This field is missing: add it.",
        ),
        "wrong_type": (
            "Sai kiểu JSON: phải là {vi}.",
            "Wrong JSON type: it must be {en}.",
        ),
        "wrong_form": (
            "Sai cách ghi: hãy ghi như {like}.",
            "Not written the one way there is: write it like {like}.",
        ),
        "wrong_pattern": (
            "Sai cách ghi: phải khớp mẫu {pattern}",
            "Not written as it must be: it matches the pattern {pattern}",
        ),
        "wrong_length": (
            "Sai độ dài: {vi} {limit}.",
            "Wrong length: {en} {limit}.",
        ),
        "out_of_range": (
            "Ngoài giới hạn: {vi} {limit}.",
            "Out of range: {en} {limit}.",
        ),
        "not_a_choice": (
            "Không thuộc các giá trị cho phép: {expected}.",
            "Not one of the values there are: {expected}.",
        ),
        "rule_broken": (
            "Trái quy tắc: {vi}.",
            "A rule is broken: {en}.",
        ),
        "wrong_value": (
            "Giá trị không hợp lệ: xem `tiendo-contracts schema LOẠI`.",
            "Not a value of this field: see `tiendo-contracts schema TYPE`.",
        ),
        # The receiver: what a source may send, and what it has sent before
        "not_your_source": (
            "Thuộc tính source phải là {uri}, như nguồn đã đăng ký.",
            "The source must be {uri}, as it is registered.",
        ),
        "not_your_system": (
            "Trường system phải là {uri}, như nguồn đã đăng ký.",
            "The system must be {uri}, as the source is registered.",
        ),
        "not_yours_to_publish": (
            "Loại sự kiện này do dịch vụ {owner} giữ, chưa mở cho các nguồn gửi.",
            "Events of this type belong to the service {owner}; sources may not send them.",
        ),
        "type_not_registered": (
            "Nguồn {name} chưa đăng ký loại sự kiện này: hãy đề nghị người vận hành bổ sung.",
            "The source {name} is not registered for this type: ask the operator to add it.",
        ),
        "unit_not_registered": (
            "Nguồn {name} chưa đăng ký gửi về đơn vị này: hãy đề nghị người vận hành bổ sung.",
            "The source {name} may not publish about this unit: ask the operator to add it.",
        ),
        "unit_not_known": (
            "Chưa có đơn vị này trong danh bạ: hãy kiểm tra mã, hoặc gửi lại sau giây lát.",
            "The register does not hold this unit: check the id, or send it again in a moment.",
        ),
        "no_such_source": (
            "Chủ đề này không thuộc nguồn nào đã đăng ký.",
            "This topic belongs to no source that is registered.",
        ),
        "id_reused": (
            "Đã nhận một sự kiện khác với cùng source và id: mỗi sự kiện cần một id riêng.",
            "Another event came with this source and id before: each event needs its own id.",
        ),
        "not_taken": (
            "Hệ thống không xử lý được sự kiện này: hãy báo người vận hành kèm mã biên nhận.",
            "The system could not handle this event: tell the operator, with the receipt's id.",
        ),
        "classified": (
            "Nội dung mang dấu độ mật, không được gửi qua hệ thống này.",
            "The text is marked as secret and must not be sent through this system.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is wrong with an event.

    `code` is a key of `CODES`. `path` is a JSON pointer (RFC 6901) into the event in its structured
    form: `/time`, `/data/lines/0/percent`; empty for the event as a whole. Names that the sender
    made up stand in it shortened and with what cannot be printed escaped.
    """

    code: str
    path: str
    vi: str
    en: str


class RefusedError(ContractError):
    """An event, or a whole body, that is not taken; `refusals` says all that is wrong with it."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)[:MAX_REFUSALS]
        super().__init__("; ".join(f"{one.path or '/'}: {one.en}" for one in self.refusals))


def refusal(code: str, path: str = "", **words: object) -> Refusal:
    """A refusal in the words of the table."""
    vi, en = CODES[code]
    return Refusal(code, path, vi.format_map(words), en.format_map(words))


_SHOWN = 64


def pointer(at: str, name: object) -> str:
    """The JSON pointer to a member of what `at` points to; printable, and never long."""
    text = str(name)
    if not text.isprintable():
        text = text.encode("unicode_escape").decode("ascii")
    if len(text) > _SHOWN:
        text = f"{text[:_SHOWN]}…"
    return f"{at}/{text.replace('~', '~0').replace('/', '~1')}"


_TYPES = {
    "string_type": ("chuỗi", "a string"),
    "string_sub_type": ("chuỗi", "a string"),
    "int_type": ("số nguyên", "an integer"),
    "int_from_float": ("số nguyên", "an integer"),
    "bool_type": ("true hoặc false", "true or false"),
    "tuple_type": ("mảng", "an array"),
    "list_type": ("mảng", "an array"),
    "model_type": ("đối tượng", "an object"),
    "model_attributes_type": ("đối tượng", "an object"),
}

_BOUNDS = {
    "string_too_short": ("wrong_length", "min_length", "ít nhất", "at least"),
    "string_too_long": ("wrong_length", "max_length", "nhiều nhất", "at most"),
    "too_short": ("wrong_length", "min_length", "ít nhất", "at least"),
    "too_long": ("wrong_length", "max_length", "nhiều nhất", "at most"),
    "greater_than_equal": ("out_of_range", "ge", "ít nhất", "at least"),
    "less_than_equal": ("out_of_range", "le", "nhiều nhất", "at most"),
}


_TOLD_APART = 1000
"""Data with more faults are of something else; to say each would cost more than to check them."""


def of_data(errors: ValidationError, at: str) -> list[Refusal]:
    """What pydantic found, in the words of the table."""
    if errors.error_count() > _TOLD_APART:
        return [refusal("wrong_value", at)]
    found = cast("list[dict[str, Any]]", errors.errors(include_url=False, include_input=False))
    return [_of_one(error, at) for error in found if not _is_echo(error, found)][:MAX_REFUSALS]


def _is_echo(error: dict[str, Any], among: list[dict[str, Any]]) -> bool:
    """Whether an array is called too short only because pydantic counts its sound items alone."""
    if error["type"] != "too_short":
        return False
    here = error["loc"]
    return any(other["loc"][: len(here)] == here and other is not error for other in among)


def _of_one(error: dict[str, Any], path: str) -> Refusal:
    for part in error["loc"]:
        path = pointer(path, part)
    kind, words = error["type"], cast("dict[str, Any]", error.get("ctx", {}))
    if kind == "missing":
        return refusal("missing_field", path)
    if kind in _TYPES:
        vi, en = _TYPES[kind]
        return refusal("wrong_type", path, vi=vi, en=en)
    if kind in _BOUNDS:
        code, name, vi, en = _BOUNDS[kind]
        return refusal(code, path, vi=vi, en=en, limit=words[name])
    if kind == "not_as_written":
        return refusal("wrong_form", path, like=words["like"])
    if kind == "string_pattern_mismatch":
        return refusal("wrong_pattern", path, pattern=words["pattern"])
    if kind in {"literal_error", "enum"}:
        return refusal("not_a_choice", path, expected=words["expected"])
    if kind == "rule_broken":
        return refusal("rule_broken", path, vi=words["vi"], en=words["en"])
    return refusal("wrong_value", path)
