"""What the pages say, in both languages, in one table."""

from tiendo_runtime.http.messages import Sentence

_TABLE = {
    # the frame
    "name": ("Tiến Độ", "Tiến Độ"),
    "tagline": ("Theo dõi kết luận đến khi hoàn thành", "Every conclusion, until it is done"),
    "skip": ("Đến nội dung chính", "Skip to the content"),
    "menu": ("Điều hướng", "Navigation"),
    "overview": ("Tổng quan", "Overview"),
    "assignments": ("Nhiệm vụ", "Assignments"),
    "units": ("Đơn vị", "Units"),
    "notices": ("Thông báo kết luận", "Notices of conclusion"),
    "reports": ("Báo cáo tuần", "Weekly reports"),
    "meetings": ("Cuộc họp", "Meetings"),
    "other_language": ("English", "Tiếng Việt"),
    "signed_in_as": ("Đang đăng nhập: {name}", "Signed in: {name}"),
    "sign_in": ("Đăng nhập", "Sign in"),
    "sign_out": ("Đăng xuất", "Sign out"),
    "signed_out": ("Đã đăng xuất", "Signed out"),
    "signed_out_text": (
        "Phiên làm việc đã kết thúc trên trình duyệt này.",
        "The session on this browser has ended.",
    ),
    "live": ("Trực tiếp", "Live"),
    "live_off": ("Mất kết nối, đang nối lại", "Connection lost, reconnecting"),
    "live_wait": ("Đang kết nối", "Connecting"),
    "as_of": (
        "Số liệu lúc {time} ngày {day} (giờ Việt Nam, UTC+7)",
        "As of {time} on {day} (Vietnam time, UTC+7)",
    ),
    "other_times": ("Mọi giờ khác trên trang cũng là giờ Việt Nam.", "All times are in Vietnam."),
    # states
    "overdue": ("Quá hạn", "Overdue"),
    "within_time": ("Trong hạn", "Within time"),
    "done_late": ("Hoàn thành muộn", "Done late"),
    "done_on_time": ("Hoàn thành đúng hạn", "Done on time"),
    "regular": ("Thường xuyên", "Regular"),
    "claimed_unverified": ("Báo xong, chưa kiểm tra", "Claimed, not verified"),
    "verified": ("Đã xác nhận", "Verified"),
    "total": ("Tổng số", "Total"),
    "done": ("Hoàn thành", "Done"),
    "any_state": ("Tất cả", "All"),
    # figures
    "picture": ("Bức tranh chung", "The whole picture"),
    "picture_alt": (
        (
            "Biểu đồ {total} nhiệm vụ: quá hạn {overdue}, trong hạn {within_time}, hoàn thành muộn"
            " {done_late}, hoàn thành đúng hạn {done_on_time}, thường xuyên {regular}."
        ),
        (
            "Chart of {total} assignments: {overdue} overdue, {within_time} within time,"
            " {done_late} done late, {done_on_time} done on time, {regular} regular."
        ),
    ),
    "state": ("Trạng thái", "State"),
    "count": ("Số nhiệm vụ", "Assignments"),
    "share": ("Tỷ lệ", "Share"),
    "on_time_rates": ("Tỷ lệ hoàn thành đúng hạn", "On-time rates"),
    "rate_current": ("So với thời hạn hiện tại", "Against the deadline that holds"),
    "rate_original": ("So với thời hạn gốc", "Against the original deadline"),
    "of_done": ("{kept} trong {told} nhiệm vụ đã hoàn thành", "{kept} of {told} done"),
    "no_rate": ("Chưa có nhiệm vụ nào hoàn thành.", "Nothing is done yet."),
    "claimed_lead": (
        "đơn vị báo đã xong, chưa ai kiểm tra",
        "claimed as done, checked by nobody yet",
    ),
    "by_level": ("Theo cấp", "By level"),
    "level": ("Cấp", "Level"),
    "central": ("Trung ương", "Central"),
    "academy": ("Học viện", "Academy"),
    "provincial": ("Cấp tỉnh", "Provincial"),
    "communal": ("Cấp xã", "Communal"),
    "unknown": ("Chưa rõ", "Unknown"),
    "levels_note": (
        "Theo cấp của đơn vị chủ trì; cộng lại bằng tổng số.",
        "By the level of the lead unit; they add up to the total.",
    ),
    "states_short": ("Các trạng thái", "States"),
    # what is late
    "late_lead": ("nhiệm vụ quá hạn", "assignments are overdue"),
    "late_lead_one": ("nhiệm vụ quá hạn", "assignment is overdue"),
    "late_whose": (
        "của {units} đơn vị, lâu nhất từ {since} ({days} ngày)",
        "of {units} units, the oldest since {since} ({days} days)",
    ),
    "late_none": ("Không có nhiệm vụ quá hạn", "Nothing is overdue"),
    "late_none_text": (
        "Thời hạn gần nhất: {day}.",
        "The next deadline: {day}.",
    ),
    "late_original": (
        "{n} nhiệm vụ còn mở đã quá thời hạn gốc.",
        "{n} open assignments are past their original deadline.",
    ),
    "late_oldest": ("Quá hạn lâu nhất", "Overdue for the longest"),
    "since": ("Từ", "Since"),
    "overdue_days": ("{n} ngày", "{n} days"),
    "overdue_day": ("1 ngày", "1 day"),
    "overdue_today": ("hôm nay", "today"),
    "what": ("Việc gì", "What"),
    "whose": ("Của ai", "Whose"),
    "since_when": ("Quá hạn từ", "Since when"),
    "progress": ("Đơn vị báo", "Reported"),
    "see_all": ("Xem tất cả {n}", "See all {n}"),
    # units
    "worst_first": ("Đơn vị cần đôn đốc trước", "Units that need attention first"),
    "worst_note": (
        "Nhiều việc quá hạn nhất ở trên; tính cả đơn vị trực thuộc.",
        "Most overdue on top; units below are counted in.",
    ),
    "unit": ("Đơn vị", "Unit"),
    "oldest": ("Lâu nhất từ", "Oldest since"),
    "on_time_short": ("Đúng hạn", "On time"),
    "on_time_long": ("Tỷ lệ hoàn thành đúng hạn", "On-time rate"),
    "all_units": ("Tất cả đơn vị", "All units"),
    "above": ("Đơn vị cấp trên", "Units above"),
    "figures_below": ("Gồm cả đơn vị trực thuộc", "With the units below"),
    "figures_own": (
        "Riêng đơn vị chủ trì {total} nhiệm vụ, {overdue} quá hạn.",
        "The unit itself leads {total}, {overdue} overdue.",
    ),
    "units_below": ("Đơn vị trực thuộc", "Units below"),
    "own_assignments": ("Nhiệm vụ đơn vị chủ trì", "Assignments that the unit leads"),
    "own_reports": ("Báo cáo gần đây", "Recent reports"),
    "filter": ("Lọc theo trạng thái", "Filter by state"),
    "filter_level": ("Chọn cấp", "Choose a level"),
    "filter_period": ("Chọn kỳ báo cáo", "Choose a period"),
    "next_page": ("Trang sau", "Next page"),
    "first_page": ("Về trang đầu", "Back to the first page"),
    # an assignment
    "assignment": ("Nhiệm vụ", "Assignment"),
    "words_of_notice": ("Nguyên văn thông báo", "The words of the notice"),
    "lead": ("Chủ trì", "Lead unit"),
    "coordinators": ("Phối hợp", "Coordinating units"),
    "committee": ("Ban Chỉ đạo giao", "Committee"),
    "from_notice": ("Theo thông báo", "Notice"),
    "item": ("mục {path}", "item {path}"),
    "issued_on": ("Ngày giao", "Issued on"),
    "deadline_now": ("Thời hạn hiện tại", "Deadline"),
    "deadline_original": ("Thời hạn gốc", "Original deadline"),
    "same_deadline": ("không thay đổi", "not changed"),
    "no_deadline": ("Không có thời hạn", "No deadline"),
    "rhythm": ("Định kỳ", "Rhythm"),
    "daily": ("hằng ngày", "daily"),
    "weekly": ("hằng tuần", "weekly"),
    "monthly": ("hằng tháng", "monthly"),
    "quarterly": ("hằng quý", "quarterly"),
    "half-yearly": ("nửa năm", "half-yearly"),
    "yearly": ("hằng năm", "yearly"),
    "continuous": ("thường xuyên", "continuous"),
    "extensions": ("Gia hạn", "Extensions"),
    "extension_counts": (
        "xin {asked} lần, được {granted}, bị từ chối {refused}",
        "asked {asked} times, granted {granted}, refused {refused}",
    ),
    "extension_none": ("chưa xin", "not asked"),
    "extension_waits": ("đang xin đến {day}", "asked for {day}, not decided"),
    "claimed_at": ("Đơn vị báo xong", "Claimed"),
    "told_both": (
        "{current} so với thời hạn hiện tại, {original} so với thời hạn gốc",
        "{current} against the deadline, {original} against the original one",
    ),
    "in_time": ("đúng hạn", "on time"),
    "too_late": ("muộn", "late"),
    "told_open": ("không xét", "not told"),
    "latest_report": ("Báo cáo gần nhất", "Latest report"),
    "no_report": ("Đơn vị chưa báo cáo.", "The unit has not reported yet."),
    "percent": ("{n}%", "{n}%"),
    "says_done": ("đơn vị báo đã xong", "claimed as done"),
    "difficulties": ("Khó khăn, vướng mắc", "Difficulties"),
    "product": ("Sản phẩm", "Product"),
    "open_product": ("Mở sản phẩm", "Open the product"),
    "was_returned": ("báo cáo đã bị trả lại", "the report was sent back"),
    "timeline": ("Diễn biến", "Timeline"),
    "by": ("bởi {who}", "by {who}"),
    "system": ("hệ thống", "the system"),
    "reason": ("Lý do", "Reason"),
    "finding": ("Kết quả kiểm tra", "Finding"),
    # entries of a timeline
    "e_issued": ("Giao nhiệm vụ", "Assigned"),
    "e_extension_requested": ("Xin gia hạn", "Asked for more time"),
    "e_extension_granted": ("Được gia hạn", "Granted more time"),
    "e_extension_refused": ("Không được gia hạn", "Refused more time"),
    "e_claimed": ("Báo hoàn thành", "Claimed as done"),
    "e_verified": ("Xác nhận hoàn thành", "Verified as done"),
    "e_refused": ("Chưa được xác nhận, mở lại", "Not confirmed, open again"),
    "e_deadline_passed": ("Quá thời hạn", "The deadline passed"),
    "e_reported": ("Báo cáo kỳ {period}", "Reported for {period}"),
    "e_report_returned": ("Báo cáo kỳ {period} bị trả lại", "Report for {period} sent back"),
    "until": ("đến hết {day}", "until {day}"),
    "after_deadline": ("xin sau khi đã quá hạn", "asked when it was late already"),
    # notices, meetings, reports
    "notice": ("Thông báo", "Notice"),
    "number": ("Số", "Number"),
    "abstract": ("Trích yếu", "Abstract"),
    "issued": ("Ngày ban hành", "Issued"),
    "signed_by": ("Người ký", "Signed by"),
    "of_meeting": ("Kết luận của", "Concludes"),
    "items_of": ("Các mục và kết quả", "Items, and what became of them"),
    "k_assignment": ("nhiệm vụ", "assignment"),
    "k_statement": ("nhận định", "statement"),
    "k_set_aside": ("chưa giao", "set aside"),
    "became_soon": ("Đang tạo nhiệm vụ.", "The assignment is on its way."),
    "partly": (
        "Chỉ hiện các mục giao cho đơn vị trong phạm vi của bạn.",
        "Only items that oblige units in your scope are shown.",
    ),
    "meeting": ("Cuộc họp", "Meeting"),
    "when": ("Thời gian", "When"),
    "place": ("Địa điểm", "Place"),
    "chair": ("Chủ trì", "Chair"),
    "attended": ("Có mặt {present}/{expected}", "{present} of {expected} attended"),
    "bridges": ("{n} điểm cầu", "{n} remote sites"),
    "m_scheduled": ("Đã lên lịch", "Scheduled"),
    "m_held": ("Đã họp", "Held"),
    "m_cancelled": ("Đã hủy", "Cancelled"),
    "period": ("Kỳ báo cáo", "Period"),
    "week": ("Tuần {week} năm {year}", "Week {week} of {year}"),
    "due": ("Hạn nộp", "Due"),
    "came_in": ("Nộp lúc", "Came in"),
    "on_time": ("Đúng hạn", "On time"),
    "late": ("Nộp muộn", "Late"),
    "returned": ("Bị trả lại", "Sent back"),
    "silent": ("Không báo cáo", "Silent"),
    "lines": ("Số nhiệm vụ", "Assignments"),
    "of_period": ("Báo cáo {period}", "Reports for {period}"),
    # nothing there, and errors
    "empty_board": ("Chưa có nhiệm vụ nào", "No assignments yet"),
    "empty_board_text": (
        (
            "Nhiệm vụ xuất hiện ở đây ngay khi một thông báo kết luận được ký. Ban thư ký nhập và"
            " ký thông báo trong dịch vụ họp."
        ),
        (
            "Assignments appear here as soon as a notice of conclusion is signed. The secretariat"
            " enters and signs notices in the meetings service."
        ),
    ),
    "no_unit": ("Tài khoản chưa gắn với đơn vị", "This account belongs to no unit"),
    "no_unit_text": (
        (
            "Bảng theo dõi chỉ hiện công việc trong phạm vi đơn vị của bạn. Hãy đề nghị người vận"
            " hành gắn tài khoản với đơn vị rồi đăng nhập lại."
        ),
        (
            "The board shows the work of your unit's scope. Ask the operator to give this account a"
            " unit, then sign in again."
        ),
    ),
    "empty_list": ("Không có nhiệm vụ nào khớp.", "No assignment matches."),
    "empty_list_text": ("Chọn trạng thái khác để xem thêm.", "Choose another state to see more."),
    "empty_units": ("Chưa có đơn vị nào ở cấp này có nhiệm vụ.", "No unit of this level has work."),
    "empty_units_text": ("Chọn cấp khác để xem.", "Choose another level."),
    "empty_notices": ("Chưa có thông báo kết luận nào.", "No notices of conclusion yet."),
    "empty_notices_text": (
        "Thông báo hiện ở đây khi ban thư ký ký trong dịch vụ họp.",
        "Notices appear here when the secretariat signs them in the meetings service.",
    ),
    "empty_meetings": ("Chưa có cuộc họp nào.", "No meetings yet."),
    "empty_meetings_text": (
        "Ban thư ký lên lịch họp trong dịch vụ họp.",
        "The secretariat schedules meetings in the meetings service.",
    ),
    "empty_reports": ("Chưa có báo cáo nào.", "No reports yet."),
    "empty_reports_text": (
        (
            "Đầu mối của đơn vị nộp báo cáo tuần trong dịch vụ báo cáo; báo cáo hiện ở đây ngay khi"
            " nộp."
        ),
        (
            "A unit's reporter submits the weekly report in the reporting service; it appears here"
            " at once."
        ),
    ),
    "error": ("Không mở được trang", "The page cannot be shown"),
    "error_404": ("Không tìm thấy", "Not found"),
    "error_403": ("Ngoài phạm vi", "Outside of your scope"),
    "error_503": ("Tạm thời gián đoạn", "Out of service for a moment"),
    "back": ("Về trang tổng quan", "Back to the overview"),
    "try_again": ("Thử lại", "Try again"),
    "kind_assignment": ("nhiệm vụ", "assignment"),
    "kind_unit": ("đơn vị", "unit"),
    "kind_notice": ("thông báo", "notice"),
}

WORDS = {key: Sentence(vi, en) for key, (vi, en) in _TABLE.items()}
