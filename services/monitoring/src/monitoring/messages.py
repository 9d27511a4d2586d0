"""What this service says to people when something cannot be had."""

from tiendo_runtime.http.messages import Messages, Sentence

MESSAGES: Messages = {
    "signin_failed": Sentence(
        "Đăng nhập chưa hoàn tất hoặc đã quá hạn; hãy đăng nhập lại.",
        "The sign-in was not completed, or took too long; sign in again.",
    ),
    "issuer_away": Sentence(
        "Dịch vụ đăng nhập tạm thời không truy cập được; hãy thử lại sau ít giây.",
        "The sign-in service cannot be reached for now; try again in a few seconds.",
    ),
    "no_such_past": Sentence(
        "Không có số liệu dựng lại của thời điểm {instant}.", "Nothing was built as of {instant}."
    ),
    "bad_address": Sentence("Địa chỉ có phần không hợp lệ.", "A part of the address is not valid."),
}
