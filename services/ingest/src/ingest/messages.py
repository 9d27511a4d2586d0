"""What the ingest says to people, and to those who sent events."""

from tiendo_runtime.http.messages import Messages, Sentence

MESSAGES: Messages = {
    "wrong_type": Sentence(
        "Cần Content-Type: application/json, application/cloudevents+json"
        " hoặc application/cloudevents-batch+json.",
        "Content-Type must be application/json, application/cloudevents+json"
        " or application/cloudevents-batch+json.",
    ),
    "wrong_encoding": Sentence(
        "Content-Encoding chỉ có thể là gzip.", "Content-Encoding can only be gzip."
    ),
    "bad_gzip": Sentence("Nội dung gzip không đọc được.", "The gzip content cannot be read."),
    "bad_body": Sentence("{vi}", "{en}"),
    "refused": Sentence(
        "Không sự kiện nào được nhận; xem từng mục trong «receipts».",
        "No event was accepted; see each entry of `receipts`.",
    ),
    "too_fast": Sentence(
        "Nguồn {name} gửi quá nhanh: tối đa {rate} sự kiện mỗi giây; hãy gửi lại sau.",
        "The source {name} sends too fast: {rate} events a second at most; send it again later.",
    ),
    "no_source": Sentence(
        "Tài khoản này không phải là nguồn đã đăng ký: hãy đề nghị người vận hành đăng ký"
        " (tiendo sources add).",
        "This account is no source that is registered: ask the operator (tiendo sources add).",
    ),
    "no_receipt": Sentence(
        "Không có biên nhận {identity} của nguồn này.",
        "This source has no receipt {identity}.",
    ),
    "whose": Sentence(
        "Hãy cho biết nguồn: ?source=TÊN.", "Say whose receipts are meant: ?source=NAME."
    ),
    "bad_name": Sentence(
        "Tên nguồn gồm a-z, 0-9 và gạch nối, nhiều nhất 50 ký tự ({path}).",
        "A source's name is of a-z, 0-9 and hyphens, 50 characters at most ({path}).",
    ),
    "bad_uri": Sentence(
        "URI của nguồn không hợp lệ (RFC 3986, nhiều nhất 200 ký tự) ({path}).",
        "The source's URI is not valid (RFC 3986, 200 characters at most) ({path}).",
    ),
    "our_uri": Sentence(
        "URI bắt đầu bằng /tiendo/ dành cho các dịch vụ của hệ thống ({path}).",
        "URIs that begin with /tiendo/ belong to the system's own services ({path}).",
    ),
    "no_units": Sentence(
        "Cần ít nhất một đơn vị, hoặc đơn vị cấp trên ({path}).",
        "At least one unit is needed, or the unit that they stand below ({path}).",
    ),
    "no_types": Sentence(
        "Cần ít nhất một loại sự kiện ({path}).", "At least one type of event is needed ({path})."
    ),
    "unknown_type": Sentence(
        "Không có loại sự kiện {type} ({path}).", "There is no type of event {type} ({path})."
    ),
    "not_open": Sentence(
        "Loại {type} do dịch vụ {owner} giữ, chưa mở cho các nguồn gửi ({path}).",
        "The type {type} belongs to the service {owner}; sources may not send it ({path}).",
    ),
    "source_removed": Sentence(
        "Nguồn {name} đã bị gỡ trước đó.", "The source {name} was removed before."
    ),
    "already_taken": Sentence(
        "URI hoặc tài khoản này đã thuộc một nguồn khác.",
        "Another source has this URI or this subject already.",
    ),
}
