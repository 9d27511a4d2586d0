"""What stands around the items, in every mixture: header, title, opening, close, signature."""

from itertools import product

import pytest

from tiendo_notices import read

BODY = (
    "1. Giao Sở Y tế rà soát danh mục trước ngày 30/6/2026.\n"
    "2. Văn phòng Tỉnh ủy theo dõi, đôn đốc việc thực hiện.\n"
)
HEADERS = {
    "12-TB/BCĐ": "ĐẢNG BỘ TỈNH HÀ NAM\nBAN CHỈ ĐẠO KHOA HỌC, CÔNG NGHỆ\n*\nSố 12-TB/BCĐ\n"
    "ĐẢNG CỘNG SẢN VIỆT NAM\nHà Nam, ngày 10 tháng 3 năm 2026\n",
    "12-TB/TU": "TỈNH ỦY HÀ NAM          ĐẢNG CỘNG SẢN VIỆT NAM\n"
    "*                         Hà Nam, ngày 10 tháng 3 năm 2026\nSố: 12-TB/TU\n",
    "12/TB-UBND": "ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "TỈNH HÀ NAM\tĐộc lập - Tự do - Hạnh phúc\n-------\t---------------\n"
    "Số: 12/TB-UBND\tHà Nam, ngày 10 tháng 03 năm 2026\n",
    "12-TB/ĐU": "ĐẢNG ỦY XÃ AN HÒA\n*\nSố 12-TB/ĐU\n"
    "ĐẢNG CỘNG SẢN VIỆT NAM\nAn Hòa, ngày 10/3/2026\n",
    "12/TB-VP": "Số 12/TB-VP, ngày 10/3/2026\n",
}
TITLES = (
    "THÔNG BÁO\nKết luận của đồng chí Bí thư tại phiên họp ngày 05/3/2026\n",
    "THÔNG BÁO KẾT LUẬN\ncủa Trưởng Ban Chỉ đạo tại cuộc họp ngày 05 tháng 3 năm 2026\n-----\n",
    "THÔNG BÁO\nKết luận phiên họp thứ 3 của Ban Chỉ đạo\n",
    "KẾT LUẬN\nHội nghị giao ban tháng 3/2026\n",
)
OPENINGS = (
    "Ngày 05/3/2026, đồng chí Trần Văn A, Bí thư Tỉnh ủy chủ trì họp. Đồng chí kết luận như sau:\n",
    "Chiều 05/3/2026, Ban Chỉ đạo đã họp; sau khi thảo luận, Ban Chỉ đạo thống nhất:\n",
    "Tại cuộc họp ngày 05/3/2026, sau khi nghe báo cáo, Chủ tịch có ý kiến chỉ đạo như sau:\n",
    "Kết thúc phiên họp ngày 05/3/2026, đồng chí chủ trì nhấn mạnh và yêu cầu:\n",
    "Thực hiện Chương trình công tác, ngày 05.3.2026 Ban Chỉ đạo họp. Chủ tọa kết luận\n",
)
CLOSES = (
    "",
    "Trên đây là kết luận của đồng chí Bí thư, Văn phòng thông báo để các đơn vị biết./.\n",
    "Thông báo này được gửi đến các thành viên Ban Chỉ đạo để biết, thực hiện.\n",
    "Căn cứ kết luận nêu trên, các đơn vị tổ chức thực hiện./.\n",
)
ENDS = (
    "Nơi nhận:\n- Các thành viên,\n- Lưu.\n\nT/L BAN THƯỜNG VỤ\nCHÁNH VĂN PHÒNG\nNguyễn Văn B\n",
    "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\n\nNguyễn Văn B\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n",
    "",
)


@pytest.mark.parametrize("number", HEADERS)
@pytest.mark.parametrize("opening", OPENINGS)
def test_a_notice_is_read_in_any_frame(number: str, opening: str) -> None:
    for title, close, end in product(TITLES, CLOSES, ENDS):
        found = read(f"{HEADERS[number]}{title}\n{opening}{BODY}{close}{end}")
        said = (found.number, str(found.issued_on), str(found.meeting_on))
        assert said == (number, "2026-03-10", "2026-03-05"), (title, close, end)
        rows = [(item.path, item.lead, item.due and str(item.due)) for item in found.items]
        expected = [("1", ("Sở Y tế",), "2026-06-30"), ("2", ("Văn phòng Tỉnh ủy",), None)]
        assert rows == expected, (title, close, end)


def test_a_day_behind_a_title_that_ends_in_so_is_no_cited_one() -> None:
    text = (
        f"THÔNG BÁO\nkết luận về học liệu số\n\nChiều ngày 10/11/2025, Giám đốc kết luận:\n{BODY}"
    )
    assert str(read(text).meeting_on) == "2025-11-10"


def test_recipients_beside_the_signature_are_read_without_it() -> None:
    text = (
        f"Số: 12/TB-VP\nTHÔNG BÁO\nGiám đốc kết luận như sau:\n{BODY}\n"
        "Nơi nhận:                            T/L THƯỜNG TRỰC\n"
        "- Thường trực Tỉnh ủy,               CHÁNH VĂN PHÒNG\n"
        "- Các sở, ngành,\n"
        "                                     Nguyễn Văn B\n"
        "- Lưu VPTU.\n"
    )
    assert read(text).recipients == ("Thường trực Tỉnh ủy", "Các sở, ngành")


def test_a_date_below_the_title_is_the_meeting_s_and_never_that_of_issue() -> None:
    text = (
        "THÔNG BÁO\nKết luận tại cuộc họp ngày 05 tháng 3 năm 2026\n"
        "Đồng chí Giám đốc kết luận như sau:\n"
    )
    found = read(f"Số: 12/TB-VP\n{text}{BODY}")
    assert (found.issued_on, str(found.meeting_on)) == (None, "2026-03-05")
