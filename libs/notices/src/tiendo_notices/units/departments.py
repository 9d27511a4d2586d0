"""Fields of departments, institutes and chairs whose names hold commas, "và" or what is a verb.

Ministries, Party bodies, the Front, the Academy and its schools, as organised since 2025; the head
("Cục", "Vụ", "Viện" …) is left out. A name that is not here is read by its form.
"""

import re

from tiendo_notices.units.names import longest_first

_DEPARTMENTS = (
    # Ministries
    "việc làm", "tiền lương và bảo hiểm xã hội", "quản lý lao động ngoài nước", "người có công",
    "văn thư và lưu trữ nhà nước", "tổ chức - biên chế", "công chức - viên chức",
    "khoa học xã hội, nhân văn và tự nhiên", "khoa học kỹ thuật và công nghệ",
    "đánh giá và thẩm định công nghệ", "công nghiệp công nghệ thông tin", "đổi mới sáng tạo",
    "khởi nghiệp và doanh nghiệp công nghệ", "an toàn bức xạ và hạt nhân", "thông tin, thống kê",
    "kinh tế và xã hội số", "kinh tế số và xã hội số", "chuyển đổi số quốc gia",
    "phát thanh, truyền hình và thông tin điện tử", "xuất bản, in và phát hành",
    "thông tin cơ sở và thông tin đối ngoại", "mỹ thuật, nhiếp ảnh và triển lãm",
    "văn hóa cơ sở, gia đình và thư viện", "quản lý, giám sát chính sách thuế, phí và lệ phí",
    "quản lý, giám sát bảo hiểm", "quản lý, giám sát kế toán, kiểm toán", "quản lý công sản",
    "quản lý nợ và kinh tế đối ngoại", "phát triển doanh nghiệp tư nhân và kinh tế tập thể",
    "quản lý đấu thầu", "đầu tư nước ngoài", "công nghệ thông tin và chuyển đổi số",
    "quốc phòng, an ninh, đặc biệt", "quản lý nhà và thị trường bất động sản",
    "kinh tế - quản lý đầu tư xây dựng", "kết cấu hạ tầng xây dựng",
    "khoa học công nghệ, môi trường và vật liệu xây dựng", "vận tải và an toàn giao thông",
    "hàng hải và đường thủy", "trồng trọt và bảo vệ thực vật", "chăn nuôi và thú y",
    "thủy sản và kiểm ngư", "lâm nghiệp và kiểm lâm",
    "quản lý đê điều và phòng, chống thiên tai", "quản lý và xây dựng công trình thủy lợi",
    "kinh tế hợp tác và phát triển nông thôn",
    "chất lượng, chế biến và phát triển thị trường",
    "bảo tồn thiên nhiên và đa dạng sinh học", "biển và hải đảo", "quản lý đất đai",
    "đo đạc, bản đồ và thông tin địa lý", "địa chất và khoáng sản", "biến đổi khí hậu",
    "quản lý chất lượng", "nhà giáo và cán bộ quản lý giáo dục",
    "giáo dục nghề nghiệp và giáo dục thường xuyên", "khoa học, công nghệ và thông tin",
    "học sinh, sinh viên", "quản lý khám, chữa bệnh", "quản lý y, dược cổ truyền",
    "cơ sở hạ tầng và thiết bị y tế", "khoa học công nghệ và đào tạo", "bà mẹ và trẻ em",
    "kiểm tra văn bản và tổ chức thi hành pháp luật", "bổ trợ tư pháp",
    "phổ biến, giáo dục pháp luật và trợ giúp pháp lý", "hành chính tư pháp",
    "đăng ký giao dịch bảo đảm và bồi thường nhà nước", "quản lý thi hành án dân sự",
    "pháp luật hình sự - hành chính", "pháp luật dân sự - kinh tế", "xúc tiến thương mại",
    "thương mại điện tử và kinh tế số", "quản lý và phát triển thị trường trong nước",
    "kỹ thuật an toàn và môi trường công nghiệp", "dầu khí và than",
    "đổi mới sáng tạo, chuyển đổi xanh và khuyến công", "phát triển thị trường nước ngoài",
    "kiểm soát thủ tục hành chính", "khoa giáo - văn xã", "theo dõi công tác thanh tra",
    "tổ chức và quản lý cán bộ",
    # The Party, the Front, the unions
    "chuyển đổi số - cơ yếu", "cơ yếu - công nghệ thông tin", "quản trị - tài vụ",
    "dân chủ, giám sát và phản biện xã hội", "tổ chức, kiểm tra", "tổ chức - kiểm tra",
    "xây dựng đoàn và công tác thanh thiếu nhi", "phong trào thanh niên",
    "tổ chức đảng, đảng viên", "lý luận chính trị - lịch sử đảng", "khoa giáo, văn hóa - văn nghệ",
    "tuyên truyền, báo chí - xuất bản", "dân tộc, tôn giáo", "đoàn thể và các hội",
    # The Academy, its affiliates and the provincial schools
    "nhà nước và pháp luật", "văn hóa và phát triển", "tôn giáo và tín ngưỡng",
    "xã hội học và phát triển", "kinh tế - xã hội và môi trường",
    "lãnh đạo học và chính sách công", "hồ chí minh và các lãnh tụ của đảng",
    "chủ nghĩa xã hội khoa học", "xây dựng đảng", "dân tộc và tôn giáo",
    "quản lý đào tạo và nghiên cứu khoa học", "thanh tra - pháp chế",
    "khảo thí và đánh giá chất lượng đào tạo", "khảo thí và bảo đảm chất lượng",
    "tổ chức, hành chính, thông tin, tư liệu", "tổ chức - hành chính - quản trị",
    "quản lý đào tạo, khoa học và bồi dưỡng", "công nghệ thông tin và thư viện",
    # Provinces and communes
    "kế hoạch tổng hợp", "kế hoạch - tổng hợp", "hành chính - tổng hợp", "hành chính tổng hợp",
    "tài chính kế toán", "tài chính - kế toán", "vật tư - thiết bị y tế", "vật tư, thiết bị y tế",
    "tổ chức hành chính", "tổ chức cán bộ", "hành chính quản trị", "kế hoạch kỹ thuật",
    "văn hóa - xã hội", "kinh tế, hạ tầng và đô thị", "hậu cần - kỹ thuật", "hậu cần",
    "quản lý nợ và hỗ trợ thu nợ thuế", "nghiệp vụ, dự toán, pháp chế",
    "công nghệ, chuyển đổi số và tự động hóa", "quản lý, hỗ trợ doanh nghiệp",
)  # fmt: skip

DEPARTMENT = re.compile(rf"(?:{longest_first(_DEPARTMENTS)})(?!\w)")
"""A field in small letters."""
