from pathlib import Path

from playwright.sync_api import Page

SENTENCE = "Đẩy nhanh tiến độ: Ủy ban nhân dân tỉnh Đắk Lắk báo cáo trước ngày 05 hằng tháng"
HTML = f"<!doctype html><meta charset=utf-8><h1>{SENTENCE}</h1>"
LETTERS = "ĂÂĐÊÔƠƯăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
DRAW = """letter => {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  pen.font = '40px sans-serif';
  pen.fillText(letter, 10, 60);
  return canvas.toDataURL();
}"""


def test_a_page_is_read_and_seen(page: Page, tmp_path: Path):
    source = tmp_path / "page.html"
    source.write_text(HTML, encoding="utf-8")
    page.goto(source.as_uri())
    assert page.locator("h1").inner_text() == SENTENCE
    picture = page.screenshot(path=tmp_path / "page.png")
    assert picture.startswith(b"\x89PNG")


def test_every_vietnamese_letter_has_a_glyph_of_its_own(page: Page):
    page.set_content(HTML)
    # What the font lacks is drawn as one and the same box.
    drawn = {letter: page.evaluate(DRAW, letter) for letter in [*LETTERS, "\U0010fffd"]}
    assert len(set(drawn.values())) == len(drawn)


def test_a_page_lives_in_vietnam(page: Page):
    day = page.evaluate("new Date('2026-05-04T18:30:00Z').toLocaleDateString('vi-VN')")
    assert day == "5/5/2026"
