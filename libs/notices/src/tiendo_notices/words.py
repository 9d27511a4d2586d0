"""The small dictionary of orders: verbs, adverbs and openers that notices are made of."""

import re


def _words(listed: str) -> frozenset[str]:
    return frozenset(" ".join(entry.split()) for entry in listed.split(",") if entry.strip())


VERBS = _words("""
    ban hành, biên soạn, biên tập, biểu quyết, biệt phái, bàn bạc, bàn giao, bàn với, bám sát,
    bán hàng, bán đấu, báo cáo, bình chọn, bình xét, bóc tách, bơm nước, bảo dưỡng, bảo hành,
    bảo lãnh, bảo lưu, bảo mật, bảo quản, bảo trì, bảo vệ, bảo đảm, bầu bổ, bố trí, bồi dưỡng,
    bồi hoàn, bồi thường, bổ nhiệm, bổ sung, cam kết, cam đoan, can thiệp, canh gác, chi hỗ,
    chi tiền, chi trả, chia sẻ, chia tách, chiêu sinh, cho phép, cho thuê, cho ý, chuyển báo,
    chuyển dữ, chuyển giao, chuyển hồ, chuyển kho, chuyển số, chuyển tiền, chuyển trả, chuyển
    tải, chuyển vốn, chuyển đổi, chuẩn bị, chăm lo, chăm sóc, chạy thử, chạy đua, chấm dứt,
    chấm điểm, chấn chỉnh, chấp hành, chậm nhất, chặn lọc, chỉ đạo, chỉnh lý, chỉnh sửa, chỉnh
    trang, chịu trách, chọn lọc, chống chồng, chống thất, chốt danh, chốt số, chủ trì, chủ
    động, chứng thực, cung cấp, cung ứng, cài đặt, cách ly, cân đối, có báo, có cam, có giải,
    có hướng, có kế, có phương, có trách, có văn, có ý, công bố, công chứng, công khai, công
    nhận, cưỡng chế, cải cách, cải thiện, cải tiến, cải tạo, cảnh báo, cảnh giác, cấp bù, cấp
    chữ, cấp giấy, cấp kinh, cấp mã, cấp mới, cấp phát, cấp phép, cấp tài, cấp vốn, cập nhật,
    cắm biển, cắm mốc, cắt giảm, cắt điện, cụ thể, củng cố, cứu hộ, cứu trợ, cử chuyên, cử
    cán, cử người, cử đầu, di chuyển, di dời, diễn tập, duy trì, duyệt quyết, dành kinh, dán
    mã, dẫn đầu, dập dịch, dịch tài, dọn dẹp, dọn vệ, dừng hoạt, dự báo, dự thảo, dựng nhà,
    dựng phim, ghi biên, ghi hình, ghi âm, gia cố, gia hạn, giao mặt, giao ước, giám sát, giám
    định, giãn nợ, giải cứu, giải mã, giải ngân, giải phóng, giải quyết, giải thích, giải
    trình, giải tỏa, giảm thiểu, giảng dạy, giới hạn, giới thiệu, giữ gìn, giữ liên, giữ
    nguyên, giữ vững, góp vốn, góp ý, gấp rút, gắn kết, gắn mã, gắn trách, gọi vốn, gộp tổ, gỡ
    bỏ, gỡ vướng, gửi báo, gửi danh, gửi dữ, gửi hồ, gửi kết, gửi phiếu, gửi số, gửi văn, gửi
    ý, gửi đề, hiến đất, hiệu chỉnh, hiệu đính, hoàn chỉnh, hoàn công, hoàn nhập, hoàn thiện,
    hoàn thành, hoàn trả, hoàn tất, hoán đổi, hoạch định, huy động, huấn luyện, hàng quý, hàng
    tháng, hàng tuần, hình thành, hòa giải, hướng dẫn, hướng tới, hưởng ứng, hạ ngầm, hạch
    toán, hạn chế, hậu kiểm, hằng quý, hằng tháng, hằng tuần, học tập, họp bàn, hỗ trợ, hợp
    nhất, hợp tác, hủy bỏ, in tài, in ấn, khai giảng, khai thác, khai trương, khen thưởng,
    khoan cọc, khoanh nợ, khoanh vùng, khoán chi, khuyến khích, khuyến nghị, khám bệnh, khám
    chữa, khám sức, khám tuyển, khánh thành, khóa sổ, khôi phục, không được, không để, khơi
    thông, khảo sát, khẩn cấp, khẩn trương, khắc phục, khẳng định, khống chế, khởi công, khởi
    tạo, khởi động, kiên quyết, kiến nghị, kiến tạo, kiểm chứng, kiểm duyệt, kiểm kê, kiểm
    soát, kiểm thử, kiểm tra, kiểm điểm, kiểm đếm, kiểm định, kiểm đối, kiện toàn, kéo điện,
    kê khai, kêu gọi, kích hoạt, ký biên, ký hợp, ký kết, ký số, kết chuyển, kết nạp, kết nối,
    kết thúc, kịp thời, kỷ luật, lan tỏa, liên hệ, luân chuyển, làm chủ, làm hồ, làm lại, làm
    rõ, làm sạch, làm thêm, làm thủ, làm tốt, làm việc, làm đường, làm đầu, lãnh đạo, lên kế,
    lên lịch, lên phương, lên án, lưu giữ, lưu hành, lưu trữ, lưu ý, lấp đầy, lấy mẫu, lấy
    phiếu, lấy ý, lập biên, lập báo, lập bản, lập chốt, lập danh, lập dự, lập hồ, lập kế, lập
    phương, lập quy, lập sổ, lập thủ, lập trang, lập tổ, lập đoàn, lập đề, lắng nghe, lắp đặt,
    lồng ghép, lựa chọn, miễn giảm, miễn học, mua bảo, mua bổ, mua sắm, mã hóa, mời chuyên,
    mời các, mời gọi, mở chuyên, mở cổng, mở gian, mở lớp, mở mã, mở rộng, mở sổ, mở thầu, mở
    tuyến, mở tài, mở đợt, nghe báo, nghe các, nghiêm túc, nghiên cứu, nghiệm thu, nghỉ luân,
    ngăn chặn, nhanh chóng, nhân bản, nhân rộng, nhất thể, nhận bàn, nhận diện, nhận hồ, nhận
    trách, nhận ủy, nhập dữ, nhập liệu, nhập số, nhập điểm, nhắc nhở, nhổ cỏ, niêm phong, niêm
    yết, nuôi cấy, nâng bậc, nâng cao, nâng cấp, nêu cao, nêu gương, nêu rõ, nạo vét, nắm bắt,
    nắm chắc, nắm tình, nắm vững, nắn tuyến, nối mạng, nội địa, nộp bài, nộp báo, nộp hồ, nộp
    kế, nộp đủ, nới rộng, phiên âm, phong tỏa, phun thuốc, phát hiện, phát huy, phát hành,
    phát quang, phát sóng, phát triển, phát tờ, phát động, phân bổ, phân công, phân cấp, phân
    khai, phân kỳ, phân loại, phân luồng, phân nhóm, phân tích, phân vùng, phân định, phê
    bình, phê chuẩn, phê duyệt, phê phán, phòng chống, phòng ngừa, phúc tra, phạt chậm, phản
    biện, phản ánh, phấn đấu, phối hợp, phổ biến, phụ trách, phục hồi, phục vụ, phủ kín, phủ
    sóng, quan trắc, quan tâm, quay phim, quy hoạch, quy định, quyên góp, quyết liệt, quyết
    toán, quyết tâm, quán triệt, quét mã, quản lý, quảng bá, ra mắt, ra quyết, ra quân, ra số,
    ra thông, rà lại, rà phá, rà soát, rút gọn, rút kinh, rút ngắn, rải nhựa, sang tên, sao
    lưu, sinh hoạt, siết chặt, soát vé, soát xét, soạn lại, soạn thảo, sàng lọc, sát hạch, sơ
    kết, sơ tán, sưu tầm, sắp xếp, số hóa, sớm ban, sớm hoàn, sớm trình, sử dụng, sửa chữa,
    sửa quy, sửa đổi, tham dự, tham gia, tham khảo, tham mưu, tham vấn, thanh kiểm, thanh lý,
    thanh quyết, thanh toán, thanh tra, thay mặt, thay thế, thay đổi, theo dõi, thi công, thi
    hành, thi tuyển, thiết kế, thiết lập, thoái vốn, thu gom, thu hút, thu hẹp, thu hồi, thu
    nhận, thu nộp, thu phí, thu thuế, thu thập, thu xếp, thuyên chuyển, thuyết minh, thuê
    dịch, thuê tư, thành lập, tháo dỡ, tháo gỡ, thâu tóm, thí nghiệm, thí điểm, thông báo,
    thông tin, thúc đẩy, thăm dò, thăm hỏi, thăng hạng, thương thảo, thường xuyên, thưởng
    phạt, thả cá, thảo luận, thẩm duyệt, thẩm tra, thẩm vấn, thẩm định, thế chấp, thống kê,
    thống nhất, thử nghiệm, thực hiện, thực nghiệm, thực thi, tinh chỉnh, tinh giản, tinh gọn,
    tiêm chủng, tiêm phòng, tiên phong, tiêu hủy, tiêu thụ, tiến hành, tiến tới, tiếp công,
    tiếp cận, tiếp nhận, tiếp sức, tiếp thu, tiếp tục, tiếp xúc, tiết kiệm, tiền kiểm, toàn
    lực, tra cứu, trang bị, trang trải, tranh thủ, trao giải, trao quyền, trao đổi, treo băng,
    treo pano, tri ân, triển khai, triệt để, truy quét, truy thu, truy vết, trình ban, trình
    bày, trình chính, trình cấp, trình duyệt, trình thường, trình thủ, trích lập, trích quỹ,
    trích xuất, trưng cầu, trước mắt, trước ngày, trả lời, trồng bổ, trồng cây, trồng rừng,
    trợ giúp, trực ban, trực gác, trực sẵn, trực tiếp, trực đủ, tu bổ, tu sửa, tuyên dương,
    tuyên truyền, tuyên án, tuyển chọn, tuyển dụng, tuyển thêm, tuân theo, tuân thủ, tuần tra,
    tái cấu, tái lập, tìm giải, tìm hiểu, tìm kiếm, tìm nguồn, tích cực, tích hợp, tính lại,
    tính toán, tính đúng, tôn tạo, tôn vinh, tăng cường, tăng tốc, tư vấn, tạm dừng, tạm giữ,
    tạm ngừng, tạm ứng, tạo chuyển, tạo lập, tạo nguồn, tạo thuận, tạo điều, tập huấn, tập
    hợp, tập kết, tập trung, tịch thu, tối ưu, tổ chức, tổng duyệt, tổng hợp, tổng kết, tổng
    rà, tổng vệ, tự chấm, tự kiểm, tự rà, tự soát, tự đánh, tự đối, vay vốn, vinh danh, viết
    bài, viết tin, vá đường, vận chuyển, vận hành, vận động, vệ sinh, xem xét, xin ý, xuất
    bản, xuất cấp, xác lập, xác minh, xác nhận, xác thực, xác định, xây dựng, xây mới, xét
    chọn, xét duyệt, xét tặng, xóa bỏ, xóa lõm, xóa nhà, xúc tiến, xả lũ, xếp loại, xử lí, xử
    lý, xử phạt, yêu cầu, đa dạng, đi kiểm, điền đủ, điều chuyển, điều chỉnh, điều hành, điều
    phối, điều tiết, điều tra, điều động, đo lường, đo đạc, đàm phán, đào tạo, đánh giá, đánh
    số, đình chỉ, đón tiếp, đón đoàn, đóng cửa, đóng góp, đóng vai, đôn đốc, đúc dầm, đúc kết,
    đúc rút, đăng công, đăng ký, đăng tin, đăng tải, đơn giản, đưa các, đưa dữ, đưa hệ, đưa
    nội, đưa ra, đưa tin, đưa việc, đưa vào, đảm bảo, đấu giá, đấu nối, đấu thầu, đấu tranh,
    đầu tư, đẩy lùi, đẩy mạnh, đẩy nhanh, đắp đập, đặt hàng, đặt mã, đề cao, đề nghị, đề ra,
    đề xuất, đền bù, định kỳ, đối chiếu, đối khớp, đối soát, đối thoại, đồng bộ, đồng thời,
    đổi mới, đổi tên, động viên, đột phá, định hướng, ưu tiên, ổn định, ứng cứu, ứng dụng, ứng
    phó, ứng trực
""")
"""First two syllables of what a unit can be told to do, or of the adverb before it."""

SINGLE_VERBS = _words("""
    thanh quyết, thanh kiểm, dọn dẹp, dọn vệ, vinh danh, tri ân, tiêm chủng, cấp phép,
    chọn, cần, cử, xong, giao, gửi, họp, ký, lập, mời, mở, nộp, phải, rút, trình, xin, xóa, in, dán,
    chuyển,
    cấp, lắp, trả, sửa, bàn, tự, nâng, gắn, chấm, đưa, viết, đăng, đo, bán, mua, thuê, vẽ, tìm, xây
""")
"""Verbs of one syllable."""

STATING = _words("""
    bị, chiếm, chưa, còn, giảm, gồm, không, là, mới, nằm, rất, thuộc, tăng, vẫn, vừa, đang,
    đã, được, đạt
""")
"""Words after a unit's name that tell what is, not what to do."""

STOPS = _words("""
    mỗi, từng, các, những, mở, mua, dọn, tặng, giữ, nâng, trả, gắn, chấm, dán, viết, thuê, vẽ,
    xóa, sửa, p/h,
    xong, bằng, bị, cho, chưa, chịu, chọn, còn, có, cùng, cũng, cần, cử, do, dưới, giao, gồm,
    gửi, hoặc, hàng, hằng, họp, khi, không, ký, kịp, là, làm, lấy, lập, mà, mời, như, nhất,
    nhằm, này, nêu, nếu, nộp, phải, qua, rút, sau, sẽ, sớm, theo, thì, trong, trên, trình,
    trước, tại, từ, và, vào, vẫn, về, với, xin, đang, đã, đó, đưa, được, đến, để
""")
"""Small words that never stand inside a name."""

STOP_PAIRS = VERBS | _words("""
    ghi nhận, biểu dương, hoan nghênh, cảm ơn, cám ơn, chúc mừng, nhất trí, đồng ý, tán thành,
    chấp thuận, lưu ý, nhấn mạnh, khẳng định, nhận thấy, cơ bản, căn cứ, liên quan, nêu trên,
    nói trên, thông qua, trên cơ, trực thuộc, đầu mối,
    giúp ban, giúp bộ, giúp thường, giúp ủy, giúp chủ, giúp tỉnh, giúp thành, giúp lãnh, giúp đảng,
    giúp các, giúp xã, giúp đỡ, giúp hội, giúp bí, giúp tổ, giúp học, giúp nhà, giúp giám,
    giúp hiệu, giúp đồng, hiện có, hiện nay, hiện đang, hiện còn, hiện mới,
""")
"""Pairs of syllables that end a name."""

ORDER = re.compile(
    r"(?:giao nhiệm vụ cho|giao trách nhiệm cho|giao cho|giao(?! thông| dịch| lưu)|đề nghị"
    r"|yêu cầu|phân công(?! nhiệm vụ)|ủy quyền cho|nhất trí giao|thống nhất giao"
    r"|đồng ý giao|lưu ý|nhắc nhở|nhắc(?= (?:bộ|sở|các|ủy ban))|chỉ đạo|đôn đốc(?= (?:bộ|sở)))"
    r"(?: rõ)?(?!\w)"
)
"""What turns the unit behind it into the one who must act."""

HELP = re.compile(
    r"(?:phối hợp|p/h)(?: (?:chặt chẽ|cùng|trao đổi|thống nhất|hiệu quả|đồng bộ)){0,4}"
    r"(?:,? (?:cùng )?với)?(?!\w)"
    r"|cùng(?: với)?(?!\w)|với sự (?:phối hợp|tham gia|hỗ trợ) của(?!\w)"
)
"""What turns the unit behind it into a helper."""

OPENER = re.compile(
    r"(?:dưới sự|kể từ|trên cơ sở|căn cứ|theo|sau khi|để|với|trong|trường hợp|qua|đối với|từ"
    r"|khi|nhằm"
    r"|định kỳ|(?:hằng|hàng) (?:ngày|tuần|tháng|quý|năm)|chậm nhất|trước ngày"
    r"|riêng|bên cạnh|ngoài ra|trên tinh thần|về)(?!\w)"
)
"""How a sentence starts whose subject comes only after a comma."""

PRAISE = re.compile(
    r"(?:(?:xin|trân trọng|đã|rất|chân thành) ){0,4}(?:ghi nhận|đánh giá cao|biểu dương|hoan nghênh"
    r"|tuyên dương|khen ngợi|phê bình|khiển trách|cảm ơn|cám ơn|chúc mừng|chia sẻ với|nhận thấy"
    r"|cho rằng|nhấn mạnh"
    r"|khẳng định)(?!\w)"
)
AGREED = re.compile(
    r"(?:(?:về|cơ bản|đã) ){0,3}(?:thống nhất|nhất trí|đồng ý|tán thành|chấp thuận|thông qua"
    r"|cho phép|chưa|không xem xét)(?!\w)"
)
TELLING = re.compile(
    r"(?:thay mặt|tuy nhiên|thời gian qua|vừa qua|trong thời gian qua|đến nay|nhìn chung|kết quả"
    r"|bên cạnh đó|bên cạnh những|thứ nhất|thứ hai|thứ ba|nguyên nhân|qua \d+|sau \d+ |hiện nay"
    r"|trong \d+ tháng|một số (?:nhiệm vụ|đơn vị|bộ|địa phương)|vẫn còn|còn (?:có|một số)"
    r"|quan điểm|mục tiêu)(?!\w)"
)
"""How a part begins that thanks, agrees or tells, and orders nothing."""

_SAYS = (
    r"cho biết(?!\w)|báo cáo (?:đã|rằng|là) "
    r"|(?:tiếp tục |vẫn )?là (?:một trong |điểm sáng|(?:đơn vị|cơ quan|địa phương|tỉnh|xã|phường)"
    r" (?!chủ trì|chịu trách|chủ quản|đầu mối|thường trực|thực hiện|tổng hợp|chủ đầu tư|được giao))"
)
SAYS = re.compile(rf" *(?:{_SAYS})")
"""What a unit says or is, and is not told to do."""

TOLD = re.compile(
    r"(?:(?:hằng|hàng) năm |trong [^,;.]{1,40},? )?(?:hiện )?"
    r"(?:có \d+|đã|vẫn còn|còn|chưa|đang|mới) (?!được giao)"
    r"|(?:đã )?cơ bản (?:hoàn thành|thực hiện|triển khai|bám sát|đáp ứng|bảo đảm|đạt)(?!\w)"
    rf"|{_SAYS}"
)
"""What is told of a unit rather than asked of it."""

STATES = re.compile(
    r"[^,;.:]{3,60} (?:đã (?!được giao)|vẫn còn |còn (?:thấp|chậm|thiếu|hạn chế)|đạt \d)"
)
"""A sentence whose subject is a thing and that tells what became of it."""

ASSESSING = re.compile(
    r"đánh giá|kết quả|về tiến độ|tiến độ chung|tồn tại|hạn chế|nguyên nhân|tình hình|bối cảnh"
    r"|ưu điểm|những mặt"
    r"|(?:năm học|năm|tháng|quý|tuần|thời gian) (?:vừa qua|đã qua)(?!\w)"
    r"|hiện trạng|nhận xét|nhận định|thực trạng|quan điểm|nguyên tắc chung|khó khăn, vướng mắc"
)
"""Headings of sections that judge and assign nothing."""

ORGANISING = re.compile(
    r"nhiệm vụ|giải pháp|tổ chức thực hiện|kiến nghị|phân công|thời gian tới|yêu cầu|đề xuất"
    r"|những việc|công việc"
)
"""Headings of sections that assign."""


def is_verb(first: str, second: str) -> bool:
    """Whether two small-letter syllables open something that can be ordered."""
    return f"{first} {second}" in VERBS or first in SINGLE_VERBS
