"""Who must act and who helps."""

import pytest

from tiendo_notices.actors import read_actors

CASES: list[tuple[str, list[str], list[str]]] = [
    ("Giao Sở Nội vụ rà soát.", ["Sở Nội vụ"], []),
    ("Giao Sở Nội vụ phối hợp với Sở Tài chính rà soát.", ["Sở Nội vụ"], ["Sở Tài chính"]),
    ("Bộ Y tế chủ trì, phối hợp Bộ Tài chính lập đề án.", ["Bộ Y tế"], ["Bộ Tài chính"]),
    ("Giao Sở Nội vụ làm đầu mối, Sở Y tế phối hợp.", ["Sở Nội vụ"], ["Sở Y tế"]),
    ("Bộ Công an chủ trì, phối hợp với các cơ quan liên quan kiểm tra.", ["Bộ Công an"], []),
    ("Vụ Kế hoạch - Tài chính: bố trí kinh phí.", ["Vụ Kế hoạch - Tài chính"], []),
    ("Văn phòng Học viện khẩn trương rà soát.", ["Văn phòng Học viện"], []),
    ("Trên cơ sở đề nghị của Sở Y tế, Sở Tài chính cân đối vốn.", ["Sở Tài chính"], []),
    ("Sở Y tế căn cứ quy định bố trí xe.", ["Sở Y tế"], []),
    ("Về đề nghị của Sở Y tế: giao Sở Tài chính xem xét.", ["Sở Tài chính"], []),
    ("Sở Y tế rà soát, gửi Sở Tài chính tổng hợp (qua Sở Nội vụ).", ["Sở Y tế"], []),
    ("Đồng chí Bộ trưởng Bộ Nội vụ chỉ đạo việc rà soát.", ["Bộ Nội vụ"], []),
    ("Chánh Văn phòng Học viện theo dõi.", ["Văn phòng Học viện"], []),
    ("Bí thư Đảng ủy, Bộ trưởng Bộ Y tế chỉ đạo rà soát.", ["Bộ Y tế"], []),
    ("Ban Chỉ đạo yêu cầu Bộ Y tế báo cáo.", ["Bộ Y tế"], []),
    ("Các bộ, ngành, địa phương rà soát.", ["Các bộ, ngành, địa phương"], []),
    ("Các Bộ, cơ quan: Tài chính, Y tế rà soát.", ["Bộ Tài chính", "Bộ Y tế"], []),
    ("UBND các tỉnh: Lào Cai, Sơn La rà soát.", ["UBND tỉnh Lào Cai", "UBND tỉnh Sơn La"], []),
    (
        "Thành phố Huế và các tỉnh Gia Lai, Sơn La diễn tập, báo cáo.",
        ["Thành phố Huế", "tỉnh Gia Lai", "tỉnh Sơn La"],
        [],
    ),
    ("Ban Chỉ đạo ghi nhận kết quả của Sở Y tế.", [], []),
    ("Công tác tuyên truyền do Sở Y tế đảm nhiệm.", [], []),
    (
        "Trung tâm Công nghệ thông tin và Truyền thông: rà soát.",
        ["Trung tâm Công nghệ thông tin và Truyền thông"],
        [],
    ),
    ("Tỉnh đã hoàn thành kế hoạch.", [], []),
    ("Sở Y tế đôn đốc các xã phối hợp với Công an tỉnh.", ["Sở Y tế"], []),
    ("Văn phòng HĐND & UBND: rà soát.", ["Văn phòng HĐND & UBND"], []),
    ("Các đồng chí Bí thư Đảng ủy xã, phường rà soát.", ["Đảng ủy xã, phường"], []),
    ("Đoàn xã, Sở Y tế phối hợp Công an xã lập tổ.", ["Đoàn xã", "Sở Y tế"], ["Công an xã"]),
    (
        "Sở Tư pháp (chủ trì), Công an tỉnh, Sở Y tế (phối hợp) liên thông dữ liệu.",
        ["Sở Tư pháp"],
        ["Công an tỉnh", "Sở Y tế"],
    ),
    ("Các khoa rà soát; mỗi khoa cử một người.", ["Các khoa"], []),
    ("Các đơn vị rà soát; trưởng đơn vị chịu trách nhiệm.", ["Các đơn vị"], []),
    ("Thứ trưởng phụ trách chuyển đổi số chỉ đạo Văn phòng Bộ họp.", ["Văn phòng Bộ"], []),
    ("Phó Trưởng Ban Thường trực Ban Chỉ đạo chỉ đạo Sở Y tế rà soát.", ["Sở Y tế"], []),
    ("Đội Quản lý trật tự xây dựng phường kiểm tra.", ["Đội Quản lý trật tự xây dựng phường"], []),
    (
        "Học viện Chính trị khu vực I, II và IV báo cáo kết quả.",
        [f"Học viện Chính trị khu vực {number}" for number in ("I", "II", "IV")],
        [],
    ),
    ("Ban Quản lý các dự án đầu tư chịu trách nhiệm.", ["Ban Quản lý các dự án đầu tư"], []),
    ("Phòng Bưu chính, Viễn thông rà soát.", ["Phòng Bưu chính, Viễn thông"], []),
    ("Các xóm phát động tổng vệ sinh.", ["Các xóm"], []),
    (
        "Trường Cán bộ quản lý nông nghiệp và phát triển nông thôn I: mở lớp.",
        ["Trường Cán bộ quản lý nông nghiệp và phát triển nông thôn I"],
        [],
    ),
    ("Phòng VH-XH tham mưu kế hoạch.", ["Phòng VH-XH"], []),
    ("Trạm Y tế p/h Phòng VH-XH tổ chức tiêm.", ["Trạm Y tế"], ["Phòng VH-XH"]),
    ("Các khoa rà soát; khoa nào chậm phải giải trình.", ["Các khoa"], []),
]


@pytest.mark.parametrize(("words", "leads", "helpers"), CASES, ids=[c[0][:40] for c in CASES])
def test_units_get_their_roles(words: str, leads: list[str], helpers: list[str]) -> None:
    actors = read_actors(words)
    assert (list(actors.lead_names()), list(actors.helper_names())) == (leads, helpers)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Giao TTGSĐH lập bảng theo dõi.", "lead.abbreviation"),
        ("Sở Y tế rà soát; Sở Nội vụ tổng hợp.", "lead.several"),
        ("Giao đồng chí Trần Văn Bình theo dõi.", "lead.person"),
        ("Đề nghị Bưu điện tỉnh và Gtel Sơn La phủ sóng.", "lead.name-end"),
        ("Giao Sở Y tế phối hợp với Sở Nội vụ, Vinamilk tổ chức.", "coordinators.name"),
        ("Giao đồng chí Phó Giám đốc Sở Y tế chủ trì.", "lead.deputy"),
        ("Giao các đơn vị liên quan thực hiện.", "lead.nobody-to-look-up"),
    ],
)
def test_what_is_not_clear_about_a_unit_is_left_to_a_person(words: str, code: str) -> None:
    assert code in read_actors(words).doubts
