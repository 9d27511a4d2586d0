"""What this service says to people: refusals by code, and the doubts about a draft."""

from tiendo_notices import doubts as reader
from tiendo_runtime.http.messages import Messages, Sentence

_REFUSALS: Messages = {
    "unit_not_known": Sentence(
        "Chưa thấy trong bản sao danh bạ: {units}. Nếu vừa đăng ký, hãy thử lại sau ít giây.",
        "Not in this copy of the register: {units}. If just registered, try again in a moment.",
    ),
    "unknown_meeting": Sentence("Không có cuộc họp {meeting}.", "There is no meeting {meeting}."),
    "other_committee": Sentence(
        "Cuộc họp {meeting} là của Ban Chỉ đạo khác.",
        "Meeting {meeting} is another committee's.",
    ),
    "unknown_document": Sentence(
        "Ban Chỉ đạo chưa có tài liệu {documents}; hãy gửi tài liệu lên trước.",
        "The committee has no document {documents}; upload it first.",
    ),
    "nothing_to_write": Sentence(
        "Văn bản không có phần kết luận để trình bày.",
        "The text has no conclusion that could be laid out.",
    ),
    "meeting_cancelled": Sentence("Cuộc họp đã bị hủy.", "The meeting was cancelled."),
    "meeting_held": Sentence(
        "Cuộc họp đã được ghi nhận là đã họp.", "The meeting is recorded as held."
    ),
    "meeting_not_held": Sentence(
        "Cuộc họp chưa diễn ra (trạng thái: {state}); ghi nhận cuộc họp trước khi ra thông báo.",
        "The meeting was not held (it is {state}); record it before its notice is taken in.",
    ),
    "held_in_future": Sentence(
        "Thời gian họp {occurred_at} ở tương lai; cuộc họp chưa diễn ra thì chưa ghi nhận được.",
        "{occurred_at} lies in the future; what has not taken place cannot be recorded as held.",
    ),
    "follows_itself": Sentence(
        "Phiên họp trước không thể là chính cuộc họp này.",
        "The meeting before it cannot be the meeting itself.",
    ),
    "too_many_changes": Sentence(
        "Đã sửa quá nhiều lần (tối đa {limit}); không nhận thêm thay đổi.",
        "It was changed too often ({limit} times at most); no more changes are taken.",
    ),
    "classified": Sentence(
        "Văn bản có dấu chỉ độ mật. Hệ thống này không tiếp nhận văn bản mật; "
        "nội dung không được lưu.",
        "The text is marked secret. This system takes in no secret texts; nothing was kept.",
    ),
    "not_a_notice": Sentence(
        "Không nhận ra đây là thông báo kết luận: không thấy phần đầu văn bản, cụm "
        "«kết luận như sau» hay mục nào được đánh số. Hãy dán toàn bộ văn bản.",
        "This is no notice of conclusion: no header, no “kết luận như sau” and no numbered item "
        "were found. Give the whole text.",
    ),
    "notice_too_long": Sentence(
        "Văn bản ({size} ký tự) dài hơn mọi thông báo: tối đa {limit} ký tự và khoảng 2.000 mục. "
        "Hãy gửi riêng thông báo, không kèm phụ lục.",
        "The text ({size} characters) is longer than any notice: {limit} characters and some 2,000 "
        "items at most. Give the notice alone, without its attachments.",
    ),
    "no_items": Sentence(
        "Văn bản giống thông báo kết luận nhưng không đọc được mục nào.",
        "The text looks like a notice, but no item was found in it.",
    ),
    "item_too_long": Sentence(
        "Mục quá dài (tối đa {limit} ký tự): {paths}. Hãy kiểm tra chỗ ngắt dòng và số mục.",
        "Items are too long ({limit} characters at most): {paths}. Look at line breaks and "
        "numbering.",
    ),
    "review_empty": Sentence(
        "Chưa nêu mục nào: cần «confirm» hoặc «items».",
        "No item is given: `confirm` or `items` is needed.",
    ),
    "unknown_item": Sentence(
        "Thông báo không có mục: {paths}.", "The notice has no such item: {paths}."
    ),
    "item_twice": Sentence("Mục nêu hai lần: {paths}.", "Items are given twice: {paths}."),
    "item_unclear": Sentence(
        "Còn điểm chưa rõ, không thể xác nhận nguyên trạng; cần quyết định từng mục: {paths}.",
        "There are doubts, so these cannot be confirmed as read; decide on each: {paths}.",
    ),
    "lead_missing": Sentence(
        "Nhiệm vụ chưa có đơn vị chủ trì: {paths}.", "An assignment has no lead unit: {paths}."
    ),
    "reason_missing": Sentence(
        "Gác lại phải nêu lý do: {paths}.", "What is set aside needs a reason: {paths}."
    ),
    "deadline_and_recurring": Sentence(
        "Nhiệm vụ thường xuyên không có thời hạn; chọn một trong hai: {paths}.",
        "A regular assignment has no deadline; choose one of the two: {paths}.",
    ),
    "deadline_and_meeting": Sentence(
        "Mục chờ lịch của một cuộc họp thì chưa có ngày, cũng không thường xuyên: {paths}.",
        "What waits for a meeting has no day yet and is not regular: {paths}.",
    ),
    "deadline_too_early": Sentence(
        "Thời hạn trước ngày {day} (ngày họp hoặc ngày ban hành): {paths}.",
        "The deadline lies before {day} (the meeting's day or that of issue): {paths}.",
    ),
    "issued_before_meeting": Sentence(
        "Ngày ban hành trước ngày họp ({day}).", "It would be issued before the meeting ({day})."
    ),
    "not_signable": Sentence(
        "Chưa ký được, còn {count} điểm cần xử lý; xem từng mục trong «errors».",
        "It cannot be signed yet, {count} points are open; see each entry of `errors`.",
    ),
    "unknown_doubt": Sentence(
        "Không có điểm nghi vấn {doubt} ở mục «{path}».",
        "There is no doubt {doubt} at item “{path}”.",
    ),
    "link_not_looked_at": Sentence(
        "Có thể thay đổi một thông báo trước: hãy xác nhận hoặc bỏ liên kết.",
        "It may change an earlier notice: confirm or reject the link.",
    ),
    "link_incomplete": Sentence(
        "Liên kết của mục {paths} chưa đủ: thay đổi thời hạn cần ngày mới, chuyển giao cần đơn vị "
        "chủ trì mới; ngoài ra không ghi.",
        "A link of item {paths} is incomplete: another deadline needs its day, a handing over the "
        "new lead unit; nothing else has either.",
    ),
    "link_twice": Sentence(
        "Mục {paths} nêu cùng một thay đổi hai lần.",
        "Item {paths} makes the same change twice.",
    ),
    "unknown_notice": Sentence("Không có thông báo {notice}.", "There is no notice {notice}."),
    "other_committees_notice": Sentence(
        "Thông báo {notice} là của Ban Chỉ đạo khác; thông báo này không thay đổi được.",
        "Notice {notice} is another committee's; this one cannot change it.",
    ),
    "earlier_not_signed": Sentence(
        "Thông báo {notice} chưa ký: hãy sửa ngay trong dự thảo đó.",
        "Notice {notice} is not signed: change that draft itself.",
    ),
    "earlier_is_later": Sentence(
        "Thông báo {number} ban hành ngày {day}, sau thông báo này.",
        "Notice {number} was issued on {day}, after this one.",
    ),
    "unknown_earlier_item": Sentence(
        "Thông báo {number} không có mục {path}.", "Notice {number} has no item {path}."
    ),
    "no_assignment_there": Sentence(
        "Mục {path} của Thông báo {number} không giao nhiệm vụ cho ai.",
        "Item {path} of notice {number} obliges nobody.",
    ),
    "not_obliged_there": Sentence(
        "Mục {path} của Thông báo {number} không giao nhiệm vụ cho đơn vị đã nêu.",
        "Item {path} of notice {number} does not oblige a unit that is named.",
    ),
    "handed_over_by_several": Sentence(
        "Mục {path} của Thông báo {number} giao cho nhiều đơn vị; hãy nêu một đơn vị được thay.",
        "Item {path} of notice {number} obliges several units; name the one that hands it over.",
    ),
    "number_taken": Sentence(
        "Số {number} năm {year} đã dùng cho một thông báo khác của Ban Chỉ đạo này.",
        "Number {number} of {year} is taken by another notice of this committee.",
    ),
    "notice_signed": Sentence(
        "Thông báo đã ký, không sửa được nữa.", "The notice is signed and cannot be changed."
    ),
}

UNKNOWN_DOUBT = Sentence("Cần người xem lại ({code}).", "A person must look at it ({code}).")
"""For a doubt that was stored by an earlier version and has no sentence any more."""

_DOUBTS: Messages = {
    "unit.unknown": Sentence("«{name}» chưa có trong danh bạ.", "“{name}” is not in the register."),
    "unit.alike": Sentence(
        "«{name}» chưa có trong danh bạ; có thể là một trong các đơn vị nêu kèm.",
        "“{name}” is not in the register; it may be one of the units proposed.",
    ),
    "unit.several": Sentence(
        "Nhiều đơn vị cùng mang tên «{name}»; hãy chọn một.",
        "Several units are called “{name}”; choose one.",
    ),
    "unit.group": Sentence(
        "«{name}» là một nhóm; hãy nêu từng đơn vị.", "“{name}” is a group; name each unit."
    ),
    "unit.members": Sentence(
        "«{name}» là một nhóm; các đơn vị lấy theo danh bạ. Hãy xem có đúng và đủ không.",
        "“{name}” is a group; its units are those of the register. Are they right and complete?",
    ),
    "due.beside-rhythm": Sentence(
        "Vừa có thời hạn («{name}») vừa là việc thường xuyên; hãy chọn một.",
        "There is a deadline (“{name}”) beside a rhythm; choose one of them.",
    ),
    "day.impossible": Sentence(
        "Ngày {name} ngoài khoảng hợp lý; cần xem lại.", "The day {name} is out of range."
    ),
    "path.changed": Sentence(
        "Số mục «{name}» dùng nhiều lần hoặc quá dài; đã thêm ký hiệu để phân biệt.",
        "The number “{name}” occurs twice or is too long; a mark was added to tell it apart.",
    ),
    "number.too-long": Sentence(
        "Số văn bản đọc được quá dài: «{name}…».", "The number as read is too long: “{name}…”."
    ),
    "title.cut": Sentence(
        "Trích yếu quá dài, đã cắt bớt.", "The abstract is too long and was cut."
    ),
    "meeting_on.differs": Sentence(
        "Ngày họp đọc được khác ngày cuộc họp đã ghi nhận ({name}).",
        "The meeting's day as read differs from the day it is recorded for ({name}).",
    ),
}
"""Doubts of this service; those of the reader have sentences of their own."""

_REASONS: Messages = {
    "item_not_looked_at": Sentence(
        "Chưa ai xem: hãy xác nhận, sửa hoặc gác lại.",
        "Nobody looked at it: confirm, correct or set it aside.",
    ),
    "head.number": Sentence("Thiếu số, ký hiệu.", "The number is missing."),
    "head.issued_on": Sentence("Thiếu ngày ban hành.", "The day of issue is missing."),
    "head.form": Sentence("Chưa chọn thể thức.", "The form is not chosen."),
}
"""What else a signature waits for, of one item or of the head."""

_OF_THE_READER: Messages = {
    code: Sentence(known.vi, known.en) for code in reader.codes() for known in [reader.doubt(code)]
}

MESSAGES: Messages = {**_REFUSALS, **_REASONS, **_OF_THE_READER, **_DOUBTS}
"""All of them; the codes of doubts have a point in them."""
