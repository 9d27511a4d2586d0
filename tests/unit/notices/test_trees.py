"""Any tree of parts, whatever marks its levels bear, keeps the paths it was written with."""

from collections.abc import Callable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tiendo_notices import read

BEFORE = """TỈNH ỦY HÀ NAM
Số 12-TB/TU
ĐẢNG CỘNG SẢN VIỆT NAM
Hà Nam, ngày 10 tháng 3 năm 2026
THÔNG BÁO
Kết luận của đồng chí Bí thư Tỉnh ủy tại phiên họp ngày 05/3/2026

Đồng chí Bí thư Tỉnh ủy kết luận như sau:
"""
AFTER = """
Nơi nhận:
- Lưu Văn phòng.

T/L BAN THƯỜNG VỤ
"""
ROMANS = ("I", "II", "III", "IV")
LETTERS = "abcd"
ORDINALS = ("nhất", "hai", "ba", "tư")
COUNTED = ("Một", "Hai", "Ba", "Bốn")

Mark = Callable[[int, str], tuple[str, str]]
"""From the place in a row and the label above: what is printed, and the label it gives."""

MARKS: dict[str, Mark] = {
    "A.": lambda at, _: (f"{LETTERS[at].upper()}. ", LETTERS[at].upper()),
    "A)": lambda at, _: (f"{LETTERS[at].upper()}) ", LETTERS[at].upper()),
    "I.": lambda at, _: (f"{ROMANS[at]}. ", ROMANS[at]),
    "I-": lambda at, _: (f"{ROMANS[at]}- ", ROMANS[at]),
    "I/": lambda at, _: (f"{ROMANS[at]}/ ", ROMANS[at]),
    "I.-": lambda at, _: (f"{ROMANS[at]}.- ", ROMANS[at]),
    "A-": lambda at, _: (f"{LETTERS[at].upper()}- ", LETTERS[at].upper()),
    "A/": lambda at, _: (f"{LETTERS[at].upper()}/ ", LETTERS[at].upper()),
    "1.": lambda at, _: (f"{at + 1}. ", f"{at + 1}"),
    "1)": lambda at, _: (f"{at + 1}) ", f"{at + 1}"),
    "1:": lambda at, _: (f"{at + 1}: ", f"{at + 1}"),
    "1.-": lambda at, _: (f"{at + 1}.- ", f"{at + 1}"),
    "1/-": lambda at, _: (f"{at + 1}/- ", f"{at + 1}"),
    "1-": lambda at, _: (f"{at + 1}- ", f"{at + 1}"),
    "1.1.": lambda at, above: (f"{above}.{at + 1}. ", f"{above}.{at + 1}"),
    "1.1": lambda at, above: (f"{above}.{at + 1} ", f"{above}.{at + 1}"),
    "I.1.": lambda at, above: (f"{above}.{at + 1}. ", f"{above}.{at + 1}"),
    "1.1)": lambda at, above: (f"{above}.{at + 1}) ", f"{above}.{at + 1}"),
    "1.1-": lambda at, above: (f"{above}.{at + 1}- ", f"{above}.{at + 1}"),
    "1.1:": lambda at, above: (f"{above}.{at + 1}: ", f"{above}.{at + 1}"),
    "1.1/": lambda at, above: (f"{above}.{at + 1}/ ", f"{above}.{at + 1}"),
    "a)": lambda at, _: (f"{LETTERS[at]}) ", LETTERS[at]),
    "a.": lambda at, _: (f"{LETTERS[at]}. ", LETTERS[at]),
    "a.1)": lambda at, above: (f"{above}.{at + 1}) ", f"{above}.{at + 1}"),
    "a1)": lambda at, above: (f"{above}{at + 1}) ", f"{above}{at + 1}"),
    "(1)": lambda at, _: (f"({at + 1}) ", f"({at + 1})"),
    "(i)": lambda at, _: (f"({ROMANS[at].lower()}) ", f"({ROMANS[at].lower()})"),
    "i)": lambda at, _: (f"{ROMANS[at].lower()}) ", ROMANS[at].lower()),
    "(a)": lambda at, _: (f"({LETTERS[at]}) ", f"({LETTERS[at]})"),
    "-": lambda at, _: ("- ", f"-{at + 1}"),
    "–": lambda at, _: ("– ", f"-{at + 1}"),
    "•": lambda at, _: ("• ", f"-{at + 1}"),
    "➢": lambda at, _: ("➢ ", f"-{at + 1}"),
    "+": lambda at, _: ("+ ", f"+{at + 1}"),
    "Thứ nhất": lambda at, _: (f"Thứ {ORDINALS[at]}, ", f"Thứ {ORDINALS[at]}"),
    "Một là": lambda at, _: (f"{COUNTED[at]} là, ", f"{COUNTED[at]} là"),
}
CAPITALS = ("A.", "A)", "A-", "A/")
SECTIONS = ("I.", "I-", "I/", "I.-")
NUMBERS = ("1.", "1)", "1:", "1-", "1.-", "1/-")
BELOW_A_NUMBER = ("a)", "a.", "(1)", "i)", "-", "–", "•", "➢", "+", "Thứ nhất", "Một là")
BELOW: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(CAPITALS, ("1.", "1)", "-")),
    **dict.fromkeys(
        SECTIONS, ("1.", "1)", "1.-", "1/-", "I.1.", "a)", "-", "–", "•", "(1)", "Thứ nhất")
    ),
    "1)": BELOW_A_NUMBER,
    "1:": ("1.1:", "1)", *BELOW_A_NUMBER),
    **dict.fromkeys(("1.-", "1/-"), BELOW_A_NUMBER),
    "1-": ("1.1-", "1.1", "1)", *BELOW_A_NUMBER),
    "1.": ("1.1.", "1.1", "1.1)", "1.1/", "1)", *BELOW_A_NUMBER),
    **dict.fromkeys(
        ("1.1.", "1.1", "1.1)", "1.1-", "1.1:", "1.1/", "I.1."), ("a)", "(1)", "(i)", "-", "+")
    ),
    **dict.fromkeys(("a.1)", "a1)"), ("-", "+")),
    **dict.fromkeys(("a)", "a."), ("a.1)", "a1)", "-", "–", "+", "(1)", "(i)")),
    "(1)": ("(a)", "-", "+"),
    **dict.fromkeys(("-", "–", "•", "➢"), ("+",)),
    **dict.fromkeys(("Thứ nhất", "Một là", "(i)", "i)"), ("-", "+")),
    "(a)": ("-",),
}
HEADINGS = (
    "Về hạ tầng số",
    "Công tác cán bộ",
    "Dữ liệu, an toàn thông tin trong năm",
    "CÔNG TÁC TUYÊN TRUYỀN",
    "Về tổ chức bộ máy:",
    "Thực hiện Nghị quyết số 57",
    "Giao Sở Y tế:",
    "Các xã, phường",
    "Đề nghị Ủy ban nhân dân tỉnh",
    "Về kinh phí.",
    "Một số nội dung cần tập trung chỉ đạo như sau:",
    "Chuyển đổi số (Sở Khoa học và Công nghệ chủ trì)",
    "Hạ tầng kỹ thuật: yêu cầu khẩn trương hoàn thiện, cụ thể:",
)
ORDERS = (
    "VNPT Hà Nam phủ sóng 18 thôn trước ngày 30/6/2026",
    "tiếp tục rà soát quy hoạch",
    "Mỗi xã chọn một mô hình điểm",
    "02 trung tâm y tế báo cáo kết quả trước ngày 01/4/2026",
    "đồng chí Chánh Văn phòng chủ trì chuẩn bị tài liệu",
    "100% chi bộ dùng phần mềm trong quý II/2026",
    "Giao Sở Tài chính chủ trì, phối hợp với Sở Nội vụ bố trí kinh phí; báo cáo trước 20/3/2026",
    "Khẩn trương ban hành kế hoạch. Thời gian xong trong tháng 4/2026",
    "Sở Xây dựng công bố danh mục theo Quyết định số 12/QĐ-UBND ngày 03/02/2026",
    "Ghi nhận kết quả của các xã",
)


class Tree:
    """A body written at random, level by level, and the paths of its leaves."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._below: dict[str, str] = {}
        self._indents = chance.random() < 0.3
        self.lines: list[str] = []
        self.paths: list[str] = []
        top, deepest = chance.choice((*CAPITALS, *SECTIONS, *NUMBERS)), chance.randint(0, 3)
        for at in range(chance.randint(2, 4)):
            self._part(top, at, (), deepest)

    def _part(self, style: str, at: int, above: tuple[str, ...], deeper: int) -> None:
        mark, label = MARKS[style](at, above[-1] if above else "")
        held = above[:-1] if above and label.startswith(above[-1]) and label != above[-1] else above
        path = (*held, label)
        indent = "  " * len(above) * self._indents
        if deeper and style in BELOW and self._chance.random() < 0.6:
            self.lines.append(f"{indent}{mark}{self._chance.choice(HEADINGS)}")
            below = self._below.setdefault(style, self._chance.choice(BELOW[style]))
            for place in range(self._chance.randint(2, 4)):
                self._part(below, place, path, deeper - 1)
        else:
            words = self._chance.choice(ORDERS) + self._chance.choice(".;")
            self.lines.append(f"{indent}{mark}{words}")
            self.paths.append(".".join(path))


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(("\n", "\n\n")))
def test_a_tree_of_parts_is_read_as_it_was_written(chance: Random, between: str) -> None:
    tree = Tree(chance)
    assert [x.path for x in read(BEFORE + between.join(tree.lines) + AFTER).items] == tree.paths
