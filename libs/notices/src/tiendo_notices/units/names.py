"""Names that a notice can be expected to use: fields of government, bodies, provinces.

They only help to find where a name ends; a name that is not here is read by its form.
"""

import re

FIELDS = (
    "văn hóa, thể thao và du lịch", "văn hóa - thể thao và du lịch", "vh,tt&dl", "vhttdl",
    "khoa học và công nghệ", "khoa học, công nghệ", "kh&cn", "khcn",
    "nông nghiệp và môi trường", "nn&mt", "nông nghiệp và phát triển nông thôn",
    "tài nguyên và môi trường", "tn&mt", "giáo dục và đào tạo", "gd&đt", "gdđt",
    "dân tộc và tôn giáo", "thông tin và truyền thông", "tt&tt", "kế hoạch và đầu tư",
    "kh&đt", "lao động - thương binh và xã hội", "lao động, thương binh và xã hội",
    "giao thông vận tải", "giao thông", "văn hóa và thể thao", "văn hóa và thông tin",
    "quy hoạch - kiến trúc", "tài chính", "xây dựng", "nội vụ", "tư pháp", "công thương",
    "công an", "quốc phòng", "ngoại giao", "y tế", "ngoại vụ", "du lịch", "nội chính",
    "tổ chức cán bộ", "tổ chức - cán bộ", "kế hoạch - tài chính", "kế hoạch, tài chính",
    "hợp tác quốc tế", "quản lý khoa học", "quản lý đào tạo", "pháp chế", "văn hóa",
    "giáo dục", "thể thao", "bưu chính, viễn thông", "bưu chính - viễn thông",
    "bưu chính và viễn thông",
)  # fmt: skip

BODIES = (
    "thanh tra chính phủ", "văn phòng chính phủ", "văn phòng quốc hội",
    "văn phòng chủ tịch nước", "văn phòng trung ương đảng",
    "ban tổ chức trung ương", "ban tuyên giáo và dân vận trung ương",
    "ban nội chính trung ương", "ban chính sách, chiến lược trung ương",
    "ban chính sách, chiến lược", "ban chính sách, chiến lược tỉnh ủy",
    "ban chính sách, chiến lược thành ủy", "ủy ban kiểm tra trung ương", "kiểm toán nhà nước",
    "tòa án nhân dân tối cao", "viện kiểm sát nhân dân tối cao",
    "ngân hàng nhà nước việt nam", "ngân hàng nhà nước", "đài truyền hình việt nam",
    "đài tiếng nói việt nam", "thông tấn xã việt nam",
    "viện hàn lâm khoa học và công nghệ việt nam", "viện hàn lâm khoa học xã hội việt nam",
    "ủy ban trung ương mặt trận tổ quốc việt nam", "trung ương đoàn tncs hồ chí minh",
    "học viện chính trị quốc gia hồ chí minh", "hội đồng lý luận trung ương",
    "đảng ủy các cơ quan đảng trung ương", "đảng ủy chính phủ", "đảng ủy quốc hội",
    "văn phòng hđnd và ubnd", "văn phòng hđnd & ubnd", "văn phòng hđnd&ubnd",
    "văn phòng hội đồng nhân dân và ủy ban nhân dân",
    "văn phòng đoàn đbqh và hđnd", "văn phòng đoàn đại biểu quốc hội và hđnd",
    "văn phòng đoàn đại biểu quốc hội và hội đồng nhân dân",
    "liên hiệp các hội khoa học và kỹ thuật", "viện hồ chí minh và các lãnh tụ của đảng",
    "viettel", "vnpt", "mobifone", "vinaphone",
    "fpt", "cmc", "kho bạc nhà nước",
    "bảo hiểm xã hội việt nam", "ban cơ yếu chính phủ", "báo nhân dân", "tạp chí cộng sản",
)  # fmt: skip

PROVINCES = (
    "hà nội", "cao bằng", "tuyên quang", "lào cai", "điện biên", "lai châu", "sơn la",
    "thái nguyên", "lạng sơn", "quảng ninh", "bắc ninh", "phú thọ", "hải phòng", "hưng yên",
    "ninh bình", "thanh hóa", "nghệ an", "hà tĩnh", "quảng trị", "huế", "đà nẵng",
    "quảng ngãi", "gia lai", "khánh hòa", "đắk lắk", "lâm đồng", "đồng nai", "hồ chí minh",
    "tây ninh", "đồng tháp", "vĩnh long", "an giang", "cần thơ", "cà mau",
)  # fmt: skip

COMPOUNDS = (
    "ủy ban nhân dân", "hội đồng nhân dân", "mặt trận tổ quốc", "tòa án nhân dân",
    "viện kiểm sát nhân dân", "công nghệ thông tin", "an toàn thông tin", "công trình",
    "cổng thông tin", "đầu tư xây dựng",
    "đầu tư phát triển", "đầu tư công", "tổ chức cán bộ", "hành chính công", "quản lý dự án",
    "kiểm tra, giám sát", "đào tạo, bồi dưỡng", "nghiên cứu khoa học", "thông tin khoa học",
    "khoa học xã hội", "thông tin điện tử", "xúc tiến đầu tư", "hỗ trợ pháp lý",
    "đầu tư xây dựng các công trình dân dụng và công nghiệp", "đầu tư xây dựng các công trình",
    "đầu tư xây dựng công trình giao thông và nông nghiệp", "các công trình giao thông",
    "đầu tư xây dựng công trình giao thông", "nghiên cứu khoa học", "khám, chữa bệnh",
    "khám chữa bệnh", "phòng chống thiên tai", "phòng, chống thiên tai", "kiểm soát thủ tục",
    "quản lý đào tạo và nghiên cứu khoa học", "đào tạo và nghiên cứu khoa học", "tổ chức, cán bộ",
    "đăng ký đất đai", "kỹ thuật hạ tầng", "hạ tầng kỹ thuật", "bảo vệ rừng", "bảo vệ môi trường",
    "phòng không", "phòng cháy", "cứu nạn cứu hộ", "đại biểu quốc hội", "thi hành án dân sự",
    "thi hành án", "cung ứng dịch vụ công", "dịch vụ việc làm", "khuyến nông", "y tế dự phòng",
    "phát triển khoa học và công nghệ", "bảo trợ xã hội", "chuyển đổi số", "đổi mới sáng tạo",
    "công tác xã hội", "giáo dục nghề nghiệp", "giáo dục thường xuyên", "đo lường chất lượng",
    "tiêu chuẩn đo lường", "thông tin, tuyên truyền", "báo chí và tuyên truyền", "lý luận cơ sở",
    "khí tượng thủy văn", "ngành hàng", "đường thủy nội địa",
    "xúc tiến thương mại", "quản lý thị trường", "quản lý nhà nước",
    "cảnh sát quản lý hành chính về trật tự xã hội", "cảnh sát giao thông",
    "doanh nghiệp nhỏ và vừa", "tư nhân và kinh tế tập thể",
    "giám sát, điều hành đô thị thông minh",
    "an ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao",
    "giám sát, điều hành thông minh", "giám sát và điều hành", "tiếp nhận và trả kết quả",
    "dịch vụ tổng hợp",
    "các khu công nghiệp", "các khu kinh tế", "các trường chính trị", "các chương trình",
    "trật tự xây dựng", "trật tự đô thị",
    "cán bộ quản lý", "quản lý nông nghiệp và phát triển nông thôn",
    "các dự án đầu tư xây dựng", "các dự án đầu tư", "các dự án", "các vấn đề",
    "hàng không", "hàng hải", "giao thông", "giao dịch", "giao lưu",
    "giao nhận", "phát triển quỹ đất", "kiểm soát bệnh tật", "giám sát điều hành",
    "đào tạo sau đại học", "thiết bị", "quản trị công", "tư vấn phát triển công nghiệp",
    "điều hành thông minh", "hậu cần", "việc làm", "khai thác đường sắt", "xây dựng miền",
)  # fmt: skip
"""Parts of names that hold what is elsewhere a verb."""

ABBREVIATIONS = frozenset((
    "VPTW", "BTCTW", "BTGDVTW", "BNCTW", "UBKTTW", "BCSCLTW", "VPCP", "VPQH", "VPCTN",
    "TTCP", "NHNN", "KTNN", "TANDTC", "VKSNDTC", "UBND", "HĐND", "UBMTTQ", "MTTQ", "VNPT",
    "EVN", "FPT", "CMC", "PVN", "VTV", "VOV", "TTXVN", "HVCTQG", "BHXH", "BCĐTW", "BCĐ", "VPTU",
    "VPĐU",
    "BTC", "UBKT", "BTG", "BTGDV", "BDV", "BNC", "VPUB", "UBMT", "TTPVHCC", "BQL", "BQLDA", "TGV",
))  # fmt: skip
"""Short names of bodies that a register can look up; others are read but questioned."""


TAILS = (
    "quốc gia", "trung ương", "dân sự", "nhân dân", "công sản", "nhà nước", "sinh học", "tư nhân",
    "xã hội", "khoa học", "kỹ thuật", "nghệ thuật", "dự án", "giao thông", "đô thị", "y tế",
    "thực phẩm", "dịch tễ", "môi trường", "vô tuyến", "điện tử", "cao tốc", "hải quan", "thông tin",
    "liên lạc", "đối ngoại", "chính sách", "chính trị", "học viên", "sinh viên", "cộng đồng",
    "thông minh", "tổng hợp", "khu vực", "cấp xã", "cấp tỉnh", "cấp cơ sở", "quân đội", "nông thôn",
    "công nghiệp", "nông nghiệp", "công nghệ", "kinh tế", "tập thể", "nhân lực", "nguồn nhân lực",
    "thương mại", "cổ phần", "viễn thông", "chuyên môn", "chức năng", "dự toán", "sự nghiệp",
    "trực thuộc", "chuyên trách", "báo chí", "tham mưu", "giúp việc", "địa phương", "quần chúng",
    "đoàn thể", "hạ tầng", "dân cư", "tín dụng", "trọng điểm", "ven biển", "miền núi", "biên giới",
    "vùng cao", "giáo dục", "đại học", "phổ thông", "công lập", "tư thục", "bưu chính", "thi công",
    "giám sát", "tư vấn", "nước ngoài", "đặc thù", "công chức", "viên chức", "cán bộ", "đảng viên",
    "thanh niên", "phụ nữ", "nông dân", "công nhân", "doanh nghiệp", "hợp tác", "quân sự",
    "biên phòng", "an ninh", "trật tự", "giao dịch", "tài sản", "tài chính", "kế hoạch",
    "ngân sách",
    "thị trường", "du lịch", "văn hóa", "thể thao", "gia đình", "trẻ em", "dân tộc", "tôn giáo",
    "pháp luật", "pháp chế", "tư pháp", "hành chính", "thủ tục", "đất đai", "khoáng sản",
    "thủy sản",
    "lâm nghiệp", "thủy lợi", "đê điều", "phòng thủ", "nghiệp vụ", "đào tạo", "bồi dưỡng",
    "nghiên cứu", "xây dựng", "đầu tư", "phát triển", "bảo hiểm", "dịch vụ", "việc làm", "dạy nghề",
    "chất lượng", "đo lường", "tiêu chuẩn", "năng lượng", "hạt nhân", "bức xạ", "dữ liệu",
    "số liệu",
    "thống kê", "dân số", "dược", "mỹ phẩm", "bệnh tật", "huyết học", "nội tiết", "lão khoa",
    "tố tụng", "hình sự", "kinh doanh", "chuyên đề", "tổng duyệt", "cơ sở", "ngành dọc",
    "công đoàn", "liên ngành", "liên danh", "nhà thầu", "dân phố", "khu phố", "thôn", "bản",
)  # fmt: skip
"""Words in small letters that a name may end in; any others leave a doubt where it ends."""

NOT_UNITS = frozenset((
    "KHCN", "ĐMST", "CĐS", "CSDL", "TTHC", "DVC", "NSNN", "KPI", "AI", "CNTT", "GRDP",
    "KTXH", "PPP",
))  # fmt: skip
"""Short names of things."""


def longest_first(names: tuple[str, ...]) -> str:
    """An alternation that prefers the longer of two names with the same start."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
