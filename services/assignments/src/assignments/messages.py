"""What this service says to people."""

from tiendo_runtime.http.messages import Messages, Sentence

MESSAGES: Messages = {
    "unknown_parent": Sentence(
        "«{name}»: chưa có đơn vị cấp trên {parent} trong danh bạ.",
        "{name}: the unit above it, {parent}, is not in the register.",
    ),
    "unknown_unit": Sentence(
        "Đơn vị {unit} chưa có trong danh bạ.", "Unit {unit} is not in the register."
    ),
    "assignment_closed": Sentence(
        "Nhiệm vụ đã được xác nhận hoàn thành.", "The assignment is verified as complete."
    ),
    "extension_pending": Sentence(
        "Đang có một đề nghị gia hạn chờ quyết định.", "A request for more time waits already."
    ),
    "no_extension_asked": Sentence("Chưa có đề nghị gia hạn nào.", "Nobody asked for more time."),
    "extension_not_later": Sentence(
        "Thời hạn mới phải sau thời hạn hiện tại ({present}).",
        "The new deadline must be later than the present one ({present}).",
    ),
    "nothing_claimed": Sentence(
        "Đơn vị chưa báo cáo hoàn thành nhiệm vụ này.", "Completion has not been claimed."
    ),
}
