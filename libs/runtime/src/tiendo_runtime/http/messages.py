"""Sentences for people, in both languages, by stable code.

One table per service on top of this one. A sentence may use the facts of its error in braces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    vi: str
    en: str

    def say(self, language: Language, facts: Mapping[str, Any]) -> str:
        """The sentence with its facts filled in; a fact that is missing stays in braces."""
        template = self.vi if language == "vi" else self.en
        return template.format_map(_Facts(facts))


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


Messages = Mapping[str, Sentence]

BASE: Messages = {
    "malformed": Sentence("Yêu cầu không đọc được.", "The request cannot be read."),
    "invalid": Sentence(
        "Dữ liệu gửi lên chưa hợp lệ; xem từng mục trong «errors».",
        "What was sent is not valid; see each entry of `errors`.",
    ),
    "unauthenticated": Sentence(
        "Cần đăng nhập: gửi mã truy cập (Bearer) còn hiệu lực.",
        "Sign in: send a valid bearer token.",
    ),
    "forbidden": Sentence(
        "Tài khoản này không được phép làm việc đó (cần vai trò: {roles}).",
        "This account may not do that (role needed: {roles}).",
    ),
    "csrf": Sentence(
        "Yêu cầu không xuất phát từ trang này; hãy mở lại trang rồi thử lại.",
        "The request did not come from this page; open the page again and repeat.",
    ),
    "out_of_scope": Sentence(
        "Việc này thuộc đơn vị khác, ngoài phạm vi của tài khoản.",
        "This belongs to another unit, outside of this account's scope.",
    ),
    "not_found": Sentence("Không có {kind} {identity}.", "There is no {kind} {identity}."),
    "no_such_page": Sentence("Không có địa chỉ này.", "There is nothing at this address."),
    "method_not_allowed": Sentence(
        "Địa chỉ này không nhận phương thức đó.", "This address does not take that method."
    ),
    "too_large": Sentence(
        "Nội dung quá lớn: tối đa {limit} byte.", "The content is too large: {limit} bytes at most."
    ),
    "wrong_type": Sentence(
        "Cần Content-Type: application/json.", "Content-Type: application/json is needed."
    ),
    "key_missing": Sentence(
        "Thiếu tiêu đề Idempotency-Key (8 đến 100 ký tự).",
        "The header Idempotency-Key is missing (8 to 100 characters).",
    ),
    "key_reused": Sentence(
        "Idempotency-Key này đã dùng cho một nội dung khác.",
        "This Idempotency-Key was used with another body.",
    ),
    "precondition_required": Sentence(
        "Thiếu tiêu đề If-Match: hãy đọc ETag hiện tại rồi gửi lại.",
        "The header If-Match is missing: read the current ETag and send it along.",
    ),
    "stale": Sentence(
        "Đã có người sửa trước (bản hiện tại: {version}); hãy đọc lại rồi làm lại.",
        "Somebody changed it first (current version: {version}); read it again and repeat.",
    ),
    "busy": Sentence(
        "Nhiều người đang sửa cùng lúc; hãy thử lại.", "Too many change it at once; try again."
    ),
    "leaving": Sentence(
        "Dịch vụ đang khởi động lại; hãy thử lại.", "The service is being restarted; try again."
    ),
    "database_away": Sentence(
        "Cơ sở dữ liệu tạm thời không truy cập được; hãy thử lại sau ít giây.",
        "The database cannot be reached for now; try again in a few seconds.",
    ),
    "issuer_away": Sentence(
        "Chưa kiểm tra được mã truy cập; hãy thử lại sau ít giây.",
        "The access token cannot be checked for now; try again in a few seconds.",
    ),
    "internal": Sentence(
        "Lỗi hệ thống. Mã truy vết: {trace}.", "An internal error. Trace: {trace}."
    ),
    "already_taken": Sentence("Giá trị này đã được dùng.", "This value is taken already."),
    "event_too_large": Sentence(
        "Nội dung quá dài để phát hành ({size} byte, tối đa {limit}).",
        "The content is too long to be published ({size} bytes, {limit} at most).",
    ),
    "unpublishable": Sentence(
        "Nội dung không hợp với quy cách sự kiện: {reason}.",
        "The content does not fit the form of its event: {reason}.",
    ),
    "bad_cursor": Sentence(
        "Con trỏ trang không hợp lệ; hãy bắt đầu lại từ trang đầu.",
        "The page cursor is not valid; start again from the first page.",
    ),
}

FIELD_ERRORS: Messages = {
    "missing": Sentence("bắt buộc phải có", "is required"),
    "json_invalid": Sentence("JSON không hợp lệ", "is not valid JSON"),
    "less_than_equal": Sentence("phải nhỏ hơn hoặc bằng {le}", "must be at most {le}"),
    "greater_than_equal": Sentence("phải lớn hơn hoặc bằng {ge}", "must be at least {ge}"),
    "string_too_long": Sentence("tối đa {max_length} ký tự", "at most {max_length} characters"),
    "string_too_short": Sentence("ít nhất {min_length} ký tự", "at least {min_length} characters"),
    "too_long": Sentence("tối đa {max_length} mục", "at most {max_length} entries"),
    "too_short": Sentence("ít nhất {min_length} mục", "at least {min_length} entries"),
    "uuid_parsing": Sentence("không phải là định danh UUID", "is not a UUID"),
    "int_parsing": Sentence("phải là số nguyên", "must be a whole number"),
    "int_type": Sentence("phải là số nguyên", "must be a whole number"),
    "string_type": Sentence("phải là chuỗi ký tự", "must be text"),
    "bool_type": Sentence("phải là true hoặc false", "must be true or false"),
    "bool_parsing": Sentence("phải là true hoặc false", "must be true or false"),
    "date_from_datetime_parsing": Sentence("phải là ngày (YYYY-MM-DD)", "must be a date"),
    "date_parsing": Sentence("phải là ngày (YYYY-MM-DD)", "must be a date (YYYY-MM-DD)"),
    "datetime_from_date_parsing": Sentence("phải là thời điểm RFC 3339", "must be an instant"),
    "datetime_parsing": Sentence("phải là thời điểm RFC 3339", "must be an instant (RFC 3339)"),
    "timezone_aware": Sentence("thời điểm phải có múi giờ", "the instant needs a time zone"),
    "enum": Sentence("phải là một trong: {expected}", "must be one of: {expected}"),
    "literal_error": Sentence("phải là một trong: {expected}", "must be one of: {expected}"),
    "extra_forbidden": Sentence("trường không được biết đến", "is not a known field"),
    "value_error": Sentence("giá trị không hợp lệ: {error}", "is not valid: {error}"),
    "string_pattern_mismatch": Sentence(
        "không đúng dạng {pattern}", "does not have the form {pattern}"
    ),
    "list_type": Sentence("phải là danh sách", "must be a list"),
    "tuple_type": Sentence("phải là danh sách", "must be a list"),
    "model_attributes_type": Sentence("phải là một đối tượng JSON", "must be a JSON object"),
    "string_unicode": Sentence("có ký tự không hợp lệ", "has characters that are not valid"),
}
"""Sentences for pydantic's error types."""

OTHER_FIELD_ERROR = Sentence("giá trị không hợp lệ", "is not valid")
