"""The forms that names take: heads of bodies, nouns of groups, offices of persons."""

import re

from tiendo_notices.units.names import (
    BODIES,
    COMPOUNDS,
    FIELDS,
    PROVINCES,
    TAILS,
    longest_first,
)

QUANTITY = r"(?:(?:tất cả|toàn thể|toàn bộ) )?(?:các|những|mọi|mỗi|từng|một số|hai|ba)"
NOUN = (
    r"khoa, viện đào tạo|viện đào tạo|phân viện|"
    r"đảng ủy bộ phận|đảng bộ bộ phận|tổ trưởng tổ dân phố|tổ trưởng khu phố|tổ trưởng"
    r"|nhóm trưởng|hiệu trưởng"
    r"|tiểu ban|viện nghiên cứu|trường đại học|trường học|tổ chức chính trị - xã hội"
    r"|hộ gia đình|người dân"
    r"|cơ sở giáo dục đại học|nhà khoa học|tổ công nghệ số cộng đồng|hội quần chúng|hội đặc thù"
    r"|cơ quan tham mưu, giúp việc|cơ quan tham mưu|cơ quan chuyên môn|cơ quan báo chí"
    r"|cơ quan truyền thông|cơ quan chức năng|phòng, ban|phòng, khoa|sở, ban, ngành|sở, ngành"
    r"|doanh nghiệp viễn thông|đơn vị sự nghiệp|đơn vị dự toán|đơn vị trực thuộc|đơn vị chức năng"
    r"|cơ quan ngang bộ|cơ quan thuộc chính phủ|cơ quan trung ương|cơ quan, đơn vị|cơ quan|đơn vị"
    r"|bộ|ban đảng|ban|ngành|sở|địa phương|cấp ủy đảng|cấp ủy|cấp|chính quyền|tổ chức đảng|tổ chức"
    r"|đoàn thể|tỉnh đoàn|thành đoàn|tỉnh ủy|thành ủy|đảng ủy|tỉnh|thành phố|xã|phường|đặc khu"
    r"|học viện|trường chính trị"
    r"|trường|viện|doanh nghiệp|tập đoàn|tổng công ty|công ty|ngân hàng|chủ đầu tư|nhà đầu tư"
    r"|nhà thầu|hiệp hội|hội|thành viên|vụ|cục|phòng|khoa|trung tâm|tổ công tác"
    r"|ủy ban nhân dân|ubnd|lực lượng|bộ phận|thôn, bản|thôn|bản|ấp|xóm|khu phố|tổ dân phố|chi bộ"
    r"|bệnh viện|nhóm chuyên môn|nhóm|tạp chí|nhà xuất bản|hội đồng|văn phòng|liên danh"
    r"|đơn vị tư vấn"
    r"|đảng bộ|ủy viên|đồng chí|cán bộ|trưởng khoa|trưởng thôn|trưởng bản|trưởng phòng"
    r"|cơ sở giáo dục|cơ sở đoàn|cơ sở đảng|chi đoàn|chi hội|giảng viên|giáo viên|viên chức"
    r"|công chức|đảng viên|đoàn viên|học viên"
    r"|cơ sở y tế|cơ sở đào tạo|báo|đài|chủ rừng|chủ hồ|hợp tác xã|hộ dân|chi ủy|chi nhánh|khối"
)
GROUP = re.compile(rf"{QUANTITY} (?P<noun>{NOUN})(?!\w)")
"""A group: `các bộ`, `từng địa phương`."""

OFFICE = re.compile(
    r"(?:(?:các )?(?:đồng chí|đ/c) )?(?:phó )?(?:bộ trưởng|thứ trưởng|thủ trưởng|chủ nhiệm|chủ tịch"
    r"|tổng giám đốc|giám đốc|cục trưởng|vụ trưởng|chánh văn phòng|chánh thanh tra"
    r"|trưởng ban(?: thường trực(?= ban))?"
    r"|viện trưởng|hiệu trưởng|bí thư|thống đốc|tổng thanh tra|chánh án|người đứng đầu"
    r"|lãnh đạo(?! (?:hoàn thành|thực hiện|triển khai|tổ chức|xây dựng|thí điểm))"
    r"|tư lệnh|trưởng phòng|tổng biên tập|trưởng khoa|trưởng(?= (?:các )?(?:thôn|bản|ấp"
    r"|khu phố|tổ dân|tiểu ban|nhóm|công an|khoa|phòng|đơn vị|bộ môn))"
    r"|đội trưởng|trạm trưởng|phó trưởng ban|chính ủy|chỉ huy trưởng|kế toán trưởng|tổ trưởng"
    r"|trưởng đoàn|giám thị|(?<=phó )thủ tướng(?: thường trực)?(?: chính phủ)?)(?!\w)"
)
"""Who stands for a body: `Bộ trưởng`, `các đồng chí Bí thư`."""

_HEADS = (
    "ủy ban nhân dân", "ủy ban mặt trận tổ quốc", "ủy ban mttq", "ủy ban", "ubnd",
    "hội đồng nhân dân", "hđnd", "hội đồng", "văn phòng thường trực", "văn phòng", "thanh tra",
    "ngân hàng", "đài", "thông tấn xã", "phân viện", "học viện", "viện kiểm sát", "viện",
    "trung tâm",
    "ban chỉ đạo", "ban quản lý", "ban thường vụ", "ban giám đốc", "ban cán sự đảng", "ban",
    "bộ tư lệnh", "bộ chỉ huy", "bộ", "mặt trận", "tổng cục", "chi cục", "cục", "vụ", "sở",
    "phòng", "tỉnh đoàn", "tỉnh ủy", "thành ủy", "đảng ủy", "đảng đoàn", "đảng bộ",
    "tổ công tác", "tổ giúp việc", "tổ thư ký", "tổ thường trực", "tổ công nghệ số",
    "cơ quan thường trực", "cơ quan", "đơn vị", "tiểu ban", "tổng công ty", "công ty",
    "tập đoàn", "đại học", "trường", "bệnh viện", "kho bạc", "kiểm toán", "tòa án",
    "bảo hiểm xã hội", "công an", "quân khu", "chủ đầu tư", "nhà đầu tư", "tỉnh",
    "thành phố", "xã", "phường", "đặc khu", "cổng", "báo", "tạp chí", "nhà xuất bản", "quỹ",
    "khoa", "liên minh", "liên hiệp", "liên đoàn", "hội liên hiệp", "hiệp hội", "hội",
    "thường trực", "đoàn thanh niên", "đoàn", "công đoàn", "bưu điện", "điện lực",
    "hải quan", "kho bạc nhà nước", "ngành", "hạt", "trạm", "đội", "ban chỉ huy",
    "chi nhánh", "viễn thông", "thư viện", "bảo tàng", "nhà văn hóa", "câu lạc bộ", "nhóm", "khối",
    "báo và phát thanh, truyền hình", "báo và đài phát thanh, truyền hình",
    "đài phát thanh và truyền hình", "báo và phát thanh truyền hình", "bệnh xá", "ký túc xá",
    "thi hành án dân sự", "thi hành án",
    "thành đoàn", "đoàn xã", "đoàn phường", "nhà thiếu nhi", "cung thiếu nhi", "trạm y tế",
    "tỉnh hội", "chi bộ", "chi ủy", "đảng bộ bộ phận", "đồn", "hợp tác xã",
    "tổ công nghệ số cộng đồng", "tổ", "tổ dân phố", "khu phố", "thôn", "bản", "ấp", "xóm",
    "buôn", "làng",
    "ubmttq", "ub mttq", "mttq", "vp", "vpđu", "vptu", "btc", "ubkt", "btv", "bch", "bcđ", "tt",
    "ban tg&dv", "cán bộ", "công chức", "bộ phận", "trung ương đoàn", "đài phát thanh", "nhà máy",
    "cảng", "vườn quốc gia", "khu bảo tồn", "khu công nghiệp", "liên danh",
    "thuế", "đơn vị tư vấn", "tư vấn giám sát", "tư vấn thiết kế", "nhà thầu", "cảng vụ",
    "lữ đoàn", "sư đoàn", "trung đoàn", "quân chủng", "binh chủng", "hội đồng điều phối",
    "ban liên lạc", "ban đại diện", "ban vận động", "cụm", "xí nghiệp", "nhà trường", "phân hiệu",
    "tổng liên đoàn", "khu công nghệ cao", "công viên phần mềm", "sàn giao dịch", "nhà in",
)  # fmt: skip
HEAD = re.compile(rf"(?:{longest_first(_HEADS)})(?!\w)")
"""The word a body's name begins with."""

FIELD = re.compile(rf"(?:{longest_first(FIELDS)})(?!\w)")
COMPOUND = re.compile(rf"(?:{longest_first(COMPOUNDS)})(?!\w)")
TAIL = re.compile(rf"(?:{longest_first(TAILS)})(?!\w)")
BODY = re.compile(rf"(?:{longest_first(BODIES)})(?!\w)")
PROVINCE = re.compile(rf"(?:tp\.? )?(?:{longest_first(PROVINCES)})(?!\w)")
"""Known names, in small letters."""

SINGLE_NOUNS = frozenset((
    "bộ", "sở", "tỉnh", "thành phố", "xã", "phường", "đặc khu", "tập đoàn", "tổng công ty",
    "công ty", "ban", "vụ", "cục", "phòng", "khoa", "học viện", "trường", "viện", "hội",
    "hiệp hội", "bệnh viện", "trung tâm", "ngân hàng", "ngành", "thôn", "bản", "ấp", "khu phố",
))  # fmt: skip
"""Nouns of groups whose members may follow without a colon: "các tỉnh A, B"."""

SEPARATOR = re.compile(r",? và (?:với )?| & |, (?:với )?|; (?=và )")
"""What stands between two names of a row."""

LONGEST_ROW = 60
