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
        "Không có kỳ báo cáo «{period}»; kỳ là tuần theo ISO hoặc tháng, ví dụ 2026-W47, 2026-11.",
        "There is no period {period}; it is an ISO week or a month, like 2026-W47 or 2026-11.",
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
    "report_locked": Sentence(
        "Kỳ {period} đã khóa; chỉ nộp được khi có người có thẩm quyền cho phép nộp muộn.",
        "The period {period} is locked; a report is taken only when somebody allows a late one.",
    ),
    "not_owed": Sentence(
        "Kỳ {period} không còn nợ báo cáo: đã nộp hoặc đã được miễn.",
        "No report is owed for {period} any more: it came in, or is excused.",
    ),
    "period_gone": Sentence(
        "Kỳ {period} đã đến hạn và không nợ báo cáo; chỉ miễn trước được kỳ chưa đến hạn ({path}).",
        "The period {period} is due, nothing is owed; one to come can be excused ahead ({path}).",
    ),
    "excuse_too_far": Sentence(
        "Chỉ miễn trước được kỳ đến hạn trong {days} ngày tới ({path}).",
        "Only what is due within {days} days can be excused ahead ({path}).",
    ),
    "until_past": Sentence(
        "Thời điểm được nộp muộn phải ở sau lúc này ({path}).",
        "The instant until which a late report is taken must lie ahead ({path}).",
    ),
    "own_report": Sentence(
        "Không ai tự miễn hoặc tự cho đơn vị mình nộp muộn; cấp trên quyết định ({path}).",
        "Nobody excuses their own unit, nor lets it be late; somebody above decides ({path}).",
    ),
    "too_many_comments": Sentence(
        "Báo cáo này đã có {most} ý kiến, không nhận thêm.",
        "This report has {most} comments already; no more are taken.",
    ),
    "periods_reversed": Sentence(
        "Kỳ đầu {first} ở sau kỳ cuối {last}.",
        "The first period {first} comes after the last one {last}.",
    ),
    "periods_differ": Sentence(
        "Kỳ {first} và kỳ {last} khác loại: hãy chọn hai tuần hoặc hai tháng.",
        "The periods {first} and {last} are of two kinds: choose two weeks or two months.",
    ),
    "wave_of_nobody": Sentence(
        "Đợt này chưa có đơn vị nào: hãy nêu tên đơn vị, hoặc chọn đơn vị cấp trên ({path}).",
        "This wave is for nobody: name units, or one from which downwards it is ({path}).",
    ),
    "wave_in_past": Sentence(
        "Ngày phải từ hôm nay ({today}) trở đi: nghĩa vụ đã qua giữ nguyên ({path}).",
        "The day must be today ({today}) or later: what was owed stays as it was ({path}).",
    ),
    "wave_ended": Sentence(
        "Đợt «{name}» đã kết thúc từ ngày {day}.",
        "The wave {name} has ended already, from {day} on.",
    ),
    "unit_not_yet_known": Sentence(
        "Chưa có đơn vị {unit} trong danh bạ ở đây; hãy thử lại sau giây lát ({path}).",
        "Unit {unit} has not arrived in the register here yet; try again in a moment ({path}).",
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
