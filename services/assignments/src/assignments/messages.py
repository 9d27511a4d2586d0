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
    "assignment_ended": Sentence(
        "Nhiệm vụ đã kết thúc, không thay đổi được nữa.",
        "The assignment has ended; nothing changes it any more.",
    ),
    "accepted_already": Sentence(
        "Đơn vị đã nhận nhiệm vụ này.", "The unit has accepted this assignment."
    ),
    "claimed_already": Sentence(
        "Đơn vị đã báo hoàn thành, đang chờ kiểm tra.",
        "Completion is claimed already and waits for the check.",
    ),
    "contest_pending": Sentence(
        "Ý kiến không nhận nhiệm vụ đang chờ Ban thư ký trả lời.",
        "The unit contests it, and the secretariat has not answered yet.",
    ),
    "nothing_contested": Sentence(
        "Đơn vị không có ý kiến phản đối nào đang chờ trả lời.",
        "Nothing is contested here that waits for an answer.",
    ),
    "duplicate_of_what": Sentence(
        "Hãy nêu nhiệm vụ bị trùng (khác chính nhiệm vụ này), và chỉ nêu khi lý do là trùng.",
        "Name the other assignment that it repeats, and only where that is the ground.",
    ),
    "unknown_assignment": Sentence(
        "Không có nhiệm vụ {assignment}.", "There is no assignment {assignment}."
    ),
    "unit_ended": Sentence(
        "Đơn vị «{name}» đã kết thúc hoạt động (từ {ended_on}).",
        "{name} has ended (from {ended_on}).",
    ),
    "follows_itself": Sentence(
        "Đơn vị «{name}» không thể kế thừa chính mình.", "{name} cannot follow itself."
    ),
    "below_itself": Sentence(
        "Đơn vị «{name}» không thể nằm dưới chính mình.", "{name} cannot be below itself."
    ),
    "moves_before_it_began": Sentence(
        "Đơn vị «{name}» chỉ có từ {began_on}, không thể chuyển trước đó.",
        "{name} began on {began_on} and cannot move before.",
    ),
    "moves_later": Sentence(
        "Chưa đến ngày {effective_on}: hãy ghi việc chuyển «{name}» vào ngày đó.",
        "{effective_on} has not come: say then that {name} moves.",
    ),
    "ends_before_it_began": Sentence(
        "Đơn vị «{name}» chỉ có từ {began_on}, không thể kết thúc trước đó.",
        "{name} began on {began_on} and cannot end before.",
    ),
    "no_claims_to_draw": Sentence(
        "Chưa có báo cáo hoàn thành nào đang chờ kiểm tra.",
        "No claim waits for a check.",
    ),
    "too_many_claims": Sentence(
        "Có {count} báo cáo hoàn thành, mỗi lần chọn mẫu tối đa {most}.",
        "{count} claims wait; a sample is drawn from {most} at most.",
    ),
    "leads_already": Sentence(
        "Đơn vị này đang chủ trì nhiệm vụ.", "This unit leads the assignment already."
    ),
    "helper_leads": Sentence(
        "Đơn vị chủ trì không thể tự phối hợp với mình.", "The lead unit cannot help itself."
    ),
    "help_asked_already": Sentence(
        "Đơn vị này đã được đề nghị hoặc đã nhận phối hợp.",
        "This unit was asked already, or takes part.",
    ),
    "help_answered_already": Sentence(
        "Đơn vị đã trả lời như vậy rồi.", "The unit has given this answer already."
    ),
    "not_a_helper": Sentence(
        "Chưa ai đề nghị đơn vị này phối hợp.", "Nobody asked this unit to take a part."
    ),
    "not_verified": Sentence(
        "Chỉ đóng được nhiệm vụ đã kiểm tra, xác nhận hoàn thành.",
        "Only what is verified as complete can be closed.",
    ),
    "too_few_parts": Sentence(
        "Hãy tách nhiệm vụ thành ít nhất hai phần.", "Split it into two parts at least."
    ),
    "too_few_joined": Sentence(
        "Hãy chọn ít nhất hai nhiệm vụ khác nhau để gộp.",
        "Choose two different assignments at least to be joined.",
    ),
    "joins_other_leads": Sentence(
        "Chỉ gộp được các nhiệm vụ cùng đơn vị chủ trì, do cùng một Ban Chỉ đạo giao.",
        "Only what one committee gave to one lead unit can be joined.",
    ),
    "joins_other_rhythms": Sentence(
        "Không gộp được nhiệm vụ thường xuyên với nhiệm vụ khác chu kỳ hoặc không thường xuyên.",
        "What recurs is joined with what recurs in the same rhythm alone.",
    ),
    "deadline_of_another": Sentence(
        "Thời hạn phải lấy từ một trong các nhiệm vụ được gộp, không phải từ {assignment}.",
        "The deadline is that of one of those that are joined, not that of {assignment}.",
    ),
    "joined_has_changed": Sentence(
        "Nhiệm vụ {assignment} đã thay đổi (nay là phiên bản {version}): hãy xem lại rồi gộp.",
        "Assignment {assignment} has changed (it is at version {version}): look, then join.",
    ),
    "supersedes_itself": Sentence(
        "Nhiệm vụ không thể thay thế chính nó.", "An assignment cannot take its own place."
    ),
}
