"""What this service says to people."""

from tiendo_runtime.http.messages import Messages, Sentence

MESSAGES: Messages = {
    "out_of_scope": Sentence(
        "Việc này thuộc đơn vị khác, ngoài phạm vi của tài khoản ({path}).",
        "This belongs to another unit, outside of this account's scope ({path}).",
    ),
    "no_unit": Sentence(
        "Tài khoản này không gắn với đơn vị nào nên không thể báo cáo.",
        "This account belongs to no unit, so it cannot report.",
    ),
    "no_such_period": Sentence(
        "Không có kỳ báo cáo «{period}»; kỳ là năm và tuần theo ISO, ví dụ 2026-W47.",
        "There is no period {period}; a period is an ISO year and week, for example 2026-W47.",
    ),
    "period_too_early": Sentence(
        "Chưa nhận báo cáo kỳ {period}; muộn nhất là kỳ {latest}.",
        "Reports for {period} are not taken yet; the latest period is {latest}.",
    ),
    "period_too_old": Sentence(
        "Không còn nhận báo cáo kỳ {period}; sớm nhất là kỳ {oldest}.",
        "Reports for {period} are no longer taken; the oldest period is {oldest}.",
    ),
    "report_exists": Sentence(
        "Đơn vị đã nộp báo cáo kỳ {period}; chỉ nộp lại được khi báo cáo bị trả lại.",
        "The report for {period} is there already; it can come again only after it was returned.",
    ),
    "not_submitted": Sentence(
        "Kỳ {period} hiện không có báo cáo đã nộp để trả lại.",
        "There is no submitted report for {period} that could be returned.",
    ),
    "assignment_twice": Sentence(
        "Một nhiệm vụ được báo cáo hai lần ({path}).",
        "An assignment is reported on twice ({path}).",
    ),
    "done_below_100": Sentence(
        "Đã hoàn thành thì tiến độ phải là 100%, không phải {percent}% ({path}).",
        "What is done has progress 100%, not {percent}% ({path}).",
    ),
    "assignment_not_yet_known": Sentence(
        "Nhiệm vụ {assignment} chưa đến hệ thống báo cáo; hãy thử lại sau giây lát ({path}).",
        "Assignment {assignment} has not arrived here yet; try again in a moment ({path}).",
    ),
    "classified": Sentence(
        "Nội dung mang dấu độ mật, không được gửi qua hệ thống này ({path}).",
        "The text is marked as secret and must not be sent through this system ({path}).",
    ),
}
