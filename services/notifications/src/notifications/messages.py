"""What this service says to people over HTTP; what mails say stands in `mail.words`."""

from tiendo_runtime.http.messages import Messages, Sentence

MESSAGES: Messages = {
    "unknown_unit": Sentence(
        "Đơn vị {unit} chưa có trong danh bạ; hãy thử lại sau ít giây.",
        "Unit {unit} is not in the register yet; try again in a few seconds.",
    ),
    "unit_twice": Sentence("Đơn vị {unit} xuất hiện hai lần.", "Unit {unit} is given twice."),
    "in_another_mail": Sentence(
        "Thông tin này đã được gửi hoặc đang gửi bằng thư khác ({state}).",
        "This is in another mail, or its end is recorded ({state}).",
    ),
}
