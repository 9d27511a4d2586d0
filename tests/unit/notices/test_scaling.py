"""Text made to hurt: the work grows with the text, not with its square.

CPU time of one process, the best of several tries, four times the text: linear work takes four
times as long, quadratic sixteen. The bound lies between, far from both.
"""

import time

import pytest

from tiendo_notices import MAX_CHARACTERS, NoticeError, NoticeTooLongError, read

OPENING = "THÔNG BÁO\nNgày 02/7/2025, Ban Chỉ đạo kết luận như sau:\n1. Giao Bộ Y tế "
SMALL, LARGE = 5_000, 20_000
FACTOR = 11
TRIES = 3

HURTFUL = (
    "(", "“", "các ", "Bộ ", "Bộ Y tế, ", "giao ", "phối hợp với ", "Đồng chí A, Ủy viên B, ",
    "1. ", "(1) ", "a) ", "; - ", "trước ngày ", "trình tháng ", "hằng tháng ", "Về ",
    "gia hạn mục II.3 Thông báo số 4-TB/A ", "gia hạn mục 1, 2 khoản 3 ", "thông báo ",
    "chuẩn bị cuộc họp ", "Ủy viên Trung ương - ", "Phòng Tổ chức, ", "| a | nội dung | c |\n",
    "a\tnhiệm vụ\tc\n", "T/L \n", "nội dung tại mục ", "kết luận ", "01/", "l", "**", "\n", " - ",
)  # fmt: skip


def spent(pattern: str, size: int) -> float:
    """CPU seconds for a text of about `size` letters, the best of several tries."""
    text = OPENING + pattern * (size // len(pattern))
    best = float("inf")
    for _ in range(TRIES):
        start = time.process_time()
        try_read(text)
        best = min(best, time.process_time() - start)
    return best


def try_read(text: str) -> None:
    try:
        read(text)
    except NoticeError:
        return


@pytest.mark.parametrize("pattern", HURTFUL)
def test_four_times_the_text_takes_nowhere_near_sixteen_times_the_work(pattern: str) -> None:
    least = 0.01
    assert spent(pattern, LARGE) / max(spent(pattern, SMALL), least) < FACTOR


def test_five_megabytes_are_refused_at_once_with_what_to_do() -> None:
    with pytest.raises(NoticeTooLongError, match="without its attachments"):
        read("Bộ Y tế báo cáo. " * 300_000)


def test_the_longest_text_that_is_read_keeps_every_item() -> None:
    lines = [f"{n}. Bộ Y tế báo cáo kết quả lần {n} trước ngày 30/9/2025." for n in range(1, 100)]
    filler = " Nội dung này được nêu để biết." * ((MAX_CHARACTERS - 10_000) // (99 * 31))
    reading = read(
        "THÔNG BÁO\nNgày 02/7/2025, Ban Chỉ đạo kết luận như sau:\n"
        + "\n".join(line + filler for line in lines)
    )
    assert [item.path for item in reading.items] == [str(n) for n in range(1, 100)]
