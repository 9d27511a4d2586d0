"""Markings of secrecy are found, the word in a sentence is not."""

import pytest

from tiendo_notices import is_classified


@pytest.mark.parametrize(
    "text",
    [
        "MẬT\nTHÔNG BÁO",
        "ĐẢNG CỘNG SẢN VIỆT NAM\nTỐI MẬT\n",
        "[TUYỆT MẬT]\n",
        "Độ mật: Mật\nTHÔNG BÁO",
        "BAN CHỈ ĐẠO\tMẬT\n",
        "THÔNG BÁO\n" + "nội dung\n" * 50 + "  TỐI   MẬT  \n",
        "M\u00c2\u0323T\n",
        "Tuyệt mật\n",
    ],
)
def test_a_marking_alone_on_its_line_is_found(text: str) -> None:
    assert is_classified(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bảo đảm an toàn, bảo mật thông tin.",
        "BẢO MẬT",
        "Tài liệu mật được quản lý riêng.",
        "ĐƯỜNG MẬT ONG",
        "THÔNG BÁO\n" + "nội dung\n" * 50 + "mật\n",
    ],
)
def test_the_word_elsewhere_is_no_marking(text: str) -> None:
    assert not is_classified(text)
