"""Every reason for which a field is left to a person, in both languages."""

from tiendo_notices.model import Doubt

_SENTENCES: dict[str, tuple[str, str, str]] = {
    "kind.unclear": (
        "kind",
        "Chưa rõ đây là nhiệm vụ phải thực hiện hay chỉ là nhận định.",
        "It is not clear whether this must be done or only states something.",
    ),
    "kind.assessment-orders": (
        "kind",
        "Mục nằm trong phần đánh giá nhưng có câu giao việc.",
        "The item stands in an assessment but gives an order.",
    ),
    "kind.parts-inside": (
        "kind",
        "Trong mục còn dãy số (1), (2)…; có thể gồm nhiều nhiệm vụ chưa được tách.",
        "A row of numbers stands inside; these may be several tasks that were not split.",
    ),
    "lead.parts-inside": (
        "lead",
        "Trong mục còn dãy số (1), (2)…; mỗi phần có thể do một đơn vị chủ trì.",
        "A row of numbers stands inside; each part may have a lead of its own.",
    ),
    "due.parts-inside": (
        "due",
        "Trong mục còn dãy số (1), (2)…; mỗi phần có thể có thời hạn riêng.",
        "A row of numbers stands inside; each part may have a deadline of its own.",
    ),
    "lead.missing": (
        "lead",
        "Không tìm thấy đơn vị chủ trì; cần người đọc bổ sung.",
        "No lead unit was found; a person must name one.",
    ),
    "lead.several": (
        "lead",
        "Nhiều đơn vị được giao việc khác nhau trong một mục; cần tách hoặc chọn đơn vị chủ trì.",
        "Several units are told to do different things in one item; split it or choose the lead.",
    ),
    "lead.person": (
        "lead",
        "Việc được giao cho một cá nhân hoặc chức danh, chưa rõ đơn vị.",
        "A person or an office is named, without a unit.",
    ),
    "lead.deputy": (
        "lead",
        "Việc được giao cho một cấp phó; cần xác nhận đơn vị chịu trách nhiệm.",
        "A deputy is named; confirm which unit answers for it.",
    ),
    "lead.abbreviation": (
        "lead",
        "Tên viết tắt của đơn vị chưa có trong danh mục.",
        "The unit's abbreviation is not a known one.",
    ),
    "lead.name-end": (
        "lead",
        "Chưa chắc tên đơn vị kết thúc ở đâu.",
        "It is not certain where the unit's name ends.",
    ),
    "lead.unknown-verb": (
        "lead",
        "Sau tên đơn vị là một từ mà bộ đọc không biết là động từ giao việc.",
        "The word after the unit's name is not a verb the reader knows.",
    ),
    "lead.nobody-to-look-up": (
        "lead",
        "Đơn vị chủ trì chỉ được gọi chung (“liên quan”), không tra cứu được.",
        "The lead is only described (“concerned units”), nobody can look it up.",
    ),
    "lead.from-section": (
        "lead",
        "Đơn vị chủ trì lấy từ câu dẫn của phần trên, mục này không nêu riêng.",
        "The lead comes from the section's opening sentence; the item names none.",
    ),
    "lead.bracket": (
        "lead",
        "Đơn vị chỉ được nêu trong ngoặc; cần xác nhận đó là đơn vị chủ trì.",
        "The unit is named in brackets only; confirm that it leads.",
    ),
    "lead.inside-sentence": (
        "lead",
        "Tên đơn vị đứng giữa câu; cần xác nhận đó là đơn vị chủ trì.",
        "The unit's name stands inside the sentence; confirm that it leads.",
    ),
    "coordinators.task-itself": (
        "coordinators",
        "“Phối hợp” ở đây có thể chính là nhiệm vụ, chưa chắc nêu đơn vị phối hợp.",
        "“Coordinate” may be the task itself here rather than name helpers.",
    ),
    "coordinators.name": (
        "coordinators",
        "Tên của một đơn vị phối hợp cần được kiểm tra.",
        "The name of a coordinating unit needs a look.",
    ),
    "coordinators.inherited": (
        "coordinators",
        "Mục có đơn vị phối hợp riêng, đề mục phía trên cũng nêu đơn vị phối hợp.",
        "The item names helpers of its own and so does the heading above it.",
    ),
    "coordinators.several-leads": (
        "coordinators",
        "Nhiều đơn vị được giao việc trong cùng một mục; chưa rõ ai phối hợp với ai.",
        "Several units are given work in one item; who helps whom is open.",
    ),
    "due.meeting": (
        "due",
        "Thời hạn gắn với một cuộc họp chưa có ngày.",
        "The deadline is bound to a meeting that has no day yet.",
    ),
    "due.unknown-start": (
        "due",
        "Thời hạn tính từ một ngày mà văn bản không nêu.",
        "The deadline counts from a day that the notice does not give.",
    ),
    "due.no-year": (
        "due",
        "Thời hạn không nêu năm và văn bản chưa có ngày ban hành để suy ra.",
        "The deadline has no year and the notice has no date to infer it from.",
    ),
    "due.unread": (
        "due",
        "Có chữ nói về thời hạn nhưng không đọc ra được ngày.",
        "The words speak of a deadline, but no day could be read from them.",
    ),
    "due.no-such-day": (
        "due",
        "Ngày ghi trong văn bản không có trong lịch.",
        "The day as printed does not exist.",
    ),
    "due.before-period": (
        "due",
        "“Trước tháng/quý …”: lấy ngày cuối của kỳ liền trước, cần xác nhận.",
        "“Before a month or quarter”: read as the day before it starts; confirm.",
    ),
    "due.part-of-period": (
        "due",
        "Đầu hoặc giữa kỳ không phải là một ngày cụ thể; tạm lấy ngày cuối kỳ.",
        "The start or middle of a period is no exact day; its last day was taken.",
    ),
    "due.week-count": (
        "due",
        "Tuần được tính theo lịch ISO; cơ quan có thể đếm tuần khác.",
        "The week was counted by ISO; the office may count differently.",
    ),
    "due.holidays": (
        "due",
        "Khoảng thời gian đi qua năm chưa có lịch nghỉ lễ.",
        "The working days run into a year whose holidays are not known.",
    ),
    "due.condition": (
        "due",
        "Ngày đứng trong một điều kiện (“nếu …”, “trường hợp …”); cần xem có phải thời hạn không.",
        "The day stands in a condition (“nếu …”); see whether it is the deadline.",
    ),
    "due.from-last": (
        "due",
        "Thời hạn ghi sau ý cuối của đoạn; có thể là của mọi ý.",
        "The deadline stands behind the last part of the paragraph; it may be that of all parts.",
    ),
    "due.several": (
        "due",
        "Mục có nhiều mốc thời gian; lấy mốc sau cùng.",
        "The item has several milestones; the last was taken.",
    ),
    "due.also-undated": (
        "due",
        "Ngoài ngày đã đọc còn một mốc chưa xác định được.",
        "Besides the day read there is another one that could not be fixed.",
    ),
    "due.on-day": (
        "due",
        "Có một ngày nhưng không có chữ “trước”, “chậm nhất”; cần xác nhận đó là thời hạn.",
        "A day is named without a word like “before”; confirm that it is the deadline.",
    ),
    "due.bare-period": (
        "due",
        "Văn bản nêu một kỳ nhưng không có chữ “trong”, “trước”; cần xác nhận đó là thời hạn.",
        "A period is named without a word like “within”; confirm that it is the deadline.",
    ),
    "due.past": (
        "due",
        "Thời hạn đã qua trước ngày của văn bản.",
        "The deadline lies before the notice's own date.",
    ),
    "recurring.maybe": (
        "recurring",
        "Có thể là nhiệm vụ thường xuyên; văn bản không nói rõ.",
        "This may be a regular assignment; the notice does not say so plainly.",
    ),
    "recurring.vague": (
        "recurring",
        "Có chữ nói việc lặp lại nhưng không rõ chu kỳ.",
        "The words speak of repetition, but not plainly of a period.",
    ),
    "kind.after-items": (
        "kind",
        "Đoạn không đánh số sau mục cuối có thể là một nhiệm vụ riêng.",
        "An unnumbered paragraph after the last item may be an assignment of its own.",
    ),
    "lead.row-unit": (
        "lead",
        "Ô đơn vị của bảng để trống; lấy theo hàng trên.",
        "The table's cell for the unit is empty; the row above was taken.",
    ),
    "items.table": (
        "items",
        "Có bảng không nhận ra các cột nên chưa đọc.",
        "A table whose columns were not recognised was not read.",
    ),
    "recurring.several": (
        "recurring",
        "Mục nêu nhiều chu kỳ; lấy chu kỳ đầu tiên.",
        "Several periods are named; the first was taken.",
    ),
    "recurring.no-period": (
        "recurring",
        "Có chữ “định kỳ” nhưng không nêu chu kỳ.",
        "It says “periodically” without a period.",
    ),
    "recurring.beside-deadline": (
        "recurring",
        "Vừa là nhiệm vụ thường xuyên vừa có thời hạn; có thể là hai việc.",
        "Regular and dated at once; these may be two assignments.",
    ),
    "number.blank": (
        "number",
        "Số văn bản còn để trống: đây là dự thảo.",
        "The number is still blank: this is a draft.",
    ),
    "number.missing": (
        "number",
        "Không tìm thấy số văn bản.",
        "No number was found.",
    ),
    "issued_on.missing": (
        "issued_on",
        "Chưa có ngày ban hành.",
        "There is no date of issue yet.",
    ),
    "meeting_on.missing": (
        "meeting_on",
        "Không tìm thấy ngày họp.",
        "No day of the meeting was found.",
    ),
    "meeting_on.several": (
        "meeting_on",
        "Cuộc họp diễn ra trong nhiều ngày; lấy ngày sau cùng.",
        "The meeting ran over several days; the last was taken.",
    ),
    "meeting_on.after-issue": (
        "meeting_on",
        "Ngày họp đọc được sau ngày ban hành văn bản.",
        "The meeting's day as read is later than the date of issue.",
    ),
    "form.unknown": (
        "form",
        "Không nhận ra thể thức văn bản (Đảng hay Nhà nước).",
        "The official form (Party or State) was not recognised.",
    ),
    "items.none": (
        "items",
        "Không đọc được mục nào trong phần kết luận.",
        "No item was found in the conclusion.",
    ),
    "items.gap": (
        "items",
        "Thứ tự đánh số bị ngắt quãng; có thể thiếu mục hoặc ngắt dòng sai.",
        "The numbering has a gap; an item may be missing or a line broken wrongly.",
    ),
    "items.no-lines": (
        "items",
        "Văn bản dán vào không còn ngắt dòng; cấu trúc mục có thể đọc sai.",
        "The text came without its line breaks; the structure may be read wrongly.",
    ),
    "items.same-path": (
        "items",
        "Có mục trùng số với nhau.",
        "Two items carry the same number.",
    ),
    "items.appendix": (
        "items",
        "Sau chữ ký còn phụ lục hoặc chú thích chưa được đọc.",
        "An appendix or notes after the signature were not read.",
    ),
}

_COST = {"kind": 0.7, "lead": 0.6, "coordinators": 0.85, "due": 0.75, "recurring": 0.85}


def doubt(code: str) -> Doubt:
    """The doubt with this code.

    Raises:
        KeyError: No such code: a rule forgot to explain itself.
    """
    field, vi, en = _SENTENCES[code]
    return Doubt(field, code, vi, en)


def codes() -> tuple[str, ...]:
    """Every code there is."""
    return tuple(_SENTENCES)


def confidence(doubts: tuple[Doubt, ...], *, inherited: bool) -> float:
    """How far a reading can be trusted: falls once for each doubted field."""
    value = 0.95 if inherited else 0.98
    for name in dict.fromkeys(d.field for d in doubts):
        value *= _COST.get(name, 0.9)
    return round(value, 2)
