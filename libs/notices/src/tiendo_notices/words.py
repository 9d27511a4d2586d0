"""The small dictionary of orders: verbs, adverbs and openers that notices are made of."""

import re


def _words(listed: str) -> frozenset[str]:
    return frozenset(" ".join(entry.split()) for entry in listed.split(",") if entry.strip())


VERBS = _words("""
    ban hành, biên soạn, biên tập, bàn giao, bám sát, báo cáo, bảo hành, bảo mật, bảo quản,
    bảo trì, bảo vệ, bảo đảm, bố trí, bồi dưỡng, bổ sung, cam kết, chi trả, chia sẻ, cho ý,
    chuyển báo, chuyển dữ, chuyển giao, chuyển hồ, chuyển đổi, chuẩn bị, chạy thử, chấm dứt,
    chấn chỉnh, chấp hành, chậm nhất, chỉ đạo, chỉnh lý, chỉnh sửa, chịu trách, chọn lọc, chủ
    trì, chủ động, cung cấp, cung ứng, cài đặt, cân đối, có báo, có cam, có giải, có hướng, có
    kế, có phương, có trách, có văn, có ý, công bố, công khai, cải cách, cải thiện, cải tiến,
    cấp chữ, cấp phát, cấp phép, cập nhật, cắt giảm, cụ thể, cử chuyên, cử cán, cử người, cử
    đầu, duy trì, dành kinh, dừng hoạt, dự thảo, giám sát, giải ngân, giải quyết, giải thích,
    giải trình, giảng dạy, giới thiệu, giữ liên, giữ vững, góp ý, gấp rút, gửi báo, gửi kết,
    gửi văn, hoàn thiện, hoàn thành, hoàn trả, hoàn tất, huy động, hàng quý, hàng tháng, hàng
    tuần, hình thành, hướng dẫn, hằng quý, hằng tháng, hằng tuần, hỗ trợ, hợp nhất, hợp tác,
    in ấn, khai thác, khen thưởng, khơi thông, khảo sát, khẩn trương, khắc phục, khẳng định,
    khởi công, khởi động, kiến nghị, kiểm kê, kiểm soát, kiểm thử, kiểm tra, kiểm điểm, kiểm
    định, kiện toàn, kê khai, kích hoạt, ký kết, kết nối, kết thúc, kịp thời, liên hệ, làm
    chủ, làm rõ, làm sạch, làm việc, làm đầu, lãnh đạo, lưu trữ, lấy phiếu, lấy ý, lập báo,
    lập danh, lập dự, lập hồ, lập kế, lập tổ, lập đoàn, lập đề, lắng nghe, lắp đặt, lồng ghép,
    lựa chọn, miễn giảm, mua sắm, mời các, mở chuyên, mở lớp, mở rộng, mở đợt, nghiêm túc,
    nghiên cứu, nghiệm thu, ngăn chặn, nhanh chóng, nhân bản, nhân rộng, nhập dữ, nhập liệu,
    nhập số, nhắc nhở, niêm yết, nâng cao, nâng cấp, nắm bắt, nắm chắc, nộp báo, nộp hồ, nới
    rộng, phát hiện, phát huy, phát triển, phát động, phân bổ, phân công, phân cấp, phân loại,
    phân tích, phân định, phê bình, phê chuẩn, phê duyệt, phòng ngừa, phản ánh, phấn đấu, phối
    hợp, phổ biến, phụ trách, phủ sóng, quan tâm, quy định, quyết liệt, quyết toán, quán
    triệt, quản lý, ra mắt, rà soát, rút kinh, rút ngắn, sao lưu, siết chặt, soạn thảo, sơ
    kết, sưu tầm, sắp xếp, số hoá, số hóa, sớm ban, sớm hoàn, sớm trình, sử dụng, sửa đổi,
    tham gia, tham mưu, tham vấn, thanh toán, thanh tra, thay mặt, thay thế, theo dõi, thi
    công, thiết kế, thiết lập, thu hút, thu hồi, thu nhận, thu thập, thành lập, tháo gỡ, thí
    điểm, thông báo, thông tin, thúc đẩy, thường xuyên, thẩm tra, thẩm định, thống kê, thống
    nhất, thử nghiệm, thực hiện, thực thi, tiến hành, tiếp nhận, tiếp thu, tiếp tục, trang bị,
    trao đổi, triển khai, trình bày, trước mắt, trước ngày, trả lời, trực tiếp, tuyên truyền,
    tuyển chọn, tuyển dụng, tuân thủ, tái cấu, tìm hiểu, tìm kiếm, tích cực, tích hợp, tính
    toán, tăng cường, tư vấn, tạm dừng, tạo lập, tạo điều, tập huấn, tập trung, tối ưu, tổ
    chức, tổng hợp, tổng kết, tổng rà, tự kiểm, tự rà, tự đánh, vận hành, xem xét, xin ý, xuất
    bản, xác minh, xác nhận, xác thực, xác định, xây dựng, xử lý, xử phạt, yêu cầu, điều
    chỉnh, điều động, đo lường, đào tạo, đánh giá, đóng góp, đôn đốc, đăng ký, đăng tải, đơn
    giản, đưa các, đưa nội, đưa ra, đưa vào, đảm bảo, đấu thầu, đầu tư, đẩy mạnh, đẩy nhanh,
    đề cao, đề nghị, đề xuất, định kỳ, đối chiếu, đồng bộ, đồng thời, đổi mới, ưu tiên, ứng
    dụng
""")
"""First two syllables of what a unit can be told to do, or of the adverb before it."""

SINGLE_VERBS = _words("""
    chọn, cần, cử, giao, gửi, họp, ký, lập, mời, mở, nộp, phải, rút, trình, xin
""")
"""Verbs of one syllable."""

STATING = _words("""
    bị, chiếm, chưa, còn, giảm, gồm, không, là, mới, nằm, rất, thuộc, tăng, vẫn, vừa, đang,
    đã, được, đạt
""")
"""Words after a unit's name that tell what is, not what to do."""

STOPS = _words("""
    bằng, bị, cho, chưa, chịu, chọn, còn, có, cùng, cũng, cần, cử, do, dưới, giao, gồm, gửi,
    hoặc, hàng, hằng, họp, khi, không, ký, kịp, là, làm, lấy, lập, mà, mời, như, nhất, nhằm,
    này, nêu, nếu, nộp, phải, qua, rút, sau, sẽ, sớm, theo, thì, trong, trên, trình, trước,
    tại, từ, và, vào, vẫn, về, với, xin, đang, đã, đó, đưa, được, đến, để
""")
"""Small words that never stand inside a name."""

STOP_PAIRS = VERBS | _words("""
    căn cứ, cơ sở, liên quan, nêu trên, nói trên, thông qua, trên cơ, trực thuộc
""")
"""Pairs of syllables that end a name."""

ORDER = re.compile(
    r"(?:giao nhiệm vụ cho|giao trách nhiệm cho|giao cho|giao(?! thông| dịch| lưu)|đề nghị"
    r"|yêu cầu|phân công(?! nhiệm vụ)|ủy quyền cho|nhất trí giao|thống nhất giao"
    r"|đồng ý giao)(?: rõ)?(?!\w)"
)
"""What turns the unit behind it into the one who must act."""

HELP = re.compile(
    r"phối hợp(?: (?:chặt chẽ|cùng|trao đổi|thống nhất|hiệu quả|đồng bộ)){0,4}"
    r"(?:,? (?:cùng )?với)?(?!\w)"
    r"|cùng(?: với)?(?!\w)|với sự (?:phối hợp|tham gia|hỗ trợ) của(?!\w)"
)
"""What turns the unit behind it into a helper."""

OPENER = re.compile(
    r"(?:kể từ|trên cơ sở|căn cứ|theo|sau khi|để|với|trong|trường hợp|qua|đối với|từ|khi|nhằm"
    r"|định kỳ|(?:hằng|hàng) (?:ngày|tuần|tháng|quý|năm)|chậm nhất|trước ngày"
    r"|riêng|bên cạnh|ngoài ra|trên tinh thần|về)(?!\w)"
)
"""How a sentence starts whose subject comes only after a comma."""

PRAISE = re.compile(
    r"(?:(?:xin|trân trọng|đã|rất|chân thành) ){0,4}(?:ghi nhận|đánh giá cao|biểu dương|hoan nghênh"
    r"|cảm ơn|cám ơn|chúc mừng|chia sẻ với|nhận thấy|cho rằng|nhấn mạnh|khẳng định)(?!\w)"
)
AGREED = re.compile(
    r"(?:(?:về|cơ bản|đã) ){0,3}(?:thống nhất|nhất trí|đồng ý|tán thành|chấp thuận|thông qua)(?!\w)"
)
TELLING = re.compile(
    r"(?:thay mặt|tuy nhiên|thời gian qua|vừa qua|trong thời gian qua|đến nay|nhìn chung|kết quả"
    r"|bên cạnh đó|bên cạnh những|thứ nhất|thứ hai|thứ ba|nguyên nhân|qua \d+|sau \d+ |hiện nay"
    r"|trong \d+ tháng|một số (?:nhiệm vụ|đơn vị|bộ|địa phương)|vẫn còn|còn (?:có|một số)"
    r"|quan điểm|mục tiêu)(?!\w)"
)
"""How a part begins that thanks, agrees or tells, and orders nothing."""

ASSESSING = re.compile(
    r"đánh giá|kết quả|tồn tại|hạn chế|nguyên nhân|tình hình|bối cảnh|ưu điểm|những mặt"
)
"""Headings of sections that judge and assign nothing."""

ORGANISING = re.compile(
    r"nhiệm vụ|giải pháp|tổ chức thực hiện|kiến nghị|phân công|thời gian tới|yêu cầu"
)
"""Headings of sections that assign."""


def is_verb(first: str, second: str) -> bool:
    """Whether two small-letter syllables open something that can be ordered."""
    return f"{first} {second}" in VERBS or first in SINGLE_VERBS
